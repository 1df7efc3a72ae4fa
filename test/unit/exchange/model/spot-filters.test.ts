/** What a spot order is refused for before anything happens: its form, the filters of the symbol, and a test order. */
import { beforeEach, describe, expect, it } from 'vitest';
import { accountSpec, BTCUSDT, Desk, type Json } from './desk.ts';

const ORDER = '/api/v3/order';
const buy = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC' } as const;

let desk: Desk;
const place = (params: Json) => desk.send('a', 'POST', ORDER, params);

beforeEach(() => {
  desk = new Desk();
});

describe('filters and forms', () => {
  beforeEach(() => desk.model.marketTrade('BTCUSDT', 5_000_000, 1, true, desk.nowMs));

  it.each([
    [{ price: '49000.005' }, -1013, 'Filter failure: PRICE_FILTER'],
    [{ price: '49000.123456789' }, -1111, "Parameter 'price' has too much precision."],
    [
      { price: '1e3' },
      -1100,
      "Illegal characters found in parameter 'price'; legal range is '^([0-9]{1,20})(\\.[0-9]{1,20})?$'.",
    ],
    [{ price: '9999.00' }, -1013, 'Filter failure: PERCENT_PRICE_BY_SIDE'],
    [{ price: '250000.01' }, -1013, 'Filter failure: PERCENT_PRICE_BY_SIDE'],
    [{ price: '0' }, -1013, 'Invalid price.'],
    [{ quantity: '0.000011' }, -1013, 'Filter failure: LOT_SIZE'],
    [{ quantity: '9001' }, -1013, 'Filter failure: LOT_SIZE'],
    [{ quantity: '0' }, -1013, 'Invalid quantity.'],
    [{ quantity: '0.0001' }, -1013, 'Filter failure: NOTIONAL'],
    [{ quantity: '' }, -1102, "Mandatory parameter 'quantity' was not sent, was empty/null, or malformed."],
    [{ symbol: 'NOSUCH' }, -1121, 'Invalid symbol.'],
    [{ side: 'HOLD' }, -1117, 'Invalid side.'],
    [{ type: 'ICEBERG' }, -1116, 'Invalid orderType.'],
    [{ timeInForce: 'GTX' }, -1115, 'Invalid timeInForce.'],
    [{ stopPrice: '1' }, -1106, "Parameter 'stopPrice' sent when not required."],
    [{ type: 'MARKET', price: undefined }, -1106, "Parameter 'price' sent when not required."],
  ])('%j is refused with %i %s', (change, code, msg) => {
    expect(place({ ...buy, price: '49000.00', quantity: '0.1', ...change })).toMatchObject({
      status: 400,
      body: { code, msg },
    });
  });

  it.each([
    [{ price: '47999.99' }, 'PRICE_FILTER'],
    [{ price: '52000.01' }, 'PRICE_FILTER'],
    [{ quantity: '0.00099' }, 'LOT_SIZE'],
    [{ quantity: '1.00001' }, 'LOT_SIZE'],
  ])('bounds of the symbol: %j fails %s', (change, filter) => {
    const bounds = { minPrice: '48000', maxPrice: '52000', minQuantity: '0.001', maxQuantity: '1' };
    desk = new Desk({ instruments: [{ ...BTCUSDT, ...bounds }] });
    expect(place({ ...buy, price: '48000', quantity: '0.001' }).status).toBe(200);
    expect(place({ ...buy, price: '48000', quantity: '0.001', ...change }).body.msg).toBe(`Filter failure: ${filter}`);
  });

  it('bounds of market orders, by quantity and by what they are to cost', () => {
    desk = new Desk({ instruments: [{ ...BTCUSDT, minQuantity: '0.001', maxMarketQuantity: '0.5' }] });
    desk.crowd([], [[5_000_000, 100_000]]);
    const market = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET' };
    expect(place({ ...market, quantity: '0.50001' }).body.msg).toBe('Filter failure: MARKET_LOT_SIZE');
    expect(place({ ...market, quoteOrderQty: '25001' }).body.msg).toBe('Filter failure: MARKET_LOT_SIZE');
    expect(place({ ...market, quoteOrderQty: '49' }).body.msg).toBe('Filter failure: LOT_SIZE');
    expect(place({ ...market, quantity: '0.5' }).status).toBe(200);
    expect(place({ ...market, quoteOrderQty: '50' }).body.executedQty).toBe('0.00100000');
  });

  it('hold a conditional order against its own price, not the market’s', () => {
    const stop = { symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_LOSS', quantity: '0.0001' };
    expect(place({ ...stop, stopPrice: '49999.99' }).body.msg).toBe('Filter failure: NOTIONAL');
    expect(place({ ...stop, side: 'BUY', stopPrice: '50000.01' }).status).toBe(200);
  });

  it('know the average of five minutes, and the last price after them', () => {
    const { model, nowMs } = new Desk();
    model.marketTrade('BTCUSDT', 5_000_000, 3, true, nowMs);
    model.marketTrade('BTCUSDT', 5_100_000, 1, true, nowMs);
    expect(model.averagePriceE8('BTCUSDT', nowMs + 299_999)).toBe(5_025_000_000_000n);
    expect(model.averagePriceE8('BTCUSDT', nowMs + 300_000)).toBe(5_100_000_000_000n);
  });

  it('count what is open', () => {
    const small = {
      symbol: 'ETHBTC',
      base: 'ETH',
      quote: 'BTC',
      tickSize: '0.00001',
      lotSize: '0.0001',
      minNotional: '0.0001',
    };
    desk = new Desk({
      instruments: [{ ...small, maxOpenOrders: 3, maxAlgoOrders: 1 }],
      accounts: [accountSpec('a', { ETH: '10' })],
    });
    desk.model.marketTrade('ETHBTC', 5_000, 1, true, desk.nowMs);
    const stop = { symbol: 'ETHBTC', side: 'SELL', type: 'STOP_LOSS', quantity: '0.1', stopPrice: '0.04' };
    const limit = { symbol: 'ETHBTC', side: 'SELL', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.1', price: '0.06' };
    expect(place(stop).status).toBe(200);
    expect(place(stop).body.msg).toBe('Filter failure: MAX_NUM_ALGO_ORDERS');
    expect([place(limit).status, place(limit).status]).toEqual([200, 200]);
    expect(place(limit).body.msg).toBe('Filter failure: MAX_NUM_ORDERS');
  });

  it('are asked by a test order, which does nothing', () => {
    const test = (params: Json) =>
      desk.send('a', 'POST', '/api/v3/order/test', { ...buy, price: '49000.00', ...params });
    expect(test({ quantity: '0.1' }).body).toEqual({});
    expect(test({ quantity: '0.1', computeCommissionRates: 'true' }).body.standardCommissionForOrder?.maker).toBe(
      '0.00100000',
    );
    expect(test({ quantity: '0.0001' }).body.msg).toBe('Filter failure: NOTIONAL');
    expect(desk.told).toEqual([]);
    expect(desk.send('a', 'GET', '/api/v3/allOrders', { symbol: 'BTCUSDT' }).body).toEqual([]);
  });
});
