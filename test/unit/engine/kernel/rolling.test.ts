/** Rolling averages and moments against sums over the whole window, over long runs and far from zero. */
import { describe, expect, it } from 'vitest';
import { nextBelow, nextNormal, seedPrng } from '../../../../engine/kernel/prng.ts';
import {
  AVERAGE_SLOTS,
  deviation,
  emaAlpha,
  MOMENTS_SLOTS,
  updateAverage,
  updateMoments,
  wilderAlpha,
} from '../../../../engine/kernel/rolling.ts';

function naive(values: readonly number[]): { mean: number; sigma: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return { mean, sigma: Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length) };
}

const random = new Int32Array(4);

describe('moments', () => {
  const SHAPES: ReadonlyArray<readonly [string, (previous: number) => number]> = [
    ['a walk in ticks', (previous) => previous + nextBelow(random, 21) - 10],
    ['a walk in half ticks', (previous) => previous + nextBelow(random, 5) / 2 - 1],
    ['values off every grid', (previous) => previous + nextNormal(random) / 3],
  ];
  const RUNS = SHAPES.flatMap(([name, next]) =>
    [0, 1e3, 1e6, 1e9].flatMap((offset) => [2, 10, 20, 60].map((window) => ({ name, offset, window, next }))),
  );

  it.each(RUNS)('$name around $offset, window $window', ({ offset, window, next }) => {
    seedPrng(random, window);
    // A run of slots in the middle of a column: its neighbours must stay as they are.
    const state = new Float64Array(window + MOMENTS_SLOTS + 2).fill(-7, 0, 1).fill(-7, window + MOMENTS_SLOTS + 1);
    const values: number[] = [];
    let value = offset;
    for (let i = 0; i < 2_500; i++) {
      value = next(value);
      values.push(value);
      if (updateMoments(state, 1, value, window) !== i + 1 >= window) expect.unreachable(`full after ${i + 1}`);
      if (i % 13 !== 0 && i > window) continue;
      const { mean, sigma } = naive(values.slice(-window));
      // Half an ulp of the offset is what no sum of doubles can avoid.
      if (Math.abs(state[3]! - mean) > 1e-8 + Math.abs(mean) * 1e-15) expect(state[3]).toBe(mean);
      if (Math.abs(deviation(state, 1) - sigma) > 1e-8 * Math.max(sigma, 1)) expect(deviation(state, 1)).toBe(sigma);
    }
    expect([state[0], state.at(-1)]).toEqual([-7, -7]);
  });

  it('forgets whole numbers exactly: equal values deviate by nothing, zeros have the mean zero', () => {
    seedPrng(random, 3);
    for (let round = 0; round < 500; round++) {
      for (const [window, constant] of [
        [10, 0],
        [20, 12],
        [60, 6_000_000.5],
      ] as const) {
        const state = new Float64Array(MOMENTS_SLOTS + window);
        const noise = 3 + nextBelow(random, 2 * window);
        for (let i = 0; i < noise; i++)
          updateMoments(state, 0, constant + nextBelow(random, 200_001) - 100_000, window);
        for (let i = 0; i < window; i++) updateMoments(state, 0, constant, window);
        expect(state[2]).toBe(constant);
        expect(deviation(state, 0)).toBe(0);
      }
    }
  });

  it('has no deviation before the first value', () =>
    expect(deviation(new Float64Array(MOMENTS_SLOTS + 4), 0)).toBe(0));
});

describe('averages', () => {
  it.each([
    ['exponential', emaAlpha(12), 12],
    ['Wilder', wilderAlpha(14), 14],
  ])('%s: the mean of the first values, then the recursion', (_, alpha, window) => {
    seedPrng(random, 5);
    const state = new Float64Array(AVERAGE_SLOTS + 1);
    const values: number[] = [];
    let wanted = 0;
    for (let i = 0; i < 500; i++) {
      const x = 1000 + nextNormal(random) * 50;
      values.push(x);
      const warm = updateAverage(state, 1, x, window, alpha);
      expect(warm).toBe(i + 1 >= window);
      if (i + 1 === window) wanted = naive(values).mean;
      else if (i + 1 > window) wanted += alpha * (x - wanted);
      if (warm) expect(Math.abs(state[2]! - wanted)).toBeLessThan(1e-10);
    }
    expect(state[0]).toBe(0);
  });

  it('has the weights of the field', () => {
    expect(emaAlpha(9)).toBe(0.2);
    expect(wilderAlpha(4)).toBe(0.25);
  });
});
