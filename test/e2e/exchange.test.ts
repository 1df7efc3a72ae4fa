/** `chimera exchange` as a process: its files, its end, what survives a kill, and what it refuses. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chimera, MAIN, makeDataDir, removeDataDir } from './chimera.ts';
import { PINNED_NODE } from './terminal.ts';

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly output: () => string;
  /** Exit code, or the signal. */
  end(signal: NodeJS.Signals): Promise<number | string | null>;
}

/** What a test looks at of whatever the venue says: an object, or a list of them. */
interface Answer extends ReadonlyArray<Readonly<Record<string, unknown>>> {
  readonly lastUpdateId: number;
  readonly bids: ReadonlyArray<readonly [string, string]>;
  readonly balances: unknown;
}

let dataDir: string;
const running: Running[] = [];
beforeEach(() => {
  dataDir = makeDataDir();
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.end('SIGKILL');
  removeDataDir(dataDir);
});

async function start(...args: readonly string[]): Promise<Running> {
  const words = ['exchange', '--json', '--history', '1s', '--market', 'spot', '--data-dir', dataDir, ...args];
  const child = spawn(PINNED_NODE, [MAIN, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: tmpdir() },
  });
  let output = '';
  const exit = new Promise<number | string | null>((resolve) =>
    child.on('exit', (code, signal) => resolve(code ?? signal)),
  );
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const deadline = Date.now() + 15_000;
  while (!/\}\n/.test(output) && child.exitCode === null && Date.now() < deadline) await pause(20);
  const url = /"url":"([^"]+)"/.exec(output)?.[1];
  if (url === undefined) throw new Error(`it did not open: ${output}`);
  const one: Running = {
    child,
    url,
    output: () => output,
    end(signal) {
      child.kill(signal);
      return exit;
    },
  };
  running.push(one);
  return one;
}

async function ask(url: string, method: string, route: string, parameters: Readonly<Record<string, string>>) {
  const { accounts } = JSON.parse(readFileSync(path.join(dataDir, 'keys.json'), 'utf8'));
  const query = new URLSearchParams({ ...parameters, timestamp: String(Date.now()) }).toString();
  const signature = createHmac('sha256', accounts[0].secret).update(query).digest('hex');
  const response = await fetch(`${url}${route}?${query}&signature=${signature}`, {
    method,
    headers: { 'x-mbx-apikey': accounts[0].apiKey },
  });
  return (await response.json()) as Answer;
}

async function get(url: string, route: string): Promise<Answer> {
  return (await (await fetch(`${url}${route}`)).json()) as Answer;
}

describe('chimera exchange', () => {
  it('keeps accounts, orders and its market through a kill, and its keys to itself', { timeout: 60_000 }, async () => {
    const files = ['--keys', path.join(dataDir, 'keys.json'), '--state', path.join(dataDir, 'state.json')];
    const first = await start(...files);
    const order = {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.001',
      price: '50000',
    };
    await ask(first.url, 'POST', '/api/v3/order', { ...order, newClientOrderId: 'kept' });
    await ask(first.url, 'POST', '/api/v3/order', { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '1' });
    const before = await ask(first.url, 'GET', '/api/v3/account', {});
    const bought = (await ask(first.url, 'GET', '/api/v3/myTrades', { symbol: 'BTCUSDT' }))[0];
    await pause(700);
    const depth = await get(first.url, '/api/v3/depth?symbol=BTCUSDT&limit=5');
    expect(await first.end('SIGKILL')).toBe('SIGKILL');
    for (const file of ['keys.json', 'state.json']) expect(statSync(path.join(dataDir, file)).mode & 0o777).toBe(0o600);
    const { accounts, token } = JSON.parse(readFileSync(path.join(dataDir, 'keys.json'), 'utf8'));
    for (const secret of [accounts[0].secret, accounts[0].apiKey, token]) expect(first.output()).not.toContain(secret);
    expect(readFileSync(path.join(dataDir, 'state.json'), 'utf8')).not.toContain(accounts[0].secret);

    const second = await start(...files);
    const [open] = await ask(second.url, 'GET', '/api/v3/openOrders', { symbol: 'BTCUSDT' });
    expect(open).toMatchObject({ clientOrderId: 'kept', status: 'NEW', origQty: '0.00100000' });
    expect((await ask(second.url, 'GET', '/api/v3/account', {})).balances).toEqual(before.balances);
    const again = await ask(second.url, 'GET', '/api/v3/myTrades', { symbol: 'BTCUSDT' });
    expect(again[0]).toEqual(bought);
    const later = await get(second.url, '/api/v3/depth?symbol=BTCUSDT&limit=5');
    expect(later.lastUpdateId).toBeGreaterThan(depth.lastUpdateId);
    expect(Math.abs(Number(later.bids[0]![0]) / Number(depth.bids[0]![0]) - 1)).toBeLessThan(0.02);
    const trades = await get(second.url, '/api/v3/trades?symbol=BTCUSDT');
    const ids: number[] = trades.map(({ id }) => Number(id));
    expect(ids).toEqual(ids.map((_, i) => ids[0]! + i));
    expect(ids.at(-1)).toBeGreaterThanOrEqual(Number(bought?.id));
    const beside = await chimera(['exchange', ...files, '--market', 'spot'], { dataDir });
    expect([beside.code, beside.stderr]).toEqual([6, expect.stringContaining('in use by another exchange')]);
    expect(await second.end('SIGTERM')).toBe(0);
    expect(second.output()).toContain('the exchange ends: SIGTERM');

    const other = await chimera(['exchange', ...files, '--market', 'spot', '--seed', '2'], { dataDir });
    expect([other.code, other.stderr]).toEqual([3, expect.stringContaining('with --seed 1')]);
    chmodSync(path.join(dataDir, 'keys.json'), 0o644);
    const read = await chimera(['exchange', ...files, '--market', 'spot'], { dataDir });
    expect([read.code, read.stderr]).toEqual([3, expect.stringContaining('can be read by others')]);
  });

  it('leaves nothing running when its port is taken', { timeout: 60_000 }, async () => {
    const first = await start();
    const { port } = new URL(first.url);
    const taken = await chimera(['exchange', '--history', '1s', '--market', 'spot', '--port', port], { dataDir });
    expect([taken.code, taken.stderr]).toEqual([6, `chimera: port ${port} is in use\n`]);
    expect(await first.end('SIGINT')).toBe(0);
  });
});
