/** The console's first frames at each size, and what must not act: bursts, pastes, Ctrl-Z, a screen that is too small. */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { loadSession } from '../../logs/index.ts';
import { BRIEF, LIVELY, leave } from './chimera.ts';
import { type ConsoleOptions, startConsole, type TerminalSession } from './terminal.ts';

const open: TerminalSession[] = [];

function start(options: ConsoleOptions): TerminalSession {
  const session = startConsole(options);
  open.push(session);
  return session;
}

afterAll(async () => {
  await Promise.all(open.map((session) => session.dispose()));
});

/** Titles of panels as they stand at each size; at 80×24 one panel and tabs. */
const TITLES = ['Ticks', 'Chart', 'Votes', 'Risk', 'Positions & orders', 'Governor', 'Approvals', 'Decision log'];

/** Enough that chart and votes have something to show. */
const SOME_HISTORY = ['--warmup', '40s'];

/** Every panel at once, the chart drawn, the keys of the moment in the last row. */
async function everyPanel(session: TerminalSession): Promise<void> {
  await session.waitFor((screen) => TITLES.every((title) => screen.includes(title)));
  // The chart's library is loaded after the first frame.
  await session.waitFor(/⡇.*[⠁-⣿]/);
  await session.waitFor(/Ctrl-K KILL .*\? help +q leave *$/);
}

// They mostly wait: several at a time.
describe.concurrent('the screen', () => {
  it('at 80×24 has header, tabs, one panel and the keys of the moment', async () => {
    const session = start({ columns: 80, rows: 24, args: SOME_HISTORY });
    const screen = await session.waitFor(/PAPER +MANUAL +feed fresh/);
    expect(screen).toMatch(/1 Ticks +2 Chart +3 Votes +4 Risk +5 Positions +6 Governor +7 Approve +8 Log +9 Models/);
    await session.waitFor(/BTC\/USDT:USDT +[\d,.]+ .* fresh/);
    expect(session.screenLines()[23]).toMatch(/Ctrl-K KILL .*\? help +q leave/);
    for (const [key, expected] of [
      ['2', /⡇/],
      ['3', /producer +says +conv/],
      ['4', /largest position +[\d.]+ %/],
      ['5', /no position, no order|side for/],
      ['6', /suggest|edge/],
      ['8', /\d\d:\d\d:\d\d +(OBSERVED|CONTROL|VETOED|PROPOS)/],
      ['9', /model +place +(id +)?state +votes right/],
    ] as const) {
      await session.press(key);
      await session.waitFor(expected);
    }
  }, 20_000);

  it('shows every panel at 120×40, follows the terminal to 200×60, says when it is too small, and can still kill', async () => {
    const session = start({ columns: 120, rows: 40, args: SOME_HISTORY });
    await session.waitFor(/PAPER +MANUAL +feed fresh/);
    await session.waitFor(/BTC\/USDT:USDT +[\d,.]+ /);
    await session.waitFor(/equity 10,000\.00 USDT/);
    await everyPanel(session);
    for (let i = 0; i < 40; i++) session.resize(20 + ((i * 37) % 180), 5 + ((i * 17) % 55));
    session.resize(40, 10);
    await session.waitFor('needs 60×16, is 40×10');
    await session.waitFor(/PAPER +MANUAL +feed fresh/);
    session.resize(20, 5);
    await session.waitFor(/^ PAPER +MANUAL/);
    await session.press('Ctrl-K');
    await session.waitFor('HALTED');
    session.resize(200, 60);
    await session.waitFor(/HALTED +by the operator .*no entry open/);
    await everyPanel(session);
  }, 20_000);

  it('works without colours and on a terminal that says little', async () => {
    const session = start({
      columns: 80,
      rows: 24,
      args: BRIEF,
      env: { NO_COLOR: '1', COLORTERM: undefined, TERM: 'dumb' },
    });
    await session.waitFor(/PAPER +MANUAL +feed fresh/);
    const colours = session
      .rawOutput()
      .split('\x1b[')
      .filter((rest) => /^(?:\d+;)*(?:[34][0-8]|9[0-7]|10[0-7])[;m]/.test(rest));
    expect(colours).toEqual([]);
    await session.press('Ctrl-K');
    await session.waitFor(/HALTED +by the operator/);
  });
});

describe('what must not act', () => {
  it('a burst, a paste and a held sequence approve nothing, and leaving needs more than them', async () => {
    const session = start({ args: [...LIVELY, '--session', 'pasted'] });
    await session.waitFor(/\d wait: a approve, v veto/, 40_000);
    await pause(650);
    session.send('a'.repeat(40));
    await session.waitFor('a ignored: it came in a burst of keys');
    for (const text of ['a', 'aaaa\ra\rv\r', 'ql\r', 'a\nl\nl\n']) {
      session.paste(text);
      await pause(60);
    }
    await session.waitFor('paste ignored: pasted text never acts');
    // Without marks, as an old terminal pastes: q opens the dialog, which only looks; l in the same read does nothing.
    session.send('aaaa\rv\rql\r');
    await session.waitFor('Leave?');
    await pause(300);
    expect(session.exitCode).toBeUndefined();
    await session.press('Escape');
    await session.waitFor((screen) => !screen.includes('Leave?'));
    expect(await leave(session)).toBe(0);
    const { outputs } = loadSession(path.join(session.dataDir ?? '', 'sessions', 'pasted'));
    const answered = [...outputs.events()].filter(
      (event) => event.kind === 'proposal-closed' && /operator/.test(event.outcome),
    );
    expect(answered).toEqual([]);
  }, 60_000);
});
