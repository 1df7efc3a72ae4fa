/**
 * One stack of N-HiTS: the window pooled to its own coarseness, two hidden layers, and knots from which the answer and
 * what the stack has explained of the window are interpolated.
 */
import { Dense } from './dense.ts';
import { Interpolation } from './interpolation.ts';
import { type Kernels, MATMUL } from './kernels.ts';
import type { WindowShape } from './net.ts';
import type { Parameters } from './parameters.ts';
import type { Space } from './space.ts';

/** How coarsely a stack looks and answers. */
export interface StackShape {
  /** Neighbouring values of which the greatest counts; divides the steps. */
  readonly pool: number;
  /** Knots of what is explained of a series; the last stack has no use for it. */
  readonly backcastKnots: number;
  /** Knots of the answer. */
  readonly forecastKnots: number;
}

/** Buffers that all stacks share on the way back. */
export interface StackScratch {
  readonly knots: number;
  readonly hidden: number;
  readonly deeper: number;
  readonly pooled: number;
}

/** A stack and what it keeps of a pass. */
export class NHitsStack {
  readonly #window: WindowShape;
  readonly #shape: StackShape;
  readonly #hiddenWidth: number;
  readonly #first: Dense;
  readonly #second: Dense;
  readonly #forecast: Dense;
  readonly #backcast: Dense | undefined;
  readonly #forecastPath: Interpolation;
  readonly #backcastPath: Interpolation;
  readonly #pooled: number;
  readonly #greatest: Int32Array;
  readonly #hidden: number;
  readonly #deeper: number;
  readonly #forecastKnots: number;
  readonly #backcastKnots: number;
  /** Where the window lay in the last pass. */
  #from = 0;

  constructor(
    space: Space,
    parameters: Parameters,
    name: string,
    window: WindowShape,
    shape: StackShape,
    hiddenWidth: number,
    capacity: number,
    last: boolean,
  ) {
    const { channels, steps, horizon } = window;
    const pooled = (channels * steps) / shape.pool;
    this.#window = window;
    this.#shape = shape;
    this.#hiddenWidth = hiddenWidth;
    this.#first = new Dense(space, parameters, `${name}.first`, pooled, hiddenWidth);
    this.#second = new Dense(space, parameters, `${name}.second`, hiddenWidth, hiddenWidth);
    this.#forecast = new Dense(space, parameters, `${name}.forecast`, hiddenWidth, shape.forecastKnots);
    const backcastKnots = channels * shape.backcastKnots;
    this.#backcast = last ? undefined : new Dense(space, parameters, `${name}.backcast`, hiddenWidth, backcastKnots);
    this.#forecastPath = new Interpolation(space, shape.forecastKnots, horizon);
    this.#backcastPath = new Interpolation(space, shape.backcastKnots, steps);
    this.#pooled = space.take(capacity * pooled);
    this.#greatest = new Int32Array(shape.pool === 1 ? 0 : capacity * pooled);
    this.#hidden = space.take(capacity * hiddenWidth);
    this.#deeper = space.take(capacity * hiddenWidth);
    this.#forecastKnots = space.take(capacity * shape.forecastKnots);
    this.#backcastKnots = space.take(capacity * backcastKnots);
  }

  /** To be called once, when the memory is there. */
  prepare(kernels: Kernels): void {
    this.#forecastPath.prepare(kernels, 1);
    this.#backcastPath.prepare(kernels, -1);
  }

  refresh(kernels: Kernels): void {
    for (const layer of [this.#first, this.#second, this.#forecast, this.#backcast]) layer?.refresh(kernels);
  }

  /** Adds the stack's answer to `output` and takes what it explains of `from` away in `residual`, unless it is the last. */
  forward(kernels: Kernels, from: number, residual: number, output: number, count: number): void {
    this.#from = from;
    this.#first.forward(kernels, this.#pool(kernels, count), this.#hidden, count, MATMUL.relu);
    this.#second.forward(kernels, this.#hidden, this.#deeper, count, MATMUL.relu);
    this.#forecast.forward(kernels, this.#deeper, this.#forecastKnots, count);
    this.#forecastPath.addForward(kernels, this.#forecastKnots, output, count);
    if (this.#backcast === undefined) return;
    const { channels, steps } = this.#window;
    this.#backcast.forward(kernels, this.#deeper, this.#backcastKnots, count);
    kernels.floats.copyWithin(residual, from, from + count * channels * steps);
    this.#backcastPath.addForward(kernels, this.#backcastKnots, residual, count * channels);
  }

  /** Where the pooled window lies; which value was the greatest is kept. */
  #pool({ floats }: Kernels, count: number): number {
    const { pool } = this.#shape;
    if (pool === 1) return this.#from;
    const total = (count * this.#window.channels * this.#window.steps) / pool;
    for (let i = 0; i < total; i++) {
      let best = this.#from + i * pool;
      for (let at = best + 1; at < this.#from + (i + 1) * pool; at++) if (floats[at]! > floats[best]!) best = at;
      floats[this.#pooled + i] = floats[best]!;
      this.#greatest[i] = best - this.#from;
    }
    return this.#pooled;
  }

  /**
   * Adds to the gradients of the stack's tensors. `windowGradient` holds the gradient of the residual and becomes that of
   * the window; the first stack leaves it alone.
   */
  backward(
    kernels: Kernels,
    gradient: number,
    windowGradient: number,
    scratch: StackScratch,
    count: number,
    first: boolean,
  ): void {
    const { knots, hidden, deeper } = scratch;
    this.#forecastPath.back(kernels, gradient, knots, count);
    this.#forecast.learn(kernels, this.#deeper, knots, count);
    this.#forecast.back(kernels, knots, deeper, count);
    if (this.#backcast !== undefined) {
      this.#backcastPath.back(kernels, windowGradient, knots, count * this.#window.channels);
      this.#backcast.learn(kernels, this.#deeper, knots, count);
      this.#backcast.back(kernels, knots, deeper, count, MATMUL.add);
    }
    kernels.reluBackward(this.#deeper, deeper, count * this.#hiddenWidth);
    this.#second.learn(kernels, this.#hidden, deeper, count);
    this.#second.back(kernels, deeper, hidden, count);
    kernels.reluBackward(this.#hidden, hidden, count * this.#hiddenWidth);
    this.#first.learn(kernels, this.#shape.pool === 1 ? this.#from : this.#pooled, hidden, count);
    if (!first) this.#unpool(kernels, hidden, windowGradient, scratch.pooled, count);
  }

  /** Adds the gradient of the first layer's inputs to those values that were the greatest. */
  #unpool(kernels: Kernels, hidden: number, windowGradient: number, pooled: number, count: number): void {
    const { pool } = this.#shape;
    if (pool === 1) {
      this.#first.back(kernels, hidden, windowGradient, count, MATMUL.add);
      return;
    }
    const { floats } = kernels;
    const total = (count * this.#window.channels * this.#window.steps) / pool;
    this.#first.back(kernels, hidden, pooled, count);
    for (let i = 0; i < total; i++) {
      const to = windowGradient + this.#greatest[i]!;
      floats[to] = floats[to]! + floats[pooled + i]!;
    }
  }
}
