/** The console as lines of words: a person approves, kills, resumes by a code, and leaves, through pipes and no screen. */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { LIVELY, MAIN, makeDataDir, removeDataDir } from './chimera.ts';
import { PINNED_NODE, startConsole } from './terminal.ts';

let child: ChildProcess | undefined;
let dataDir: string;
let heard = '';

function start(...args: readonly string[]): void {
  dataDir = makeDataDir();
  heard = '';
  child = spawn(PINNED_NODE, [MAIN, '--plain', '--data-dir', dataDir, ...args], { stdio: 'pipe' });
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
    });
}

afterEach(() => {
  child?.kill('SIGKILL');
  removeDataDir(dataDir);
});

async function hears(wanted: RegExp, within = 20_000): Promise<RegExpExecArray> {
  for (const give = AbortSignal.timeout(within); !give.aborted; await pause(20)) {
    const found = wanted.exec(heard);
    if (found !== null) return found;
  }
  throw new Error(`not heard: ${wanted.source}\n${heard}`);
}

/** A line, typed at leisure; what was heard before counts no more. */
async function type(line: string): Promise<void> {
  heard = '';
  await pause(250);
  child?.stdin?.write(`${line}\n`);
}

it('approves by number, kills, resumes by the code that is told, and leaves', async () => {
  start('--seed', '1', '--warmup', '20s');
  await hears(/status: PAPER, MANUAL, feed fresh/);
  const [, id] = await hears(/proposal #(\d+), revision 1: .*the chosen one/, 60_000);
  await pause(600);
  await type('approve 999999');
  await hears(/999999 is not the chosen one/);
  await type(`approve ${id}`);
  await hears(new RegExp(`proposal \\S+ #${id} approved by the operator`));
  await type('kill');
  await hears(/status: .*halted \(operator\)/);
  await type('resume');
  const [, code] = await hears(/Type ([A-Z0-9 ]+) and Enter/);
  await type('WRONG');
  await hears(/That was not the code/);
  const [, again] = await hears(/Type ([A-Z0-9 ]+) and Enter/);
  expect(again).not.toBe(code);
  await type((again ?? '').replaceAll(' ', ''));
  await hears(/resume: done/);
  await type('timing');
  await hears(/Timing:\s+engine +lag \d+ ms/);
  await type('leave');
  await hears(/Leave\?:/);
  await type('l');
  await hears(/session over/);
  expect(heard.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
}, 120_000);

it('takes several lines at once for a paste', async () => {
  start('--warmup', '10s');
  await hears(/status: PAPER, MANUAL/);
  await type('status\nkill\nkill\nkill');
  await hears(/several lines at once are not typed/);
  await pause(800);
  expect(heard).not.toMatch(/halted/);
}, 60_000);

it('calls on a terminal as the screen does, and never in a pipe', async () => {
  const session = startConsole({ args: ['--plain', ...LIVELY], columns: 200, rows: 40 });
  try {
    await session.waitFor(/proposal #\d+, revision 1/, 60_000);
    await session.waitFor(() => session.called.bells > 0);
    expect(session.rawOutput()).not.toContain('\u001b]');
  } finally {
    await session.dispose();
  }
}, 90_000);
