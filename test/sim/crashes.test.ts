/** Power cuts, full disks and lost messages around an engine that trades: small counts of what the soak runs long. */
import { expect, it } from 'vitest';
import { type CrashPlant, checkCrashes } from './world/crashes.ts';

const seedsFrom = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

it('no acknowledged input, order or kill is lost, and the next life comes to know the rest', async () => {
  const figures = await checkCrashes(seedsFrom(1, 12));
  expect(figures.cuts).toBeGreaterThan(12);
  expect(figures.fills).toBeGreaterThan(20);
  expect(figures.inputsLost).toBeGreaterThan(0);
  expect(figures.fullDisks).toBeGreaterThan(0);
});

it('and so it is on spot, where an exit takes the place of a stop in one request', async () => {
  const figures = await checkCrashes(seedsFrom(1, 12), {}, 'spot');
  expect(figures.cuts).toBeGreaterThan(12);
  expect(figures.replaced).toBeGreaterThan(5);
});

it.each<[string, CrashPlant, RegExp]>([
  ['lets orders out before their intent is on the disk', { hasty: true }, /order \d+ was sent, and nobody knows of it/],
  ['believes a disk that lies about syncs', { dataSyncLies: true }, /cannot be read|acknowledged/],
])('an engine that %s is found out', async (_, plant, what) => {
  await expect(checkCrashes(seedsFrom(1, 12), plant)).rejects.toThrow(what);
});
