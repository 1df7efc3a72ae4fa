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
/** Of the powers of r, about 1 / n!. */
const C2 = f(5.0000001201e-1);
const C3 = f(1.6666665459e-1);
const C4 = f(4.1665795894e-2);
const C5 = f(8.3334519073e-3);
const C6 = f(1.3981999507e-3);
const C7 = f(1.98756915e-4);

const bits = new Int32Array(1);
const single = new Float32Array(bits.buffer);

/** e^x in single precision, relative error 2e-7, x held within −87 … 88 (reduction and polynomial of Cephes, S. L. Moshier). */
export function expSingle(x: number): number {
  const held = Math.min(Math.max(x, -87), 88);
  const n = f(f(f(held * INV_LN2) + ROUNDER) - ROUNDER);
  const r = f(f(held - f(n * LN2_HIGH)) - f(n * LN2_LOW));
  const square = f(r * r);
  const first = f(f(C7 * r) + C6);
  const second = f(f(C5 * r) + C4);
  const third = f(f(C3 * r) + C2);
  const series = f(f(f(f(first * square) + second) * square) + third);
  const y = f(f(series * square) + f(r + 1));
  bits[0] = (n + 127) << 23;
  return f(y * single[0]!);
}

/** Every operation rounded to single precision: the bits of the compiled kernels. */
export const SINGLE: Arithmetic = { round: f, exp: expSingle, zeros: (count) => new Float32Array(count) };

/** Nothing rounded beyond double precision. */
export const DOUBLE: Arithmetic = { round: (x) => x, exp, zeros: (count) => new Float64Array(count) };
