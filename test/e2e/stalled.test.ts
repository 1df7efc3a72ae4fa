/** A terminal that is not read: the engine does not notice, kill works, and the screen is right again afterwards. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadSession } from '../../logs/index.ts';
import { askEngine } from '../../src/control/client.ts';
import { dataDirAt } from '../../src/data-dir.ts';
import { BRIEF, leave } from './chimera.ts';
import { Pulse } from './pulse.ts';
import { MOST_GAP_MS, showsNow } from './stall.ts';
import { startConsole, type TerminalSession } from './terminal.ts';

const STALL_MS = 1_500;

let session: TerminalSession;

beforeAll(async () => {
  session = startConsole({ columns: 200, rows: 60, args: ['--rate', '1000', '--session', 's', ...BRIEF] });
  await session.waitFor(/PAPER +MANUAL +feed fresh/);
});
afterAll(() => session.dispose());

it('an unread terminal holds up neither engine nor keys', async () => {
  const dir = dataDirAt(session.dataDir ?? '');
  session.stall();
  // Whole screens, so that the terminal is full at once.
  for (let i = 0; i < 10; i++) session.send('\x0c');
  const wroteBefore = session.rawOutput().length;
  const startMs = performance.now();
  const pulse = new Pulse(dir, session.pid);
  await pause(STALL_MS);
  const { answers, inputs, longestGapMs } = await pulse.stop();
  // Nothing was read, so the program cannot have written more than the terminal holds.
  expect(session.rawOutput().length - wroteBefore).toBeLessThan(1_000);
  // The engine went on at its pace: a thousand inputs a second, and an answer at once.
  expect(answers).toBeGreaterThan(STALL_MS / 100);
  expect((inputs / (performance.now() - startMs)) * 1_000).toBeGreaterThan(700);
  expect(longestGapMs).toBeLessThan(MOST_GAP_MS);
  // The operator sees nothing, and kills blindly.
  const killedMs = Date.now();
  await session.press('Ctrl-K');
  await expect.poll(() => existsSync(dir.haltFile), { timeout: 2_000, interval: 20 }).toBe(true);
  expect((await askEngine(dir, 'status'))?.status).toMatchObject({ kill: 'none-open', halted: 'operator' });
  expect(Date.now() - killedMs).toBeLessThan(2_000);
}, 30_000);

it('when it is read again, the screen shows what is so now', async () => {
  session.unstall();
  await session.waitFor(/HALTED +by the operator .*no entry open/);
  await session.waitFor(showsNow);
  expect(await leave(session)).toBe(0);
  expect(await session.terminalFaults()).toEqual([]);
});

it('and the journal is whole', () => {
  const { manifest, tail } = loadSession(path.join(session.dataDir ?? '', 'sessions', 's'));
  expect(manifest.complete).toBe(true);
  expect(tail.missingInputs).toBe(0);
});

it('what frames left out while nobody read is there afterwards: the screen equals one painted anew', async () => {
  const { dataDir = '' } = session;
  const replay = startConsole({ dataDir, args: ['replay', 's'] });
  try {
    await replay.waitFor(/PAUSE +0 \//);
    // Slowly enough that the recording does not end meanwhile.
    await replay.press('+', 'Space');
    await replay.waitFor(/PLAY ×\d+/);
    replay.stall();
    for (let i = 0; i < 10; i++) {
      replay.send('\x0c');
      await pause(100);
    }
    await replay.press('Space');
    replay.unstall();
    await replay.waitFor('PAUSE');
    const before = await replay.settled();
    await replay.press('Ctrl-L');
    expect(await replay.settled()).toBe(before);
    expect(await leave(replay)).toBe(0);
    expect(await replay.terminalFaults()).toEqual([]);
  } finally {
    await replay.dispose();
  }
}, 20_000);
