/** Hostile texts in every field that can come from outside: nothing but our own styles reaches the screen. */
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { keptTo, sortedBy } from '../../../components/format/arranged.ts';
import { titleBar } from '../../../components/format/fields.ts';
import { formatFooter } from '../../../components/format/footer.ts';
import { formatHeader } from '../../../components/format/header.ts';
import { formatLog } from '../../../components/format/log.ts';
import { formatMessages } from '../../../components/format/messages.ts';
import { createTheme, renderLines } from '../../../components/theme.ts';
import { explainView, logEntries } from '../../fixtures/console-log.ts';
import {
  engineView,
  orderView,
  positionView,
  proposalView,
  replayView,
  suggestionView,
} from '../../fixtures/console-view.ts';
import { formatCharts, formatOverlays, formatPalettes, formatPanels, type Scene } from '../../fixtures/formatters.ts';

const HOSTILE = [
  '\u001b[2J\u001b[1;1Howned',
  '\u001b]0;title\u0007',
  '\u001b]52;c;cm0gLXJm\u001b\\',
  '\u009b31m\u0090q\u009c',
  'a\rb\nc\td\u0008\u007f',
  '\u202eTDSU/CTB\u202c',
  'B\u200bT\u200dC\u2060\ufeff',
  `z${'\u0335\u0317'.repeat(50)}`,
  '🐸👩‍👩‍👧🇩🇪🏴',
  '币安人生/USDT',
  'x'.repeat(500),
  '',
  '\ud800\udfff\ud83d',
  'กำ\u1100\u1161\u0bae\u0bc8',
];

/** Fields that hold free text or decimal text; the rest are closed sets of names. */
const TEXT_FIELDS = new Set([
  'symbol',
  'untradable',
  'last',
  'bid',
  'ask',
  'volume',
  'venue',
  'session',
  'currency',
  'equity',
  'cash',
  'dayPnl',
  'fees',
  'name',
  'unit',
  'quantity',
  'entry',
  'mark',
  'stop',
  'target',
  'unrealised',
  'filled',
  'limit',
  'notional',
  'priceThen',
  'priceNow',
  'cost',
  'votes',
  'lastInput',
  'changed',
  'price',
  'riskBudget',
  'fee',
  'realised',
  'command',
  'lot',
  'reopen',
]);

/** A copy with `text` in every text field. */
function poisoned<T>(value: T, text: string, field = ''): T {
  if (typeof value === 'string') return (TEXT_FIELDS.has(field) ? text : value) as T;
  if (Array.isArray(value)) return value.map((each) => poisoned(each, text, field)) as T;
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, each]) => {
    const isLevels = key === 'bids' || key === 'asks';
    return [key, isLevels ? [[text, text]] : poisoned(each, text, key)];
  });
  return Object.fromEntries(entries) as T;
}

const OWN_STYLE = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/** What is wrong with rendered rows: a foreign character or a row of another width. */
function breaches(rows: readonly string[], width: number): string[] {
  return rows.flatMap((row) => {
    const bare = row.replace(OWN_STYLE, '');
    const wrong = [];
    if (/[\p{C}\p{M}\p{Zl}\p{Zp}\p{Emoji_Presentation}]/u.test(bare))
      wrong.push(`foreign character in ${JSON.stringify(bare)}`);
    if (stringWidth(bare) !== width) wrong.push(`${stringWidth(bare)} columns: ${JSON.stringify(bare)}`);
    return wrong;
  });
}

const scene: Scene = {
  view: engineView({
    replay: replayView(),
    positions: [positionView()],
    orders: [orderView()],
    proposals: [proposalView(), proposalView({ proposalId: 13 })],
    suggestions: [suggestionView()],
  }),
  log: logEntries(),
  explain: explainView({ followed: logEntries() }),
};

describe.each([60, 80, 200])('at %i columns', (width) => {
  it.each(HOSTILE.map((text) => [JSON.stringify(text).slice(0, 40), text]))(
    '%s stays harmless everywhere',
    (_, text) => {
      const theme = createTheme('truecolor');
      const bad = poisoned(scene, text);
      const all = [
        ...formatPanels(bad, width, 16),
        ...formatCharts(bad, width, 16),
        ...formatOverlays(bad, width),
        ...formatPalettes(bad, width, 16, ['', 'symbol', text]),
      ];
      for (const [name, lines] of all)
        expect([name, breaches(renderLines(lines, width, lines.length, theme), width)]).toEqual([name, []]);
    },
  );
});

describe('messages', () => {
  it.each(HOSTILE.map((text) => [JSON.stringify(text).slice(0, 40), text]))('%s stays harmless', (_, text) => {
    const lines = [
      ...formatFooter(
        {
          notice: { level: 'error', text, atMs: 0 },
          pending: [{ id: 1, text, sentAtMs: 0, late: false }],
          here: undefined,
          bindings: [],
        },
        80,
      ),
      ...formatHeader(
        {
          connection: { kind: 'stopped', reason: text, fault: true },
          view: scene.view,
          silentMs: 0,
          leaving: true,
          bindings: [],
        },
        80,
      ),
      ...formatMessages([{ level: 'warn', text, atMs: 0, utcMs: 0, times: 2 }], 80),
      ...formatLog(
        { entries: poisoned(logEntries(), text), total: 99, filter: '', selected: undefined, focused: true },
        80,
        20,
      ),
      ...formatLog({ entries: [], total: 99, filter: text, selected: undefined, focused: true }, 80, 20),
      titleBar('1 Ticks', sortedBy({ by: 'age', reversed: true }), true, 80, keptTo(text, { all: [1], shown: [] })),
    ];
    expect(breaches(renderLines(lines, 80, lines.length, createTheme('256')), 80)).toEqual([]);
  });
});

it('the checks above would see an escape sequence and a row that is too wide', () => {
  expect(breaches(['\u001b[2Jx'], 5)).toHaveLength(2);
  expect(breaches(['\u001b[31mabcde\u001b[0m'], 5)).toEqual([]);
});
