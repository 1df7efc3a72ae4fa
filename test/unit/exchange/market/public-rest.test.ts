/** What the public endpoints refuse, and how much of the past they give at most. */
import { describe, expect, it } from 'vitest';
import type { ExchangeMarket } from '../../../../src/exchange/model/port.ts';
import { VenueRig } from '../../../fixtures/exchange-venue.ts';

const rig = new VenueRig();
const get = (market: ExchangeMarket, path: string) => {
  const { status, body } = rig.get(market, path);
  return { status, body: JSON.parse(body) };
};

describe('a limit', () => {
  it.each([
    ['spot', '/trades?symbol=BTCUSDT'],
    ['spot', '/aggTrades?symbol=BTCUSDT'],
    ['spot', '/klines?symbol=BTCUSDT&interval=1s'],
    ['usdm', '/historicalTrades?symbol=BTCUSDT'],
    ['usdm', '/klines?symbol=BTCUSDT&interval=1m'],
  ] as const)('of %s %s is at least 1, and no more than so many come', (market, path) => {
    expect(get(market, `${path}&limit=1`)).toMatchObject({ status: 200, body: { length: 1 } });
    expect(get(market, `${path}&limit=0`)).toEqual({
      status: 400,
      body: { code: -1130, msg: "Data sent for parameter 'limit' is not valid." },
    });
  });

  it('of a book is any on spot, and one of a few on USD-M', () => {
    expect(get('spot', '/depth?symbol=BTCUSDT&limit=7').body.bids).toHaveLength(7);
    expect(get('spot', '/depth?symbol=BTCUSDT&limit=0').body.code).toBe(-1130);
    for (const limit of [0, 7]) expect(get('usdm', `/depth?symbol=BTCUSDT&limit=${limit}`).body.code).toBe(-4021);
    expect(get('usdm', '/depth?symbol=BTCUSDT&limit=5').body.asks).toHaveLength(5);
  });
});

describe('a weight', () => {
  /** What a request adds to what its address has used. */
  const weightOf = (market: ExchangeMarket, path: string): number => {
    const used = () => Number(rig.venue(market).model.limits.headers('127.0.0.1', rig.nowMs)['X-MBX-USED-WEIGHT']);
    const before = used();
    expect(rig.get(market, path).status, path).toBe(200);
    return used() - before;
  };
  const ONE = 'symbol=BTCUSDT';

  it.each([
    ['/ping', 1],
    ['/exchangeInfo', 20],
    [`/exchangeInfo?${ONE}`, 20],
    [`/depth?${ONE}`, 5],
    [`/depth?${ONE}&limit=101`, 25],
    [`/depth?${ONE}&limit=1000`, 50],
    [`/depth?${ONE}&limit=9999`, 250],
    [`/trades?${ONE}`, 25],
    [`/aggTrades?${ONE}`, 4],
    [`/klines?${ONE}&interval=1m`, 2],
    [`/ticker/price?${ONE}`, 2],
    ['/ticker/price', 4],
    ['/ticker/bookTicker', 4],
    [`/ticker/24hr?${ONE}`, 2],
    ['/ticker/24hr', 80],
  ])('of spot %s is %i', (path, weight) => {
    expect(weightOf('spot', path)).toBe(weight);
  });

  it.each([
    ['/exchangeInfo', 1],
    [`/depth?${ONE}&limit=50`, 2],
    [`/depth?${ONE}&limit=100`, 5],
    [`/depth?${ONE}`, 10],
    [`/depth?${ONE}&limit=1000`, 20],
    [`/trades?${ONE}`, 5],
    [`/historicalTrades?${ONE}`, 20],
    [`/aggTrades?${ONE}`, 20],
    [`/klines?${ONE}&interval=1m&limit=99`, 1],
    [`/klines?${ONE}&interval=1m&limit=100`, 2],
    [`/markPriceKlines?${ONE}&interval=1m`, 5],
    [`/klines?${ONE}&interval=1m&limit=1500`, 10],
    [`/premiumIndex?${ONE}`, 1],
    ['/ticker/24hr', 40],
    [`/ticker/bookTicker?${ONE}`, 2],
  ])('of USD-M %s is %i', (path, weight) => {
    expect(weightOf('usdm', path)).toBe(weight);
  });
});
