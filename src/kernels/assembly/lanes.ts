/**
 * What all kernels stand on: addresses, and four float32 lanes at once. AssemblyScript, compiled by `npm run kernels`.
 * Only operations that IEEE defines to the bit: no fused multiplication, no relaxed SIMD, no threads.
 */

/** Lanes of a vector. */
export const LANES: i32 = 4;
/** Bytes of a vector. */
export const VECTOR_BYTES: usize = 16;

/**
 * Constants of {@link expLanes} and {@link gateLanes}, in the line of memory that a net leaves free: to read one is
 * faster than what the machine makes of a constant vector.
 */
const TABLE = memory.data<f32>([
  -87.0,
  88.0,
  Math.LOG2E as f32,
  12582912.0,
  0.693359375,
  -2.1219444e-4,
  1.98756915e-4,
  1.3981999507e-3,
  8.3334519073e-3,
  4.1665795894e-2,
  1.6666665459e-1,
  5.0000001201e-1,
  1.0,
  -1.702,
]);
/** Where each stands; adding and taking away the rounder, 1.5 · 2²³, rounds a float32 to the nearest whole number. */
const LEAST: usize = 0;
const MOST: usize = 4;
const LOG2_E: usize = 8;
const ROUNDER: usize = 12;
const LN2_HIGH: usize = 16;
const LN2_LOW: usize = 20;
const C7: usize = 24;
const C6: usize = 28;
const C5: usize = 32;
const C4: usize = 36;
const C3: usize = 40;
const C2: usize = 44;
const ONE: usize = 48;
const SLOPE: usize = 52;

/** Four times the constant at a place of the table. */
function constant(place: usize): v128 {
  return v128.load32_splat(TABLE + place);
}

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
  const held = f32x4.pmin(f32x4.pmax(x, constant(LEAST)), constant(MOST));
  const shifted = f32x4.add(f32x4.mul(held, constant(LOG2_E)), constant(ROUNDER));
  const n = f32x4.sub(shifted, constant(ROUNDER));
  const high = f32x4.sub(held, f32x4.mul(n, constant(LN2_HIGH)));
  const r = f32x4.sub(high, f32x4.mul(n, constant(LN2_LOW)));
  // In pairs (Estrin), so that fewer results wait for one another.
  const square = f32x4.mul(r, r);
  const first = multiplyAdd(constant(C7), r, constant(C6));
  const second = multiplyAdd(constant(C5), r, constant(C4));
  const third = multiplyAdd(constant(C3), r, constant(C2));
  const series = multiplyAdd(multiplyAdd(first, square, second), square, third);
  const y = multiplyAdd(series, square, f32x4.add(r, constant(ONE)));
  // The last bits of what was shifted are those of n; the rest is pushed out.
  return f32x4.mul(y, i32x4.shl(i32x4.add(shifted, i32x4.splat(127)), 23));
}

/** The logistic function of 1.702 x, which times x is the sigmoid form of GELU (Hendrycks and Gimpel 2016). */
export function gateLanes(x: v128): v128 {
  const one = constant(ONE);
  return f32x4.div(one, f32x4.add(one, expLanes(f32x4.mul(x, constant(SLOPE)))));
}
