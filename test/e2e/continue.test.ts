/** A run that was shot is taken up again: its positions, its numbers and its money go on in a session of its own. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askEngine } from '../../src/control/client.ts';
import { dataDirAt } from '../../src/data-dir.ts';
import { chimera, documentOf, livelyAt, MAIN, makeDataDir, removeDataDir } from './chimera.ts';
import { PINNED_NODE } from './terminal.ts';

const SHOT = 'shot';
/** So much history that there is a snapshot before the first trade. */
const MARKET = livelyAt(600, '45s');

let dataDir: string;
const folder = (name: string): string => path.join(dataDir, 'sessions', name);
/** Every file of a session with its content, which nobody may change. */
const contentOf = (name: string): string =>
  readdirSync(folder(name), { recursive: true, encoding: 'utf8' })
    .sort()
    .filter((file) => statSync(path.join(folder(name), file)).isFile())
    .map((file) => `${file} ${readFileSync(path.join(folder(name), file)).toString('base64')}`)
    .join('\n');

beforeAll(async () => {
  dataDir = makeDataDir();
  const args = ['--headless', '--for', '60s', '--session', SHOT, '--data-dir', dataDir, ...MARKET];
  const engine = spawn(PINNED_NODE, [MAIN, ...args], { stdio: 'ignore', env: { PATH: process.env.PATH } });
  const ended = new Promise((resolve) => engine.on('close', resolve));
  for (;;) {
    await pause(50);
    // It may be there and not answer yet.
    const reply = await askEngine(dataDirAt(dataDir), 'status').catch(() => undefined);
    if ((reply?.status.positions.length ?? 0) > 0) break;
  }
  engine.kill('SIGKILL');
  await ended;
}, 60_000);

afterAll(() => removeDataDir(dataDir));

describe('a run that was shot with positions open', () => {
  it('goes on from its last input, under manual control, and both sessions verify', async () => {
    const before = contentOf(SHOT);
    const outcome = await chimera(['--continue', '--headless', '--for', '1s', '--session', 'next', '--json'], {
      dataDir,
    });
    expect(outcome.code).toBe(0);
    expect(outcome.stderr).toMatch(/goes on from shot after input \d+ \(a snapshot and \d+ more folded\)/);
    const summary = documentOf(outcome);
    expect(summary).toMatchObject({ session: 'next', startsFrom: expect.stringMatching(/^shot after input \d+$/) });
    expect(summary.positionsTakenUp).toBeGreaterThan(0);
    expect(contentOf(SHOT)).toBe(before);
    const manifest = JSON.parse(readFileSync(path.join(folder('next'), 'manifest.json'), 'utf8'));
    const old = JSON.parse(readFileSync(path.join(folder(SHOT), 'manifest.json'), 'utf8'));
    expect(manifest.config).toEqual(old.config);
    expect(manifest.market).toEqual(old.market);
    expect(manifest.startsFrom).toMatchObject({ session: SHOT });
    const verified = documentOf(await chimera(['verify', SHOT, '--json'], { dataDir }));
    expect(verified).toMatchObject({ holds: true, complete: false });
    expect(verified.replay).toBe(`equal, state ${manifest.startsFrom.stateHash}`);
    expect(verified.inputs).toBe(manifest.startsFrom.seq);
    const next = documentOf(await chimera(['verify', 'next', '--json'], { dataDir }));
    expect(next).toMatchObject({ holds: true, complete: true, replay: `equal, state ${String(summary.stateHash)}` });
  }, 40_000);

  it('can be replayed where it went on, and not without its base or from another one', async () => {
    const replayed = documentOf(await chimera(['replay', 'next', '--headless', '--json'], { dataDir }));
    const { stateHash } = JSON.parse(readFileSync(path.join(folder('next'), 'manifest.json'), 'utf8'));
    expect(replayed.stateHash).toBe(stateHash);
    const base = path.join(folder('next'), 'base.snapshot');
    const good = readFileSync(base);
    const bad = Buffer.from(good);
    bad[good.byteLength - 9]! ^= 1;
    writeFileSync(base, bad);
    // A snapshot of its own would do instead of the base.
    rmSync(path.join(folder('next'), 'snapshots'), { recursive: true, force: true });
    for (const command of [
      ['verify', 'next'],
      ['replay', 'next', '--headless'],
      ['--continue', 'next', '--headless'],
    ]) {
      const outcome = await chimera(command, { dataDir });
      expect(outcome).toMatchObject({ code: 4, stdout: '' });
      expect(outcome.stderr).toContain('base.snapshot: at byte 0: its content does not match its digest');
    }
    rmSync(base);
    expect((await chimera(['verify', 'next'], { dataDir })).code).not.toBe(0);
    writeFileSync(base, good);
    expect((await chimera(['verify', 'next'], { dataDir })).code).toBe(0);
  }, 40_000);

  it('is not taken up under other figures, and what is no run is not taken up', async () => {
    for (const option of [
      ['--seed', '3'],
      ['--bar', '1s'],
    ]) {
      const outcome = await chimera(['--continue', SHOT, ...option, '--headless'], { dataDir });
      expect(outcome).toMatchObject({ code: 2, stdout: '' });
      expect(outcome.stderr).toContain(`${option[0]} belongs to the run that --continue goes on with`);
    }
    expect(await chimera(['--continue', 'nowhere', '--headless'], { dataDir })).toMatchObject({ code: 3, stdout: '' });
    const empty = makeDataDir();
    expect(await chimera(['--continue', '--headless'], { dataDir: empty })).toMatchObject({ code: 3, stdout: '' });
    removeDataDir(empty);
  }, 20_000);
});
