/** A kill by every channel, while the machine idles, the console hangs and the terminal is not read, against the clock. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../engine/domain/index.ts';
import { plainKill } from '../../src/control/early-kill.ts';
import { dataDirAt } from '../../src/data-dir.ts';
import { chimera, LIVELY } from './chimera.ts';
import { haltRestarts } from './halt-restarts.ts';
import {
  breaches,
  CHANNELS,
  type Channel,
  type KillFigures,
  killInState,
  measured,
  type State,
} from './kill-matrix.ts';

/** Every state, and every channel in one of them: every pair of them is the soak's. */
const CELLS = [
  ['idle', ['key', 'command']],
  ['hung', ['socket']],
  ['stalled', ['file']],
] as const satisfies ReadonlyArray<readonly [State, readonly Channel[]]>;
/** Other tests run beside this one: the soak, which has the machine for itself, holds the limits as they are. */
const SLACK = 4;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'chimera-kill-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a kill', () => {
  it('is heard, journaled and done in time by every channel, and in every state', async () => {
    const tried = { working: 0, held: 0 };
    // Without entries at work, and positions to protect, nothing was tried: the market decides, and is asked again.
    for (let round = 0; round < 4 && (tried.working === 0 || tried.held === 0); round++) {
      const at = path.join(folder, `round-${round}`);
      mkdirSync(at);
      const figures = (
        await Promise.all(
          CELLS.map(([state, channels]) => killInState(state, channels, { folder: at, market: LIVELY })),
        )
      ).flat();
      expect(figures).toHaveLength(CHANNELS.length);
      expect(figures.flatMap((each) => breaches(each, SLACK))).toEqual([]);
      tried.working += figures.filter((each) => each.cancelMs !== undefined).length;
      tried.held += figures.filter((each) => each.held > 0).length;
    }
    expect(tried.working).toBeGreaterThan(0);
    expect(tried.held).toBeGreaterThan(0);
  }, 120_000);

  it('is not taken for one that is in time when it is none', () => {
    const order = (atMs: number, event: 'submit' | 'request-cancel') =>
      ({ kind: 'order', atUs: atMs * 1_000, event, purpose: 'entry' }) as EngineEvent;
    const stage = (atMs: number, at: 'blocking' | 'none-open') =>
      ({ kind: 'kill', atUs: atMs * 1_000, stage: at }) as EngineEvent;
    const judged = (events: readonly EngineEvent[], unprotected = 0): string[] =>
      breaches({
        ...measured(events, 0, events.length, 1_000),
        channel: 'socket',
        state: 'idle',
        toldMs: 1,
        held: 1,
        unprotected,
      } satisfies KillFigures);
    const good = [stage(1_001, 'blocking'), order(1_001, 'request-cancel'), stage(1_040, 'none-open')];
    expect(judged(good)).toEqual([]);
    expect(judged(good, 1)).toHaveLength(1);
    expect(judged([...good, order(1_050, 'submit')])).toEqual([expect.stringContaining('1 entries left')]);
    expect(judged([stage(1_001, 'blocking'), order(1_300, 'request-cancel'), stage(1_310, 'none-open')])).toHaveLength(
      1,
    );
    expect(judged([stage(1_300, 'blocking'), stage(1_300, 'none-open')])).toHaveLength(1);
    expect(judged([stage(1_001, 'blocking'), stage(7_000, 'none-open')])).toHaveLength(1);
    expect(judged([stage(1_001, 'blocking')])).toHaveLength(1);
  });
});

describe('a halt', () => {
  it('outlives restarts, however the engine ended, and is over only where its file is gone', async () => {
    const dataDir = path.join(folder, 'data');
    expect(await chimera(['kill'], { dataDir })).toMatchObject({ code: 0 });
    // Shot, stopped, its sessions deleted; before the last the file is emptied.
    const emptyLast = (n: number): void => {
      if (n === 2) writeFileSync(path.join(dataDir, 'HALT'), '');
    };
    const kept = await haltRestarts(dataDir, 3, emptyLast);
    expect(kept).toEqual({ restarts: 3, halted: 3, shot: 2, sessionsDeleted: 1 });
    const removed = await haltRestarts(dataDir, 1, () => rmSync(path.join(dataDir, 'HALT')));
    expect(removed.halted).toBe(0);
  }, 60_000);
});

describe('chimera kill speaks before it reads its command line', () => {
  it.each([
    [['kill', '--data-dir', '/x']],
    [['kill', '--data-dir=/x']],
    [['kill', '--json', '--data-dir', '/x']],
    [['kill', '--data-dir', '/x', '--json']],
  ])('%j', (words) => expect(plainKill(words, {})).toEqual(dataDirAt('/x')));

  it('on the directory that is meant where none is named', () => {
    expect(plainKill(['kill'], { XDG_STATE_HOME: '/y' })).toEqual(dataDirAt('/y/chimera'));
  });

  it.each([
    [['kill', '--help']],
    [['kill', '--flatten']],
    [['kill', '--flatten', '--data-dir', '/x']],
    [['kill', '--data-dir']],
    [['kill', '--data-dir', '--help']],
    [['kill', '--data-dir', '/x', '--help']],
    [['kill', '--data-dir', '/x', '--data-dir', '/y']],
    [['kill', 'me']],
    [['kill', '--version']],
    [['status']],
    [[]],
  ])('but not where it may mean something else: %j', (words) => expect(plainKill(words, {})).toBeUndefined());
});
