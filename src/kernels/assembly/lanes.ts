/**
 * What all kernels stand on: addresses, and four float32 lanes at once. AssemblyScript, compiled by `npm run kernels`.
 * Only operations that IEEE defines to the bit: no fused multiplication, no relaxed SIMD, no threads.
 */

/** Lanes of a vector. */
export const LANES: i32 = 4;
/** Bytes of a vector. */
export const VECTOR_BYTES: usize = 16;
/** Adding and taking away 1.5 · 2²³ rounds a float32 to the nearest whole number. */
const ROUNDER: f32 = 12582912.0;

/** Byte address of the float32 at `offset`. */
export function address(offset: i32): usize {
  return (offset as usize) << 2;
}

/** Bytes of `count` values, up to whole vectors. */
export function vectorBytes(count: i32): usize {
  return (((count as usize) << 2) + 15) & ~15;
}

/** sum + a · b, rounded after the product and after the sum. */
export function multiplyAdd(a: v128, b: v128, sum: v128): v128 {
  return f32x4.add(sum, f32x4.mul(a, b));
}

/** (lane 0 + lane 1) + (lane 2 + lane 3). */
export function sumLanes(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** b where it is greater, else a; `max` of the machine takes many instructions to be right about NaN and −0. */
export function greater(a: f32, b: f32): f32 {
  return a < b ? b : a;
}

/** The greatest lane. */
export function maxLane(v: v128): f32 {
  const low = greater(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1));
  return greater(low, greater(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)));
}

/** e^x with a relative error of 2e-7, x held within −87 … 88 (reduction and polynomial of Cephes, S. L. Moshier). */
export function expLanes(x: v128): v128 {
  const held = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87.0)), f32x4.splat(88.0));
  const rounder = f32x4.splat(ROUNDER);
  const shifted = f32x4.add(f32x4.mul(held, f32x4.splat(Math.LOG2E as f32)), rounder);
  const n = f32x4.sub(shifted, rounder);
  const high = f32x4.sub(held, f32x4.mul(n, f32x4.splat(0.693359375)));
  const r = f32x4.sub(high, f32x4.mul(n, f32x4.splat(-2.1219444e-4)));
  let y = f32x4.splat(1.98756915e-4);
  y = multiplyAdd(y, r, f32x4.splat(1.3981999507e-3));
  y = multiplyAdd(y, r, f32x4.splat(8.3334519073e-3));
  y = multiplyAdd(y, r, f32x4.splat(4.1665795894e-2));
  y = multiplyAdd(y, r, f32x4.splat(1.6666665459e-1));
  y = multiplyAdd(y, r, f32x4.splat(5.0000001201e-1));
  y = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(y, r), r), r), f32x4.splat(1.0));
  // The last bits of what was shifted are those of n; the rest is pushed out.
  return f32x4.mul(y, i32x4.shl(i32x4.add(shifted, i32x4.splat(127)), 23));
}

/** The logistic function of 1.702 x, which times x is the sigmoid form of GELU (Hendrycks and Gimpel 2016). */
export function gateLanes(x: v128): v128 {
  const one = f32x4.splat(1.0);
  return f32x4.div(one, f32x4.add(one, expLanes(f32x4.mul(x, f32x4.splat(-1.702)))));
}
