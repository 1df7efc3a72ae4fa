/** Lays out the one block of memory of a net: offsets are given out first, the block is made once its size is known. */

/** Values of a cache line; every buffer starts on one and so ends on whole vectors. */
const LINE = 16;

/**
 * Gives out offsets, counted in values. The first line is given to nobody: offset 0 means none, and the compiled kernels
 * keep constants there.
 */
export class Space {
  #end = LINE;

  /** Offset of `count` values. */
  take(count: number): number {
    const offset = this.#end;
    this.#end += Math.ceil(count / LINE) * LINE;
    return offset;
  }

  /** Values taken so far. */
  get size(): number {
    return this.#end;
  }
}
