/** What both nets have in common: a window of values in, a path over the horizon out, and the way back. */
import type { Kernels } from './kernels.ts';
import type { Parameters } from './parameters.ts';

/** What a net looks at and what it answers. */
export interface WindowShape {
  /** Series side by side in a window. */
  readonly channels: number;
  /** Values of each series, oldest first. */
  readonly steps: number;
  /** Values of the answer. */
  readonly horizon: number;
}

/**
 * A net over one block of memory. Windows lie at `input`, series after series; answers at `output`; both for up to
 * `capacity` windows. Every window is computed by itself: alone it has the bits that it has among others.
 */
export interface Net {
  readonly window: WindowShape;
  readonly kernels: Kernels;
  readonly parameters: Parameters;
  /** Windows that one pass takes. */
  readonly capacity: number;
  readonly input: number;
  readonly output: number;
  /** Where the gradient of the answers is to be put before {@link backward}. */
  readonly outputGradient: number;
  /** Answers for the first `count` windows of the input. */
  forward(count: number): void;
  /** Adds to the gradients of all tensors; follows a {@link forward} of the same windows. */
  backward(count: number): void;
  /** To be called when the tensors have changed and before the next {@link backward}. */
  refresh(): void;
}
