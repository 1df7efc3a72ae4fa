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
  const [locked, lost] = await Promise.all([writeAtOnce(2, 12), losesWithoutLock()]);
  expect(locked).toEqual({ processes: 2, changes: 24, found: 24, failedProcesses: 0 });
  expect(lost).toBe(true);
});

/** Two that start apart may pass one another by: not every time. */
async function losesWithoutLock(): Promise<boolean> {
  for (let tries = 0; tries < 6; tries++) {
    const { found, changes, failedProcesses } = await writeAtOnce(2, 25, 'unlocked');
    if (found < changes || failedProcesses > 0) return true;
  }
  return false;
}
