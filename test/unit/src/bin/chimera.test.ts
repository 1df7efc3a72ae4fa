/** The launcher, run for real in a tree of its own: which Node it takes, what it passes on, what it says. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const PROJECT = path.resolve(import.meta.dirname, '../../../..');
const PINNED = path.join(PROJECT, 'node_modules/node/bin/node');
/** Tells what it is run with, then does what its first argument says. */
const PROGRAM = `
  const [act, value] = process.argv.slice(2);
  const { pid, ppid, execPath, argv } = process;
  if (act === 'wait') {
    process.on(value, () => process.exit(42));
    setTimeout(() => process.exit(9), 10_000);
  }
  console.log(JSON.stringify({ pid, ppid, execPath, argv, env: process.env.NODE_ENV, maps: process.sourceMapsEnabled }));
  if (act === 'exit') process.exit(Number(value));
  if (act === 'die') process.kill(process.pid, value);
`;

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'chimera-launcher-'));
  mkdirSync(path.join(root, 'src/bin'), { recursive: true });
  mkdirSync(path.join(root, 'dist/src'), { recursive: true });
  writeFileSync(path.join(root, 'package.json'), '{"type":"module"}');
  cpSync(path.join(PROJECT, 'src/bin/chimera.cjs'), path.join(root, 'src/bin/chimera.cjs'));
  writeFileSync(path.join(root, 'dist/src/main.js'), PROGRAM);
  const old = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.11.1' } });`;
  writeFileSync(path.join(root, 'old.cjs'), old);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function installPinned(version = '24.21.0'): void {
  mkdirSync(path.join(root, 'node_modules/node/bin'), { recursive: true });
  writeFileSync(path.join(root, 'node_modules/node/package.json'), JSON.stringify({ name: 'node', version }));
  symlinkSync(PINNED, path.join(root, 'node_modules/node/bin/node'));
}

interface Launch {
  readonly old: boolean;
  readonly env?: Record<string, string>;
}

function command({ old }: Launch, args: readonly string[]): string[] {
  return [...(old ? ['-r', path.join(root, 'old.cjs')] : []), path.join(root, 'src/bin/chimera.cjs'), ...args];
}

function environment(launch: Launch): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, ...launch.env };
}

function run(launch: Launch, ...args: string[]) {
  const done = spawnSync(PINNED, command(launch, args), { encoding: 'utf8', env: environment(launch) });
  return { ...done, told: done.stdout === '' ? undefined : JSON.parse(done.stdout) };
}

function oneLine(text: string): void {
  expect(text).toMatch(/^chimera: [^\n]+\n$/);
}

describe('with a Node that is new enough', () => {
  it('runs the program in its own process, in production, without the cost of source maps, and with the arguments as given', () => {
    const { pid, told, status } = run({ old: false }, 'exit', '0', '--x', 'a b');
    const main = path.join(root, 'dist/src/main.js');
    expect(told).toMatchObject({ pid, env: 'production', maps: false });
    expect(told.argv.slice(1)).toEqual([main, 'exit', '0', '--x', 'a b']);
    expect(status).toBe(0);
  });

  it('leaves NODE_ENV as set and passes the exit code through', () => {
    const { told, status } = run({ old: false, env: { NODE_ENV: 'development' } }, 'exit', '3');
    expect([told.env, status]).toEqual(['development', 3]);
  });
});

describe('with an older Node', () => {
  it('runs the program on the pinned one, with the same arguments and environment', () => {
    installPinned();
    const { pid, told, status } = run({ old: true }, 'exit', '5', '--x', 'a b');
    expect(told).toMatchObject({ ppid: pid, env: 'production', maps: false });
    expect(told.argv.slice(2)).toEqual(['exit', '5', '--x', 'a b']);
    expect(status).toBe(5);
  });

  it.each([
    ['SIGKILL', 137],
    ['SIGTERM', 143],
    ['SIGABRT', 134],
  ])('gives 128 + n when the program dies of %s', (signal, code) => {
    installPinned();
    expect(run({ old: true }, 'die', signal).status).toBe(code);
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const)(
    'passes %s on and outlives the program',
    async (signal) => {
      installPinned();
      const launch = { old: true };
      const child = spawn(PINNED, command(launch, ['wait', signal]), { env: environment(launch) });
      await firstOutput(child);
      child.kill(signal);
      const [code, died] = await new Promise<[number | null, string | null]>((resolve) => {
        child.on('exit', (...result) => resolve(result));
      });
      expect([code, died]).toEqual([42, null]);
    },
  );

  it('says in one line what is needed when there is no pinned Node, or it is too old as well', () => {
    for (const install of [() => {}, () => installPinned('22.11.0')]) {
      install();
      const { status, stderr, stdout } = run({ old: true });
      oneLine(stderr);
      expect(stderr).toContain('22.12');
      expect(stderr).toContain('20.11.1');
      expect([status, stdout]).toEqual([1, '']);
    }
  });

  it('says in one line that the pinned Node does not start', () => {
    installPinned();
    rmSync(path.join(root, 'node_modules/node/bin/node'));
    writeFileSync(path.join(root, 'node_modules/node/bin/node'), 'not a program', { mode: 0o644 });
    const { status, stderr } = run({ old: true });
    oneLine(stderr);
    expect(status).toBe(1);
  });
});

it('says in one line that the program is not built', () => {
  rmSync(path.join(root, 'dist'), { recursive: true });
  const { status, stderr } = run({ old: false });
  oneLine(stderr);
  expect(stderr).toContain('npm ci');
  expect(status).toBe(1);
});

function firstOutput(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.stdout?.once('data', () => resolve()));
}
