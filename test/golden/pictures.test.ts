/**
 * The README's pictures, made from the real screen: the built program on a recorded market, cell by cell. They hold
 * when they are what is drawn now; `npx vitest run test/golden/pictures.test.ts -u` draws them anew, README included.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { makeDataDir, removeDataDir } from '../e2e/chimera.ts';
import { type Expected, PROJECT, startConsole, type TerminalSession } from '../e2e/terminal.ts';
import { armedLive } from '../fixtures/console-live.ts';
import { logEntries } from '../fixtures/console-log.ts';
import { closeMounted, mountedConsole } from '../fixtures/mounted-console.ts';
import { recordMarket } from '../fixtures/recorded-market.ts';

const NAME = 'market';
const INPUTS = 30_000;
/** Two minutes into the market: indicators have values, and the chart a shape. */
const FROM = 20_000;
const README = path.join(PROJECT, 'README.md');
/** What has only just appeared cannot be acted on. */
const READABLE_MS = 650;
const PROPOSAL_WAITS = / 1 wait: a approve, v veto/;
/** The replay has gone through the whole session, and the chart's library is loaded. */
const isWhole = (screen: string): boolean => screen.includes('━●─') && !screen.includes('indexed');

// Some steps follow a whole recording, on machines that do other things as well.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let dataDir: string;
/** The input behind which the first proposal after {@link FROM} waits. */
let proposalAt: number;

beforeAll(async () => {
  dataDir = makeDataDir();
  recordMarket(dataDir, NAME, INPUTS);
  const session = await replayAt(FROM, 120, 40);
  try {
    while (!PROPOSAL_WAITS.test(await nextDecision(session)));
    proposalAt = cursorOf(session.screenText());
  } finally {
    await session.dispose();
  }
});
afterAll(() => removeDataDir(dataDir));
afterEach(closeMounted);

const cursorOf = (screen: string): number => Number(/PAUSE +([\d,]+) /.exec(screen)![1]!.replaceAll(',', ''));

/** A replay that stands behind this input, with everything loaded that comes after the first frame. */
async function replayAt(seq: number, columns: number, rows: number): Promise<TerminalSession> {
  const args = ['replay', NAME, '--control', 'manual', '--at', String(seq)];
  const session = startConsole({ dataDir, args, columns, rows });
  await session.waitFor((screen) => isWhole(screen) && cursorOf(screen) === seq, 20_000);
  return session;
}

/** Steps to the next decision, which is on the screen with all that it came to. */
async function nextDecision(session: TerminalSession): Promise<string> {
  const before = cursorOf(session.screenText());
  await session.press(']');
  await session.waitFor((screen) => /PAUSE +\d/.test(screen) && cursorOf(screen) > before);
  // A screen comes in pieces: one that is read between two lacks what it came to.
  return session.settled();
}

/** Waits for what must be on it, until it has come to rest, and holds it against the picture that is kept. */
async function drawn(session: TerminalSession, shows: Expected, name: string, title: string): Promise<void> {
  // A message above the keys stays for a while.
  await session.waitFor(shows, 30_000);
  await session.settled(500);
  await expect(session.picture(title)).toMatchFileSnapshot(`pictures/${name}.svg`);
}

const withChart = (screen: string): boolean => PROPOSAL_WAITS.test(screen) && screen.includes('⡇');

it('the console with a proposal that waits, 120 by 40', async () => {
  const session = await replayAt(proposalAt, 120, 40);
  try {
    await drawn(session, withChart, 'console-120', 'The console at 120 by 40: all panels, and proposals that wait');
  } finally {
    await session.dispose();
  }
});

it('the same on 80 by 24, as a picture and as the text in the README', async () => {
  const session = await replayAt(proposalAt, 80, 24);
  try {
    await drawn(session, PROPOSAL_WAITS, 'console-80', 'The console at 80 by 24: proposals above one panel at a time');
    const readme = readFileSync(README, 'utf8');
    const screen = `<!-- screen -->\n\`\`\`text\n${session.screenText()}\n\`\`\`\n<!-- /screen -->`;
    const between = /<!-- screen -->\n[\s\S]*?<!-- \/screen -->/;
    expect(readme).toMatch(between);
    await expect(readme.replace(between, () => screen)).toMatchFileSnapshot(README);
  } finally {
    await session.dispose();
  }
});

it('a large screen, with the depth of the book beside the chart', async () => {
  const session = await replayAt(proposalAt, 200, 60);
  const shows = (screen: string): boolean => withChart(screen) && /─ Depth ─/.test(screen);
  try {
    await drawn(session, shows, 'console-200', 'The console at 200 by 60: the depth of the book beside the chart');
  } finally {
    await session.dispose();
  }
});

it('an explanation', async () => {
  const session = await replayAt(proposalAt, 120, 40);
  try {
    await session.waitFor(withChart);
    await session.press('Enter');
    await drawn(session, 'goes to this moment', 'explain', 'The explanation of a proposal, layer by layer, as a tree');
  } finally {
    await session.dispose();
  }
});

it('a replay with a fork beside the recording', async () => {
  const session = await replayAt(proposalAt, 120, 40);
  try {
    await session.waitFor(withChart);
    await pause(READABLE_MS);
    await session.press('a');
    await session.waitFor('REPLAY, FORKED');
    while (!/(LONG|SHORT) +[\d.]+ +[\d.,]+ +[+-]/.test(await nextDecision(session)));
    const shows = (screen: string): boolean => isWhole(screen) && screen.includes('⡇') && / here[:,] /.test(screen);
    await drawn(session, shows, 'fork', 'A replay at 120 by 40: the run after an approval, beside what was recorded');
  } finally {
    await session.dispose();
  }
});

it('the frame of a live run', async () => {
  const live = mountedConsole({ env: { TERM: 'xterm-256color', COLORTERM: 'truecolor' }, now: () => 0 });
  live.port.view(armedLive(), 10);
  await live.until('the log is asked for', () => live.port.sent.some(({ type }) => type === 'log'));
  live.port.log(logEntries());
  await live.until('the chart', () => live.text().includes('⡇') && live.text().includes('ARMED'));
  await pause(200);
  await live.drain();
  const title = 'A live run at 120 by 40: LIVE on every edge, armed (of invented figures)';
  await expect(live.terminal.picture(title)).toMatchFileSnapshot('pictures/live.svg');
});
