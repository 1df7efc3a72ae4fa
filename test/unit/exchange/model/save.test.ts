/** What an exchange keeps of itself as text, and what it takes back. */
import { describe, expect, it } from 'vitest';
import { restoreModel } from '../../../../src/exchange/model/exchange.ts';
import { accountSpec, BTCUSDT, Desk, type Json } from './desk.ts';

const PATH = '/api/v3/order';
const limit = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', price: '49000', quantity: '0.1' };

function busy(): Desk {
  const desk = new Desk();
  desk.crowd([[4_900_000, 1_000]], [[5_000_000, 1_000]]);
  desk.send('a', 'POST', PATH, { ...limit, newClientOrderId: 'first' });
  desk.crowd([[4_900_000, 5_000]], []);
  desk.send('b', 'POST', PATH, { ...limit, newClientOrderId: 'second' });
  desk.send('a', 'POST', PATH, { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.005' });
  return desk;
}

describe('a saved exchange', () => {
  it('goes on where it was: places in line, levels, ids, names and listen keys', () => {
    const desk = busy();
    const headers = { 'x-mbx-apikey': desk.options.accounts[0]!.apiKey };
    const { listenKey } = desk.raw({ method: 'POST', path: '/api/v3/userDataStream', headers }).body;
    const tradeId = desk.model.lastTradeId('BTCUSDT');
    const again = restoreModel(desk.model.save(), { ...desk.options, nowMs: 0 });
    expect(again.accountOfListenKey(`${listenKey}`)).toBe('a');
    expect(again.levels('BTCUSDT', 'bid', 9)).toEqual(desk.model.levels('BTCUSDT', 'bid', 9));
    desk.told.length = 0;
    // 1,000 of the crowd, the first order, 4,000 of the crowd, the second.
    again.marketTrade('BTCUSDT', 4_900_000, 11_000 + 4_000 + 1, true, desk.nowMs);
    const fills = desk.told.map(({ payload }) => payload).filter(({ x }) => x === 'TRADE');
    expect(fills.map(({ c, l, t }) => [c, l, t])).toEqual([
      ['first', '0.10000000', tradeId + 2],
      ['second', '0.00001000', tradeId + 4],
    ]);
  });

  it('keeps places in line that are not in the order of the ids', () => {
    const desk = new Desk({ market: 'usdm' });
    const order = { ...limit, symbol: 'BTCUSDT', price: '49000', quantity: '0.1' };
    const send = (method: 'POST' | 'PUT', params: Json) => desk.send('a', method, '/fapi/v1/order', params);
    const { orderId } = send('POST', { ...order, newClientOrderId: 'first' }).body;
    send('POST', { ...order, newClientOrderId: 'second' });
    // A change puts the first behind the second.
    const change = { symbol: 'BTCUSDT', side: 'BUY', orderId, price: '49000' };
    expect(send('PUT', { ...change, quantity: '0.2' }).status).toBe(200);
    const again = restoreModel(desk.model.save(), desk.options);
    desk.told.length = 0;
    again.marketTrade('BTCUSDT', 490_000, 150, true, desk.nowMs);
    const fills = desk.events('a', 'ORDER_TRADE_UPDATE').map(({ o }) => [Object(o).c, Object(o).l]);
    expect(fills).toEqual([
      ['second', '0.100'],
      ['first', '0.050'],
    ]);
  });

  it('holds no key and no secret', () => {
    const desk = busy();
    const text = desk.model.save();
    for (const { apiKey, secret } of desk.options.accounts) {
      expect(text).not.toContain(apiKey);
      expect(text).not.toContain(secret);
    }
  });

  it('takes in accounts that are new, with their balances', () => {
    const desk = busy();
    const accounts = [...desk.options.accounts, accountSpec('new', { USDT: '7' })];
    const again = restoreModel(desk.model.save(), { ...desk.options, accounts });
    for (const { held, deposited } of again.audit().values()) expect(held).toBe(deposited);
  });

  it.each([
    ['{"format":"other"}', {}, /not a saved exchange/],
    ['[]', {}, /not a saved exchange/],
    ['{"format":"chimera-exchange-2","state":{"object":{}}', {}, /JSON/],
    ['{"format":"chimera-exchange-1","state":{"object":{}}}', {}, /not a saved exchange/],
    [
      undefined,
      { instruments: [{ ...BTCUSDT, tickSize: '0.1' }] },
      /BTCUSDT was saved in ticks of 0.01000000 and lots of 0.00001000, and now it has ticks of 0.10000000 and lots/,
    ],
    [
      undefined,
      { instruments: [{ ...BTCUSDT, lotSize: '0.0001' }] },
      /now it has ticks of 0.01000000 and lots of 0.0001/,
    ],
    [undefined, { market: 'usdm' as const }, /this exchange was a spot market/],
    [undefined, { accounts: [] }, /order 1 is open, and its account or symbol is not there any more/],
    [undefined, { instruments: [{ ...BTCUSDT, symbol: 'OTHER' }] }, /order 1 is open/],
  ])('%s with %j is refused', (text, change, why) => {
    const desk = busy();
    expect(() => restoreModel(text ?? desk.model.save(), { ...desk.options, ...change })).toThrow(why);
  });
});

describe('settings that make no sense', () => {
  it.each([
    [{ instruments: [{ ...BTCUSDT, tickSize: '0' }] }, /tick and lot size are above zero/],
    [{ instruments: [{ ...BTCUSDT, lotSize: '1e-5' }] }, /lot size '1e-5' is not a decimal/],
    [{ instruments: [{ ...BTCUSDT, symbol: 'btc' }] }, /symbol 'btc' is not one/],
    [{ instruments: [BTCUSDT, BTCUSDT] }, /symbol 'BTCUSDT' is there twice/],
    [{ accounts: [accountSpec('a', { USDT: '-1' })] }, /balance of USDT is below zero/],
    [{ accounts: [accountSpec('a', {}), accountSpec('a', {})] }, /account 'a' is there twice/],
    [{ accounts: [accountSpec('a', {}, { takerRate: '1' })] }, /taker rate is from 0 to 1/],
  ])('are refused in words: %j', (options, why) => {
    expect(() => new Desk(options)).toThrow(why);
  });

  it('and so is a market that does not count in whole numbers', () => {
    const { model, nowMs } = new Desk();
    expect(() => model.marketTrade('BTCUSDT', 1.5, 1, true, nowMs)).toThrow(
      /price 1.5 is not a whole number from 1 on/,
    );
    expect(() => model.marketTrade('BTCUSDT', 1, 0, true, nowMs)).toThrow(/lots 0/);
    expect(() => model.marketLevels('X', [], nowMs)).toThrow(/no symbol 'X'/);
    expect(() => model.tick(0.5)).toThrow(/whole milliseconds/);
    expect(() => model.funding('BTCUSDT', '0.1', nowMs)).toThrow(/knows no funding/);
  });
});
