/** Rolling statistics in O(1) for each value, kept in slots of the caller's columns. */

/** Slots of one average: count of values, and value (a sum until the window is full). */
export const AVERAGE_SLOTS = 2;

/**
 * Exponential average seeded with the simple average of the first `window` values.
 * @returns true when the value at `state[at + 1]` is warm.
 */
export function updateAverage(state: Float64Array, at: number, x: number, window: number, alpha: number): boolean {
  const count = state[at]!;
  if (count >= window) {
    state[at + 1] = state[at + 1]! + alpha * (x - state[at + 1]!);
    return true;
  }
  const sum = state[at + 1]! + x;
  state[at] = count + 1;
  const full = count + 1 === window;
  state[at + 1] = full ? sum / window : sum;
  return full;
}

/** Weight of the newest value in an n-period exponential average. */
export const emaAlpha = (window: number): number => 2 / (window + 1);
/** The same in Wilder's smoothing (New Concepts in Technical Trading Systems, 1978). */
export const wilderAlpha = (window: number): number => 1 / window;

/**
 * Slots of one moments window: count, head, mean, sum of squared deviations, updates since rebuilt,
 * reference, sums of the distances to it and of their squares; then the ring.
 */
export const MOMENTS_SLOTS = 8;
const REBUILD_EVERY = 1024;

/**
 * Mean and squared deviations over the last `window` values, from sums of the distances to a reference
 * value near them. Ticks and lots are whole, so what a value added is taken out again exactly: a window of
 * equal values has no deviation, one of zeros the mean 0. The reference follows every 1,024 updates.
 * @returns true when the window is full.
 */
export function updateMoments(state: Float64Array, at: number, x: number, window: number): boolean {
  const count = state[at]!;
  const head = state[at + 1]!;
  const ring = at + MOMENTS_SLOTS;
  if (count === 0) state[at + 5] = x;
  const reference = state[at + 5]!;
  const distance = x - reference;
  const old = count < window ? 0 : state[ring + head]! - reference;
  const n = Math.min(count + 1, window);
  state[at] = n;
  state[ring + head] = x;
  state[at + 1] = head + 1 === window ? 0 : head + 1;
  state[at + 4] = state[at + 4]! + 1;
  state[at + 6] = state[at + 6]! + (distance - old);
  state[at + 7] = state[at + 7]! + (distance - old) * (distance + old);
  if (state[at + 4]! >= REBUILD_EVERY) rebuildSums(state, at, x, n);
  const sum = state[at + 6]!;
  state[at + 2] = state[at + 5]! + sum / n;
  state[at + 3] = Math.max(n * state[at + 7]! - sum * sum, 0) / n;
  return n >= window;
}

function rebuildSums(state: Float64Array, at: number, reference: number, n: number): void {
  const ring = at + MOMENTS_SLOTS;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const distance = state[ring + i]! - reference;
    sum += distance;
    squares += distance * distance;
  }
  state[at + 4] = 0;
  state[at + 5] = reference;
  state[at + 6] = sum;
  state[at + 7] = squares;
}

/** Population standard deviation of a moments window. */
export function deviation(state: Float64Array, at: number): number {
  const n = state[at]!;
  return n > 0 ? Math.sqrt(state[at + 3]! / n) : 0;
}
