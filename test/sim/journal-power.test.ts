/**
 * Nothing acknowledged is lost by a power cut. A failing run names its seed;
 * `JOURNAL_SEED=n npx vitest run test/sim/journal-power.test.ts` repeats it alone.
 */
import { expect, test } from 'vitest';
import { type PowerFigures, powerCuts, powerRun } from './journal-power.ts';

const CUTS = 1000;
const { JOURNAL_SEED } = process.env;

test.runIf(JOURNAL_SEED)('the one run that was asked for', { timeout: 60_000 }, async () => {
  const figures = { cuts: 0, torn: 0, complete: 0, rotated: 0, roomy: 0, kept: 0, lost: 0, faults: [] };
  await powerRun(Number(JOURNAL_SEED), Number.POSITIVE_INFINITY, figures);
  expect(figures.faults).toEqual([]);
});

test(`${CUTS} power cuts: nothing acknowledged is lost, nothing is misread, nothing is refused`, {
  timeout: 60_000,
}, async () => {
  const figures: PowerFigures = await powerCuts(CUTS, 1);
  expect(figures.faults.slice(0, 5)).toEqual([]);
  // The cuts were real ones: tails were torn, unsynced records kept and lost, segments ended, sessions finished.
  expect(figures.cuts).toBe(CUTS);
  expect(figures.torn).toBeGreaterThan(CUTS / 10);
  expect(figures.roomy).toBeGreaterThan(CUTS / 10);
  expect(figures.rotated).toBeGreaterThan(CUTS / 10);
  expect(figures.kept).toBeGreaterThan(CUTS / 10);
  expect(figures.lost).toBeGreaterThan(CUTS / 4);
  expect(figures.complete).toBeGreaterThan(CUTS / 500);
});

test.each([
  ['a disk whose fdatasync lies', { dataSyncLies: true }],
  ['a disk whose fsync of a folder lies', { directorySyncLies: true }],
  ['a writer that acknowledges before the disk has answered', { acknowledgesEarly: true }],
])('%s loses acknowledged records, and this is seen', { timeout: 60_000 }, async (_name, plant) => {
  expect((await powerCuts(150, 1, plant)).faults.length).toBeGreaterThan(10);
});
