/** The WebSocket side: names in URLs and messages, envelopes, limits, pings, the WebSocket API. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { socketRoute } from '../../../../src/exchange/server/socket-route.ts';
import { startExchange, type TestExchange } from '../../../fixtures/exchange.ts';
import { ask, signedParameters } from '../../../fixtures/exchange-requests.ts';
import { openSocket } from '../../../fixtures/socket-client.ts';

const BOTH = ['spot', 'usdm'] as const;

/** Of a request with these headers as they are, which `fetch` would not send. */
function statusOf(port: number, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const path = headers.upgrade === undefined ? '/api/v3/ping' : '/spot/ws';
    const asked = request({ port, host: '127.0.0.1', path, headers });
    asked.on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode);
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('the URL of a connection', () => {
  it.each([
    ['/ws/btcusdt@trade', 'spot', false, ['btcusdt@trade']],
    ['/stream?streams=btcusdt@trade/btcusdt@depth', 'spot', true, ['btcusdt@trade', 'btcusdt@depth']],
    ['/spot/stream/ws/0', 'spot', false, ['0']],
    ['/usdm/ws', 'usdm', false, []],
    ['/public/ws/3', 'usdm', false, ['3']],
    ['/usdm/market/stream?streams=!markPrice@arr', 'usdm', true, ['!markPrice@arr']],
    ['/usdm/private/ws?listenKey=abc', 'usdm', false, ['abc']],
    ['/private/stream?listenKey=abc&events=ORDER_TRADE_UPDATE', 'usdm', true, ['abc']],
    ['/usdm/ws/btcusdt%40trade', 'usdm', false, ['btcusdt@trade']],
  ] as const)('%s', (url, market, isCombined, names) => {
    expect(socketRoute(url, BOTH)).toEqual({ kind: 'streams', market, isCombined, names });
  });

  it('names the WebSocket API, or nothing', () => {
    expect(socketRoute('/spot/ws-api/v3', BOTH)).toEqual({ kind: 'api', market: 'spot' });
    expect(socketRoute('/ws-fapi/v1', BOTH)).toEqual({ kind: 'api', market: 'usdm' });
    expect(socketRoute('/usdm/ws', ['spot'])).toBeUndefined();
    expect(socketRoute('/ws', ['usdm'])).toMatchObject({ market: 'usdm' });
    for (const url of ['/', '/spot', '/api/v3/ping', '/coinm/ws', '/public'])
      expect(socketRoute(url, BOTH)).toBeUndefined();
  });
});

describe('connections', () => {
  let exchange: TestExchange;
  beforeAll(async () => {
    exchange = await startExchange({
      symbols: ['BTC/USDT'],
      settings: { pingEveryMs: 50, streamsPerConnection: 8 },
    });
  });
  afterAll(() => exchange.stop());

  it('take subscriptions by message, and list them', async () => {
    const socket = await openSocket(`${exchange.ws('spot')}/ws`);
    socket.send({ method: 'SUBSCRIBE', params: ['btcusdt@bookTicker', 'nobody@knows'], id: 1 });
    expect(await socket.next()).toEqual({ result: null, id: 1 });
    expect(await socket.next(({ u }: { u?: number }) => u !== undefined)).toMatchObject({ s: 'BTCUSDT' });
    socket.send({ method: 'LIST_SUBSCRIPTIONS', id: 'a' });
    expect(await socket.next(({ id }: { id?: unknown }) => id === 'a')).toEqual({
      result: ['btcusdt@bookTicker', 'nobody@knows'],
      id: 'a',
    });
    socket.send({ method: 'UNSUBSCRIBE', params: ['btcusdt@bookTicker'], id: 3 });
    await socket.next(({ id }: { id?: unknown }) => id === 3);
    const before = socket.messages.length;
    const other = await openSocket(`${exchange.ws('spot')}/stream?streams=btcusdt@bookTicker`);
    expect(await other.next()).toMatchObject({ stream: 'btcusdt@bookTicker', data: { s: 'BTCUSDT' } });
    expect(socket.messages.length).toBe(before);
    for (const one of [socket, other]) one.close();
  });

  it('answer what does not read in words', async () => {
    const socket = await openSocket(`${exchange.ws('spot')}/ws`);
    socket.send('{');
    expect(await socket.next()).toMatchObject({ error: { code: 3 } });
    socket.send({ method: 'DANCE', id: 7 });
    expect(await socket.next(({ id }: { id?: unknown }) => id === 7)).toMatchObject({ error: { code: 2 } });
    socket.close();
  });

  it('are pinged, and cut off by too many messages or streams', async () => {
    const socket = await openSocket(`${exchange.ws('spot')}/ws`);
    for (let i = 0; i < 6; i++) socket.send({ method: 'LIST_SUBSCRIPTIONS', id: i });
    expect(await socket.whenClosed()).toBe(1008);
    const names = Array.from({ length: 9 }, (_, i) => `s${i}@trade`);
    const many = await openSocket(`${exchange.ws('spot')}/stream?streams=${names.join('/')}`);
    expect(await many.whenClosed()).toBe(1008);
    const calm = await openSocket(`${exchange.ws('spot')}/ws`);
    const deadline = Date.now() + 5_000;
    while (calm.pings < 2 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(calm.pings).toBeGreaterThanOrEqual(2);
    expect(calm.closed).toBeUndefined();
    calm.close();
  });

  it('end after their time, however alive', async () => {
    const brief = { pingEveryMs: 20, connectionMs: 60 };
    const short = await startExchange({ symbols: ['BTC/USDT'], historyMs: 1_000, still: true, settings: brief });
    const socket = await openSocket(`${short.ws('spot')}/ws`);
    expect(await socket.whenClosed()).toBe(1001);
    expect(socket.pings).toBeGreaterThan(0);
    await short.stop();
  });

  it('are not for web pages, nor for paths that are none', async () => {
    await expect(openSocket(`${exchange.ws('usdm')}/ws`)).rejects.toThrow();
    await expect(openSocket(`${exchange.wsUrl}/else`)).rejects.toThrow();
    expect(await statusOf(exchange.port, { host: 'evil.example' })).toBe(403);
    expect(await statusOf(exchange.port, { host: `localhost:${exchange.port}` })).toBe(200);
    const upgrade = { connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
    const key = { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };
    const local = { host: `127.0.0.1:${exchange.port}` };
    expect(await statusOf(exchange.port, { ...upgrade, ...key, ...local, origin: 'https://evil.example' })).toBe(403);
    expect(await statusOf(exchange.port, { ...upgrade, ...key, host: 'evil.example' })).toBe(403);
    expect(await statusOf(exchange.port, { ...upgrade, ...key, ...local })).toBe(101);
  });

  it('carry the WebSocket API: requests, log-on, the user’s events', async () => {
    const socket = await openSocket(`${exchange.ws('spot')}/ws-api/v3`);
    socket.send({ id: 1, method: 'time' });
    expect(await socket.next(({ id }: { id?: unknown }) => id === 1)).toMatchObject({
      status: 200,
      result: { serverTime: expect.any(Number) },
    });
    socket.send({
      id: 2,
      method: 'userDataStream.subscribe.signature',
      params: { ...signedParameters(exchange, {}), signature: 'x' },
    });
    expect(await socket.next(({ id }: { id?: unknown }) => id === 2)).toMatchObject({
      status: 400,
      error: { code: -1022 },
    });
    socket.send({ id: 3, method: 'userDataStream.subscribe.signature', params: signedParameters(exchange, {}) });
    expect(await socket.next(({ id }: { id?: unknown }) => id === 3)).toMatchObject({
      status: 200,
      result: { subscriptionId: 0 },
    });
    const order = {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.01',
      price: '50000.00',
      newClientOrderId: 'mine',
    };
    socket.send({ id: 4, method: 'order.place', params: signedParameters(exchange, order) });
    expect(await socket.next(({ id }: { id?: unknown }) => id === 4)).toMatchObject({
      status: 200,
      result: { clientOrderId: 'mine', status: 'NEW' },
    });
    const told = await socket.next(({ event }: { event?: { e: string } }) => event?.e === 'executionReport');
    expect(told).toMatchObject({ subscriptionId: 0, event: { c: 'mine', X: 'NEW' } });
    socket.send({ id: 5, method: 'session.logon', params: signedParameters(exchange, {}) });
    await socket.next(({ id, status }: { id?: unknown; status?: number }) => id === 5 && status === 200);
    socket.send({
      id: 6,
      method: 'order.cancel',
      params: { symbol: 'BTCUSDT', origClientOrderId: 'mine', timestamp: Date.now() },
    });
    expect(await socket.next(({ id }: { id?: unknown }) => id === 6)).toMatchObject({
      status: 200,
      result: { status: 'CANCELED' },
    });
    expect(exchange.count('WS order.place')).toBe(1);
    socket.close();
  });

  it('sign values as they are, answer any text, and tell since when they are there', async () => {
    const socket = await openSocket(`${exchange.ws('spot')}/ws-api/v3`);
    const say = async (id: number, method: string, params: object) => {
      socket.send({ id, method, params });
      // biome-ignore lint/suspicious/noExplicitAny: whatever the venue says, a test looks at it
      return socket.next<any>((told: { id?: unknown }) => told.id === id);
    };
    const order = {
      ...{ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC' },
      ...{ quantity: '0.01', price: '50000.00', newClientOrderId: 'desk:1/A_b-.' },
    };
    const placed = await say(1, 'order.place', signedParameters(exchange, order));
    expect(placed).toMatchObject({ status: 200, result: { clientOrderId: 'desk:1/A_b-.' } });
    const weight = { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6_000 };
    expect(placed.rateLimits).toEqual([
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 100, count: expect.any(Number) },
      { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: 200_000, count: expect.any(Number) },
      { ...weight, count: expect.any(Number) },
    ]);
    const twice = await say(30, 'order.place', signedParameters(exchange, order));
    expect(twice).toMatchObject({ status: 400, error: { code: -2010 } });
    expect(twice.rateLimits[1].count).toBe(placed.rateLimits[1].count + 1);
    const name = { symbol: 'BTCUSDT', origClientOrderId: order.newClientOrderId };
    expect((await say(31, 'order.status', signedParameters(exchange, name))).rateLimits).toMatchObject([weight]);
    expect((await say(32, 'order.cancel', signedParameters(exchange, name))).rateLimits).toMatchObject([weight]);
    const signed = signedParameters(exchange, {});
    for (const [i, wrong] of [{ x: '\ud800' }, { signature: '\ud800' }, { x: 'ü %&+' }].entries())
      expect((await say(2 + i, 'account.status', { ...signed, ...wrong })).error.code).toBe(-1022);
    // Names that every object has are no methods.
    for (const [i, method] of ['__proto__', 'constructor', 'toString', 'dance'].entries())
      expect(await say(20 + i, method, {})).toMatchObject({ status: 400, error: { code: -1020 } });
    await say(5, 'session.logon', signedParameters(exchange, {}));
    // Whoever signs is held to it, logged on or not.
    expect((await say(8, 'account.status', { ...signed, signature: 'x' })).error.code).toBe(-1022);
    expect((await say(9, 'account.status', { timestamp: Date.now() })).status).toBe(200);
    const first = (await say(6, 'session.status', {})).result;
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { connectedSince, authorizedSince, serverTime } = (await say(7, 'session.status', {})).result;
    expect([connectedSince, authorizedSince]).toEqual([first.connectedSince, first.authorizedSince]);
    expect(connectedSince).toBeLessThanOrEqual(authorizedSince);
    expect(authorizedSince).toBeLessThan(serverTime);
    socket.close();
  });

  it('show client orders and trades in the public streams', async () => {
    const socket = await openSocket(`${exchange.ws('spot')}/stream?streams=btcusdt@trade/btcusdt@depth@100ms`);
    const order = {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.00777',
      price: '60000.01',
    };
    expect((await ask(exchange, 'POST', '/api/v3/order', order)).status).toBe(200);
    await socket.next(
      ({ data }: { data: { b?: string[][] } }) => data.b?.some(([price]) => price === '60000.01000000') === true,
    );
    const market = await ask(exchange, 'POST', '/api/v3/order', {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'MARKET',
      quantity: '0.00333',
    });
    expect(market.body.status).toBe('FILLED');
    await socket.next(({ data }: { data: { q?: string } }) => data.q === '0.00333000');
    socket.close();
  });
});
