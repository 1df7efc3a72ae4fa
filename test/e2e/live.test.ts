/**
 * A person trades real orders against the exchange of this machine, from an empty data directory: paper first, then live,
 * armed by a code; an order approved and filled; a kill; the process shot; and the same position in the next one.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startExchange, type TestExchange } from '../fixtures/exchange.ts';
import { answerProposal, chimera, leave, makeDataDir, removeDataDir, shownCode, typeCode } from './chimera.ts';
import { startConsole, type TerminalSession } from './terminal.ts';

const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'LTC/USDT'];
/** Whoever trades on every whim finds a buyer's reason within seconds. */
const POLICY = [
  'live.enabled=true',
  'risk.entriesBeforeVolatility=true',
  'risk.entryCooldownBars=1',
  'decision.minScore=0.02',
  'decision.minConsensus=0.5',
  'decision.confluenceProducers=1',
  'decision.repeatBars=2',
  'execution.minStopBp=200',
  'execution.proposalTtlS=60',
];

let exchange: TestExchange;
let dataDir: string;
let keysFile: string;
let session: TerminalSession | undefined;

function current(): TerminalSession {
  if (session === undefined) throw new Error('the console has not been started');
  return session;
}

/** What a position line shows: symbol and quantity. */
function heldOn(screen: string): string | undefined {
  const match = /(\w+\/USDT) +LONG +([\d.]+)/.exec(screen);
  return match === null ? undefined : `${match[1]} ${match[2]}`;
}

const connected = (): readonly string[] => ['--url', exchange.ws('spot'), '--keys', keysFile];
const sent = (side: 'BUY' | 'SELL'): readonly string[] =>
  exchange
    .requests('/api/v3/order')
    .filter(({ method, query }) => method === 'POST' && query.includes(`side=${side}`))
    .map(({ query }) => query);
const posts = (): number => exchange.count('POST /api/v3/order');

async function confirm(key: string): Promise<void> {
  await current().press(key);
  await typeCode(current(), await shownCode(current()));
}

beforeAll(async () => {
  exchange = await startExchange({
    market: 'spot',
    symbols: SYMBOLS,
    rate: 200,
    balances: { spot: { USDT: '50000' }, usdm: {} },
  });
  dataDir = makeDataDir();
  keysFile = path.join(dataDir, 'keys.json');
  const { apiKey, secret } = exchange.keys;
  writeFileSync(keysFile, JSON.stringify({ apiKey, secret }), { mode: 0o600 });
});
afterAll(async () => {
  await session?.dispose();
  await exchange.stop();
  removeDataDir(dataDir);
});

describe('a live session', () => {
  let held = '';

  it('begins on paper with the prices of the venue, and is refused live before policy allows it', async () => {
    session = startConsole({
      dataDir,
      args: ['--venue', 'binance', ...connected(), '--symbols', SYMBOLS.join(','), '--session', 'first'],
    });
    await session.waitFor(/PAPER +MANUAL +feed fresh.*binance/);
    await confirm('L');
    await session.waitFor(/not live: policy allows no real orders/);
    expect(posts()).toBe(0);
    const set = await chimera(['policy', 'set', ...POLICY], { dataDir });
    expect(set).toMatchObject({ code: 0 });
  }, 30_000);

  it('goes live after a typed code, with the money of the account, and lets nothing out before it is armed', async () => {
    await pause(700);
    await confirm('L');
    await current().waitFor(/LIVE +not armed MANUAL/, 20_000);
    await current().waitFor(/NO REAL ENTRIES +not armed +A arm/, 20_000);
    await current().waitFor(/equity 50,000.00 USDT/);
    await current().waitFor(/venue-ready/, 20_000);
    expect(posts()).toBe(0);
    await confirm('A');
    await current().waitFor(/LIVE +ARMED MANUAL/);
    await current().waitFor(/ARMED +real orders may leave \(console\)/);
  }, 60_000);

  it('sends what is approved, once, and shows it filled', async () => {
    const answered = new Set<number>();
    for (let filled = false; !filled; ) {
      expect(answered.size).toBeLessThan(8);
      answered.add(await answerProposal(current(), 'a', answered));
      filled = await current()
        .waitFor(/FILL .*order #\d+ BUY/, 5_000)
        .then(
          () => true,
          () => false,
        );
    }
    held = heldOn(await current().waitFor((screen) => heldOn(screen) !== undefined)) ?? '';
    expect(sent('BUY').length).toBeGreaterThan(0);
    expect(sent('BUY').length).toBeLessThanOrEqual(answered.size);
    // The stop that holds without us, which is all that has been sold so far.
    await current().waitFor(/#\d+ \S+ +SELL +stop +open/);
    expect(sent('SELL').every((query) => query.includes('type=STOP_LOSS'))).toBe(true);
  }, 90_000);

  it('kills by Ctrl-K, is shot, and finds the same position, halted and not armed', async () => {
    await current().press('Ctrl-K');
    await current().waitFor(/HALTED +by the operator +no entry open, \d positions?/);
    held = heldOn(current().screenText()) ?? held;
    const before = posts();
    current().kill('SIGKILL');
    await current().dispose();
    session = startConsole({ dataDir, args: ['--continue', ...connected()] });
    await session.waitFor(/LIVE +not armed MANUAL.*binance/, 20_000);
    await session.waitFor(/HALTED +by the operator/);
    expect(heldOn(await session.waitFor((screen) => heldOn(screen) !== undefined))).toBe(held);
    await session.waitFor(/NO REAL ENTRIES +not armed +A arm/, 20_000);
    await session.press('V');
    await session.waitFor('our books and the venue agree');
    await session.press('Escape');
    expect(posts()).toBe(before);
  }, 60_000);

  it('flattens for a typed code, leaves, and its journal replays to what it recorded', async () => {
    await pause(700);
    await confirm('F');
    await current().waitFor(/flat: no position, no order/, 20_000);
    expect(await leave(current())).toBe(0);
    const names = readdirSync(path.join(dataDir, 'sessions'));
    expect(names).toHaveLength(3);
    for (const name of names)
      expect(await chimera(['verify', name, '--json'], { dataDir }), name).toMatchObject({ code: 0 });
  }, 60_000);
});
