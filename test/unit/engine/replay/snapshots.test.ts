/** Snapshots at growing distance: bounded memory, the nearest at or before, and what a fork forgets. */
import { describe, expect, it } from 'vitest';
import { Arena } from '../../../../engine/kernel/arena.ts';
import { SnapshotStore } from '../../../../engine/replay/snapshots.ts';

function stage(every: number, capacity: number) {
  const arena = new Arena();
  const cursor = arena.f64('cursor', 1);
  const store = new SnapshotStore(arena.byteLength, every, capacity * arena.byteLength);
  const run = (from: number, to: number): void => {
    for (let i = from; i <= to; i++) {
      cursor[0] = i;
      store.offer(i, arena);
    }
  };
  /** Cursor of the nearest snapshot, after a look at its bytes. */
  const nearest = (at: number): number => {
    const found = store.nearest(at)!;
    expect(new Float64Array(found.bytes.slice().buffer)[0]).toBe(found.cursor);
    return found.cursor;
  };
  return { store, run, nearest };
}

describe('SnapshotStore', () => {
  it('keeps every n-th state and finds the newest at or before', () => {
    const { store, run, nearest } = stage(10, 100);
    run(0, 57);
    expect([0, 9, 10, 39, 40, 57, 1_000].map(nearest)).toEqual([0, 0, 10, 30, 40, 50, 50]);
    expect(store.bytes).toBe(6 * 8);
  });

  it.each([2, 3, 4, 5, 8])('never holds more than %i, and thins evenly', (capacity) => {
    const { store, run, nearest } = stage(4, capacity);
    for (let end = 0; end < 400; end++) {
      run(end, end);
      expect(store.bytes).toBeLessThanOrEqual(capacity * 8);
      // Never farther back than one distance, whatever was thinned.
      expect(end - nearest(end)).toBeLessThan(store.every * 2);
      expect(nearest(end) % store.every).toBe(0);
    }
    expect(store.every).toBeGreaterThanOrEqual(400 / capacity / 2);
  });

  it('holds two even where memory is for less than one', () => {
    const { store, run, nearest } = stage(4, 0);
    run(0, 4);
    expect([nearest(3), nearest(4), store.bytes]).toEqual([0, 4, 16]);
  });

  it('forgets what lies beyond a fork, and goes on from there', () => {
    const { store, run, nearest } = stage(10, 100);
    run(0, 95);
    store.truncate(40);
    expect([nearest(39), nearest(40), nearest(95)]).toEqual([30, 40, 40]);
    run(41, 63);
    expect(nearest(63)).toBe(60);
    store.truncate(59);
    expect(nearest(63)).toBe(50);
    store.truncate(0);
    expect(nearest(63)).toBe(0);
  });

  it('does not take a state that is not next on its grid', () => {
    const { store, run, nearest } = stage(10, 100);
    run(0, 0);
    run(20, 20);
    expect([nearest(20), store.bytes]).toEqual([0, 8]);
  });
});
