/** Job control in a real shell: nothing that a shell does with its jobs stops the engine, and the console comes back. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askEngine } from '../../src/control/client.ts';
import { type DataDir, dataDirAt } from '../../src/data-dir.ts';
import { BRIEF, MAIN, makeDataDir, removeDataDir } from './chimera.ts';
import { PINNED_NODE, startProgram, type TerminalSession } from './terminal.ts';

let dir: DataDir;
let shell: TerminalSession;
let pid: number;

beforeAll(async () => {
  dir = dataDirAt(makeDataDir());
  shell = startProgram(['bash', '--norc', '--noprofile', '-i'], { columns: 120, rows: 40, env: { PS1: 'prompt> ' } });
  await shell.waitFor('prompt>');
  shell.send(`${PINNED_NODE} ${MAIN} ${BRIEF.join(' ')} --data-dir ${dir.root}\r`);
  await shell.waitFor(/PAPER +MANUAL +feed fresh/);
  pid = (await askEngine(dir, 'status'))?.status.pid ?? 0;
});
afterAll(async () => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
  await shell.dispose();
  removeDataDir(dir.root);
});

const isStopped = (): boolean =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .startsWith('T');

async function expectEngineGoesOn(): Promise<void> {
  expect(isStopped()).toBe(false);
  const before = (await askEngine(dir, 'status'))?.status.seq ?? 0;
  await expect
    .poll(async () => (await askEngine(dir, 'status'))?.status.seq, { timeout: 3_000 })
    .toBeGreaterThan(before);
}

it('Ctrl-Z and SIGTSTP hide the console, a key brings it back', async () => {
  await shell.press('Ctrl-Z');
  expect(await shell.waitFor('Chimera is hidden, the engine goes on: PAPER MANUAL')).toContain('prompt>');
  await expectEngineGoesOn();
  await shell.press('x');
  await shell.waitFor(/PAPER +MANUAL +feed fresh/);
  process.kill(pid, 'SIGTSTP');
  await shell.waitFor('Chimera is hidden');
  await expectEngineGoesOn();
  await shell.press('Enter');
  await shell.waitFor(/PAPER +MANUAL +feed fresh/);
});

it('after a stop from outside, fg brings back console and keys', async () => {
  process.kill(pid, 'SIGSTOP');
  await shell.waitFor(/Stopped[\s\S]*prompt>/);
  expect(isStopped()).toBe(true);
  shell.send('fg\r');
  await shell.waitFor(/PAPER +MANUAL +feed (fresh|STALE)/);
  await shell.press('?');
  await shell.waitFor('block entries and cancel them at once');
  await shell.press('Escape');
  await shell.waitFor((screen) => !screen.includes('block entries'));
});

it('in the background the engine runs on, and fg brings the console back', async () => {
  process.kill(pid, 'SIGSTOP');
  await shell.waitFor(/Stopped[\s\S]*prompt>/);
  shell.send('bg\r');
  await pause(700);
  await expectEngineGoesOn();
  shell.send('fg\r');
  await shell.waitFor(/PAPER +MANUAL +feed (fresh|STALE)/);
  await shell.press('q');
  await shell.waitFor('Leave?');
  await shell.press('l');
  await shell.waitFor(/session over[\s\S]*prompt>/);
});
