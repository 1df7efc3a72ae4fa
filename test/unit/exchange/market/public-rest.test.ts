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
