/** Indicators of speed: RSI, MACD, stochastic and CCI, each over slots of the caller's columns and invalid until warm. */
import {
  AVERAGE_SLOTS,
  EXTREME_SLOTS,
  emaAlpha,
  SUM_SLOTS,
  updateAverage,
  updateExtreme,
  updateSum,
  wilderAlpha,
} from '../../kernel/rolling.ts';

/** Slots of an RSI. */
export const RSI = { value: 0, seen: 1, previous: 2, gain: 3, loss: 3 + AVERAGE_SLOTS, slots: 3 + 2 * AVERAGE_SLOTS };

/**
 * Relative strength index: 100 · G / (G + L), with Wilder's averages of gains and of losses of the close (J. W. Wilder,
 * New Concepts in Technical Trading Systems, 1978). 50 where nothing moved.
 * @param seed changes in the first average. Wilder, Skender and Tulip average `window` of them; 1 begins with the first
 * bar as a change of nothing, as StockCharts' table does.
 */
export function updateRsi(state: Float64Array, at: number, close: number, window: number, seed = window): boolean {
  const first = state[at + RSI.seen] === 0;
  const change = first ? 0 : close - state[at + RSI.previous]!;
  state[at + RSI.seen] = 1;
  state[at + RSI.previous] = close;
  if (first && seed > 1) return false;
  const alpha = wilderAlpha(window);
  updateAverage(state, at + RSI.loss, change < 0 ? -change : 0, window, alpha, seed);
  const warm = updateAverage(state, at + RSI.gain, change > 0 ? change : 0, window, alpha, seed);
  if (warm) {
    const gain = state[at + RSI.gain + 1]!;
    const loss = state[at + RSI.loss + 1]!;
    state[at + RSI.value] = loss > 0 ? 100 - 100 / (1 + gain / loss) : gain > 0 ? 100 : 50;
  }
  return warm;
}

/** Slots of a MACD; the line is warm before its signal is. */
export const MACD = {
  line: 0,
  signal: 1,
  signalWarm: 2,
  fast: 3,
  slow: 3 + AVERAGE_SLOTS,
  smooth: 3 + 2 * AVERAGE_SLOTS,
  slots: 3 + 3 * AVERAGE_SLOTS,
};

/**
 * Moving average convergence and divergence: fast less slow exponential average, and an exponential average of that as
 * signal (G. Appel, The Moving Average Convergence-Divergence Trading Method, 1979).
 * @param firstValue averages begin with their first value (Tulip) instead of the mean of their window (Skender).
 * @returns true when the line is warm; `signalWarm` is 1 when its signal is.
 */
export function updateMacd(
  state: Float64Array,
  at: number,
  close: number,
  fast: number,
  slow: number,
  signal: number,
  firstValue = false,
): boolean {
  updateAverage(state, at + MACD.fast, close, fast, emaAlpha(fast), firstValue ? 1 : fast);
  const warm = updateAverage(state, at + MACD.slow, close, slow, emaAlpha(slow), firstValue ? 1 : slow);
  if (!warm) return false;
  const line = state[at + MACD.fast + 1]! - state[at + MACD.slow + 1]!;
  const smooth = at + MACD.smooth;
  const full = updateAverage(state, smooth, line, signal, emaAlpha(signal), firstValue ? 1 : signal);
  state[at + MACD.line] = line;
  state[at + MACD.signalWarm] = full ? 1 : 0;
  if (full || firstValue) state[at + MACD.signal] = state[smooth + 1]!;
  return true;
}

/** Slots of a stochastic before its parts. */
export const STOCHASTIC = { k: 0, d: 1, dWarm: 2, parts: 3 };

export const stochasticSlots = (window: number, smooth: number, signal: number): number =>
  STOCHASTIC.parts + 2 * (EXTREME_SLOTS + 2 * window) + 2 * SUM_SLOTS + smooth + signal;

/**
 * Stochastic oscillator (G. Lane, 1950s): %K, the place of the close between lowest low and highest high of `window`
 * bars in percent, averaged over `smooth` bars (1: the fast one), and %D, its average over `signal`. 50 where the range
 * is empty.
 * @returns true when %K is warm; `dWarm` is 1 when %D is.
 */
export function updateStochastic(
  state: Float64Array,
  at: number,
  high: number,
  low: number,
  close: number,
  window: number,
  smooth: number,
  signal: number,
): boolean {
  const top = at + STOCHASTIC.parts;
  const bottom = top + EXTREME_SLOTS + 2 * window;
  const fast = bottom + EXTREME_SLOTS + 2 * window;
  const slow = fast + SUM_SLOTS + smooth;
  updateExtreme(state, top, high, window, 1);
  if (!updateExtreme(state, bottom, low, window, -1)) return false;
  const lowest = state[bottom + 3]!;
  const range = state[top + 3]! - lowest;
  const raw = range > 0 ? (100 * (close - lowest)) / range : 50;
  if (!updateSum(state, fast, raw, smooth)) return false;
  const k = state[fast + 2]! / smooth;
  const full = updateSum(state, slow, k, signal);
  state[at + STOCHASTIC.k] = k;
  state[at + STOCHASTIC.dWarm] = full ? 1 : 0;
  if (full) state[at + STOCHASTIC.d] = state[slow + 2]! / signal;
  return true;
}

/** Slots of a CCI before its ring. */
export const CCI = { value: 0, sum: 1 };

export const cciSlots = (window: number): number => CCI.sum + SUM_SLOTS + window;

/**
 * Commodity channel index: distance of the typical price from its mean over `window` bars, in 0.015 mean absolute
 * deviations (D. Lambert, Commodities, October 1980). 0 where nothing deviates. The mean is O(1), the deviation is
 * taken over the window's values.
 */
export function updateCci(
  state: Float64Array,
  at: number,
  high: number,
  low: number,
  close: number,
  window: number,
): boolean {
  const typical = (high + low + close) / 3;
  const sum = at + CCI.sum;
  if (!updateSum(state, sum, typical, window)) return false;
  const mean = state[sum + 2]! / window;
  const ring = sum + SUM_SLOTS;
  let deviation = 0;
  for (let i = ring; i < ring + window; i++) deviation += Math.abs(state[i]! - mean);
  // What rounding leaves of equal prices is no deviation.
  const known = deviation > 1e-12 * Math.abs(mean) * window;
  state[at + CCI.value] = known ? ((typical - mean) * window) / (0.015 * deviation) : 0;
  return true;
}
