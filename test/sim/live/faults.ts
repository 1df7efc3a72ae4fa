/**
 * A live host that trades while the exchange misbehaves: no entry leaves while something stands between the two, it goes
 * on by itself when that is over, and in the end both books are the same.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { VenueBlocker } from '../../../engine/domain/index.ts';
import { BinanceTrading } from '../../../src/brokers/binance/trading.ts';
import type { ExchangeMarket } from '../../../src/exchange/model/port.ts';
import { startExchange, type TestExchange } from '../../fixtures/exchange.ts';
import { BUSY, furnish, LiveRig } from '../../fixtures/live-rig.ts';
import { inScratch } from '../../fixtures/scratch.ts';
import { lifeOf, venueLots } from './evidence.ts';

export interface FaultCase {
  readonly name: string;
  readonly market: ExchangeMarket;
  readonly faults: readonly string[];
  readonly blocker: VenueBlocker;
  readonly blockedWithinMs: number;
  /** How long the fault goes on once it is noticed; then it is taken back. */
  readonly lastsMs: number;
  readonly freeWithinMs: number;
  /** What is taken back is as much of a change as what came. */
  readonly blocksAgain?: boolean;
}

const common = { market: 'spot', lastsMs: 1_500, freeWithinMs: 20_000 } as const;
const clock = (ms: number): FaultCase => ({
  ...common,
  name: `the venue's clock is off by ${ms} ms`,
  faults: [`clock,ms=${ms}`],
  blocker: 'clock',
  // It is measured every ten seconds, or when a request is refused for its time.
  blockedWithinMs: 13_000,
  blocksAgain: true,
});
const silent = (market: ExchangeMarket): FaultCase => ({
  ...common,
  name: `the user stream of ${market} says nothing, and pongs come`,
  market,
  faults: ['silent-user'],
  blocker: 'user-stream',
  blockedWithinMs: 30_000,
});
const away = (market: ExchangeMarket): FaultCase => ({
  ...common,
  name: `the ${market} exchange is down for four seconds`,
  market,
  faults: ['down,for=4000'],
  blocker: 'user-stream',
  blockedWithinMs: 2_000,
  lastsMs: 4_500,
  freeWithinMs: 40_000,
});

/** What never arrived counts as absent only when the venue has denied it for 90 s. */
const SETTLED_WITHIN_MS = 130_000;

export const FAULT_CASES: readonly FaultCase[] = [
  ...[1_500, -1_500, 60_000, -60_000].map(clock),
  silent('spot'),
  silent('usdm'),
  {
    ...common,
    name: 'too many requests',
    faults: ['429,retryAfter=3'],
    blocker: 'limits',
    blockedWithinMs: 8_000,
  },
  {
    ...common,
    name: 'the address is banned',
    faults: ['418,retryAfter=3,count=1'],
    blocker: 'limits',
    blockedWithinMs: 8_000,
  },
  away('spot'),
  away('usdm'),
  {
    ...common,
    name: 'the listen key expires',
    market: 'usdm',
    faults: ['listen-key-expiry'],
    blocker: 'user-stream',
    blockedWithinMs: 2_000,
    lastsMs: 0,
  },
];

export interface FaultFigures {
  readonly cases: number;
  /** By case: until it was noticed, from its end until all was well again, and orders sent in all. */
  readonly each: Readonly<Record<string, { blockedMs: number; freeMs: number; orders: number; trades: number }>>;
  readonly faults: readonly string[];
}

/** `atOnce` of the cases at a time, each on an account of its own. */
export async function liveUnderFaults(
  cases: readonly FaultCase[],
  seed: number,
  atOnce: number,
): Promise<FaultFigures> {
  const faults: string[] = [];
  const each: Record<string, { blockedMs: number; freeMs: number; orders: number; trades: number }> = {};
  const left = [...cases];
  const worker = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      const { name } = one;
      const run = new FaultRun(one, seed);
      const found = await inScratch((scratch) => run.play(`${scratch}/d`)).catch(String);
      if (typeof found === 'string') faults.push(`${name}: ${found}`);
      else each[name] = found;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { cases: cases.length, each, faults };
}

/** Runs `act` while every venue says of itself that all is well. */
export async function whileVenuesBoast<T>(act: () => Promise<T>): Promise<T> {
  const { health } = BinanceTrading.prototype;
  BinanceTrading.prototype.health = function (this: BinanceTrading) {
    const clock = { offsetUs: 0, uncertaintyUs: 0, rawOffsetUs: 0 };
    return { ...health.call(this), userStream: true, clock, pausedUntilUs: 0 };
  };
  try {
    return await act();
  } finally {
    BinanceTrading.prototype.health = health;
  }
}

const COINS = ['BTC', 'ETH', 'SOL', 'LTC'];

class FaultRun {
  readonly #case: FaultCase;
  readonly #seed: number;

  constructor(one: FaultCase, seed: number) {
    this.#case = one;
    this.#seed = seed;
  }

  async play(dataDir: string) {
    const { market } = this.#case;
    const symbols = COINS.map((coin) => (market === 'spot' ? `${coin}/USDT` : `${coin}/USDT:USDT`));
    const money = { spot: { USDT: '100000' }, usdm: { USDT: '100000' } };
    const exchange = await startExchange({ market, symbols, seed: this.#seed, rate: 200, balances: money });
    let rig: LiveRig | undefined;
    try {
      furnish(dataDir, exchange.keys, { ...BUSY, live: { reconcileEveryUs: 5_000_000 } });
      const venue = market === 'spot' ? 'binance' : 'binanceusdm';
      rig = await LiveRig.start({ dataDir, url: exchange.ws(market), venue, symbols });
      return await this.#trade(exchange, rig, dataDir);
    } finally {
      await rig?.stop();
      await exchange.stop();
    }
  }

  async #trade(exchange: TestExchange, rig: LiveRig, dataDir: string) {
    const { faults, blocker, blockedWithinMs, lastsMs, freeWithinMs, blocksAgain = false } = this.#case;
    await rig.until(() => true);
    await rig.arm();
    await rig.command({ kind: 'set-control', mode: 'auto' });
    await this.#entries(exchange, 1);
    let startMs = performance.now();
    exchange.setFaults(...faults);
    await rig.until(({ blockers }) => blockers.includes(blocker), blockedWithinMs);
    const blockedMs = performance.now() - startMs;
    const leaked = await this.#leaks(exchange, rig, lastsMs);
    exchange.setFaults();
    if (blocksAgain) await rig.until(({ blockers }) => blockers.includes(blocker), blockedWithinMs);
    startMs = performance.now();
    await rig.until(({ blockers }) => blockers.length === 0, freeWithinMs);
    const freeMs = performance.now() - startMs;
    if (leaked > 0) throw new Error(`${leaked} entries left while ${blocker} stood between`);
    await this.#entries(exchange, 1);
    await rig.command({ kind: 'set-control', mode: 'manual' });
    const settled = await rig.until(
      ({ comparison, openAtVenue }, { orders }) => comparison === 'agreed' && openAtVenue === 0 && orders.length === 0,
      SETTLED_WITHIN_MS,
    );
    await rig.stop();
    const { lots, instruments, mismatch } = lifeOf(dataDir, settled.session);
    if (mismatch !== undefined) throw new Error(mismatch);
    const there = venueLots(exchange, this.#case.market, instruments);
    if (lots.join() !== there.lots.join()) throw new Error(`holds ${lots.join()}, the venue has ${there.lots.join()}`);
    return { blockedMs, freeMs, orders: exchange.count(this.#orderName()), trades: there.trades };
  }

  #orderName(): string {
    return this.#case.market === 'spot' ? 'POST /api/v3/order' : 'POST /fapi/v1/order';
  }

  /** Entries that came to the exchange: on spot what buys, elsewhere what is not reduce-only. */
  #entriesAt(exchange: TestExchange): number {
    return exchange
      .requests(this.#orderName())
      .filter(({ query }) => /side=BUY/.test(query) && !/reduceOnly=true/.test(query)).length;
  }

  /** Waits for so many more entries. */
  async #entries(exchange: TestExchange, more: number): Promise<void> {
    const wanted = this.#entriesAt(exchange) + more;
    const give = AbortSignal.timeout(40_000);
    while (this.#entriesAt(exchange) < wanted) {
      if (give.aborted) throw new Error('it does not trade');
      await pause(20);
    }
  }

  /** Entries that come while it is blocked without a break; what was on its way then is let be. */
  async #leaks(exchange: TestExchange, rig: LiveRig, forMs: number): Promise<number> {
    await pause(100);
    const before = this.#entriesAt(exchange);
    const untilMs = performance.now() + forMs;
    let leaked = 0;
    while (performance.now() < untilMs) {
      await pause(20);
      if (rig.live.blockers.length === 0) break;
      leaked = this.#entriesAt(exchange) - before;
    }
    return leaked;
  }
}
