/** Equity stands where its moment is in time, however uneven its points are. */
import { expect, it } from 'vitest';
import { evenTimes, valuesAt } from '../../../components/format/chart-equity.ts';

const SECOND = 1_000_000;
const TIMES = [0, 80, 90, 100].map((s) => s * SECOND);
const VALUES = [100, 100, 200, 150];

it('places moments evenly from the first to the last', () => {
  const even = evenTimes(TIMES);
  expect([even[0], even.at(-1)]).toEqual([0, 100 * SECOND]);
  const gaps = even.slice(1).map((at, i) => at - even[i]!);
  expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
});

it('is on the straight lines between the points', () => {
  expect(
    valuesAt(
      [0, 40, 80, 85, 90, 95, 100].map((s) => s * SECOND),
      VALUES,
      TIMES,
    ),
  ).toEqual([100, 100, 100, 150, 200, 175, 150]);
});

it('does not fail where two points are of one moment', () => {
  expect(valuesAt(evenTimes([5, 5]), [1, 2], [5, 5])).toEqual([2, 2, 2, 2, 2]);
});
