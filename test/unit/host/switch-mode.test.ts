/** From paper to live and back: every reason against it, while nothing has been given up yet. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BrokerReport, type Money, parseMoney } from '../../../engine/domain/index.ts';
import type { EngineState } from '../../../engine/index.ts';
import { type DataDir, openDataDir } from '../../../src/data-dir.ts';
import type { LiveJob } from '../../../src/host/job.ts';
import { refusalToSwitch } from '../../../src/host/switch-mode.ts';
import {
  bookDecides,
  type Session as Run,
  Session,
  sessionWithDecision,
  testConfig,
} from '../../fixtures/engine-session.ts';
import { furnish } from '../../fixtures/live-rig.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';

const KEYS = { apiKey: 'k'.repeat(32), secret: 's'.repeat(32) };
const LIVE = testConfig({ venue: 'external', control: 'auto', policy: bookDecides({ live: { stopsAtVenue: true } }) });

function jobIn(dataDir: string, keys: string | undefined, onVenue = true): LiveJob {
  const venue = { name: 'binanceusdm', url: undefined, live: false, keys };
  return {
    ...{ kind: 'live', dataDir, symbols: ['BTC/USDT:USDT'], seed: 1, control: 'manual', barIntervalUs: 1_000_000 },
    ...{ startingCash: '10000', ratePerSecond: 0, warmupMs: 0, forMs: 0, session: undefined },
    ...(onVenue ? { venue } : {}),
  };
}

/** Undefined where policy and keys allow real orders, unless something is taken away. */
function toLive(spoil: (dir: DataDir, keysFile: string) => void = () => {}, state: EngineState = new Session().state) {
  const dataDir = temporaryFolder('switch');
  furnish(dataDir, KEYS);
  const keysFile = join(dataDir, 'keys.json');
  const dir = openDataDir(dataDir);
  spoil(dir, keysFile);
  return refusalToSwitch('live', jobIn(dataDir, keysFile), dir, state);
}

function toPaper(state: EngineState): string | undefined {
  const dataDir = temporaryFolder('switch');
  return refusalToSwitch('paper', jobIn(dataDir, undefined), openDataDir(dataDir), state);
}

describe('a paper run goes live', () => {
  it('where policy allows it and there are keys', () => {
    expect(toLive()).toBeUndefined();
  });

  it('not on the simulated venue', () => {
    const dataDir = temporaryFolder('switch');
    const job = jobIn(dataDir, undefined, false);
    const run = new Session().state;
    expect(refusalToSwitch('live', job, openDataDir(dataDir), run)).toBe('the simulated venue has no account');
  });

  it('not when it is live already', () => {
    expect(toLive(undefined, new Session(LIVE).state)).toBe('this run is live already');
    expect(toPaper(new Session().state)).toBe('this run is paper already');
  });

  it('not without the policy for it', () => {
    const dataDir = temporaryFolder('switch');
    const why = refusalToSwitch('live', jobIn(dataDir, undefined), openDataDir(dataDir), new Session().state);
    expect(why).toMatch(/policy allows no real orders/);
  });

  it.each<[string, (dir: DataDir, keysFile: string) => void, RegExp]>([
    ['a damaged policy', (dir) => writeFileSync(dir.policyFile, '{"formatVersion":2'), /policy/],
    ['keys that others can read', (_, file) => chmodSync(file, 0o644), /others may read it/],
    ['keys that are none', (_, file) => writeFileSync(file, '{"apiKey":"short"}'), /it holds/],
  ])('not with %s, and says so in one line that names no secret', (_name, spoil, why) => {
    const refusal = toLive(spoil);
    expect(refusal).toMatch(why);
    expect(refusal).not.toMatch(/\n|kkkk|ssss/);
  });
});

const fill = (orderId: number, side: 1 | -1, lots: number): BrokerReport => ({
  ...{ kind: 'filled', orderId, side, lots, priceTicks: 100_001, executionId: orderId },
  ...{ fee: parseMoney('0.1') as Money, feeLots: 0, maker: false },
});

/** The entry, of 149 lots, has been accepted and filled; its stop and target are numbers 2 and 3. */
function held(): Run {
  const session = sessionWithDecision(LIVE);
  session.report({ kind: 'accepted', orderId: 1 });
  session.report(fill(1, 1, 149));
  return session;
}

describe('a live run goes back to paper', () => {
  it('when nothing is open', () => {
    expect(toPaper(new Session(LIVE).state)).toBeUndefined();
  });

  it.each<[string, (session: Run) => void]>([
    ['is on its way', () => {}],
    ['is open', (session) => session.report({ kind: 'accepted', orderId: 1 })],
    ['is of unknown fate', (session) => session.report({ kind: 'lost', orderId: 1 })],
  ])('not while an entry %s', (_name, goOn) => {
    const session = sessionWithDecision(LIVE);
    goOn(session);
    expect(toPaper(session.state)).toBe('an order in BTC/USDT:USDT is at work');
  });

  it('not before the stop of a position is known to work at the venue', () => {
    const session = held();
    expect(toPaper(session.state)).toMatch(/has no stop at the venue: flatten it/);
    session.report({ kind: 'accepted', orderId: 3 });
    expect(toPaper(session.state)).toMatch(/has no stop at the venue/);
    session.report({ kind: 'accepted', orderId: 2 });
    expect(toPaper(session.state)).toBeUndefined();
  });

  it('not when the stop covers a part of the position only', () => {
    const session = held();
    session.report({ kind: 'accepted', orderId: 2 });
    session.report(fill(2, -1, 20));
    expect(toPaper(session.state)).toBeUndefined();
    session.report({ kind: 'cancelled', orderId: 2, filledLots: 20 });
    expect(toPaper(session.state)).toMatch(/has no stop at the venue/);
  });

  it('not when the position has grown beyond what is left of its stop', () => {
    const session = held();
    session.report({ kind: 'accepted', orderId: 2 });
    session.report(fill(2, -1, 20));
    session.report({ kind: 'taken-over', orderId: 0, side: 1, lots: 20, priceTicks: 100_001 });
    expect(session.state.positions.lots[0]).toBe(149);
    expect(toPaper(session.state)).toMatch(/has no stop at the venue/);
  });
});
