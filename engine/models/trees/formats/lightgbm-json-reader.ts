/** A forest from LightGBM's JSON dump (`Booster.dump_model`): nested objects instead of columns. Reading only. */

import { CategoryCollector } from '../category-collector.ts';
import { type Forest, MISSING, nodeColumns } from '../forest.ts';
import { demand, ForestBuilder, LIMIT, type TreeDraft } from '../forest-builder.ts';
import { Field } from './field.ts';
import { parseJson } from './json.ts';
import { parseObjective } from './lightgbm-objective.ts';

const MISSING_NAMES: Readonly<Record<string, number>> = {
  None: MISSING.none,
  Zero: MISSING.zero,
  NaN: MISSING.nan,
};

/** Throws a ModelFormatError where the text is not a model that we can predict with. */
export function readLightgbmJson(text: string): Forest {
  return readLightgbmDocument(parseJson(text));
}

export function readLightgbmDocument(file: Field): Forest {
  const groups = file.at('num_tree_per_iteration').integer(1, LIMIT.groups);
  const builder = new ForestBuilder(
    {
      family: 'lightgbm',
      objective: parseObjective(file.find('objective')?.text()),
      featureCount: file.at('max_feature_idx').integer(0, LIMIT.features - 1) + 1,
      featureNames: (file.find('feature_names')?.items(LIMIT.features) ?? []).map((name) => name.text()),
      groups,
      baseScores: new Float64Array(groups),
      averaged: file.find('average_output')?.value === true,
    },
    file.path,
  );
  for (const [t, tree] of file.at('tree_info').items(LIMIT.trees).entries()) {
    builder.add(readTree(tree, t % groups), tree.path);
  }
  return builder.finish();
}

interface Found {
  readonly field: Field;
  readonly parent: number;
  readonly side: 'left' | 'right';
}

function readTree(tree: Field, group: number): TreeDraft {
  const root = tree.at('tree_structure');
  const { splits, leaves } = collect(root);
  const nodes = nodeColumns(splits.length + leaves.length);
  const collector = new CategoryCollector(tree.path);
  for (const [k, { field }] of splits.entries()) {
    nodes.feature[k] = field.at('split_feature').integer(0, LIMIT.features - 1);
    nodes.gain[k] = field.find('split_gain')?.number() ?? 0;
    nodes.rows[k] = field.find('internal_count')?.number() ?? 0;
    nodes.hessian[k] = field.find('internal_weight')?.number() ?? 0;
    nodes.missingLeft[k] = field.at('default_left').value === true ? 1 : 0;
    nodes.missing[k] = missingType(field.at('missing_type'));
    readDecision(field, k, nodes, collector);
  }
  // The leaves' own numbers tell their order only: not every dump counts them without gaps.
  const numbers = leaves.map(({ field }) => field.find('leaf_index')?.integer(0, LIMIT.nodes) ?? 0);
  const order = leaves.map((_, k) => k).sort((a, b) => numbers[a]! - numbers[b]!);
  for (const [place, k] of order.entries()) {
    const { field, parent, side } = leaves[k]!;
    const node = splits.length + place;
    nodes.value[node] = field.at('leaf_value').number();
    nodes.rows[node] = field.find('leaf_count')?.number() ?? 0;
    nodes.hessian[node] = field.find('leaf_weight')?.number() ?? 0;
    if (parent >= 0) nodes[side][parent] = node;
  }
  for (const [k, { parent, side }] of splits.entries()) if (parent >= 0) nodes[side][parent] = k;
  return { group, weight: 1, nodes, sets: collector.sets };
}

/** Splits, the root first, and leaves, by a walk that does not call itself: a dump may be deeper than the stack. */
function collect(root: Field): { readonly splits: readonly Found[]; readonly leaves: readonly Found[] } {
  const splits: Found[] = [];
  const leaves: Found[] = [];
  const open: Found[] = [{ field: root, parent: -1, side: 'left' }];
  while (open.length > 0) {
    const found = open.pop()!;
    const { field } = found;
    if (field.find('split_feature') === undefined) leaves.push(found);
    else {
      const parent = splits.length;
      splits.push(found);
      // Children keep the path of the tree: one that grew with each level would grow without end.
      const child = (key: string): Field => new Field(field.at(key).value, root.path);
      open.push({ field: child('right_child'), parent, side: 'right' });
      open.push({ field: child('left_child'), parent, side: 'left' });
    }
    demand(splits.length + leaves.length <= LIMIT.nodes, `more than ${LIMIT.nodes} nodes`, root.path);
  }
  return { splits, leaves };
}

function missingType(field: Field): number {
  const name = field.text();
  return Object.hasOwn(MISSING_NAMES, name) ? MISSING_NAMES[name]! : field.refuse('missing_type is not known');
}

/** `<=` with a number, or `==` with categories as in `1||10||100`. */
function readDecision(field: Field, k: number, nodes: TreeDraft['nodes'], collector: CategoryCollector): void {
  const threshold = field.at('threshold');
  const decision = field.at('decision_type');
  if (decision.value === '<=') {
    nodes.limit[k] = threshold.number();
    return;
  }
  if (decision.value !== '==') decision.refuse('decision_type is not known');
  const members = typeof threshold.value === 'number' ? [threshold.value] : threshold.text().split('||').map(Number);
  nodes.categorySet[k] = collector.add(members);
}
