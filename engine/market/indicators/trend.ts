/** Indicators of direction: ADX with its directional lines, and Aroon. */
import { AVERAGE_SLOTS, EXTREME_SLOTS, updateAverage, updateExtreme, wilderAlpha } from '../../kernel/rolling.ts';

/** Slots of an ADX: outputs, whether the average is warm, the bar before, and Wilder's sums. */
export const ADX = {
  plus: 0,
  minus: 1,
  dx: 2,
  adx: 3,
  adxWarm: 4,
  seen: 5,
  high: 6,
  low: 7,
  close: 8,
  upSum: 9,
  downSum: 10,
  rangeSum: 11,
  average: 12,
  slots: 12 + AVERAGE_SLOTS,
};

/** Largest of the bar's height and its distances to the close before it (Wilder 1978). */
export function trueRange(high: number, low: number, previousClose: number): number {
  return Math.max(high - low, Math.abs(high - previousClose), Math.abs(low - previousClose));
}

/**
 * Average directional index and its lines +DI and −DI, in percent, from Wilder's sums of directional movement and true
 * range (J. W. Wilder, New Concepts in Technical Trading Systems, 1978). Lines are 0 where there is no range.
 * @param seed movements in the first sums: `window` (Wilder, Skender, StockCharts) or one less (Tulip).
 * @returns true when the lines are warm; `adxWarm` is 1 when the average of `window` of their differences is.
 */
export function updateAdx(
  state: Float64Array,
  at: number,
  high: number,
  low: number,
  close: number,
  window: number,
  seed = window,
): boolean {
  const seen = state[at + ADX.seen]!;
  if (seen > 0) {
    const rise = high - state[at + ADX.high]!;
    const fall = state[at + ADX.low]! - low;
    const up = rise > fall && rise > 0 ? rise : 0;
    const down = fall > rise && fall > 0 ? fall : 0;
    const keep = seen > seed ? 1 - wilderAlpha(window) : 1;
    state[at + ADX.upSum] = state[at + ADX.upSum]! * keep + up;
    state[at + ADX.downSum] = state[at + ADX.downSum]! * keep + down;
    state[at + ADX.rangeSum] = state[at + ADX.rangeSum]! * keep + trueRange(high, low, state[at + ADX.close]!);
  }
  if (seen <= seed) state[at + ADX.seen] = seen + 1;
  state[at + ADX.high] = high;
  state[at + ADX.low] = low;
  state[at + ADX.close] = close;
  if (seen < seed) return false;
  directions(state, at, window);
  return true;
}

function directions(state: Float64Array, at: number, window: number): void {
  const range = state[at + ADX.rangeSum]!;
  const plus = range > 0 ? (100 * state[at + ADX.upSum]!) / range : 0;
  const minus = range > 0 ? (100 * state[at + ADX.downSum]!) / range : 0;
  const both = plus + minus;
  const dx = both > 0 ? (100 * Math.abs(plus - minus)) / both : 0;
  state[at + ADX.plus] = plus;
  state[at + ADX.minus] = minus;
  state[at + ADX.dx] = dx;
  const warm = updateAverage(state, at + ADX.average, dx, window, wilderAlpha(window));
  state[at + ADX.adxWarm] = warm ? 1 : 0;
  if (warm) state[at + ADX.adx] = state[at + ADX.average + 1]!;
}

/** Slots of an Aroon before its two extremes. */
export const AROON = { up: 0, down: 1, parts: 2 };

export const aroonSlots = (window: number): number => AROON.parts + 2 * (EXTREME_SLOTS + 2 * (window + 1));

/**
 * Aroon lines: how recent the highest high and the lowest low of `window` + 1 bars are, 100 at this bar, 0 at the oldest;
 * the oldest of equal ones counts (T. Chande, 1995).
 */
export function updateAroon(state: Float64Array, at: number, high: number, low: number, window: number): boolean {
  const top = at + AROON.parts;
  const bottom = top + EXTREME_SLOTS + 2 * (window + 1);
  updateExtreme(state, top, high, window + 1, 1);
  const full = updateExtreme(state, bottom, low, window + 1, -1);
  if (full) {
    state[at + AROON.up] = (100 * (window - state[top + 4]!)) / window;
    state[at + AROON.down] = (100 * (window - state[bottom + 4]!)) / window;
  }
  return full;
}
