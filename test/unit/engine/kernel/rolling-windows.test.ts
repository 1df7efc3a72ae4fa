/** Rolling sums, weighted averages, delays and extremes against the whole window, over long runs and many ties. */
import { describe, expect, it } from 'vitest';
import { nextBelow, nextNormal, seedPrng } from '../../../../engine/kernel/prng.ts';
import {
  AVERAGE_SLOTS,
  EXTREME_SLOTS,
  LAG_SLOTS,
  SUM_SLOTS,
  updateAverage,
  updateExtreme,
  updateLag,
  updateSum,
  updateWeighted,
  WEIGHTED_SLOTS,
} from '../../../../engine/kernel/rolling.ts';

const random = new Int32Array(4);
const WINDOWS = [1, 2, 3, 7, 20, 60];

/** Runs `update` over a series within guarded slots, and hands each bar's window to `check`. */
function run(
  slots: number,
  window: number,
  next: () => number,
  check: (state: Float64Array, values: readonly number[], last: number) => void,
  update: (state: Float64Array, x: number) => boolean,
): void {
  seedPrng(random, window + slots);
  const state = new Float64Array(slots + 2).fill(-7, 0, 1).fill(-7, slots + 1);
  const values: number[] = [];
  for (let i = 0; i < 1_500; i++) {
    values.push(next());
    if (update(state, values[i]!) !== i + 1 >= window) expect.unreachable(`full after ${i + 1}`);
    check(state, values.slice(-window), i);
  }
  expect([state[0], state.at(-1)]).toEqual([-7, -7]);
}

const few = () => nextBelow(random, 5);
const real = () => nextNormal(random) * 1e3;
const near = (a: number, b: number): void => {
  if (Math.abs(a - b) > 1e-9 * Math.max(Math.abs(b), 1)) expect(a).toBe(b);
};

describe.each(WINDOWS)('a window of %i', (window) => {
  it('sums, exactly for whole numbers', () => {
    const sum = (values: readonly number[]) => values.reduce((total, x) => total + x, 0);
    const update = (state: Float64Array, x: number) => updateSum(state, 1, x, window);
    const slots = SUM_SLOTS + window;
    run(slots, window, few, (state, values) => state[3] === sum(values) || expect(state[3]).toBe(sum(values)), update);
    run(slots, window, real, (state, values) => near(state[3]!, sum(values)), update);
  });

  it('weighs', () => {
    const weighted = (values: readonly number[]) =>
      values.reduce((total, x, i) => total + (i + 1) * x, 0) / ((window * (window + 1)) / 2);
    for (const next of [few, real]) {
      run(
        WEIGHTED_SLOTS + window,
        window,
        next,
        (state, values) => near(state[5]!, weighted(values)),
        (state, x) => updateWeighted(state, 1, x, window),
      );
    }
  });

  it.each([1, -1] as const)('finds the extreme (%i) and the age of its oldest place', (sign) => {
    run(
      EXTREME_SLOTS + 2 * window,
      window,
      few,
      (state, values) => {
        const most = sign > 0 ? Math.max(...values) : Math.min(...values);
        const age = values.length - 1 - values.indexOf(most);
        if (state[4] !== most || state[5] !== age) expect([state[4], state[5]]).toEqual([most, age]);
      },
      (state, x) => updateExtreme(state, 1, x, window, sign),
    );
  });

  it('delays', () => {
    const seen: number[] = [];
    const state = new Float64Array(LAG_SLOTS + window);
    for (let i = 0; i < 200; i++) {
      seen.push(i * i);
      expect(updateLag(state, 0, i * i, window)).toBe(i >= window);
      if (i >= window) expect(state[2]).toBe(seen[i - window]);
    }
  });
});

describe('an average that begins otherwise', () => {
  it('is warm after its window, whatever its seed', () => {
    for (const seed of [1, 3, 8]) {
      const state = new Float64Array(AVERAGE_SLOTS);
      let naive = 0;
      for (let i = 1; i <= 30; i++) {
        const x = (i * 37) % 11;
        naive = i <= seed ? (naive * (i - 1) + x) / i : naive + 0.25 * (x - naive);
        expect(updateAverage(state, 0, x, 8, 0.25, seed)).toBe(i >= 8);
        if (i >= seed) expect(state[1]).toBeCloseTo(naive, 12);
      }
    }
  });
});
