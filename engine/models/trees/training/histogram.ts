/**
 * Sums of first and second derivatives per feature and bin: what a split is found from. That of a node's larger child
 * is its own less that of the smaller one, so only the smaller half of the rows is ever added up.
 */
import type { BinnedRows } from './binning.ts';

/** Places per bin: first derivative, second derivative. */
const PAIR = 2;
export const BINS = 256;
const COLUMN = BINS * PAIR;
const GROUP = 4 * COLUMN;

/** Pairs of sums, feature by feature; bin 255 is the missing one. */
export type Histogram = Float64Array;

/** Histograms of one size that are used again: to make one costs as much as to fill it. */
export class HistogramPool {
  readonly #groupCount: number;
  readonly #free: Histogram[] = [];

  constructor(featureCount: number) {
    this.#groupCount = Math.ceil(featureCount / 4);
  }

  /** One whose contents are left from before. */
  take(): Histogram {
    return this.#free.pop() ?? new Float64Array(this.#groupCount * GROUP);
  }

  giveBack(histogram: Histogram): void {
    this.#free.push(histogram);
  }
}

/** Rows of a node with their derivatives side by side, so that every feature reads them in order. */
export interface NodeRows {
  readonly count: number;
  readonly rows: Int32Array;
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
}

/**
 * Adds the rows up under the four features of a group, whether all are asked for or not: they come in one word, and
 * their sums stay in the fastest memory.
 */
export function fillHistogram(sums: Histogram, group: number, bins: BinnedRows, node: NodeRows): void {
  const { count, rows, gradient, hessian } = node;
  const { words, rowCount } = bins;
  const column = group * rowCount;
  const a = group * GROUP;
  const [b, c, d] = [a + COLUMN, a + 2 * COLUMN, a + 3 * COLUMN];
  sums.fill(0, a, a + GROUP);
  for (let k = 0; k < count; k++) {
    const word = words[column + rows[k]!]!;
    const g = gradient[k]!;
    const h = hessian[k]!;
    let at = a + PAIR * (word & 255);
    sums[at]! += g;
    sums[at + 1]! += h;
    at = b + PAIR * ((word >>> 8) & 255);
    sums[at]! += g;
    sums[at + 1]! += h;
    at = c + PAIR * ((word >>> 16) & 255);
    sums[at]! += g;
    sums[at + 1]! += h;
    at = d + PAIR * (word >>> 24);
    sums[at]! += g;
    sums[at + 1]! += h;
  }
}

/** Turns a node's histogram into that of its other child, for the four features of a group. */
export function subtractHistogram(sums: Histogram, child: Histogram, group: number): void {
  for (let at = group * GROUP; at < (group + 1) * GROUP; at++) sums[at]! -= child[at]!;
}
