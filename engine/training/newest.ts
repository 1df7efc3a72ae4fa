/** The newest bars of several series, where all together are more than fit. */
import { FEATURE_COUNT } from '../domain/index.ts';
import type { CapturedBars } from './capture.ts';

/** The time from which no more than `most` bars are left, whole moments only; undefined where all of them are no more. */
export function newestFrom(times: readonly Float64Array[], most: number): number | undefined {
  const all = new Float64Array(times.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const each of times) {
    all.set(each, at);
    at += each.length;
  }
  if (all.length <= most) return undefined;
  all.sort();
  let first = all.length - most;
  while (first < all.length && all[first] === all[first - 1]) first++;
  return all[first] ?? Number.POSITIVE_INFINITY;
}

/** How many of the times, which ascend, lie before a moment. */
export function countBefore(times: Float64Array, fromUs: number): number {
  const found = times.findIndex((time) => time >= fromUs);
  return found < 0 ? times.length : found;
}

/** The bars that were known at a moment or later. */
export function barsFrom(bars: CapturedBars, fromUs: number): CapturedBars {
  const first = countBefore(bars.knownAtUs, fromUs);
  return {
    open: bars.open.slice(first),
    high: bars.high.slice(first),
    low: bars.low.slice(first),
    close: bars.close.slice(first),
    knownAtUs: bars.knownAtUs.slice(first),
    features: bars.features.slice(first * FEATURE_COUNT),
  };
}
