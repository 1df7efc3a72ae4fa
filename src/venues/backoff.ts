/** Pauses that double from the least to the most, for what is tried until it is answered. */
export class Backoff {
  readonly leastUs: number;
  readonly #mostUs: number;
  #nextUs: number;

  constructor(leastUs: number, mostUs: number) {
    this.leastUs = leastUs;
    this.#mostUs = mostUs;
    this.#nextUs = leastUs;
  }

  /** The pause before the next try. */
  next(): number {
    const pauseUs = this.#nextUs;
    this.#nextUs = Math.min(pauseUs * 2, this.#mostUs);
    return pauseUs;
  }

  reset(): void {
    this.#nextUs = this.leastUs;
  }
}
