/** Every way out of the console: the terminal is as it was, the session is closed, and what is open is not left alone. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSession } from '../../logs/index.ts';
import { BRIEF, chimera, documentOf, flattenAll, HELD, isRunning, LIVELY, leave } from './chimera.ts';
import { preload, strike } from './planted.ts';
import { type ConsoleOptions, startConsole, type TerminalSession } from './terminal.ts';

const open: TerminalSession[] = [];
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'chimera-exits-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterAll(async () => {
  await Promise.all(open.map((session) => session.dispose()));
});

async function start(options: ConsoleOptions = {}): Promise<TerminalSession> {
  const session = startConsole({
    columns: 80,
    rows: 24,
    ...options,
    args: ['--session', 's', ...(options.args ?? BRIEF)],
  });
  open.push(session);
  await session.waitFor(/PAPER .*feed fresh/);
  return session;
}

const sessionOf = ({ dataDir }: TerminalSession) => loadSession(path.join(dataDir ?? '', 'sessions', 's'));

/** The terminal is clean, the session is closed, the socket is gone. */
async function expectOrderlyEnd(session: TerminalSession): Promise<void> {
  expect(await session.terminalFaults()).toEqual([]);
  expect(sessionOf(session).manifest.complete).toBe(true);
  expect(existsSync(path.join(session.dataDir ?? '', 'control.sock'))).toBe(false);
}

// They mostly wait: several at a time.
describe.concurrent('a way out', () => {
  it('Ctrl-C asks, through the launcher too; staying stays, and a second time it leaves', async () => {
    const session = await start({ throughLauncher: true });
    await session.press('Ctrl-C');
    await session.waitFor('Leave?');
    await session.press('Enter');
    await session.waitFor((screen) => !screen.includes('Leave?'));
    expect(session.exitCode).toBeUndefined();
    await session.press('Ctrl-C');
    await session.waitFor('Leave?');
    await session.press('l');
    expect(await session.waitForExit()).toBe(0);
    await expectOrderlyEnd(session);
    expect(session.screenText()).toContain('session over: the operator left');
  });

  it('SIGTERM, SIGINT, SIGQUIT and SIGHUP end it in order', async () => {
    const endedBy = async (signal: NodeJS.Signals): Promise<void> => {
      const session = await start();
      session.kill(signal);
      expect(await session.waitForExit(), signal).toBe(0);
      await expectOrderlyEnd(session);
    };
    await Promise.all((['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP'] as const).map(endedBy));
  });

  it('a terminal that goes away ends it in order, where nothing is open', async ({ expect }) => {
    const session = await start();
    session.hangUp();
    await expect.poll(() => sessionOf(session).manifest.complete, { timeout: 5_000 }).toBe(true);
    await expect.poll(() => isRunning(session.pid), { timeout: 5_000 }).toBe(false);
  });

  it('a fault of the console restores the terminal, closes the session and exits with 1', async () => {
    const env = preload(folder, 'console-throws');
    const session = await start({ env });
    strike(env);
    expect(await session.waitForExit()).toBe(1);
    await expectOrderlyEnd(session);
    expect(session.screenText()).toMatch(/chimera: the console failed\n.*planted fault/);
  });

  it('a fault of the engine restores the terminal, keeps what was journaled and exits with 1', async () => {
    const env = preload(folder, 'engine-throws');
    const session = await start({ env });
    strike(env);
    expect(await session.waitForExit()).toBe(1);
    expect(await session.terminalFaults()).toEqual([]);
    expect(session.screenText()).toMatch(/chimera: planted fault/);
    expect(sessionOf(session).manifest.complete).toBe(false);
    const { dataDir = '' } = session;
    expect(await chimera(['verify', 's', '--json'], { dataDir })).toMatchObject({ code: 0 });
    expect(documentOf(await chimera(['status', '--json'], { dataDir }))).toEqual({ running: false, haltFile: false });
  });
});

describe('a lost terminal with something open', () => {
  it('leaves the engine on guard under MANUAL until nothing is open, and reachable by its socket', async () => {
    const session = await start({ columns: 120, rows: 40, args: ['--control', 'auto', ...LIVELY] });
    await session.waitFor(HELD, 40_000);
    const { dataDir = '', pid } = session;
    session.hangUp();
    const status = async () => documentOf(await chimera(['status', '--json'], { dataDir }));
    await expect.poll(async () => (await status()).control, { timeout: 5_000 }).toBe('manual');
    // Whoever comes next is told, and the engine is not held by it.
    const next = startConsole({ dataDir, args: ['attach'], columns: 80, rows: 24 });
    open.push(next);
    await next.waitFor(/nobody watched for .*\(the terminal was lost\): control MANUAL/);
    expect(await leave(next)).toBe(0);
    await flattenAll(dataDir);
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
    const { manifest, outputs } = sessionOf(session);
    expect(manifest.complete).toBe(true);
    // From the hangup on nobody has cleared an entry.
    const events = [...outputs.events()];
    const guarded = events.findIndex((event) => event.kind === 'control' && event.to === 'manual');
    expect(guarded).toBeGreaterThan(0);
    const cleared = events
      .slice(guarded)
      .filter((event) => event.kind === 'proposal-closed' && event.outcome.startsWith('cleared'));
    expect(cleared).toEqual([]);
  }, 60_000);
});
