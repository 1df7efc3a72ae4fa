/**
 * N-HiTS (Challu et al. 2022, arXiv 2201.12886): stacks that look at the window from coarse to fine, each at what the one
 * before left unexplained, and add up their answers. Further series beside the first go into the same layers.
 */
import type { Kernels, KernelsOver } from './kernels.ts';
import type { Net, WindowShape } from './net.ts';
import { NHitsStack, type StackScratch, type StackShape } from './nhits-stack.ts';
import { Parameters } from './parameters.ts';
import { Space } from './space.ts';

/** The make of an N-HiTS net. */
export interface NHitsShape extends WindowShape {
  readonly kind: 'nhits';
  /** Width of the hidden layers. */
  readonly hiddenWidth: number;
  readonly stacks: readonly StackShape[];
}

/** A window of 64 values, answered over 8. */
export const DEFAULT_NHITS: NHitsShape = {
  kind: 'nhits',
  channels: 1,
  steps: 64,
  horizon: 8,
  hiddenWidth: 64,
  stacks: [
    { pool: 8, backcastKnots: 8, forecastKnots: 1 },
    { pool: 4, backcastKnots: 16, forecastKnots: 2 },
    { pool: 1, backcastKnots: 64, forecastKnots: 8 },
  ],
};

/** An N-HiTS net; its tensors are zero until they are reset or read. */
export class NHits implements Net {
  readonly window: WindowShape;
  readonly kernels: Kernels;
  readonly parameters: Parameters;
  readonly capacity: number;
  readonly input: number;
  readonly output: number;
  readonly outputGradient: number;
  readonly #stacks: readonly NHitsStack[];
  /** What each stack but the last leaves unexplained. */
  readonly #residuals: readonly number[];
  readonly #windowGradient: number;
  readonly #scratch: StackScratch;

  constructor(shape: NHitsShape, capacity: number, kernelsOver: KernelsOver) {
    const space = new Space();
    const { channels, steps, horizon, hiddenWidth, stacks } = shape;
    const windows = (): number => space.take(capacity * channels * steps);
    this.window = shape;
    this.capacity = capacity;
    this.parameters = new Parameters(space);
    this.input = windows();
    this.output = space.take(capacity * horizon);
    this.outputGradient = space.take(capacity * horizon);
    this.#stacks = stacks.map((stack, i) => {
      const last = i === stacks.length - 1;
      return new NHitsStack(space, this.parameters, `stacks.${i}`, shape, stack, hiddenWidth, capacity, last);
    });
    this.#residuals = stacks.slice(1).map(windows);
    this.#windowGradient = windows();
    const knots = Math.max(...stacks.flatMap((each) => [each.forecastKnots, channels * each.backcastKnots]));
    this.#scratch = {
      knots: space.take(capacity * knots),
      hidden: space.take(capacity * hiddenWidth),
      deeper: space.take(capacity * hiddenWidth),
      pooled: windows(),
    };
    this.kernels = kernelsOver(space.size);
    for (const stack of this.#stacks) stack.prepare(this.kernels);
  }

  forward(count: number): void {
    const { kernels, output } = this;
    kernels.floats.fill(0, output, output + count * this.window.horizon);
    let from = this.input;
    for (const [i, stack] of this.#stacks.entries()) {
      const residual = this.#residuals[i] ?? 0;
      stack.forward(kernels, from, residual, output, count);
      from = residual;
    }
  }

  backward(count: number): void {
    const { kernels } = this;
    const values = count * this.window.channels * this.window.steps;
    kernels.floats.fill(0, this.#windowGradient, this.#windowGradient + values);
    for (let i = this.#stacks.length - 1; i >= 0; i--) {
      const stack = this.#stacks[i]!;
      stack.backward(kernels, this.outputGradient, this.#windowGradient, this.#scratch, count, i === 0);
    }
  }

  refresh(): void {
    for (const stack of this.#stacks) stack.refresh(this.kernels);
  }
}
