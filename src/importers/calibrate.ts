/** The recorder's clock held against the venue's: one offset for the whole import. */

const MOST_SAMPLES = 1 << 20;
const SHARE = 0.99;

/** Collects event time − receive time. Beyond a million samples every second, fourth, … one is kept. */
export class ClockSample {
  #values = new Float64Array(1024);
  #count = 0;
  #stride = 1;
  #seen = 0;

  add(differenceUs: number): void {
    if (this.#seen++ % this.#stride !== 0) return;
    if (this.#count === MOST_SAMPLES) {
      this.#thin();
      if ((this.#seen - 1) % this.#stride !== 0) return;
    }
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(this.#count * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count++] = differenceUs;
  }

  #thin(): void {
    for (let i = 0; i * 2 < this.#count; i++) this.#values[i] = this.#values[i * 2]!;
    this.#count >>= 1;
    this.#stride *= 2;
  }

  /**
   * What to add to receive times so that all but one event in a hundred were received after the venue sent
   * them: the 99th percentile (nearest rank) of the samples in µs, or 0 where that is not above zero.
   */
  offsetUs(): number {
    if (this.#count === 0) return 0;
    const sorted = this.#values.subarray(0, this.#count).slice().sort();
    return Math.max(0, sorted[Math.ceil(this.#count * SHARE) - 1]!);
  }
}
