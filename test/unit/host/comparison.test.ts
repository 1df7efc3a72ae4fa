/** A recorded run against its replay: the first difference in a few words, and what a torn recording may lack. */
import { describe, expect, test } from 'vitest';
import { canonical, type EngineEvent } from '../../../engine/domain/index.ts';
import type { RecordedNote } from '../../../logs/index.ts';
import { Comparison } from '../../../src/host/comparison.ts';
import { firstDifference } from '../../../src/host/difference.ts';

describe('the first difference', () => {
  const text = (value: unknown): string => JSON.stringify(value);

  test.each([
    [{ kind: 'fill', a: { b: [1, 2] } }, { kind: 'fill', a: { b: [1, 3] } }, 'fill: a.b.1 recorded 2, replayed 3'],
    [{ kind: 'fill' }, { kind: 'kill' }, 'kill: kind recorded "fill", replayed "kill"'],
    [{ kind: 'fill', x: 1 }, { kind: 'fill' }, 'fill: x recorded 1, replayed nothing'],
    [{ kind: 'fill', x: [1] }, { kind: 'fill', x: 1 }, 'fill: x recorded [1], replayed 1'],
  ])('%j and %j', (recorded, replayed, expected) => {
    expect(firstDifference(text(recorded), text(replayed))).toBe(expected);
  });

  test('is short and harmless whatever was recorded', () => {
    const hostile = firstDifference(text({ kind: '\x1b[2J', a: '\x1b[2J'.repeat(1000) }), text({ kind: 'x', a: 1 }));
    expect(hostile).not.toContain('\x1b');
    expect(hostile.length).toBeLessThan(300);
    expect(firstDifference('no json', text({ kind: 'x' }))).toMatch(/^x: recorded nothing, replayed/);
    expect(firstDifference(undefined, text({ kind: 'fill' }))).toBe('nothing more recorded, replayed fill');
    expect(firstDifference(text({ kind: 'fill' }), undefined)).toBe('recorded fill, nothing more replayed');
  });
});

const event = (seq: number, updateId: number): EngineEvent => ({
  seq,
  atUs: seq,
  kind: 'book',
  instrument: 0,
  state: 'synced',
  updateId,
});

interface Recording {
  readonly events: readonly EngineEvent[];
  readonly lastSeq: number;
  readonly complete: boolean;
}

const session = (events: readonly EngineEvent[], lastSeq: number, complete: boolean): Recording => ({
  events,
  lastSeq,
  complete,
});

/** Compares whatever the two sides come in: each after the other, and all of one before the other. */
function compare({ events, lastSeq, complete }: Recording, derived: readonly EngineEvent[]): string | undefined {
  const note = (of: EngineEvent): RecordedNote => ({ kind: 'output', seq: of.seq, atUs: 0, text: canonical(of) });
  const inTurn = new Comparison();
  for (let i = 0; i < Math.max(events.length, derived.length); i++) {
    if (derived[i] !== undefined) inTurn.derive(derived[i]!);
    if (events[i] !== undefined) inTurn.record(note(events[i]!));
  }
  const derivedFirst = new Comparison();
  for (const each of derived) derivedFirst.derive(each);
  for (const each of events) derivedFirst.record(note(each));
  const recordedFirst = new Comparison();
  for (const each of events) recordedFirst.record(note(each));
  for (const each of derived) recordedFirst.derive(each);
  const found = [inTurn, derivedFirst, recordedFirst].map((comparison) => {
    comparison.finishEvents(complete, { lastSeq });
    return comparison.mismatch;
  });
  expect(new Set(found).size).toBe(1);
  return found[0];
}

describe('a run against its recording', () => {
  const run = [event(1, 1), event(1, 2), event(4, 3), event(4, 4)];

  test('equal, different, more and less', () => {
    expect(compare(session(run, 4, true), run)).toBeUndefined();
    expect(compare(session(run, 4, true), [...run.slice(0, 3), event(4, 9)])).toBe(
      'input 4: book: updateId recorded 4, replayed 9',
    );
    expect(compare(session(run, 4, true), run.slice(0, 3))).toBe('input 4: recorded book, nothing more replayed');
    expect(compare(session(run, 4, true), run.slice(0, 2))).toBe('input 4: recorded book, nothing more replayed');
    expect(compare(session(run.slice(0, 1), 4, true), run)).toBe('input 1: nothing more recorded, replayed book');
  });

  test('one that broke off may lack what its last input caused, and nothing else', () => {
    expect(compare(session(run.slice(0, 3), 4, false), run)).toBeUndefined();
    expect(compare(session(run.slice(0, 2), 4, false), run)).toBeUndefined();
    expect(compare(session(run.slice(0, 3), 4, true), run)).toMatch(/^input 4: nothing more recorded/);
    expect(compare(session(run.slice(0, 1), 4, false), run)).toMatch(/^input 1: nothing more recorded/);
    expect(compare(session([...run.slice(0, 2), event(4, 9)], 4, false), run)).toMatch(/^input 4: book: updateId/);
  });

  test('neither side waits for ever for the other', () => {
    const many = Array.from({ length: 5_000 }, (_, i) => event(i + 1, 1));
    const silent = new Comparison();
    for (const each of many) silent.derive(each);
    expect(silent.mismatch).toMatch(/^input 1: nothing more recorded/);
    const chatty = new Comparison();
    for (const each of many) chatty.record({ kind: 'output', seq: each.seq, atUs: 0, text: canonical(each) });
    expect(chatty.mismatch).toMatch(/^input 1: recorded book, nothing more replayed/);
  });

  test('a checkpoint is compared with the state after its input, and with no other', () => {
    const hash = 'ab'.repeat(16);
    const note: RecordedNote = { kind: 'checkpoint', seq: 3, atUs: 0, text: hash };
    const found = [hash, 'cd'.repeat(16), undefined].map((derived) => {
      const comparison = new Comparison();
      comparison.checkpoint(note, derived);
      return comparison.mismatch;
    });
    expect(found[0]).toBeUndefined();
    expect(found[1]).toMatch(/^state after input 3: recorded abab.*, replayed cdcd/);
    expect(found[2]).toMatch(/replayed another input since$/);
  });
});
