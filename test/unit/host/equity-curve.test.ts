/** The curve of equity: a point each second, the last two minutes of them, and the peak before. */
import { expect, it } from 'vitest';
import { money, writeMoney } from '../../../engine/domain/index.ts';
import { ACCOUNT } from '../../../engine/index.ts';
import { EquityCurve } from '../../../src/host/equity-curve.ts';
import { Session } from '../../fixtures/engine-session.ts';

const UNIT = 10n ** 16n;

it('keeps 120 points, and the highest of what has gone before them', () => {
  const { state } = new Session();
  const curve = new EquityCurve();
  const have = (equity: number): void => writeMoney(state.account.money, ACCOUNT.cash, money(BigInt(equity) * UNIT));
  expect(curve.points()).toEqual({ points: [], peakBefore: 0 });
  for (let second = 1; second <= 130; second++) {
    have(second === 4 ? 12_000 : 10_000 + second);
    curve.sample(state, second * 1_000_000);
    curve.sample(state, second * 1_000_000 + 10_000);
  }
  const { points, peakBefore } = curve.points();
  expect(points).toHaveLength(120);
  expect([points[0], points.at(-1), peakBefore]).toEqual([10_011, 10_130, 12_000]);
});

it('begins with the peak that the account had before', () => {
  const { state } = new Session();
  writeMoney(state.account.money, ACCOUNT.peakEquity, money(11_500n * UNIT));
  const curve = new EquityCurve();
  curve.sample(state, 2_000_000);
  expect(curve.points()).toEqual({ points: [10_000], peakBefore: 11_500 });
});
