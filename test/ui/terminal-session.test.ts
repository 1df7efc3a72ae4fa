/** A real process in a real pty: the terminal is given back on every way out, and a stalled one blocks nothing. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawn } from '@lydell/node-pty';
import { afterEach, describe, expect, it } from 'vitest';
import { oracleTerminal } from '../fixtures/oracle-terminal.ts';

const CHILD = path.join(import.meta.dirname, '../fixtures/terminal-child.ts');
const COLUMNS = 80;
const ROWS = 24;

interface Running {
  write(text: string): void;
  pause(): void;
  resume(): void;
  resize(columns: number, rows: number): void;
  kill(signal: string): void;
  readonly exited: Promise<{ readonly exitCode: number; readonly signal?: number | undefined }>;
  output(): string;
  report(): string;
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
});

async function until(what: string, done: () => boolean, withinMs = 8_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!done()) {
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** `jobs`: under a shell with job control, without which the system ignores what stops a process. */
async function started(jobs = false): Promise<Running> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chimera-terminal-'));
  folders.push(folder);
  const file = path.join(folder, 'report');
  const command = [process.execPath, CHILD, 'run', file];
  const [program = '', ...args] = jobs ? ['sh', '-c', 'set -m; "$0" "$@"; exit $?', ...command] : command;
  const child = spawn(program, args, { cols: COLUMNS, rows: ROWS, name: 'xterm-256color' });
  let output = '';
  child.onData((data) => {
    output += data;
  });
  const running: Running = {
    write: (text) => child.write(text),
    pause: () => child.pause(),
    resume: () => child.resume(),
    resize: (columns, rows) => child.resize(columns, rows),
    kill: (signal) => process.kill(Number(/pid (\d+)/.exec(running.report())?.[1]), signal),
    exited: new Promise((resolve) => child.onExit(resolve)),
    output: () => output,
    report: () => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : ''),
  };
  await until('the first frames', () => output.split('\u001b[?2026l').length > 3);
  return running;
}

/** What the terminal is like after everything the process wrote. */
async function afterwards(output: string) {
  const terminal = oracleTerminal(COLUMNS, ROWS, { raw: true });
  await terminal.write('before\r\n\u001b]2;the shell\u0007');
  await terminal.write(output);
  const title = terminal.title();
  const state = { alternate: terminal.isAlternate(), ...terminal.modes(), first: terminal.rows()[0], title };
  terminal.dispose();
  const cursor = Math.max(output.lastIndexOf('\u001b[?25h'), 0) > output.lastIndexOf('\u001b[?25l');
  return { ...state, cursor };
}

const CLEAN = {
  alternate: false,
  bracketedPaste: false,
  wraparound: true,
  first: 'before',
  title: 'the shell',
  cursor: true,
};

describe('the terminal is given back', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'])('on %s', async (signal) => {
    const child = await started();
    child.kill(signal);
    expect((await child.exited).exitCode).toBe(3);
    expect(await afterwards(child.output())).toEqual(CLEAN);
    expect(child.report()).toContain(`end signal ${signal}`);
  });

  it.each([
    ['a throw', 'x', 3],
    ['a rejection', 'r', 3],
    ['leaving', 'q', 0],
    ['process.exit', 'e', 7],
  ])('on %s', async (_, key, exitCode) => {
    const child = await started();
    child.write(key);
    expect((await child.exited).exitCode).toBe(exitCode);
    expect(await afterwards(child.output())).toEqual(CLEAN);
  });
});

describe('while it runs', () => {
  it('a stop from the terminal or from outside stops nothing', async () => {
    const child = await started(true);
    child.write('\u001a');
    child.kill('SIGTSTP');
    await until('the key is read as a key', () => child.report().includes('input "\\u001a"'));
    const before = child.output().length;
    await until('it paints on', () => child.output().length > before + 1_000);
    child.kill('SIGTERM');
    await child.exited;
  });

  it('a resize reaches the screen', async () => {
    const child = await started();
    child.resize(100, 30);
    await until('the new size', () => child.report().includes('size 100x30'));
    child.kill('SIGTERM');
    await child.exited;
  });

  it('a terminal that takes nothing holds up neither the loop nor the exit', async () => {
    const child = await started();
    child.pause();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const frames = child.output().length;
    child.kill('SIGTERM');
    await until('the end', () => child.report().includes('end signal SIGTERM'), 3_000);
    const lag = Number(/lag (\d+)/.exec(child.report())?.[1]);
    expect(lag).toBeLessThan(500);
    child.resume();
    expect((await child.exited).exitCode).toBe(3);
    expect(child.output().length).toBeGreaterThan(frames);
  });
});
