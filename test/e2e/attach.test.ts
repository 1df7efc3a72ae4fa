/** Consoles attached to an engine that runs without one: they see and do the same, and their end is not its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { askEngine } from '../../src/control/client.ts';
import { dataDirAt } from '../../src/data-dir.ts';
import { BRIEF, chimera, leave, MAIN, makeDataDir, removeDataDir, shownCode, typeCode } from './chimera.ts';
import { PINNED_NODE, startConsole, type TerminalSession } from './terminal.ts';

const open: TerminalSession[] = [];
let dataDir: string;
let engine: ChildProcess;
let ended: Promise<number | null>;

beforeAll(async () => {
  dataDir = makeDataDir();
  const args = [MAIN, '--headless', '--control', 'auto', '--for', '120s', '--json', '--data-dir', dataDir, ...BRIEF];
  engine = spawn(PINNED_NODE, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env.PATH } });
  ended = new Promise((resolve) => engine.on('close', resolve));
  await vi.waitFor(() => expect(existsSync(path.join(dataDir, 'control.sock'))).toBe(true), { timeout: 10_000 });
});
afterEach(async () => {
  for (const session of open.splice(0)) await session.dispose();
});
afterAll(() => {
  engine.kill('SIGKILL');
  removeDataDir(dataDir);
});

async function attach(columns: number, rows: number): Promise<TerminalSession> {
  const session = startConsole({ dataDir, args: ['attach'], columns, rows });
  open.push(session);
  await session.waitFor(/PAPER +\w+ +feed fresh/);
  return session;
}

const status = async () => (await askEngine(dataDirAt(dataDir), 'status'))?.status;

it('two consoles on one engine: a kill in one shows in both, and leaving one leaves the engine', async () => {
  const [wide, narrow] = await Promise.all([attach(120, 40), attach(80, 24)]);
  await narrow.press('Ctrl-K');
  await Promise.all([narrow, wide].map((each) => each.waitFor(/HALTED +by the operator/)));
  expect(await status()).toMatchObject({ kill: 'none-open', halted: 'operator' });
  await wide.press('R');
  await typeCode(wide, await shownCode(wide));
  await narrow.waitFor((screen) => !screen.includes('HALTED'));
  expect(await leave(narrow)).toBe(0);
  expect(await narrow.terminalFaults()).toEqual([]);
  expect(narrow.screenText()).toContain('detached; the engine goes on');
  expect(await leave(wide)).toBe(0);
  expect(await status()).toMatchObject({ control: 'auto', halted: 'none' });
}, 30_000);

it('one that is shot and one whose terminal is lost make control MANUAL, and the next one is told', async () => {
  const shot = await attach(80, 24);
  expect(await status()).toMatchObject({ control: 'auto' });
  shot.kill('SIGKILL');
  await expect.poll(async () => (await status())?.control, { timeout: 5_000 }).toBe('manual');
  const next = await attach(80, 24);
  await next.waitFor(/nobody watched for .*\(an attached console broke off\): control MANUAL/);
  await next.press('M');
  await typeCode(next, await shownCode(next));
  await expect.poll(async () => (await status())?.control, { timeout: 5_000 }).toBe('veto');
  next.hangUp();
  await expect.poll(async () => (await status())?.control, { timeout: 5_000 }).toBe('manual');
}, 20_000);

it('when the engine ends, so does the attached console, with its terminal as it was', async () => {
  const session = await attach(80, 24);
  engine.kill('SIGTERM');
  expect(await ended).toBe(0);
  await session.waitForExit();
  expect(await session.terminalFaults()).toEqual([]);
  expect(await chimera(['attach'], { dataDir })).toMatchObject({ code: 2 });
}, 20_000);
