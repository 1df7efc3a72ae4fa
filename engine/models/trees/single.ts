/** Neighbours of a single-precision number: XGBoost's `value < t` and our `value <= limit` are told apart by one of them. */

const single = new Float32Array(1);
const bits = new Int32Array(single.buffer);

/** Largest single below `value`, itself a single and not −Infinity. */
export function singleBelow(value: number): number {
  if (value === 0) return -1.401298464324817e-45;
  single[0] = value;
  bits[0] = bits[0]! + (value > 0 ? -1 : 1);
  return single[0];
}

/** Smallest single above `value`, itself a single and not +Infinity; 0 and never −0. */
export function singleAbove(value: number): number {
  return 0 - singleBelow(0 - value);
}
