/** LightGBM's text model (version 4) from a forest of its family. Its trees have their splits before their leaves. */
import { assert } from '../../../kernel/assert.ts';
import { type Forest, treeCount } from '../forest.ts';
import { importanceBySplits } from '../importance.ts';
import { objectiveText } from './lightgbm-objective.ts';

export function writeLightgbmText(forest: Forest): string {
  assert(forest.family === 'lightgbm', 'only a forest of LightGBM has its comparisons');
  const trees = Array.from({ length: treeCount(forest) }, (_, t) => treeText(forest, t));
  const objective = objectiveText(forest.objective, forest.groups);
  const names = namesOf(forest);
  return [
    'tree',
    'version=v4',
    `num_class=${forest.groups}`,
    `num_tree_per_iteration=${forest.groups}`,
    'label_index=0',
    `max_feature_idx=${forest.featureCount - 1}`,
    ...(objective === undefined ? [] : [`objective=${objective}`]),
    ...(forest.averaged ? ['average_output'] : []),
    `feature_names=${names.join(' ')}`,
    // The ranges seen in training: LightGBM keeps them as text and predicts without them.
    `feature_infos=${names.map(() => '[-inf:inf]').join(' ')}`,
    `tree_sizes=${trees.map((text) => text.length).join(' ')}`,
    '',
    `${trees.join('')}end of trees`,
    '',
    'feature_importances:',
    ...importances(forest, names),
    '',
    'parameters:',
    'end of parameters',
    '',
    'pandas_categorical:null',
    '',
  ].join('\n');
}

/** A name may have no spaces there; a forest without names gets LightGBM's own. */
function namesOf({ featureNames, featureCount }: Forest): string[] {
  if (featureNames.length > 0) return featureNames.map((name) => name.replaceAll(/\s/g, '_'));
  return Array.from({ length: featureCount }, (_, f) => `Column_${f}`);
}

function importances(forest: Forest, names: readonly string[]): string[] {
  const counts = importanceBySplits(forest);
  return names
    .map((name, f) => ({ name, count: counts[f]! }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ name, count }) => `${name}=${count}`);
}

/** Every character is ASCII, so that its length is its bytes. */
function treeText(forest: Forest, t: number): string {
  const { nodes, trees } = forest;
  const from = trees.first[t]!;
  const to = trees.first[t + 1]!;
  const leaves = (to - from + 1) / 2;
  const splits = leaves - 1;
  const middle = from + splits;
  assert(
    nodes.feature.subarray(middle, to).every((f) => f < 0),
    `tree ${t} has a leaf before a split`,
  );
  const sets = setsOf(forest, from, middle);
  const child = (k: number): number => (k < splits ? k : splits - k - 1);
  const list = (values: Iterable<number>): string => Array.from(values, number).join(' ');
  const decisions = Int32Array.from(
    nodes.missing.subarray(from, middle),
    (missing, k) => (missing << 2) | (nodes.missingLeft[from + k]! << 1) | (nodes.categorySet[from + k]! >= 0 ? 1 : 0),
  );
  const lines = [
    `Tree=${t}`,
    `num_leaves=${leaves}`,
    `num_cat=${sets.count}`,
    `split_feature=${list(nodes.feature.subarray(from, middle))}`,
    `split_gain=${list(nodes.gain.subarray(from, middle))}`,
    `threshold=${list(sets.thresholds)}`,
    `decision_type=${list(decisions)}`,
    `left_child=${list(nodes.left.slice(from, middle).map(child))}`,
    `right_child=${list(nodes.right.slice(from, middle).map(child))}`,
    `leaf_value=${list(nodes.value.subarray(middle, to).map((v) => v * trees.weight[t]!))}`,
    `leaf_weight=${list(nodes.hessian.subarray(middle, to))}`,
    `leaf_count=${list(nodes.rows.subarray(middle, to))}`,
    `internal_value=${list(new Float64Array(splits))}`,
    `internal_weight=${list(nodes.hessian.subarray(from, middle))}`,
    `internal_count=${list(nodes.rows.subarray(from, middle))}`,
    ...(sets.count === 0 ? [] : [`cat_boundaries=${list(sets.bounds)}`, `cat_threshold=${list(sets.words)}`]),
    'is_linear=0',
    'shrinkage=1',
  ];
  return `${lines.join('\n')}\n\n\n`;
}

function number(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return Math.abs(value) === Number.POSITIVE_INFINITY ? (value > 0 ? 'inf' : '-inf') : String(value);
}

interface TreeSets {
  readonly count: number;
  readonly bounds: readonly number[];
  readonly words: readonly number[];
  /** Limits, and in their place the number of the category set within the tree. */
  readonly thresholds: Float64Array;
}

function setsOf({ nodes, categories }: Forest, from: number, middle: number): TreeSets {
  const thresholds = nodes.limit.slice(from, middle);
  const bounds = [0];
  const words: number[] = [];
  for (let k = 0; k < thresholds.length; k++) {
    const set = nodes.categorySet[from + k]!;
    if (set < 0) continue;
    thresholds[k] = bounds.length - 1;
    for (let k = categories.bounds[set]!; k < categories.bounds[set + 1]!; k++) words.push(categories.words[k]!);
    bounds.push(words.length);
  }
  return { count: bounds.length - 1, bounds, words, thresholds };
}
