/** The chart panel: price with levels and fills, or equity. The lines come from a plotter, the axis from here. */
import { fixed, grouped } from '../../state/text/numbers.ts';
import type { EngineView, LogEntry, PositionView, ProposalView, SymbolView } from '../../state/view.ts';
import {
  type Cell,
  type ChartColour,
  type PlotArea,
  type Plotter,
  plotColumn,
  plotPixels,
  plotRow,
  type Series,
} from '../charts/contrib-line.ts';
import { spark } from '../text/bars.ts';
import { line, type Span, type Style, type StyledLine, span } from '../text/line.ts';
import { aged, figure } from './fields.ts';

/** A horizontal line at a price, with the letter that names it on the axis. */
export interface Level {
  readonly letter: 'E' | 'S' | 'T' | 'P';
  readonly value: number;
}

/** A fill, placed by the bar it fell into. */
export interface FillMark {
  readonly index: number;
  readonly value: number;
  readonly bought: boolean;
}

export interface ChartSlice {
  readonly kind: 'price' | 'equity';
  readonly values: readonly number[];
  readonly levels: readonly Level[];
  readonly fills: readonly FillMark[];
  readonly decimals: number;
  /** True when the newest value may be old: it is marked, and all is dimmed. */
  readonly stale?: boolean;
}

const LEVEL_COLOURS: Readonly<Record<Level['letter'], { readonly line: ChartColour; readonly style: Style }>> = {
  E: { line: 'yellow', style: 'entry' },
  P: { line: 'yellow', style: 'entry' },
  S: { line: 'red', style: 'stop' },
  T: { line: 'cyan', style: 'target' },
};
const CELL_STYLES: Readonly<Record<ChartColour, Style>> = {
  green: 'title',
  red: 'stop',
  cyan: 'target',
  yellow: 'entry',
  white: 'quiet',
};
const SMALLEST_WIDTH = 24;
const SMALLEST_HEIGHT = 4;

const decimalsOf = (text: string | undefined): number => text?.split('.')[1]?.length ?? 2;

function levelsOf(position: PositionView | undefined, proposal: ProposalView | undefined): readonly Level[] {
  const from = (letter: Level['letter'], text: string | undefined): readonly Level[] => {
    const value = Number(text);
    return text !== undefined && Number.isFinite(value) && value > 0 ? [{ letter, value }] : [];
  };
  if (position !== undefined) {
    return [...from('E', position.entry), ...from('S', position.stop), ...from('T', position.target)];
  }
  if (proposal === undefined) return [];
  return [...from('P', proposal.limit), ...from('S', proposal.stop), ...from('T', proposal.target)];
}

/** Fills of one instrument on the bars that are shown. */
export function fillMarks(
  entries: readonly LogEntry[],
  symbol: SymbolView,
  atUs: number,
  barIntervalUs: number | undefined,
): readonly FillMark[] {
  if (barIntervalUs === undefined || barIntervalUs <= 0) return [];
  const last = symbol.closes.length - 1;
  const lastBarEndUs = Math.floor(atUs / barIntervalUs) * barIntervalUs;
  const marks: FillMark[] = [];
  for (const { event, price } of entries) {
    if (event.kind !== 'fill' || event.instrument !== symbol.instrument || price === undefined) continue;
    const index = Math.min(last, last - Math.floor((lastBarEndUs - event.atUs) / barIntervalUs));
    if (index >= 0) marks.push({ index, value: Number(price), bought: event.side > 0 });
  }
  return marks;
}

/** What the price chart of a symbol shows. */
export function priceSlice(
  view: EngineView,
  symbol: SymbolView | undefined,
  proposal: ProposalView | undefined,
  entries: readonly LogEntry[],
): ChartSlice {
  if (symbol === undefined) return { kind: 'price', values: [], levels: [], fills: [], decimals: 2 };
  const position = view.positions.find((each) => each.instrument === symbol.instrument);
  return {
    kind: 'price',
    values: symbol.closes,
    levels: levelsOf(position, proposal?.instrument === symbol.instrument ? proposal : undefined),
    fills: fillMarks(entries, symbol, view.atUs, view.barIntervalUs),
    decimals: decimalsOf(symbol.last),
  };
}

export function equitySlice(view: EngineView): ChartSlice {
  return { kind: 'equity', values: view.equityCurve, levels: [], fills: [], decimals: 2 };
}

interface Scale {
  readonly low: number;
  readonly high: number;
}

/** The widget draws two pixels too high and cuts off what leaves its canvas: this much is kept free on top. */
const TOP_PIXELS = 3;

/**
 * From the lowest to the highest value and level, never an empty range. A level farther away than the values are
 * apart would flatten the line: it is named at the edge instead.
 */
function scaleOf(slice: ChartSlice, values: readonly number[], height: number): Scale {
  const lowest = Math.min(...values);
  const highest = Math.max(...values);
  const reach = highest > lowest ? highest - lowest : Math.max(Math.abs(highest) * 0.001, 1e-9);
  const near = slice.levels
    .map((each) => each.value)
    .filter((value) => value >= lowest - reach && value <= highest + reach);
  const low = Math.min(lowest, ...near) - reach * 0.05;
  const high = Math.max(highest, ...near, lowest + reach);
  const pixels = plotPixels(height);
  return { low, high: low + (high - low) / (1 - Math.min(0.5, TOP_PIXELS / pixels)) };
}

const label = (value: number, decimals: number): string => grouped(fixed(value, decimals));

/** Labels of the axis by row: top, bottom, the newest value, and every level over them. */
function axisLabels(slice: ChartSlice, area: PlotArea): ReadonlyMap<number, Span> {
  const labels = new Map<number, Span>();
  const lastRow = area.height - 2;
  const put = (value: number, letter: string, style: Style): void => {
    if (!Number.isFinite(value)) return;
    const row = plotRow(value, area);
    const away = value < area.low ? '↓' : row < 0 ? '↑' : '';
    const text = `${letter}${away}${label(value, slice.decimals).padStart(area.labelColumns - 2 - away.length)}`;
    labels.set(Math.min(lastRow, Math.max(0, row)), span(text, style));
  };
  put(slice.values.at(0) === undefined ? Number.NaN : Math.max(...slice.values), ' ', 'quiet');
  put(slice.values.at(0) === undefined ? Number.NaN : Math.min(...slice.values), ' ', 'quiet');
  put(slice.values.at(-1) ?? Number.NaN, slice.stale === true ? '~' : '>', 'strong');
  for (const level of slice.levels) put(level.value, level.letter, LEVEL_COLOURS[level.letter].style);
  return labels;
}

function withFills(cells: Cell[][], slice: ChartSlice, area: PlotArea): ReadonlyMap<string, Span> {
  const marks = new Map<string, Span>();
  for (const fill of slice.fills) {
    const row = plotRow(fill.value, area);
    const column = plotColumn(fill.index, slice.values.length, area);
    if (cells[row]?.[column] === undefined) continue;
    marks.set(`${row} ${column}`, span(fill.bought ? '▲' : '▼', fill.bought ? 'up' : 'down'));
  }
  return marks;
}

/** The panel's rows. Without a plotter (not loaded yet) the newest values are a spark line. */
export function formatChart(
  slice: ChartSlice,
  width: number,
  height: number,
  plotter: Plotter | undefined,
): readonly StyledLine[] {
  const lines = drawChart(slice, width, height, plotter);
  return slice.stale === true ? lines.map((each) => each.map((part) => aged(part, true))) : lines;
}

function drawChart(
  slice: ChartSlice,
  width: number,
  height: number,
  plotter: Plotter | undefined,
): readonly StyledLine[] {
  const values = slice.values.filter(Number.isFinite);
  if (values.length < 2) return [line(span(' too few values for a chart yet', 'quiet'))];
  if (plotter === undefined || width < SMALLEST_WIDTH || height < SMALLEST_HEIGHT) {
    const last = figure(label(values.at(-1) ?? Number.NaN, slice.decimals), 'strong', slice);
    return [line(' ', spark(values, Math.max(2, width - last.text.length - 3)), ' ', last)];
  }
  const scale = scaleOf(slice, values, height);
  const labelColumns =
    Math.max(
      ...[scale.high, scale.low, ...slice.levels.map((each) => each.value)].map(
        (each) => label(each, slice.decimals).length,
      ),
    ) + 3;
  const area: PlotArea = { width, height, labelColumns, ...scale };
  const series: Series[] = [
    ...slice.levels
      .filter((level) => level.value >= scale.low && level.value <= scale.high)
      .map((level) => ({
        values: values.map(() => level.value),
        colour: LEVEL_COLOURS[level.letter].line,
      })),
    { values, colour: 'green' },
  ];
  const cells = plotter.draw(series, area).map((row) => [...row]);
  const labels = axisLabels(slice, area);
  const marks = withFills(cells, slice, area);
  return cells.map((row, y) => {
    const axis = labels.get(y) ?? span(' '.repeat(labelColumns - 1));
    const plotted = row
      .slice(labelColumns - 1)
      .map(
        (cell, x) =>
          marks.get(`${y} ${x + labelColumns - 1}`) ??
          span(cell.char, cell.colour === undefined ? 'plain' : CELL_STYLES[cell.colour]),
      );
    return [axis, ...merged(plotted)];
  });
}

/** Neighbours of one style as one span: fewer sequences. */
function merged(spans: readonly Span[]): StyledLine {
  const result: Span[] = [];
  for (const each of spans) {
    const last = result.at(-1);
    if (last !== undefined && last.style === each.style)
      result[result.length - 1] = { ...last, text: last.text + each.text };
    else result.push(each);
  }
  return result;
}

/** What the letters mean, for the title bar. */
export function chartLegend(slice: ChartSlice): string {
  if (slice.kind === 'equity') return 'equity';
  const names = { E: 'E entry', S: 'S stop', T: 'T target', P: 'P proposal' };
  const shown = slice.levels.map((each) => names[each.letter]);
  return [...shown, ...(slice.fills.length > 0 ? ['▲▼ fills'] : [])].join('  ');
}
