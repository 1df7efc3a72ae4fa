/** Seeded generator xoshiro128** (Blackman and Vigna, 2018) whose four words live in the caller's state. */

/** Fills the four state words from a 32-bit seed by SplitMix32. */
export function seedPrng(state: Int32Array, seed: number): void {
  let z = seed | 0;
  for (let i = 0; i < 4; i++) {
    z = (z + 0x9e3779b9) | 0;
    let t = z ^ (z >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    state[i] = t ^ (t >>> 15);
  }
  if ((state[0]! | state[1]! | state[2]! | state[3]!) === 0) state[0] = 1;
}

/** Next 32 random bits, as a signed integer. */
export function nextBits(state: Int32Array): number {
  const s1 = state[1]!;
  const m = Math.imul(s1, 5);
  const result = Math.imul((m << 7) | (m >>> 25), 9);
  const t = s1 << 9;
  state[2] = state[2]! ^ state[0]!;
  state[3] = state[3]! ^ s1;
  state[1] = s1 ^ state[2]!;
  state[0] = state[0]! ^ state[3]!;
  state[2] = state[2]! ^ t;
  const s3 = state[3]!;
  state[3] = (s3 << 11) | (s3 >>> 21);
  return result;
}

/** Uniform double in [0, 1) with 32 bits of resolution. */
export function nextUnit(state: Int32Array): number {
  return (nextBits(state) >>> 0) / 4294967296;
}

/** Standard normal deviate: sum of twelve uniforms less six (no transcendental function, range ±6). */
export function nextNormal(state: Int32Array): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += nextUnit(state);
  return sum;
}

/** Uniform integer in [0, bound). */
export function nextBelow(state: Int32Array, bound: number): number {
  return Math.floor(nextUnit(state) * bound);
}

/**
 * Uniform double in [0, 1) with 32 bits of resolution that belongs to two whole numbers, up to 2^53, under a seed: the same
 * whatever else was drawn. Each word is mixed in by the finaliser of MurmurHash3 (Appleby, 2011).
 */
export function unitOf(seed: number, first: number, second: number): number {
  let h = mixed(seed ^ 0x9e3779b9);
  for (const number of [first, second]) h = mixed(mixed(h ^ (number | 0)) ^ Math.floor(number / 4294967296));
  return (h >>> 0) / 4294967296;
}

function mixed(word: number): number {
  let h = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) + 0x6d2b79f5) | 0;
}
