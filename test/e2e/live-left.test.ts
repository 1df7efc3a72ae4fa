/**
 * What a live session under faults leaves behind: a journal that replays to what it came to, by command and in the next
 * life, and neither key nor secret nor listen key in any file, output or command line.
 */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ExchangeMarket } from '../../src/exchange/model/port.ts';
import { startExchange, type TestExchange } from '../fixtures/exchange.ts';
import { signedQuery } from '../fixtures/exchange-requests.ts';
import { BUSY, furnish, LiveRig } from '../fixtures/live-rig.ts';
import { chimera, documentOf, makeDataDir, removeDataDir } from './chimera.ts';
import { commandLines, holds, searchFolder } from './secrets.ts';

const MARKETS = [
  ['spot', 'binance', ['BTC/USDT', 'ETH/USDT', 'SOL/USDT']],
  ['usdm', 'binanceusdm', ['BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT']],
] as const;
/** Some of everything that a venue can do to a session, while it trades. */
const FAULTS = [
  'latency,ms=20,jitter=20,path=order',
  'no-reply,path=order,probability=0.1',
  'reset,path=order,probability=0.1,when=after',
  '503,path=order,probability=0.1',
  'duplicate,probability=0.05',
  'drop,probability=0.02',
  '429,retryAfter=1,count=1,after=800',
  'listen-key-expiry,after=1500',
  'cut,after=2200',
];

let dataDir: string;
beforeAll(() => {
  dataDir = makeDataDir();
});
afterAll(() => removeDataDir(dataDir));

/** The key of the user stream that is open now: the venue gives the same one until it ends. */
function listenKeyOf(exchange: TestExchange): string {
  const venue = exchange.exchange.venue('usdm');
  const request = { method: 'POST', path: '/fapi/v1/listenKey', query: signedQuery(exchange, {}), body: '' } as const;
  const headers = { 'x-mbx-apikey': exchange.keys.apiKey };
  const { body } = venue.request({ ...request, headers, remoteAddress: 'aside', atMs: venue.nowMs() });
  return JSON.parse(body).listenKey;
}

/** A life in which everything happens; gives what the venue knows as secret, and what was said. */
async function hardLife(exchange: TestExchange, market: ExchangeMarket, venue: 'binance' | 'binanceusdm', at: string) {
  const symbols = MARKETS.find(([name]) => name === market)![2];
  furnish(at, exchange.keys, { ...BUSY, live: { reconcileEveryUs: 5_000_000, stopsAtVenue: false } });
  const rig = await LiveRig.start({ dataDir: at, url: exchange.ws(market), venue, symbols, session: 'hard' });
  await rig.until(() => true);
  const keys = market === 'usdm' ? [listenKeyOf(exchange)] : [];
  await rig.arm();
  await rig.command({ kind: 'set-control', mode: 'auto' });
  exchange.setFaults(...FAULTS);
  await pause(2_000);
  exchange.setFaults();
  // What is not known is asked for, and no new entry is begun that an end would have to wait for.
  await rig.command({ kind: 'set-control', mode: 'observe' });
  await pause(2_500);
  if (market === 'usdm') keys.push(listenKeyOf(exchange));
  const { summary } = await rig.stop();
  return { keys, said: rig.notices.join('\n'), summary };
}

/** USD-M alone, for it has a listen key to be kept: spot's user stream is signed on every time. */
it.concurrent.each(MARKETS.slice(1))(
  '%s: replays to what it came to, and keeps its secrets',
  async (market, venue, symbols) => {
    const at = path.join(dataDir, market);
    const exchange = await startExchange({
      market,
      symbols,
      rate: 200,
      balances: { spot: { USDT: '100000' }, usdm: { USDT: '100000' } },
    });
    try {
      const { keys, said, summary } = await hardLife(exchange, market, venue, at);
      expect(summary).toMatchObject({ session: 'hard', stateHash: expect.stringMatching(/^[0-9a-f]{32}$/) });
      expect(Number(summary?.fills)).toBeGreaterThan(0);
      for (const key of keys) expect(key).toMatch(/^\w{20,}$/);
      const keysFile = path.join(at, 'keys.json');
      const env = { CHIMERA_API_KEY: exchange.keys.apiKey, CHIMERA_API_SECRET: exchange.keys.secret };
      const next = chimera(['--continue', '--headless', '--for', '1s', '--url', exchange.ws(market), '--json'], {
        dataDir: at,
        env,
      });
      await pause(1_500);
      const seen = commandLines(at);
      const outcomes = [await next];
      expect(outcomes[0]).toMatchObject({ code: 0 });
      const gone = documentOf(outcomes[0]!).session;
      const [first, replayed, second] = await Promise.all([
        chimera(['verify', 'hard', '--json'], { dataDir: at }),
        chimera(['replay', 'hard', '--headless', '--json'], { dataDir: at }),
        chimera(['verify', String(gone), '--json'], { dataDir: at }),
      ]);
      for (const outcome of [first, replayed, second]) expect(outcome).toMatchObject({ code: 0 });
      expect(documentOf(replayed)).toMatchObject({ stateHash: summary?.stateHash });
      outcomes.push(first, replayed, second);
      const secrets = [exchange.keys.apiKey, exchange.keys.secret, ...keys];
      const { hits, loose, files } = searchFolder(at, secrets, [keysFile]);
      expect([hits, loose]).toEqual([[], []]);
      expect(files).toBeGreaterThan(6);
      expect(seen.includes('--continue')).toBe(true);
      const told = [Buffer.from(said), seen, ...outcomes.map(({ stdout, stderr }) => Buffer.from(stdout + stderr))];
      expect(told.filter((content) => holds(content, secrets))).toEqual([]);
    } finally {
      await exchange.stop();
    }
  },
  90_000,
);

it('a key that is said somewhere is found', async () => {
  const at = path.join(dataDir, 'leaking');
  const secret = 'f'.repeat(20) + 'c0ffee'.repeat(7);
  furnish(at, { apiKey: 'k'.repeat(64), secret });
  const leak = `import { appendFileSync } from 'node:fs'; process.on('exit', () => appendFileSync(${JSON.stringify(
    path.join(at, 'chimera.log'),
  )}, process.env.CHIMERA_API_SECRET));`;
  const nodeFlags = ['--import', `data:text/javascript,${encodeURIComponent(leak)}`];
  await chimera(['policy', 'show'], { dataDir: at, nodeFlags, env: { CHIMERA_API_SECRET: secret } });
  expect(searchFolder(at, [secret], [path.join(at, 'keys.json')]).hits).toEqual([path.join(at, 'chimera.log')]);
});
