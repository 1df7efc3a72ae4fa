/**
 * An engine that is stopped dead while it has an entry at work and a position with its stop at the venue: the venue's own
 * countdown cancels the entry, the stop stays, closes the position when its price comes, and the next life finds that.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { openDataDir } from '../../../src/data-dir.ts';
import { newestSession } from '../../../src/host/take-up.ts';
import { startExchange, type TestExchange } from '../../fixtures/exchange.ts';
import type { ChildJob } from '../../fixtures/live-child.ts';
import type { LivePlant } from '../../fixtures/live-plants.ts';
import { BUSY, furnish } from '../../fixtures/live-rig.ts';
import { inScratch } from '../../fixtures/scratch.ts';
import { Child } from './child.ts';
import { lifeOf, venueLots } from './evidence.ts';
import { freeze, fromItsOwnAddress, look } from './exchange-side.ts';

export interface DeadOptions {
  /** How the engine ends: frozen, to go on later, or shot. */
  readonly by: 'SIGSTOP' | 'SIGKILL';
  /** The policy's figure; 30 s unless told. */
  readonly countdownS?: number;
  readonly plant?: LivePlant;
  /** Whether the next life is looked at; yes unless told. */
  readonly goesOn?: boolean;
}

export interface DeadFigures {
  /** From the end of the engine until the venue had no entry of it. */
  entriesGoneMs: number;
  /** Stops and targets that waited at the venue then, and when the countdown was long over. */
  stopsBefore: number;
  stopsAfter: number;
  /** From the price of the stop until the position was closed; nobody but the venue was there. */
  closedMs: number;
}

const SYMBOLS = ['BTC', 'ETH', 'SOL', 'LTC', 'BNB', 'XRP', 'ADA', 'LINK'].map((coin) => `${coin}/USDT:USDT`);
/** The venue looks at its countdowns about once a second. */
const GRACE_MS = 2_000;
/** The exchange hears out what was on its way. */
const DRAIN_MS = 150;

interface Waiting {
  readonly symbol: string;
  readonly clientAlgoId: string;
  readonly orderType: string;
  readonly side: 'BUY' | 'SELL';
  readonly triggerPrice: string;
}

type Place = Omit<ChildJob, 'what' | 'goesOn'>;

interface HeldRow {
  readonly positionAmt: string;
}

interface AtWork {
  readonly symbol: string;
  readonly reduceOnly: boolean;
}

/** Throws what does not hold. */
export function deadEngine(seed: number, options: DeadOptions): Promise<DeadFigures> {
  return inScratch((scratch) => onStage(`${scratch}/d`, seed, options));
}

async function onStage(dataDir: string, seed: number, options: DeadOptions): Promise<DeadFigures> {
  const { by, countdownS = 30, plant, goesOn = true } = options;
  // A countdown of seconds is told again and again, which costs weight.
  const limits = { weightPerMinute: 100_000 };
  const exchange = await startExchange({ market: 'usdm', symbols: SYMBOLS, seed, rate: 120, limits });
  // Entries that rest at the touch, and positions that are kept for a while.
  const execution = { ...BUSY.execution, entryReachPpm: 0, entryTimeoutUs: 600_000_000, maxHoldingBars: 40 };
  const patient = { ...execution, minStopPpm: 20_000, targetR: 5 };
  furnish(dataDir, exchange.keys, { ...BUSY, execution: patient, live: { deadManUs: countdownS * 1_000_000 } });
  let life = 1;
  fromItsOwnAddress(exchange, 'usdm', () => life);
  const job = { dataDir, url: exchange.ws('usdm'), venue: 'binanceusdm', symbols: SYMBOLS, barMs: 250 } as const;
  const child = new Child({ ...job, what: 'trade', goesOn: false, plant });
  try {
    const why = await child.says('trading');
    if (why !== undefined) throw new Error(why);
    await bothAtWork(exchange);
    // What happens to the entry now is the venue's doing alone.
    const thaw = freeze(exchange, 'usdm');
    if (by === 'SIGSTOP') child.signal('SIGSTOP');
    else await child.shoot();
    await pause(DRAIN_MS);
    const figures = await whileDead(exchange, countdownS * 1_000);
    thaw();
    const closedMs = await reachStop(exchange);
    if (by === 'SIGSTOP') child.signal('SIGCONT');
    life++;
    if (goesOn) await findsItself(exchange, child, job, by);
    return { ...figures, closedMs };
  } finally {
    await child.shoot();
    await exchange.stop();
  }
}

const entries = (exchange: TestExchange): readonly AtWork[] =>
  look<readonly AtWork[]>(exchange, 'usdm', '/fapi/v1/openOrders').filter(({ reduceOnly }) => !reduceOnly);

const stops = (exchange: TestExchange): readonly Waiting[] => look(exchange, 'usdm', '/fapi/v1/openAlgoOrders');

/** An entry works in one instrument while a position in another has its stop. */
async function bothAtWork(exchange: TestExchange): Promise<void> {
  for (const give = AbortSignal.timeout(60_000); !give.aborted; ) {
    const working = entries(exchange);
    const waiting = stops(exchange);
    if (working.length > 0 && waiting.some(({ orderType }) => orderType === 'STOP_MARKET')) return;
    await pause(5);
  }
  throw new Error('there was never an entry beside a stop');
}

async function whileDead(exchange: TestExchange, countdownMs: number): Promise<Omit<DeadFigures, 'closedMs'>> {
  const startMs = performance.now();
  const stopsBefore = stops(exchange).length;
  while (entries(exchange).length > 0) {
    if (performance.now() - startMs > countdownMs + GRACE_MS) throw new Error('the entries are still at work');
    await pause(50);
  }
  const entriesGoneMs = performance.now() - startMs;
  await pause(Math.max(0, countdownMs + GRACE_MS - entriesGoneMs));
  const stopsAfter = stops(exchange).length;
  if (stopsAfter !== stopsBefore)
    throw new Error(`${stopsBefore} stops and targets waited at the venue, now ${stopsAfter}`);
  return { entriesGoneMs, stopsBefore, stopsAfter };
}

/** The price of a stop comes. */
async function reachStop(exchange: TestExchange): Promise<number> {
  const stop = stops(exchange).find(({ orderType }) => orderType === 'STOP_MARKET');
  if (stop === undefined) throw new Error('no stop waits at the venue');
  const { symbol, side, triggerPrice: price } = stop;
  const startMs = performance.now();
  while (performance.now() - startMs < 10_000) {
    // The market goes on by itself, and would only touch it: it is traded at until the venue has acted.
    exchange.act({ act: 'trade', market: 'usdm', symbol, side, price, quantity: '0.1' });
    const rows = look<readonly HeldRow[]>(exchange, 'usdm', '/fapi/v3/positionRisk', { symbol });
    if (rows.every(({ positionAmt }) => Number(positionAmt) === 0)) return performance.now() - startMs;
    await pause(50);
  }
  throw new Error(`the stop of ${symbol} at ${price} did not close its position`);
}

/** The one that was frozen, or the next life: both books are the same, and nothing was sent in between. */
async function findsItself(exchange: TestExchange, frozen: Child, job: Place, by: DeadOptions['by']): Promise<void> {
  const { dataDir } = job;
  if (by === 'SIGSTOP') {
    for (let n = 0; (await frozen.look())?.comparison !== 'agreed'; n++) {
      if (n > 100) throw new Error('the engine that went on does not come to agree');
      await pause(200);
    }
    await frozen.shoot();
  }
  // An entry that rests must not be filled between the last look of the one side and the look at the other.
  freeze(exchange, 'usdm');
  const next = new Child({ ...job, what: 'settle', goesOn: true });
  const why = await next.says('settled');
  await next.ended();
  if (why !== undefined) throw new Error(why);
  const { lots, instruments, mismatch } = lifeOf(dataDir, newestSession(openDataDir(dataDir)));
  if (mismatch !== undefined) throw new Error(mismatch);
  const there = venueLots(exchange, 'usdm', instruments);
  if (lots.join() !== there.lots.join()) throw new Error(`holds ${lots.join()}, the venue has ${there.lots.join()}`);
}
