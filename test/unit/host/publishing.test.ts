/** The host's small parts: log ring, credit, what changed, and the words for an input. */
import { describe, expect, test } from 'vitest';
import {
  blockerBits,
  cursorOver,
  DEFAULT_POLICY,
  type DecisionTrace,
  type EngineConfig,
  type EngineEvent,
  InputEncoder,
  type InstrumentSpec,
  type Money,
  prepareInstrument,
  writeMoney,
} from '../../../engine/domain/index.ts';
import { ACCOUNT, computeEquity, createEngine, createState, SyntheticMarket, step } from '../../../engine/index.ts';
import { EventRing } from '../../../src/host/event-ring.ts';
import { describeInput } from '../../../src/host/input-text.ts';
import { LoadMeter } from '../../../src/host/load-meter.ts';
import { Publisher } from '../../../src/host/publisher.ts';
import { buildView } from '../../../src/host/view-builder.ts';
import { changedKeys, flatten } from '../../../src/host/view-diff.ts';
import { lossesNow, proposalViews } from '../../../src/host/view-trading.ts';
import { driftOf } from '../../../state/drift.ts';
import type { FromEngine } from '../../../state/protocol.ts';
import type { EngineView } from '../../../state/view.ts';
import { explainView } from '../../fixtures/console-log.ts';

const SPEC: InstrumentSpec = {
  symbol: 'BTC/USDT:USDT',
  venueSymbol: 'BTCUSDT',
  venue: 'test',
  kind: 'linear',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.1',
  lotSize: '0.001',
  minNotional: '5',
  inferred: false,
};
const INSTRUMENTS = [prepareInstrument(SPEC, 0, 'USDT')];

const CONFIG: EngineConfig = {
  runId: 't',
  seed: 1,
  accountCurrency: 'USDT',
  startingCash: '10000',
  control: 'manual',
  barIntervalUs: 1_000_000,
  bookLevels: 16,
  instruments: [SPEC],
  venue: 'paper',
  policy: DEFAULT_POLICY,
};

const bookEvent = (seq: number): EngineEvent => ({
  seq,
  atUs: seq,
  kind: 'book',
  instrument: 0,
  state: 'synced',
  updateId: seq,
});

describe('event ring', () => {
  test('keeps the newest under their numbers and counts what fell out', () => {
    const ring = new EventRing(10, INSTRUMENTS, String);
    for (let seq = 1; seq <= 25; seq++) ring.push(bookEvent(seq));
    expect([ring.lastId, ring.newestId]).toEqual([0, 25]);
    expect(ring.entries(1, 100)).toEqual([]);
    ring.show(20);
    expect(ring.lastId).toBe(20);
    expect(ring.entries(1, 2).map((entry) => entry.id)).toEqual([19, 20]);
    ring.show(25);
    ring.show(3);
    expect(ring.lastId).toBe(25);
    const entries = ring.entries(1, 100);
    expect(entries.length + ring.dropped).toBe(25);
    expect(entries.length).toBeGreaterThanOrEqual(10);
    for (const entry of entries) expect(entry.event.seq).toBe(entry.id);
    expect(ring.entries(24, 100).map((e) => e.id)).toEqual([24, 25]);
    expect(ring.entries(1, 3).map((e) => e.id)).toEqual([23, 24, 25]);
    expect(ring.entries(26, 3)).toEqual([]);
  });
});

describe('a decision that is explained', () => {
  const atVenue: EngineEvent = {
    seq: 40,
    atUs: 40,
    kind: 'decision',
    trace: {
      ...explainView().trace,
      decisionId: 7,
      priceTicks: 100_000,
      lots: 3,
      gates: [
        { gate: 'venue-ready', verdict: 'veto', value: blockerBits(['clock', 'disarmed']), limit: 0, lotsAfter: 3 },
      ],
    },
  };
  const closed = (decisionId: number, seq: number): EngineEvent => ({
    seq,
    atUs: seq,
    kind: 'proposal-closed',
    proposalId: 1,
    decisionId,
    instrument: 0,
    outcome: 'expired',
    gate: undefined,
  });

  test('comes with what followed on it as far as that is shown, what stood between, and the command that goes there', () => {
    const ring = new EventRing(10, INSTRUMENTS, String);
    for (const event of [closed(7, 39), atVenue, closed(7, 41), closed(8, 42), bookEvent(43), closed(7, 44)])
      ring.push(event);
    ring.show(5);
    const seqs = () => ring.explain(7)?.followed.map(({ event }) => event.seq);
    expect(seqs()).toEqual([41]);
    ring.show(6);
    expect(seqs()).toEqual([41, 44]);
    expect(ring.explain(7)).toMatchObject({
      seq: 40,
      blockers: ['clock', 'disarmed'],
      reopen: '40',
    });
    expect(ring.explain(8)).toBeUndefined();
  });
});

describe('publisher', () => {
  test('sends one view for each credit, at most every 100 ms, and at once in a hurry', () => {
    const sent: FromEngine[] = [];
    const publisher = new Publisher(
      (message) => sent.push(message),
      () => ({}) as EngineView,
      () => 7,
    );
    publisher.poll(0);
    publisher.poll(500);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ type: 'view', lastLogId: 7 });
    publisher.credit();
    publisher.poll(50);
    expect(sent).toHaveLength(1);
    publisher.poll(100);
    expect(sent).toHaveLength(2);
    publisher.credit();
    publisher.hurry();
    publisher.poll(101);
    expect(sent).toHaveLength(3);
    publisher.hurry();
    publisher.poll(102);
    expect(sent).toHaveLength(3);
  });
});

describe('view', () => {
  test('the keys that a quote changes are the ones of its symbol', () => {
    const engine = createEngine(createState(CONFIG));
    const encoder = new InputEncoder();
    const view = (): EngineView =>
      buildView(engine.state, {
        venue: 'test',
        session: 't',
        recording: false,
        nowUs: engine.state.control.nowUs[0]!,
        lagMs: 0,
        inputsPerSecond: 0,
        droppedLogs: 0,
        equity: { points: [], timesUs: [], drawdownPct: [] },
        replay: undefined,
        findDecision: () => undefined,
      });
    const before = flatten(view());
    encoder.quote(0, 1_000_000, 100_000, 5, 100_002, 7, 1);
    encoder.stamp(1, 1_000_000);
    const cursor = cursorOver(encoder.bytes().slice());
    step(engine, cursor);
    const after = view();
    expect(after.symbols[0]).toMatchObject({ bid: '10000.0', ask: '10000.2', feed: 'live', ageMs: 0 });
    expect(changedKeys(before, flatten(after)).sort()).toEqual(
      [
        'feed',
        'symbol.0.ask',
        'symbol.0.bid',
        'symbol.0.changePct',
        'symbol.0.feed',
        'symbol.0.last',
        'symbol.0.spreadBps',
      ].sort(),
    );
    expect(describeInput(cursor, INSTRUMENTS)).toBe('quote BTC/USDT:USDT 10000.0 / 10000.2');
  });

  test('a proposal names who voted for it when it was made, the most convinced first; its R and cost do not move with the spread', () => {
    const market = new SyntheticMarket({ seed: 5, startUs: 1_700_000_000_000_000, symbols: ['BTC/USDT:USDT'] });
    const engine = createEngine(createState({ ...CONFIG, bookLevels: 128, instruments: market.instruments }));
    const encoder = new InputEncoder();
    const traces = new Map<number, DecisionTrace>();
    const proposals = () => proposalViews(engine.state, engine.state.control.nowUs[0]!, (id) => traces.get(id));
    for (let seq = 1; proposals().length === 0; seq++) {
      const receivedAtUs = market.emit(encoder);
      encoder.stamp(seq, receivedAtUs);
      for (const event of step(engine, cursorOver(encoder.bytes())))
        if (event.kind === 'decision') traces.set(event.trace.decisionId, event.trace);
    }
    const [proposal] = proposals();
    const trace = traces.get(proposal!.decisionId)!;
    const voters = trace.producers.filter((each) => each.status === 'voted' && each.direction === proposal!.side);
    expect(voters.length).toBeGreaterThan(0);
    const convictions = proposal!.votes.map((vote) => Number.parseInt(vote.split(' ')[1]!, 10));
    expect(convictions).toEqual(convictions.toSorted((a, b) => b - a));
    expect([...proposal!.votes].sort()).toEqual(voters.map((each) => `${each.producer} ${each.conviction}/10`).sort());
    const { ask } = engine.state.market;
    const askThen = ask[0]!;
    ask[0] = askThen + 400;
    const wider = proposals()[0]!;
    expect(wider).toMatchObject({ rMultiple: proposal!.rMultiple, cost: proposal!.cost });
    expect(Number(wider.costNow)).toBeGreaterThan(Number(wider.cost));
    // Prices move against it: the R that is shown and the gate tell the same.
    const { bid } = engine.state.market;
    const [bidThen, side] = [bid[0]!, proposal!.side];
    const told = new Set<string | undefined>();
    for (let move = 0; move <= 1_500; move += 20) {
      bid[0] = bidThen + side * move;
      ask[0] = askThen + side * move;
      const moved = proposals()[0]!;
      told.add(moved.refusedBy);
      const reward = driftOf(moved)!.rMultiple!;
      if (moved.refusedBy === undefined) expect(reward).toBeGreaterThan(0.499);
      else expect([moved.refusedBy, reward < 0.501]).toEqual(['reward', true]);
    }
    expect(told).toEqual(new Set([undefined, 'reward']));
    bid[0] = bidThen;
    // A spread that eats the gain: risk would not let it through any more.
    ask[0] = askThen + 4_000;
    expect([proposal!.refusedBy, proposals()[0]!.refusedBy]).toEqual([undefined, 'spread']);
    ask[0] = askThen;
    traces.clear();
    expect(proposals()[0]).toMatchObject({ votes: [], cost: undefined, rMultiple: undefined, costNow: proposal!.cost });
  });

  test('losses are those of the equity that is shown, whatever the engine saw when it looked last', () => {
    const state = createState(CONFIG);
    const equity = computeEquity(state);
    for (const lookedAt of [0n, equity * 9n] as Money[]) {
      writeMoney(state.account.money, ACCOUNT.equity, lookedAt);
      writeMoney(state.account.money, ACCOUNT.peakEquity, (equity * 2n) as Money);
      writeMoney(state.account.money, ACCOUNT.dayOpenEquity, ((equity * 5n) / 4n) as Money);
      expect(lossesNow(state).drawdownPct).toBeCloseTo(50, 9);
      expect(lossesNow(state).dayPct).toBeCloseTo(20, 9);
    }
    writeMoney(state.account.money, ACCOUNT.dayOpenEquity, (equity / 2n) as Money);
    expect(lossesNow(state).dayPct).toBe(0);
  });

  test('words for trades and commands', () => {
    const encoder = new InputEncoder();
    encoder.trade(0, 1, 100_000, 12, 1, true);
    expect(describeInput(cursorOver(encoder.bytes().slice()), INSTRUMENTS)).toBe(
      'trade BTC/USDT:USDT sell 0.012 @ 10000.0',
    );
    encoder.command({ kind: 'kill' }, 'socket');
    expect(describeInput(cursorOver(encoder.bytes().slice()), INSTRUMENTS)).toBe('command kill (socket)');
  });
});

test('load meter: lag beyond the tick and inputs per second over the last second', () => {
  const meter = new LoadMeter();
  for (let i = 0; i <= 100; i++) meter.tick(1_000_000 + i * 10_000, i * 5);
  expect(meter.lagMs).toBe(0);
  expect(meter.inputsPerSecond).toBe(500);
  meter.tick(2_000_000 + 250_000, 600);
  for (let i = 1; i <= 80; i++) meter.tick(2_250_000 + i * 10_000, 600);
  expect(meter.lagMs).toBe(240);
});
