/** The life of USD-M orders, plain and conditional, and what they are refused for. */
import { beforeEach, describe, expect, it } from 'vitest';
import { accountSpec, Desk, type Json, PERPETUAL } from './desk.ts';

const ORDER = '/fapi/v1/order';
const ALGO = '/fapi/v1/algoOrder';
const buy = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', newOrderRespType: 'RESULT' } as const;
const market = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', newOrderRespType: 'RESULT' } as const;

let desk: Desk;
const place = (params: Json, account = 'a') => desk.send(account, 'POST', ORDER, params);
const query = (orderId: unknown, account = 'a') =>
  desk.send(account, 'GET', ORDER, { symbol: 'BTCUSDT', orderId }).body;
const position = (account = 'a') => desk.send(account, 'GET', '/fapi/v2/positionRisk', { symbol: 'BTCUSDT' }).list[0];
const trade = (ticks: number) => desk.model.marketTrade('BTCUSDT', ticks, 1, true, desk.nowMs);
const reports = (account = 'a') =>
  desk.events(account, 'ORDER_TRADE_UPDATE').map(({ o }) => {
    const { x, X, ot, o: type, i } = Object(o);
    return [x, X, ot, type, i];
  });

beforeEach(() => {
  desk = new Desk({ market: 'usdm' });
  desk.crowd(
    [
      [500_000, 5_000],
      [499_900, 5_000],
    ],
    [
      [500_010, 500],
      [500_020, 5_000],
    ],
  );
  trade(500_000);
});

describe('a plain order', () => {
  it('rests, and answers as acknowledged what it was before it traded', () => {
    const { body } = place({ ...buy, price: '50001.0', quantity: '0.2', newOrderRespType: 'ACK' });
    expect(body).toMatchObject({ status: 'NEW', executedQty: '0.000', avgPrice: '0.00' });
    expect(query(body.orderId)).toMatchObject({ status: 'FILLED', executedQty: '0.200', avgPrice: '50001.00' });
    expect(place({ ...buy, price: '49000', quantity: '0.2' }).body).toMatchObject({
      status: 'NEW',
      price: '49000.0',
      origQty: '0.200',
    });
    expect(desk.book.get('BTCUSDT bid 490000')).toBe(200);
  });

  it.each([
    ['GTX', '50001.0', '0.2', -5022],
    ['FOK', '50001.0', '0.6', -5021],
  ])('%s that cannot be so is refused, and nobody finds it afterwards', (timeInForce, price, quantity, code) => {
    expect(place({ ...buy, timeInForce, price, quantity }).body.code).toBe(code);
    expect(desk.send('a', 'GET', '/fapi/v1/allOrders', { symbol: 'BTCUSDT' }).list).toEqual([]);
  });

  it('IOC leaves nothing behind', () => {
    const { body } = place({ ...buy, timeInForce: 'IOC', price: '50001.0', quantity: '0.6' });
    expect(body).toMatchObject({ status: 'EXPIRED', executedQty: '0.500' });
  });

  it('is changed, cancelled by a change to less than was filled, and not changed for nothing', () => {
    const { orderId } = place({ ...buy, price: '50001.0', quantity: '0.6' }).body;
    const modify = (quantity: string, price: string) =>
      desk.send('a', 'PUT', ORDER, { symbol: 'BTCUSDT', side: 'BUY', orderId, quantity, price }).body;
    expect(modify('0.6', '50001.0').code).toBe(-5027);
    expect(modify('0.8', '49999.0')).toMatchObject({ status: 'PARTIALLY_FILLED', origQty: '0.800', price: '49999.0' });
    expect(desk.book.get('BTCUSDT bid 499990')).toBe(300);
    expect(modify('0.5', '49999.0').status).toBe('CANCELED');
    expect(desk.book.get('BTCUSDT bid 499990')).toBeUndefined();
  });

  it('that only makes stays so when it is changed', () => {
    const { orderId } = place({ ...buy, timeInForce: 'GTX', price: '49000', quantity: '0.2' }).body;
    const change = { symbol: 'BTCUSDT', side: 'BUY', orderId, quantity: '0.2', price: '50001.0' };
    expect(desk.send('a', 'PUT', ORDER, change).body.code).toBe(-5022);
    expect(query(orderId)).toMatchObject({ status: 'NEW', price: '49000.0' });
  });

  it('is all or nothing, also where it would meet an order of its own account', () => {
    place({ ...buy, side: 'SELL', price: '50001.5', quantity: '0.2' });
    const all = { ...buy, timeInForce: 'FOK', price: '50002.0', quantity: '0.6' };
    expect(place({ ...all, selfTradePreventionMode: 'EXPIRE_TAKER' }).body.code).toBe(-5021);
    expect(place({ ...all, reduceOnly: 'true' }).body.code).toBe(-2022);
    expect(place({ ...all, selfTradePreventionMode: 'EXPIRE_MAKER' }).body).toMatchObject({
      status: 'FILLED',
      executedQty: '0.600',
    });
  });

  it('goes with all others of its symbol, and a countdown does the same when nobody speaks', () => {
    place({ ...buy, price: '49000', quantity: '0.2' });
    expect(desk.send('a', 'DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' }).body).toEqual({
      code: 200,
      msg: 'The operation of cancel all open order is done.',
    });
    const { orderId } = place({ ...buy, price: '49000', quantity: '0.2' }).body;
    const count = (countdownTime: number) =>
      desk.send('a', 'POST', '/fapi/v1/countdownCancelAll', { symbol: 'BTCUSDT', countdownTime }).body;
    expect(count(5_000)).toEqual({ symbol: 'BTCUSDT', countdownTime: '5000' });
    desk.nowMs += 4_999;
    count(5_000);
    desk.model.tick(desk.nowMs + 4_999);
    expect(query(orderId).status).toBe('NEW');
    desk.model.tick(desk.nowMs + 5_000);
    expect(query(orderId).status).toBe('CANCELED');
  });

  it('comes in batches, each with its own outcome', () => {
    const orders = [
      { ...buy, price: '49000', quantity: '0.2' },
      { ...buy, price: '49000', quantity: '0' },
    ];
    const placed = desk.send('a', 'POST', '/fapi/v1/batchOrders', { batchOrders: JSON.stringify(orders) }).list;
    expect(placed).toMatchObject([{ status: 'NEW' }, { code: -4003 }]);
    const ids = JSON.stringify([placed[0]?.orderId, 999]);
    const gone = desk.send('a', 'DELETE', '/fapi/v1/batchOrders', { symbol: 'BTCUSDT', orderIdList: ids }).list;
    expect(gone).toMatchObject([{ status: 'CANCELED' }, { code: -2011 }]);
  });
});

describe('a batch', () => {
  const batch = (orders: readonly Json[]) =>
    desk.send('a', 'POST', '/fapi/v1/batchOrders', { batchOrders: JSON.stringify(orders) });

  it('has at most five new orders, and ten that are cancelled', () => {
    const order = { ...buy, price: '49000', quantity: '0.2' };
    const tooMany = { code: -4082, msg: 'Invalid number of batch place orders.' };
    expect(batch(Array.from({ length: 6 }, () => order)).body).toEqual(tooMany);
    expect(desk.send('a', 'GET', '/fapi/v1/openOrders').list).toEqual([]);
    expect(batch(Array.from({ length: 5 }, () => order)).list).toHaveLength(5);
    const cancel = (count: number) => {
      const orderIdList = JSON.stringify(Array.from({ length: count }, (_, i) => i + 1));
      return desk.send('a', 'DELETE', '/fapi/v1/batchOrders', { symbol: 'BTCUSDT', orderIdList });
    };
    expect(cancel(11).body).toEqual(tooMany);
    expect(cancel(10).list.filter(({ status }) => `${status}` === 'CANCELED')).toHaveLength(5);
  });

  it('does not set a stop off by a price from before it', () => {
    desk.crowd([], [[510_000, 5_000]]);
    const stop = { symbol: 'BTCUSDT', side: 'SELL', type: 'STOP_MARKET', quantity: '1', stopPrice: '50500' };
    // The first goes through 50,001 up to 51,000.
    batch([{ ...market, quantity: '6' }, stop]);
    expect(desk.send('a', 'GET', '/fapi/v1/openOrders').list).toMatchObject([{ type: 'STOP_MARKET', status: 'NEW' }]);
    trade(505_000);
    expect(desk.send('a', 'GET', '/fapi/v1/openOrders').list).toEqual([]);
  });
});

describe('refusals', () => {
  it.each([
    [{ price: '50000.05' }, -1111, 'Precision is over the maximum defined for this asset.'],
    [{ quantity: '0.0005' }, -1111, 'Precision is over the maximum defined for this asset.'],
    [{ quantity: '0' }, -4003, 'Quantity less than or equal to zero.'],
    [{ quantity: '9001' }, -4005, 'Quantity greater than max quantity.'],
    [{ price: '0' }, -4001, 'Price less than 0.'],
    [{ price: '52500.1' }, -4016, "Limit price can't be higher than 52500.0."],
    [{ side: 'SELL', price: '47499.9' }, -4024, "Limit price can't be lower than 47500.0."],
    [
      { price: '1000', quantity: '0.001' },
      -4164,
      "Order's notional must be no smaller than 5 (unless you choose reduce only).",
    ],
    [{ positionSide: 'LONG' }, -4061, "Order's position side does not match user's setting."],
    [{ reduceOnly: 'true' }, -2022, 'ReduceOnly Order is rejected.'],
    [{ quantity: '50' }, -2019, 'Margin is insufficient.'],
    [{ newClientOrderId: 'x'.repeat(37) }, -4015, 'Client order id length should be less than 36 chars'],
    [{ timeInForce: undefined }, -1115, 'Invalid timeInForce.'],
    [{ stopPrice: '1' }, -1106, "Parameter 'stopPrice' sent when not required."],
    [{ type: 'TRAILING_STOP_MARKET' }, -1116, 'Invalid orderType.'],
    [{ symbol: 'ETHUSDT' }, -1121, 'Invalid symbol.'],
  ])('%j is %i %s', (change, code, msg) => {
    expect(place({ ...buy, price: '49000.0', quantity: '0.1', ...change })).toMatchObject({
      status: 400,
      body: { code, msg },
    });
  });

  it('of a name that is open', () => {
    const order = { ...buy, price: '49000.0', quantity: '0.1', newClientOrderId: 'mine' };
    place(order);
    expect(place(order).body).toEqual({ code: -4116, msg: 'ClientOrderId is duplicated.' });
  });

  it('of more orders than the symbol takes', () => {
    desk = new Desk({ market: 'usdm', instruments: [{ ...PERPETUAL, maxOpenOrders: 1, maxAlgoOrders: 1 }] });
    const order = { ...buy, price: '49000.0', quantity: '0.1' };
    place(order);
    expect(place(order).body).toEqual({ code: -2025, msg: 'Reach max open order limit.' });
    const stop = { ...market, type: 'STOP_MARKET', stopPrice: '60000', quantity: '0.1' };
    expect(place(stop).status).toBe(200);
    expect(place(stop).body).toEqual({ code: -4045, msg: 'Reach max stop order limit.' });
  });

  it('of conditional types at the plain endpoint, where the exchange is of today', () => {
    desk = new Desk({ market: 'usdm', conditionalOrders: 'algo' });
    expect(place({ ...market, type: 'STOP_MARKET', stopPrice: '60000', quantity: '0.1' }).body.code).toBe(-4120);
  });
});

describe('reduce-only', () => {
  beforeEach(() => place({ ...market, quantity: '1' }));
  const sell = { ...buy, side: 'SELL', reduceOnly: 'true' };

  it('takes no more than the position', () => {
    const { body } = place({ ...market, side: 'SELL', reduceOnly: 'true', quantity: '3' });
    expect(body).toMatchObject({ status: 'EXPIRED', executedQty: '1.000' });
    expect(position()?.positionAmt).toBe('0.000');
  });

  it('shrinks with the position, and expires when it has gone', () => {
    const first = place({ ...sell, price: '50100.0', quantity: '1' }).body.orderId;
    const second = place({ ...sell, price: '50200.0', quantity: '0.4' }).body.orderId;
    desk.events('a');
    place({ ...market, side: 'SELL', quantity: '0.3' });
    expect(query(first)).toMatchObject({ status: 'NEW', origQty: '0.700' });
    expect(desk.book.get('BTCUSDT ask 501000')).toBe(700);
    expect(query(second).origQty).toBe('0.400');
    expect(reports().map(([x]) => x)).toEqual(['NEW', 'TRADE', 'AMENDMENT']);
    place({ ...market, side: 'SELL', quantity: '0.7' });
    expect([query(first).status, query(second).status]).toEqual(['EXPIRED', 'EXPIRED']);
    expect(desk.book.get('BTCUSDT ask 501000')).toBeUndefined();
  });

  it('rests no larger than the position', () => {
    const { orderId } = place({ ...sell, price: '50100.0', quantity: '3' }).body;
    expect(query(orderId)).toMatchObject({ status: 'NEW', origQty: '1.000' });
    expect(desk.book.get('BTCUSDT ask 501000')).toBe(1_000);
  });

  it('two of them that a sweep meets never turn the position round', () => {
    place({ ...sell, price: '50100.0', quantity: '1' });
    place({ ...sell, price: '50200.0', quantity: '1' });
    desk.crowd(
      [],
      [
        [500_020, 0],
        [500_010, 0],
      ],
    );
    place({ ...buy, price: '50300.0', quantity: '3' }, 'b');
    expect(position()?.positionAmt).toBe('0.000');
    expect(position('b')?.positionAmt).toBe('1.000');
  });
});

describe.each([
  ['at the algo endpoint', true],
  ['at the plain endpoint', false],
])('a conditional order %s', (_, isAlgo) => {
  const set = (params: Json) => {
    if (!isAlgo) return place({ ...params, symbol: 'BTCUSDT' });
    const { stopPrice, newClientOrderId, ...rest } = params;
    const named = newClientOrderId === undefined ? {} : { clientAlgoId: newClientOrderId };
    return desk.send('a', 'POST', ALGO, {
      ...rest,
      ...named,
      symbol: 'BTCUSDT',
      algoType: 'CONDITIONAL',
      triggerPrice: stopPrice,
    });
  };

  beforeEach(() => {
    place({ ...market, quantity: '1' });
    desk.events('a');
  });

  it.each([
    ['STOP_MARKET', '49500', 495_001, 495_000],
    ['TAKE_PROFIT_MARKET', '50500', 504_999, 505_000],
  ])('%s closes when its price is reached', (type, stopPrice, notYet, reached) => {
    expect(set({ side: 'SELL', type, stopPrice, quantity: '1', reduceOnly: 'true' }).status).toBe(200);
    trade(notYet);
    expect(position()?.positionAmt).toBe('1.000');
    trade(reached);
    expect(position()?.positionAmt).toBe('0.000');
  });

  it('with a limit goes to work at it', () => {
    set({ side: 'SELL', type: 'STOP', stopPrice: '49500', price: '50200', quantity: '1', timeInForce: 'GTC' });
    expect(desk.send('a', 'GET', isAlgo ? '/fapi/v1/openAlgoOrders' : '/fapi/v1/openOrders').list).toHaveLength(1);
    trade(495_000);
    expect(desk.book.get('BTCUSDT ask 502000')).toBe(1_000);
    expect(desk.send('a', 'GET', '/fapi/v1/openOrders').list).toMatchObject([{ type: 'LIMIT', status: 'NEW' }]);
  });

  it('with a limit is asked for its margin once when it goes to work', () => {
    // 1.25 million at a leverage of 20 is most of what there is, and more than half of it.
    set({ side: 'BUY', type: 'STOP', stopPrice: '50500', price: '50000', quantity: '25', timeInForce: 'GTC' });
    trade(505_000);
    expect(desk.send('a', 'GET', '/fapi/v1/openOrders').list).toMatchObject([{ type: 'LIMIT', origQty: '25.000' }]);
  });

  it('waits for the mark price where it is told so', () => {
    set({ side: 'SELL', type: 'STOP_MARKET', stopPrice: '49500', quantity: '1', workingType: 'MARK_PRICE' });
    desk.model.markPrice('BTCUSDT', 5_000_000_000_000n, desk.nowMs);
    trade(490_000);
    expect(position()?.positionAmt).toBe('1.000');
    desk.model.markPrice('BTCUSDT', 4_950_000_000_000n, desk.nowMs);
    expect(position()?.positionAmt).toBe('0.000');
  });

  it('closes the whole position, as it is by then', () => {
    expect(set({ side: 'SELL', type: 'STOP_MARKET', stopPrice: '49500', closePosition: 'true' }).status).toBe(200);
    place({ ...market, quantity: '0.5' });
    trade(495_000);
    expect(position()?.positionAmt).toBe('0.000');
  });

  it('is refused when it would be reached at once', () => {
    const body = set({ side: 'SELL', type: 'STOP_MARKET', stopPrice: '50500', quantity: '1' }).body;
    expect(body).toEqual({ code: -2021, msg: 'Order would immediately trigger.' });
  });

  it('that may only reduce does nothing when there is nothing to reduce', () => {
    const { algoId, orderId } = set({
      side: 'SELL',
      type: 'STOP_MARKET',
      stopPrice: '49500',
      quantity: '1',
      reduceOnly: 'true',
    }).body;
    place({ ...market, side: 'SELL', quantity: '1' });
    trade(495_000);
    expect(position()?.positionAmt).toBe('0.000');
    if (isAlgo) expect(desk.send('a', 'GET', ALGO, { algoId }).body.algoStatus).toBe('REJECTED');
    else expect(query(orderId).status).toBe('EXPIRED');
    expect(desk.send('a', 'GET', '/fapi/v1/openOrders').list).toEqual([]);
  });
});

describe('the algo service', () => {
  const stop = {
    symbol: 'BTCUSDT',
    algoType: 'CONDITIONAL',
    side: 'SELL',
    type: 'STOP_MARKET',
    triggerPrice: '49500',
    quantity: '1',
  };
  const set = (params: Json = {}) => desk.send('a', 'POST', ALGO, { ...stop, ...params });
  const said = () => desk.events('a', 'ALGO_UPDATE').map(({ o }) => Object(o).X);

  it('tells every stage, and which order came of it', () => {
    place({ ...market, quantity: '1' });
    const { algoId } = set({ clientAlgoId: 'mine' }).body;
    trade(495_000);
    expect(said()).toEqual(['NEW', 'TRIGGERING', 'TRIGGERED', 'FINISHED']);
    const algo = desk.send('a', 'GET', ALGO, { clientAlgoId: 'mine' }).body;
    expect(algo).toMatchObject({ algoId, algoStatus: 'FINISHED', actualPrice: '50000.00' });
    expect(query(algo.actualOrderId)).toMatchObject({ status: 'FILLED', clientOrderId: 'mine', type: 'MARKET' });
  });

  it('cancels by id, by name and all of a symbol', () => {
    const { algoId } = set({ clientAlgoId: 'one' }).body;
    set({ clientAlgoId: 'two' });
    expect(set({ clientAlgoId: 'two' }).body.code).toBe(-4116);
    set();
    const cancelled = desk.send('a', 'DELETE', ALGO, { algoId }).body;
    expect(cancelled).toEqual({ algoId, clientAlgoId: 'one', code: '200', msg: 'success' });
    expect(desk.send('a', 'DELETE', ALGO, { clientAlgoId: 'one' }).body.code).toBe(-2011);
    expect(desk.send('a', 'DELETE', ALGO, { clientAlgoId: 'two' }).body.code).toBe('200');
    expect(desk.send('a', 'DELETE', '/fapi/v1/algoOpenOrders', { symbol: 'BTCUSDT' }).body.code).toBe(200);
    expect(desk.send('a', 'GET', '/fapi/v1/openAlgoOrders').list).toEqual([]);
    expect(desk.send('a', 'GET', '/fapi/v1/allAlgoOrders', { symbol: 'BTCUSDT' }).list).toHaveLength(3);
    expect(desk.send('b', 'GET', ALGO, { algoId }).body.code).toBe(-2013);
  });

  it('is told of a margin that does not suffice when it comes to it', () => {
    desk = new Desk({ market: 'usdm', accounts: [accountSpec('a', { USDT: '100' })] });
    trade(500_000);
    set();
    trade(495_000);
    expect(desk.events('a', 'ALGO_UPDATE').at(-1)?.o).toMatchObject({ X: 'REJECTED', rm: 'Margin is insufficient.' });
  });
});

it('tells of a conditional order of the old kind that it expires, and comes again as what it places', () => {
  const { orderId } = place({ ...market, type: 'STOP_MARKET', stopPrice: '50500', quantity: '0.1' }).body;
  trade(505_000);
  expect(reports()).toEqual([
    ['NEW', 'NEW', 'STOP_MARKET', 'STOP_MARKET', orderId],
    ['EXPIRED', 'EXPIRED', 'STOP_MARKET', 'STOP_MARKET', orderId],
    ['NEW', 'NEW', 'STOP_MARKET', 'MARKET', orderId],
    ['TRADE', 'FILLED', 'STOP_MARKET', 'MARKET', orderId],
  ]);
});
