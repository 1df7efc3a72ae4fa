/** Klines are what the trades make of them, for every interval, and never have a hole. */
import { describe, expect, it } from 'vitest';
import { isKlineInterval, nextOpenOf, openOf } from '../../../../src/exchange/market/intervals.ts';
import { KlineSeries } from '../../../../src/exchange/market/klines.ts';
import { RollingDay } from '../../../../src/exchange/market/rolling-day.ts';
import { TradeTape } from '../../../../src/exchange/market/trade-tape.ts';
import type { PublicTrade } from '../../../../src/exchange/model/port.ts';
import { VenueRig } from '../../../fixtures/exchange-venue.ts';

const trade = (tradeId: number, atMs: number, priceTicks: number, lots = 1, buyerIsMaker = false): PublicTrade => ({
  ...{ symbol: 'X', tradeId, atMs, priceTicks, lots, buyerIsMaker },
});

describe('intervals', () => {
  it.each([
    ['1m', '2026-11-21T17:59:59.999Z', '2026-11-21T17:59:00Z', '2026-11-21T18:00:00Z'],
    ['4h', '2026-11-21T17:59:00Z', '2026-11-21T16:00:00Z', '2026-11-21T20:00:00Z'],
    ['1d', '2026-11-21T00:00:00Z', '2026-11-21T00:00:00Z', '2026-11-22T00:00:00Z'],
    ['1w', '2026-11-22T23:59:59Z', '2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z'],
    ['1M', '2026-02-28T12:00:00Z', '2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z'],
    ['1M', '2026-12-31T12:00:00Z', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
  ])('%s of %s opens at %s and the next at %s', (interval, at, opens, next) => {
    if (!isKlineInterval(interval)) throw new Error(interval);
    expect(openOf(interval, Date.parse(at))).toBe(Date.parse(opens));
    expect(nextOpenOf(interval, Date.parse(opens))).toBe(Date.parse(next));
  });
});

describe('a series of bars', () => {
  it('opens with the first trade, and is flat where nothing was traded', () => {
    const series = new KlineSeries('1m');
    series.take(trade(1, 60_000, 100, 2));
    series.take(trade(2, 90_000, 110, 3, true));
    series.take(trade(3, 119_999, 90, 1));
    series.take(trade(4, 240_500, 95, 1));
    const [first, flat, flatToo, last] = series.between(undefined, undefined, 10);
    expect(first).toMatchObject({ openMs: 60_000, closeMs: 119_999, open: 100, high: 110, low: 90, close: 90 });
    expect(first).toMatchObject({ volume: 6, worth: 200 + 330 + 90, trades: 3, firstTradeId: 1, lastTradeId: 3 });
    expect(first).toMatchObject({ takerBuyVolume: 3, takerBuyWorth: 200 + 90 });
    expect(flat).toMatchObject({
      openMs: 120_000,
      open: 90,
      high: 90,
      low: 90,
      close: 90,
      trades: 0,
      firstTradeId: -1,
    });
    expect(flatToo).toMatchObject({ openMs: 180_000, trades: 0 });
    expect(last).toMatchObject({ openMs: 240_000, open: 95, high: 95, low: 95, trades: 1 });
  });

  it('gives the newest, or those from a time on', () => {
    const series = new KlineSeries('1s');
    for (let i = 0; i < 10; i++) series.take(trade(i, i * 1_000, 100 + i));
    expect(series.between(undefined, undefined, 2).map(({ open }) => open)).toEqual([108, 109]);
    expect(series.between(3_000, undefined, 2).map(({ open }) => open)).toEqual([103, 104]);
    expect(series.between(undefined, 4_000, 2).map(({ open }) => open)).toEqual([103, 104]);
  });

  it('is told once closed, with the figures that REST has', () => {
    const rig = new VenueRig();
    const frames = rig.listen('spot', 'btcusdt@kline_1s');
    rig.run(5_000);
    const bars = frames.map(({ payload }) => (payload as { k: Readonly<Record<string, unknown>> }).k);
    const closed = bars.filter(({ x }) => x === true);
    expect(closed.length).toBeGreaterThanOrEqual(4);
    const opens = closed.map(({ t }) => Number(t));
    expect(opens).toEqual([...opens.keys()].map((i) => opens[0]! + i * 1_000));
    const rest: unknown[][] = JSON.parse(rig.get('spot', '/klines?symbol=BTCUSDT&interval=1s').body);
    for (const { t, o, h, l, c, v, T, q, n, V, Q } of closed)
      expect(rest.find((row) => row[0] === t)).toEqual([t, o, h, l, c, v, T, q, n, V, Q, '0']);
  });
});

describe('24 hours', () => {
  it('forget what is older', () => {
    const day = new RollingDay();
    const hour = 3_600_000;
    day.take(trade(1, hour, 50, 4));
    day.take(trade(2, 20 * hour, 100, 2));
    day.take(trade(3, 21 * hour, 80, 1));
    expect(day.at(22 * hour)).toMatchObject({ open: 50, high: 100, low: 50, last: 80, volume: 7, trades: 3 });
    expect(day.at(30 * hour)).toMatchObject({ open: 100, high: 100, low: 80, volume: 3, trades: 2, previousClose: 50 });
    expect(day.at(100 * hour)).toBeUndefined();
  });

  it('are all that is kept, also where nobody asks for them', () => {
    const day = new RollingDay();
    const minute = 60_000;
    for (let i = 0; i <= 3_000; i++) day.take(trade(i, i * minute, 100 + i));
    // By a clock that is set back: of the first day nothing is left.
    expect(day.at(1_441 * minute)).toMatchObject({ trades: 1_441, firstTradeId: 1_560, previousClose: 1_659 });
  });
});

describe('aggregate trades', () => {
  it('are the fills of one order at one price', () => {
    const tape = new TradeTape();
    expect(tape.take(trade(1, 5, 100, 1))).toBeUndefined();
    expect(tape.take(trade(2, 5, 100, 2))).toBeUndefined();
    expect(tape.take(trade(3, 5, 101, 3))).toMatchObject({ id: 1, lots: 3, firstTradeId: 1, lastTradeId: 2 });
    expect(tape.flush()).toMatchObject({ id: 2, lots: 3, firstTradeId: 3 });
    expect(tape.flush()).toBeUndefined();
    expect(tape.take(trade(4, 5, 101, 1))).toBeUndefined();
    tape.flush();
    expect(tape.aggregates(10, { id: 2 }).map(({ id }) => id)).toEqual([2, 3]);
    expect(tape.trades(2).map(({ tradeId }) => tradeId)).toEqual([3, 4]);
    expect(tape.trades(2, 2).map(({ tradeId }) => tradeId)).toEqual([2, 3]);
  });
});
