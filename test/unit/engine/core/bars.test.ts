/** Sessions of ready-made bars: stops fill where they were crossed, the worse end of a bar comes first, limits at their price. */
import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../../../engine/domain/index.ts';
import { bookDecides, eventsOf, SECOND_US, Session, START_US, testConfig } from '../../../fixtures/engine-session.ts';

const MINUTE_US = 60 * SECOND_US;
type Prices = readonly [open: number, high: number, low: number, close: number];

/**
 * Bars of a minute on which RSI decides: a fall buys, a rise sells. Orders of 1 % of equity, so that a
 * tenth of a bar's volume is enough for them.
 */
function barSession(execution: object = {}): Session {
  const policy = bookDecides({
    risk: { orderLimitPpm: 10_000, entryCooldownBars: 1_000 },
    execution: { minStopPpm: 5_000, stopAtr: 0, targetR: 1, ...execution },
  });
  const session = new Session(testConfig({ control: 'auto', barIntervalUs: MINUTE_US, policy }));
  session.atUs = START_US;
  return session;
}

function next(session: Session, prices: Prices, volume = 10_000): readonly EngineEvent[] {
  session.atUs += MINUTE_US;
  return session.bar(prices, volume);
}

/** Sixteen bars that move by `step`; at the close of the fifteenth RSI speaks. */
function upToDecision(session: Session, step: 1 | -1, volume = 10_000): void {
  for (let i = 0; i < 15; i++) {
    const price = 100_000 + 10 * step * i;
    next(session, [price, price, price, price], volume);
  }
  const decision = eventsOf(session.events, 'decision').at(-1)!.trace;
  expect([decision.side, decision.verdict, decision.priceTicks]).toEqual([-step, 'proposed', 100_000 + 140 * step]);
}

/** A long (or short) position from the open of the bar after the decision, and that bar's events. */
function entered(step: 1 | -1, prices: Prices): { session: Session; events: readonly EngineEvent[] } {
  const session = barSession();
  upToDecision(session, step);
  return { session, events: next(session, prices) };
}

const fills = (events: readonly EngineEvent[]) =>
  eventsOf(events, 'fill').map((e) => [e.side, e.priceTicks, e.maker, e.assumed]);
const triggers = (events: readonly EngineEvent[]) =>
  eventsOf(events, 'protective').map((e) => [e.trigger, e.triggerTicks]);

// A long is decided at 99,860 with a stop of 500 ticks (0.5 %, rounded up): 99,360 and 100,360; half the spread is 10.
describe('an entry', () => {
  it('takes the open of the next bar and half the assumed spread, marked as assumed', () => {
    const { session, events } = entered(-1, [99_850, 99_870, 99_840, 99_860]);
    expect(fills(events)).toEqual([[1, 99_860, false, true]]);
    expect(eventsOf(events, 'fill')[0]!.atUs).toBe(session.atUs - MINUTE_US + 40_000);
    expect([session.state.positions.stopTicks[0], session.state.positions.targetTicks[0]]).toEqual([99_360, 100_360]);
  });

  it('that the open has run away from waits at its limit, and fills there, never at the low of the bar', () => {
    // The limit is 99,860 and 0.03 % above it.
    const { session, events } = entered(-1, [99_950, 99_960, 99_500, 99_900]);
    expect(fills(events)).toEqual([[1, 99_890, true, true]]);
    expect(session.state.positions.lots[0]).toBeGreaterThan(0);
  });

  it('is filled in parts where the bar had little volume, and cancelled when its time is over', () => {
    const session = barSession();
    // Two lots of the last bar's twenty at arrival, one at each of the bar's four prices.
    upToDecision(session, -1, 20);
    next(session, [99_850, 99_850, 99_850, 99_850], 10);
    const order = eventsOf(session.events, 'order').at(-1)!;
    expect([order.event, order.to]).toEqual(['confirm-cancel', 'cancelled']);
    const filled = eventsOf(session.events, 'fill').reduce((sum, e) => sum + e.lots, 0);
    expect([filled, order.lots]).toEqual([6, 10]);
    expect(session.state.positions.lots[0]).toBe(filled);
    expect(session.state.positions.stopTicks[0]).toBe(99_360);
  });
});

describe('a stop inside a bar', () => {
  const calm: Prices = [99_850, 99_870, 99_840, 99_860];

  it('fills where it was crossed, half the spread beyond, not at the end of the bar', () => {
    const { session } = entered(-1, calm);
    const events = next(session, [99_860, 99_900, 98_000, 98_100]);
    expect(triggers(events)).toEqual([['stop', 99_360]]);
    expect(fills(events)).toEqual([[-1, 99_350, false, true]]);
    expect(eventsOf(events, 'position-closed')).toMatchObject([{ side: 1 }]);
  });

  it('comes before the target when the bar reaches both', () => {
    const { session } = entered(-1, calm);
    expect(triggers(next(session, [99_860, 101_000, 99_000, 100_900]))).toEqual([['stop', 99_360]]);
  });

  it('of a short is met by the high first', () => {
    const { session } = entered(1, [100_150, 100_160, 100_130, 100_140]);
    expect(session.state.positions.lots[0]).toBeLessThan(0);
    const stop = session.state.positions.stopTicks[0]!;
    const events = next(session, [100_140, 101_000, 99_000, 99_100]);
    expect(triggers(events)).toEqual([['stop', stop]]);
    expect(fills(events)).toEqual([[1, stop + 11, false, true]]);
  });

  it('of a short that the open itself fills is met by the high of that bar first', () => {
    // Above its limit from the start: the sell rests, and the next open comes up to it.
    const session = barSession({ entryTimeoutUs: 10 * MINUTE_US });
    upToDecision(session, 1);
    next(session, [100_000, 100_050, 99_990, 100_040]);
    expect(session.state.positions.lots[0]).toBe(0);
    const events = next(session, [100_200, 101_000, 99_000, 99_100]);
    expect(session.state.orders.filledLots[0]).toBeGreaterThan(0);
    expect(triggers(events).map(([trigger]) => trigger)).toEqual(['stop']);
  });

  it('is left at the open when the open is already beyond it', () => {
    const { session } = entered(-1, calm);
    const events = next(session, [99_000, 99_900, 98_900, 99_800]);
    expect(triggers(events)).toEqual([['stop', 99_000]]);
    expect(fills(events)).toEqual([[-1, 98_990, false, true]]);
  });

  it('in the bar of the entry itself counts', () => {
    const { events } = entered(-1, [99_850, 99_870, 99_200, 99_300]);
    expect(triggers(events)).toEqual([['stop', 99_360]]);
    expect(fills(events)).toEqual([
      [1, 99_860, false, true],
      [-1, 99_350, false, true],
    ]);
  });
});

describe('a target inside a bar', () => {
  it('fills where it was reached, half the spread before it', () => {
    const { session } = entered(-1, [99_850, 99_870, 99_840, 99_860]);
    const events = next(session, [99_860, 100_900, 99_800, 100_800]);
    expect(triggers(events)).toEqual([['target', 100_360]]);
    expect(fills(events)).toEqual([[-1, 100_349, false, true]]);
  });
});

describe('a position that stays', () => {
  it('is closed by time at the open of the bar after its last', () => {
    const session = barSession({ maxHoldingBars: 3 });
    upToDecision(session, -1);
    const flat: Prices = [99_850, 99_850, 99_850, 99_850];
    for (let i = 0; i < 3; i++) expect(triggers(next(session, flat))).toEqual([]);
    expect(triggers(next(session, flat))).toEqual([['time', 99_850]]);
    const events = next(session, [99_800, 99_850, 99_800, 99_850]);
    expect(fills(events)).toEqual([[-1, 99_790, false, true]]);
    expect(session.state.positions.lots[0]).toBe(0);
  });
});

describe('the end of a bar', () => {
  it('is the only close the indicators see, and volume is counted once', () => {
    const session = barSession();
    next(session, [100, 120, 90, 110], 7);
    const { features, market, bars } = session.state;
    expect([features.bars[0], features.closes[0], market.volume[0], market.last[0], bars.volume[0]]).toEqual([
      1, 110, 7, 110, 0,
    ]);
    session.wait(120).timer();
    expect(features.bars[0]).toBe(1);
  });
});
