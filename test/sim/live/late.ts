/**
 * A kill while an order is on its way: the exchange accepts it only afterwards, or its answer comes only then. What rests
 * there must be cancelled within a second, by the exchange's own record of when it accepted and when it cancelled.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { nextBelow, seedPrng } from '../../../engine/kernel/prng.ts';
import { OrderDesk } from '../../../src/brokers/order-desk.ts';
import { startExchange, type TestExchange } from '../../fixtures/exchange.ts';
import { BUSY, furnish, LiveRig } from '../../fixtures/live-rig.ts';
import { inScratch } from '../../fixtures/scratch.ts';
import { look } from './exchange-side.ts';

export interface LateFigures {
  kills: number;
  /** Entries that the exchange accepted after the kill, and those whose answer alone came after it. */
  acceptedLate: number;
  answeredLate: number;
  /** Entries that were cancelled, and those that the market had filled before. */
  cancelled: number;
  filled: number;
  /** From acceptance, or from the kill where that came later, to the cancel. */
  worstToCancelMs: number;
  /** Each names its seed; must be empty. */
  readonly faults: string[];
}

const SYMBOLS = ['BTC', 'ETH', 'SOL', 'LTC'].map((coin) => `${coin}/USDT`);
const VENUE_SYMBOLS = SYMBOLS.map((symbol) => symbol.replace('/', ''));
const ORDER = 'POST /api/v3/order';
const PER_ACCOUNT = 10;
const CANCEL_WITHIN_MS = 1_000;
/** Longest that an order is on its way; then it has been late for long. */
const LONGEST_MS = 2_500;

interface VenueOrderRow {
  readonly clientOrderId: string;
  readonly side: string;
  readonly status: string;
  readonly time: number;
  readonly updateTime: number;
}

/** `count` kills, one for each seed from `seed` on. With `forgets` nobody cancels what comes to work late. */
export async function lateAccepts(count: number, seed: number, forgets = false): Promise<LateFigures> {
  const figures: LateFigures = {
    ...{ kills: 0, acceptedLate: 0, answeredLate: 0, cancelled: 0, filled: 0, worstToCancelMs: 0 },
    faults: [],
  };
  const { cancel } = forgetting(forgets);
  try {
    for (let done = 0; done < count; done += PER_ACCOUNT) {
      const rounds = Math.min(PER_ACCOUNT, count - done);
      await inScratch((scratch) => oneAccount(`${scratch}/d`, seed + done, rounds, figures));
    }
  } finally {
    OrderDesk.prototype.take = cancel;
  }
  return figures;
}

/** The fault to be noticed: a cancel that is asked for is not sent. @returns what was there before. */
function forgetting(forgets: boolean) {
  const { take } = OrderDesk.prototype;
  if (forgets)
    OrderDesk.prototype.take = function (this: OrderDesk, event) {
      if (event.event !== 'request-cancel') take.call(this, event);
    };
  return { cancel: take };
}

async function oneAccount(dataDir: string, seed: number, rounds: number, figures: LateFigures): Promise<void> {
  const exchange = await startExchange({
    market: 'spot',
    symbols: SYMBOLS,
    seed,
    rate: 200,
    balances: { spot: { USDT: '100000' }, usdm: {} },
  });
  let rig: LiveRig | undefined;
  try {
    // An entry that reaches no farther than the touch often rests there.
    const execution = { ...BUSY.execution, entryReachPpm: 0, entryTimeoutUs: 60_000_000 };
    furnish(dataDir, exchange.keys, { ...BUSY, execution });
    rig = await LiveRig.start({ dataDir, url: exchange.ws('spot'), symbols: SYMBOLS, barMs: 250 });
    await rig.until(() => true);
    await rig.arm(30_000);
    for (let round = 0; round < rounds; round++) {
      const fault = await oneKill(exchange, rig, seed + round, figures).catch(String);
      if (fault === undefined) continue;
      figures.faults.push(`seed ${seed + round}: ${fault}`);
      break;
    }
  } finally {
    await rig?.stop();
    await exchange.stop();
  }
}

async function oneKill(exchange: TestExchange, rig: LiveRig, seed: number, figures: LateFigures) {
  const random = new Int32Array(4);
  seedPrng(random, seed);
  const when = nextBelow(random, 2) === 0 ? 'before' : 'after';
  const ms = 50 + nextBelow(random, LONGEST_MS);
  exchange.setFaults(`latency,path=${ORDER},ms=${ms},when=${when}`);
  const came = entryComes(exchange);
  await rig.command({ kind: 'set-control', mode: 'auto' });
  await came;
  await pause(nextBelow(random, ms));
  const killMs = Date.now();
  await rig.command({ kind: 'kill' });
  figures.kills++;
  await rig.until((_, { orders }) => orders.every(({ reduceOnly }) => reduceOnly), LONGEST_MS + 10_000);
  // What has been accepted by now and is not over yet would never be.
  const rows = entriesSince(exchange, killMs - LONGEST_MS - 1_000);
  exchange.setFaults();
  for (const row of rows) {
    const fault = judge(row, killMs, when, figures);
    if (fault !== undefined) return fault;
  }
  return goOn(rig);
}

/** Flat again, and free to trade. */
async function goOn(rig: LiveRig): Promise<string | undefined> {
  await rig.command({ kind: 'set-control', mode: 'manual' });
  await rig.until((_, { kill }) => kill === 'none-open', 10_000);
  await rig.command({ kind: 'flatten' });
  await rig.until((_, { kill }) => kill === 'flat', 15_000);
  const refused = await rig.command({ kind: 'resume' });
  if (refused !== undefined) return `no resume: ${refused}`;
  await rig.until(({ blockers, armed }) => armed || blockers.join() === 'disarmed', 15_000);
  if (!rig.live.armed) await rig.arm();
  return undefined;
}

/** Resolves when an entry arrives at the exchange. */
function entryComes({ exchange }: TestExchange): Promise<void> {
  const { plan } = exchange;
  const strike = plan.strike.bind(plan);
  return new Promise((resolve) => {
    plan.strike = (kind, target, suits) => {
      if (target === ORDER) {
        plan.strike = strike;
        resolve();
      }
      return strike(kind, target, suits);
    };
  });
}

function entriesSince(exchange: TestExchange, sinceMs: number): readonly VenueOrderRow[] {
  const found: VenueOrderRow[] = [];
  for (const symbol of VENUE_SYMBOLS) {
    const rows = look<readonly VenueOrderRow[]>(exchange, 'spot', '/api/v3/allOrders', { symbol, limit: 1000 });
    found.push(...rows.filter(({ side, time }) => side === 'BUY' && time >= sinceMs));
  }
  return found;
}

function judge(row: VenueOrderRow, killMs: number, when: string, figures: LateFigures): string | undefined {
  const { clientOrderId, status, time, updateTime } = row;
  if (updateTime < killMs) return undefined;
  if (time > killMs) figures.acceptedLate++;
  else if (when === 'after') figures.answeredLate++;
  if (status === 'FILLED') {
    figures.filled++;
    return undefined;
  }
  if (status !== 'CANCELED') return `${clientOrderId} is ${status} after the kill`;
  const tookMs = updateTime - Math.max(time, killMs);
  figures.cancelled++;
  figures.worstToCancelMs = Math.max(figures.worstToCancelMs, tookMs);
  return tookMs > CANCEL_WITHIN_MS ? `${clientOrderId} was cancelled ${tookMs} ms after it came to work` : undefined;
}
