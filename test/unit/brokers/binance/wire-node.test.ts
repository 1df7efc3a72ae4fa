/** Requests over real sockets: whether one that failed had left, and that nothing is sent twice or followed elsewhere. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HttpOutcome } from '../../../../src/brokers/binance/wire.ts';
import { nodeWire } from '../../../../src/brokers/binance/wire-node.ts';

const wire = nodeWire();
let server: Server;
let port = 0;
const came: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const { url = '' } = request;
    came.push(`${request.method} ${url}`);
    if (url === '/reset') request.socket.destroy();
    else if (url === '/half') {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('{"orderId":');
      setTimeout(() => request.socket.destroy(), 20);
    } else if (url === '/away') response.writeHead(302, { Location: '/elsewhere' }).end();
    else if (url === '/echo') request.pipe(response.writeHead(200, { 'X-MBX-USED-WEIGHT-1M': '7' }));
    else if (url !== '/silent') response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  wire.close();
  server.closeAllConnections();
  server.close();
});

const send = (
  path: string,
  more: { readonly base?: string; readonly body?: string; readonly timeoutMs?: number } = {},
) =>
  new Promise<HttpOutcome>((resolve) => {
    const { base = `http://127.0.0.1:${port}`, body, timeoutMs = 5_000 } = more;
    wire.http(
      { method: body === undefined ? 'GET' : 'POST', url: `${base}${path}`, headers: {}, body },
      timeoutMs * 1000,
      resolve,
    );
  });

it('carries bytes there and back, with the names of headers in lower case', async () => {
  const outcome = await send('/echo', { body: 'price=64000.10&name=ü' });
  expect(outcome).toMatchObject({ kind: 'reply', status: 200, body: 'price=64000.10&name=ü' });
  expect(outcome).toMatchObject({ headers: { 'x-mbx-used-weight-1m': '7' } });
});

it('knows that a request never left where no connection came about', async () => {
  expect(await send('/', { base: 'http://127.0.0.1:1' })).toMatchObject({
    kind: 'failed',
    code: 'ECONNREFUSED',
    left: false,
  });
  expect(await send('/', { base: `https://127.0.0.1:${port}` })).toMatchObject({ kind: 'failed', left: false });
});

it('counts a request as gone once there is a connection, however it ends, and sends it once', async () => {
  for (const path of ['/reset', '/half']) {
    const before = came.length;
    expect(await send(path, { body: 'x' })).toMatchObject({ kind: 'failed', left: true });
    expect(came.slice(before)).toEqual([`POST ${path}`]);
  }
  expect(await send('/silent', { body: 'x', timeoutMs: 60 })).toEqual({
    kind: 'failed',
    code: 'ETIMEDOUT',
    left: true,
  });
});

it('also over a connection that was used before', async () => {
  await send('/');
  const before = came.length;
  expect(await send('/reset', { body: 'x' })).toMatchObject({ kind: 'failed', left: true });
  expect(came.slice(before)).toEqual(['POST /reset']);
});

it('follows nobody elsewhere', async () => {
  expect(await send('/away')).toMatchObject({ kind: 'reply', status: 302 });
  expect(came).not.toContain('GET /elsewhere');
});
