/** Indicators of traded volume: OBV, MFI and VWAP. */
import { SUM_SLOTS, updateSum } from '../../kernel/rolling.ts';

/** Slots of an OBV. */
export const OBV = { value: 0, seen: 1, previous: 2, slots: 3 };

/** On-balance volume: volume of rising closes less that of falling ones, from 0 at the first bar (J. Granville, 1963). */
export function updateObv(state: Float64Array, at: number, close: number, volume: number): boolean {
  const previous = state[at + OBV.seen] === 0 ? close : state[at + OBV.previous]!;
  state[at + OBV.seen] = 1;
  state[at + OBV.previous] = close;
  if (close !== previous) state[at + OBV.value] = state[at + OBV.value]! + (close > previous ? volume : -volume);
  return true;
}

/** Slots of an MFI before its sums. */
export const MFI = { value: 0, seen: 1, previous: 2, parts: 3 };

export const mfiSlots = (window: number): number => MFI.parts + 2 * (SUM_SLOTS + window);

/**
 * Money flow index: share of rising typical prices in the money (typical price × volume) of `window` moves, in percent
 * (G. Quong and A. Soudack, 1989).
 * @returns true when the window is full and money moved in it.
 */
export function updateMfi(
  state: Float64Array,
  at: number,
  high: number,
  low: number,
  close: number,
  volume: number,
  window: number,
): boolean {
  // Three times the typical price: whole in ticks, so that sums stay exact.
  const typical = high + low + close;
  const first = state[at + MFI.seen] === 0;
  const previous = state[at + MFI.previous]!;
  state[at + MFI.seen] = 1;
  state[at + MFI.previous] = typical;
  if (first) return false;
  const rise = at + MFI.parts;
  const fall = rise + SUM_SLOTS + window;
  updateSum(state, rise, typical > previous ? typical * volume : 0, window);
  const full = updateSum(state, fall, typical < previous ? typical * volume : 0, window);
  const both = state[rise + 2]! + state[fall + 2]!;
  if (!full || !(both > 0)) return false;
  state[at + MFI.value] = (100 * state[rise + 2]!) / both;
  return true;
}

/** Slots of a VWAP before its sums. */
export const VWAP = { value: 0, parts: 1 };

export const vwapSlots = (window: number): number => VWAP.parts + 2 * (SUM_SLOTS + window);

/**
 * Volume-weighted average of the typical prices of the last `window` bars (Berkowitz, Logue and Noser, Journal of
 * Finance, 1988); the newest typical price where none of them traded.
 * @returns true when the window is full; before that the average is of the bars so far.
 */
export function updateVwap(
  state: Float64Array,
  at: number,
  high: number,
  low: number,
  close: number,
  volume: number,
  window: number,
): boolean {
  const money = at + VWAP.parts;
  const traded = money + SUM_SLOTS + window;
  const typical = high + low + close;
  updateSum(state, money, typical * volume, window);
  const full = updateSum(state, traded, volume, window);
  const sum = state[traded + 2]!;
  state[at + VWAP.value] = (sum > 0 ? state[money + 2]! / sum : typical) / 3;
  return full;
}
