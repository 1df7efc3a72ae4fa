/** A kill by every channel, while the machine idles, the console hangs and the terminal is not read, against the clock. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../engine/domain/index.ts';
import { plainKill } from '../../src/control/early-kill.ts';
import { dataDirAt } from '../../src/data-dir.ts';
import { chimera } from './chimera.ts';
import { haltRestarts } from './halt-restarts.ts';
import { breaches, CHANNELS, isCell, type KillFigures, killInState, measured, STATES } from './kill-matrix.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'chimera-kill-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a kill', () => {
  // Against the clock, on a machine that other tests use too: a kill that is late by itself is late every time.
  it('is heard, journaled and done in time by every channel in every state', {
    retry: 2,
    timeout: 90_000,
  }, async () => {
    const asked = STATES.map((state) => {
      const channels = CHANNELS.filter((channel) => isCell(channel, state));
      return killInState(state, channels, { folder });
    });
    const figures = (await Promise.all(asked)).flat();
    expect(figures.flatMap(breaches)).toEqual([]);
    // Without entries at work, and positions to protect, nothing was tried.
    expect(figures.filter((each) => each.cancelMs !== undefined).length).toBeGreaterThan(2);
    expect(figures.filter((each) => each.held > 0).length).toBeGreaterThan(2);
  });

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
    expect(await haltRestarts(dataDir, 3)).toEqual({ restarts: 3, halted: 3, shot: 2, sessionsDeleted: 1 });
    const emptied = await haltRestarts(dataDir, 1, () => writeFileSync(path.join(dataDir, 'HALT'), ''));
    expect(emptied.halted).toBe(1);
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
    [['status']],
    [[]],
  ])('but not where it may mean something else: %j', (words) => expect(plainKill(words, {})).toBeUndefined());
});
