/**
 * The block of memory that a forest is grown in: bins of all rows, rows of the node at hand with their derivatives, and sums
 * of first and second derivatives per feature and bin, which a split is found from. The sums of a node's larger child are its
 * own less those of the smaller one, so only the smaller half of the rows is ever added up.
 */
import { assert } from '../../../kernel/assert.ts';
import { wordCount } from './binning.ts';
import { GROUP_FEATURES, GROUP_SUMS, PAIR, type TreeKernels, type TreeKernelsOver, TreeSpace } from './kernels.ts';

/** Pairs of sums, feature by feature; bin 255 is the missing one. */
export interface Histogram {
  readonly sums: Float64Array;
  readonly address: number;
}

const GROUP_BYTES = GROUP_SUMS * Float64Array.BYTES_PER_ELEMENT;

/** Rows of a node with their derivatives side by side, so that every feature reads them in order. */
export interface NodeRows {
  readonly count: number;
  readonly rows: Int32Array;
  /** First and second derivative of each. */
  readonly pairs: Float64Array;
}

export class HistogramBlock {
  /** Bins of all rows, to be filled by the maker. */
  readonly words: Uint32Array<ArrayBuffer>;
  readonly #kernels: TreeKernels;
  readonly #rowCount: number;
  readonly #groupCount: number;
  readonly #node: NodeRows & { count: number };
  readonly #at: { readonly words: number; readonly rows: number; readonly pairs: number };
  /** Those that are not in use. */
  readonly #free: Histogram[] = [];

  /** For histograms of at most `histogramCount` nodes at once. */
  constructor(rowCount: number, featureCount: number, histogramCount: number, kernelsOver: TreeKernelsOver) {
    const space = new TreeSpace();
    this.#rowCount = rowCount;
    this.#groupCount = Math.ceil(featureCount / GROUP_FEATURES);
    const words = wordCount(rowCount, featureCount);
    this.#at = {
      words: space.take(words * Uint32Array.BYTES_PER_ELEMENT),
      rows: space.take(rowCount * Int32Array.BYTES_PER_ELEMENT),
      pairs: space.take(rowCount * PAIR * Float64Array.BYTES_PER_ELEMENT),
    };
    const histograms = Array.from({ length: histogramCount }, () => space.take(this.#groupCount * GROUP_BYTES));
    this.#kernels = kernelsOver(space.size);
    const { memory } = this.#kernels;
    this.words = new Uint32Array(memory, this.#at.words, words);
    this.#node = {
      count: 0,
      rows: new Int32Array(memory, this.#at.rows, rowCount),
      pairs: new Float64Array(memory, this.#at.pairs, rowCount * PAIR),
    };
    for (const address of histograms.reverse()) {
      this.#free.push({ address, sums: new Float64Array(memory, address, this.#groupCount * GROUP_SUMS) });
    }
  }

  /** One whose contents are left from before. */
  take(): Histogram {
    const histogram = this.#free.pop();
    assert(histogram !== undefined, 'more nodes at once than were told');
    return histogram;
  }

  giveBack(histogram: Histogram): void {
    this.#free.push(histogram);
  }

  /** Turns to a node's rows. */
  gather(rows: Int32Array, gradient: Float64Array, hessian: Float64Array): void {
    const { pairs } = this.#node;
    this.#node.rows.set(rows);
    this.#node.count = rows.length;
    for (let k = 0; k < rows.length; k++) {
      pairs[PAIR * k] = gradient[rows[k]!]!;
      pairs[PAIR * k + 1] = hessian[rows[k]!]!;
    }
  }

  /**
   * Adds the node's rows up under the four features of a group, whether all are asked for or not: they come in one word,
   * and their sums stay in the fastest memory.
   */
  fill({ address }: Histogram, group: number): void {
    const { words, rows, pairs } = this.#at;
    const column = words + group * this.#rowCount * Uint32Array.BYTES_PER_ELEMENT;
    this.#kernels.fillHistogram(address + group * GROUP_BYTES, column, rows, pairs, this.#node.count);
  }

  /** Turns a node's histogram into that of its other child, for the four features of a group. */
  subtract(histogram: Histogram, child: Histogram, group: number): void {
    this.#kernels.subtractHistogram(histogram.address + group * GROUP_BYTES, child.address + group * GROUP_BYTES);
  }
}
