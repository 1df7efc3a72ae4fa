/**
 * Prediction of one row at a time. Trees are laid out breadth first with siblings side by side, so that a step down is one
 * comparison and one addition, and four trees are walked at once until all four have come to a leaf, which leads to itself:
 * each waits for memory and none guesses the way. What is rare (categories, zero as missing) takes a walk of its own.
 */
import { assert } from '../../kernel/assert.ts';
import { type Forest, holdsCategory, MISSING, treeCount } from './forest.ts';
import { applyTransform, baseMargin, type Transform, transformOf } from './objectives.ts';

/** LightGBM's kZeroThreshold, a single: what is no further from zero counts as zero. */
const ZERO_REACH = Math.fround(1e-35);

/**
 * Bits of a node's first word under its feature. Without the lowest bit it is a place in the row, which has each value
 * twice. That of a leaf is negative and asks for what stands behind the row, minus infinity.
 */
const RARE = 1;
const NAN_LEFT = 2;
const FEATURE_SHIFT = 2;
const LEAF = -0x80000000;
const NOT_LEAF = ~LEAF;
const NODE_SHIFT = 2;
/** Words of a node. */
const NODE = 1 << NODE_SHIFT;

/** Trees that are walked at once. */
const ABREAST = 4;

export class Predictor {
  readonly featureCount: number;
  /** Margins per row. */
  readonly groups: number;
  /** Numbers that {@link predict} writes. */
  readonly outputs: number;
  readonly treeCount: number;
  readonly #forest: Forest;
  readonly #transform: Transform;
  readonly #isSingle: boolean;
  readonly #roots: Int32Array;
  /** Roots of each group's trees. */
  readonly #rootsOf: readonly Int32Array[];
  readonly #ends = new Int32Array(ABREAST);
  readonly #bases: Float64Array;
  /** Four words a node, side by side in one line of the cache; a place is that of the first. Feature and bits; place of
   * the left child, or a leaf's own; the other two are a double of {@link #limits}. */
  readonly #words: Int32Array;
  /** The same memory: at half a place + 1 the limit of a split, or the value of a leaf times the weight of its tree. */
  readonly #limits: Float64Array;
  /** The forest's own number of each node: for what is rare. */
  readonly #origin: Int32Array;
  /** Each value, then the same with minus infinity for a missing one, which every limit sends left, as it does the last. */
  readonly #row: Float64Array;
  /** Whether no node is rare. */
  #isPlain = true;
  readonly #margins: Float64Array;

  constructor(forest: Forest) {
    const nodeCount = forest.nodes.feature.length;
    this.#forest = forest;
    this.featureCount = forest.featureCount;
    this.groups = forest.groups;
    this.treeCount = treeCount(forest);
    this.#transform = transformOf(forest.family, forest.objective.name);
    this.outputs = this.#transform === 'class' ? 1 : forest.groups;
    this.#isSingle = forest.family === 'xgboost';
    this.#roots = new Int32Array(this.treeCount);
    this.#bases = Float64Array.from(forest.baseScores, (_, group) => baseMargin(forest, group));
    this.#limits = new Float64Array(2 * nodeCount);
    this.#words = new Int32Array(this.#limits.buffer);
    this.#origin = new Int32Array(nodeCount);
    this.#row = new Float64Array(2 * forest.featureCount + 1).fill(Number.NEGATIVE_INFINITY);
    this.#margins = new Float64Array(forest.groups);
    let at = 0;
    for (let t = 0; t < this.treeCount; t++) at = this.#pack(t, at);
    const { group } = forest.trees;
    this.#rootsOf = Array.from(this.#bases, (_, k) => this.#roots.filter((_root, t) => group[t] === k));
  }

  /** Lays tree `t` out from place `at` and returns the place behind it. */
  #pack(t: number, at: number): number {
    const { nodes, trees } = this.#forest;
    const first = trees.first[t]!;
    const queue = [first];
    this.#roots[t] = at;
    let end = at + NODE;
    for (const [k, node] of queue.entries()) {
      const place = at + NODE * k;
      this.#origin[place / NODE] = node;
      if (nodes.feature[node] === -1) {
        this.#words[place] = LEAF | (this.featureCount << FEATURE_SHIFT);
        this.#words[place + 1] = place;
        const weighted = nodes.value[node]! * trees.weight[t]!;
        this.#limits[(place >> 1) + 1] = this.#isSingle ? Math.fround(weighted) : weighted;
      } else {
        const word = firstWord(this.#forest, node);
        if ((word & RARE) !== 0) this.#isPlain = false;
        this.#words[place] = word;
        this.#words[place + 1] = end;
        this.#limits[(place >> 1) + 1] = nodes.limit[node]!;
        queue.push(first + nodes.left[node]!, first + nodes.right[node]!);
        end += 2 * NODE;
      }
    }
    return end;
  }

  /** Margin of a forest with one group; NaN is a missing value. The row begins at `offset` of `rows`. */
  margin(rows: Float64Array, offset = 0): number {
    assert(this.groups === 1, 'a margin of its own has only a forest with one class');
    this.#take(rows, offset);
    return this.#sum(0);
  }

  /** Margins of all groups into `out`. */
  margins(rows: Float64Array, offset: number, out: Float64Array): void {
    this.#take(rows, offset);
    for (let group = 0; group < this.groups; group++) out[group] = this.#sum(group);
  }

  /** Prediction of a forest with one output: a probability, a class, or a value, as its objective has it. */
  predictOne(rows: Float64Array, offset = 0): number {
    assert(this.outputs === 1, 'one prediction has only a forest with one output');
    this.#predict(rows, offset);
    return this.#margins[0]!;
  }

  /** Writes {@link outputs} numbers into `out`. */
  predict(rows: Float64Array, offset: number, out: Float64Array): void {
    this.#predict(rows, offset);
    for (let k = 0; k < this.outputs; k++) out[k] = this.#margins[k]!;
  }

  #predict(rows: Float64Array, offset: number): void {
    const margins = this.#margins;
    const { objective, averaged } = this.#forest;
    this.margins(rows, offset, margins);
    if (averaged) for (let k = 0; k < margins.length; k++) margins[k]! /= Math.max(1, this.treeCount / this.groups);
    if (objective.rooted) for (let k = 0; k < margins.length; k++) margins[k]! *= Math.abs(margins[k]!);
    applyTransform(this.#transform, objective.sigmoid, margins);
  }

  /** Leaf that each tree ends in, numbered as the family does: XGBoost by node, LightGBM by leaf. */
  leaves(rows: Float64Array, offset: number, out: Int32Array): void {
    this.#take(rows, offset);
    const { first } = this.#forest.trees;
    for (let t = 0; t < this.treeCount; t++) {
      const node = this.#origin[this.#descend(this.#roots[t]!) / NODE]! - first[t]!;
      out[t] = this.#isSingle ? node : node - countSplits(this.#forest, t);
    }
  }

  #take(rows: Float64Array, offset: number): void {
    const row = this.#row;
    const count = this.featureCount;
    assert(offset >= 0 && offset + count <= rows.length, 'a row with fewer features than the forest asks for');
    for (let f = 0; f < count; f++) {
      const value = this.#isSingle ? Math.fround(rows[offset + f]!) : rows[offset + f]!;
      row[2 * f] = value;
      row[2 * f + 1] = value === value ? value : Number.NEGATIVE_INFINITY;
    }
  }

  #sum(group: number): number {
    const roots = this.#rootsOf[group]!;
    const limits = this.#limits;
    const ends = this.#ends;
    let sum = this.#bases[group]!;
    for (let t = 0; t < roots.length; ) {
      const count = this.#isPlain && t + ABREAST <= roots.length ? ABREAST : 1;
      if (count === ABREAST) this.#descendAbreast(roots, t);
      else ends[0] = this.#descend(roots[t]!);
      for (let k = 0; k < count; k++) {
        const added = sum + limits[(ends[k]! >> 1) + 1]!;
        sum = this.#isSingle ? Math.fround(added) : added;
      }
      t += count;
    }
    return sum;
  }

  /** Leaves of four trees without rare nodes, from the one at `t` on, into the ends. */
  #descendAbreast(roots: Int32Array, t: number): void {
    const words = this.#words;
    const limits = this.#limits;
    const row = this.#row;
    let [a, b, c, d] = [roots[t]!, roots[t + 1]!, roots[t + 2]!, roots[t + 3]!];
    for (;;) {
      const wordA = words[a]!;
      const wordB = words[b]!;
      const wordC = words[c]!;
      const wordD = words[d]!;
      if ((wordA & wordB & wordC & wordD) < 0) break;
      a = words[a + 1]! + (Number(!(row[(wordA & NOT_LEAF) >> 1]! <= limits[(a >> 1) + 1]!)) << NODE_SHIFT);
      b = words[b + 1]! + (Number(!(row[(wordB & NOT_LEAF) >> 1]! <= limits[(b >> 1) + 1]!)) << NODE_SHIFT);
      c = words[c + 1]! + (Number(!(row[(wordC & NOT_LEAF) >> 1]! <= limits[(c >> 1) + 1]!)) << NODE_SHIFT);
      d = words[d + 1]! + (Number(!(row[(wordD & NOT_LEAF) >> 1]! <= limits[(d >> 1) + 1]!)) << NODE_SHIFT);
    }
    const ends = this.#ends;
    ends[0] = a;
    ends[1] = b;
    ends[2] = c;
    ends[3] = d;
  }

  /** Place of the leaf under `place`. */
  #descend(place: number): number {
    const words = this.#words;
    const limits = this.#limits;
    const row = this.#row;
    let at = place;
    for (let word = words[at]!; word >= 0; word = words[at]!) {
      const next = words[at + 1]!;
      const isLeft =
        (word & RARE) === 0
          ? row[word >> 1]! <= limits[(at >> 1) + 1]!
          : this.#goesLeft(at, row[2 * (word >> FEATURE_SHIFT)]!);
      at = isLeft ? next : next + NODE;
    }
    return at;
  }

  /** Decides where a category is asked for, or zero is missing. */
  #goesLeft(place: number, value: number): boolean {
    const { nodes, categories } = this.#forest;
    const node = this.#origin[place / NODE]!;
    const set = nodes.categorySet[node]!;
    if (set < 0) {
      const isMissing = value !== value || Math.abs(value) <= ZERO_REACH;
      return isMissing ? nodes.missingLeft[node] === 1 : value <= nodes.limit[node]!;
    }
    // XGBoost sends members right and what is not known left, LightGBM members left and all else right.
    if (this.#isSingle) {
      if (value !== value) return nodes.missingLeft[node] === 1;
      return value < 0 || !holdsCategory(categories, set, Math.trunc(value));
    }
    const category = Math.trunc(value);
    return category >= 0 && category < 2147483648 && holdsCategory(categories, set, category);
  }
}

function countSplits({ nodes, trees }: Forest, t: number): number {
  let splits = 0;
  for (let k = trees.first[t]!; k < trees.first[t + 1]!; k++) if (nodes.feature[k]! >= 0) splits++;
  return splits;
}

function firstWord({ nodes }: Forest, node: number): number {
  const missing = nodes.missing[node]!;
  const isRare = nodes.categorySet[node]! >= 0 || missing === MISSING.zero;
  // Where nothing counts as missing LightGBM reads NaN as zero.
  const isNanLeft = missing === MISSING.none ? 0 <= nodes.limit[node]! : nodes.missingLeft[node] === 1;
  return (nodes.feature[node]! << FEATURE_SHIFT) | (isRare ? RARE : 0) | (isNanLeft ? NAN_LEFT : 0);
}
