/** The command line's contract: exit codes, one clear line for each refusal, one JSON document where it is asked for. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BRIEF, chimera, documentOf, MAIN, makeDataDir, removeDataDir } from './chimera.ts';
import { LAUNCHER, PINNED_NODE } from './terminal.ts';

const RUN = 'run';
const KILLED = 'killed';
const ONE_LINE = /^chimera: [^\n]+\n$/;

let dataDir: string;

beforeAll(async () => {
  dataDir = makeDataDir();
  const run = await chimera(['--headless', '--for', '1s', '--session', RUN, '--seed', '7', '--json', ...BRIEF], {
    dataDir,
  });
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(documentOf(run)).toMatchObject({ session: RUN, currency: 'USDT', halted: false });
});
afterAll(() => removeDataDir(dataDir));

const segment = (name: string): string => path.join(dataDir, 'sessions', name, '000001.journal');

/** A copy of the recorded session with one byte changed. */
function damagedCopy(name: string, share: number): string {
  cpSync(path.join(dataDir, 'sessions', RUN), path.join(dataDir, 'sessions', name), { recursive: true });
  const bytes = readFileSync(segment(name));
  const at = Math.floor(bytes.length * share);
  bytes[at] = bytes[at]! ^ 0x40;
  writeFileSync(segment(name), bytes);
  return name;
}

// Each of these is a process that mostly waits to be loaded: several at a time.
describe.concurrent('usage, exit code 2', () => {
  it.each([
    [['--nonsense'], /nonsense/],
    [['--for', 'soon'], /--for soon: not a duration such as/],
    [['--session', RUN, '--headless'], /session run exists; nothing is overwritten/],
    [['replay', RUN, '--headless', '--control', 'auto'], /is a recorded run/],
    [['replay'], /replay needs SESSION/],
  ])('%j', async (args, message) => {
    const outcome = await chimera(args, { dataDir });
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(ONE_LINE);
    expect(outcome.stderr).toMatch(message);
  });

  it('of a data directory whose socket would have too long a name', async () => {
    const outcome = await chimera(['status'], { dataDir: path.join(dataDir, 'x'.repeat(120)) });
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(/too long for the control socket/);
  });
});

describe.concurrent('bad input, exit code 3', () => {
  it.each([
    [['replay', 'missing', '--headless'], /there is no session missing/],
    [['replay', RUN, '--headless', '--run', 'missing'], /there is no forked run "missing"/],
  ])('%j', async (args, message) => {
    const outcome = await chimera(args, { dataDir });
    expect(outcome).toMatchObject({ code: 3, stdout: '' });
    expect(outcome.stderr).toMatch(ONE_LINE);
    expect(outcome.stderr).toMatch(message);
  });

  it('a folder that is no session', async () => {
    mkdirSync(path.join(dataDir, 'sessions', 'empty'));
    const outcome = await chimera(['replay', 'empty', '--headless'], { dataDir });
    expect(outcome).toMatchObject({ code: 3, stdout: '' });
    expect(outcome.stderr).toMatch(/^chimera: cannot read .*manifest\.json: no such file or folder/);
    const listed = documentOf(await chimera(['sessions', '--json'], { dataDir })).sessions as object[];
    expect(listed).toContainEqual(expect.objectContaining({ name: 'empty', state: 'damaged' }));
  });
});

describe.concurrent('verification, exit code 4', () => {
  it.each([0.3, 0.999])('a byte changed at %f of the journal', async (share) => {
    const name = damagedCopy(`rot-${share}`, share);
    for (const args of [
      ['verify', name],
      ['replay', name, '--headless', '--json'],
    ]) {
      const outcome = await chimera(args, { dataDir });
      expect(outcome).toMatchObject({ code: 4, stdout: '' });
      expect(outcome.stderr).toMatch(ONE_LINE);
      expect(outcome.stderr).toMatch(/000001\.journal: at byte \d+/);
    }
  });

  it('a changed manifest', async () => {
    const name = 'forged';
    cpSync(path.join(dataDir, 'sessions', RUN), path.join(dataDir, 'sessions', name), { recursive: true });
    const file = path.join(dataDir, 'sessions', name, 'manifest.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"stateHash": "./, '"stateHash": "x'));
    expect(await chimera(['verify', name], { dataDir })).toMatchObject({ code: 4, stdout: '' });
    const manifest = readFileSync(path.join(dataDir, 'sessions', RUN, 'manifest.json'), 'utf8').replace(RUN, name);
    writeFileSync(file, manifest.replace(/"stateHash": "[0-9a-f]{32}"/, `"stateHash": "${'0'.repeat(32)}"`));
    const outcome = await chimera(['verify', name], { dataDir });
    expect(outcome).toMatchObject({ code: 4, stdout: '' });
    expect(outcome.stderr).toMatch(ONE_LINE);
  });
});

describe('a running engine', () => {
  it('is the only one on its directory, answers, and is killed and resumed from outside', async () => {
    const engine = spawn(
      PINNED_NODE,
      [MAIN, '--headless', '--for', '60s', '--session', KILLED, '--json', '--data-dir', dataDir, ...BRIEF],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH } },
    );
    let stdout = '';
    engine.stdout.on('data', (text) => {
      stdout += text;
    });
    const ended = new Promise<number | null>((resolve) => engine.on('close', resolve));
    try {
      await expect.poll(() => existsSync(path.join(dataDir, 'control.sock')), { timeout: 10_000 }).toBe(true);
      const startMs = performance.now();
      const second = await chimera(['--headless', '--for', '60s'], { dataDir });
      expect(second).toMatchObject({ code: 6, stdout: '' });
      expect(second.stderr).toMatch(/^chimera: an engine already runs on .* \(pid \d+, since \d{4}-[^)]*\); [^\n]*\n$/);
      expect(performance.now() - startMs).toBeLessThan(20_000);
      expect(documentOf(await chimera(['status', '--json'], { dataDir }))).toMatchObject({
        running: true,
        pid: engine.pid,
        control: 'auto',
        halted: 'none',
      });
      expect(await chimera(['kill', '--flatten'], { dataDir })).toMatchObject({ code: 6 });
      expect(documentOf(await chimera(['kill', '--json'], { dataDir }))).toMatchObject({ kill: 'none-open' });
      expect(await chimera(['kill'], { dataDir })).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('already'),
      });
      const refused = await chimera(['resume', '--confirm', 'yes'], { dataDir });
      expect(refused).toMatchObject({ code: 6, stderr: expect.stringContaining('type exactly "resume trading"') });
      expect(documentOf(await chimera(['status', '--json'], { dataDir }))).toMatchObject({ kill: 'none-open' });
      const resumed = await chimera(['resume', '--confirm', 'resume trading', '--json'], { dataDir });
      expect(documentOf(resumed)).toMatchObject({ halted: 'none', kill: 'armed' });
      writeFileSync(path.join(dataDir, 'HALT'), 'by hand');
      await expect
        .poll(async () => documentOf(await chimera(['status', '--json'], { dataDir })).halted, { timeout: 5_000 })
        .toBe('halt-file');
    } finally {
      engine.kill('SIGTERM');
    }
    expect(await ended).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ session: KILLED, halted: true });
    expect(documentOf(await chimera(['status', '--json'], { dataDir }))).toEqual({ running: false, haltFile: true });
    const free = await chimera(['resume', '--confirm', 'resume trading', '--json'], { dataDir });
    expect(documentOf(free)).toEqual({ running: false, haltFile: false });
    expect(await chimera(['verify', KILLED], { dataDir })).toMatchObject({ code: 0 });
  }, 30_000);

  it('where none runs, kill leaves a HALT, and the other commands say so', async () => {
    const own = path.join(dataDir, 'quiet');
    expect(await chimera(['status'], { dataDir: own })).toMatchObject({ code: 0, stdout: /no engine runs/ });
    expect(existsSync(own)).toBe(false);
    expect(await chimera(['kill', '--flatten'], { dataDir: own })).toMatchObject({ code: 6 });
    expect(await chimera(['kill'], { dataDir: own })).toMatchObject({ code: 0 });
    expect(existsSync(path.join(own, 'HALT'))).toBe(true);
    expect(documentOf(await chimera(['status', '--json'], { dataDir: own }))).toEqual({
      running: false,
      haltFile: true,
    });
  });
});

describe('without a terminal', () => {
  it('the launcher runs a headless session and prints its summary', async () => {
    const child = spawn(PINNED_NODE, [LAUNCHER, '--for', '1s', '--data-dir', path.join(dataDir, 'start')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH },
    });
    let stdout = '';
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
    expect(stdout).toMatch(/^session over: the time asked for is over\n {2}session +\d{8}-\d{6}\n/);
    expect(stdout).toMatch(/state hash +[0-9a-f]{32}\n$/);
    expect(stdout).not.toContain('\x1b');
  });

  it('the version is one line, and nothing is done', async () => {
    const own = path.join(dataDir, 'version');
    const outcome = await chimera(['--version'], { dataDir: own });
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(outcome.stdout).toMatch(/^chimera \d+\.\d+\.\d+\+[0-9a-f]{12}\n$/);
    expect(existsSync(own)).toBe(false);
  });

  it('help is for people, lists every command, and exits with 0', async () => {
    const outcome = await chimera(['--help']);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    for (const command of ['replay', 'import', 'sessions', 'verify', 'export', 'policy', 'status', 'kill', 'resume'])
      expect(outcome.stdout).toContain(`chimera ${command}`);
  });

  it('commands print one JSON document where it is asked for', async () => {
    const commands = [['policy'], ['verify', RUN], ['replay', RUN, '--headless'], ['replay', RUN]];
    for (const outcome of await Promise.all(commands.map((args) => chimera([...args, '--json'], { dataDir })))) {
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
      documentOf(outcome);
    }
  });
});
