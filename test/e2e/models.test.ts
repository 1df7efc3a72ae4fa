/** `chimera models` with the built program: a file of Python is taken in, serves, votes in a run, and goes with its session. */
import { spawn } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPackage } from '../../engine/models/package.ts';
import { askEngine } from '../../src/control/client.ts';
import { dataDirAt } from '../../src/data-dir.ts';
import { madePackage } from '../fixtures/model-packages.ts';
import { BRIEF, chimera, documentOf, MAIN, makeDataDir, removeDataDir } from './chimera.ts';
import { PINNED_NODE } from './terminal.ts';

let dataDir: string;
const models = (...words: string[]) => chimera(['models', ...words], { dataDir });
const inSession = (name: string): string => path.join(dataDir, 'sessions', name, 'models');

beforeAll(() => {
  dataDir = makeDataDir();
  for (const seed of [1, 2]) {
    const { model } = readPackage(madePackage('leaf-trees', seed));
    writeFileSync(path.join(dataDir, `${seed}.txt`), model);
  }
});
afterAll(() => removeDataDir(dataDir));

describe('models of LightGBM, from Python', () => {
  it('are taken in, listed, shown and promoted', async () => {
    for (const seed of [1, 2]) {
      const file = path.join(dataDir, `${seed}.txt`);
      const added = await models('add', file, '--kind', 'leaf-trees', '--name', `lgb-${seed}`, '--json');
      expect(added.stderr).toBe('');
      expect(documentOf(added)).toMatchObject({ name: `lgb-${seed}`, kind: 'leaf-trees', state: 'challenger' });
    }
    const listed = await models('list');
    expect([listed.code, listed.stderr]).toEqual([0, '']);
    expect(listed.stdout).toMatch(/^KIND +NAME/);
    expect(listed.stdout).toMatch(/\nleaf-trees +lgb-1 +challenger +elsewhere +not known .* not judged\n/);
    expect((await models('show', 'lgb-1')).stdout).toContain('never judged on bars: nothing is known of its skill');
    expect((await models('promote', 'lgb-1')).stdout).toMatch(/^lgb-1 serves in the place of /);
    expect((await models('rollback', 'nhits')).code).toBe(6);
    expect((await models('show', 'nobody')).code).toBe(2);
    expect((await models('add', '/nowhere', '--kind', 'leaf-trees')).code).toBe(3);
    expect((await models('promote', 'lgb-2', '--without-evidence')).code).toBe(2);
  }, 60_000);

  it('serve in a run, another one while it runs, and the session replays; without a file it does not', async () => {
    const args = ['--headless', '--session', 'voted', '--data-dir', dataDir, ...BRIEF, '--bar', '1s'];
    const engine = spawn(PINNED_NODE, [MAIN, ...args], { stdio: 'ignore', env: { PATH: process.env.PATH } });
    const ended = new Promise((resolve) => engine.on('close', resolve));
    const dir = dataDirAt(dataDir);
    for (;;) {
      await pause(50);
      if ((await askEngine(dir, 'status').catch(() => undefined)) !== undefined) break;
    }
    expect(documentOf(await models('promote', 'lgb-2', '--json'))).toMatchObject({
      state: 'serving',
      engine: 'follows',
    });
    await pause(3_000);
    engine.kill('SIGTERM');
    await ended;
    const [first, second] = readdirSync(inSession('voted')).filter((name) => name.endsWith('.model'));
    expect(second).toBeDefined();
    const verified = await chimera(['verify', 'voted', '--json'], { dataDir });
    expect(documentOf(verified)).toMatchObject({ holds: true, replay: expect.stringMatching(/^equal/) });
    rmSync(path.join(inSession('voted'), first!));
    const refused = await chimera(['replay', 'voted', '--headless'], { dataDir });
    expect([refused.code, refused.stdout]).toEqual([4, '']);
    expect(refused.stderr).toMatch(
      /^chimera: session voted cannot be folded: .*\.model is missing; put the whole .*\n$/,
    );
  }, 60_000);
});
