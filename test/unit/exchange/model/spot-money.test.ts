/** What spot orders keep of an account and give back, and what trades cost, to the last digit. */
import { describe, expect, it } from 'vitest';
import { accountSpec, BTCUSDT, Desk, type Json } from './desk.ts';

const ORDER = '/api/v3/order';
const LIMIT = { symbol: 'BTCUSDT', type: 'LIMIT', timeInForce: 'GTC' } as const;

const conserved = (desk: Desk) => {
  for (const { held, deposited, least } of desk.model.audit().values()) expect([held, least]).toEqual([deposited, 0n]);
};
const holding = (desk: Desk, asset: string) => {
  const found = desk.holdings('a').find(({ a }) => a === asset);
  return [found?.f, found?.l];
};

describe('a commission', () => {
  const rates = { makerRate: '0.0008', takerRate: '0.002' };
  const balances = { BTC: '10', USDT: '100000' };
  const accounts = [accountSpec('a', balances, rates), accountSpec('b', balances, rates)];

  it('is the maker’s for whoever stood in the book, and the taker’s for whoever came', () => {
    const desk = new Desk({ accounts });
    desk.send('a', 'POST', ORDER, { ...LIMIT, side: 'SELL', price: '50000.00', quantity: '0.1' });
    const { body } = desk.send('b', 'POST', ORDER, { ...LIMIT, side: 'BUY', price: '50000.00', quantity: '0.1' });
    expect(body.fills).toMatchObject([{ commission: '0.00020000', commissionAsset: 'BTC' }]);
    const made = desk.send('a', 'GET', '/api/v3/myTrades', { symbol: 'BTCUSDT' }).list;
    expect(made).toMatchObject([{ commission: '4.00000000', commissionAsset: 'USDT', isMaker: true }]);
    expect(holding(desk, 'USDT')).toEqual(['104996.00000000', '0.00000000']);
    conserved(desk);
  });
});

it('an order that met one of its own account tells what it did not trade', () => {
  const desk = new Desk();
  const { orderId } = desk.send('a', 'POST', ORDER, {
    ...LIMIT,
    side: 'SELL',
    price: '50000.00',
    quantity: '0.3',
  }).body;
  desk.send('a', 'POST', ORDER, { ...LIMIT, side: 'BUY', price: '50000.00', quantity: '0.1' });
  const report = desk.events('a', 'executionReport').find(({ x }) => x === 'TRADE_PREVENTION');
  expect(report).toMatchObject({
    i: orderId,
    X: 'EXPIRED_IN_MATCH',
    A: '0.10000000',
    B: '0.10000000',
    z: '0.00000000',
  });
  expect(desk.send('a', 'GET', ORDER, { symbol: 'BTCUSDT', orderId }).body).toMatchObject({
    ...{ status: 'EXPIRED_IN_MATCH', preventedMatchId: orderId, preventedQuantity: '0.10000000' },
  });
  conserved(desk);
});

describe('what is locked', () => {
  it('is what the rest may cost: what a better price has saved comes back with each trade', () => {
    const desk = new Desk();
    desk.crowd([], [[5_000_100, 50_000]]);
    const order = { ...LIMIT, side: 'BUY', price: '50001.50', quantity: '0.7' };
    expect(desk.send('a', 'POST', ORDER, order).body.status).toBe('PARTIALLY_FILLED');
    // 0.5 at 50,001 are paid for, 0.2 at 50,001.50 are kept.
    expect(holding(desk, 'USDT')).toEqual(['64999.20000000', '10000.30000000']);
    conserved(desk);
  });

  it('is enough where price × quantity has more decimals than amounts have', () => {
    const steps = { tickSize: '0.00001', lotSize: '0.0001', minNotional: '0' };
    const desk = new Desk({
      instruments: [{ ...BTCUSDT, ...steps, symbol: 'ETHBTC', base: 'ETH', quote: 'BTC' }],
      accounts: [accountSpec('a', { BTC: '1' })],
    });
    const order: Json = { ...LIMIT, symbol: 'ETHBTC', side: 'BUY', price: '0.00003', quantity: '0.0007' };
    desk.send('a', 'POST', ORDER, order);
    // 2.1 of the smallest amounts there are.
    expect(holding(desk, 'BTC')).toEqual(['0.99999997', '0.00000003']);
    desk.model.marketTrade('ETHBTC', 3, 3, true, desk.nowMs);
    expect(holding(desk, 'BTC')).toEqual(['0.99999998', '0.00000002']);
    desk.model.marketTrade('ETHBTC', 3, 4, true, desk.nowMs);
    expect(holding(desk, 'BTC')).toEqual(['0.99999999', '0.00000000']);
    conserved(desk);
  });
});
