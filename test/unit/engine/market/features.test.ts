/** Warm-up of every indicator, order flow over bars, and what a gap makes it forget. */
import { describe, expect, it } from 'vitest';
import { F, FEATURES, type FeatureName } from '../../../../engine/domain/index.ts';
import { forgetFlow, meanVelocity } from '../../../../engine/market/features/volumes.ts';
import { Session, testConfig } from '../../../fixtures/engine-session.ts';

const observing = () => new Session(testConfig({ control: 'observe' }));
const isValid = (session: Session, name: FeatureName): boolean => session.state.features.valid[F[name]] === 1;
const feature = (session: Session, name: FeatureName): number => session.state.features.values[F[name]]!;

/** One bar with a wandering price, traded volume and order flow. */
function busyBar(session: Session, i: number): void {
  const price = 1_000 + ((i * 37) % 23);
  session.quote(price - 1, 5 + (i % 4), price + 1, 5);
  session.trade(price, 1 + (i % 7));
  session.wait(1).timer();
}

describe('warm-up', () => {
  /** Bars after which each may first be used. */
  const WARM: Readonly<Partial<Record<FeatureName, number>>> = {
    ...{ close: 1, obv: 1, spreadPpm: 1, depthImbalance: 1, queueImbalance: 1, microPriceDistance: 1, orderFlowBar: 1 },
    ...{ returnBar: 2, volumeChange: 2, orderFlowImbalance: 10, tradeSignImbalance: 10, emaFast: 12, rateOfChange: 13 },
    ...{ rsi: 15, atr: 15, atrRatio: 15, plusDi: 15, minusDi: 15, mfi: 15, stochasticK: 16, stochasticD: 18 },
    ...{
      bollingerMid: 20,
      bollingerWidth: 20,
      bollingerPosition: 20,
      bollingerBandwidth: 20,
      wmaDistance: 20,
      cci: 20,
    },
    ...{
      volumeRatio: 20,
      obvTrend: 20,
      tradeIntensity: 20,
      parkinsonVolatility: 20,
      momentum: 21,
      realisedVolatility: 21,
    },
    ...{ macd: 26, emaSlow: 26, aroon: 26, adx: 28, gaussianSlope: 32, macdSignal: 34, macdHistogram: 34 },
    ...{ smaDistance: 50, gaussianZ: 60, gaussianTail: 60, rangePosition: 60, drawdown: 60, vwapDistance: 60 },
    ...{ energy: 61, volatilityRatio: 61, returnSkew: 61, return1m: 61, autocorrelation: 62, entropy: 62 },
    ...{ regimeCalm: 122, regimeUp: 122, regimeDown: 122, regimeTurbulent: 122, hurst: 104, return5m: 305 },
  };

  it('keeps every indicator invalid, and its value 0, until its window is full', () => {
    const session = observing();
    const first = new Map<FeatureName, number>();
    for (let bar = 1; bar <= 320; bar++) {
      busyBar(session, bar);
      for (const name of FEATURES) {
        if (isValid(session, name)) {
          if (!first.has(name)) first.set(name, bar);
        } else {
          expect(first.has(name), `${name} lapsed at bar ${bar}`).toBe(false);
          expect(feature(session, name)).toBe(0);
        }
      }
    }
    expect(Object.fromEntries(first)).toEqual(WARM);
  });

  it('gives no strength and no distance to a price that stood still', () => {
    const session = observing();
    for (let i = 0; i < 70; i++) {
      session.trade(500, 2);
      session.wait(1).timer();
    }
    expect([feature(session, 'rsi'), feature(session, 'bollingerWidth'), feature(session, 'atr')]).toEqual([50, 0, 0]);
    for (const name of ['gaussianZ', 'energy', 'orderFlowImbalance'] as const)
      expect(isValid(session, name)).toBe(false);
    expect(feature(session, 'volumeRatio')).toBe(1);
  });

  it('has an RSI of 100 without losses and 0 without gains', () => {
    for (const [step, rsi] of [
      [1, 100],
      [-1, 0],
    ] as const) {
      const session = observing();
      for (let i = 0; i < 15; i++) session.wait(1).trade(500 + i * step, 1);
      session.wait(1).timer();
      expect(feature(session, 'rsi')).toBe(rsi);
    }
  });
});

describe('order-flow imbalance', () => {
  /** Ten bars, each with one change of the bid's size. */
  function flowing(changes: readonly number[]): Session {
    const session = observing();
    let lots = 1_000;
    session.quote(99, lots, 101, 10);
    for (const change of changes) {
      lots += change;
      session.quote(99, lots, 101, 10);
      session.wait(1).timer();
    }
    return session;
  }

  it('is signed flow over its size, of ten bars', () => {
    const changes = [5, -2, 8, 1, -1, 3, 4, -9, 2, 6];
    expect(feature(flowing(changes), 'orderFlowImbalance')).toBeCloseTo(17 / 41, 12);
    expect(feature(flowing([-400, ...changes]), 'orderFlowImbalance')).toBeCloseTo(17 / 41, 12);
    expect(feature(flowing([1, 1, 1, 1, 1, 1, 1, 1, 1, 1]), 'orderFlowImbalance')).toBe(1);
  });

  it('says nothing once ten bars had none: what is left of sums is not a signal', () => {
    const still = new Array<number>(10).fill(0);
    for (let first = 1; first < 60; first++) {
      const session = flowing([first, -3, 7, -first * 3, 11, 13, -1, 2, 5, 3, ...still]);
      expect(isValid(session, 'orderFlowImbalance')).toBe(false);
    }
  });

  it('is forgotten after a gap, of its instrument only, and warms anew', () => {
    const session = flowing([5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5]);
    const { indicators, features } = session.state;
    const untouched = feature(session, 'emaFast');
    forgetFlow(indicators, features, 0);
    expect([isValid(session, 'orderFlowImbalance'), feature(session, 'orderFlowImbalance')]).toEqual([false, 0]);
    for (let i = 1; i <= 10; i++) {
      session.quote(99, 5_000 - i, 101, 10);
      session.wait(1).timer();
      expect(isValid(session, 'orderFlowImbalance')).toBe(i === 10);
    }
    // The first bar after it went up by the jump to 4,999, the nine others down by one each.
    expect(feature(session, 'orderFlowImbalance')).toBeCloseTo((3_944 - 9) / (3_944 + 9), 12);
    expect([isValid(session, 'emaFast'), untouched]).toEqual([true, 0]);
  });

  it('takes the side of the takers with it', () => {
    const session = observing();
    for (let i = 0; i < 12; i++) {
      session.quote(99, 5, 101, 5);
      session.trade(100, 3, { sell: i === 11 });
      session.trade(100, 1);
      session.wait(1).timer();
    }
    expect(feature(session, 'tradeSignImbalance')).toBe((9 * 4 + 1 - 3) / 40);
    forgetFlow(session.state.indicators, session.state.features, 0);
    for (const name of ['tradeSignImbalance', 'orderFlowBar', 'orderFlowImbalance'] as const)
      expect([isValid(session, name), feature(session, name)]).toEqual([false, 0]);
    session.trade(100, 5);
    session.wait(1).timer();
    expect([isValid(session, 'tradeSignImbalance'), isValid(session, 'queueImbalance')]).toEqual([false, true]);
  });
});

describe('meanVelocity', () => {
  it('is 0 until three bars have moved, then follows them', () => {
    const session = observing();
    const seen: number[] = [];
    for (const price of [100, 110, 120, 130, 130]) {
      session.trade(price, 1);
      session.wait(1).timer();
      seen.push(meanVelocity(session.state.indicators, 0));
    }
    expect(seen).toEqual([0, 0, 0, 10, 5]);
  });
});
