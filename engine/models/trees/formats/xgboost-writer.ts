/** XGBoost's model document from a forest of its family, as JSON or UBJSON, in the layout of version 1.7. */
import { assert } from '../../../kernel/assert.ts';
import { type CategorySets, type Forest, treeCount } from '../forest.ts';
import { xgboostParameters } from '../objectives.ts';
import { singleAbove } from '../single.ts';
import { encodeUbjson } from './ubjson-writer.ts';
import { isList, isTyped, Single, type XgboostValue } from './xgboost-value.ts';

/** Parent of a root. */
const NO_PARENT = 2147483647;

/** The model as JSON text. */
export function writeXgboostJson(forest: Forest): string {
  return jsonText(xgboostDocument(forest));
}

/** The model as UBJSON, XGBoost's default since 2.1. */
export function writeXgboostUbjson(forest: Forest): Uint8Array {
  return encodeUbjson(xgboostDocument(forest));
}

function xgboostDocument(forest: Forest): XgboostValue {
  assert(forest.family === 'xgboost', 'only a forest of XGBoost has its comparisons');
  const { groups, objective, baseScores } = forest;
  const scores = new Set(baseScores);
  const list = Array.from(baseScores, singleText).join(',');
  return {
    learner: {
      attributes: {},
      feature_names: forest.featureNames,
      feature_types: [],
      gradient_booster: booster(forest),
      learner_model_param: {
        base_score: scores.size === 1 ? singleText(baseScores[0]!) : `[${list}]`,
        boost_from_average: '1',
        num_class: groups > 1 ? String(groups) : '0',
        num_feature: String(forest.featureCount),
        num_target: '1',
      },
      objective: { name: objective.name, ...xgboostParameters(objective.name, groups) },
    },
    version: [1, 7, 4],
  };
}

function booster(forest: Forest): XgboostValue {
  const count = treeCount(forest);
  const gbtree: XgboostValue = {
    model: {
      gbtree_model_param: { num_parallel_tree: '1', num_trees: String(count), size_leaf_vector: '0' },
      tree_info: Array.from(forest.trees.group),
      trees: Array.from({ length: count }, (_, t) => treeDocument(forest, t)),
    },
    name: 'gbtree',
  };
  const { weight } = forest.trees;
  if (weight.every((w) => w === 1)) return gbtree;
  return { gbtree, name: 'dart', weight_drop: Array.from(weight, (w) => new Single(w)) };
}

function treeDocument(forest: Forest, t: number): XgboostValue {
  const { nodes, trees } = forest;
  const from = trees.first[t]!;
  const to = trees.first[t + 1]!;
  const feature = nodes.feature.subarray(from, to);
  const left = nodes.left.slice(from, to);
  const right = nodes.right.slice(from, to);
  const value = nodes.value.subarray(from, to);
  const sets = nodes.categorySet.subarray(from, to);
  const limits = nodes.limit.subarray(from, to);
  return {
    // The value of an inner node is for looking at only, and we have none.
    base_weights: Float32Array.from(value),
    ...categoryFields(sets, forest.categories),
    default_left: nodes.missingLeft.slice(from, to),
    id: t,
    left_children: left,
    loss_changes: Float32Array.from(nodes.gain.subarray(from, to)),
    parents: parentsOf(left, right),
    right_children: right,
    split_conditions: Float32Array.from(value, (v, k) =>
      feature[k]! < 0 ? v : sets[k]! < 0 ? singleAbove(limits[k]!) : Number.NaN,
    ),
    split_indices: Int32Array.from(feature, (f) => Math.max(f, 0)),
    split_type: Uint8Array.from(sets, (set) => (set < 0 ? 0 : 1)),
    sum_hessian: Float32Array.from(nodes.hessian.subarray(from, to)),
    tree_param: {
      num_deleted: '0',
      num_feature: String(forest.featureCount),
      num_nodes: String(to - from),
      size_leaf_vector: '0',
    },
  };
}

function parentsOf(left: Int32Array, right: Int32Array): Int32Array {
  const parents = new Int32Array(left.length).fill(NO_PARENT);
  for (const [k, child] of left.entries()) {
    if (child < 0) continue;
    parents[child] = k;
    parents[right[k]!] = k;
  }
  return parents;
}

function categoryFields(sets: Int32Array, categories: CategorySets): { readonly [key: string]: XgboostValue } {
  const members: number[] = [];
  const owners: number[] = [];
  const starts: bigint[] = [];
  const sizes: bigint[] = [];
  for (const [k, set] of sets.entries()) {
    if (set < 0) continue;
    const before = members.length;
    for (const category of categoriesOf(categories, set)) members.push(category);
    owners.push(k);
    starts.push(BigInt(before));
    sizes.push(BigInt(members.length - before));
  }
  return {
    categories: Int32Array.from(members),
    categories_nodes: Int32Array.from(owners),
    categories_segments: BigInt64Array.from(starts),
    categories_sizes: BigInt64Array.from(sizes),
  };
}

function* categoriesOf({ bounds, words }: CategorySets, set: number): Generator<number> {
  for (let word = bounds[set]!; word < bounds[set + 1]!; word++) {
    for (let bit = 0; bit < 32; bit++) {
      if (((words[word]! >>> bit) & 1) === 1) yield (word - bounds[set]!) * 32 + bit;
    }
  }
}

/** XGBoost's parser takes `0` for an integer and refuses it among floats, so each has a point or an exponent. */
function singleText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return '-0.0';
  const text = shortestSingle(value);
  return /[.eE]/.test(text) ? text.replace('e', 'E') : `${text}E0`;
}

/** Fewest digits that read back as the same single. */
function shortestSingle(value: number): string {
  for (let digits = 6; digits <= 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(value);
}

function jsonText(value: XgboostValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return String(value);
  if (value instanceof Single) return singleText(value.value);
  if (value instanceof Float32Array) return `[${Array.from(value, singleText).join(',')}]`;
  if (isTyped(value)) return `[${value.join(',')}]`;
  if (isList(value)) return `[${value.map(jsonText).join(',')}]`;
  return `{${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}:${jsonText(member)}`)
    .join(',')}}`;
}
