/** A tree ensemble in flat arrays, as its file has it: what readers and training make, and writers and predictors take. */
import { assert } from '../../kernel/assert.ts';

/**
 * Whose arithmetic a forest follows. XGBoost rounds the row to single precision and adds up singles;
 * LightGBM does both in doubles.
 */
export type Family = 'xgboost' | 'lightgbm';

/** How LightGBM reads a value that is not there; in XGBoost always `nan`. */
export const MISSING = { none: 0, zero: 1, nan: 2 } as const;

/** What the margins mean: the family's own name, the factor inside its sigmoid, and whether the label was its root. */
export interface Objective {
  readonly name: string;
  readonly sigmoid: number;
  readonly rooted: boolean;
}

/** One column per property; row k of tree t is at `trees.first[t] + k`. */
export interface NodeColumns {
  /** Feature that is asked for, −1 at a leaf. */
  readonly feature: Int32Array;
  /** The row goes left when its value is at most this. XGBoost's `value < t` of singles is `value <= the single below t`. */
  readonly limit: Float64Array;
  /** Children, counted from the tree's first node; −1 at a leaf. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** 1 where a missing value goes left. */
  readonly missingLeft: Uint8Array;
  /** One of {@link MISSING}. */
  readonly missing: Uint8Array;
  /** Number of the category set that is asked for instead of the limit, or −1. */
  readonly categorySet: Int32Array;
  /** What a leaf adds to its group's margin, before the tree's weight. */
  readonly value: Float64Array;
  /** What the split gained, the sum of second derivatives, and the rows seen in training; 0 where the file says nothing. */
  readonly gain: Float64Array;
  readonly hessian: Float64Array;
  readonly rows: Float64Array;
}

export interface TreeColumns {
  /** First node of each tree, and the count of all nodes at the end. */
  readonly first: Int32Array;
  /** Class that the tree votes for. */
  readonly group: Int32Array;
  /** Factor of its leaves: what dropout (DART) left of it, else 1. */
  readonly weight: Float64Array;
}

/** Set k is the bits of words `[bounds[k], bounds[k + 1])`, category 0 lowest. */
export interface CategorySets {
  readonly bounds: Int32Array;
  readonly words: Uint32Array;
}

export interface Forest {
  readonly family: Family;
  readonly objective: Objective;
  readonly featureCount: number;
  /** One for each feature, or none. */
  readonly featureNames: readonly string[];
  /** Margins per row: classes, or 1. */
  readonly groups: number;
  /** What a group predicts without any tree: XGBoost's base_score, in the scale of its output; 0 in LightGBM. */
  readonly baseScores: Float64Array;
  /** Whether predictions come from the mean of the trees (LightGBM's random forest) instead of their sum, the margin. */
  readonly averaged: boolean;
  readonly trees: TreeColumns;
  readonly nodes: NodeColumns;
  readonly categories: CategorySets;
}

export function treeCount(forest: Forest): number {
  return forest.trees.group.length;
}

export function nodeColumns(count: number): NodeColumns {
  return {
    feature: new Int32Array(count).fill(-1),
    limit: new Float64Array(count),
    left: new Int32Array(count).fill(-1),
    right: new Int32Array(count).fill(-1),
    missingLeft: new Uint8Array(count),
    missing: new Uint8Array(count),
    categorySet: new Int32Array(count).fill(-1),
    value: new Float64Array(count),
    gain: new Float64Array(count),
    hessian: new Float64Array(count),
    rows: new Float64Array(count),
  };
}

const COLUMNS = Object.keys(nodeColumns(0)) as ReadonlyArray<keyof NodeColumns>;

/** Copies rows `[from, to)` of every column to `target`, beginning at `at`. */
export function copyNodes(source: NodeColumns, from: number, to: number, target: NodeColumns, at: number): void {
  for (const name of COLUMNS) target[name].set(source[name].subarray(from, to), at);
}

/** The first `count` trees of a forest, on the same memory. */
export function firstTrees(forest: Forest, count: number): Forest {
  assert(count <= treeCount(forest), `a forest of ${treeCount(forest)} trees has no first ${count}`);
  const { first, group, weight } = forest.trees;
  const nodes = Object.fromEntries(COLUMNS.map((name) => [name, forest.nodes[name].subarray(0, first[count])]));
  return {
    ...forest,
    trees: { first: first.subarray(0, count + 1), group: group.subarray(0, count), weight: weight.subarray(0, count) },
    nodes: nodes as unknown as NodeColumns,
  };
}

/** Whether category set `set` holds `category`, a whole number ≥ 0. */
export function holdsCategory({ bounds, words }: CategorySets, set: number, category: number): boolean {
  const word = bounds[set]! + Math.floor(category / 32);
  return word < bounds[set + 1]! && ((words[word]! >>> (category % 32)) & 1) === 1;
}
