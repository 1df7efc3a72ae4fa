/**
 * Recorded answers in forks, over seeded sessions with an operator in them: each reaches the question it was given to or
 * none, whatever was answered otherwise before; held against a naive account of both runs.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  cursorOver,
  decodeCommand,
  type EngineEvent,
  type OperatorCommand,
  RECORD,
} from '../../engine/domain/index.ts';
import {
  createEngine,
  createState,
  type EngineState,
  Fold,
  type ForkAnswers,
  ForkedSource,
  step,
  TimeTravel,
} from '../../engine/index.ts';
import { nextUnit, seedPrng } from '../../engine/kernel/prng.ts';
import { answeredSession } from '../fixtures/answered-session.ts';
import type { SyntheticSession } from '../fixtures/synthetic-session.ts';

const INPUTS = 8_000;
const SEEDS = [1, 2, 3, 4, 5, 6];
const OPTIONS = { snapshotEvery: 256, snapshotBytes: 4e6 };

interface Deed {
  readonly index: number;
  readonly events: readonly EngineEvent[];
}

/** What a proposal or suggestion is, told without its number. */
type Names = Map<string, string>;

/** A naive account of the recording: what each number meant, and each answer. */
function accountOf({ source, config }: SyntheticSession): {
  names: Names;
  answers: Map<number, string>;
  deeds: Deed[];
} {
  const engine = createEngine(createState(config));
  const input = cursorOver(new Uint8Array(8));
  const names: Names = new Map();
  const answers = new Map<number, string>();
  const deeds: Deed[] = [];
  for (let index = 0; index < source.count; index++) {
    source.seek(index, input);
    const command = commandAt(input);
    if (command !== undefined) answers.set(index, names.get(numberOf(command)) ?? 'nothing');
    const events = step(engine, input);
    for (const event of events) name(event, names);
    deeds.push({ index, events });
  }
  return { names, answers, deeds };
}

function commandAt({ view, offset }: { view: DataView; offset: number }): OperatorCommand | undefined {
  if (view.getUint8(offset + 8) !== RECORD.command) return undefined;
  return decodeCommand(Array.from({ length: 6 }, (_, i) => view.getFloat64(offset + 32 + i * 8, true)))?.command;
}

function numberOf(command: OperatorCommand): string {
  if ('proposalId' in command) return `p${command.proposalId}`;
  return 'suggestionId' in command ? `s${command.suggestionId}` : '';
}

/** By instrument, side, time and reasons: two of the same would be the same. */
function name(event: EngineEvent, names: Names): void {
  if (event.kind === 'suggestion') {
    const { suggestionId, producer, action } = event.suggestion;
    names.set(`s${suggestionId}`, `${producer} ${action} ${event.atUs}`);
  }
  if (event.kind === 'decision') names.set(`d${event.trace.decisionId}`, strategiesOf(event));
  if (event.kind !== 'proposal-opened') return;
  const { proposalId, decisionId, instrument, side } = event.proposal;
  names.set(`p${proposalId}`, `${instrument} ${side} ${event.atUs} ${names.get(`d${decisionId}`)}`);
}

const strategiesOf = ({ trace }: Extract<EngineEvent, { kind: 'decision' }>): string =>
  trace.strategies.map(({ strategy, direction }) => (direction === trace.side ? strategy : '')).join();

/** The state hash but for the sequence and the digest of the inputs, which a command that was put in changes. */
function hashLike(state: EngineState, other: EngineState): string {
  const bytes = new Uint8Array(state.arena.byteLength);
  state.arena.save(bytes);
  const copy = createState(state.config);
  copy.arena.load(bytes);
  copy.control.seq[0] = other.control.seq[0]!;
  copy.control.inputHash.set(other.control.inputHash);
  return copy.arena.hash();
}

const wholeFork = (session: SyntheticSession, at: number, command: OperatorCommand): TimeTravel => {
  const travel = new TimeTravel(session.source, session.config, OPTIONS);
  travel.seek(at);
  travel.fork(command);
  while (travel.index(1_000));
  travel.seek(travel.total);
  return travel;
};

const isRefusal = (event: EngineEvent): boolean =>
  event.kind === 'command-refused' || (event.kind === 'proposal-closed' && event.outcome === 'refused-at-clearing');

const kindsOf = (answers: ForkAnswers) => ({
  ...answers,
  differing: answers.differing.length,
  noQuestion: answers.noQuestion.length,
  refused: answers.refused.length,
  overruled: answers.overruled.length,
});

/** What all seeds together have come upon: a test that meets none of it shows nothing. */
const tally = { overruled: 0, shifted: 0, missed: 0, refused: 0, differing: 0, newExpired: 0, newCleared: 0 };

describe.each(SEEDS)('a session of seed %i', (seed) => {
  let session: SyntheticSession;
  let account: ReturnType<typeof accountOf>;
  const random = new Int32Array(4);
  beforeAll(() => {
    session = answeredSession(INPUTS, seed);
    account = accountOf(session);
    seedPrng(random, seed * 77);
    expect(account.answers.size).toBeGreaterThan(20);
  });

  it('a fork that changes nothing is the recording, with all its answers', () => {
    const original = new TimeTravel(session.source, session.config, OPTIONS);
    while (original.index(1_000));
    original.seek(original.total);
    for (const share of [0, 0.2, 0.5, 0.9]) {
      const at = Math.floor(session.source.count * share);
      const travel = wholeFork(session, at, { kind: 'resume' });
      expect(travel.events.count).toBe(original.events.count + 1);
      expect(hashLike(travel.state, original.state)).toBe(original.state.arena.hash());
      const answers = travel.answers()!;
      const taken = account.deeds.filter(
        ({ index, events }) => index >= at && account.answers.has(index) && !events.some(isRefusal),
      );
      expect(kindsOf(answers)).toMatchObject({
        given: taken.length,
        differing: 0,
        noQuestion: 0,
        overruled: 0,
        refused: 0,
        newExpired: 0,
        newCleared: 0,
      });
    }
  });

  it('after another answer the later ones reach what they were given to, or nothing', () => {
    let shifted = 0;
    let missed = 0;
    for (let round = 0; round < 8; round++) {
      const at = Math.floor(nextUnit(random) * session.source.count * 0.5);
      const travel = new TimeTravel(session.source, session.config, OPTIONS);
      travel.seek(at);
      travel.fork(otherAnswer(travel.state, nextUnit(random)));
      while (travel.index(1_000));
      const seen = checkAnswers(travel, at);
      const answers = travel.answers(travel.total)!;
      tally.overruled += answers.overruled.length;
      tally.refused += answers.refused.length;
      tally.differing += answers.differing.length;
      tally.newExpired += answers.newExpired;
      tally.newCleared += answers.newCleared;
      shifted += seen.shifted;
      missed += seen.missed;
    }
    tally.shifted += shifted;
    tally.missed += missed;
  });

  /** Holds each recorded answer of a fork against the account of the recording. */
  function checkAnswers(travel: TimeTravel, at: number): { shifted: number; missed: number } {
    const names: Names = new Map();
    const byIndex = new Map<number, EngineEvent[]>();
    for (const { cursor, event } of travel.events.slice(0, travel.events.count)) {
      byIndex.set(cursor - 1, [...(byIndex.get(cursor - 1) ?? []), event]);
    }
    let shifted = 0;
    let missed = 0;
    for (let index = 0; index < travel.total; index++) {
      const events = byIndex.get(index) ?? [];
      const place = index - 1;
      const meant = index > at ? account.answers.get(place) : undefined;
      if (meant !== undefined) {
        const told = travel.answerAt(index)!;
        const prefix = told.answer.endsWith('suggestion') ? 's' : 'p';
        if (told.here === undefined) {
          missed++;
          expect([...names].filter(([number, each]) => number.startsWith(prefix) && each === meant)).toEqual([]);
          expect(events.filter(({ kind }) => kind === 'command-refused')).toEqual([]);
        } else expect([index, names.get(`${prefix}${told.here}`) ?? 'nothing']).toEqual([index, meant]);
        if (told.here !== undefined && told.here !== told.recorded) shifted++;
        for (const event of events) {
          if (event.kind === 'proposal-closed' && event.outcome.endsWith('by-operator')) {
            expect(names.get(`p${event.proposalId}`)).toBe(meant);
          }
          if (event.kind === 'proposal-resized') expect(names.get(`p${event.proposalId}`)).toBe(meant);
          if (event.kind === 'suggestion-closed') expect(names.get(`s${event.suggestionId}`)).toBe(meant);
        }
      }
      for (const event of events) name(event, names);
    }
    checkLapses(travel, at, names);
    return { shifted, missed };
  }

  /** Who was asked in vain, counted from the events alone. */
  function checkLapses(travel: TimeTravel, at: number, names: Names): void {
    const answers = travel.answers(travel.total)!;
    const refused = new Set([...answers.refused, ...answers.overruled].map(({ here }) => here));
    const known = new Set(account.names.values());
    const opened = new Map<number, number>();
    let [unanswered, newExpired, newCleared] = [0, 0, 0];
    for (const { cursor, event } of travel.events.slice(0, travel.events.count)) {
      if (event.kind === 'proposal-opened') opened.set(event.proposal.proposalId, cursor);
      if (event.kind !== 'proposal-closed' || cursor <= at) continue;
      const isNew = !known.has(names.get(`p${event.proposalId}`)!);
      if (event.outcome === 'expired' && !refused.has(event.proposalId)) {
        unanswered++;
        if (isNew) newExpired++;
      }
      if (event.outcome === 'cleared-by-policy' && isNew && opened.get(event.proposalId) !== cursor) newCleared++;
    }
    expect(answers).toMatchObject({ unanswered, newExpired, newCleared });
  }

  it('by any way, and again from its commands, it is the same fork', () => {
    const at = Math.floor(session.source.count * 0.2);
    const travel = new TimeTravel(session.source, session.config, OPTIONS);
    travel.seek(at);
    travel.fork(otherAnswer(travel.state, 0.1));
    // Looked at far ahead before it has been read, then forked once more.
    travel.seek(travel.total - 500);
    travel.seek(at + 800);
    travel.fork({ kind: 'set-control', mode: 'veto' });
    while (travel.index(700));
    travel.seek(travel.total);
    const source = new ForkedSource(session.source);
    for (const { index, command } of travel.commands) source.insert(index, command);
    const events: EngineEvent[] = [];
    const fold = new Fold(source, session.config, (event) => events.push(event));
    while (fold.run(999));
    expect(fold.state.arena.hash()).toBe(travel.state.arena.hash());
    expect(fold.answers).toEqual(travel.answers());
    expect(events).toEqual(travel.events.slice(0, travel.events.count).map(({ event }) => event));
    for (let round = 0; round < 20; round++) {
      const cursor = Math.floor(nextUnit(random) * travel.total);
      travel.seek(cursor);
      const part = new Fold(source, session.config, () => {});
      part.run(cursor);
      expect([cursor, travel.state.arena.hash()]).toEqual([cursor, part.state.arena.hash()]);
      expect(travel.answers() ?? part.answers).toEqual(part.answers ?? travel.answers());
    }
  });
});

it('all of it has happened', () => {
  for (const [what, count] of Object.entries(tally)) expect([what, count > 0]).toEqual([what, true]);
});

/** Something that changes what is proposed later: an answer to what waits, else another control or a kill. */
function otherAnswer({ proposals }: EngineState, share: number): OperatorCommand {
  const slot = proposals.state.indexOf(1);
  if (slot < 0) return share < 0.5 ? { kind: 'set-control', mode: 'auto' } : { kind: 'set-control', mode: 'veto' };
  const answer = { proposalId: proposals.id[slot]!, revision: proposals.revision[slot]!, viewSeq: 0 };
  if (share < 0.3) return { kind: 'veto', ...answer };
  if (share < 0.5) return { kind: 'resize', ...answer, lots: Math.max(Math.floor(proposals.lots[slot]! / 2), 1) };
  return { kind: 'approve', ...answer };
}
