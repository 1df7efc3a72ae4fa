/** Whole sessions with a restless operator and lost data: what must hold after every event, whatever happened. */
import { describe, expect, it } from 'vitest';
import {
  AT,
  CONTROL_MODES,
  DEFAULT_POLICY,
  type EngineEvent,
  InputEncoder,
  notional,
  type OperatorCommand,
  parseMoney,
  RECORD,
  readMoney,
  shareDown,
} from '../../engine/domain/index.ts';
import {
  ACCOUNT,
  BOOK,
  computeEquity,
  controlMode,
  type EngineState,
  isHalted,
  isLiveSlot,
  killStage,
  levelLots,
  levelPrice,
  liveEntries,
  ORDER_CAPACITY,
} from '../../engine/index.ts';
import { nextBelow, seedPrng } from '../../engine/kernel/prng.ts';
import { triggered } from '../../engine/oms/protective.ts';
import { type EventOf, NEAR_EXITS, policyWith, Session } from '../fixtures/engine-session.ts';
import { syntheticSession } from '../fixtures/synthetic-session.ts';

const INPUTS = 8_000;
const CASH = '400000';

/** Speaks at every chance, with orders large enough to rest, and slow enough to be overtaken by what happens. */
const EAGER = policyWith({
  decision: {
    minScore: 0.01,
    minConsensus: 0,
    confluenceProducers: 1,
    repeatBars: 1,
    signal: { ...DEFAULT_POLICY.decision.signal, flow: 0.05, vacuumRatio: 1.05, energyRatio: 1 },
  },
  risk: {
    ...NEAR_EXITS.risk,
    maxOpenPositions: 1,
    entryCooldownBars: 1,
    maxSpreadPpm: 20_000,
    collarPpm: 250,
    drawdownLimitPpm: 30_000,
  },
  execution: {
    ...NEAR_EXITS.execution,
    maxHoldingBars: 4,
    entryTimeoutUs: 1_500_000,
    vetoWindowUs: 700_000,
    proposalTtlUs: 2_000_000,
    entryReachPpm: 150,
  },
  paper: { latencyUs: 150_000, latencyJitterUs: 300_000 },
  governor: { horizonBars: 3, minSamples: 5, tThreshold: 0.5 },
});

/** An `expect` for loops over many events, where building one costs more than the engine. */
function hold(condition: boolean, rule: string): void {
  if (!condition) throw new Error(`broken: ${rule}`);
}

/** Follows a session by its events alone and compares it with the state. */
class Supervisor {
  readonly seen: Record<string, number> = {};
  readonly #session: Session;
  readonly #open = new Set<number>();
  readonly #closed = new Map<number, string>();
  /** Decisions that were cleared and have no order yet. */
  readonly #cleared = new Map<number, string>();
  readonly #lots: number[];
  #flow = 0n;
  #fees = 0n;
  #halted = false;
  #kill = 'armed';
  #control: string;

  constructor(session: Session) {
    this.#session = session;
    this.#control = controlMode(session.state);
    this.#lots = session.state.instruments.map(() => 0);
  }

  see(events: readonly EngineEvent[]): void {
    for (const event of events) {
      this.#count(event.kind);
      this.#follow(event);
    }
    if (events.length > 0) this.#compare(this.#session.state);
  }

  /** A price that has come must have set off what it reaches. */
  afterData(type: number, instrument: number): void {
    if (type !== RECORD.trade && type !== RECORD.quote) return;
    const { market, positions } = this.#session.state;
    hold(triggered(market, positions, instrument) === undefined, 'no position is beyond its stop without an exit');
  }

  #count(what: string): void {
    this.seen[what] = (this.seen[what] ?? 0) + 1;
  }

  #follow(event: EngineEvent): void {
    switch (event.kind) {
      case 'proposal-opened':
        hold(this.#control !== 'observe', 'no proposal is made in observe');
        hold(!this.#halted, 'no proposal is made while halted');
        hold(!this.#open.has(event.proposal.proposalId), 'a proposal opens once');
        this.#open.add(event.proposal.proposalId);
        return;
      case 'proposal-closed':
        this.#closeProposal(event);
        return;
      case 'order':
        if (event.event === 'submit') this.#submit(event);
        return;
      case 'fill':
        this.#fill(event);
        return;
      case 'halt':
        hold(!this.#halted, 'a halt is told once');
        this.#halted = true;
        return;
      case 'resume':
        this.#halted = false;
        return;
      case 'kill':
        this.#kill = event.stage;
        this.#count(event.stage);
        return;
      case 'control':
        hold(event.from === this.#control, 'control changes from what it was');
        this.#control = event.to;
    }
  }

  #closeProposal(event: EventOf<'proposal-closed'>): void {
    const { proposalId, outcome, decisionId } = event;
    hold(this.#open.has(proposalId) && !this.#closed.has(proposalId), 'a proposal ends once');
    this.#closed.set(proposalId, outcome);
    this.#count(outcome);
    hold((event.gate !== undefined) === (outcome === 'refused-at-clearing'), 'a gate is named where one refused');
    if (!outcome.startsWith('cleared')) return;
    hold(!this.#halted, 'nothing is cleared while halted');
    if (outcome === 'cleared-by-policy')
      hold(this.#control === 'veto' || this.#control === 'auto', 'policy clears in veto and auto');
    this.#cleared.set(decisionId, outcome === 'cleared-by-operator' ? 'operator' : 'policy');
  }

  #submit(event: EventOf<'order'>): void {
    const { state } = this.#session;
    if (event.reduceOnly) {
      hold(event.clearance === 'protective' && event.purpose !== 'entry', 'exits are protective');
      hold(event.side * this.#lots[event.instrument]! < 0, 'an exit is against the position');
      hold(event.lots <= Math.abs(this.#lots[event.instrument]!), 'an exit is no larger than the position');
      return;
    }
    hold(this.#cleared.get(event.decisionId) === event.clearance, 'an entry follows a clearance, and only one');
    this.#cleared.delete(event.decisionId);
    hold(this.#kill === 'armed' && !this.#halted, 'no entry leaves after a kill');
    const { unit } = state.instruments[event.instrument]!;
    const worth = notional(event.limitTicks, event.lots, unit);
    const equity = computeEquity(state);
    hold(worth <= shareDown(equity, state.config.policy.risk.orderLimitPpm), 'an entry is within its share of equity');
    const open = this.#lots.filter((lots, i) => lots !== 0 || liveEntries(state.orders, i) > 0).length;
    hold(open <= state.config.policy.risk.maxOpenPositions, 'positions and entries under way are within their number');
    hold(this.#lots[event.instrument] === 0, 'an entry opens a position, it does not add to one');
  }

  #fill(event: EventOf<'fill'>): void {
    const { instrument, side, lots, priceTicks } = event;
    this.#lots[instrument] = this.#lots[instrument]! + side * lots;
    this.#flow -= BigInt(side) * notional(priceTicks, lots, this.#session.state.instruments[instrument]!.unit);
    this.#fees += parseMoney(event.fee)!;
  }

  #compare(state: EngineState): void {
    const { account, positions, orders } = state;
    let cost = 0n;
    for (const { index } of state.instruments) {
      hold(positions.lots[index] === this.#lots[index], 'a position is the sum of its fills');
      cost += readMoney(positions.cost, index);
      if (positions.lots[index] === 0) continue;
      hold(positions.stopTicks[index]! > 0 && positions.targetTicks[index]! > 0, 'a position has a stop and a target');
      hold(positions.exiting[index] === 0 || this.#exits(state, index) === 1, 'an exit under way is one order');
    }
    hold(
      readMoney(account.money, ACCOUNT.cash) === parseMoney(CASH)! + this.#flow + cost - this.#fees,
      'cash is what was paid',
    );
    hold(this.#cleared.size === 0, 'what is cleared is sent in the same step');
    hold(isHalted(state) === this.#halted && killStage(state) === this.#kill, 'halt and kill are as told');
    hold(controlMode(state) === this.#control, 'control is as told');
    if (this.#kill === 'none-open' || this.#kill === 'flat')
      hold(liveEntries(orders, -1) === 0, 'none open is none open');
    if (this.#kill === 'flat') {
      hold(
        this.#lots.every((lots) => lots === 0),
        'flat is flat',
      );
      for (let slot = 0; slot < ORDER_CAPACITY; slot++) hold(!isLiveSlot(orders, slot), 'flat has no order');
    }
  }

  #exits(state: EngineState, instrument: number): number {
    let count = 0;
    for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
      if (!isLiveSlot(state.orders, slot) || state.orders.reduceOnly[slot] === 0) continue;
      if (state.orders.instrument[slot] === instrument) count++;
    }
    return count;
  }
}

/** What an operator might do next: mostly answers, sometimes to the wrong thing, now and then a kill. */
function restless(random: Int32Array, newest: number): OperatorCommand {
  const pick = nextBelow(random, 100);
  const proposalId = newest - nextBelow(random, 2);
  const revision = nextBelow(random, 10) === 0 ? 2 : 1;
  if (pick < 45) return { kind: 'approve', proposalId, revision, viewSeq: 0 };
  if (pick < 55) return { kind: 'veto', proposalId, revision, viewSeq: 0 };
  if (pick < 63) return { kind: 'set-control', mode: CONTROL_MODES[nextBelow(random, 4)]! };
  if (pick < 67) return { kind: 'kill' };
  if (pick < 75) return { kind: 'flatten' };
  if (pick < 94) return { kind: 'resume' };
  const kind = (['accept-suggestion', 'reject-suggestion', 'undo-suggestion'] as const)[nextBelow(random, 3)]!;
  return { kind, suggestionId: 1 + nextBelow(random, 3) };
}

/** A whole book as `market` holds it: what a venue answers when it is asked anew. */
function snapshotOf(encoder: InputEncoder, { books }: EngineState, instrument: number): void {
  const [bids, asks] = [0, 1].map((side) => {
    const book = instrument * 2 + side;
    return Array.from({ length: books.count[book]! }, (_, i) => [
      levelPrice(books, book, i),
      levelLots(books, book, i),
    ]).flat();
  });
  const id = books.lastUpdateId[instrument]!;
  encoder.depth(instrument, 0, id, id, -1, bids!, asks!, true);
}

/** Folds a session of synthetic data, with commands and losses of data put between. */
function run(seed: number): Supervisor {
  const { config, records } = syntheticSession(INPUTS, { control: 'veto', startingCash: CASH, policy: EAGER }, seed);
  const session = new Session(config);
  // The same market without losses: where a lost book comes from again.
  const market = new Session({ ...config, control: 'observe' });
  const supervisor = new Supervisor(session);
  const random = new Int32Array(4);
  seedPrng(random, seed);
  const encoder = new InputEncoder();
  let newest = 0;
  const feed = (bytes: Uint8Array): void => {
    new DataView(bytes.buffer, bytes.byteOffset).setFloat64(AT.seq, session.records.length + 1, true);
    const events = session.raw(bytes);
    for (const event of events) if (event.kind === 'proposal-opened') newest = event.proposal.proposalId;
    supervisor.see(events);
  };
  const insert = (write: () => void): void => {
    write();
    encoder.stamp(0, session.state.control.nowUs[0]!);
    feed(encoder.bytes().slice());
  };
  for (const record of records) {
    market.raw(record);
    feed(record.slice());
    supervisor.afterData(record[AT.type]!, new DataView(record.buffer).getUint16(AT.instrument, true));
    const chance = nextBelow(random, 1_000);
    if (chance < 15) insert(() => encoder.command(restless(random, newest), 'console'));
    else if (chance < 17) insert(() => encoder.gap([0, 1, 0xffff][nextBelow(random, 3)]!, 0, 'disconnect'));
    else if (chance < 27) {
      for (const { index } of session.state.instruments) {
        if (session.state.books.state[index] === BOOK.gap) insert(() => snapshotOf(encoder, market.state, index));
      }
    }
  }
  return supervisor;
}

describe('sessions with a restless operator', () => {
  const all: Record<string, number> = {};

  it.each([1, 2, 3, 4, 5, 6])('seed %i', (seed) => {
    for (const [what, times] of Object.entries(run(seed).seen)) all[what] = (all[what] ?? 0) + times;
  });

  it('together have come across everything', () => {
    const kinds = [
      'decision',
      'fill',
      'protective',
      'position-closed',
      'halt',
      'resume',
      'control',
      'suggestion',
      'command-refused',
      'book',
    ];
    const outcomes = [
      'cleared-by-operator',
      'cleared-by-policy',
      'vetoed-by-operator',
      'refused-at-clearing',
      'withdrawn',
    ];
    const stages = ['blocking', 'cancelling', 'none-open', 'flattening', 'flat', 'armed'];
    for (const what of [...kinds, ...outcomes, ...stages]) expect(all[what], what).toBeGreaterThan(0);
  });
});
