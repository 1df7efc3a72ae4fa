/** The recorder's clock: the 99th percentile of event time − receive time. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClockSample } from '../../../src/importers/calibrate.ts';

function offsetOf(values: readonly number[]): number {
  const sample = new ClockSample();
  for (const value of values) sample.add(value);
  return sample.offsetUs();
}

test('nearest rank, and never below zero', () => {
  expect(offsetOf([])).toBe(0);
  expect(offsetOf([7])).toBe(7);
  expect(offsetOf([-5, -3])).toBe(0);
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
  expect(offsetOf(hundred.toReversed())).toBe(99);
  expect(offsetOf([...hundred, 1_000_000])).toBe(100);
});

test('at least 99 of 100 events are received after they were sent, and one offset less would not do', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1e9 }), { minLength: 1, maxLength: 500 }), (values) => {
      const offset = offsetOf(values);
      expect(values.filter((value) => value <= offset).length).toBeGreaterThanOrEqual(values.length * 0.99);
      expect(values.filter((value) => value < offset).length).toBeLessThan(values.length * 0.99);
    }),
    { numRuns: 200 },
  );
});

test('beyond a million samples one of several stands for all', () => {
  const sample = new ClockSample();
  const count = 2_500_000;
  for (let i = 0; i < count; i++) sample.add(Math.floor(i / 2500));
  expect(sample.offsetUs()).toBe(989);
});
