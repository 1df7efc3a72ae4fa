/** Time travel over 20,000 inputs: any way to a moment gives the state and the events that going forward gave there. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { cursorOver, type EngineEvent, type OperatorCommand } from '../../engine/domain/index.ts';
import {
  createEngine,
  createState,
  Fold,
  type IndexedEvent,
  type InputSource,
  step,
  TimeTravel,
} from '../../engine/index.ts';
import { eventsOf } from '../fixtures/engine-session.ts';
import { type SyntheticSession, syntheticSession } from '../fixtures/synthetic-session.ts';

const INPUTS = 20_000;
/** Snapshots close together, and so few that they are thinned twice on the way. */
const SPARSE = { snapshotEvery: 512, snapshotBytes: 14 * 30_000 };

/** Hash of the state after each of `cursors` inputs, and all events, by one fold forward. */
function forward(source: InputSource, session: SyntheticSession, cursors: ReadonlySet<number>) {
  const engine = createEngine(createState(session.config));
  const input = cursorOver(new Uint8Array(8));
  const hashes = new Map<number, string>();
  const events: IndexedEvent[] = [];
  if (cursors.has(0)) hashes.set(0, engine.state.arena.hash());
  for (let i = 0; i < source.count; i++) {
    source.seek(i, input);
    for (const event of step(engine, input)) events.push({ cursor: i + 1, event });
    if (cursors.has(i + 1)) hashes.set(i + 1, engine.state.arena.hash());
  }
  return { hashes, events };
}

const eventsIn = (travel: TimeTravel): IndexedEvent[] => travel.events.slice(0, travel.events.count);

/** Points that are looked at: any, and their neighbours, the ends, and every decision and fill. */
const POINTS = Array.from({ length: 120 }, (_, i) => (i * 7_919) % INPUTS).flatMap((at) => [at, at + 1]);

describe('a session without forks', () => {
  let session: SyntheticSession;
  let truth: ReturnType<typeof forward>;
  let travel: TimeTravel;
  let points: number[];

  beforeAll(() => {
    session = syntheticSession(INPUTS);
    const events = forward(session.source, session, new Set()).events.map(({ cursor }) => cursor);
    points = [...new Set([0, 1, INPUTS - 1, INPUTS, ...POINTS, ...events])];
    truth = forward(session.source, session, new Set(points));
    travel = new TimeTravel(session.source, session.config, SPARSE);
    while (travel.index(3_000));
  });

  it('is busy enough to prove something', () => {
    const all = truth.events.map(({ event }) => event);
    expect(eventsOf(all, 'decision').length).toBeGreaterThan(20);
    expect(eventsOf(all, 'fill').length).toBeGreaterThan(10);
    expect(eventsOf(all, 'suggestion').length).toBeGreaterThan(0);
    expect(travel.snapshotBytes).toBeLessThanOrEqual(SPARSE.snapshotBytes);
  });

  it('indexes the events of the fold', () => {
    expect(eventsIn(travel)).toEqual(truth.events);
    expect([travel.indexed, travel.total, travel.forked]).toEqual([INPUTS, INPUTS, false]);
  });

  it('ends as a fold does, in slices of any size', () => {
    for (const slice of [1_000_000, 777]) {
      const events: unknown[] = [];
      const fold = new Fold(session.source, session.config, (event) => events.push(event));
      while (fold.run(slice));
      expect([fold.cursor, fold.state.arena.hash()]).toEqual([INPUTS, truth.hashes.get(INPUTS)]);
      expect(events).toEqual(truth.events.map(({ event }) => event));
    }
  });

  it('has at every point, by any way, the hash of going forward', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { minLength: 3, maxLength: 12 }), (picks) => {
        for (const pick of picks) {
          const at = points[pick % points.length]!;
          travel.seek(at);
          expect([travel.cursor, travel.state.arena.hash()]).toEqual([at, truth.hashes.get(at)]);
        }
      }),
      { numRuns: 40 },
    );
  });

  const cursorsOf = (kind?: EngineEvent['kind']): number[] => [
    ...new Set(
      truth.events.filter(({ event }) => kind === undefined || event.kind === kind).map(({ cursor }) => cursor),
    ),
  ];
  /** After each input that is the first of its bar, but for the session's first. */
  const barsClosed = (): number[] => {
    const bars = Array.from({ length: INPUTS }, (_, i) =>
      Math.floor(travel.timeAt(i) / travel.state.config.barIntervalUs),
    );
    return bars.flatMap((bar, i) => (i > 0 && bar !== bars[i - 1] ? [i + 1] : []));
  };

  it.each([
    ['decision', () => cursorsOf('decision')],
    ['trade', () => cursorsOf('fill')],
    ['event', () => cursorsOf()],
    ['bar', barsClosed],
  ] as const)('steps from one %s to the next, and back over the same ones', (unit, truly) => {
    const wanted = truly();
    travel.seek(0);
    const there: number[] = [];
    for (let to = travel.target(unit, 1); to !== undefined && there.length < 25; to = travel.target(unit, 1)) {
      travel.seek(to);
      there.push(to);
      if (unit !== 'bar') expect(travel.state.arena.hash()).toBe(truth.hashes.get(to));
    }
    expect(there).toEqual(wanted.slice(0, 25));
    const back: number[] = [];
    for (let to = travel.target(unit, -1); to !== undefined; to = travel.target(unit, -1)) {
      travel.seek(to);
      back.push(to);
      if (unit !== 'bar') expect(travel.state.arena.hash()).toBe(truth.hashes.get(to));
    }
    expect(back).toEqual(there.slice(0, -1).reverse());
  });

  it('steps by single inputs to the ends and no farther', () => {
    travel.seek(0);
    expect([travel.target('input', -1), travel.target('input', 1)]).toEqual([undefined, 1]);
    travel.seek(INPUTS + 50);
    expect([travel.cursor, travel.target('input', 1), travel.target('input', -1)]).toEqual([
      INPUTS,
      undefined,
      INPUTS - 1,
    ]);
    travel.seek(-5);
    expect(travel.cursor).toBe(0);
  });

  it('finds the moment after every input received up to a time', () => {
    for (const i of [0, 1, 500, INPUTS - 1]) {
      const atUs = travel.timeAt(i);
      const cursor = travel.cursorAtTime(atUs);
      expect(travel.timeAt(cursor - 1)).toBe(atUs);
      if (cursor < INPUTS) expect(travel.timeAt(cursor)).toBeGreaterThan(atUs);
    }
    expect(travel.cursorAtTime(travel.timeAt(0) - 1)).toBe(0);
  });

  it('can be looked at before it is indexed', () => {
    const fresh = new TimeTravel(session.source, session.config, SPARSE);
    const at = points.find((p) => p > 9_000 && p < 12_000)!;
    fresh.seek(at);
    expect([fresh.state.arena.hash(), fresh.indexed, fresh.events.count]).toEqual([truth.hashes.get(at), 0, 0]);
    expect(fresh.target('decision', 1)).toBeUndefined();
    while (fresh.index(6_000));
    expect(fresh.state.arena.hash()).toBe(truth.hashes.get(at));
    expect(eventsIn(fresh)).toEqual(truth.events);
  });
});

describe('a session that an operator forks', () => {
  const SHORT = 9_000;
  let session: SyntheticSession;
  let opened: readonly IndexedEvent[];
  let hashesBefore: ReadonlyMap<number, string>;

  beforeAll(() => {
    session = syntheticSession(SHORT, { control: 'veto' }, 8);
    const all = forward(session.source, session, new Set([0, 1_000, 2_000]));
    hashesBefore = all.hashes;
    opened = all.events.filter(({ event }) => event.kind === 'proposal-opened');
    expect(opened.length).toBeGreaterThan(1);
  });

  function open(): TimeTravel {
    const travel = new TimeTravel(session.source, session.config, { snapshotEvery: 300, snapshotBytes: 1e7 });
    while (travel.index(1_000));
    return travel;
  }

  const answer = (kind: 'approve' | 'veto', index = 0): OperatorCommand => {
    const { event } = opened[index]!;
    const proposalId = event.kind === 'proposal-opened' ? event.proposal.proposalId : 0;
    return { kind, proposalId, revision: 1, viewSeq: 0 };
  };

  /** Everything about a forked run must equal a plain fold over the same inputs. */
  function checkAgainstFold(travel: TimeTravel, cursors: readonly number[]): void {
    while (travel.index(1_000));
    const truth = forward(travel.source, session, new Set([...cursors, travel.total]));
    expect(eventsIn(travel)).toEqual(truth.events);
    for (const at of [...cursors, travel.total]) {
      travel.seek(at);
      expect([at, travel.state.arena.hash()]).toEqual([at, truth.hashes.get(at)]);
    }
  }

  it.each([
    ['approve', 'cleared-by-operator'],
    ['veto', 'vetoed-by-operator'],
  ] as const)(
    '%s: the command is folded in, what was known beyond is forgotten, all later inputs are as recorded',
    (kind, outcome) => {
      const travel = open();
      const at = opened[0]!.cursor;
      travel.seek(at);
      travel.fork(answer(kind));
      expect([travel.cursor, travel.total, travel.forked]).toEqual([at + 1, SHORT + 1, true]);
      expect(travel.indexed).toBeLessThanOrEqual(at + 1);
      while (travel.index(1_000));
      const closed = eventsIn(travel).find(({ event }) => event.kind === 'proposal-closed')!;
      expect(closed).toMatchObject({ cursor: at + 1, event: { outcome, seq: at + 1 } });
      checkAgainstFold(travel, [0, at - 1, at, at + 1, at + 2, 3_000, SHORT]);
    },
  );

  it('has before the fork what it had before, and leaves the recording alone', () => {
    const travel = open();
    const untouched = session.records.map((bytes) => bytes.slice());
    travel.seek(2_500);
    travel.fork({ kind: 'kill' });
    for (const [at, hash] of hashesBefore) {
      travel.seek(at);
      expect(travel.state.arena.hash()).toBe(hash);
    }
    while (travel.index(1_000));
    travel.seek(travel.total);
    expect(session.records).toEqual(untouched);
    checkAgainstFold(travel, [0, 1_000, 2_499, 2_500, 2_501, 4_000]);
  });

  it('of several commands keeps those before, and drops those beyond an earlier one', () => {
    const travel = open();
    const add = (at: number, command: OperatorCommand): void => {
      travel.seek(at);
      travel.fork(command);
    };
    add(1_500, { kind: 'kill' });
    add(1_501, { kind: 'flatten' });
    add(3_000, { kind: 'resume' });
    expect(travel.commands.map((c) => [c.index, c.command.kind])).toEqual([
      [1_500, 'kill'],
      [1_501, 'flatten'],
      [3_000, 'resume'],
    ]);
    checkAgainstFold(travel, [1_499, 1_500, 1_501, 1_502, 2_000, 3_000, 3_001, 4_000]);
    add(1_501, { kind: 'set-control', mode: 'manual' });
    expect(travel.commands.map((c) => c.command.kind)).toEqual(['kill', 'set-control']);
    expect(travel.total).toBe(SHORT + 2);
    checkAgainstFold(travel, [0, 1_500, 1_502, 5_000]);
  });

  it('can be forked at its start, at its end, and before it is indexed', () => {
    const travel = new TimeTravel(session.source, session.config, { snapshotEvery: 300, snapshotBytes: 1e7 });
    travel.seek(0);
    travel.fork({ kind: 'set-control', mode: 'auto' });
    travel.seek(travel.total);
    travel.fork({ kind: 'kill' });
    expect([travel.total, travel.cursor]).toEqual([SHORT + 2, SHORT + 2]);
    checkAgainstFold(travel, [0, 1, 2, SHORT, SHORT + 1]);
  });

  it('gives random forks and seeks the hashes of a fold', () => {
    const command = fc.constantFrom<OperatorCommand>(
      { kind: 'kill' },
      { kind: 'resume' },
      { kind: 'flatten' },
      { kind: 'set-control', mode: 'auto' },
      { kind: 'set-control', mode: 'manual' },
      { kind: 'accept-suggestion', suggestionId: 1 },
    );
    const moves = fc.array(fc.tuple(fc.nat(SHORT), fc.option(command, { freq: 3 })), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(moves, fc.nat(SHORT), (path, indexedFirst) => {
        const travel = new TimeTravel(session.source, session.config, { snapshotEvery: 200, snapshotBytes: 400_000 });
        travel.index(indexedFirst);
        for (const [at, fork] of path) {
          travel.seek(at);
          if (fork !== null) travel.fork(fork);
        }
        checkAgainstFold(
          travel,
          path.map(([at]) => at),
        );
      }),
      { numRuns: 12 },
    );
  });
});
