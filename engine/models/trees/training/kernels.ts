/**
 * The two loops that growing trees spends its time in, over one block of memory. The compiled set (`src/kernels`) is passed
 * in; the reference set gives the same bits. Addresses are bytes from the start of the block.
 */

/** Bins of a feature; the last one holds what is missing. */
export const BINS = 256;
/** Features whose bins share a word, and whose sums lie one behind the other. */
export const GROUP_FEATURES = 4;
/** Places per bin: sum of first derivatives, sum of second ones. */
export const PAIR = 2;
/** Sums of a group. */
export const GROUP_SUMS = GROUP_FEATURES * BINS * PAIR;

export interface TreeKernels {
  readonly memory: ArrayBuffer;
  /**
   * Sets the sums of a group (float64) to those of `count` rows. `words` has the bins of every row (uint32, the first
   * feature in the lowest byte), `rows` the numbers of the rows (int32) and `pairs` the derivatives of each (float64, first
   * and second), added up in this order.
   */
  fillHistogram(sums: number, words: number, rows: number, pairs: number, count: number): void;
  /** Takes the sums of a group away from others, one by one. */
  subtractHistogram(sums: number, others: number): void;
}

/** Makes kernels over a new block of so many bytes, all zero. */
export type TreeKernelsOver = (bytes: number) => TreeKernels;

/** What the compiled kernels can address. */
const MOST_BYTES = 0x1_0000_0000;
/** Every part starts on a cache line; the first one is the kernels' own. */
const LINE_BYTES = 64;

/** Gives out the parts of a block. */
export class TreeSpace {
  #end = LINE_BYTES;

  /** Address of so many bytes; a RangeError where the kernels could not reach them. */
  take(bytes: number): number {
    const at = this.#end;
    this.#end += Math.ceil(bytes / LINE_BYTES) * LINE_BYTES;
    if (this.#end > MOST_BYTES)
      throw new RangeError(`training needs ${this.#end} bytes at once, and has ${MOST_BYTES}`);
    return at;
  }

  /** Bytes taken so far. */
  get size(): number {
    return this.#end;
  }
}
