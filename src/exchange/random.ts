/** Chance from a seed, the same everywhere: names of keys and orders, and which fault strikes (mulberry32). */

export const nextSeed = (seed: number): number => (seed + 0x6d2b79f5) | 0;

/** 32 bits of a seed. */
export function bitsOf(seed: number): number {
  let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return (mixed ^ (mixed >>> 14)) >>> 0;
}
