/**
 * Grows one tree on binned rows: level by level or the best leaf first. Rows stay in ascending order within every
 * node, so that all sums are added up in one order and training twice gives the same bits.
 */
import { BinnedRows, type Binning, MISSING_BIN } from './binning.ts';
import type { TrainingData } from './data.ts';
import { GrownTree } from './grown-tree.ts';
import { type Histogram, HistogramBlock } from './histogram.ts';
import type { TreeKernelsOver } from './kernels.ts';
import { familyOf, type TrainingOptions } from './options.ts';
import { type NodeSums, type Split, SplitFinder } from './split-finder.ts';

/** A leaf that may still be split: rows `[start, end)` of the partition. */
interface OpenNode {
  readonly id: number;
  readonly depth: number;
  readonly start: number;
  readonly end: number;
  readonly gradient: number;
  readonly hessian: number;
  histogram: Histogram | undefined;
  split: Split | undefined;
}

/** First and second derivative of the loss of each row. */
export interface Derivatives {
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
}

export class TreeGrower {
  /** The rows that trees are grown on. */
  readonly bins: BinnedRows;
  readonly #binning: Binning;
  readonly #options: TrainingOptions;
  readonly #block: HistogramBlock;
  readonly #finder: SplitFinder;
  readonly #otherFinder: SplitFinder;
  readonly #isSingle: boolean;
  readonly #maxLeaves: number;
  /** The rows of the tree, parted by node. */
  readonly #rows: Int32Array;
  readonly #aside: Int32Array;
  #features: Int32Array = new Int32Array(0);
  #derivatives: Derivatives = { gradient: new Float64Array(0), hessian: new Float64Array(0) };
  #tree = new GrownTree();

  constructor(data: TrainingData, binning: Binning, options: TrainingOptions, kernelsOver: TreeKernelsOver) {
    const rowCount = data.labels.length;
    this.#binning = binning;
    this.#options = options;
    this.#block = new HistogramBlock(rowCount, data.featureCount, histogramsAtOnce(options, rowCount), kernelsOver);
    this.bins = new BinnedRows(data, binning, this.#block.words);
    this.#finder = new SplitFinder(options);
    this.#otherFinder = new SplitFinder(options);
    this.#isSingle = familyOf(options) === 'xgboost';
    this.#maxLeaves = options.growth.kind === 'leaf' ? options.growth.maxLeaves : Number.POSITIVE_INFINITY;
    this.#rows = new Int32Array(rowCount);
    this.#aside = new Int32Array(rowCount);
  }

  /** A tree of the rows and features asked for, both ascending. */
  grow(rows: Int32Array, features: Int32Array, derivatives: Derivatives): GrownTree {
    this.#rows.set(rows);
    this.#features = features;
    this.#derivatives = derivatives;
    this.#tree = new GrownTree();
    const open = [this.#plant(rows.length)];
    let leaves = 1;
    while (leaves < this.#maxLeaves) {
      const at = this.#options.growth.kind === 'depth' ? 0 : bestOf(open);
      const node = open[at];
      if (node === undefined) break;
      open.splice(at, 1);
      const children = this.#split(node, leaves + 1 < this.#maxLeaves);
      open.push(...children);
      if (children.length > 0) leaves++;
    }
    for (const node of open) this.#release(node);
    return this.#tree;
  }

  /** Adds the tree grown last to the margins of the rows it was grown on. */
  addTo(margins: Float64Array): void {
    const { feature, value, start, rows } = this.#tree;
    for (let node = 0; node < feature.length; node++) {
      if (feature[node]! >= 0) continue;
      for (let k = start[node]!; k < start[node]! + rows[node]!; k++) {
        const row = this.#rows[k]!;
        const sum = margins[row]! + value[node]!;
        margins[row] = this.#isSingle ? Math.fround(sum) : sum;
      }
    }
  }

  #plant(rowCount: number): OpenNode {
    const { gradient, hessian } = this.#derivatives;
    let [sumGradient, sumHessian] = [0, 0];
    for (let k = 0; k < rowCount; k++) {
      sumGradient += gradient[this.#rows[k]!]!;
      sumHessian += hessian[this.#rows[k]!]!;
    }
    const root = this.#open(0, 0, rowCount, sumGradient, sumHessian);
    this.#find(root, undefined);
    return root;
  }

  #open(depth: number, start: number, end: number, gradient: number, hessian: number): OpenNode {
    const { lambda, learningRate } = this.#options;
    const weight = hessian + lambda > 0 ? -gradient / (hessian + lambda) : 0;
    const value = this.#isSingle ? Math.fround(Math.fround(weight) * learningRate) : weight * learningRate;
    const id = this.#tree.addLeaf(value, hessian, start, end - start);
    return { id, depth, start, end, gradient, hessian, histogram: undefined, split: undefined };
  }

  /** Parts a node as was found best; its children, or none where nothing is to be gained. */
  #split(node: OpenNode, mayGoOn: boolean): OpenNode[] {
    const { split } = node;
    const middle = split === undefined ? node.start : this.#part(node, split);
    if (split === undefined || middle === node.start || middle === node.end) {
      this.#release(node);
      return [];
    }
    const { leftGradient, leftHessian } = split;
    const depth = node.depth + 1;
    const left = this.#open(depth, node.start, middle, leftGradient, leftHessian);
    const right = this.#open(depth, middle, node.end, node.gradient - leftGradient, node.hessian - leftHessian);
    this.#tree.split(node.id, split, left.id, right.id);
    if (mayGoOn && depth < this.#options.growth.maxDepth) this.#prepare(node, left, right);
    this.#release(node);
    return [left, right];
  }

  /** False where one side of every split would have too few rows, which looking for one would find out. */
  #mayPart({ start, end }: OpenNode): boolean {
    const { minRows } = this.#options;
    return minRows === 1 || end - start >= 2 * minRows;
  }

  /** Finds the children's splits: the smaller one is added up, the larger one is what is left of the node. */
  #prepare(node: OpenNode, left: OpenNode, right: OpenNode): void {
    const isLeftSmaller = left.end - left.start <= right.end - right.start;
    const [small, large] = isLeftSmaller ? [left, right] : [right, left];
    if (!this.#mayPart(large)) return;
    large.histogram = node.histogram;
    node.histogram = undefined;
    this.#find(small, large);
  }

  /**
   * Adds a node up and finds its split, and that of its sibling, whose histogram is still that of both. The four
   * features of a word go through all of it together.
   */
  #find(node: OpenNode, sibling: OpenNode | undefined): void {
    const features = this.#features;
    const { limits, isBounded } = this.#binning;
    const { gradient, hessian } = this.#derivatives;
    this.#block.gather(this.#rows.subarray(node.start, node.end), gradient, hessian);
    const isLookedAt = this.#mayPart(node);
    const histogram = this.#block.take();
    this.#finder.begin(sumsOf(node));
    if (sibling !== undefined) this.#otherFinder.begin(sumsOf(sibling));
    for (let k = 0; k < features.length; ) {
      const group = features[k]! >> 2;
      this.#block.fill(histogram, group);
      if (sibling !== undefined) this.#block.subtract(sibling.histogram!, histogram, group);
      for (; k < features.length && features[k]! >> 2 === group; k++) {
        const feature = features[k]!;
        const bins = limits[feature]!.length;
        if (isLookedAt) this.#finder.look(histogram.sums, feature, bins, isBounded[feature]!);
        if (sibling !== undefined) this.#otherFinder.look(sibling.histogram!.sums, feature, bins, isBounded[feature]!);
      }
    }
    node.histogram = histogram;
    this.#keep(node, this.#finder.found());
    if (sibling !== undefined) this.#keep(sibling, this.#otherFinder.found());
  }

  #keep(node: OpenNode, split: Split | undefined): void {
    node.split = split;
    if (split === undefined) this.#release(node);
  }

  #release(node: OpenNode): void {
    if (node.histogram !== undefined) this.#block.giveBack(node.histogram);
    node.histogram = undefined;
  }

  /** Moves the rows that go left to the front, keeping both orders; where the right ones begin. */
  #part(node: OpenNode, { feature, bin, missingLeft }: Split): number {
    const rows = this.#rows;
    const column = (feature >> 2) * this.bins.rowCount;
    const shift = 8 * (feature & 3);
    const { words } = this.bins;
    let left = node.start;
    let right = 0;
    for (let k = node.start; k < node.end; k++) {
      const row = rows[k]!;
      const own = (words[column + row]! >>> shift) & 255;
      if (own === MISSING_BIN ? missingLeft : own <= bin) rows[left++] = row;
      else this.#aside[right++] = row;
    }
    rows.set(this.#aside.subarray(0, right), left);
    return left;
  }
}

/** Nodes that may have a histogram at once, the one that is being added up included. */
function histogramsAtOnce({ growth }: TrainingOptions, rowCount: number): number {
  const most = growth.kind === 'depth' ? 1 << (growth.maxDepth - 1) : growth.maxLeaves;
  return Math.min(most, rowCount) + 1;
}

function sumsOf({ gradient, hessian, start, end }: OpenNode): NodeSums {
  return { gradient, hessian, rows: end - start };
}

/** Place of the open node whose split gains most, the first of equals. */
function bestOf(open: readonly OpenNode[]): number {
  let best = 0;
  for (let k = 1; k < open.length; k++) {
    if ((open[k]!.split?.gain ?? 0) > (open[best]!.split?.gain ?? 0)) best = k;
  }
  return best;
}
