/** A terminal that is not read: the engine does not notice, kill works, and the screen is right again afterwards. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadSession } from '../../logs/index.ts';
import { askEngine } from '../../src/control/client.ts';
import { dataDirAt } from '../../src/data-dir.ts';
import { BRIEF, leave } from './chimera.ts';
import { startConsole, type TerminalSession } from './terminal.ts';

const STALL_MS = 1_500;
const POLL_MS = 200;

let session: TerminalSession;
let stalledUs = 0;

beforeAll(async () => {
  session = startConsole({ columns: 200, rows: 60, args: ['--rate', '1000', '--session', 's', ...BRIEF] });
  await session.waitFor(/PAPER +MANUAL +feed LIVE/);
});
afterAll(() => session.dispose());

it('an unread terminal holds up neither engine nor keys', async () => {
  const dir = dataDirAt(session.dataDir ?? '');
  stalledUs = Date.now() * 1_000;
  session.stall();
  // Whole screens, so that the terminal is full at once.
  for (let i = 0; i < 10; i++) session.send('\x0c');
  const wroteBefore = session.rawOutput().length;
  const answers: Array<{ seq: number; atMs: number; tookMs: number }> = [];
  const startMs = performance.now();
  while (performance.now() - startMs < STALL_MS) {
    const askedMs = performance.now();
    const reply = await askEngine(dir, 'status');
    const atMs = performance.now();
    answers.push({ seq: reply?.status.seq ?? 0, atMs, tookMs: atMs - askedMs });
    await pause(POLL_MS);
  }
  // Nothing was read, so the program cannot have written more than the terminal holds.
  expect(session.rawOutput().length - wroteBefore).toBeLessThan(1_000);
  // The engine went on at its pace: a thousand inputs a second, and an answer at once.
  const first = answers[0] ?? { seq: 0, atMs: 0 };
  const last = answers.at(-1) ?? first;
  expect(answers.length).toBeGreaterThan(STALL_MS / POLL_MS / 3);
  expect(((last.seq - first.seq) / (last.atMs - first.atMs)) * 1_000).toBeGreaterThan(700);
  expect(Math.max(...answers.map((answer) => answer.tookMs))).toBeLessThan(1_000);
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
  await session.waitFor((screen) => {
    const clock = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC/.exec(screen);
    return clock !== null && Math.abs(Date.parse(`${clock[1]}T${clock[2]}Z`) - Date.now()) < 2_500;
  });
  expect(await leave(session)).toBe(0);
  expect(await session.terminalFaults()).toEqual([]);
});

it('the journal has no gap in it from then on', () => {
  const { source, manifest, tail } = loadSession(path.join(session.dataDir ?? '', 'sessions', 's'));
  expect(manifest.complete).toBe(true);
  expect(tail.missingInputs).toBe(0);
  let longestUs = 0;
  let inputs = 0;
  for (let i = 1; i < source.count; i++) {
    if (source.timeAt(i) < stalledUs) continue;
    inputs++;
    longestUs = Math.max(longestUs, source.timeAt(i) - source.timeAt(i - 1));
  }
  expect(inputs).toBeGreaterThan(STALL_MS / 2);
  expect(longestUs).toBeLessThan(150_000);
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
