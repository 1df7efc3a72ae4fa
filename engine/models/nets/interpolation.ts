/** Linear interpolation from a few knots to many values as a product with a fixed matrix. */
import { type Kernels, MATMUL } from './kernels.ts';
import type { Space } from './space.ts';

/**
 * Places `knots` evenly over `values`, the middle of each over the middle of its part; beyond the first and last knot the
 * answer stays level (as PyTorch's `interpolate` without aligned corners).
 */
export class Interpolation {
  readonly #knots: number;
  readonly #values: number;
  readonly #matrix: number;
  readonly #turned: number;

  constructor(space: Space, knots: number, values: number) {
    this.#knots = knots;
    this.#values = values;
    this.#matrix = space.take(knots * values);
    this.#turned = space.take(knots * values);
  }

  /** Fills the matrix, times `sign`. */
  prepare(kernels: Kernels, sign: 1 | -1): void {
    const { floats } = kernels;
    for (let j = 0; j < this.#values; j++) {
      const place = Math.max(0, ((j + 0.5) * this.#knots) / this.#values - 0.5);
      const left = Math.min(Math.floor(place), this.#knots - 1);
      const right = Math.min(left + 1, this.#knots - 1);
      const share = right === left ? 0 : place - left;
      floats[this.#matrix + left * this.#values + j] = sign * (1 - share);
      if (right !== left) floats[this.#matrix + right * this.#values + j] = sign * share;
    }
    kernels.transpose(this.#matrix, this.#turned, this.#knots, this.#values);
  }

  /** Adds the values of `rows` rows of knots to `to`. */
  addForward(kernels: Kernels, from: number, to: number, rows: number): void {
    kernels.matmul(from, this.#matrix, to, rows, this.#values, this.#knots, 0, MATMUL.add);
  }

  /** Writes the gradient of the knots to `to`. */
  back(kernels: Kernels, gradient: number, to: number, rows: number): void {
    kernels.matmul(gradient, this.#turned, to, rows, this.#knots, this.#values, 0, MATMUL.plain);
  }
}
