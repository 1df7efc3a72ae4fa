/** At most so many in any window of time, such as connections in five minutes. */
export class SlidingLimit {
  readonly #windowUs: number;
  /** Ring of the times of the last ones; 0 is none. */
  readonly #times: Float64Array;
  #next = 0;

  constructor(most: number, windowUs: number) {
    this.#windowUs = windowUs;
    this.#times = new Float64Array(most);
  }

  /** How long the next one has to wait; 0 when it may go now. */
  waitUs(nowUs: number): number {
    const oldest = this.#times[this.#next]!;
    return oldest === 0 ? 0 : Math.max(0, oldest + this.#windowUs - nowUs);
  }

  take(nowUs: number): void {
    this.#times[this.#next] = nowUs;
    this.#next = (this.#next + 1) % this.#times.length;
  }
}
