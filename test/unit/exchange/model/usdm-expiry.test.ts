/** What an order event says of why an order expired: the numbers that Binance documents for USD-M. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Desk, type Json } from './desk.ts';

const symbol = 'BTCUSDT';
const limit = { symbol, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC' };
const market = { symbol, side: 'BUY', type: 'MARKET' };

let desk: Desk;
const place = (params: Json) => {
  const { status, body } = desk.send('a', 'POST', '/fapi/v1/order', params);
  if (status !== 200) throw new Error(`${body.msg}`);
};
/** Of each order event: what happened, and why an order expired. */
const reasons = () => desk.events('a', 'ORDER_TRADE_UPDATE').map(({ o }) => `${Object(o).x} ${Object(o).er}`);
const trade = (ticks: number) => desk.model.marketTrade(symbol, ticks, 1, true, desk.nowMs);

beforeEach(() => {
  desk = new Desk({ market: 'usdm' });
  desk.crowd([[500_000, 5_000]], [[500_010, 500]]);
  trade(500_000);
});

describe('an order that expires', () => {
  it.each<readonly [string, Json, string]>([
    [
      'for nothing more could be had at its limit',
      { ...limit, timeInForce: 'IOC', price: '50001', quantity: '1' },
      '2',
    ],
    ['for the book was empty', { ...market, quantity: '1' }, '9'],
  ])('%s says so', (_, order, reason) => {
    place(order);
    expect(reasons()).toEqual(['NEW 0', 'TRADE 0', `EXPIRED ${reason}`]);
  });

  it.each([
    ['GTC', 'EXPIRED 1'],
    ['IOC', 'EXPIRED 3'],
  ])('not to meet one of its own account says so: %s', (timeInForce, last) => {
    place({ ...limit, side: 'SELL', price: '50000.5', quantity: '0.1' });
    place({ ...limit, timeInForce, price: '50000.5', quantity: '0.1', selfTradePreventionMode: 'EXPIRE_TAKER' });
    expect(reasons()).toEqual(['NEW 0', 'NEW 0', last]);
  });

  it('for the order that it would meet is of its own account says so, though it only lay there', () => {
    place({ ...limit, side: 'SELL', price: '50000.5', quantity: '0.1' });
    place({ ...market, quantity: '0.1', selfTradePreventionMode: 'EXPIRE_MAKER' });
    expect(reasons()).toEqual(['NEW 0', 'NEW 0', 'EXPIRED 1', 'TRADE 0']);
  });

  it('for it would turn the position round says so, and so does one whose position has gone', () => {
    place({ ...market, quantity: '0.2' });
    place({ ...limit, side: 'SELL', price: '51000', quantity: '0.2', reduceOnly: 'true' });
    place({ ...market, side: 'SELL', quantity: '0.3', reduceOnly: 'true' });
    expect(reasons()).toEqual(['NEW 0', 'TRADE 0', 'NEW 0', 'NEW 0', 'TRADE 0', 'EXPIRED 4', 'EXPIRED 4']);
  });

  it('and comes again as what its condition places says so', () => {
    place({ ...market, type: 'STOP_MARKET', stopPrice: '50100', quantity: '0.1' });
    trade(501_000);
    expect(reasons()).toEqual(['NEW 0', 'EXPIRED 8', 'NEW 0', 'TRADE 0']);
  });

  it('with the account’s liquidation says so', () => {
    desk.crowd([], [[500_010, 100_000]]);
    place({ ...market, quantity: '10' });
    place({ ...limit, price: '49000', quantity: '0.1' });
    reasons();
    desk.model.markPrice(symbol, 4_000_000_000_000n, desk.nowMs);
    expect(reasons().slice(0, 2)).toEqual(['EXPIRED 5', 'NEW 0']);
  });
});
