/** Every key of the table is pressed in the real binary where it is enabled, and what it does is seen. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startExchange } from '../fixtures/exchange.ts';
import { recordMarket } from '../fixtures/recorded-market.ts';
import { BRIEF, chimera, HELD, LIVELY, makeDataDir, removeDataDir, shownCode, typeCode } from './chimera.ts';
import { ALL_KEYS, type Effect, gone, KeyWalk, MOVES } from './every-key.ts';
import { type ConsoleOptions, startConsole } from './terminal.ts';

let dataDir: string;
const walks: KeyWalk[] = [];

/** Whoever decides on every whim has proposals and suggestions waiting at the end of four minutes. */
const POLICY = [
  'execution.proposalTtlS=60',
  'governor.horizonBars=3',
  'governor.minSamples=3',
  'governor.tThreshold=0.3',
  'decision.minScore=0.02',
  'decision.minConsensus=0.5',
  'decision.confluenceProducers=1',
  'decision.repeatBars=2',
  'risk.entriesBeforeVolatility=true',
  'risk.minRewardR=-1',
  'risk.entryCooldownBars=1',
  'live.enabled=true',
];

beforeAll(async () => {
  dataDir = makeDataDir();
  recordMarket(dataDir, 'market', 30_000);
  expect(await chimera(['policy', 'set', ...POLICY], { dataDir })).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await Promise.all(walks.map(({ session }) => session.dispose()));
  removeDataDir(dataDir);
});

function begin(options: ConsoleOptions): KeyWalk {
  const walk = new KeyWalk(startConsole({ columns: 120, rows: 40, ...options }));
  walks.push(walk);
  return walk;
}

/** The recording on a console of its own. */
async function beginReplay(): Promise<KeyWalk> {
  const walk = begin({ dataDir, args: ['replay', 'market', '--control', 'manual'] });
  await walk.session.waitFor(/PAUSE +0 \/ 30,000/);
  await walk.session.waitFor((screen) => screen.includes('· decision') && !screen.includes('indexed'));
  return walk;
}

/** The same at its end, where four proposals and some suggestions wait. */
async function beginAtEnd(): Promise<KeyWalk> {
  const walk = await beginReplay();
  await walk.session.press('End');
  await walk.session.waitFor(atEnd);
  await walk.session.waitFor(/4 wait: a approve/);
  return walk;
}

/** Where the replay stands, of as many inputs as were recorded and the keys that were put between them. */
const PLACE = /(?:PAUSE|PLAY ×\d+) +([\d,]+) \/ 30,0\d\d/;
const placeOn = (screen: string): number => Number(PLACE.exec(screen)?.[1]?.replaceAll(',', '') ?? Number.NaN);
const at =
  (place: number): Effect =>
  (after) =>
    placeOn(after) === place;
const atEnd = (screen: string): boolean => /PAUSE +(30,0\d\d) \/ \1 /.test(screen);
/** A dialog that asks for a typed code. */
const CODE = /Type \S \S \S \S and Enter/;
const FORWARD: Effect = (after, before) => placeOn(after) > placeOn(before);
const BACK: Effect = (after, before) => placeOn(after) < placeOn(before);

// They mostly wait: all at a time.
describe.concurrent('a recorded session', () => {
  it('moves, plays, stops and is marked by the keys of a replay', async () => {
    const walk = await beginReplay();
    const replay = walk.session;
    await walk.press(
      ['replay', 'end', atEnd],
      ['replay', 'home', at(0)],
      ['replay', 'right', at(1)],
      ['replay', 'left', at(0)],
      ['replay', ']', FORWARD],
      ['approvals', 'a', /approve #1 .*: done/],
      ['replay', '}', FORWARD],
      ['replay', ']', FORWARD],
      ['replay', '{', BACK],
      ['replay', '[', BACK],
      ['replay', '.', FORWARD],
      ['replay', ',', BACK],
      ['replay', ')', FORWARD],
      ['replay', '(', BACK],
      ['replay', 'space', /PLAY ×1 /],
      ['replay', '+', /PLAY ×2 /],
      ['replay', '=', /PLAY ×5 /],
      ['replay', '-', /PLAY ×2 /],
    );
    await replay.press('Space');
    await walk.press(
      ['replay', 'b', '═ Stop at'],
      ['list', 'j', MOVES],
      ['list', 'k', MOVES],
      ['list', 'down', MOVES],
      ['list', 'up', MOVES],
      ['list', 'enter', '[x]'],
      ['list', 'space', gone('[x]')],
    );
    await walk.close('═ Stop at');
    await walk.each('list', ['escape', 'q', 'b', "'"], gone('═ Stop at'), () => walk.open('b', '═ Stop at'));
    await walk.press(['replay', 'B', 'A note on this place']);
    await replay.type('ab');
    await walk.press(['prompt', 'backspace', /> a[^b]/], ['prompt', 'enter', gone('A note on this place')]);
    await walk.open('B', 'A note on this place');
    await walk.press(
      ['prompt', 'escape', gone('A note on this place')],
      ['replay', "'", '═ Bookmarks'],
      ['list', 'x', gone('═ Bookmarks')],
      ['replay', ']', FORWARD],
      ['replay', 'd', 'What the last step changed'],
    );
    await walk.close('What the last step changed');
  }, 40_000);

  it('moves, looks and leads to explanations by the keys of panels and pages', async () => {
    const walk = await beginAtEnd();
    const replay = walk.session;
    await walk.press(['always', 'ctrl-z', 'hidden']);
    await replay.press('x');
    await replay.waitFor(atEnd);
    const drawn = replay.rawOutput().length;
    await walk.press(['always', 'ctrl-l', () => replay.rawOutput().slice(drawn).includes('\x1b[2J')]);
    await walk.press(
      ...['2', '3', '4', '5', '6', '7', '8', '9', '1'].map((key) => ['main', key, new RegExp(`▸${key} `)] as const),
      ['main', 'tab', '▸2 '],
      ['chart', 'E', MOVES],
      ['main', 'shift-tab', '▸1 '],
    );
    // From the symbol of the proposal that waits to the first of all.
    await replay.press('Up', 'Up', 'Up');
    await replay.waitFor(/▸ BTC/);
    await walk.press(
      ['main', 'down', /▸ ETH/],
      ['main', 'up', /▸ BTC/],
      ['main', 'j', /▸ ETH/],
      ['main', 'k', /▸ BTC/],
      ['main', 'z', gone('Decision log')],
    );
    await replay.press('z', '8');
    await walk.press(['main', 'k', 'newer below: G'], ['main', 'G', gone('newer below')]);
    await walk.press(['main', '/', '═ Filter']);
    await walk.close('═ Filter');
    await replay.press('1');
    await walk.press(['main', 'o', 'by change▾'], ['main', 'O', 'by change▴']);
    await walk.press(['main', 'T', '═ Timing'], ['scrolling', 'escape', gone('═ Timing')]);
    await walk.press(['main', 'N', '═ Messages'], ['scrolling', 'q', gone('═ Messages')]);
    await walk.press(
      ['main', '?', '═ Keys'],
      ['scrolling', '/', '═ Filter'],
      ['prompt', 'escape', gone('═ Filter')],
      ['scrolling', 'j', '(2–'],
      ['scrolling', 'k', '(1–'],
      ['scrolling', 'down', '(2–'],
      ['scrolling', 'up', '(1–'],
      ['scrolling', 'space', '(16–'],
      ['scrolling', 'b', '(1–'],
      ['scrolling', 'page-down', '(16–'],
      ['scrolling', 'page-up', '(1–'],
      ['scrolling', 'end', MOVES],
      ['scrolling', 'home', '(1–'],
      ['scrolling', '?', gone('═ Keys')],
    );
    await walk.open('?', '═ Keys');
    await walk.press(
      ['scrolling', 'enter', gone('═ Keys')],
      ['main', 'enter', '═ Explain'],
      ['explain', 'o', gone('═ Explain')],
    );
    await replay.press('End');
    await replay.waitFor(atEnd);
    await walk.press(
      ['main', ':', '═ Find'],
      ['palette', 'down', MOVES],
      ['palette', 'ctrl-n', MOVES],
      ['palette', 'up', MOVES],
    );
    await replay.press('Down');
    await walk.press(['palette', 'ctrl-p', MOVES]);
    await replay.type('helq');
    await walk.press(['palette', 'backspace', /> hel[^q]/], ['palette', 'enter', '═ Keys']);
    await walk.close('═ Keys');
    await walk.open(':', '═ Find');
    await walk.press(['palette', 'escape', gone('═ Find')]);
  }, 40_000);

  it('acts by the keys of proposals, governor and control', async () => {
    const walk = await beginAtEnd();
    const replay = walk.session;
    await walk.press(['main', 'g', '▸6 '], ['governor', 'y', /accept.*: done/], ['governor', 'u', /undo.*: done/]);
    await replay.press('j');
    await walk.press(
      ['governor', 'x', /reject.*: done/],
      ['approvals', 'n', /#\d+ 2\/\d/],
      ['approvals', 'p', /#\d+ 1\/\d/],
      ['approvals', 'e', 'Smaller size'],
      ['size', 'escape', gone('Smaller size')],
      ['approvals', 'e', 'Smaller size'],
    );
    await replay.type('40%5');
    await walk.press(['size', 'backspace', /> 40%[^5]/], ['size', 'enter', /smaller, to [\d.]+: done/]);
    await walk.press(
      ['approvals', 's', /\d wait, 1 snoozed/],
      ['approvals', 'a', /approve #\d+ .*: (done|refused)/],
      ['approvals', 'v', /veto #\d+ .*: done/],
      ['approvals', 'w', /veto all \d+: done/],
      ['main', 'm', /REPLAY, FORKED +OBSERVE/],
      ['main', 'M', CODE],
      ['code', 'escape', gone('and Enter')],
    );
    await walk.press(['always', 'ctrl-k', /HALTED +by the operator/]);
    await walk.press(['main', 'F', CODE], ['code', 'escape', gone('and Enter')]);
    await walk.press(['main', 'R', CODE]);
    const code = await shownCode(replay);
    await replay.type(code.slice(0, 2));
    await walk.press(['code', 'backspace', MOVES]);
    await replay.type(code.slice(1));
    await walk.press(['code', 'enter', gone('HALTED')]);
  }, 40_000);

  it('stays and leaves by the keys of its dialog', async ({ expect }) => {
    const walk = await beginReplay();
    const replay = walk.session;
    await walk.press(['main', 'q', 'Leave?'], ['quit', 'escape', gone('Leave?')]);
    await walk.press(['always', 'ctrl-c', 'Leave?'], ['quit', 's', gone('Leave?')]);
    await walk.open('q', 'Leave?');
    await walk.press(['quit', 'enter', gone('Leave?')]);
    await walk.open('q', 'Leave?');
    for (const key of ['k', 'j', 'up', 'down', 'left', 'right', 'shift-tab', 'tab'])
      await walk.press(['quit', key, MOVES]);
    await walk.press(['quit', 'l', 'replay over']);
    expect(await replay.waitForExit()).toBe(0);
    expect(await replay.terminalFaults()).toEqual([]);
  }, 40_000);
});

// These too.
describe.concurrent('a running market', () => {
  it('on a venue shows it, goes live, takes what is not ours, is armed and disarmed', async () => {
    const exchange = await startExchange({
      market: 'spot',
      symbols: ['BTC/USDT'],
      balances: { spot: { USDT: '50000', BTC: '0.5' }, usdm: {} },
    });
    try {
      const keys = path.join(dataDir, 'venue-keys.json');
      const { apiKey, secret } = exchange.keys;
      writeFileSync(keys, JSON.stringify({ apiKey, secret }), { mode: 0o600 });
      const venue = ['--venue', 'binance', '--url', exchange.ws('spot'), '--keys', keys, '--symbols', 'BTC/USDT'];
      const walk = begin({ dataDir, args: venue });
      await walk.session.waitFor(/PAPER +MANUAL +feed fresh/, 20_000);
      await walk.press(['main', 'V', '═ Venue']);
      await walk.close('═ Venue');
      await walk.press(['main', 'L', CODE]);
      await typeCode(walk.session, await shownCode(walk.session));
      await walk.session.waitFor(/NO REAL ENTRIES/, 20_000);
      await walk.session.waitFor(/the account differs.*X leave alone/, 20_000);
      await walk.press(['main', 'X', CODE]);
      await typeCode(walk.session, await shownCode(walk.session));
      await walk.session.waitFor(/NO REAL ENTRIES +not armed +A arm/, 20_000);
      await walk.press(['main', 'A', CODE]);
      await typeCode(walk.session, await shownCode(walk.session));
      await walk.session.waitFor(/LIVE +ARMED/);
      await walk.press(['main', 'D', /LIVE +not armed/]);
    } finally {
      await exchange.stop();
    }
  }, 60_000);

  it('for the first time is explained page by page', async () => {
    const console_ = async (): Promise<KeyWalk> => {
      const walk = begin({ args: BRIEF, firstRun: true });
      await walk.session.waitFor('First steps, 1 of 4');
      return walk;
    };
    const [one, two, three, four] = await Promise.all([console_(), console_(), console_(), console_()]);
    await one.press(['tour', 'enter', 'First steps, 2 of 4'], ['tour', 'space', 'First steps, 3 of 4']);
    await one.press(['tour', 'escape', gone('First steps')]);
    await two.press(['tour', ':', '═ Find']);
    await three.press(['tour', '?', '═ Keys']);
    await four.press(['tour', 'q', 'Leave?']);
  }, 60_000);

  it('with a position open offers to flatten it before leaving', async () => {
    const walk = begin({ args: ['--control', 'auto', ...LIVELY] });
    await walk.session.waitFor(HELD, 40_000);
    await walk.open('q', 'Leave?');
    await walk.press(['quit', 'f', CODE]);
  }, 60_000);
});

it('leaves no key of the table out', () => {
  const seen = new Set(walks.flatMap((walk) => [...walk.seen]));
  expect(ALL_KEYS.filter((key) => !seen.has(key))).toEqual([]);
});
