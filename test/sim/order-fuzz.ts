/** Sessions made to trick orders out of the engine: mad markets, tiny accounts, storms of approvals, a lying venue. */
import { type EngineConfig, type EngineEvent, type InstrumentSpec, money } from '../../engine/domain/index.ts';
import { breachOf } from '../../src/brokers/order-rules.ts';
import type { OrderRules, VenueInstrument } from '../../src/venues/venue-instrument.ts';
import { bookDecides, leaningBook, linearSpec, SECOND_US, Session, testConfig } from '../fixtures/engine-session.ts';
import { repeatWith } from '../soak/check.ts';
import { OrderOracle } from './order-fuzz-oracle.ts';
import { Chance } from './world/virtual-time.ts';

const BAR_US = 100_000;
const ROUNDS = 260;

export interface FuzzFigures {
  readonly seeds: number;
  readonly wanted: number;
  readonly approvals: number;
  readonly entries: number;
  readonly exits: number;
  /** Let out by the engine and kept back by the last check before the venue. */
  readonly refusedByRules: number;
  readonly brokenInputs: number;
}

/** What a test may spoil: the engine's configuration, and what the last check says. */
export interface Planted {
  readonly config?: (config: EngineConfig) => EngineConfig;
  readonly check?: typeof breachOf;
  /** Every order is sent once more. */
  readonly twice?: boolean;
}

const pick = <T>(chance: Chance, from: readonly T[]): T => from[chance.between(0, from.length - 1)]!;

function specOf(chance: Chance, i: number): InstrumentSpec {
  return linearSpec(`${['AAA', 'BBB', 'CCC'][i]}/USDT${chance.is(0.2) ? '' : ':USDT'}`, {
    kind: chance.is(0.15) ? 'spot' : chance.is(0.05) ? 'inverse' : 'linear',
    tickSize: pick(chance, ['0.00000001', '0.0001', '0.01', '0.05', '1', '10']),
    lotSize: pick(chance, ['0.00001', '0.001', '0.1', '1', '1000']),
    minNotional: pick(chance, ['0', '0.0001', '5', '100']),
  });
}

/** Rules that an order of these sizes now and then breaks. */
function rulesOf(chance: Chance, { tickSize, lotSize }: InstrumentSpec): OrderRules {
  const times = (text: string, count: number): string => `${Number(text) * count}`.replace(/e.*/, '');
  const quantity = { least: lotSize, most: times(lotSize, 10 ** chance.between(3, 9)), step: lotSize };
  return {
    price: { least: tickSize, most: chance.is(0.9) ? '0' : '100000', step: tickSize },
    quantity,
    marketQuantity: { ...quantity, most: chance.is(0.9) ? quantity.most : lotSize },
    minNotional: '0',
    minNotionalForMarket: false,
    priceBand: chance.is(0.5) ? { up: '1.002', down: '0.998' } : undefined,
  };
}

function configOf(chance: Chance): EngineConfig {
  const policy = bookDecides({
    risk: {
      positionLimitPpm: chance.between(1, 1_000) * 1_000,
      leverageLimitPpm: chance.between(1, 100) * 100_000,
      orderLimitPpm: chance.between(1, 1_000) * 1_000,
      collarPpm: pick(chance, [100, 5_000, 50_000, 200_000]),
      maxOrdersPerMinute: chance.between(1, 64),
      maxDecisionsPerSecond: 1_000,
      maxOpenPositions: chance.between(1, 3),
      maxSpreadPpm: pick(chance, [10, 2_000, 50_000, 400_000]),
      staleAfterUs: pick(chance, [100_000, 3_000_000, 60_000_000]),
      entryCooldownBars: chance.between(0, 5),
      dailyLossLimitPpm: 500_000,
      drawdownLimitPpm: 500_000,
    },
    decision: { repeatBars: 1 },
    execution: {
      entryReachPpm: pick(chance, [0, 90, 300, 5_000]),
      riskPerTradePpm: pick(chance, [1, 5_000, 50_000]),
      minStopPpm: pick(chance, [10, 800, 200_000]),
      proposalTtlUs: SECOND_US * chance.between(1, 3),
      vetoWindowUs: SECOND_US * chance.between(1, 3),
      entryTimeoutUs: chance.between(1, 30) * 100_000,
      maxHoldingBars: chance.between(1, 30),
    },
    live: { stopsAtVenue: chance.is(0.5) },
  });
  return testConfig({
    venue: 'external',
    barIntervalUs: BAR_US,
    control: pick(chance, ['auto', 'auto', 'manual', 'veto']),
    startingCash: pick(chance, ['0.01', '37', '10000', '5000000']),
    instruments: [0, 1, 2].map((i) => specOf(chance, i)),
    policy,
  });
}

class FuzzedSession {
  readonly oracle: OrderOracle;
  readonly session: Session;
  wanted = 0;
  approvals = 0;
  brokenInputs = 0;
  readonly #chance: Chance;
  readonly #venue: VenueInstrument[];
  readonly #check: typeof breachOf;
  readonly #twice: boolean;
  readonly #middle: number[];
  readonly #quoted: boolean[];
  readonly #answers: Array<() => void> = [];
  #newest = 0;
  #executionId = 0;
  #updateId = 100;

  constructor(seed: number, planted: Planted) {
    this.#chance = new Chance(seed);
    const config = configOf(this.#chance);
    this.oracle = new OrderOracle(config);
    this.#venue = config.instruments.map((spec) => ({ spec, rules: rulesOf(this.#chance, spec), trading: true }));
    this.#check = planted.check ?? breachOf;
    this.#twice = planted.twice ?? false;
    this.#middle = config.instruments.map(() => 10 ** this.#chance.between(3, 7));
    this.#quoted = config.instruments.map(() => this.#chance.is(0.5));
    this.session = new Session(planted.config?.(config) ?? config);
    this.#hear(this.session.events);
    for (const i of this.#middle.keys()) this.#trade(i, this.#middle[i]!);
  }

  #hear(events: readonly EngineEvent[]): void {
    const rules = this.#venue.map((each) => each.rules);
    for (const event of events) {
      if (event.kind === 'decision') this.wanted++;
      if (event.kind === 'proposal-opened') this.#newest = event.proposal.proposalId;
      this.oracle.see(event, (order) => this.#answer(order), rules);
      if (this.#twice && event.kind === 'order') this.oracle.see(event, () => undefined, rules);
    }
  }

  /** What stands before the venue, and then what the venue makes of it: now, later, in parts, or nothing at all. */
  #answer(order: Extract<EngineEvent, { kind: 'order' }>): string | undefined {
    const { orderId, instrument, side, limitTicks, reduceOnly, triggerTicks: stopTicks = 0 } = order;
    const chance = this.#chance;
    const checked = { side, lots: order.lots, limitTicks, reduceOnly, stopTicks };
    const refusal = this.#check(checked, this.#venue[instrument]!, this.oracle.reference(instrument));
    const report = (what: Parameters<Session['report']>[0]): void => this.#hear(this.session.report(what, instrument));
    if (refusal !== undefined || chance.is(0.15)) {
      this.#answers.push(() => report({ kind: 'rejected', orderId }));
      return refusal;
    }
    if (chance.is(0.1)) {
      this.#answers.push(() => report({ kind: 'lost', orderId }));
      return undefined;
    }
    if (chance.is(0.9)) this.#answers.push(() => report({ kind: 'accepted', orderId }));
    let left = stopTicks > 0 && chance.is(0.7) ? 0 : order.lots;
    for (let part = chance.between(0, 3); part > 0 && left > 0; part--) {
      const lots = part === 1 && chance.is(0.7) ? left : chance.between(1, left);
      left -= lots;
      const priceTicks = Math.max(1, limitTicks > 0 ? limitTicks : this.oracle.reference(instrument));
      const executionId = ++this.#executionId;
      const fee = money(BigInt(chance.between(0, 1_000)));
      const fill = { orderId, side, lots, priceTicks, executionId, fee, feeLots: 0, maker: false };
      this.#answers.push(() => report({ kind: 'filled', ...fill }));
      if (chance.is(0.1)) this.#answers.push(() => report({ kind: 'filled', ...fill }));
    }
    const filledLots = order.lots - left;
    if (left > 0 && chance.is(0.8)) this.#answers.push(() => report({ kind: 'cancelled', orderId, filledLots }));
    return undefined;
  }

  round(): void {
    const chance = this.#chance;
    this.session.atUs += chance.is(0.05) ? chance.between(0, 5 * SECOND_US) : chance.between(0, BAR_US);
    const i = chance.between(0, this.#middle.length - 1);
    if (chance.is(0.1)) this.#lurch(i);
    if (chance.is(0.02)) this.#venue[i] = { ...this.#venue[i]!, rules: rulesOf(chance, this.#venue[i]!.spec) };
    if (chance.is(0.8)) this.#lean(i);
    else if (chance.is(0.5)) this.#trade(i, this.#middle[i]!);
    else this.#disturb(i);
    for (let n = chance.between(0, 3); n > 0; n--) this.#answers.shift()?.();
    if (chance.is(0.5)) this.#operator();
    if (chance.is(0.3)) this.#hear(this.session.timer());
  }

  /** Prices that jump, to next to nothing as well. */
  #lurch(i: number): void {
    const factor = pick(this.#chance, [0.000001, 0.9, 0.99, 0.9999, 1.0001, 1.01, 1.1, 1_000]);
    this.#middle[i] = Math.min(Math.max(Math.round(this.#middle[i]! * factor), 1), 1e9);
  }

  /** A book that asks for an order, around a touch that may be wide, crossed, or missing on one side. */
  #lean(i: number): void {
    const chance = this.#chance;
    const middle = Math.max(this.#middle[i]!, 8);
    const book = leaningBook(chance.is(0.5) ? 1 : -1, middle, chance.between(1, 10_000));
    this.#updateId++;
    const market = this.oracle.markets[i]!;
    const seen = this.session.snapshot({ last: this.#updateId, ...book }, i);
    // What falls due before the input is done under the market before it.
    this.#hear(seen);
    market.gapped = false;
    market.atUs = this.session.atUs;
    if (!this.#quoted[i]) [market.bid, market.ask] = [middle - 1, middle + 1];
    else this.#quote(i, middle);
  }

  #quote(i: number, middle: number): void {
    const chance = this.#chance;
    const half = chance.is(0.1) ? chance.between(-middle, middle * 2) : 1;
    const bid = chance.is(0.05) ? 0 : Math.max(1, middle - half);
    const ask = chance.is(0.05) ? 0 : Math.max(1, middle + half);
    this.#hear(this.session.quote(bid, bid === 0 ? 0 : 5, ask, ask === 0 ? 0 : 5, i));
    Object.assign(this.oracle.markets[i]!, { bid, ask, atUs: this.session.atUs });
  }

  #trade(i: number, price: number): void {
    this.#hear(this.session.trade(price, this.#chance.between(0, 9), { instrument: i }));
    Object.assign(this.oracle.markets[i]!, { last: price, atUs: this.session.atUs });
  }

  #disturb(i: number): void {
    const market = this.oracle.markets[i]!;
    if (this.#chance.is(0.5)) {
      this.#hear(this.session.gap(i));
      market.gapped = this.session.state.books.state[i] === 2;
    } else {
      this.#updateId += 7;
      this.#hear(
        this.session.depth({ first: this.#updateId - 2, last: this.#updateId, previous: 1, bids: [[1, 1]] }, i),
      );
      market.gapped = this.session.state.books.state[i] === 2;
      if (!market.gapped || this.#quoted[i]) return;
    }
    [market.bid, market.ask] = [0, 0];
  }

  /** Yes to what is there, to what is over, to what never was; kills, resumes, modes, and a venue that is not ready. */
  #operator(): void {
    const { session } = this;
    const chance = this.#chance;
    const what = chance.between(0, 39);
    if (what < 35) {
      const proposalId = Math.max(1, this.#newest - chance.between(0, 2) + (what === 0 ? 5 : 0));
      if (chance.is(0.3)) this.#cut(proposalId);
      for (let n = chance.between(1, 3); n > 0; n--) {
        this.approvals++;
        this.oracle.approving = proposalId;
        this.#hear(session.command({ kind: 'approve', proposalId, revision: chance.is(0.9) ? 1 : 2, viewSeq: 0 }));
        this.oracle.approving = 0;
      }
    } else if (what === 35) this.#hear(session.control(pick(chance, ['auto', 'manual', 'veto', 'observe'])));
    else if (what === 36) this.#hear(session.command({ kind: 'kill' }));
    else if (what === 37) this.#hear(session.command({ kind: 'flatten' }));
    else if (what === 38) this.#hear(session.venue(['user-stream']));
    if (chance.is(0.5)) this.#hear(session.command({ kind: 'resume' }));
    if (chance.is(0.5)) this.#hear(session.venue([]));
    if (chance.is(0.1)) this.#hear(session.control('auto'));
  }

  /** Less of what was proposed, or more, or of a revision that is over. */
  #cut(proposalId: number): void {
    const chance = this.#chance;
    const { proposals } = this.session.state;
    const held = proposals.lots[proposals.id.indexOf(proposalId)] ?? 1;
    const lots = Math.round(held * pick(chance, [-1, 0, 0.1, 0.5, 0.9, 1, 2])) + chance.between(-1, 1);
    this.#hear(this.session.command({ kind: 'resize', proposalId, revision: chance.between(1, 2), viewSeq: 0, lots }));
  }

  /** No whole number above nothing is a price: the engine stops rather than take it. The session is over then. */
  poison(): void {
    const bad = pick(this.#chance, [Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, 2 ** 60, 0]);
    const before = this.oracle.entries;
    try {
      if (this.#chance.is(0.5)) this.#hear(this.session.trade(bad, 1));
      else this.#hear(this.session.snapshot({ last: ++this.#updateId, bids: [[bad, 1]], asks: [[5, 1]] }));
    } catch {
      this.brokenInputs++;
    }
    if (this.oracle.entries > before) this.oracle.wrong.push(`an order left on a price of ${bad}`);
  }
}

/** @throws Error at the first seed of which an order leaves that should not, with what is wrong with it. */
export function fuzzOrders(count: number, from: number, planted: Planted = {}): FuzzFigures {
  const figures = { seeds: count, wanted: 0, approvals: 0, entries: 0, exits: 0, refusedByRules: 0, brokenInputs: 0 };
  for (let seed = from; seed < from + count; seed++) {
    const fuzzed = new FuzzedSession(seed, planted);
    for (let round = 0; round < ROUNDS; round++) fuzzed.round();
    fuzzed.poison();
    const { oracle } = fuzzed;
    if (oracle.wrong.length > 0) {
      throw new Error(`seed ${seed}: ${oracle.wrong[0]}; ${repeatWith('order-fuzz', seed)}`);
    }
    figures.wanted += fuzzed.wanted;
    figures.approvals += fuzzed.approvals;
    figures.entries += oracle.entries;
    figures.exits += oracle.exits;
    figures.refusedByRules += oracle.refusedByRules;
    figures.brokenInputs += fuzzed.brokenInputs;
  }
  return figures;
}
