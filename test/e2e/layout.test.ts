/** How the screen was left comes back at the next start, apart for replays; a file that is not to be used stops nobody. */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataDirAt } from '../../src/data-dir.ts';
import { recordMarket } from '../fixtures/recorded-market.ts';
import { BRIEF, leave, makeDataDir, removeDataDir } from './chimera.ts';
import { startConsole, type TerminalSession } from './terminal.ts';

let dataDir: string;
let layoutFile: string;
beforeAll(() => {
  dataDir = makeDataDir();
  ({ layoutFile } = dataDirAt(dataDir));
  rmSync(layoutFile);
  recordMarket(dataDir, 'market', 2_000);
});
afterAll(() => removeDataDir(dataDir));

async function onConsole(args: readonly string[], act: (session: TerminalSession) => Promise<void>): Promise<void> {
  // Nobody marks the directory as used: that would put a layout in it.
  const session = startConsole({ dataDir, args, columns: 120, rows: 40, firstRun: true });
  try {
    await act(session);
    expect(await leave(session)).toBe(0);
    expect(await session.terminalFaults()).toEqual([]);
  } finally {
    await session.dispose();
  }
}

/** One panel alone, sorted. */
const zoomed = (screen: string): boolean => screen.includes('▾change%') && !screen.includes('─ 4 Risk');
const asGiven = (screen: string): boolean => screen.includes('change%') && screen.includes('─ 4 Risk');

it('sort and zoom come back, a filter does not, and a replay has its own', async () => {
  await onConsole(BRIEF, async (session) => {
    await session.waitFor((screen) => asGiven(screen) && !screen.includes('%▾'));
    await session.press('o', 'z', '/', 'e', 't', 'h', 'Enter');
    await session.waitFor((screen) => zoomed(screen) && screen.includes('“eth”: 1 of '));
  });
  expect(statSync(layoutFile).mode & 0o777).toBe(0o600);
  const sorts = { ticks: { by: 'change', reversed: false } };
  expect(JSON.parse(readFileSync(layoutFile, 'utf8'))).toEqual({
    formatVersion: 1,
    run: { focus: 'ticks', zoomed: true, chart: 'price', sorts },
  });
  await onConsole(['replay', 'market'], async (session) => {
    await session.waitFor((screen) => asGiven(screen) && screen.includes('PAUSE'));
    await session.press('8');
    await session.waitFor('▸8 Decision log');
  });
  await onConsole(BRIEF, async (session) => {
    expect(await session.waitFor(zoomed)).not.toContain('“eth”');
  });
  expect(JSON.parse(readFileSync(layoutFile, 'utf8'))).toMatchObject({
    run: { zoomed: true },
    replay: { focus: 'log' },
  });
}, 60_000);

it('a damaged one is told of in one line, and left as it is', async () => {
  writeFileSync(layoutFile, '{"formatVersion": 1, "run": ');
  await onConsole(BRIEF, async (session) => {
    await session.waitFor('the layout is not kept: layout.json is refused and left as it is: it is not JSON');
    await session.press('z');
    await session.waitFor((screen) => !screen.includes('─ 4 Risk'));
  });
  expect(readFileSync(layoutFile, 'utf8')).toBe('{"formatVersion": 1, "run": ');
}, 30_000);
