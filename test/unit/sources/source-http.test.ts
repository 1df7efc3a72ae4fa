/** Requests to a provider on this machine: what is sent, what is too long or too slow, and that no redirect takes a key along. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { binanceFunding } from '../../../src/sources/providers/binance-funding.ts';
import type { SourceAnswer } from '../../../src/sources/slow-source.ts';
import { getFromProvider } from '../../../src/sources/source-http.ts';
import { linearSpec } from '../../fixtures/engine-session.ts';
import { startExchange } from '../../fixtures/exchange.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function serve(listener: RequestListener): Promise<string> {
  const made = createServer(listener);
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
}

const ask = (url: string, headers = {}): Promise<SourceAnswer> =>
  new Promise((resolve) => void getFromProvider({ url, headers }, resolve));

test('sends the key as a header and gives the reply as it is', async () => {
  const url = await serve((request, response) => {
    response.writeHead(429, { 'retry-after': '7' }).end(`${request.method} ${request.url} ${request.headers['x-key']}`);
  });
  expect(await ask(`${url}/a?b=c`, { 'x-key': 'k3y' })).toEqual({
    status: 429,
    body: 'GET /a?b=c k3y',
    retryAfterUs: 7_000_000,
  });
});

test('follows no redirect: a key goes to nobody else', async () => {
  const seen: string[] = [];
  const url = await serve((request, response) => {
    seen.push(request.url ?? '');
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  expect(await ask(url, { 'x-key': 'k3y' })).toEqual({ missing: 'it cannot be reached' });
  expect(seen).toEqual(['/']);
});

test('ends a reply that is too long, also one without end', async () => {
  const url = await serve((_request, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(' '.repeat(64 * 1024)));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  });
  expect(await ask(url)).toEqual({ missing: 'the answer is too long' });
});

test('hears nothing after it was called off, of a body that never ends', async () => {
  const url = await serve((_request, response) => void response.write('{'));
  let heard = 0;
  const cancel = getFromProvider({ url, headers: {} }, () => heard++);
  await new Promise((resolve) => setTimeout(resolve, 50));
  cancel();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(heard).toBe(0);
});

test.each([
  ['nobody listens', 'http://127.0.0.1:1/', 'it cannot be reached'],
  ['there is no such name', 'http://nobody.invalid/', 'its name is not found'],
])('says that %s', async (_what, url, missing) => {
  expect(await ask(url)).toEqual({ missing });
});

test('reads the funding of the exchange on this machine', async () => {
  const exchange = await startExchange({ symbols: ['BTC/USDT:USDT'], still: true });
  try {
    const spec = linearSpec('BTC/USDT:USDT', { venueSymbol: 'BTCUSDT' });
    const funding = binanceFunding([spec], { url: exchange.url, everyUs: 60e6 })!;
    const { url, headers } = funding.request();
    const answer = await ask(url, headers);
    if ('missing' in answer) throw new Error(answer.missing);
    const [reading] = funding.read(answer.body, 0);
    expect([answer.status, reading?.instrument]).toEqual([200, 0]);
    expect(Math.abs(reading!.value)).toBeLessThan(0.01);
  } finally {
    await exchange.stop();
  }
});
