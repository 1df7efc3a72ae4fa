/** Indicators of how a series remembers itself: Hurst exponent, permutation entropy and autocorrelation. */
import { assert } from '../../kernel/assert.ts';
import { log } from '../../kernel/math.ts';
import { SUM_SLOTS, updateSum } from '../../kernel/rolling.ts';

/** Slots of a Hurst exponent before its ring of changes. */
export const HURST = { raw: 0, corrected: 1, count: 2, head: 3, ring: 4 };

/** The ring lies twice behind itself, so that the window is one run of slots. */
export const hurstSlots = (window: number): number => HURST.ring + 2 * window;

const SHORTEST_CHUNK = 8;
const MOST_CHUNKS = 32;

/** What a Hurst exponent over a window needs that no data changes, one entry for each size of chunk. */
export interface HurstPlan {
  readonly window: number;
  readonly sizes: readonly number[];
  /** R/S of a walk without memory as it grows with size, less what a chunk of that size has on average. */
  readonly corrections: readonly number[];
  /** Weights of the least-squares slope over the logarithms of the sizes. */
  readonly weights: readonly number[];
  /** Room for the sums of the changes and of their squares up to each; written at each update before it is read. */
  readonly sums: Float64Array;
  readonly squares: Float64Array;
}

/** The window whole and in halves, quarters and so on, down to 8 changes or 32 chunks. */
export function hurstPlan(window: number): HurstPlan {
  const sizes: number[] = [];
  for (let chunks = 1; chunks <= MOST_CHUNKS && Math.floor(window / chunks) >= SHORTEST_CHUNK; chunks *= 2)
    sizes.push(Math.floor(window / chunks));
  assert(sizes.length >= 2, `a Hurst exponent needs a window of 16, not of ${window}`);
  const logs = sizes.map(log);
  const mean = logs.reduce((sum, x) => sum + x, 0) / logs.length;
  const spread = logs.reduce((sum, x) => sum + (x - mean) * (x - mean), 0);
  return {
    window,
    sizes,
    corrections: sizes.map((size) => Math.sqrt((Math.PI * size) / 2) - expectedRange(size)),
    weights: logs.map((x) => (x - mean) / spread),
    sums: new Float64Array(window + 1),
    squares: new Float64Array(window + 1),
  };
}

/** Mean R/S of `size` independent changes (Anis and Lloyd, Biometrika 63, 1976). */
function expectedRange(size: number): number {
  let gammas = size % 2 === 0 ? 1 : 2 / Math.PI;
  for (let n = size % 2 === 0 ? 2 : 3; n < size; n += 2) gammas *= (n - 1) / n;
  let sum = 0;
  for (let i = 1; i < size; i++) sum += Math.sqrt((size - i) / i);
  return gammas * sum;
}

/** Takes a log return into the window; true when it is full. */
export function pushHurst(state: Float64Array, at: number, logReturn: number, { window }: HurstPlan): boolean {
  const head = state[at + HURST.head]!;
  const ring = at + HURST.ring;
  const count = Math.min(state[at + HURST.count]! + 1, window);
  state[ring + head] = logReturn;
  state[ring + head + window] = logReturn;
  state[at + HURST.count] = count;
  state[at + HURST.head] = head + 1 === window ? 0 : head + 1;
  return count === window;
}

/**
 * Hurst exponent by rescaled range (H. E. Hurst 1951; Mandelbrot and Wallis 1969): slope of log R/S over log size of the
 * full window. `raw` is biased upward in short windows, `corrected` is not: 0.5 is a walk without memory, more persists,
 * less reverts. It takes some passes over the window, so not for every tick.
 * @returns true when there is a slope; a window in which nothing moved has none.
 */
export function measureHurst(state: Float64Array, at: number, plan: HurstPlan): boolean {
  const { window, sizes, corrections, weights } = plan;
  addUp(state, at + HURST.ring + state[at + HURST.head]!, plan);
  let raw = 0;
  let corrected = 0;
  for (let i = 0; i < sizes.length; i++) {
    const size = sizes[i]!;
    const chunks = 1 << i;
    // Where the chunks do not fill the window the oldest changes are left out.
    let from = window - size * chunks;
    let total = 0;
    for (let chunk = 0; chunk < chunks; chunk++, from += size) total += rescaledRange(plan, from, size);
    const range = total / chunks;
    const without = range + corrections[i]!;
    if (!(range > 0 && without > 0)) return false;
    raw += weights[i]! * log(range);
    corrected += weights[i]! * log(without);
  }
  state[at + HURST.raw] = raw;
  state[at + HURST.corrected] = corrected;
  return true;
}

function addUp(state: Float64Array, start: number, { window, sums, squares }: HurstPlan): void {
  let sum = 0;
  let square = 0;
  for (let i = 0; i < window; i++) {
    const x = state[start + i]!;
    sum += x;
    square += x * x;
    sums[i + 1] = sum;
    squares[i + 1] = square;
  }
}

/** What rounding may leave of the variance of equal changes, as a share of their mean square. */
const NO_VARIANCE = 1e-12;

/** Range of the summed deviations from the mean, in standard deviations; 0 for equal changes. */
function rescaledRange({ sums, squares }: HurstPlan, from: number, size: number): number {
  const end = from + size;
  const mean = (sums[end]! - sums[from]!) / size;
  const square = (squares[end]! - squares[from]!) / size;
  const variance = square - mean * mean;
  if (!(variance > NO_VARIANCE * square)) return 0;
  let line = sums[from]! + mean;
  let most = sums[from + 1]! - line;
  let least = most;
  for (let i = from + 2; i <= end; i++) {
    line += mean;
    const walk = sums[i]! - line;
    if (walk > most) most = walk;
    else if (walk < least) least = walk;
  }
  return (most - least) / Math.sqrt(variance);
}

/** Slots of a permutation entropy before values, counts of patterns and ring. */
export const ENTROPY = { bits: 0, count: 1, head: 2, seen: 3, values: 4 };

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));

/** What a permutation entropy needs that no data changes. */
export interface EntropyPlan {
  readonly order: number;
  readonly window: number;
  readonly patterns: number;
  /** Bits that a pattern adds which occurs this often in the window. */
  readonly bits: Float64Array;
}

export function entropyPlan(order: number, window: number): EntropyPlan {
  const bits = Float64Array.from({ length: window + 1 }, (_, n) => {
    const share = n / window;
    return share > 0 ? (-share * log(share)) / Math.LN2 : 0;
  });
  return { order, window, patterns: factorial(order), bits };
}

export const entropySlots = (order: number, window: number): number =>
  ENTROPY.values + order + factorial(order) + window;

/**
 * Permutation entropy in bits: entropy of the orders in which `order` values in a row stand, over the last `window` of
 * them (Bandt and Pompe, Physical Review Letters 88, 2002). Of equal values the earlier counts as lower. A series
 * without pattern comes to log₂ of the factorial of `order`, one that only rises to 0.
 */
export function updateEntropy(state: Float64Array, at: number, x: number, plan: EntropyPlan): boolean {
  const { order, window, patterns, bits } = plan;
  const values = at + ENTROPY.values;
  for (let i = values; i < values + order - 1; i++) state[i] = state[i + 1]!;
  state[values + order - 1] = x;
  if (state[at + ENTROPY.seen]! < order - 1) {
    state[at + ENTROPY.seen] = state[at + ENTROPY.seen]! + 1;
    return false;
  }
  const counts = values + order;
  const pattern = patternOf(state, values, order);
  const head = state[at + ENTROPY.head]!;
  const place = counts + patterns + head;
  if (state[at + ENTROPY.count] === window) {
    const old = counts + state[place]!;
    state[old] = state[old]! - 1;
  } else state[at + ENTROPY.count] = state[at + ENTROPY.count]! + 1;
  state[counts + pattern] = state[counts + pattern]! + 1;
  state[place] = pattern;
  state[at + ENTROPY.head] = head + 1 === window ? 0 : head + 1;
  if (state[at + ENTROPY.count] !== window) return false;
  let sum = 0;
  for (let i = counts; i < counts + patterns; i++) sum += bits[state[i]!]!;
  state[at + ENTROPY.bits] = sum;
  return true;
}

/** Number of the order of the values (Lehmer code). */
function patternOf(state: Float64Array, values: number, order: number): number {
  let code = 0;
  for (let i = 0; i < order; i++) {
    let lower = 0;
    for (let j = i + 1; j < order; j++) if (state[values + j]! < state[values + i]!) lower++;
    code = code * (order - i) + lower;
  }
  return code;
}

/** Slots of an autocorrelation before its sums. */
export const AUTOCORRELATION = { value: 0, seen: 1, previous: 2, parts: 3 };

export const autocorrelationSlots = (window: number): number => AUTOCORRELATION.parts + 2 * (SUM_SLOTS + window);

/**
 * First-order autocorrelation of changes whose mean is taken as 0: sum of the products of neighbours over sum of squares,
 * of the last `window` pairs. Between −1 and 1 but for the ends of the window.
 * @returns true when the window is full and anything moved.
 */
export function updateAutocorrelation(state: Float64Array, at: number, change: number, window: number): boolean {
  const first = state[at + AUTOCORRELATION.seen] === 0;
  const previous = state[at + AUTOCORRELATION.previous]!;
  state[at + AUTOCORRELATION.seen] = 1;
  state[at + AUTOCORRELATION.previous] = change;
  if (first) return false;
  const products = at + AUTOCORRELATION.parts;
  const squares = products + SUM_SLOTS + window;
  updateSum(state, products, change * previous, window);
  const full = updateSum(state, squares, change * change, window);
  const sum = state[squares + 2]!;
  if (!full || !(sum > 0)) return false;
  state[at + AUTOCORRELATION.value] = state[products + 2]! / sum;
  return true;
}
