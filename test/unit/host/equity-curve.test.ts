/** The curve of equity: a point each second while there are few, the whole run all the same, and drawdown by golden numbers. */
import { describe, expect, it } from 'vitest';
import { money, writeMoney } from '../../../engine/domain/index.ts';
import { ACCOUNT } from '../../../engine/index.ts';
import { drawdownsOf, EquityCurve } from '../../../src/host/equity-curve.ts';
import { Session } from '../../fixtures/engine-session.ts';

const UNIT = 10n ** 16n;
const rounded = (values: readonly number[]): number[] => values.map((each) => Math.round(each * 1e6) / 1e6);

/** An account whose equity is set by hand, sampled a second on each time. */
function rig() {
  const { state } = new Session();
  const curve = new EquityCurve();
  const set = (row: number, units: number): void => writeMoney(state.account.money, row, money(BigInt(units) * UNIT));
  let seconds = 0;
  return {
    curve,
    have(...equities: readonly number[]): void {
      for (const equity of equities) {
        set(ACCOUNT.cash, equity);
        curve.sample(state, ++seconds * 1_000_000);
        curve.sample(state, seconds * 1_000_000 + 10_000);
      }
    },
    peak: (units: number): void => set(ACCOUNT.peakEquity, units),
  };
}

describe('drawdown', () => {
  it('counts from the highest point so far', () => {
    const equity = [10_000, 10_200, 9_996, 10_098, 10_200, 10_404, 10_300];
    expect(rounded(drawdownsOf(equity))).toEqual([0, 0, -2, -1, 0, 0, -0.999616]);
    expect(drawdownsOf([])).toEqual([]);
    expect(drawdownsOf([0, -5, -3])).toEqual([0, 0, 0]);
  });

  it('counts from the peak that the account had before the run', () => {
    const { curve, have, peak } = rig();
    expect(curve.points()).toEqual({ points: [], timesUs: [], drawdownPct: [] });
    peak(12_500);
    have(10_000, 12_500, 13_000);
    expect(curve.points()).toEqual({
      points: [10_000, 12_500, 13_000],
      timesUs: [1_000_000, 2_000_000, 3_000_000],
      drawdownPct: [-20, 0, 0],
    });
  });
});

describe('the curve', () => {
  it('has a point each second for the first minutes, and the newest one always', () => {
    const { curve, have } = rig();
    const first = Array.from({ length: 240 }, (_, i) => 10_000 + i);
    have(...first);
    expect(curve.points().points).toEqual(first);
    have(11_000);
    expect(curve.points().points).toEqual([...first.filter((_, i) => i % 2 === 0), 11_000]);
    have(11_001);
    expect(curve.points().points.slice(-2)).toEqual([11_000, 11_001]);
    have(11_002);
    expect(curve.points().points.slice(-2)).toEqual([11_000, 11_002]);
  });

  it('goes back to the beginning however long the run is, in few points at equal distances', () => {
    const { curve, have } = rig();
    have(...Array.from({ length: 20_000 }, (_, i) => 10_000 + i));
    const { points, timesUs, drawdownPct } = curve.points();
    expect(points[0]).toBe(10_000);
    expect(points.at(-1)).toBe(29_999);
    expect(points.length).toBeGreaterThan(120);
    expect(points.length).toBeLessThanOrEqual(242);
    expect(drawdownPct).toHaveLength(points.length);
    expect(timesUs).toEqual(points.map((each) => (each - 9_999) * 1_000_000));
    const distances = new Set(points.slice(1, -1).map((each, i) => each - points[i]!));
    expect(distances.size).toBe(1);
  });
});
