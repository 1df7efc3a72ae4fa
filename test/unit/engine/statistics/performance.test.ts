/** Figures of returns where little or nothing happened. */
import { describe, expect, it } from 'vitest';
import { calmarRatio, maxDrawdown, sharpeRatio, steadiness } from '../../../../engine/statistics/performance.ts';

describe('a worth that stands still', () => {
  it.each([
    [0.1, 5],
    [0.1, 50],
    [0.01, 2],
    [-0.2, 50],
    [0, 10],
  ])('has no steadiness, whatever it came to before: %f, then %i times nothing', (first, count) => {
    expect(steadiness([first, ...new Array<number>(count).fill(0)])).toBeUndefined();
  });

  it('has neither a Sharpe nor a Calmar ratio', () => {
    const still = [0, 0, 0];
    expect([sharpeRatio(still, 365), calmarRatio(still, 365), maxDrawdown(still)]).toEqual([undefined, undefined, 0]);
  });
});

it('growth at one rate is steady, and a single return or none says nothing', () => {
  expect(steadiness(new Array<number>(20).fill(0.01))).toBeCloseTo(1, 12);
  expect([steadiness([]), steadiness([0.1]), steadiness([0.1, -1])]).toEqual([undefined, undefined, undefined]);
});
