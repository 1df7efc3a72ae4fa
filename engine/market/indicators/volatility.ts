/** Indicators of how far prices move: ATR, Bollinger bands, realised and Parkinson volatility. */
import { log } from '../../kernel/math.ts';
import {
  AVERAGE_SLOTS,
  deviation,
  MOMENTS_SLOTS,
  SUM_SLOTS,
  updateAverage,
  updateMoments,
  updateSum,
  wilderAlpha,
} from '../../kernel/rolling.ts';
import { trueRange } from './trend.ts';

/** Slots of an ATR. */
export const ATR = { seen: 0, previous: 1, average: 2, value: 3, slots: 2 + AVERAGE_SLOTS };

/**
 * Average true range by Wilder's smoothing (J. W. Wilder, New Concepts in Technical Trading Systems, 1978).
 * @param countFirst the first bar, which has no close before it, counts with its height (Tulip, StockCharts) or not
 * (Skender).
 */
export function updateAtr(
  state: Float64Array,
  at: number,
  high: number,
  low: number,
  close: number,
  window: number,
  countFirst = false,
): boolean {
  const first = state[at + ATR.seen] === 0;
  const previous = first ? close : state[at + ATR.previous]!;
  state[at + ATR.seen] = 1;
  state[at + ATR.previous] = close;
  if (first && !countFirst) return false;
  return updateAverage(
    state,
    at + ATR.average,
    first ? high - low : trueRange(high, low, previous),
    window,
    wilderAlpha(window),
  );
}

/** Bollinger bands are a moments window of closes: their middle is its mean. */
export const BOLLINGER = { middle: 2 };

export const bollingerSlots = (window: number): number => MOMENTS_SLOTS + window;

/** Takes a close into Bollinger bands, mean and population deviation of the last ones (J. Bollinger, 1980s). */
export function updateBollinger(state: Float64Array, at: number, close: number, window: number): boolean {
  return updateMoments(state, at, close, window);
}

/** Half the width of the bands at one deviation; of the closes so far while they are not warm. */
export function bollingerSigma(state: Float64Array, at: number): number {
  return deviation(state, at);
}

/** Slots of a mean of squares before its ring: the root. */
export const ROOT_MEAN = { value: 0, sum: 1 };

export const rootMeanSlots = (window: number): number => ROOT_MEAN.sum + SUM_SLOTS + window;

/**
 * Realised volatility for each bar: root of the mean squared log return of the last `window` bars, no mean taken off
 * (Andersen and Bollerslev, "Answering the Skeptics", 1998).
 */
export function updateRealisedVolatility(state: Float64Array, at: number, logReturn: number, window: number): boolean {
  return updateRootMean(state, at, logReturn * logReturn, window);
}

/** Variance that the squared log range of a driftless walk is over-counted by, 4 ln 2. */
const PARKINSON = 4 * Math.LN2;

/** Volatility for each bar from the log ranges of the last `window` bars (M. Parkinson, Journal of Business, 1980). */
export function updateParkinsonVolatility(
  state: Float64Array,
  at: number,
  high: number,
  low: number,
  window: number,
): boolean {
  const range = high === low ? 0 : log(high / low);
  return updateRootMean(state, at, (range * range) / PARKINSON, window);
}

function updateRootMean(state: Float64Array, at: number, square: number, window: number): boolean {
  const full = updateSum(state, at + ROOT_MEAN.sum, square, window);
  if (full) state[at + ROOT_MEAN.value] = Math.sqrt(Math.max(state[at + ROOT_MEAN.sum + 2]!, 0) / window);
  return full;
}
