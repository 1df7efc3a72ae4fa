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

/** Slots of one moments window: count, head, mean, sum of squared deviations, updates since rebuilt; then the ring. */
export const MOMENTS_SLOTS = 5;
const REBUILD_EVERY = 1024;

/**
 * Mean and squared deviations over the last `window` values (Welford's update for a sliding window). The
 * sums are rebuilt from the ring every 1,024 updates, so that rounding cannot pile up.
 * @returns true when the window is full.
 */
export function updateMoments(state: Float64Array, at: number, x: number, window: number): boolean {
  const count = state[at]!;
  const head = state[at + 1]!;
  const ring = at + MOMENTS_SLOTS;
  const mean = state[at + 2]!;
  if (count < window) {
    const n = count + 1;
    const next = mean + (x - mean) / n;
    state[at] = n;
    state[at + 2] = next;
    state[at + 3] = state[at + 3]! + (x - mean) * (x - next);
  } else {
    const old = state[ring + head]!;
    const next = mean + (x - old) / window;
    state[at + 2] = next;
    state[at + 3] = state[at + 3]! + (x - old) * (x - next + old - mean);
  }
  state[ring + head] = x;
  state[at + 1] = head + 1 === window ? 0 : head + 1;
  state[at + 4] = state[at + 4]! + 1;
  if (state[at + 4]! >= REBUILD_EVERY) rebuildMoments(state, at, window);
  return state[at]! >= window;
}

function rebuildMoments(state: Float64Array, at: number, window: number): void {
  const n = Math.min(state[at]!, window);
  const ring = at + MOMENTS_SLOTS;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += state[ring + i]!;
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (state[ring + i]! - mean) * (state[ring + i]! - mean);
  state[at + 2] = mean;
  state[at + 3] = squares;
  state[at + 4] = 0;
}

/** Population standard deviation of a moments window. */
export function deviation(state: Float64Array, at: number): number {
  const n = state[at]!;
  return n > 0 ? Math.sqrt(Math.max(state[at + 3]!, 0) / n) : 0;
}
