/** Trades and quotes in the market columns, and order flow computed by hand. */
import { describe, expect, it } from 'vitest';
import { referenceTicks } from '../../../../engine/index.ts';
import { forgetTouch, referencePrice, touchFor } from '../../../../engine/market/ticks.ts';
import { Session, testConfig } from '../../../fixtures/engine-session.ts';

const observing = () => new Session(testConfig({ control: 'observe' }));

describe('trades', () => {
  it('set the last price, the signed quantity by the taker, and the volume', () => {
    const session = observing();
    session.trade(100, 3);
    session.trade(104, 5, { sell: true });
    const { market, bars } = session.state;
    expect([market.last[0], market.lastTradeLots[0], market.volume[0], market.firstPrice[0]]).toEqual([
      104, -5, 8, 100,
    ]);
    session.trade(98, 1);
    expect([bars.open[0], bars.high[0], bars.low[0], bars.close[0], bars.volume[0]]).toEqual([100, 104, 98, 98, 9]);
    expect(market.updatedAtUs[0]).toBe(session.atUs);
  });

  it('alone make prices once there have been any: a quote no longer moves the bar', () => {
    const session = observing();
    session.quote(99, 1, 101, 1);
    session.quote(99, 1, 102, 1);
    const { bars, market } = session.state;
    expect([bars.open[0], bars.close[0], market.firstPrice[0]]).toEqual([100, 100.5, 100]);
    session.trade(101, 1);
    session.quote(150, 1, 152, 1);
    expect([bars.high[0], bars.close[0]]).toEqual([101, 101]);
  });
});

describe('order flow', () => {
  // Cont, Kukanov and Stoikov 2014: e = q_bid·1(P_bid ≥ before) − before·1(P_bid ≤ before) − the same for asks.
  it.each([
    ['bids added', [99, 14, 101, 10], 4],
    ['bids taken', [99, 3, 101, 10], -7],
    ['asks added', [99, 10, 101, 16], -6],
    ['asks taken', [99, 10, 101, 1], 9],
    ['a better bid', [100, 2, 101, 10], 2],
    ['a worse bid', [98, 50, 101, 10], -10],
    ['a better ask', [99, 10, 100, 7], -7],
    ['a worse ask', [99, 10, 102, 50], 10],
    ['both move up', [101, 5, 103, 8], 15],
    ['both move down', [97, 5, 99, 8], -18],
    ['nothing', [99, 10, 101, 10], 0],
  ] as const)('%s', (_, [bid, bidLots, ask, askLots], flow) => {
    const session = observing();
    session.quote(99, 10, 101, 10);
    session.quote(bid, bidLots, ask, askLots);
    expect([session.state.bars.flow[0], session.state.bars.flowSize[0]]).toEqual([flow, Math.abs(flow)]);
  });

  it('adds up with its sign, and its size without', () => {
    const session = observing();
    session.quote(99, 10, 101, 10);
    session.quote(99, 14, 101, 10);
    session.quote(99, 14, 101, 20);
    session.quote(99, 15, 101, 20);
    expect([session.state.bars.flow[0], session.state.bars.flowSize[0]]).toEqual([-5, 15]);
  });

  it('is not computed from or to a side that is unknown', () => {
    const session = observing();
    session.quote(99, 10, 0, 0);
    session.quote(99, 50, 101, 10);
    session.quote(0, 0, 101, 90);
    session.quote(99, 10, 101, 10);
    expect(session.state.bars.flowSize[0]).toBe(0);
  });
});

describe('prices asked for', () => {
  it('are the touch of the side, the middle, else the last trade, else nothing', () => {
    const session = observing();
    const { market } = session.state;
    expect([touchFor(market, 0, 1), touchFor(market, 0, -1), referencePrice(market, 0)]).toEqual([0, 0, 0]);
    session.quote(99, 1, 0, 0);
    expect(referencePrice(market, 0)).toBe(0);
    session.trade(97, 1);
    expect(referencePrice(market, 0)).toBe(97);
    session.quote(99, 1, 102, 1);
    expect([touchFor(market, 0, 1), touchFor(market, 0, -1), referencePrice(market, 0)]).toEqual([102, 99, 100.5]);
    expect(referenceTicks(session.state, 0)).toBe(101);
    forgetTouch(market, 0);
    expect([touchFor(market, 0, 1), referencePrice(market, 0)]).toEqual([0, 97]);
  });
});
