/** Answers of a person on the real binary: later, less, no to all; a title that counts and a bell that calls. */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EngineEvent } from '../../engine/domain/index.ts';
import { loadSession } from '../../logs/index.ts';
import { chimera, documentOf, LIVELY, leave, makeDataDir, removeDataDir } from './chimera.ts';
import { startConsole, type TerminalSession } from './terminal.ts';

const SESSION = 'answered';

let dataDir: string;
let session: TerminalSession;

beforeAll(async () => {
  dataDir = makeDataDir();
  expect(await chimera(['policy', 'set', 'execution.proposalTtlS=60'], { dataDir })).toMatchObject({ code: 0 });
  session = startConsole({ dataDir, args: [...LIVELY, '--session', SESSION], columns: 120, rows: 40 });
});
afterAll(async () => {
  await session.dispose();
  removeDataDir(dataDir);
});

/** Presses a key until the screen says what it leads to: a proposal that has just come takes its half second. */
async function pressUntil(key: string, expected: RegExp): Promise<string> {
  for (let attempt = 0; attempt < 15; attempt++) {
    await pause(700);
    await session.press(key);
    const screen = await session.waitFor(expected, 800).catch(() => undefined);
    if (screen !== undefined) return screen;
  }
  throw new Error(`${key} leads to no ${expected}; the screen is:\n${session.screenText()}`);
}

it('rings when a proposal comes, and counts those that wait in the title', async () => {
  await session.waitFor(/\d wait: a approve, v veto/, 40_000);
  await session.waitFor(() => session.called.bells > 0);
  await session.waitFor(() => /^\(\d+\) Chimera PAPER$/.test(session.called.title));
}, 60_000);

it('e asks for less, which waits as the next revision and trades no more than that', async () => {
  await pressUntil('e', /Smaller size/);
  await session.type('100%');
  await pressUntil('Enter', /smaller only: less than/);
  await session.press('Backspace', 'Backspace', 'Backspace', 'Backspace');
  await session.type('40%');
  await session.waitFor(/→ [\d.]+, (40\.0|3\d\.\d) % of it, worth/);
  await pressUntil('Enter', /#\d+ smaller, to [\d.]+: done/);
  await session.waitFor(/#\d+ rev 2/);
  await session.waitFor(/PROPOSAL .*#\d+ made smaller/);
  await pressUntil('a', /approve #\d+ .*: done/);
}, 60_000);

it('s puts one out of the way, w says no to all', async () => {
  await session.waitFor(/[2-9] wait: a approve, v veto/, 60_000);
  await pressUntil('s', /\d wait, 1 snoozed: a approve/);
  await session.press('7', 'z');
  await session.waitFor(/#\d+ {2}[\d.]+ s {2}snoozed/);
  await pressUntil('w', /veto all \d+: done/);
}, 80_000);

it('gives the title back, and the journal has it all and replays to the same', async () => {
  expect(await leave(session)).toBe(0);
  expect(session.called.title).toBe('');
  expect(await session.terminalFaults()).toEqual([]);
  const events: EngineEvent[] = [...loadSession(path.join(dataDir, 'sessions', SESSION)).outputs.events()];
  const cut = events.find((event) => event.kind === 'proposal-resized');
  if (cut?.kind !== 'proposal-resized') throw new Error('nothing was made smaller');
  expect(cut.lots).toBeLessThanOrEqual(cut.fromLots * 0.4);
  const sent = events.filter((event) => event.kind === 'order' && event.decisionId === cut.decisionId);
  const cleared = events.find((event) => event.kind === 'proposal-closed' && event.proposalId === cut.proposalId);
  expect(cleared).toMatchObject({ outcome: expect.stringMatching(/cleared-by-operator|refused-at-clearing/) });
  for (const order of sent)
    if (order.kind === 'order' && order.purpose === 'entry') expect(order.lots).toBeLessThanOrEqual(cut.lots);
  const vetoed = events.filter((event) => event.kind === 'proposal-closed' && event.outcome === 'vetoed-by-operator');
  expect(vetoed.length).toBeGreaterThanOrEqual(2);
  const verified = await chimera(['verify', SESSION, '--json'], { dataDir });
  expect(verified.code).toBe(0);
  expect(documentOf(verified)).toMatchObject({ session: SESSION });
}, 40_000);
