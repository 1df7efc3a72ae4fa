/** The chart: blessed-contrib's lines in our frame, with levels and fills where they belong. */
import { beforeAll, describe, expect, it } from 'vitest';
import { loadPlotter, type Plotter, plotColumn, plotRow } from '../../../components/charts/contrib-line.ts';
import { formatLine, type LinePlot } from '../../../components/format/chart-line.ts';
import { fillMarks, priceLegend, pricePlot } from '../../../components/format/chart-price.ts';
import { lineWidth, plainText } from '../../../components/text/line.ts';
import { logEntries } from '../../fixtures/console-log.ts';
import { AT_US, engineView, positionView, proposalView, symbolView } from '../../fixtures/console-view.ts';

const GUARDED = ['uncaughtException', 'SIGTERM', 'SIGINT', 'SIGQUIT', 'exit'] as const;
const handlers = (): number[] => GUARDED.map((event) => process.listenerCount(event));

let plotter: Plotter;
let before: number[];
beforeAll(() => {
  before = handlers();
  process.env.TMUX = '/tmp/tmux-test,1,0';
  plotter = loadPlotter();
});

const slice = (changes: Partial<LinePlot> = {}): LinePlot => ({
  values: Array.from({ length: 60 }, (_, i) => 100 + i),
  timesUs: undefined,
  levels: [],
  fills: [],
  decimals: 2,
  ...changes,
});
const draw = (given: LinePlot, width = 60, height = 12): string[] =>
  formatLine(given, { width, height, plotter }).map(plainText);

describe('the widget', () => {
  it('leaves no process handler behind, and the environment as it was', () => {
    draw(slice());
    draw(slice(), 80, 20);
    expect(handlers()).toEqual(before);
    expect(process.env.TMUX).toBe('/tmp/tmux-test,1,0');
    delete process.env.TMUX;
  });

  it.each([
    [24, 4],
    [53, 8],
    [60, 12],
    [120, 30],
  ])('fills %i×%i and no more', (width, height) => {
    const rows = formatLine(slice({ levels: [{ letter: 'S', value: 90 }] }), { width, height, plotter });
    expect(rows).toHaveLength(height);
    for (const row of rows) expect(lineWidth(row)).toBeLessThanOrEqual(width);
  });

  it('draws a rising line from the lower left to the upper right', () => {
    const rows = draw(slice());
    const curve = rows.map((row) => row.slice(10).search(/[\u2801-\u28ff]/)).slice(0, -1);
    const starts = curve.filter((column) => column >= 0);
    expect(starts.length).toBeGreaterThan(6);
    expect([...starts].sort((a, b) => b - a)).toEqual(starts);
  });

  it('draws the same data the same way after other data', () => {
    const first = draw(slice());
    draw(slice({ values: Array.from({ length: 60 }, (_, i) => 500 - i) }));
    expect(draw(slice())).toEqual(first);
  });

  it.each([
    ['small prices', Array.from({ length: 30 }, (_, i) => 0.00001 + i * 1e-8), 8],
    ['one price all the time', Array.from({ length: 30 }, () => 42), 2],
    ['negative values', Array.from({ length: 30 }, (_, i) => -5 + i * 0.1), 2],
  ])('draws %s', (_, values, decimals) => {
    const rows = draw(slice({ values, decimals }));
    expect(rows.join('')).toMatch(/[\u2801-\u28ff]/);
    expect(rows.join('')).not.toMatch(/null|NaN|undefined/);
  });
});

describe('levels and fills', () => {
  it('are named on the axis at the row of their value', () => {
    const rows = draw(
      slice({
        levels: [
          { letter: 'S', value: 110 },
          { letter: 'T', value: 150 },
        ],
      }),
    );
    const target = rows.findIndex((row) => row.includes('T  150.00') || row.includes('T 150.00'));
    const stop = rows.findIndex((row) => row.includes('S  110.00') || row.includes('S 110.00'));
    expect(target).toBeGreaterThanOrEqual(0);
    expect(stop).toBeGreaterThan(target);
  });

  it('that are far away are named at the edge instead of flattening the line', () => {
    const rows = draw(
      slice({
        levels: [
          { letter: 'T', value: 900 },
          { letter: 'S', value: 1 },
        ],
      }),
    );
    expect(rows[0]).toMatch(/^T↑ *900\.00/);
    expect(rows.slice(0, -1).at(-1)).toMatch(/^S↓ *1\.00/);
  });

  it('put a fill on its bar and price', () => {
    const fills = [{ index: 30, value: 130, bought: true }];
    const rows = draw(slice({ fills }));
    const row = rows.findIndex((each) => each.includes('▲'));
    const area = { width: 60, height: 12, labelColumns: 9, low: 97, high: 165 };
    expect(Math.abs(row - plotRow(130, area))).toBeLessThanOrEqual(1);
    expect(Math.abs((rows[row] ?? '').indexOf('▲') - plotColumn(30, 60, area))).toBeLessThanOrEqual(1);
  });

  it('place fills by their time, and none without the length of a bar', () => {
    const symbol = symbolView();
    const [mark] = fillMarks(logEntries(), symbol, AT_US, 1_000_000);
    expect(mark).toEqual({ index: 51, value: 64_231.2, bought: true });
    expect(fillMarks(logEntries(), symbol, AT_US, undefined)).toEqual([]);
    expect(fillMarks(logEntries(), symbol, AT_US + 120_000_000, 1_000_000)).toEqual([]);
  });

  it('show the position, or else the proposal, of the chosen symbol', () => {
    const view = engineView();
    const eth = view.symbols[1]!;
    const held = pricePlot(view, eth, proposalView({ instrument: 1 }), []);
    expect(held.levels.map((each) => each.letter)).toEqual(['@', 'S', 'T']);
    const asked = pricePlot(engineView({ positions: [] }), view.symbols[0]!, proposalView(), []);
    expect(asked.levels.map((each) => each.letter)).toEqual(['P', 'S', 'T']);
    const other = pricePlot(engineView({ positions: [positionView()] }), view.symbols[2]!, proposalView(), []);
    expect(other.levels).toEqual([]);
    expect(priceLegend(held)).toBe('@ entry S stop T target');
  });
});

describe('without a plotter', () => {
  it('the newest values are a spark line', () => {
    const [row] = formatLine(slice(), { width: 60, height: 12, plotter: undefined });
    expect(plainText(row ?? [])).toMatch(/▁.*█ 159\.00$/);
    expect(plainText(formatLine(slice({ values: [1] }), { width: 60, height: 12, plotter })[0] ?? [])).toContain(
      'too few',
    );
  });
});

describe('the axis of time', () => {
  const from = Date.UTC(2024, 2, 5, 14, 0, 0) * 1000;
  const axis = (stepS: number, width: number, timesUs?: readonly number[]): string =>
    draw(slice({ timesUs: timesUs ?? Array.from({ length: 60 }, (_, i) => from + i * stepS * 1e6) }), width).at(-1)!;

  it.each([
    ['the first and the last moment', () => axis(1, 50), / 14:00:00 ⠒+ 14:00:59 UTC$/],
    ['one between where there is room', () => axis(1, 100), / 14:00:00 ⠒+ 14:00:30 ⠒+ 14:00:59 UTC$/],
    ['more on a wide screen', () => axis(1, 170), / 14:00:00 ⠒+ 14:00:15 ⠒+ 14:00:30 ⠒+ 14:00:44 ⠒+ 14:00:59 UTC$/],
    ['the day where it is not one', () => axis(3_600, 50), / 03-05 14:00 ⠒+ 03-08 01:00 UTC$/],
    ['the year where there are several', () => axis(86_400 * 30, 50), / 2024-03-05 ⠒+ 2029-01-08 UTC$/],
    ['the first alone where there is no more room', () => axis(1, 28), / 14:00:00 ⠒+$/],
    ['nothing where times are not known', () => axis(1, 60, []), /⠓⠒+$/],
    [
      'nothing before the first input',
      () =>
        axis(
          1,
          60,
          slice().values.map(() => 0),
        ),
      /⠓⠒+$/,
    ],
  ] as const)('has %s', (_, row, expected) => {
    expect(row()).toMatch(expected);
  });

  it('is no wider than the plot, however narrow that is', () => {
    for (let width = 24; width < 120; width++) expect(axis(1, width).length).toBeLessThanOrEqual(width);
  });
});
