/** Every kind of chart as it stands on screens of three sizes: cells and looks, against golden files. */
import { beforeAll, describe, expect, it } from 'vitest';
import { loadPlotter, type Plotter } from '../../components/charts/contrib-line.ts';
import { GLYPH_NAMES } from '../../components/charts/glyphs.ts';
import { layOutScreen } from '../../components/layout.ts';
import { clipLine, lineWidth } from '../../components/text/line.ts';
import { armedLive } from '../fixtures/console-live.ts';
import { logEntries } from '../fixtures/console-log.ts';
import { engineView, replayView, symbolView } from '../fixtures/console-view.ts';
import { formatCharts, type Scene } from '../fixtures/formatters.ts';
import { asGolden } from '../fixtures/style-letters.ts';

type ChartScene = Omit<Scene, 'explain'>;

const FILLED: ChartScene = { view: armedLive(), log: logEntries() };
/** Nothing has come yet, on a run that has no venue. */
const EMPTY: ChartScene = {
  log: [],
  view: engineView({
    symbols: [symbolView({ closes: [], book: 'none', depth: undefined, feed: 'waiting' })],
    votes: [],
    equityCurve: [],
    drawdownCurve: [],
  }),
};
/** The engine has said nothing for a while. */
const STALE: ChartScene = { ...FILLED, silentMs: 4_200 };
/** A recording at a moment at which the book misses an update, and nothing is a loss. */
const GAP: ChartScene = {
  log: [],
  view: engineView({
    symbols: [symbolView({ book: 'gap', feed: 'gap', depth: undefined, bids: [], asks: [] })],
    equityCurve: [10_000, 10_000],
    drawdownCurve: [0, 0],
    replay: replayView(),
  }),
};

let plotter: Plotter;
beforeAll(() => {
  plotter = loadPlotter();
});

/** Columns and rows of the chart, as the layout of a screen has them. */
function placesOn(columns: number, rows: number): ReadonlyArray<readonly [width: number, height: number]> {
  const common = {
    columns,
    rows,
    headerLines: 2,
    proposals: 0,
    snoozed: false,
    models: false,
    timelineLines: 0,
    framed: false,
  };
  const { panels, beside } = layOutScreen({ ...common, focus: 'chart', aside: 'governor', zoomed: false });
  return [...panels.filter(({ panel }) => panel === 'chart'), beside]
    .filter((place) => place !== undefined)
    .map(({ width, height, edge }) => [width - (edge ? 1 : 0), height - 1]);
}

describe.each([
  [80, 24],
  [120, 40],
  [200, 60],
] as const)('on %i×%i', (columns, rows) => {
  it.each([
    ['filled', FILLED],
    ['empty', EMPTY],
    ['stale', STALE],
    ['gap', GAP],
  ] as const)('the charts look as before: %s', async (name, scene) => {
    const parts = placesOn(columns, rows).flatMap(([width, height]) =>
      formatCharts(scene, width, height, { plotter, glyphs: 'braille' }).map(([title, lines]) => {
        expect([title, lines.length <= height]).toEqual([title, true]);
        const clipped = lines.map((each) => clipLine(each, width));
        for (const each of clipped) expect([title, lineWidth(each) <= width]).toEqual([title, true]);
        return [`${title} (${width} by ${height})`, clipped] as const;
      }),
    );
    await expect(asGolden(parts)).toMatchFileSnapshot(`screens/charts-${name}-${columns}.txt`);
  });
});

it.each(GLYPH_NAMES)('in %s characters they look as before', async (glyphs) => {
  const parts = formatCharts(FILLED, 70, 14, { plotter, glyphs });
  const text = parts.flatMap(([, lines]) => lines.flatMap((each) => each.map((part) => part.text))).join('');
  if (glyphs === 'ascii') expect(text.replace(/[\x20-\x7e]/g, '')).toBe('');
  if (glyphs === 'block') expect(text).not.toMatch(/[\u2800-\u28ff]/);
  await expect(asGolden(parts)).toMatchFileSnapshot(`screens/charts-in-${glyphs}.txt`);
});
