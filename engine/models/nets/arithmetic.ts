/** The precision that the reference kernels work in: single as the compiled ones, or double for checks of gradients. */
import { exp } from '../../kernel/math.ts';
import type { Floats } from './kernels.ts';

/** How results of single operations are rounded, and the exponential that fits. */
export interface Arithmetic {
  round(x: number): number;
  exp(x: number): number;
  zeros(count: number): Floats;
}

const f = Math.fround;
/** Adding and taking away 1.5 · 2²³ rounds a float32 to the nearest whole number. */
const ROUNDER = 12_582_912;
const INV_LN2 = f(Math.LOG2E);
const LN2_HIGH = f(0.693359375);
const LN2_LOW = f(-2.1219444e-4);
const SERIES = [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1];
const TERMS = SERIES.map(f);

const bits = new Int32Array(1);
const single = new Float32Array(bits.buffer);

/** e^x in single precision, relative error 2e-7, x held within −87 … 88 (reduction and polynomial of Cephes, S. L. Moshier). */
export function expSingle(x: number): number {
  const held = Math.min(Math.max(x, -87), 88);
  const n = f(f(f(held * INV_LN2) + ROUNDER) - ROUNDER);
  const r = f(f(held - f(n * LN2_HIGH)) - f(n * LN2_LOW));
  let y = TERMS[0]!;
  for (let i = 1; i < TERMS.length; i++) y = f(f(y * r) + TERMS[i]!);
  y = f(f(f(f(y * r) * r) + r) + 1);
  bits[0] = (n + 127) << 23;
  return f(y * single[0]!);
}

/** Every operation rounded to single precision: the bits of the compiled kernels. */
export const SINGLE: Arithmetic = { round: f, exp: expSingle, zeros: (count) => new Float32Array(count) };

/** Nothing rounded beyond double precision. */
export const DOUBLE: Arithmetic = { round: (x) => x, exp, zeros: (count) => new Float64Array(count) };
