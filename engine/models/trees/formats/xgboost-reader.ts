/**
 * A forest from XGBoost's model document, the same in JSON and UBJSON (XGBoost documentation, "Introduction to Model
 * IO", `doc/model.schema`). Boosters gbtree and dart; base_score as a number, a text, or a list in a text.
 */

import { CategoryCollector } from '../category-collector.ts';
import { type Forest, MISSING, nodeColumns } from '../forest.ts';
import { demand, ForestBuilder, LIMIT, type TreeDraft } from '../forest-builder.ts';
import { singleBelow } from '../single.ts';
import { type Field, parseNumber } from './field.ts';
import { parseJson } from './json.ts';
import { parseUbjson } from './ubjson-reader.ts';

/** Throws a ModelFormatError where the text is not a model that we can predict with. */
export function readXgboostJson(text: string): Forest {
  return readXgboostDocument(parseJson(text));
}

/** Like {@link readXgboostJson}, from UBJSON. */
export function readXgboostUbjson(bytes: Uint8Array): Forest {
  demand(bytes.length <= LIMIT.bytes, `more than ${LIMIT.bytes} bytes`, 'file');
  return readXgboostDocument(parseUbjson(bytes));
}

export function readXgboostDocument(file: Field): Forest {
  const learner = file.at('learner');
  const parameters = learner.at('learner_model_param');
  const groups = Math.max(1, parameters.find('num_class')?.integer(0, LIMIT.groups) ?? 0);
  const targets = parameters.find('num_target')?.integer(0, LIMIT.groups) ?? 1;
  demand(targets <= 1, `${targets} targets, of which we know one`, parameters.path);
  const featureCount = parameters.at('num_feature').integer(1, LIMIT.features);
  const names = learner.find('feature_names')?.items(LIMIT.features) ?? [];
  const builder = new ForestBuilder(
    {
      family: 'xgboost',
      objective: { name: learner.at('objective').at('name').text(), sigmoid: 1, rooted: false },
      featureCount,
      featureNames: names.map((name) => name.text()),
      groups,
      baseScores: readBaseScores(parameters.at('base_score'), groups),
      averaged: false,
    },
    learner.path,
  );
  const { model, weights } = readBooster(learner.at('gradient_booster'));
  const trees = model.at('trees').items(LIMIT.trees);
  const groupOf = model.at('tree_info').integers(trees.length);
  if (weights !== undefined) demand(weights.length === trees.length, 'not one weight for each tree', model.path);
  for (const [t, tree] of trees.entries()) {
    builder.add(readTree(tree, groupOf[t]!, Math.fround(weights?.[t] ?? 1)), tree.path);
  }
  return builder.finish();
}

/** `0.5`, `"5E-1"`, `"[5E-1]"`, or one number for each class in the brackets (3.1 and later). */
function readBaseScores(field: Field, groups: number): Float64Array {
  const text = typeof field.value === 'number' ? String(field.value) : field.text().trim();
  const inside = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  demand(inside.length < 64 * LIMIT.groups, 'an endless base_score', field.path);
  const scores = inside.split(',').map((part) => parseNumber(part.trim()));
  demand(scores.length === 1 || scores.length === groups, `${scores.length} base scores`, field.path);
  return Float64Array.from({ length: groups }, (_, k) => {
    const score = scores[scores.length === 1 ? 0 : k];
    return score === undefined ? field.refuse('base_score is not a number') : Math.fround(score);
  });
}

interface Booster {
  readonly model: Field;
  /** What dropout left of each tree. */
  readonly weights: Float64Array | undefined;
}

function readBooster(booster: Field): Booster {
  const name = booster.at('name').text();
  if (name === 'gbtree') return { model: booster.at('model'), weights: undefined };
  if (name !== 'dart') return booster.refuse(`the booster ${name.slice(0, 40)} is not known`);
  return { model: booster.at('gbtree').at('model'), weights: booster.at('weight_drop').doubles() };
}

function readTree(tree: Field, group: number, weight: number): TreeDraft {
  const left = tree.at('left_children').integers();
  const count = left.length;
  const nodes = nodeColumns(count);
  nodes.left.set(left);
  nodes.right.set(tree.at('right_children').integers(count));
  nodes.feature.set(tree.at('split_indices').integers(count));
  nodes.missingLeft.set(tree.at('default_left').integers(count));
  nodes.missing.fill(MISSING.nan);
  nodes.gain.set(tree.find('loss_changes')?.doubles(count).map(Math.fround) ?? []);
  nodes.hessian.set(tree.find('sum_hessian')?.doubles(count).map(Math.fround) ?? []);
  const size = tree.find('tree_param')?.find('size_leaf_vector')?.integer(0, LIMIT.groups) ?? 0;
  demand(size <= 1, `leaves of ${size} values`, tree.path);
  const conditions = tree.at('split_conditions').doubles(count);
  const sets = readCategories(tree, nodes.categorySet);
  for (let k = 0; k < count; k++) {
    nodes.missingLeft[k] = nodes.missingLeft[k] === 0 ? 0 : 1;
    const value = Math.fround(conditions[k]!);
    if (left[k] === -1) nodes.value[k] = value;
    else if (nodes.categorySet[k]! < 0) {
      demand(Number.isFinite(value), `node ${k} has the threshold ${conditions[k]}`, tree.path);
      nodes.limit[k] = singleBelow(value);
    }
  }
  return { group, weight, nodes, sets };
}

/** Category sets, in the order of `categories_nodes`; writes their numbers into `setOf`. */
function readCategories(tree: Field, setOf: Int32Array): Uint32Array[] {
  const owners = tree.find('categories_nodes')?.integers() ?? new Int32Array(0);
  const types = tree.find('split_type')?.integers(setOf.length) ?? new Int32Array(setOf.length);
  const collector = new CategoryCollector(tree.path);
  if (owners.length > 0) {
    const members = tree.at('categories').integers();
    const starts = tree.at('categories_segments').integers(owners.length);
    const sizes = tree.at('categories_sizes').integers(owners.length);
    for (const [k, owner] of owners.entries()) {
      const start = starts[k]!;
      const end = start + sizes[k]!;
      demand(start >= 0 && end >= start && end <= members.length, `category set ${k} lies outside`, tree.path);
      demand(owner >= 0 && owner < setOf.length, `category set ${k} belongs to node ${owner}`, tree.path);
      setOf[owner] = collector.add(members.subarray(start, end));
    }
  }
  for (let k = 0; k < setOf.length; k++) {
    demand((types[k] === 1) === setOf[k]! >= 0, `node ${k} is categorical in one place and not in another`, tree.path);
  }
  return collector.sets;
}
