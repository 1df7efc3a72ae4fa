/**
 * The kernels in plain TypeScript: what the compiled ones are held against, bit by bit, and what computes where those
 * cannot.
 */
import { type Arithmetic, DOUBLE, SINGLE } from './arithmetic.ts';
import type { Kernels } from './kernels.ts';
import { attentionKernels } from './reference-attention.ts';
import { matrixKernels } from './reference-matrix.ts';
import { rowKernels } from './reference-rows.ts';

/** Kernels over a new block in single precision. */
export function referenceKernels(count: number): Kernels {
  return kernelsOf(SINGLE, count);
}

/** The same functions in double precision, where differences of losses tell gradients. */
export function doubleKernels(count: number): Kernels {
  return kernelsOf(DOUBLE, count);
}

function kernelsOf(arithmetic: Arithmetic, count: number): Kernels {
  const floats = arithmetic.zeros(count);
  return {
    floats,
    ...matrixKernels(floats, arithmetic),
    ...rowKernels(floats, arithmetic),
    ...attentionKernels(floats, arithmetic),
  };
}
