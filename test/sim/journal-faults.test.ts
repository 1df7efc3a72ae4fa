/** A live host whose disk fails: ACCEPTANCE 22 in small, with hosts that are broken on purpose beside it. */
import { expect, test } from 'vitest';
import type { FilePort } from '../../logs/index.ts';
import { EffectGate } from '../../src/host/effects.ts';
import { journalFaults } from './journal-faults.ts';

const SEED = 1_000;
/** The soak holds the real limit: here other tests have the processor too. */
const HALT_MS = 400;

test('after EIO or ENOSPC nothing is acknowledged or tried again, HALT is at once, and a kill still works', {
  timeout: 60_000,
}, async () => {
  const figures = await journalFaults(8, SEED, {}, HALT_MS);
  const { acknowledgedAfter, slowHalts, triedAgain, wrong, ...met } = figures;
  expect({ acknowledgedAfter, slowHalts, triedAgain, wrong }).toEqual({
    acknowledgedAfter: [],
    slowHalts: [],
    triedAgain: [],
    wrong: [],
  });
  expect(met).toMatchObject({ runs: 8, lastWords: 8 });
  expect(met.acknowledged).toBeGreaterThan(10);
  expect(Object.keys(met.failed).sort()).toEqual(['dataSync', 'write']);
});

class LooseGate extends EffectGate {
  override fail(): void {
    this.durable(Number.MAX_SAFE_INTEGER);
  }
}

/** Tries a failed sync again, as if the second answer meant anything. */
const stubborn = (disk: FilePort): FilePort => ({
  ...portOf(disk),
  pooled: {
    ...disk.pooled,
    dataSync: (descriptor) => disk.pooled.dataSync(descriptor).catch(() => disk.pooled.dataSync(descriptor)),
  },
});

/** Tells of an error when it is too late. */
const late = (disk: FilePort): FilePort => {
  const slow = (cause: unknown): Promise<never> =>
    new Promise((_resolve, reject) => void setTimeout(() => reject(cause), 500));
  return {
    ...portOf(disk),
    pooled: {
      ...disk.pooled,
      write: (...args) => disk.pooled.write(...args).catch(slow),
      dataSync: (descriptor) => disk.pooled.dataSync(descriptor).catch(slow),
    },
  };
};

const portOf = (disk: FilePort): Omit<FilePort, 'pooled'> => ({
  create: (path) => disk.create(path),
  write: (...args) => disk.write(...args),
  truncate: (descriptor, size) => disk.truncate(descriptor, size),
  dataSync: (descriptor) => disk.dataSync(descriptor),
  close: (descriptor) => disk.close(descriptor),
  syncDirectory: (path) => disk.syncDirectory(path),
  rename: (from, to) => disk.rename(from, to),
  remove: (path) => disk.remove(path),
});

test.each([
  ['acknowledges after the error', 'acknowledgedAfter', 3, { gate: () => new LooseGate() }],
  ['tries a failed sync again', 'triedAgain', 3, { files: stubborn }],
  ['hears of the error too late', 'slowHalts', 1, { files: late }],
] as const)('a host that %s is found out', { timeout: 60_000 }, async (_name, kind, count, plant) => {
  expect((await journalFaults(count, SEED, plant, HALT_MS))[kind]).not.toEqual([]);
});
