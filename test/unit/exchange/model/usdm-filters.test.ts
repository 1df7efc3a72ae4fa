/** What a USD-M order is refused for by the bounds of its symbol, by what it would cost, and where it cannot be whole. */
import { beforeEach, describe, expect, it } from 'vitest';
import { accountSpec, Desk, type Json, PERPETUAL } from './desk.ts';

const ORDER = '/fapi/v1/order';
const buy = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC' } as const;

let desk: Desk;
const place = (params: Json) => desk.send('a', 'POST', ORDER, params);

describe('bounds of the symbol', () => {
  const bounds = {
    ...{ tickSize: '0.5', lotSize: '0.002', minPrice: '48000', maxPrice: '52000' },
    ...{ minQuantity: '0.01', maxQuantity: '1', maxMarketQuantity: '0.5' },
  };
  beforeEach(() => {
    desk = new Desk({ market: 'usdm', instruments: [{ ...PERPETUAL, ...bounds }] });
    desk.crowd([], [[100_000, 1_000]]);
    desk.model.markPrice('BTCUSDT', 5_000_000_000_000n, desk.nowMs);
  });
  const market = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET' };
  const stop = { symbol: 'BTCUSDT', side: 'BUY', type: 'STOP_MARKET', quantity: '0.1', stopPrice: '51000' };

  it.each([
    [{ ...buy, price: '47999.5', quantity: '0.1' }, -4013, 'Price less than min price.'],
    [{ ...buy, price: '52000.5', quantity: '0.1' }, -4002, 'Price greater than max price.'],
    [{ ...buy, price: '49000.3', quantity: '0.1' }, -4014, 'Price not increased by tick size.'],
    [{ ...buy, price: '49000.5', quantity: '0.008' }, -4004, 'Quantity less than min quantity.'],
    [{ ...buy, price: '49000.5', quantity: '1.002' }, -4005, 'Quantity greater than max quantity.'],
    [{ ...buy, price: '49000.5', quantity: '0.101' }, -4023, 'Qty not increased by step size.'],
    [{ ...market, quantity: '0.502' }, -4005, 'Quantity greater than max quantity.'],
    [{ ...stop, quantity: '0.502' }, -4005, 'Quantity greater than max quantity.'],
    [{ ...stop, stopPrice: '51000.3' }, -4014, 'Price not increased by tick size.'],
    [{ ...stop, stopPrice: '52000.5' }, -4007, 'Stop price greater than max price.'],
    [{ ...stop, stopPrice: '0' }, -4006, 'Stop price less than zero.'],
  ])('%j is %i %s', (order, code, msg) => {
    expect(place(order)).toMatchObject({ status: 400, body: { code, msg } });
  });

  it.each([
    [{ ...buy, price: '48000', quantity: '0.01' }],
    [{ ...buy, price: '52000', quantity: '1' }],
    [{ ...market, quantity: '0.5' }],
    [{ ...stop, stopPrice: '52000' }],
  ])('%j is within them', (order) => {
    expect(place(order).status).toBe(200);
  });
});

describe('a change of an order', () => {
  it.each([
    [{ price: '52500.1' }, -4016, "Limit price can't be higher than 52500.0."],
    [{ quantity: '9001' }, -4005, 'Quantity greater than max quantity.'],
    [
      { price: '1000', quantity: '0.004' },
      -4164,
      "Order's notional must be no smaller than 5 (unless you choose reduce only).",
    ],
    [{ quantity: '50' }, -2019, 'Margin is insufficient.'],
  ])('is held against the same bounds: %j is %i %s', (change, code, msg) => {
    desk = new Desk({ market: 'usdm' });
    desk.model.markPrice('BTCUSDT', 5_000_000_000_000n, desk.nowMs);
    const { orderId } = place({ ...buy, price: '49000', quantity: '0.1' }).body;
    const asked = { symbol: 'BTCUSDT', side: 'BUY', orderId, price: '49000', quantity: '0.1', ...change };
    expect(desk.send('a', 'PUT', ORDER, asked).body).toEqual({ code, msg });
    expect(desk.book.get('BTCUSDT bid 490000')).toBe(100);
  });
});

it('conditional orders of both kinds count together', () => {
  desk = new Desk({ market: 'usdm', instruments: [{ ...PERPETUAL, maxAlgoOrders: 2 }] });
  desk.model.markPrice('BTCUSDT', 5_000_000_000_000n, desk.nowMs);
  const stop = { symbol: 'BTCUSDT', side: 'BUY', type: 'STOP_MARKET', quantity: '0.1' };
  const algo = () =>
    desk.send('a', 'POST', '/fapi/v1/algoOrder', { ...stop, algoType: 'CONDITIONAL', triggerPrice: '51000' });
  expect([algo().status, place({ ...stop, stopPrice: '51000' }).status]).toEqual([200, 200]);
  const full = { code: -4045, msg: 'Reach max stop order limit.' };
  expect([algo().body, place({ ...stop, stopPrice: '51000' }).body]).toEqual([full, full]);
});

it('a limit order says how long it is good for', () => {
  desk = new Desk({ market: 'usdm' });
  const { timeInForce: _, ...without } = buy;
  expect(place({ ...without, price: '49000.0', quantity: '0.1' }).body).toEqual({
    code: -1102,
    msg: "Mandatory parameter 'timeInForce' was not sent, was empty/null, or malformed.",
  });
});

it('an order is to be paid for with its fee', () => {
  desk = new Desk({ market: 'usdm', accounts: [accountSpec('a', { USDT: '1000' })] });
  desk.model.markPrice('BTCUSDT', 5_000_000_000_000n, desk.nowMs);
  // A margin of 999.80 and a fee of 9.998; then 990 and 9.90.
  expect(place({ ...buy, price: '49990', quantity: '0.4' }).body).toEqual({
    code: -2019,
    msg: 'Margin is insufficient.',
  });
  expect(place({ ...buy, price: '49500', quantity: '0.4' }).status).toBe(200);
});

it('all or nothing counts of a price what stands before an order of the own account, and nothing behind it', () => {
  desk = new Desk({ market: 'usdm' });
  desk.crowd([], [[500_000, 500]]);
  place({ ...buy, side: 'SELL', price: '50000', quantity: '0.2' });
  desk.crowd([], [[500_000, 1_500]]);
  const whole = { ...buy, timeInForce: 'FOK', price: '50000', selfTradePreventionMode: 'EXPIRE_TAKER' };
  expect(place({ ...whole, quantity: '0.501' }).body.code).toBe(-5021);
  expect(place({ ...whole, quantity: '0.5', newOrderRespType: 'RESULT' }).body.status).toBe('FILLED');
});
