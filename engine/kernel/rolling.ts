/** Rolling statistics in O(1) for each value, kept in slots of the caller's columns. */

/** Slots of one average: count of values, and value (a sum until the window is full). */
export const AVERAGE_SLOTS = 2;

/**
 * Exponential average that begins with the simple average of the first `seed` values.
 * @param seed values in the first average, at most `window`; 1 begins with the first value itself.
 * @returns true when `window` values have come; the average is `state[at + 1]` from the `seed`-th on.
 */
export function updateAverage(
  state: Float64Array,
  at: number,
  x: number,
  window: number,
  alpha: number,
  seed = window,
): boolean {
  const count = state[at]!;
  if (count >= window) {
    state[at + 1] = state[at + 1]! + alpha * (x - state[at + 1]!);
    return true;
  }
  const n = count + 1;
  const before = state[at + 1]!;
  state[at] = n;
  state[at + 1] = n > seed ? before + alpha * (x - before) : n === seed ? (before + x) / seed : before + x;
  return n === window;
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

/** Slots of one rolling sum: count, head, sum; then the ring. */
export const SUM_SLOTS = 3;

/**
 * Sum of the last `window` values, in `state[at + 2]`; exact for whole numbers, added up anew for others each time the
 * ring has gone round.
 * @returns true when the window is full.
 */
export function updateSum(state: Float64Array, at: number, x: number, window: number): boolean {
  const count = state[at]!;
  const head = state[at + 1]!;
  const ring = at + SUM_SLOTS;
  state[at + 2] = state[at + 2]! + (x - (count < window ? 0 : state[ring + head]!));
  state[ring + head] = x;
  if (count < window) state[at] = count + 1;
  const wraps = head + 1 === window;
  state[at + 1] = wraps ? 0 : head + 1;
  if (wraps) {
    let sum = 0;
    for (let i = ring; i < ring + window; i++) sum += state[i]!;
    state[at + 2] = sum;
  }
  return count + 1 >= window;
}

/** Slots of one delay: count, head, delayed value; then the ring. */
export const LAG_SLOTS = 3;

/**
 * The value of `window` updates ago, in `state[at + 2]`.
 * @returns true when there is one.
 */
export function updateLag(state: Float64Array, at: number, x: number, window: number): boolean {
  const count = state[at]!;
  const head = state[at + 1]!;
  const place = at + LAG_SLOTS + head;
  const full = count >= window;
  if (full) state[at + 2] = state[place]!;
  else state[at] = count + 1;
  state[place] = x;
  state[at + 1] = head + 1 === window ? 0 : head + 1;
  return full;
}

/** Slots of one sliding extreme: values seen, head, size, extreme, its age; then the ring of places and values. */
export const EXTREME_SLOTS = 5;

/**
 * Highest (`sign` 1) or lowest (`sign` −1) of the last `window` values, in `state[at + 3]`, and the updates since it was
 * seen, the oldest of equal ones, in `state[at + 4]`. Amortised O(1): a ring of values that a newer one has not yet
 * outdone (Lemire, "Streaming maximum-minimum filter", 2006).
 * @returns true when the window is full.
 */
export function updateExtreme(state: Float64Array, at: number, x: number, window: number, sign: 1 | -1): boolean {
  const seen = state[at]! + 1;
  const ring = at + EXTREME_SLOTS;
  let head = state[at + 1]!;
  let size = state[at + 2]!;
  if (size > 0 && state[ring + 2 * head]! <= seen - window) {
    head = head + 1 === window ? 0 : head + 1;
    size--;
  }
  while (size > 0) {
    const back = head + size > window ? head + size - 1 - window : head + size - 1;
    if (sign * state[ring + 2 * back + 1]! >= sign * x) break;
    size--;
  }
  const place = head + size >= window ? head + size - window : head + size;
  state[ring + 2 * place] = seen;
  state[ring + 2 * place + 1] = x;
  state[at] = seen;
  state[at + 1] = head;
  state[at + 2] = size + 1;
  state[at + 3] = state[ring + 2 * head + 1]!;
  state[at + 4] = seen - state[ring + 2 * head]!;
  return seen >= window;
}

/** Slots of one weighted average: count, head, sum, weighted sum, average; then the ring. */
export const WEIGHTED_SLOTS = 5;

/**
 * Average of the last `window` values with weights `window`, `window − 1`, … 1, newest first, in `state[at + 4]`.
 * @returns true when the window is full.
 */
export function updateWeighted(state: Float64Array, at: number, x: number, window: number): boolean {
  const count = state[at]!;
  const head = state[at + 1]!;
  const ring = at + WEIGHTED_SLOTS;
  const full = count >= window;
  const sum = state[at + 2]!;
  // While the window fills the n-th value weighs n; in a full one each loses a weight of one, the oldest its last.
  state[at + 3] = full ? state[at + 3]! + window * x - sum : state[at + 3]! + (count + 1) * x;
  state[at + 2] = sum + x - (full ? state[ring + head]! : 0);
  state[ring + head] = x;
  if (!full) state[at] = count + 1;
  const wraps = head + 1 === window;
  state[at + 1] = wraps ? 0 : head + 1;
  if (wraps) rebuildWeighted(state, at, window);
  state[at + 4] = state[at + 3]! / ((window * (window + 1)) / 2);
  return count + 1 >= window;
}

/** The sums of a full ring whose oldest value is its first. */
function rebuildWeighted(state: Float64Array, at: number, window: number): void {
  let sum = 0;
  let weighted = 0;
  for (let i = 0; i < window; i++) {
    const x = state[at + WEIGHTED_SLOTS + i]!;
    sum += x;
    weighted += (i + 1) * x;
  }
  state[at + 2] = sum;
  state[at + 3] = weighted;
}
