/**
 * What a live host finds at its start that does not fit: orders, positions, trades and money that it knows nothing of, and
 * what was filled while nobody was there. Real account, real connection; entries are blocked until it is gone or accepted.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Reconciler } from '../../../src/brokers/reconciler.ts';
import { startExchange, type TestExchange } from '../../fixtures/exchange.ts';
import { ask } from '../../fixtures/exchange-requests.ts';
import { BUSY, furnish, LiveRig, liveOf } from '../../fixtures/live-rig.ts';
import { inScratch } from '../../fixtures/scratch.ts';
import { lifeOf, tradedLots } from './evidence.ts';

const SYMBOLS = ['BTC/USDT', 'ETH/USDT'];
const ORDER_PATH = '/api/v3/order';
const ORDER = `POST ${ORDER_PATH}`;
const BLOCKED_WITHIN_MS = 15_000;
/** While something differs the venue is asked every five seconds. */
const FREE_WITHIN_MS = 20_000;
/** The market must not run away from an order that the venue looks at for most of a second. */
const REACH_PPM = 3_000;

/** Where a case takes place. */
export interface Stage {
  readonly exchange: TestExchange;
  readonly dataDir: string;
  life(continues?: string): Promise<LiveRig>;
}

export interface StartCase {
  readonly name: string;
  readonly balances?: Readonly<Record<string, string>>;
  /** What is there before the life that is looked at; that goes on from the session, if one is named. */
  before(stage: Stage): Promise<{ readonly goesOnFrom?: string }>;
  /** The line that the operator must see; undefined for what clears itself up unseen. */
  readonly line: RegExp | undefined;
  /** What frees it; nothing where it goes by itself. */
  frees?(stage: Stage, rig: LiveRig): Promise<void>;
  /** What must be so in the end; a text says what is not. */
  after?(stage: Stage, rig: LiveRig): Promise<string | undefined>;
}

async function accept(_: Stage, rig: LiveRig): Promise<void> {
  const { live } = await rig.until(({ digest }) => digest !== 0);
  await rig.command({ kind: 'accept-account', digest: live?.digest ?? 0 });
}

/** A first life, in which nothing happens. */
async function quietLife(stage: Stage): Promise<string> {
  const rig = await stage.life();
  const { session } = await rig.until(({ comparison }) => comparison === 'agreed');
  await rig.stop();
  return session;
}

const farBelow = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: 0.01 } as const;

async function openOrders(exchange: TestExchange): Promise<number> {
  const { body } = await ask(exchange, 'GET', '/api/v3/openOrders');
  return body.length;
}

/** Nobody sells at a tenth below what is bid. */
const farPrice = ({ exchange }: Stage): number => Math.round(Number(exchange.best('spot', 'BTCUSDT').bid) * 0.9);

/** An order of somebody else, which nobody meets. */
async function byHand(stage: Stage, newClientOrderId: string): Promise<Record<string, never>> {
  await ask(stage.exchange, 'POST', ORDER_PATH, { ...farBelow, newClientOrderId, price: farPrice(stage) });
  return {};
}

export const START_CASES: readonly StartCase[] = [
  {
    name: 'an order of somebody else, accepted',
    before: (stage) => byHand(stage, 'by-hand-1'),
    line: /an order is open that is not ours by-hand-1/,
    frees: accept,
    async after({ exchange }) {
      return (await openOrders(exchange)) === 1 ? undefined : 'the order was not left alone';
    },
  },
  {
    name: 'an order of somebody else, cancelled at the venue',
    before: (stage) => byHand(stage, 'by-hand-2'),
    line: /an order is open that is not ours by-hand-2/,
    async frees({ exchange }) {
      await ask(exchange, 'DELETE', ORDER_PATH, { symbol: 'BTCUSDT', origClientOrderId: 'by-hand-2' });
    },
  },
  {
    name: 'coins that were there before, accepted, and not asked for again',
    balances: { USDT: '50000', BTC: '5' },
    before: async () => ({}),
    line: /BTCUSDT: a position that is not known here: here 0(?:\.0+)?, venue 5\.0+/,
    frees: accept,
    async after(stage, rig) {
      const { session } = rig.view;
      await rig.stop();
      const next = await stage.life(session);
      const { live } = await next.until(({ comparison }) => comparison !== 'pending', BLOCKED_WITHIN_MS);
      await next.stop();
      return live?.comparison === 'agreed' ? undefined : 'what was accepted is asked for again';
    },
  },
  {
    name: 'an order under our name that no journal has',
    async before(stage) {
      const session = await quietLife(stage);
      const named = { newClientOrderId: `${session}-7777`, price: farPrice(stage) };
      await ask(stage.exchange, 'POST', ORDER_PATH, { ...farBelow, ...named });
      return { goesOnFrom: session };
    },
    line: undefined,
    async after({ exchange }) {
      return (await openOrders(exchange)) === 0 ? undefined : 'it is still at work';
    },
  },
  {
    name: 'a trade of somebody else while nobody was there, accepted',
    async before(stage) {
      const session = await quietLife(stage);
      const order = { symbol: 'ETHUSDT', side: 'BUY', type: 'MARKET', quantity: 1 };
      await ask(stage.exchange, 'POST', ORDER_PATH, order);
      return { goesOnFrom: session };
    },
    line: /something traded in this account that was not ours/,
    frees: accept,
  },
  {
    name: 'money that was taken away, accepted',
    async before(stage) {
      const session = await quietLife(stage);
      stage.exchange.act({ act: 'transfer', market: 'spot', account: 'main', asset: 'USDT', amount: '-5000' });
      return { goesOnFrom: session };
    },
    line: /there is less money than the ledger says.*here 50000, venue 45000/,
    frees: accept,
  },
  {
    name: 'an order that was filled while nobody was there',
    async before(stage) {
      const session = await diesWhileSending(stage);
      return { goesOnFrom: session };
    },
    line: undefined,
    async after({ exchange, dataDir }, rig) {
      const { session } = rig.view;
      await rig.stop();
      const { lots, instruments } = lifeOf(dataDir, session);
      const traded = tradedLots(exchange, instruments);
      if (traded.trades === 0) return 'nothing was filled';
      return lots.join() === traded.lots.join() ? undefined : `holds ${lots.join()}, traded ${traded.lots.join()}`;
    },
  },
];

/** A life that ends while the venue still looks at its order. */
async function diesWhileSending(stage: Stage): Promise<string> {
  const { exchange } = stage;
  const rig = await stage.life();
  await rig.arm();
  const { plan } = exchange.exchange;
  exchange.setFaults(`latency,path=${ORDER},ms=700,when=before`);
  const strike = plan.strike.bind(plan);
  const came = new Promise<void>((resolve) => {
    plan.strike = (kind, target, suits) => {
      if (target === ORDER) resolve();
      return strike(kind, target, suits);
    };
  });
  await rig.command({ kind: 'set-control', mode: 'auto' });
  await came;
  const { session } = rig.view;
  await rig.stop();
  while (exchange.count(ORDER) === 0) await pause(20);
  exchange.setFaults();
  return session;
}

export interface StartFigures {
  readonly cases: number;
  /** Longest until it was blocked, and from what frees it until it was free. */
  readonly worstBlockedMs: number;
  readonly worstFreeMs: number;
  readonly faults: readonly string[];
}

/** Each of `cases` on an account of its own, at once. With `blind` the host does not mind differences. */
export async function startsWithDifferences(
  cases: readonly StartCase[],
  seed: number,
  blind = false,
): Promise<StartFigures> {
  const kept = Object.getOwnPropertyDescriptor(Reconciler.prototype, 'blocker')!;
  if (blind) Object.defineProperty(Reconciler.prototype, 'blocker', { configurable: true, get: () => undefined });
  const faults: string[] = [];
  const times = { blocked: 0, free: 0 };
  try {
    await Promise.all(
      cases.map(async (each) => {
        const fault = await inScratch((scratch) => onStage(each, `${scratch}/d`, seed, times)).catch(String);
        if (fault !== undefined) faults.push(`${each.name}: ${fault}`);
      }),
    );
  } finally {
    Object.defineProperty(Reconciler.prototype, 'blocker', kept);
  }
  const { blocked: worstBlockedMs, free: worstFreeMs } = times;
  return { cases: cases.length, worstBlockedMs, worstFreeMs, faults };
}

async function onStage(
  each: StartCase,
  dataDir: string,
  seed: number,
  times: { blocked: number; free: number },
): Promise<string | undefined> {
  const { balances = { USDT: '50000' } } = each;
  const exchange = await startExchange({
    market: 'spot',
    symbols: SYMBOLS,
    seed,
    balances: { spot: balances, usdm: {} },
  });
  const rigs: LiveRig[] = [];
  const stage: Stage = {
    exchange,
    dataDir,
    async life(continues) {
      const rig = await LiveRig.start({ dataDir, url: exchange.ws('spot'), symbols: SYMBOLS, continues });
      rigs.push(rig);
      await rig.until(() => true);
      return rig;
    },
  };
  try {
    furnish(dataDir, exchange.keys, { ...BUSY, execution: { ...BUSY.execution, entryReachPpm: REACH_PPM } });
    return await play(each, stage, times);
  } finally {
    await Promise.all(rigs.map((rig) => rig.stop()));
    await exchange.stop();
  }
}

async function play(
  each: StartCase,
  stage: Stage,
  times: { blocked: number; free: number },
): Promise<string | undefined> {
  const { goesOnFrom } = await each.before(stage);
  let startMs = performance.now();
  const rig = await stage.life(goesOnFrom);
  const { line } = each;
  if (line !== undefined) {
    await rig.until(({ mismatches }) => mismatches.some((each) => line.test(each.line)), BLOCKED_WITHIN_MS);
    await rig.until(({ blockers }) => blockers.includes('mismatch'), 2_000);
    times.blocked = Math.max(times.blocked, performance.now() - startMs);
    const refused = await rig.command({ kind: 'arm', code: rig.live.code ?? 0 });
    if (refused !== 'not-ready') return `armed while it differs: ${refused}`;
  }
  startMs = performance.now();
  await each.frees?.(stage, rig);
  await rig.arm(FREE_WITHIN_MS);
  if (liveOf(rig.view).comparison !== 'agreed') return 'armed and not agreed';
  times.free = Math.max(times.free, performance.now() - startMs);
  return await each.after?.(stage, rig);
}
