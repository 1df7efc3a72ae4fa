/** The guard before acting keys: what a person presses passes, what a machine or a stuck key sends does not. */
import { describe, expect, it } from 'vitest';
import {
  APPEARED_MS,
  BURST_MS,
  DEAF_MS,
  emptyGuard,
  type GuardState,
  noteInput,
  pressActing,
  takeDue,
} from '../../../../state/keymap/guard.ts';

const press = (
  guard: GuardState<string>,
  key: string,
  atMs: number,
  changes: { crowded?: boolean; sinceMs?: number } = {},
) =>
  pressActing(guard, {
    key,
    atMs,
    crowded: changes.crowded ?? false,
    targetSinceMs: 'sinceMs' in changes ? changes.sinceMs : 0,
    what: `${key}@${atMs}`,
  });

/** Presses keys at these times, lets time pass, and gives what acted. */
function acted(presses: ReadonlyArray<readonly [key: string, atMs: number]>, endMs = 100_000): string[] {
  let guard = emptyGuard<string>();
  const done: string[] = [];
  const pass = (untilMs: number): void => {
    const taken = takeDue(guard, untilMs);
    guard = taken.guard;
    if (taken.due !== undefined) done.push(taken.due);
  };
  for (const [key, atMs] of presses) {
    pass(atMs - 1);
    guard = key === 'other' ? noteInput(guard, atMs).guard : press(guard, key, atMs).guard;
  }
  pass(endMs);
  return done;
}

describe('an acting key', () => {
  it('acts once after a moment', () => {
    const { guard, ignored } = press(emptyGuard(), 'a', 5_000);
    expect(ignored).toBeUndefined();
    expect(takeDue(guard, 5_000 + BURST_MS - 1).due).toBeUndefined();
    const taken = takeDue(guard, 5_000 + BURST_MS);
    expect(taken.due).toBe('a@5000');
    expect(takeDue(taken.guard, 9_000).due).toBeUndefined();
  });

  it('is refused when it came with other keys in one read', () => {
    const { guard, ignored } = press(emptyGuard(), 'a', 5_000, { crowded: true });
    expect(ignored).toMatch(/burst/);
    expect(guard.held).toBeUndefined();
  });

  it('is refused right after any other input', () => {
    expect(
      acted([
        ['other', 5_000],
        ['a', 5_000 + BURST_MS - 1],
      ]),
    ).toEqual([]);
    expect(
      acted([
        ['other', 5_000],
        ['a', 5_000 + BURST_MS],
      ]),
    ).toHaveLength(1);
  });

  it('is called off by input that follows at once', () => {
    expect(
      acted([
        ['a', 5_000],
        ['other', 5_010],
      ]),
    ).toEqual([]);
    expect(noteInput(press(emptyGuard(), 'a', 5_000).guard, 5_010).ignored).toMatch(/a ignored/);
  });

  it('is refused on what has only just appeared', () => {
    expect(press(emptyGuard(), 'a', 5_000, { sinceMs: 5_001 - APPEARED_MS }).ignored).toMatch(/appeared/);
    expect(press(emptyGuard(), 'a', 5_000, { sinceMs: 5_000 - APPEARED_MS }).ignored).toBeUndefined();
    expect(press(emptyGuard(), 'a', 5_000, { sinceMs: Number.POSITIVE_INFINITY }).ignored).toMatch(/appeared/);
  });

  it('is deaf until it was left alone, and other keys are not', () => {
    expect(
      acted([
        ['a', 5_000],
        ['a', 5_000 + DEAF_MS - 1],
      ]),
    ).toEqual(['a@5000']);
    expect(
      acted([
        ['a', 5_000],
        ['a', 5_400],
        ['a', 5_800],
        ['a', 6_200],
      ]),
    ).toEqual(['a@5000']);
    expect(
      acted([
        ['a', 5_000],
        ['a', 5_000 + DEAF_MS],
      ]),
    ).toHaveLength(2);
    expect(
      acted([
        ['a', 5_000],
        ['v', 5_200],
      ]),
    ).toEqual(['a@5000', 'v@5200']);
  });

  it.each([250, 500, 660, 1_000, 1_500])('held down acts once, when repetition begins after %i ms', (delay) => {
    const repeats = Array.from({ length: 600 }, (_, i) => ['a', 5_000 + delay + i * 33] as const);
    expect(acted([['a', 5_000], ...repeats])).toEqual(['a@5000']);
  });
});

describe('a paste without brackets', () => {
  it('acts on nothing, a byte at a time', () => {
    for (const gap of [0, 1, 5, 29]) {
      const bytes = Array.from(
        { length: 500 },
        (_, i) => [i % 3 === 0 ? 'a' : i % 3 === 1 ? 'v' : 'other', 5_000 + i * gap] as const,
      );
      expect(acted(bytes)).toEqual([]);
    }
  });
});
