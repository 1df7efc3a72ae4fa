/** Hostile journals and imports, as a function of counts, and what must not get past it. */
import { expect, test } from 'vitest';
import { hostile, MOST_MIB, MOST_MS } from './hostile.ts';

test('forty hostile files, one of them huge, are refused in little memory and time', { timeout: 60_000 }, async () => {
  // 240 is a record as long as one may be.
  const figures = await hostile(40, 201);
  expect(figures.cases).toBe(40);
  expect(figures.refused).toBeGreaterThan(25);
  expect(figures.refused + figures.read).toBe(40);
  expect(figures.peakMiB).toBeLessThanOrEqual(MOST_MIB);
  expect(figures.slowestMs).toBeLessThanOrEqual(MOST_MS);
});

test('a reader that needs more memory or time than is granted is caught', { timeout: 60_000 }, async () => {
  await expect(hostile(1, 280, 10)).rejects.toThrow(/^\d+ MiB in cases from 280; repeat it: /);
  await expect(hostile(1, 280, MOST_MIB, 0)).rejects.toThrow(/^\d+ ms in case 280 \(bomb\)/);
});
