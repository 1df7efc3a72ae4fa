/** Nothing acknowledged is lost by a power cut. A failing run names its seed, by which the soak repeats it. */
import { expect, test } from 'vitest';
import { type PowerFigures, powerCuts } from './journal-power.ts';

/** The soak does 20,000. */
const CUTS = 400;

test(`${CUTS} power cuts: nothing acknowledged is lost, nothing is misread, nothing is refused`, {
  timeout: 60_000,
}, async () => {
  const figures: PowerFigures = await powerCuts(CUTS, 1);
  expect(figures.faults.slice(0, 5)).toEqual([]);
  // The cuts were real ones: tails were torn, unsynced records kept and lost, segments ended, sessions finished.
  expect(figures.cuts).toBe(CUTS);
  expect(figures.torn).toBeGreaterThan(CUTS / 10);
  expect(figures.roomy).toBeGreaterThan(CUTS / 20);
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
