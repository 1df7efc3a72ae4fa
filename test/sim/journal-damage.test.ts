/** Cut tails and flipped bits: ACCEPTANCE 21 in small, with readers that are too kind beside it. */
import { expect, test } from 'vitest';
import { loadSession } from '../../logs/index.ts';
import { cutEveryByte, flipBits, type Read } from './journal-damage.ts';

test('a journal cut at any byte reads up to its last whole record', { timeout: 60_000 }, async () => {
  const figures = await cutEveryByte(300);
  expect(figures.faults).toEqual([]);
  expect(figures).toMatchObject({ cuts: 300 });
  expect(figures.between).toBeGreaterThan(0);
});

test('a flipped bit anywhere is refused with its file and a place at or before it', { timeout: 60_000 }, async () => {
  const figures = await flipBits(150, 1);
  expect(figures.faults).toEqual([]);
  expect(figures.refused).toBe(150);
});

/** Takes what it can get and says nothing. */
const kind: Read = (directory) => {
  try {
    return { inputs: loadSession(directory).source.count, cut: false };
  } catch {
    return { inputs: 0, cut: false };
  }
};

test('a reader that is silent about either is found out', { timeout: 60_000 }, async () => {
  expect((await cutEveryByte(40, kind)).faults.length).toBeGreaterThan(10);
  expect((await flipBits(20, 1, kind)).faults).toHaveLength(20);
});
