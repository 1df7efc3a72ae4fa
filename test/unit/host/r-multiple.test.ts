/** R of a trade: fees on both sides of the line, −1 at the stop, and never infinite. */
import { expect, it } from 'vitest';
import type { Money } from '../../../engine/domain/index.ts';
import { rMultiple } from '../../../src/host/r-multiple.ts';

const money = (value: number): Money => BigInt(value) as Money;
/** One lot at one tick is worth 1. */
const INSTRUMENT = { unit: money(1) };
const made = (gain: number, fees: number) => ({ gain: money(gain), fees: money(fees) });

it.each([
  ['at its entry it has lost its fees', made(0, 10), -10 / 210],
  ['at its target', made(300, 10), 290 / 210],
  ['at its stop', made(-200, 10), -1],
  ['beyond its stop', made(-260, 10), -270 / 210],
  ['without fees', made(100, 0), 0.5],
] as const)('%s', (_, of, r) => {
  for (const lots of [10, -10]) expect(rMultiple(of, 20, lots, INSTRUMENT)).toBeCloseTo(r, 12);
});

it('is of the fees alone where a trade began at its stop', () => {
  expect(rMultiple(made(0, 10), 0, 10, INSTRUMENT)).toBe(-1);
  expect(rMultiple(made(50, 10), 0, 10, INSTRUMENT)).toBe(4);
  expect(rMultiple(made(50, 0), 0, 10, INSTRUMENT)).toBeUndefined();
});
