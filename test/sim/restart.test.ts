/** Restarts from snapshots, as a function of counts, and what must not get past it. */
import { expect, test } from 'vitest';
import { configHash } from '../../engine/domain/index.ts';
import { readSnapshot, snapshotPath } from '../../logs/index.ts';
import { startAt } from '../../src/host/session-base.ts';
import { restarts, type StartFrom } from './restart.ts';

test('every snapshot of a run leads to the state of the whole replay; a spoiled one is refused, and told', () => {
  const { sessions, snapshots, spoiled, fallbacks } = restarts(1, 1);
  expect([sessions, snapshots]).toEqual([1, 13]);
  expect([spoiled, fallbacks]).toEqual([12, 13]);
});

/** Takes whatever the file says, and lets the journal vouch for it or not. */
const trusting =
  (mustBeRecorded: boolean): StartFrom =>
  (directory, seq, config) => {
    const snapshot = readSnapshot(snapshotPath(directory, seq));
    if (typeof snapshot === 'string') return snapshot;
    if (snapshot.configHash !== configHash(config)) return 'it belongs to another configuration';
    return { seq, state: snapshot.state, stateHash: snapshot.stateHash, mustBeRecorded };
  };

test.each<[string, StartFrom, RegExp]>([
  ['that does not look at the layout', trusting(true), /layout of another build is not refused/],
  [
    'that no journal has to vouch for',
    (directory, seq, config) => {
      const start = startAt(directory, seq, config);
      return typeof start === 'string' ? start : { ...start, mustBeRecorded: false };
    },
    /another balance is not refused/,
  ],
])('a start %s is caught', (_, start, why) => {
  expect(() => restarts(1, 1, start)).toThrow(why);
});
