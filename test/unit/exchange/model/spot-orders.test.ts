/** The life of spot orders: what they are refused for, how they trade, and what balances and events say of it. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Desk, type Json } from './desk.ts';

const ORDER = '/api/v3/order';
const buy = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC' } as const;
const sell = { ...buy, side: 'SELL' } as const;

let desk: Desk;
const place = (params: Json, account = 'a') => desk.send(account, 'POST', ORDER, params);
const balances = (account = 'a') => {
  const held: Record<string, readonly unknown[]> = {};
  for (const { a, f, l } of desk.holdings(account)) held[`${a}`] = [f, l];
  return held;
};

beforeEach(() => {
  desk = new Desk();
  desk.crowd(
    [
      [5_000_000, 100_000],
      [4_999_900, 200_000],
    ],
    [
      [5_000_100, 50_000],
      [5_000_200, 100_000],
    ],
  );
});

describe('a limit order', () => {
  it('rests, locks what it may spend, and shows in the book', () => {
    const { status, body } = place({ ...buy, price: '49999.50', quantity: '0.5' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'NEW', executedQty: '0.00000000', origQty: '0.50000000', fills: [] });
    expect(balances().USDT).toEqual(['75000.25000000', '24999.75000000']);
    expect(desk.book.get('BTCUSDT bid 4999950')).toBe(50_000);
    expect(desk.events('a').map(({ e, x, X }) => [e, x, X])).toEqual([
      ['executionReport', 'NEW', 'NEW'],
      ['outboundAccountPosition', undefined, undefined],
    ]);
  });

  it('takes what the crowd displays, level by level, and what it took stays taken', () => {
    const { body } = place({ ...buy, price: '50002.00', quantity: '0.7' });
    expect(body.status).toBe('FILLED');
    expect(body.fills).toMatchObject([
      { price: '50001.00000000', qty: '0.50000000', commission: '0.00050000', commissionAsset: 'BTC', tradeId: 1 },
      { price: '50002.00000000', qty: '0.20000000', commission: '0.00020000', commissionAsset: 'BTC', tradeId: 2 },
    ]);
    expect(desk.book.get('BTCUSDT ask 5000100')).toBeUndefined();
    expect(desk.book.get('BTCUSDT ask 5000200')).toBe(80_000);
    expect(balances()).toEqual({ BTC: ['10.69930000', '0.00000000'], USDT: ['64999.10000000', '0.00000000'] });
    expect(desk.trades.map(({ priceTicks, lots, buyerIsMaker }) => [priceTicks, lots, buyerIsMaker])).toEqual([
      [5_000_100, 50_000, false],
      [5_000_200, 20_000, false],
    ]);
    desk.crowd([], [[5_000_100, 7]]);
    expect(desk.book.get('BTCUSDT ask 5000100')).toBe(7);
  });

  it('stands behind what was displayed before it, and in front of what came after', () => {
    place({ ...buy, price: '50000.00', quantity: '0.5' });
    desk.crowd([[5_000_000, 150_000]], []);
    desk.model.marketTrade('BTCUSDT', 5_000_000, 99_999, true, desk.nowMs);
    expect(desk.send('a', 'GET', '/api/v3/openOrders').list[0]?.executedQty).toBe('0.00000000');
    desk.model.marketTrade('BTCUSDT', 5_000_000, 10_001, true, desk.nowMs);
    expect(desk.send('a', 'GET', '/api/v3/openOrders').list[0]?.executedQty).toBe('0.10000000');
    desk.model.marketTrade('BTCUSDT', 5_000_000, 45_000, true, desk.nowMs);
    expect(desk.send('a', 'GET', '/api/v3/openOrders').body).toEqual([]);
    expect(desk.book.get('BTCUSDT bid 5000000')).toBe(45_000);
  });

  it('moves up when the crowd in front of it leaves', () => {
    place({ ...buy, price: '50000.00', quantity: '0.5' });
    desk.crowd([[5_000_000, 10]], []);
    desk.model.marketTrade('BTCUSDT', 5_000_000, 11, true, desk.nowMs);
    expect(desk.send('a', 'GET', '/api/v3/openOrders').list[0]?.executedQty).toBe('0.00001000');
  });

  it('keeps its place where the whole book of the crowd is told anew', () => {
    place({ ...buy, price: '50000.00', quantity: '0.5' });
    const whole = [{ side: 'bid' as const, priceTicks: 5_000_000, lots: 60_000 }];
    desk.model.clearMarket('BTCUSDT', desk.nowMs, whole);
    desk.model.marketLevels('BTCUSDT', whole, desk.nowMs);
    expect(desk.model.levels('BTCUSDT', 'ask', 9)).toEqual([]);
    expect(desk.model.levels('BTCUSDT', 'bid', 9)).toEqual([{ priceTicks: 5_000_000, lots: 110_000 }]);
    desk.model.marketTrade('BTCUSDT', 5_000_000, 60_001, true, desk.nowMs);
    expect(desk.send('a', 'GET', '/api/v3/openOrders').list[0]?.executedQty).toBe('0.00001000');
  });

  it('fills before a crowd that trades through its price, and when the crowd quotes across it', () => {
    place({ ...buy, price: '50000.50', quantity: '0.2' });
    place({ ...buy, price: '50000.40', quantity: '0.2' }, 'b');
    desk.model.marketTrade('BTCUSDT', 4_999_900, 30_000, true, desk.nowMs);
    expect(desk.trades.slice(-2).map(({ priceTicks, lots }) => [priceTicks, lots])).toEqual([
      [5_000_050, 20_000],
      [5_000_040, 10_000],
    ]);
    desk.crowd([], [[5_000_030, 15_000]]);
    expect(desk.trades.at(-1)).toMatchObject({ priceTicks: 5_000_040, lots: 10_000, buyerIsMaker: true });
    expect(desk.book.get('BTCUSDT ask 5000030')).toBe(5_000);
    expect(desk.book.get('BTCUSDT bid 5000040')).toBeUndefined();
  });

  it('trades with another client by price, then time', () => {
    desk.crowd(
      [],
      [
        [5_000_100, 0],
        [5_000_200, 0],
      ],
    );
    const first = place({ ...sell, price: '50010.00', quantity: '0.1' }).body.orderId;
    const better = place({ ...sell, price: '50009.00', quantity: '0.1' }).body.orderId;
    const second = place({ ...sell, price: '50010.00', quantity: '0.1' }).body.orderId;
    desk.events('a');
    place({ ...buy, price: '50010.00', quantity: '0.25' }, 'b');
    const fills = desk.events('a', 'executionReport').filter(({ x }) => x === 'TRADE');
    expect(fills.map(({ i, l, m, n, N, w }) => [i, l, m, n, N, w])).toEqual([
      [better, '0.10000000', true, '5.00090000', 'USDT', false],
      [first, '0.10000000', true, '5.00100000', 'USDT', false],
      [second, '0.05000000', true, '2.50050000', 'USDT', true],
    ]);
  });

  it.each([
    ['IOC', '50001.00', '0.6', 'EXPIRED', '0.50000000'],
    ['FOK', '50001.00', '0.6', 'EXPIRED', '0.00000000'],
    ['FOK', '50002.00', '0.6', 'FILLED', '0.60000000'],
  ])('%s at %s for %s ends %s', (timeInForce, price, quantity, status, executedQty) => {
    const { body } = place({ ...buy, timeInForce, price, quantity });
    expect(body).toMatchObject({ status, executedQty });
    expect(balances().USDT![1]).toBe('0.00000000');
    expect(desk.send('a', 'GET', '/api/v3/openOrders').body).toEqual([]);
  });

  it('that only makes is refused when it would take', () => {
    const maker = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT_MAKER', quantity: '0.1' };
    expect(place({ ...maker, price: '50001.00' })).toMatchObject({
      status: 400,
      body: { code: -2010, msg: 'Order would immediately match and take.' },
    });
    const { body } = place({ ...maker, price: '50000.99' });
    expect(Object.keys(body)).toEqual(['symbol', 'orderId', 'orderListId', 'clientOrderId', 'transactTime']);
  });
});

describe('a market order', () => {
  const market = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET' };

  it('takes what there is, and the rest expires', () => {
    const { body } = place({ ...market, quantity: '1.6' });
    expect(body).toMatchObject({ status: 'EXPIRED', executedQty: '1.50000000', cummulativeQuoteQty: '75002.50000000' });
    expect(balances().USDT).toEqual(['24997.50000000', '0.00000000']);
  });

  it('is refused when the account cannot pay for it', () => {
    desk.crowd([], [[5_000_300, 1_000_000]]);
    expect(place({ ...market, quantity: '2.5' }).body).toEqual({
      code: -2010,
      msg: 'Account has insufficient balance for requested action.',
    });
    expect(place({ ...market, side: 'SELL', quantity: '10.00001' }).body.code).toBe(-2010);
  });

  it('by quote buys whole lots within its amount, and sells for as much', () => {
    const bought = place({ ...market, quoteOrderQty: '30000' }).body;
    expect(bought).toMatchObject({ status: 'FILLED', origQuoteOrderQty: '30000.00000000', executedQty: '0.59998000' });
    expect(bought.cummulativeQuoteQty).toBe('29999.69996000');
    const sold = place({ ...market, side: 'SELL', quoteOrderQty: '1000' }).body;
    expect(sold).toMatchObject({ status: 'FILLED', executedQty: '0.02000000', cummulativeQuoteQty: '1000.00000000' });
    desk.model.clearMarket('BTCUSDT', desk.nowMs);
    expect(place({ ...market, quoteOrderQty: '1000' }).body.msg).toContain('Order book liquidity is less');
  });
});

describe('a conditional order', () => {
  const stop = { symbol: 'BTCUSDT', side: 'SELL', quantity: '0.1' };
  const trade = (ticks: number) => desk.model.marketTrade('BTCUSDT', ticks, 1, true, desk.nowMs);

  beforeEach(() => trade(5_000_000));

  it('waits for its price, then takes at the market', () => {
    const { body } = place({ ...stop, type: 'STOP_LOSS', stopPrice: '49990.00' });
    expect(balances().BTC).toEqual(['9.90000000', '0.10000000']);
    trade(4_999_001);
    expect(desk.send('a', 'GET', ORDER, { symbol: 'BTCUSDT', orderId: body.orderId }).body).toMatchObject({
      status: 'NEW',
      isWorking: false,
      workingTime: -1,
      stopPrice: '49990.00000000',
    });
    trade(4_999_000);
    expect(desk.send('a', 'GET', ORDER, { symbol: 'BTCUSDT', orderId: body.orderId }).body).toMatchObject({
      status: 'FILLED',
      type: 'STOP_LOSS',
      isWorking: true,
    });
  });

  it('with a limit goes to work at it', () => {
    place({ ...stop, type: 'TAKE_PROFIT_LIMIT', timeInForce: 'GTC', stopPrice: '50010.00', price: '50020.00' });
    expect(desk.book.get('BTCUSDT ask 5002000')).toBeUndefined();
    trade(5_001_000);
    expect(desk.book.get('BTCUSDT ask 5002000')).toBe(10_000);
  });

  it('that buys at the market spends what it has and no more', () => {
    place({ symbol: 'BTCUSDT', side: 'BUY', type: 'STOP_LOSS', quantity: '1.5', stopPrice: '50010.00' });
    desk.crowd(
      [],
      [
        [5_000_100, 0],
        [5_000_200, 0],
        [9_000_000, 1_000_000],
      ],
    );
    trade(5_001_000);
    const last = desk.send('a', 'GET', '/api/v3/allOrders', { symbol: 'BTCUSDT' }).list.at(-1);
    expect(last).toMatchObject({ status: 'EXPIRED', executedQty: '1.11111000' });
    expect(balances().USDT).toEqual(['0.10000000', '0.00000000']);
  });

  it('whose price is reached already is refused', () => {
    for (const [type, side, stopPrice] of [
      ['STOP_LOSS', 'SELL', '50000.00'],
      ['TAKE_PROFIT', 'SELL', '49999.00'],
      ['STOP_LOSS', 'BUY', '49999.00'],
      ['TAKE_PROFIT', 'BUY', '50001.00'],
    ]) {
      expect(place({ symbol: 'BTCUSDT', quantity: '0.1', type, side, stopPrice }).body).toEqual({
        code: -2010,
        msg: 'Order would trigger immediately.',
      });
    }
  });

  it('may set off another one', () => {
    desk.crowd(
      [
        [5_000_000, 0],
        [4_999_900, 0],
        [4_990_000, 5_000],
        [4_980_000, 100_000],
      ],
      [],
    );
    place({ ...stop, type: 'STOP_LOSS', stopPrice: '49990.00' });
    place({ ...stop, type: 'STOP_LOSS', stopPrice: '49850.00' }, 'b');
    trade(4_999_000);
    const all = desk.send('b', 'GET', '/api/v3/allOrders', { symbol: 'BTCUSDT' }).body;
    expect(all).toMatchObject([{ status: 'FILLED', cummulativeQuoteQty: '4980.00000000' }]);
  });
});

describe('cancelling', () => {
  it('gives back what was locked, under both names', () => {
    const { orderId } = place({ ...buy, price: '49000.00', quantity: '1', newClientOrderId: 'mine' }).body;
    desk.events('a');
    const { body } = desk.send('a', 'DELETE', ORDER, {
      symbol: 'BTCUSDT',
      origClientOrderId: 'mine',
      newClientOrderId: 'bye',
    });
    expect(body).toMatchObject({ orderId, status: 'CANCELED', origClientOrderId: 'mine', clientOrderId: 'bye' });
    expect(desk.events('a', 'executionReport')).toMatchObject([{ x: 'CANCELED', c: 'bye', C: 'mine', w: false }]);
    expect(balances().USDT).toEqual(['100000.00000000', '0.00000000']);
    expect(desk.send('a', 'DELETE', ORDER, { symbol: 'BTCUSDT', orderId }).body).toEqual({
      code: -2011,
      msg: 'Unknown order sent.',
    });
    expect(desk.send('b', 'GET', ORDER, { symbol: 'BTCUSDT', orderId }).body).toEqual({
      code: -2013,
      msg: 'Order does not exist.',
    });
  });

  it('all of a symbol, or none when there is none', () => {
    place({ ...buy, price: '49000.00', quantity: '0.1' });
    place({ ...buy, price: '48000.00', quantity: '0.1' });
    expect(desk.send('a', 'DELETE', '/api/v3/openOrders', { symbol: 'BTCUSDT' }).list).toHaveLength(2);
    expect(desk.send('a', 'DELETE', '/api/v3/openOrders', { symbol: 'BTCUSDT' }).body.code).toBe(-2011);
  });

  it('by restriction only', () => {
    const { orderId } = place({ ...buy, price: '49000.00', quantity: '0.1' }).body;
    const cancel = (cancelRestrictions: string) =>
      desk.send('a', 'DELETE', ORDER, { symbol: 'BTCUSDT', orderId, cancelRestrictions }).body;
    expect(cancel('ONLY_PARTIALLY_FILLED')).toEqual({
      code: -2011,
      msg: 'Order was not canceled due to cancel restrictions.',
    });
    expect(cancel('NEVER')).toEqual({ code: -1145, msg: 'Invalid cancelRestrictions' });
    expect(cancel('ONLY_NEW').status).toBe('CANCELED');
  });
});

describe('a name', () => {
  it('is free again when its order is over', () => {
    const order = { ...buy, price: '49000.00', quantity: '0.1', newClientOrderId: 'x:1/A_b-.' };
    const first = place(order).body.orderId;
    expect(place(order).body).toEqual({ code: -2010, msg: 'Duplicate order sent.' });
    expect(place(order, 'b').status).toBe(200);
    desk.send('a', 'DELETE', ORDER, { symbol: 'BTCUSDT', orderId: first });
    const second = place(order).body.orderId;
    const found = desk.send('a', 'GET', ORDER, { symbol: 'BTCUSDT', origClientOrderId: 'x:1/A_b-.' }).body;
    expect(found.orderId).toBe(second);
  });

  it('that goes with an id is of the same order', () => {
    const { orderId } = place({ ...buy, price: '49000.00', quantity: '0.1', newClientOrderId: 'one' }).body;
    place({ ...buy, price: '48000.00', quantity: '0.1', newClientOrderId: 'two' });
    const both = (origClientOrderId: string) => ({ symbol: 'BTCUSDT', orderId, origClientOrderId });
    expect(desk.send('a', 'GET', ORDER, both('two')).body.code).toBe(-2013);
    expect(desk.send('a', 'DELETE', ORDER, both('two')).body.code).toBe(-2011);
    expect(desk.send('a', 'DELETE', ORDER, both('one')).body.status).toBe('CANCELED');
  });

  it.each(['', 'has space', 'a'.repeat(37), 'ü'])('%j is none', (newClientOrderId) => {
    expect([-1100, -1105]).toContain(place({ ...buy, price: '49000.00', quantity: '0.1', newClientOrderId }).body.code);
  });
});

describe('an order of the own account', () => {
  it.each([
    ['EXPIRE_MAKER', 'EXPIRED_IN_MATCH', 'NEW'],
    ['EXPIRE_TAKER', 'NEW', 'EXPIRED_IN_MATCH'],
    ['EXPIRE_BOTH', 'EXPIRED_IN_MATCH', 'EXPIRED_IN_MATCH'],
    ['NONE', 'FILLED', 'FILLED'],
  ])('is met under %s: it ends %s, the other %s', (selfTradePreventionMode, makerStatus, takerStatus) => {
    desk.crowd(
      [],
      [
        [5_000_100, 0],
        [5_000_200, 0],
      ],
    );
    const maker = place({ ...sell, price: '50005.00', quantity: '0.1' }).body.orderId;
    const taker = place({ ...buy, price: '50005.00', quantity: '0.1', selfTradePreventionMode }).body;
    const status = desk.send('a', 'GET', ORDER, { symbol: 'BTCUSDT', orderId: maker }).body.status;
    expect([status, taker.status]).toEqual([makerStatus, takerStatus]);
    const { held, deposited } = desk.model.audit().get('USDT')!;
    expect(held).toBe(deposited);
  });
});

describe('cancel and replace', () => {
  const PATH = '/api/v3/order/cancelReplace';
  const better = { ...buy, price: '49500.00', quantity: '0.1' };
  const replace = (params: Json) => desk.send('a', 'POST', PATH, { ...better, ...params });

  it('does both', () => {
    const { orderId } = place({ ...buy, price: '49000.00', quantity: '2' }).body;
    const { status, body } = replace({ cancelReplaceMode: 'STOP_ON_FAILURE', cancelOrderId: orderId, quantity: '2' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      cancelResult: 'SUCCESS',
      newOrderResult: 'SUCCESS',
      cancelResponse: { orderId, status: 'CANCELED' },
      newOrderResponse: { status: 'NEW', price: '49500.00000000', fills: [] },
    });
  });

  it.each([
    ['STOP_ON_FAILURE', 'unknown', '0.1', 400, -2022, 'FAILURE', 'NOT_ATTEMPTED'],
    ['ALLOW_FAILURE', 'unknown', '0.1', 409, -2021, 'FAILURE', 'SUCCESS'],
    ['ALLOW_FAILURE', 'unknown', '10', 400, -2022, 'FAILURE', 'FAILURE'],
    ['STOP_ON_FAILURE', 'known', '10', 409, -2021, 'SUCCESS', 'FAILURE'],
  ])('%s with an %s order and a new one of %s answers %i %i', (mode, which, quantity, status, code, cancel, fresh) => {
    place({ ...buy, price: '49000.00', quantity: '0.1', newClientOrderId: 'known' });
    const reply = replace({ cancelReplaceMode: mode, cancelOrigClientOrderId: which, quantity });
    expect(reply.status).toBe(status);
    expect(reply.body).toMatchObject({ code, data: { cancelResult: cancel, newOrderResult: fresh } });
    if (cancel === 'FAILURE')
      expect(reply.body.data?.cancelResponse).toEqual({ code: -2011, msg: 'Unknown order sent.' });
    if (fresh === 'NOT_ATTEMPTED') expect(reply.body.data?.newOrderResponse).toBeNull();
  });
});
