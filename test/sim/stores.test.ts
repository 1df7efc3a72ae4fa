/** The policy file under power cuts and under several writers, in small counts; the soak runs more. */
import { expect, test } from 'vitest';
import { cutWhileWriting } from './store-crash.ts';
import { writeAtOnce } from './store-writers.ts';

const CUTS = 400;

test(`${CUTS} power cuts while the policy is written: old or new is found, and new once it was acknowledged`, () => {
  const figures = cutWhileWriting(CUTS, 1);
  expect(figures.faults).toEqual([]);
  expect(figures.cuts).toBe(CUTS);
  expect(figures.foundOld).toBeGreaterThan(CUTS / 4);
  expect(figures.foundNew).toBeGreaterThan(CUTS / 10);
});

test.each([
  ['fdatasync', { dataSyncLies: true }],
  ['fsync of the folder', { directorySyncLies: true }],
])('a disk whose %s lies is caught', (_name, lies) => {
  expect(cutWhileWriting(200, 1, lies).faults.length).toBeGreaterThan(5);
});

test('two processes that write at once lose nothing; without the lock they do', async () => {
  const [locked, unlocked] = await Promise.all([writeAtOnce(2, 12), writeAtOnce(2, 25, 'unlocked')]);
  expect(locked).toEqual({ processes: 2, changes: 24, found: 24, failedProcesses: 0 });
  expect(unlocked.found < unlocked.changes || unlocked.failedProcesses > 0).toBe(true);
});
