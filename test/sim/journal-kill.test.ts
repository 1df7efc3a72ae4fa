/** Killed writers lose nothing that they acknowledged. */
import { expect, test } from 'vitest';
import { journalKills } from './journal-kill.ts';

/** Each costs a process of half a second; the soak does 500. */
const KILLS = 6;

test(`${KILLS} kills: nothing acknowledged is lost, every session loads and verifies`, {
  timeout: 90_000,
}, async () => {
  const figures = await journalKills(KILLS, 1);
  expect(figures.faults).toEqual([]);
  expect(figures.kills).toBe(KILLS);
  // The kills fell in the middle of things: many records were acknowledged, and some written that were not.
  expect(figures.acknowledged).toBeGreaterThan(KILLS * 50);
  expect(figures.more).toBeGreaterThan(0);
  expect(figures.rotated).toBeGreaterThan(0);
});

test('a writer that acknowledges what it never committed is found out', { timeout: 60_000 }, async () => {
  expect((await journalKills(2, 1, true)).faults).not.toEqual([]);
});
