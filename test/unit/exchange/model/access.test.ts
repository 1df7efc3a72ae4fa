/** Who gets in: keys, signatures, times, permissions, weights and order counts. */
import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { signedText } from '../../../../src/exchange/model/access.ts';
import { accountSpec, Desk, type Json, START_MS } from './desk.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk({
    accounts: [
      accountSpec('a', { USDT: '1000' }),
      accountSpec('reader', { USDT: '1000' }, { trading: false, ipAllowed: ['10.0.0.1'] }),
    ],
  });
});

const ACCOUNT = '/api/v3/account';
const buy = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', price: '100', quantity: '0.1' };

describe('a signature', () => {
  it('is over query and body as they came, joined without a sign between', () => {
    const query = 'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC';
    const body = 'quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559';
    // Key, text and signature of Binance's own documentation.
    const secret = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';
    const signature = '0fd168b8ddb4876a0358a8d14d0c9f3da0e9b20c5d52b2a00fcf7d1c602f9a77';
    expect(
      createHmac('sha256', secret)
        .update(query + body)
        .digest('hex'),
    ).toBe(signature);
    expect(signedText(query, `${body}&signature=${signature}`)).toBe(query + body);
    expect(signedText(`${query}&signature=${signature}`, body)).toBe(query + body);
  });

  it.each(['query', 'body', 'both'])('is taken in the %s', (where) => {
    const { secret, apiKey } = desk.options.accounts[0]!;
    const first = 'symbol=BTCUSDT&side=BUY&type=MARKET';
    const second = `quantity=0.1&timestamp=${START_MS}`;
    const text = where === 'both' ? first + second : `${first}&${second}`;
    const signature = createHmac('sha256', secret).update(text).digest('hex');
    const parts = {
      query: [`${text}&signature=${signature}`, ''],
      body: ['', `${text}&signature=${signature}`],
      both: [first, `${second}&signature=${signature}`],
    };
    const [query = '', body = ''] = parts[where as keyof typeof parts];
    const reply = desk.raw({
      method: 'POST',
      path: '/api/v3/order/test',
      query,
      body,
      headers: { 'x-mbx-apikey': apiKey },
    });
    expect(reply).toMatchObject({ status: 200, body: {} });
  });

  it('may be written in capitals', () => {
    const { secret, apiKey } = desk.options.accounts[0]!;
    const text = `timestamp=${START_MS}`;
    const signature = createHmac('sha256', secret).update(text).digest('hex').toUpperCase();
    const headers = { 'x-mbx-apikey': apiKey };
    expect(desk.raw({ path: ACCOUNT, query: `${text}&signature=${signature}`, headers }).status).toBe(200);
  });

  it('that is wrong, missing or of another text is refused', () => {
    const headers = { 'x-mbx-apikey': desk.options.accounts[0]!.apiKey };
    const send = (query: string) => desk.raw({ path: ACCOUNT, query, headers }).body;
    expect(send(`timestamp=${START_MS}&signature=${'0'.repeat(64)}`)).toEqual({
      code: -1022,
      msg: 'Signature for this request is not valid.',
    });
    expect(send(`timestamp=${START_MS}&signature=`).code).toBe(-1102);
    expect(send(`timestamp=${START_MS}`).msg).toBe(
      "Mandatory parameter 'signature' was not sent, was empty/null, or malformed.",
    );
    expect(send('signature=00').code).toBe(-1102);
  });
});

describe('a time', () => {
  it.each([
    [-5_000, undefined, 200],
    [-5_001, undefined, 'Timestamp for this request is outside of the recvWindow.'],
    [-9_000, 10_000, 200],
    [-9_000, 60_001, 'recvWindow must be less than 60000.'],
    [999, undefined, 200],
    [1_000, undefined, "Timestamp for this request was 1000ms ahead of the server's time."],
  ])('of %i ms with a window of %s is answered with %s', (offsetMs, recvWindow, answer) => {
    const window = recvWindow === undefined ? {} : { recvWindow };
    const { status, body } = desk.send('a', 'GET', ACCOUNT, { timestamp: START_MS + offsetMs, ...window });
    expect(status === 200 ? status : body.msg).toBe(answer);
    if (status !== 200) expect([-1021, -1131]).toContain(body.code);
  });

  it('in microseconds is one too', () => {
    expect(desk.send('a', 'GET', ACCOUNT, { timestamp: START_MS * 1000 }).status).toBe(200);
  });

  it.each([
    [-6_000_346, '6000.346', 200],
    [-6_000_347, '6000.346', -1021],
    [-1, '0.001', 200],
    [-2, '0.001', -1021],
    [-5_000_001, undefined, -1021],
    [999_999, undefined, 200],
    [1_000_000, undefined, -1021],
    [0, '60000.000', 200],
    [0, '60000.001', -1131],
    [0, '6000.3461', -1111],
    [0, '6000.', -1100],
    [0, '6e3', -1100],
    [0, '-1.5', -1100],
    [0, '', -1105],
  ])('of %i µs with a window of %s is answered with %i', (offsetUs, recvWindow, answer) => {
    const window = recvWindow === undefined ? {} : { recvWindow };
    const { status, body } = desk.send('a', 'GET', ACCOUNT, { timestamp: START_MS * 1_000 + offsetUs, ...window });
    expect(status === 200 ? status : Number(body.code)).toBe(answer);
  });

  it('is in whole milliseconds elsewhere, where nothing else is documented', () => {
    const usdm = new Desk({ market: 'usdm' });
    const account = (params: Json) => usdm.send('a', 'GET', '/fapi/v3/account', params);
    expect(account({ recvWindow: '6000' }).status).toBe(200);
    expect(account({ recvWindow: '6000.5' }).body.code).toBe(-1100);
    expect(account({ timestamp: START_MS * 1_000 }).body.code).toBe(-1021);
    const wallet = (params: Json) => desk.send('a', 'GET', '/sapi/v1/account/apiRestrictions', params);
    expect(wallet({ recvWindow: '6000' }).status).toBe(200);
    expect(wallet({ recvWindow: '6000.5' }).body.code).toBe(-1100);
  });
});

describe('a key', () => {
  it('without form, unknown, or from elsewhere is refused', () => {
    expect(desk.raw({ path: ACCOUNT }).status).toBe(401);
    expect(desk.raw({ path: ACCOUNT }).body).toEqual({ code: -2014, msg: 'API-key format invalid.' });
    const unknown = desk.raw({ path: ACCOUNT, headers: { 'x-mbx-apikey': 'x'.repeat(64) } });
    expect(unknown).toMatchObject({
      status: 401,
      body: { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' },
    });
    expect(desk.send('reader', 'GET', ACCOUNT).body.code).toBe(-2015);
    expect(desk.send('reader', 'GET', ACCOUNT, {}, { remoteAddress: '10.0.0.1' }).status).toBe(200);
  });

  it('that may only read places nothing', () => {
    const reply = desk.send('reader', 'POST', '/api/v3/order', buy, { remoteAddress: '10.0.0.1' });
    expect(reply).toMatchObject({ status: 401, body: { code: -2015 } });
    const rights = desk.send(
      'reader',
      'GET',
      '/sapi/v1/account/apiRestrictions',
      {},
      { remoteAddress: '10.0.0.1' },
    ).body;
    expect(rights).toMatchObject({ ipRestrict: true, enableSpotAndMarginTrading: false, enableWithdrawals: false });
  });
});

it('refuses a parameter that is there twice', () => {
  expect(desk.raw({ path: ACCOUNT, query: 'a=1&a=2', headers: {} }).body.code).toBe(-1101);
});

describe('weight', () => {
  it('is counted by address and minute, told in headers, and refused beyond the limit', () => {
    desk = new Desk({ limits: { weightPerMinute: 50 } });
    const ask = (remoteAddress = '1.1.1.1') => desk.send('a', 'GET', ACCOUNT, {}, { remoteAddress });
    expect(ask().headers).toMatchObject({ 'X-MBX-USED-WEIGHT': '20', 'X-MBX-USED-WEIGHT-1M': '20' });
    expect(desk.model.limits.take('1.1.1.1', 10, desk.nowMs)).toMatchObject({ passed: true });
    expect(ask().headers['X-MBX-USED-WEIGHT-1M']).toBe('50');
    const refused = ask();
    expect(refused).toMatchObject({ status: 429, body: { code: -1003 } });
    expect(refused.body.msg).toContain('current limit is 50 request weight per 1 MINUTE');
    const leftMs = 60_000 - (desk.nowMs % 60_000);
    expect(refused.headers['Retry-After']).toBe(`${Math.ceil(leftMs / 1000)}`);
    expect(ask('2.2.2.2').status).toBe(200);
    desk.nowMs += leftMs;
    expect(ask().headers['X-MBX-USED-WEIGHT-1M']).toBe('20');
  });

  it('of one who goes on all the same ends in a ban, the second one longer', () => {
    desk = new Desk({ limits: { weightPerMinute: 20 } });
    const ask = () => desk.send('a', 'GET', ACCOUNT);
    const statuses = Array.from({ length: 13 }, () => ask().status);
    expect(statuses).toEqual([200, ...new Array(10).fill(429), 418, 418]);
    const banned = ask();
    expect(banned.body.msg).toContain(`IP banned until ${desk.nowMs + 120_000}.`);
    expect(banned.headers['Retry-After']).toBe('120');
    desk.nowMs += 120_000;
    expect(ask().status).toBe(200);
    for (let i = 0; i < 11; i++) ask();
    expect(ask().headers['Retry-After']).toBe('240');
  });

  it('may be refused to anybody by a fault', () => {
    desk.model.limits.ban('127.0.0.1', desk.nowMs + 1_000);
    expect(desk.send('a', 'GET', ACCOUNT).status).toBe(418);
    desk.nowMs += 1_000;
    expect(desk.send('a', 'GET', ACCOUNT).status).toBe(200);
  });
});

describe('orders', () => {
  it('are counted by account and window, and refused beyond', () => {
    desk = new Desk({ limits: { ordersPer10s: 2, ordersPerDay: 3 } });
    const place = () => desk.send('a', 'POST', '/api/v3/order', buy);
    expect(place().headers).toMatchObject({ 'X-MBX-ORDER-COUNT-10S': '1', 'X-MBX-ORDER-COUNT-1D': '1' });
    place();
    expect(place()).toMatchObject({
      status: 429,
      body: { code: -1015, msg: 'Too many new orders; current limit is 2 orders per 10 SECOND.' },
    });
    expect(desk.send('b', 'POST', '/api/v3/order', buy).status).toBe(200);
    desk.nowMs += 10_000;
    expect(place().status).toBe(200);
    expect(place().body.msg).toContain('3 orders per 1 DAY');
    expect(desk.send('a', 'GET', '/api/v3/rateLimit/order').list).toMatchObject([
      { count: 1 },
      { count: 3, interval: 'DAY' },
    ]);
  });

  it.each([
    ['DO_NOTHING', 429, -1015, 'NEW'],
    ['CANCEL_ONLY', 409, -2021, 'CANCELED'],
  ])('that replace others are counted, and beyond with %s answered with %i %i', (mode, status, code, left) => {
    desk = new Desk({ limits: { ordersPer10s: 2 } });
    desk.send('a', 'POST', '/api/v3/order', { ...buy, newClientOrderId: 'one' });
    const replace = (cancelOrigClientOrderId: string, newClientOrderId: string) =>
      desk.send('a', 'POST', '/api/v3/order/cancelReplace', {
        ...{ ...buy, cancelOrigClientOrderId, newClientOrderId },
        ...{ cancelReplaceMode: 'ALLOW_FAILURE', orderRateLimitExceededMode: mode },
      });
    expect(replace('one', 'two')).toMatchObject({ status: 200, headers: { 'X-MBX-ORDER-COUNT-10S': '2' } });
    expect(replace('two', 'three')).toMatchObject({ status, body: { code } });
    const ask = (origClientOrderId: string) =>
      desk.send('a', 'GET', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId }).body;
    expect(ask('two').status).toBe(left);
    expect(ask('three').code).toBe(-2013);
  });

  it('of USD-M have a minute instead of a day', () => {
    desk = new Desk({ market: 'usdm' });
    const { headers } = desk.send('a', 'POST', '/fapi/v1/order', { ...buy, price: '50000' });
    expect(headers).toMatchObject({
      'X-MBX-ORDER-COUNT-10S': '1',
      'X-MBX-ORDER-COUNT-1M': '1',
      'X-MBX-USED-WEIGHT-1M': '0',
    });
  });
});

describe('orders in a batch', () => {
  const counts = () => desk.send('a', 'GET', '/fapi/v1/rateLimit/order').list.map(({ count }) => Number(count));
  const batch = (prices: readonly string[]) => {
    const orders = prices.map((price) => ({ ...buy, price }));
    return desk.send('a', 'POST', '/fapi/v1/batchOrders', { batchOrders: JSON.stringify(orders) });
  };

  it('count as documented, however many and whatever comes of them', () => {
    desk = new Desk({ market: 'usdm' });
    expect(batch(['50000', '50001']).headers).toMatchObject({
      'X-MBX-ORDER-COUNT-10S': '5',
      'X-MBX-ORDER-COUNT-1M': '1',
      'X-MBX-USED-WEIGHT-1M': '5',
    });
    expect(batch(['1e9']).list).toMatchObject([{ code: -1100 }]);
    expect(counts()).toEqual([10, 2]);
  });

  it('are refused whole beyond a limit, and count nothing then', () => {
    desk = new Desk({ market: 'usdm', limits: { ordersPer10s: 9 } });
    expect(batch(['50000']).status).toBe(200);
    expect(batch(['50001'])).toMatchObject({ status: 429, body: { code: -1015 } });
    expect(counts()).toEqual([5, 1]);
    expect(desk.send('a', 'GET', '/fapi/v1/openOrders').list).toHaveLength(1);
    expect(desk.send('a', 'POST', '/fapi/v1/order', { ...buy, price: '50000' }).status).toBe(200);
  });
});

describe('a listen key', () => {
  it.each([
    ['spot', '/api/v3/userDataStream'],
    ['usdm', '/fapi/v1/listenKey'],
  ] as const)('of %s lives an hour from the last word', (market, path) => {
    desk = new Desk({ market });
    const headers = { 'x-mbx-apikey': desk.options.accounts[0]!.apiKey };
    const listenKey = `${desk.raw({ method: 'POST', path, headers }).body.listenKey}`;
    expect(listenKey).toMatch(/^[A-Za-z0-9]{64}$/);
    expect(desk.raw({ method: 'POST', path, headers }).body.listenKey).toBe(listenKey);
    expect(desk.model.accountOfListenKey(listenKey)).toBe('a');
    desk.nowMs += 3_599_999;
    desk.model.tick(desk.nowMs);
    expect(desk.raw({ method: 'PUT', path, query: `listenKey=${listenKey}`, headers }).status).toBe(200);
    desk.nowMs += 3_600_000;
    desk.model.tick(desk.nowMs);
    expect(desk.events('a')).toEqual([{ e: 'listenKeyExpired', E: desk.nowMs, listenKey }]);
    expect(desk.gone).toEqual([listenKey]);
    expect(desk.model.accountOfListenKey(listenKey)).toBeUndefined();
    expect(desk.raw({ method: 'PUT', path, query: `listenKey=${listenKey}`, headers }).body).toEqual({
      code: -1125,
      msg: 'This listenKey does not exist.',
    });
  });

  it('that is an hour old is nobody’s, also before anybody was told', () => {
    const headers = { 'x-mbx-apikey': desk.options.accounts[0]!.apiKey };
    const { listenKey } = desk.raw({ method: 'POST', path: '/api/v3/userDataStream', headers }).body;
    const ofAfter = (ms: number) => {
      desk.model.averagePriceE8('BTCUSDT', START_MS + ms);
      return desk.model.accountOfListenKey(`${listenKey}`);
    };
    expect(ofAfter(3_599_999)).toBe('a');
    expect(ofAfter(3_600_000)).toBeUndefined();
    expect(desk.gone).toEqual([]);
  });

  it('is closed by its account only', () => {
    const path = '/api/v3/userDataStream';
    const key = (i: number) => ({ 'x-mbx-apikey': desk.options.accounts[i]!.apiKey });
    const query = `listenKey=${desk.raw({ method: 'POST', path, headers: key(0) }).body.listenKey}`;
    const other = { method: 'DELETE', path, query, headers: key(1), remoteAddress: '10.0.0.1' } as const;
    expect(desk.raw(other).body.code).toBe(-1125);
    expect(desk.raw({ ...other, headers: key(0) }).body).toEqual({});
    expect(desk.gone).toHaveLength(1);
  });
});

describe('a logon of the WebSocket API', () => {
  it('signs its parameters in the order of their names', () => {
    const { apiKey, secret } = desk.options.accounts[0]!;
    const timestamp = `${START_MS}`;
    const signature = createHmac('sha256', secret).update(`apiKey=${apiKey}&timestamp=${timestamp}`).digest('hex');
    const logon = (values: Record<string, string>) => desk.model.logon(values, '127.0.0.1', START_MS);
    expect(logon({ timestamp, apiKey, signature })).toEqual({ accountId: 'a' });
    expect(logon({ timestamp, apiKey, signature: 'no' })).toEqual({
      error: { code: -1022, msg: 'Signature for this request is not valid.' },
      status: 400,
    });
    expect(logon({ timestamp, signature })).toMatchObject({ error: { code: -1102 } });
  });
});
