/** An exchange's state on a disk that fails: told once, tried again, and never lost in silence. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StateSaver } from '../../../src/cli/state-saver.ts';

let failure: string | undefined;
let writes: number;
let told: string[];

function saver(): StateSaver {
  const write = (): void => {
    if (failure !== undefined) throw new Error(failure);
    writes++;
  };
  return new StateSaver(write, (text) => told.push(text));
}

beforeEach(() => {
  vi.useFakeTimers();
  [failure, writes, told] = [undefined, 0, []];
});
afterEach(() => void vi.useRealTimers());

test('what has changed is written soon, what stands still every second', () => {
  const state = saver();
  state.start();
  vi.advanceTimersByTime(250);
  expect(writes).toBe(1);
  state.changed();
  vi.advanceTimersByTime(250);
  expect(writes).toBe(2);
  vi.advanceTimersByTime(10_000);
  expect(writes).toBeGreaterThan(10);
  expect(writes).toBeLessThan(14);
  const before = writes;
  state.end();
  vi.advanceTimersByTime(10_000);
  expect([writes, told]).toEqual([before + 1, []]);
});

test('a disk that is full is told of once for each reason, and the state is there when it has room again', () => {
  const state = saver();
  state.start();
  failure = 'ENOSPC';
  vi.advanceTimersByTime(5_000);
  failure = 'EIO';
  vi.advanceTimersByTime(5_000);
  expect(told).toEqual([
    'the state cannot be saved, and is tried again: ENOSPC',
    'the state cannot be saved, and is tried again: EIO',
  ]);
  failure = undefined;
  vi.advanceTimersByTime(250);
  expect(writes).toBe(1);
  state.end();
});

test('an end without the state on the disk is a fault', () => {
  const state = saver();
  state.start();
  failure = 'ENOSPC';
  expect(() => state.end()).toThrow('the state is not saved: ENOSPC');
});
