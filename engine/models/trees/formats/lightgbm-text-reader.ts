/**
 * A forest from LightGBM's text model, versions 2 to 4 (`Tree::ToString`, `GBDT::SaveModelToString`): lines of
 * `key=value`, a head, then one block for each tree. Trees with linear leaves are refused.
 */
import { type Forest, nodeColumns } from '../forest.ts';
import { demand, ForestBuilder, LIMIT, type TreeDraft } from '../forest-builder.ts';
import { ModelFormatError } from '../format-error.ts';
import { parseNumber } from './field.ts';
import { parseObjective } from './lightgbm-objective.ts';

/** Bits of `decision_type`. */
const CATEGORICAL = 1;
const DEFAULT_LEFT = 2;
const MISSING_SHIFT = 2;

/** One block of lines; `where` is the line it begins on. */
class Block {
  readonly #values = new Map<string, string>();
  readonly where: string;

  constructor(where: string) {
    this.where = where;
  }

  take(line: string): void {
    const split = line.indexOf('=');
    if (split < 0) this.#values.set(line, '');
    else this.#values.set(line.slice(0, split), line.slice(split + 1));
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  text(key: string): string | undefined {
    return this.#values.get(key);
  }

  integer(key: string, low: number, high: number, otherwise?: number): number {
    const text = this.#values.get(key);
    const value = text === undefined ? otherwise : parseNumber(text.trim());
    const fits = value !== undefined && Number.isInteger(value) && value >= low && value <= high;
    demand(fits, `${key} is ${text?.slice(0, 40) ?? 'missing'}`, this.where);
    return value;
  }

  /** `count` numbers; zeros where the key is missing and may be. */
  numbers(key: string, count: number, mayMiss = false): Float64Array {
    const text = this.#values.get(key);
    if (text === undefined && mayMiss) return new Float64Array(count);
    const words = text === undefined || text.trim() === '' ? [] : text.trim().split(/\s+/);
    demand(words.length === count, `${key} has ${words.length} items instead of ${count}`, this.where);
    return Float64Array.from(words, (word, k) => {
      const value = parseNumber(word);
      demand(value !== undefined, `item ${k} of ${key} is not a number`, this.where);
      return value;
    });
  }

  integers(key: string, count: number): Float64Array {
    const values = this.numbers(key, count);
    for (const value of values) demand(Number.isInteger(value), `${key} has ${value}`, this.where);
    return values;
  }
}

/** Throws {@link ModelFormatError} where the text is not a model that we can predict with. */
export function readLightgbmText(text: string): Forest {
  demand(text.length <= LIMIT.bytes, `more than ${LIMIT.bytes} characters`, 'file');
  const { head, trees } = splitBlocks(text);
  demand(head.has('tree'), 'the text does not begin with tree', head.where);
  const version = head.text('version');
  demand(/^v[234]$/.test(version ?? ''), `version ${version?.slice(0, 20)}`, head.where);
  const groups = head.integer('num_tree_per_iteration', 1, LIMIT.groups, 1);
  const featureCount = head.integer('max_feature_idx', 0, LIMIT.features - 1) + 1;
  const names = head.text('feature_names')?.trim();
  const builder = new ForestBuilder(
    {
      family: 'lightgbm',
      objective: parseObjective(head.text('objective')),
      featureCount,
      featureNames: names === undefined || names === '' ? [] : names.split(' '),
      groups,
      baseScores: new Float64Array(groups),
      averaged: head.has('average_output'),
    },
    head.where,
  );
  for (const [t, block] of trees.entries()) builder.add(readTree(block, t % groups), block.where);
  return builder.finish();
}

function splitBlocks(text: string): { readonly head: Block; readonly trees: readonly Block[] } {
  const head = new Block('line 1');
  const trees: Block[] = [];
  let block = head;
  for (const [number, raw] of text.split('\n').entries()) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line === 'end of trees') return { head, trees };
    if (line.startsWith('Tree=')) {
      demand(trees.length < LIMIT.trees, `more than ${LIMIT.trees} trees`, `line ${number + 1}`);
      block = new Block(`tree ${trees.length}, line ${number + 1}`);
      trees.push(block);
    }
    if (line !== '') block.take(line);
  }
  throw new ModelFormatError('no line that ends the trees', 'end of file');
}

/** Splits come first, then leaves, as LightGBM counts both. */
function readTree(block: Block, group: number): TreeDraft {
  const leaves = block.integer('num_leaves', 1, LIMIT.nodes);
  demand(block.integer('is_linear', 0, 1, 0) === 0, 'a tree with linear leaves', block.where);
  const splits = leaves - 1;
  // The counts are checked against what is there before room is made for them.
  const values = block.numbers('leaf_value', leaves);
  const nodes = nodeColumns(splits + leaves);
  nodes.value.set(values, splits);
  nodes.hessian.set(block.numbers('leaf_weight', leaves, true), splits);
  nodes.rows.set(block.numbers('leaf_count', leaves, true), splits);
  if (splits === 0) return { group, weight: 1, nodes, sets: [] };
  nodes.feature.set(block.integers('split_feature', splits));
  nodes.gain.set(block.numbers('split_gain', splits, true));
  nodes.hessian.set(block.numbers('internal_weight', splits, true));
  nodes.rows.set(block.numbers('internal_count', splits, true));
  readChildren(block, 'left_child', nodes.left, splits);
  readChildren(block, 'right_child', nodes.right, splits);
  const sets = readSets(block);
  const thresholds = block.numbers('threshold', splits);
  for (const [k, decision] of block.integers('decision_type', splits).entries()) {
    demand(decision >= 0 && decision < 16, `decision_type ${decision} of node ${k}`, block.where);
    nodes.missingLeft[k] = (decision & DEFAULT_LEFT) === 0 ? 0 : 1;
    nodes.missing[k] = decision >> MISSING_SHIFT;
    if ((decision & CATEGORICAL) === 0) nodes.limit[k] = thresholds[k]!;
    else {
      demand(thresholds[k]! >= 0, `node ${k} has no category set`, block.where);
      nodes.categorySet[k] = thresholds[k]!;
    }
  }
  return { group, weight: 1, nodes, sets };
}

/** Children below zero are leaves, −1 the first. */
function readChildren(block: Block, key: string, children: Int32Array, splits: number): void {
  for (const [k, child] of block.integers(key, splits).entries()) {
    children[k] = child >= 0 ? child : splits + (-1 - child);
    demand(children[k]! >= 0 && child !== splits, `${key} ${child} of node ${k}`, block.where);
  }
}

function readSets(block: Block): Uint32Array[] {
  const count = block.integer('num_cat', 0, LIMIT.nodes, 0);
  if (count === 0) return [];
  const bounds = block.integers('cat_boundaries', count + 1);
  const words = block.integers('cat_threshold', Math.max(0, bounds[count]!));
  const sets: Uint32Array[] = [];
  for (let k = 0; k < count; k++) {
    const [from, to] = [bounds[k]!, bounds[k + 1]!];
    demand(from >= 0 && from <= to && to <= words.length, `category set ${k} lies outside`, block.where);
    sets.push(Uint32Array.from(words.subarray(from, to)));
  }
  return sets;
}
