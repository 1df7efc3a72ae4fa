/** A layer normalisation with its gain and shift (Ba, Kiros and Hinton 2016). */
import type { Kernels } from './kernels.ts';
import type { Parameters, Tensor } from './parameters.ts';
import type { Space } from './space.ts';

/** Normalises rows of `width`, and keeps what the way back needs. */
export class LayerNorm {
  readonly #gain: Tensor;
  readonly #shift: Tensor;
  readonly #normal: number;
  readonly #inverse: number;
  /** Where the answers of the last pass lie. */
  readonly output: number;

  constructor(space: Space, parameters: Parameters, name: string, width: number, rows: number) {
    this.#gain = parameters.add(`${name}.gain`, 1, width, { value: 1 }, false);
    this.#shift = parameters.add(`${name}.shift`, 1, width, { value: 0 }, false);
    this.#normal = space.take(rows * width);
    this.#inverse = space.take(rows);
    this.output = space.take(rows * width);
  }

  /** Normalises `rows` rows at `from`; says where they lie. */
  forward(kernels: Kernels, from: number, rows: number): number {
    const { values: gain, columns } = this.#gain;
    kernels.layerNorm(from, this.output, this.#normal, this.#inverse, gain, this.#shift.values, rows, columns);
    return this.output;
  }

  /** Adds to the gradient of the rows at `inputGradient`, and to those of gain and shift. */
  backward(kernels: Kernels, gradient: number, inputGradient: number, rows: number): void {
    const { values, gradient: gains, columns } = this.#gain;
    kernels.layerNormBackward(
      gradient,
      this.#normal,
      this.#inverse,
      values,
      inputGradient,
      gains,
      this.#shift.gradient,
      rows,
      columns,
    );
  }
}
