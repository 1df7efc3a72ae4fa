/** Virtual time: what is planned happens in order of its time, at once, and the same way for the same seed. */
import { nextBelow, nextUnit, seedPrng } from '../../../engine/kernel/prng.ts';

interface Planned {
  readonly atUs: number;
  readonly order: number;
  readonly run: () => void;
}

export class VirtualTime {
  nowUs: number;
  readonly #heap: Planned[] = [];
  #order = 0;

  constructor(startUs: number) {
    this.nowUs = startUs;
  }

  get nextAtUs(): number {
    return this.#heap[0]?.atUs ?? Number.POSITIVE_INFINITY;
  }

  at(atUs: number, run: () => void): void {
    this.#heap.push({ atUs: Math.max(Math.trunc(atUs), this.nowUs), order: this.#order++, run });
    this.#rise(this.#heap.length - 1);
  }

  after(delayUs: number, run: () => void): void {
    this.at(this.nowUs + delayUs, run);
  }

  /** Runs what is next. @returns false when nothing is planned. */
  step(): boolean {
    const first = this.#heap[0];
    if (first === undefined) return false;
    const last = this.#heap.pop()!;
    if (last !== first) {
      this.#heap[0] = last;
      this.#sink(0);
    }
    this.nowUs = first.atUs;
    first.run();
    return true;
  }

  #before(a: number, b: number): boolean {
    const x = this.#heap[a]!;
    const y = this.#heap[b]!;
    return x.atUs < y.atUs || (x.atUs === y.atUs && x.order < y.order);
  }

  #swap(a: number, b: number): void {
    const kept = this.#heap[a]!;
    this.#heap[a] = this.#heap[b]!;
    this.#heap[b] = kept;
  }

  #rise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(from: number): void {
    for (let at = from; ; ) {
      let least = at;
      for (const child of [at * 2 + 1, at * 2 + 2]) {
        if (child < this.#heap.length && this.#before(child, least)) least = child;
      }
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }
}

/** A seeded generator with the few draws that a simulation makes. */
export class Chance {
  readonly #state = new Int32Array(4);

  constructor(seed: number) {
    seedPrng(this.#state, seed);
  }

  /** True in `share` of the draws. */
  is(share: number): boolean {
    return nextUnit(this.#state) < share;
  }

  /** A whole number in [from, to]. */
  between(from: number, to: number): number {
    return from + nextBelow(this.#state, to - from + 1);
  }
}
