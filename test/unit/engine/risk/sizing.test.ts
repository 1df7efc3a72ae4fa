/** Size from risk: the loss at the stop is never more than the budget. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, notional, parseMoney, prepareInstrument, shareDown } from '../../../../engine/domain/index.ts';
import { sizeEntry } from '../../../../engine/risk/sizing.ts';
import { linearSpec } from '../../../fixtures/engine-session.ts';

const instrument = prepareInstrument(linearSpec(), 0, 'USDT');
const policy = { ...DEFAULT_POLICY.execution, minStopPpm: 800, targetR: 1.5 };
const equity = parseMoney('10000')!;

describe('sizeEntry', () => {
  it('takes the stop from the range, with its floor in price, and the target from the stop', () => {
    expect(sizeEntry(instrument, policy, equity, 100_000, 40)).toEqual({
      equity: '10000.00',
      riskBudget: '2.00',
      stopTicks: 120,
      targetTicks: 180,
      wantedLots: 166,
    });
    expect(sizeEntry(instrument, policy, equity, 100_000, 26.6)).toMatchObject({ stopTicks: 80, wantedLots: 250 });
    expect(sizeEntry(instrument, policy, equity, 100_000, 26.7)).toMatchObject({ stopTicks: 81, wantedLots: 246 });
    expect(sizeEntry(instrument, policy, equity, 3, 0)).toMatchObject({ stopTicks: 1, targetTicks: 2 });
  });

  it('wants nothing without equity', () => {
    for (const text of ['0', '-1', '0.0000000000000001']) {
      expect(sizeEntry(instrument, policy, parseMoney(text)!, 100_000, 40).wantedLots).toBe(0);
    }
  });

  it('of next to nothing asks for no more than can be counted', () => {
    const dust = prepareInstrument(
      linearSpec('X/USDT:USDT', { tickSize: '0.00000001', lotSize: '0.00001' }),
      0,
      'USDT',
    );
    expect(sizeEntry(dust, policy, parseMoney('5000000')!, 1, 0).wantedLots).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('never risks more than the budget, and one lot more would', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.double({ min: 0, max: 100_000, noNaN: true }),
        fc.bigInt({ min: 1n, max: 10n ** 24n }),
        (price, atr, cash) => {
          const money = cash as typeof equity;
          const { stopTicks, wantedLots } = sizeEntry(instrument, policy, money, price, atr);
          const budget = shareDown(money, policy.riskPerTradePpm);
          expect(notional(stopTicks, wantedLots, instrument.unit)).toBeLessThanOrEqual(budget);
          expect(notional(stopTicks, wantedLots + 1, instrument.unit)).toBeGreaterThan(budget);
          expect(stopTicks).toBeGreaterThanOrEqual(Math.max(atr * policy.stopAtr, (price * policy.minStopPpm) / 1e6));
        },
      ),
    );
  });
});
