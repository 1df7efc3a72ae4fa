/** One hash for one session: ten runs, other processes, no optimiser, no clock; and every leaf and every byte counts. */
import { beforeAll, describe, expect, it } from 'vitest';
import { AT, configHash, cursorOver, InputEncoder, type Money } from '../../engine/domain/index.ts';
import { createEngine, createState, step } from '../../engine/index.ts';
import { leaningBook, Session, START_US, testConfig } from '../fixtures/engine-session.ts';
import { libraryOf, smallModel } from '../fixtures/small-models.ts';
import { syntheticSession } from '../fixtures/synthetic-session.ts';
import { ELSEWHERE, everyByteCounts, everyLeafCounts, foldElsewhere, foldHere } from './determinism.ts';

const INPUTS = 10_000;

const SEED = 5;

const runHere = (changes: object = {}) => foldHere(syntheticSession(INPUTS, changes, SEED));

describe('the same session', () => {
  let first: ReturnType<typeof runHere>;
  beforeAll(() => {
    first = runHere();
  });

  it('gives one hash and the same events in ten runs', () => {
    const runs = Array.from({ length: 9 }, () => runHere());
    expect(new Set([first, ...runs].map((run) => `${run.hash} ${run.events}`)).size).toBe(1);
    expect(first.hash).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each(Object.keys(ELSEWHERE))('gives it in %s', (name) => {
    expect(foldElsewhere(name, INPUTS, SEED)).toEqual({ hash: first.hash, events: first.events });
  });

  it('gives another under another seed, mode, interval or figure of the policy', () => {
    const { policy } = first.state.config;
    const others = [
      { seed: 6 },
      { control: 'veto' },
      { barIntervalUs: 2_000_000 },
      { policy: { ...policy, risk: { ...policy.risk, collarPpm: policy.risk.collarPpm + 1 } } },
    ].map(runHere);
    expect(new Set([first, ...others].map((run) => run.hash)).size).toBe(5);
    expect(new Set(others.map((run) => configHash(run.state.config))).size).toBe(4);
  });

  it('changes its hash with any leaf of any column', () => {
    expect(everyLeafCounts(first.state, 2)).toBeGreaterThan(250);
    expect(first.state.arena.hash()).toBe(first.hash);
  });

  it('a leaf that does not count is caught', () => {
    const { arena } = createState(first.state.config);
    const blind = { arena: { hash: () => 'always this', columns: () => arena.columns() } };
    expect(() => everyLeafCounts(blind, 2)).toThrow(/does not count/);
  });

  it('changes its hash with any bit of a recorded input, or refuses it', () => {
    const session = syntheticSession(300, {}, SEED);
    const { folded, refused } = everyByteCounts(session, 299, [0x01, 0x80]);
    expect(folded).toBeGreaterThan(30);
    expect(refused).toBeGreaterThan(10);
  });
});

const NHITS = smallModel('nhits');

/** One record of each kind that follows the session's first two inputs. */
const RECORDS: Readonly<Record<string, (encoder: InputEncoder, atUs: number) => void>> = {
  trade: (e, at) => e.trade(0, at, 100_000, 7, 3, true),
  quote: (e, at) => e.quote(0, at, 99_999, 5, 100_001, 6, 44),
  depth: (e, at) => e.depth(0, at, 101, 103, -1, [99_999, 5], [100_001, 0, 100_004, 9], false),
  'depth of futures': (e, at) => e.depth(0, at, 101, 103, 100, [99_999, 5], [], false),
  snapshot: (e, at) => e.depth(0, at, 200, 200, -1, [99_990, 1, 99_980, 2], [100_010, 3], true),
  bar: (e, at) => e.bar(0, at - 1e6, 100_000, 100_100, 99_900, 100_050, 70, 1_000_000, 12),
  timer: (e) => e.timer(),
  command: (e) => e.command({ kind: 'approve', proposalId: 1, revision: 1, viewSeq: 9 }, 'console'),
  gap: (e, at) => e.gap(0, at, 'disconnect'),
  model: (e) => e.model('nhits', 'serve', NHITS.id, 'promote'),
  report: (e, at) =>
    e.report(
      {
        kind: 'filled',
        orderId: 1,
        side: -1,
        lots: 3,
        priceTicks: 9,
        executionId: 5,
        fee: 7n as Money,
        feeLots: 0,
        maker: true,
      },
      0,
      at,
    ),
};

describe('any byte of an input', () => {
  it.each(Object.keys(RECORDS))('counts: %s', (kind) => {
    const session = new Session(testConfig());
    session.snapshot({ last: 100, ...leaningBook(1) });
    session.wait(1).timer();
    const encoder = new InputEncoder();
    RECORDS[kind]!(encoder, session.atUs);
    encoder.stamp(3, START_US + 1_100_000);
    const record = encoder.bytes().slice();
    const engine = createEngine(createState(testConfig()), libraryOf(NHITS));
    const before = new Uint8Array(engine.state.arena.byteLength);
    session.state.arena.save(before);
    const hashOf = (bytes: Uint8Array): string => {
      engine.state.arena.load(before);
      engine.state.outbox.take();
      try {
        step(engine, cursorOver(bytes));
        return engine.state.arena.hash();
      } catch (error) {
        return `refused: ${error instanceof Error ? error.name : 'oddly'}`;
      }
    };
    const truth = hashOf(record);
    expect(truth).toMatch(/^[0-9a-f]{32}$/);
    const hashes = new Set([truth]);
    let folded = 0;
    for (let at = AT.type; at < record.byteLength; at++) {
      for (const mask of [0x01, 0x10, 0x80]) {
        const mutant = record.slice();
        mutant[at]! ^= mask;
        const hash = hashOf(mutant);
        if (!hash.startsWith('refused: ')) {
          folded++;
          if (hashes.has(hash)) expect.unreachable(`bit ${mask} of byte ${at} does not count`);
          hashes.add(hash);
        } else expect(['refused: InvariantError', 'refused: RangeError']).toContain(hash);
      }
    }
    expect(folded).toBeGreaterThan(10);
  });
});
