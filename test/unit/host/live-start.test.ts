/** What the manifest of a run says of where it trades, and of what the one before has left there. */
import { expect, it } from 'vitest';
import { openDataDir } from '../../../src/data-dir.ts';
import type { LiveJob } from '../../../src/host/job.ts';
import { prepareRun } from '../../../src/host/live-start.ts';
import type { OpenedVenue } from '../../../src/host/open-venue.ts';
import { testConfig } from '../../fixtures/engine-session.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';

it('a paper run keeps the name of the live one whose positions stay at the venue', () => {
  const dir = openDataDir(temporaryFolder('start'));
  const instruments = testConfig().instruments.map((spec) => ({ spec }));
  const opened = { name: 'binance', currency: 'USDT', feed: { instruments } } as unknown as OpenedVenue;
  const venue = { name: 'binance', url: undefined, live: false, keys: undefined, leftLive: '20240305-134501' };
  const job: LiveJob = {
    ...{ kind: 'live', dataDir: dir.root, venue, symbols: [], seed: 1, control: 'manual', barIntervalUs: 1_000_000 },
    ...{ startingCash: '10000', ratePerSecond: 0, warmupMs: 0, forMs: 0, session: undefined, continues: undefined },
  };
  const { draft, tookUp } = prepareRun({ job, dir, nowUs: 1e15, opened, notice: () => {} });
  expect([draft.leftLive, tookUp]).toEqual(['20240305-134501', { leftLive: '20240305-134501' }]);
});
