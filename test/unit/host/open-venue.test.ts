/** What a run is refused before it begins: at the exchange of this machine, with its real listings and accounts. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstrumentSpec } from '../../../engine/domain/index.ts';
import { systemClock } from '../../../src/clock.ts';
import { isLiveVenue, type OpenedVenue, openVenue, type VenuePlan } from '../../../src/host/open-venue.ts';
import { startExchange, type TestExchange } from '../../fixtures/exchange.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';

const SYMBOLS = ['BTC/USDT', 'ETH/USDT'];

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startExchange({
    market: 'spot',
    symbols: [...SYMBOLS, 'BTC/USDC'],
    accounts: ['main', 'other'],
    balances: { spot: { USDT: '1234.5', BTC: '1' }, usdm: {} },
  });
});
afterAll(() => exchange.stop());

interface Wanted {
  readonly name?: string;
  readonly keys?: Readonly<Record<'apiKey' | 'secret', string>>;
}

function open(plan: Partial<VenuePlan>, { name = 'binance', keys = exchange.keys }: Wanted = {}): Promise<OpenedVenue> {
  const clock = systemClock();
  const file = join(temporaryFolder('open'), 'keys.json');
  writeFileSync(file, JSON.stringify({ apiKey: keys.apiKey, secret: keys.secret }), { mode: 0o600 });
  const job = { name, url: exchange.ws('spot'), live: true, keys: file };
  const whole = { symbols: SYMBOLS, specs: undefined, left: undefined, live: false, sinceUs: clock.nowUs(), ...plan };
  return openVenue(job, whole, clock);
}

/** The specs that are listed now, one of them changed. */
async function changed(changes: Partial<InstrumentSpec>): Promise<readonly InstrumentSpec[]> {
  const { feed } = await open({});
  feed.stop();
  const [first, ...rest] = feed.instruments.map(({ spec }) => spec);
  return [{ ...first!, ...changes }, ...rest];
}

describe('a venue is opened', () => {
  it('with its market data alone for a run on paper', async () => {
    const { feed, currency, trading } = await open({});
    feed.stop();
    expect(feed.instruments.map(({ spec }) => spec.symbol)).toEqual(SYMBOLS);
    expect([currency, trading]).toEqual(['USDT', undefined]);
  });

  it('with what the account holds for a live one', async () => {
    const { feed, trading } = await open({ live: true });
    feed.stop();
    trading?.venue.close();
    expect(Number(trading?.cash)).toBe(1234.5);
    expect(trading?.trading).toEqual([true, true]);
  });

  it('again with the same listing', async () => {
    const { feed } = await open({ specs: await changed({}) });
    feed.stop();
    expect(feed.instruments).toHaveLength(2);
  });
});

describe('a venue is refused', () => {
  it.each<[string, Partial<InstrumentSpec>]>([
    ['tick', { tickSize: '0.5' }],
    ['lot', { lotSize: '0.1' }],
    ['symbol', { symbol: 'LTC/USDT' }],
  ])('that lists another %s than when the session began', async (_, changes) => {
    const specs = await changed(changes);
    await expect(open({ specs })).rejects.toThrow(/is listed in other steps than when the session began/);
  });

  it('for symbols that are priced in two currencies', async () => {
    const symbols = ['BTC/USDT', 'BTC/USDC'];
    await expect(open({ symbols })).rejects.toThrow(/priced in USDT, USDC: one ledger has one currency/);
  });

  it('for a symbol that it does not list', async () => {
    await expect(open({ symbols: ['NOPE/USDT'] })).rejects.toThrow(/does not list NOPE\/USDT/);
  });

  it('whose account holds none of the currency', async () => {
    const failed = open({ symbols: ['BTC/USDC'], live: true });
    await expect(failed).rejects.toThrow('the account at binance holds no USDC');
  });

  it.each(['apiKey', 'secret'] as const)('with another %s, in one line that names neither', async (which) => {
    const wrong = 'w'.repeat(64);
    const keys = { ...exchange.keys, [which]: wrong };
    const why = await open({ live: true }, { keys }).catch(String);
    expect(why).toMatch(/binance: .* cannot be had/);
    for (const secret of [wrong, exchange.keys.apiKey, exchange.keys.secret]) expect(why).not.toContain(secret);
    expect(why).not.toMatch(/\n/);
  });

  it('to go on in another account than the one that was traded: its exits would sell what is not ours', async () => {
    const { feed, trading } = await open({ live: true });
    feed.stop();
    trading?.venue.close();
    const account = trading!.account;
    const goesOn = (change: Partial<typeof account>, options: Wanted = {}) =>
      open({ live: true, left: { name: 'before', account: { ...account, ...change } } }, options);
    await expect(goesOn({}, { keys: exchange.allKeys.accounts[1]! })).rejects.toThrow(
      /before traded with another API key/,
    );
    await expect(goesOn({ url: undefined })).rejects.toThrow(/before traded at the venue itself: leave out --url/);
    await expect(goesOn({ url: 'ws://elsewhere' })).rejects.toThrow(/before traded at --url ws:\/\/elsewhere/);
    await expect(open({ live: true, left: { name: 'before' } })).rejects.toThrow(/does not say which account/);
    const same = await goesOn({});
    same.feed.stop();
    same.trading?.venue.close();
  });

  it('that nobody answers for', async () => {
    const job = { name: 'binance', url: 'ws://127.0.0.1:9/spot', live: false, keys: undefined };
    const clock = systemClock();
    const plan = { symbols: SYMBOLS, specs: undefined, left: undefined, live: false, sinceUs: clock.nowUs() };
    await expect(openVenue(job, plan, clock)).rejects.toThrow(/does not answer/);
  });

  it.each([
    ['binance', true],
    ['binanceusdm', true],
    ['binancecoinm', false],
    ['kraken', false],
  ])('for live trading unless it is built: %s %s', (name, built) => {
    expect(isLiveVenue(name)).toBe(built);
  });
});
