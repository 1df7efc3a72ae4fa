/** The console on a recorded session: stepping both ways, jumps, play, and what a step has changed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataDirAt } from '../../src/data-dir.ts';
import { recordMarket } from '../fixtures/recorded-market.ts';
import { chimera, leave, makeDataDir, removeDataDir } from './chimera.ts';
import { startConsole, type TerminalSession } from './terminal.ts';

const NAME = 'market';
const INPUTS = 30_000;

let dataDir: string;
let session: TerminalSession;

beforeAll(async () => {
  dataDir = makeDataDir();
  recordMarket(dataDir, NAME, INPUTS);
  session = startConsole({ dataDir, args: ['replay', NAME], columns: 160, rows: 45 });
  await session.waitFor(/PAUSE +0 \/ 30,000/);
  await session.waitFor((screen) => screen.includes('· decision') && !screen.includes('indexed'));
});
afterAll(async () => {
  await session.dispose();
  removeDataDir(dataDir);
});

const cursorOf = (screen: string): number =>
  Number(/(?:PAUSE|PLAY ×\d+) +([\d,]+) \/ 30,000/.exec(screen)?.[1]?.replaceAll(',', '') ?? Number.NaN);
const here = (): number => cursorOf(session.screenText());

/** All rows but the footer, whose messages and hints come and go. */
const body = (screen: string): string => screen.split('\n').slice(0, -2).join('\n');

/** Presses a key and waits until the cursor stands elsewhere. */
async function step(key: string): Promise<void> {
  const before = here();
  await session.press(key);
  await session.waitFor((screen) => cursorOf(screen) !== before && !Number.isNaN(cursorOf(screen)));
}

/** The same; gives the body of the screen, whose log follows a moment later. */
async function stepped(key: string): Promise<string> {
  await step(key);
  return body(await session.settled());
}

/** Enter acts in the palette: after it was pressed there it is deaf for half a second. */
const ENTER_DEAF_MS = 550;

async function goTo(text: string, expected: RegExp): Promise<void> {
  await session.press(':');
  await session.waitFor('═ Find ═');
  session.paste(text);
  await session.waitFor(`> ${text}`);
  await pause(ENTER_DEAF_MS);
  await session.press('Enter');
  await session.waitFor((screen) => expected.test(screen) && !screen.includes('═ Find ═'));
}

describe('a recorded session on the console', () => {
  it('says that it is one, and starts before its first input', () => {
    expect(session.screenText()).toMatch(/PAPER.*REPLAY.* sim · market/);
    expect(session.screenText()).toContain('start of the session');
  });

  it('steps right and left through the same screens', async () => {
    await goTo('50%', /PAUSE +15,000 /);
    // The chart's library is loaded after the first frame.
    await session.waitFor('⡇');
    const screens = [body(await session.settled())];
    for (let i = 0; i < 4; i++) screens.push(await stepped('Right'));
    expect(here()).toBe(15_004);
    expect(new Set(screens).size).toBe(5);
    for (let i = 3; i >= 0; i--) {
      await step('Left');
      await session.waitFor((screen) => body(screen) === screens[i]);
    }
  }, 20_000);

  it('underlines what a step has changed, and lists it', async () => {
    await goTo('15000', /PAUSE +15,000 /);
    // A quote or trade of a symbol on screen changes a price there.
    for (let i = 0; i < 20 && !/UTC +trade /.test(session.screenText()); i++) await step('Right');
    const screen = await session.settled();
    const [, symbol, price] = /UTC +trade (\S+) (?:buy|sell) \S+ @ ([\d.]+)/.exec(screen) ?? [];
    expect(symbol, screen).toBeDefined();
    const grouped = String(price).replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));
    expect(session.underlinedTexts().join(' | ')).toContain(grouped);
    await session.press('d');
    expect(await session.waitFor('What the last step changed')).toContain(`${symbol} last`);
    await session.press('Escape');
    await session.waitFor((text) => !text.includes('What the last step changed'));
  }, 20_000);

  it('jumps from decision to decision and from trade to trade, both ways', async () => {
    await goTo('50%', /PAUSE +15,000 /);
    const decisions: number[] = [];
    for (let i = 0; i < 3; i++) {
      await step(']');
      decisions.push(here());
    }
    expect(decisions).toEqual(decisions.toSorted((a, b) => a - b));
    await step('[');
    expect(here()).toBe(decisions[1]);
    await step('[');
    expect(here()).toBe(decisions[0]);
    await goTo('0', /PAUSE +0 /);
    await step('}');
    const firstTrade = here();
    // The log is asked for apart from the view.
    await session.waitFor(/FILL .*order #1 /);
    const atTrade = body(await session.settled());
    await step('}');
    expect(here()).toBeGreaterThan(firstTrade);
    await step('{');
    await session.waitFor((screen) => body(screen) === atTrade);
    expect(here()).toBe(firstTrade);
    await session.press('{');
    await session.waitFor('no trade before this point');
    expect(here()).toBe(firstTrade);
  }, 30_000);

  it('goes to the ends, to a time, by a distance, and nowhere for nonsense', async () => {
    await session.press('End');
    await session.waitFor(/PAUSE +30,000 \/ 30,000/);
    await session.press('Right');
    await session.waitFor('no input after this point');
    await session.press('Home');
    await session.waitFor(/PAUSE +0 \/ 30,000/);
    await goTo('22:15:00', /UTC/);
    await session.waitFor(/2023-11-14 22:1(4:59|5:00)/);
    await goTo('+30s', /22:15:(29|30)/);
    await session.press(':');
    session.paste('tomorrow');
    await session.waitFor('nothing fits');
    await pause(ENTER_DEAF_MS);
    await session.press('Enter');
    await session.waitFor('nothing is chosen');
    await session.press('Escape');
    await session.waitFor(/22:15:(29|30)/);
  }, 20_000);

  it('plays, faster, and pauses where it is', async () => {
    await session.press('Home');
    await session.waitFor(/PAUSE +0 \/ 30,000/);
    session.send('++');
    await session.press('Space');
    await session.waitFor((screen) => /PLAY ×5/.test(screen) && cursorOf(screen) > 500);
    // Up to the fastest, which is 1000, and eight down from there, at once: at that pace the session is over in a blink.
    session.send('+'.repeat(20) + '-'.repeat(8));
    await session.waitFor('PLAY ×2 ');
    await session.press('Space');
    const at = cursorOf(await session.waitFor(/PAUSE +\d/));
    await pause(400);
    expect(here()).toBe(at);
  }, 20_000);

  it('goes from an explanation to its moment', async () => {
    await session.press('End');
    await session.waitFor(/PAUSE +30,000 \/ 30,000/);
    await session.press('8');
    await session.settled();
    await session.press('Enter');
    const screen = await session.waitFor(/decision \d+, input [\d,]+/);
    const [, id, input] = /decision (\d+), input ([\d,]*\d)/.exec(screen)!;
    expect(screen).toContain('o goes to this moment');
    await session.press('o');
    await session.waitFor((text) => cursorOf(text) === Number(input!.replaceAll(',', '')));
    expect(await session.settled()).not.toContain('what would have changed it');
    const { code, stdout } = await chimera(['explain', NAME, '--decision', id!], { dataDir });
    expect([code, stdout.split('\n')[1]]).toEqual([0, expect.stringContaining(`decision ${id}, input ${input},`)]);
  }, 20_000);

  it('stops by itself at a trade while it plays, and goes on from there', async () => {
    await session.press('Home');
    await session.waitFor(/PAUSE +0 \/ 30,000/);
    await session.press('b', 'j', 'j', 'j', 'j', 'Enter');
    await session.waitFor('[x] trades');
    await session.press('Escape');
    await session.waitFor(/stops at trade/);
    for (let i = 0; i < 6; i++) await session.press('+');
    await session.press('Space');
    await session.waitFor('stopped at a trade');
    const first = here();
    await session.waitFor((screen) => /PAUSE +\d/.test(screen) && /FILL /.test(screen));
    await session.press('Space');
    await session.waitFor((screen) => /PAUSE +\d/.test(screen) && cursorOf(screen) > first);
    await session.press('b', 'j', 'j', 'j', 'j', 'Space', 'q');
    await session.waitFor((screen) => !screen.includes('stops at'));
  }, 30_000);

  it('keeps a bookmark with its note beside the session, and comes back to it', async () => {
    await goTo('4000', /PAUSE +4,000 /);
    await session.press('B');
    await session.waitFor('A note on this place');
    await session.type('spread was wide');
    await session.press('Enter');
    await session.waitFor('bookmarked');
    const { bookmarks } = JSON.parse(readFileSync(join(dataDirAt(dataDir).sessions, NAME, 'bookmarks.json'), 'utf8'));
    expect(bookmarks).toEqual([{ cursor: 4_000, note: 'spread was wide' }]);
    await session.press('End');
    await session.waitFor(/PAUSE +30,000 /);
    await session.press("'");
    await session.waitFor('spread was wide');
    await session.press('Enter');
    await session.waitFor(/PAUSE +4,000 /);
    await session.press("'", 'x');
    await session.waitFor((screen) => !screen.includes('spread was wide'));
  }, 20_000);

  it('shows what was recorded beside what would have happened after a key', async () => {
    await goTo('3000', /PAUSE +3,000 /);
    await session.press('Ctrl-K');
    await session.waitFor('REPLAY, FORKED');
    await session.waitFor(/recorded [\d,.]+ USDT, \d+ trades? .*this branch .*\(0\.00\)/);
    await session.press('End');
    const end = await session.waitFor(
      /recorded [\d,.]+ USDT, \d{2,} trades .*this branch [\d,.]+ \([+-][\d,.]+\), \d trades?/,
    );
    expect(end).toMatch(/KILL/);
  }, 20_000);

  it('leaves the terminal as it was, and the recording too', async () => {
    expect(await leave(session)).toBe(0);
    expect(await session.terminalFaults()).toEqual([]);
    expect(session.screenText()).toContain('replay over');
  });
});

describe('a replay that begins at a moment', () => {
  it('stands there, and a key forks the run from there, which explain finds again', async () => {
    let fork = '';
    const there = startConsole({ dataDir, args: ['replay', NAME, '--at', '22:15:00'], columns: 120, rows: 40 });
    try {
      await there.waitFor(/PAUSE +[1-9][\d,]+ \/ 30,000 +2023-11-14 22:1(4:59|5:00)/);
      await there.press('Ctrl-K');
      await there.waitFor(/entries blocked|no entry open|KILLED|HALTED/);
      expect(await leave(there)).toBe(0);
      fork = /market-fork-\d+/.exec(there.screenText())?.[0] ?? 'none';
    } finally {
      await there.dispose();
    }
    const of = async (...run: readonly string[]) =>
      (await chimera(['explain', NAME, '--decision', '99999', ...run], { dataDir })).stderr;
    const last = (text: string): number => Number(/has \d+ to (\d+)/.exec(text)?.[1]);
    const whole = last(await of());
    const forked = ['--run', fork];
    const { code, stdout } = await chimera(['explain', NAME, '--decision', String(whole), ...forked], { dataDir });
    expect(code).toBe(0);
    expect(stdout).toContain('VETOED by halted');
    expect(stdout).toContain(`chimera replay ${NAME} --run ${fork} --at`);
    expect(last(await of(...forked))).toBeGreaterThanOrEqual(whole);

    const listed = await chimera(['sessions'], { dataDir });
    expect(listed.stdout).toMatch(new RegExp(`^ {2}${fork} +fork: 22:1[45]:\\d\\d\\.\\d{3} kill$`, 'm'));
    const folded = await chimera(['replay', NAME, ...forked, '--headless'], { dataDir });
    expect(folded.code).toBe(0);
    expect(folded.stdout).toMatch(/recorded answers +none/);
    const again = startConsole({ dataDir, args: ['replay', NAME, ...forked], columns: 80, rows: 24 });
    try {
      await again.waitFor(/REPLAY, FORKED.*recorded 10,000\.00/s);
      expect(await leave(again)).toBe(0);
    } finally {
      await again.dispose();
    }
  }, 40_000);

  it('that is outside ends with one line', async () => {
    const outside = startConsole({ dataDir, args: ['replay', NAME, '--at', '30001'], columns: 80, rows: 24 });
    try {
      expect(await outside.waitForExit()).toBe(2);
      expect(outside.screenText()).toContain('--at "30001": the session has 30000 inputs');
    } finally {
      await outside.dispose();
    }
  });
});
