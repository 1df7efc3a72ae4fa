/** Faults over the wire: what the client sees, what the venue has done all the same, and that it is counted. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startExchange, type TestExchange } from '../../../fixtures/exchange.ts';
import { ask } from '../../../fixtures/exchange-requests.ts';
import { openSocket } from '../../../fixtures/socket-client.ts';

const ORDER = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.001',
  price: '50000.00',
};

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startExchange({ symbols: ['BTC/USDT'], limits: { weightPerMinute: 1_000_000 } });
});
afterAll(() => exchange.stop());
afterEach(() => exchange.setFaults());

async function isThere(clientOrderId: string): Promise<boolean> {
  const { status } = await ask(exchange, 'GET', '/api/v3/order', {
    symbol: 'BTCUSDT',
    origClientOrderId: clientOrderId,
  });
  return status === 200;
}

const place = (newClientOrderId: string, withinMs?: number) =>
  ask(exchange, 'POST', '/api/v3/order', { ...ORDER, newClientOrderId }, withinMs);

describe('a request', () => {
  it.each([
    ['no-reply', 'TimeoutError', true],
    ['reset,when=after', 'fetch failed', true],
    ['reset', 'fetch failed', false],
  ])('%s: %s, and it was done: %s', async (fault, error, isDone) => {
    exchange.setFaults(`${fault},path=POST /api/v3/order,count=1`);
    const before = exchange.count('POST /api/v3/order');
    const name = `n-${fault.replace(/\W/g, '')}`;
    const broken = await place(name, 300).catch((cause: Error) => `${cause.name}: ${cause.message}`);
    expect(broken).toContain(error);
    expect(await isThere(name)).toBe(isDone);
    expect(exchange.count('POST /api/v3/order')).toBe(before + 1);
    expect(exchange.requests('POST /api/v3/order').at(-1)).toMatchObject({ status: 0 });
  });

  it.each([
    ['503', 503, -1008, false],
    ['503,when=after', 503, -1008, true],
    ['504,when=after', 504, -1007, true],
    ['-1006,when=after', 500, -1006, true],
    ['-1007', 408, -1007, false],
    ['-1021', 400, -1021, false],
    ['429,retryAfter=3', 429, -1003, false],
    ['error,status=400,code=-2010', 400, -2010, false],
  ])('%s is status %i, code %i, and it was done: %s', async (fault, status, code, isDone) => {
    exchange.setFaults(`${fault},path=POST /api/v3/order,count=1`);
    const name = `s${fault.replace(/\W/g, '')}`;
    const answer = await place(name);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    if (status === 429) expect(answer.headers.get('retry-after')).toBe('3');
    expect(await isThere(name)).toBe(isDone);
    expect((await place(`${name}2`)).status).toBe(200);
  });

  it('waits, and is answered by the time it is then', async () => {
    exchange.setFaults('latency,ms=150,path=/api/v3/time');
    const from = Date.now();
    const { body } = await ask(exchange, 'GET', '/api/v3/time');
    expect(Date.now() - from).toBeGreaterThanOrEqual(140);
    expect(body.serverTime).toBeGreaterThanOrEqual(from + 140);
  });

  it('meets a clock that is off', async () => {
    exchange.setFaults('clock,ms=10000');
    const { body } = await ask(exchange, 'GET', '/api/v3/time');
    expect(body.serverTime - Date.now()).toBeGreaterThan(9_000);
    expect((await place('early')).body.code).toBe(-1021);
  });
});

describe('a stream', () => {
  const url = (): string => `${exchange.ws('spot')}/stream?streams=btcusdt@depth@100ms`;
  const isFrame = ({ stream }: { stream?: string }): boolean => stream !== undefined;

  it('has a gap, a frame twice, a frame late', async () => {
    const socket = await openSocket(url());
    type Frame = { data: { U: number; u: number } };
    await socket.next(isFrame);
    const since = async (fault: string): Promise<Frame[]> => {
      const from = socket.messages.length;
      const struck = Object.values(exchange.fired).reduce((a, b) => a + b, 0);
      exchange.setFaults(fault);
      const deadline = Date.now() + 5_000;
      const sum = (): number => Object.values(exchange.fired).reduce((a, b) => a + b, 0);
      while ((sum() === struck || socket.messages.length < from + 4) && Date.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 20));
      return socket.messages.slice(from - 1) as Frame[];
    };
    const breaks = (frames: readonly Frame[]): number =>
      frames.filter(({ data }, i) => i > 0 && data.U !== frames[i - 1]!.data.u + 1).length;
    expect(breaks(await since('frame-latency,ms=1,count=1'))).toBe(0);
    expect(breaks(await since('depth-gap,count=1'))).toBe(1);
    const twice = await since('duplicate,count=1');
    expect(twice.filter(({ data }, i) => i > 0 && data.u === twice[i - 1]!.data.u)).toHaveLength(1);
    const late = await since('reorder,count=1');
    expect(late.some(({ data }, i) => i > 0 && data.u < late[i - 1]!.data.U)).toBe(true);
    socket.close();
  });

  it('falls silent and lives, is cut, or finds nobody at the door', async () => {
    const socket = await openSocket(url());
    await socket.next(isFrame);
    exchange.setFaults('silent');
    const from = socket.messages.length;
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(socket.messages.length).toBe(from);
    expect(socket.closed).toBeUndefined();
    expect(exchange.fired.silent).toBeGreaterThan(0);
    exchange.setFaults('cut');
    expect(await socket.whenClosed()).toBe(1006);
    exchange.setFaults('down,for=300');
    await expect(openSocket(url())).rejects.toThrow();
    await expect(fetch(`${exchange.url}/api/v3/ping`)).rejects.toThrow();
    const deadline = Date.now() + 5_000;
    let isBack = false;
    while (!isBack && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      isBack = await fetch(`${exchange.url}/api/v3/ping`).then(
        ({ ok }) => ok,
        () => false,
      );
    }
    expect(isBack).toBe(true);
    const again = await openSocket(url());
    await again.next(isFrame);
    again.close();
  });

  it('of a user is silent, or loses its listen key', async () => {
    const { body } = await ask(exchange, 'POST', '/api/v3/userDataStream');
    const socket = await openSocket(`${exchange.ws('spot')}/ws/${body.listenKey}`);
    exchange.setFaults('silent-user,path=executionReport,count=1');
    await place('unheard');
    expect(await socket.next()).toMatchObject({ e: 'outboundAccountPosition' });
    exchange.setFaults('listen-key-expiry');
    expect(await socket.next(({ e }: { e: string }) => e === 'listenKeyExpired')).toMatchObject({
      listenKey: body.listenKey,
    });
    const kept = await ask(exchange, 'PUT', '/api/v3/userDataStream', { listenKey: body.listenKey });
    expect(kept.body.code).toBe(-1125);
    socket.close();
  });
});

describe('at run time', () => {
  const admin = (method: string, path: string, body?: unknown, token = exchange.allKeys.token) =>
    fetch(`${exchange.url}/chimera/${path}`, {
      method,
      headers: { 'x-chimera-token': token },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

  it('faults are set, counted and taken back, by who has the token', async () => {
    expect((await admin('GET', 'faults', undefined, 'wrong')).status).toBe(401);
    expect((await admin('POST', 'faults', { kind: 'nonsense' })).status).toBe(400);
    expect((await admin('POST', 'faults', { add: [{ kind: 'drop', what: 1 }] })).status).toBe(400);
    const set = await (await admin('POST', 'faults', { kind: '503', path: '/ping', count: 1 })).json();
    expect(set).toMatchObject({ faults: [{ kind: '503', fired: 0 }] });
    expect((await fetch(`${exchange.url}/api/v3/ping`)).status).toBe(503);
    expect(await (await admin('GET', 'faults')).json()).toMatchObject({ faults: [{ fired: 1 }] });
    expect(await (await admin('DELETE', 'faults')).json()).toMatchObject({ faults: [] });
    expect(await (await admin('GET', 'requests')).json()).toMatchObject({ 'GET /api/v3/ping': expect.any(Number) });
  });

  it('the market does what it is told', async () => {
    const socket = await openSocket(`${exchange.ws('spot')}/ws/btcusdt@trade`);
    const price = exchange.best('spot', 'BTCUSDT').ask;
    const trade = { act: 'trade', market: 'spot', symbol: 'BTCUSDT', side: 'BUY', price, quantity: '0.00123' };
    // Of a level that has enough: a trade is told in one piece.
    expect((await admin('POST', 'market', { ...trade, act: 'level', side: 'SELL', quantity: '2' })).status).toBe(200);
    expect((await admin('POST', 'market', trade)).status).toBe(200);
    await socket.next(({ q }: { q: string }) => q === '0.00123000');
    for (const wrong of [
      { ...trade, price: '0.001' },
      { ...trade, symbol: 'XUSDT' },
      { ...trade, market: 'usdm' },
      { act: 'dance' },
    ])
      expect((await admin('POST', 'market', wrong)).status).toBe(400);
    socket.close();
  });

  it('an account is paid in and out, and what cannot be is refused in words', async () => {
    const transfer = { act: 'transfer', market: 'spot', account: 'main', asset: 'BTC', amount: '1.5' };
    const free = async (): Promise<number> => {
      const { body } = await ask(exchange, 'GET', '/api/v3/account');
      return Number(body.balances.find(({ asset }: { asset: string }) => asset === 'BTC').free);
    };
    const before = await free();
    expect((await admin('POST', 'market', transfer)).status).toBe(200);
    expect((await admin('POST', 'market', { ...transfer, amount: '-0.5' })).status).toBe(200);
    expect(await free()).toBeCloseTo(before + 1, 8);
    for (const [wrong, why] of [
      [{ account: 'nobody' }, "no account 'nobody'"],
      [{ amount: '-1000000' }, "account 'main' has not that much BTC"],
    ] as const) {
      const answer = await admin('POST', 'market', { ...transfer, ...wrong });
      expect([answer.status, await answer.json()]).toEqual([400, { error: why }]);
    }
  });
});
