/** A recorded run against its replay: the first difference in a few words, and what a torn recording may lack. */
import { describe, expect, test } from 'vitest';
import { canonical, type EngineEvent } from '../../../engine/domain/index.ts';
import type { LoadedSession } from '../../../logs/index.ts';
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

function session(recorded: readonly EngineEvent[], lastSeq: number, complete: boolean): LoadedSession {
  return {
    manifest: { complete },
    tail: { lastSeq },
    checkpoints: [],
    outputs: {
      count: recorded.length,
      textsAt: (seq: number) => recorded.filter((each) => each.seq === seq).map((each) => canonical(each)),
    },
  } as unknown as LoadedSession;
}

function compare(of: LoadedSession, derived: readonly EngineEvent[]): string | undefined {
  const comparison = new Comparison(of, true);
  for (const each of derived) comparison.take(each);
  comparison.finishEvents();
  return comparison.mismatch;
}

describe('a run against its recording', () => {
  const run = [event(1, 1), event(1, 2), event(4, 3), event(4, 4)];

  test('equal, different, more and less', () => {
    expect(compare(session(run, 4, true), run)).toBeUndefined();
    expect(compare(session(run, 4, true), [...run.slice(0, 3), event(4, 9)])).toBe(
      'input 4: book: updateId recorded 4, replayed 9',
    );
    expect(compare(session(run, 4, true), run.slice(0, 3))).toBe('input 4: recorded book, nothing more replayed');
    expect(compare(session(run, 4, true), run.slice(0, 2))).toBe('4 events recorded, 2 replayed');
    expect(compare(session(run.slice(0, 1), 4, true), run)).toBe('input 1: nothing more recorded, replayed book');
  });

  test('one that broke off may lack what its last input caused, and nothing else', () => {
    expect(compare(session(run.slice(0, 3), 4, false), run)).toBeUndefined();
    expect(compare(session(run.slice(0, 2), 4, false), run)).toBeUndefined();
    expect(compare(session(run.slice(0, 3), 4, true), run)).toMatch(/^input 4: nothing more recorded/);
    expect(compare(session(run.slice(0, 1), 4, false), run)).toMatch(/^input 1: nothing more recorded/);
    expect(compare(session([...run.slice(0, 2), event(4, 9)], 4, false), run)).toMatch(/^input 4: book: updateId/);
  });
});
