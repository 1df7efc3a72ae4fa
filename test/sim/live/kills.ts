/**
 * Live hosts shot with signal 9 around a send, and started again on what they left. Held against each other afterwards:
 * what the exchange was asked for, what the journals of all lives say, and what the account then has.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { nextBelow, seedPrng } from '../../../engine/kernel/prng.ts';
import { openDataDir } from '../../../src/data-dir.ts';
import type { ExchangeMarket } from '../../../src/exchange/model/port.ts';
import { newestSession } from '../../../src/host/take-up.ts';
import { startExchange, type TestExchange } from '../../fixtures/exchange.ts';
import type { ChildJob } from '../../fixtures/live-child.ts';
import type { LivePlant } from '../../fixtures/live-plants.ts';
import { BUSY, furnish } from '../../fixtures/live-rig.ts';
import { inScratch } from '../../fixtures/scratch.ts';
import { Child } from './child.ts';
import { isThere, type LifeRecord, lifeOf, orderRequests, ownedLots, venueLots } from './evidence.ts';
import { fromItsOwnAddress } from './exchange-side.ts';

export interface LiveKillFigures {
  kills: number;
  /** Shot while an order was on its way, while trading, and while starting. */
  atSend: number;
  whileTrading: number;
  whileStarting: number;
  sent: number;
  /** Of them, exits that took the place of a stop. */
  replacements: number;
  /** Intents in journals that the venue never saw: shot between the disk and the line. */
  neverSent: number;
  /** Orders of which nothing final was known when the process was shot. */
  takenOver: number;
  fills: number;
  agreements: number;
  /** Each names its seed; must be empty. */
  readonly faults: string[];
}

export interface KillOptions {
  readonly plant?: LivePlant | undefined;
  /** Spot unless told. */
  readonly market?: ExchangeMarket;
  /** Lives on one account. */
  readonly lives?: number;
  /** Whether a last life comes to agree with the venue; yes unless told. */
  readonly settles?: boolean;
}

const COINS = ['BTC', 'ETH', 'SOL', 'LTC'];
/** Requests that bring an order to the exchange, by market. */
const SENDS: Readonly<Record<ExchangeMarket, readonly string[]>> = {
  spot: ['POST /api/v3/order', 'POST /api/v3/order/cancelReplace'],
  usdm: ['POST /fapi/v1/order', 'POST /fapi/v1/algoOrder'],
};
const LIVES = 10;
/** Two processors, two victims. */
const AT_ONCE = 2;
/** The exchange hears a shot process out: requests in its sockets, and answers that it delays. */
const DRAIN_MS = 120;

/** `count` processes shot, an account and its data directory for every ten of them. */
export async function liveKills(count: number, seed: number, options: KillOptions = {}): Promise<LiveKillFigures> {
  const figures: LiveKillFigures = {
    ...{ kills: 0, atSend: 0, whileTrading: 0, whileStarting: 0, sent: 0, replacements: 0, neverSent: 0 },
    ...{ takenOver: 0, fills: 0, agreements: 0 },
    faults: [],
  };
  const { lives = LIVES } = options;
  for (let done = 0; done < count; done += AT_ONCE * lives) {
    const accounts = Array.from({ length: AT_ONCE }, (_, i) => done + i * lives).filter((first) => first < count);
    await Promise.all(
      accounts.map((first) =>
        inScratch((scratch) =>
          oneAccount(`${scratch}/d`, seed + first, Math.min(lives, count - first), options, figures),
        ),
      ),
    );
  }
  return figures;
}

/** What is known of an account's lives so far. */
interface Account {
  readonly dataDir: string;
  readonly exchange: TestExchange;
  readonly random: Int32Array;
  readonly options: KillOptions;
  readonly market: ExchangeMarket;
  readonly symbols: readonly string[];
  /** Called when an order arrives at the exchange. */
  onOrder: () => void;
  /** How often each name came. */
  readonly sent: Map<string, number>;
  readonly intents: Set<string>;
}

async function oneAccount(
  dataDir: string,
  seed: number,
  lives: number,
  options: KillOptions,
  figures: LiveKillFigures,
): Promise<void> {
  const { market = 'spot' } = options;
  const symbols = COINS.map((coin) => (market === 'spot' ? `${coin}/USDT` : `${coin}/USDT:USDT`));
  const exchange = await startExchange({
    market,
    symbols,
    seed,
    rate: 250,
    balances: { spot: { USDT: '100000' }, usdm: { USDT: '100000' } },
    limits: { weightPerMinute: 1_000_000, ordersPer10s: 100_000, ordersPerMinute: 100_000 },
  });
  const random = new Int32Array(4);
  seedPrng(random, seed);
  const account: Account = {
    ...{ dataDir, exchange, random, options, market, symbols, onOrder: () => {} },
    ...{ sent: new Map<string, number>(), intents: new Set<string>() },
  };
  listen(account);
  const told = (what: string): void => void figures.faults.push(`seed ${seed}: ${what}`);
  try {
    furnish(dataDir, exchange.keys, BUSY);
    exchange.setFaults(
      ...SENDS[market].flatMap((path) =>
        ['before', 'after'].map((when) => `latency,path=${path},ms=6,jitter=6,when=${when}`),
      ),
    );
    let before: LifeRecord | undefined;
    let life = 0;
    fromItsOwnAddress(exchange, market, () => life);
    for (; life < lives; life++) before = await oneLife(account, life, before, figures, told);
    if (options.settles !== false) await settle(account, before, figures, told);
  } finally {
    await exchange.stop();
  }
}

/** The first thing that becomes of a request is that its latency is drawn. */
function listen(account: Account): void {
  const { plan } = account.exchange.exchange;
  const strike = plan.strike.bind(plan);
  plan.strike = (kind, target, suits) => {
    if (kind === 'latency' && SENDS[account.market].includes(target)) account.onOrder();
    return strike(kind, target, suits);
  };
}

async function oneLife(
  account: Account,
  life: number,
  before: LifeRecord | undefined,
  figures: LiveKillFigures,
  told: (what: string) => void,
): Promise<LifeRecord | undefined> {
  const { random, dataDir } = account;
  const sinceMs = Date.now();
  const child = new Child(jobOf(account, 'trade', before));
  const draw = nextBelow(random, 100);
  const how = life === 0 || draw < 60 ? 'atSend' : draw < 85 ? 'whileTrading' : 'whileStarting';
  if (how === 'whileStarting') await pause(200 + nextBelow(random, 1_000));
  else {
    const why = await child.says('trading');
    if (why !== undefined) told(why);
    else if (how === 'atSend') await nthOrder(account, 1 + nextBelow(random, 3));
    await pause(nextBelow(random, how === 'atSend' ? 14 : 2_000));
  }
  await child.shoot();
  figures.kills++;
  figures[how]++;
  await pause(DRAIN_MS);
  const record = isThere(dataDir) ? lifeOf(dataDir, newestSession(openDataDir(dataDir))) : undefined;
  judge(account, sinceMs, before, record, child.heard('trading') !== undefined, figures, told);
  return record ?? before;
}

/** Resolves when the n-th order from now arrives; or after a while in which policy found nothing to trade. */
async function nthOrder(account: Account, n: number): Promise<void> {
  let left = n;
  await Promise.race([
    new Promise<void>((resolve) => {
      account.onOrder = () => {
        if (--left === 0) resolve();
      };
    }),
    pause(6_000, undefined, { ref: false }),
  ]);
  account.onOrder = () => {};
}

/** Everything that came since the life began is in its journal, once, and what was left over was asked for. */
function judge(
  account: Account,
  sinceMs: number,
  before: LifeRecord | undefined,
  record: LifeRecord | undefined,
  traded: boolean,
  figures: LiveKillFigures,
  told: (what: string) => void,
): void {
  const { posts, asked, replacements } = orderRequests(account.exchange, account.market, sinceMs);
  figures.replacements += replacements;
  const mine = record?.name === before?.name ? undefined : record;
  for (const name of posts) {
    const times = (account.sent.get(name) ?? 0) + 1;
    account.sent.set(name, times);
    figures.sent++;
    if (times > 1) told(`order ${name} was sent ${times} times`);
    else if (mine === undefined || !mine.intents.has(name))
      told(`order ${name} was sent, and its life's journal has no intent`);
  }
  for (const name of mine?.intents ?? []) {
    account.intents.add(name);
    if (!account.sent.has(name)) figures.neverSent++;
  }
  if (mine?.mismatch !== undefined) told(`${mine.name}: ${mine.mismatch}`);
  figures.takenOver += record?.open.length ?? 0;
  if (!traded) return;
  for (const name of before?.open ?? []) if (!asked.has(name)) told(`order ${name} was left open and not asked for`);
}

/** A last life comes to agree with the venue, and has what the venue's trades come to. */
async function settle(
  account: Account,
  before: LifeRecord | undefined,
  figures: LiveKillFigures,
  told: (what: string) => void,
): Promise<void> {
  const sinceMs = Date.now();
  const child = new Child(jobOf(account, 'settle', before));
  const why = await child.says('settled');
  await child.ended();
  if (why !== undefined) {
    told(why);
    return;
  }
  figures.agreements++;
  const { dataDir, exchange, market } = account;
  const record = lifeOf(dataDir, newestSession(openDataDir(dataDir)));
  judge(account, sinceMs, before, record, true, figures, told);
  const traded = venueLots(exchange, market, record.instruments);
  const owned = market === 'spot' ? ownedLots(exchange, record.instruments) : traded.lots;
  figures.fills += traded.trades;
  for (const [i, { symbol }] of record.instruments.entries()) {
    const [here, there] = [record.lots[i]!, traded.lots[i]!];
    if (here !== there) told(`${symbol}: ${here} lots here, the venue has ${there}`);
    if (market === 'spot' && owned[i]! < here) told(`${symbol}: ${here} lots here, the account owns ${owned[i]}`);
  }
}

function jobOf(
  { dataDir, exchange, options, market, symbols }: Account,
  what: ChildJob['what'],
  before: LifeRecord | undefined,
): ChildJob {
  const venue = market === 'spot' ? 'binance' : 'binanceusdm';
  const place = { dataDir, url: exchange.ws(market), venue, symbols, barMs: 250 } as const;
  return { what, goesOn: before !== undefined, ...place, slowDiskMs: 10, plant: options.plant };
}
