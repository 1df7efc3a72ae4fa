/** The trained tensors of a net: their places, seeded start, and the step that moves them. */
import { nextUnit, seedPrng } from '../../kernel/prng.ts';
import type { Kernels } from './kernels.ts';
import type { Space } from './space.ts';

/** A constant, or uniform within ± `within`. */
export type Start = { readonly value: number } | { readonly within: number };

/** One tensor: its values, their gradient and the two moments of Adam, each of rows × columns from an offset. */
export interface Tensor {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly start: Start;
  /** Pulled towards zero by weight decay: matrices are, biases and gains are not. */
  readonly decays: boolean;
  readonly values: number;
  readonly gradient: number;
  readonly first: number;
  readonly second: number;
}

/** How far a step goes. */
export interface StepSize {
  readonly learningRate: number;
  /** Share of the learning rate that decayed weights lose in a step. */
  readonly weightDecay: number;
}

const BETA_FIRST = 0.9;
const BETA_SECOND = 0.999;

/** All tensors of a net, in the order in which they were added. */
export class Parameters {
  readonly tensors: Tensor[] = [];
  readonly #space: Space;
  #firstPower = 1;
  #secondPower = 1;

  constructor(space: Space) {
    this.#space = space;
  }

  /** A tensor of its own place. */
  add(name: string, rows: number, columns: number, start: Start, decays: boolean): Tensor {
    const place = (): number => this.#space.take(rows * columns);
    const places = { values: place(), gradient: place(), first: place(), second: place() };
    const tensor = { name, rows, columns, start, decays, ...places };
    this.tensors.push(tensor);
    return tensor;
  }

  /** Values of all tensors together. */
  get count(): number {
    return this.tensors.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  }

  /** Draws the values anew from `seed` and forgets what Adam knew. */
  reset(kernels: Kernels, seed: number): void {
    const random = new Int32Array(4);
    seedPrng(random, seed);
    for (const { rows, columns, start, values, gradient, first, second } of this.tensors) {
      const size = rows * columns;
      for (let i = 0; i < size; i++) {
        kernels.floats[values + i] = 'value' in start ? start.value : (2 * nextUnit(random) - 1) * start.within;
      }
      for (const place of [gradient, first, second]) kernels.floats.fill(0, place, place + size);
    }
    this.#firstPower = 1;
    this.#secondPower = 1;
  }

  /** Moves every tensor against its gradient, by Adam, and clears the gradients. */
  step(kernels: Kernels, { learningRate, weightDecay }: StepSize): void {
    this.#firstPower *= BETA_FIRST;
    this.#secondPower *= BETA_SECOND;
    const rate = learningRate / (1 - this.#firstPower);
    const correction = 1 / (1 - this.#secondPower);
    for (const { rows, columns, decays, values, gradient, first, second } of this.tensors) {
      const keep = decays ? 1 - learningRate * weightDecay : 1;
      kernels.adam(values, gradient, first, second, rows * columns, rate, correction, keep);
    }
  }

  /** A copy of all values, tensor after tensor. */
  copy(kernels: Kernels): Float64Array {
    const copied = new Float64Array(this.count);
    let at = 0;
    for (const { rows, columns, values } of this.tensors) {
      copied.set(kernels.floats.subarray(values, values + rows * columns), at);
      at += rows * columns;
    }
    return copied;
  }

  /** Puts back what {@link copy} gave. */
  restore(kernels: Kernels, copied: Float64Array): void {
    let at = 0;
    for (const { rows, columns, values } of this.tensors) {
      kernels.floats.set(copied.subarray(at, at + rows * columns), values);
      at += rows * columns;
    }
  }
}
