/** A dense layer: y = x · W + b, with its gradients written by hand. */
import { type Kernels, MATMUL } from './kernels.ts';
import type { Parameters, Tensor } from './parameters.ts';
import type { Space } from './space.ts';

/** One layer of a net. Weights are inputs × outputs. */
export class Dense {
  readonly #weight: Tensor;
  readonly #bias: Tensor;
  /** The weights turned over, as of the last {@link refresh}. */
  readonly #turned: number;

  constructor(space: Space, parameters: Parameters, name: string, inputs: number, outputs: number) {
    // Uniform within ± 1/√inputs (LeCun et al. 1998).
    const start = { within: 1 / Math.sqrt(inputs) };
    this.#weight = parameters.add(`${name}.weight`, inputs, outputs, start, true);
    this.#bias = parameters.add(`${name}.bias`, 1, outputs, start, false);
    this.#turned = space.take(inputs * outputs);
  }

  /** Writes the outputs of `rows` rows to `to`; `flags` of {@link MATMUL}. */
  forward(kernels: Kernels, from: number, to: number, rows: number, flags: number = MATMUL.plain): void {
    const { values, rows: inputs, columns: outputs } = this.#weight;
    kernels.matmul(from, values, to, rows, outputs, inputs, this.#bias.values, flags);
  }

  /** Adds to the gradients of weights and bias, from the layer's inputs and the gradient of its outputs. */
  learn(kernels: Kernels, from: number, gradient: number, rows: number): void {
    const { gradient: weights, rows: inputs, columns: outputs } = this.#weight;
    kernels.addTransposedProduct(from, gradient, weights, rows, inputs, outputs);
    kernels.addColumnSums(gradient, this.#bias.gradient, rows, outputs);
  }

  /** Writes the gradient of the inputs to `to`. */
  back(kernels: Kernels, gradient: number, to: number, rows: number, flags: number = MATMUL.plain): void {
    const { rows: inputs, columns: outputs } = this.#weight;
    kernels.matmul(gradient, this.#turned, to, rows, inputs, outputs, 0, flags);
  }

  /** To be called when the weights have changed and before {@link back}. */
  refresh(kernels: Kernels): void {
    kernels.transpose(this.#weight.values, this.#turned, this.#weight.rows, this.#weight.columns);
  }
}
