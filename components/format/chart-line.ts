/** A line over its axis, with levels and fills on it. The dots come from a plotter, the axis from here. */
import { fixed, grouped } from '../../state/text/numbers.ts';
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
import type { Changed } from './fields.ts';
import { timeAxis } from './time-axis.ts';

/** A horizontal line at a price, with the letter that names it on the axis. */
export interface Level {
  readonly letter: '@' | 'S' | 'T' | 'P';
  readonly value: number;
}

/** A fill, placed by the bar it fell into. */
export interface FillMark {
  readonly index: number;
  readonly value: number;
  readonly bought: boolean;
}

export interface LinePlot {
  readonly values: readonly number[];
  /** When each of them was, for the axis; undefined where that is not known. */
  readonly timesUs: readonly number[] | undefined;
  readonly levels: readonly Level[];
  readonly fills: readonly FillMark[];
  readonly decimals: number;
  /** Behind every figure of the axis. */
  readonly unit?: string;
  /** A value that the axis reaches, whatever the line does. */
  readonly reaches?: number;
  readonly colour?: ChartColour;
  /** At least so many columns are left of the line, so that it stands over another one. */
  readonly axisColumns?: number;
  /** The newest value is none of now: it is marked `~`. */
  readonly stale?: boolean;
}

const LEVEL_COLOURS: Readonly<Record<Level['letter'], { readonly line: ChartColour; readonly style: Style }>> = {
  '@': { line: 'yellow', style: 'entry' },
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
/** Where a chart is drawn, with what, and how its figures are to be taken. */
export interface ChartFrame {
  readonly width: number;
  readonly height: number;
  /** Undefined until it is loaded. */
  readonly plotter: Plotter | undefined;
  /** No figure is one of now. */
  readonly stale: boolean;
  readonly changed: Changed;
}

export const SMALLEST_WIDTH = 24;
export const SMALLEST_HEIGHT = 4;

interface Scale {
  readonly low: number;
  readonly high: number;
}

/** The widget draws two pixels too high and cuts off what leaves its canvas: this much is kept free on top. */
const TOP_PIXELS = 3;

/** The upper end of an axis from `low` on which `high` is the highest value that is drawn. */
export function withHeadroom(low: number, high: number, height: number): number {
  return low + (high - low) / (1 - Math.min(0.5, TOP_PIXELS / plotPixels(height)));
}

/**
 * From the lowest to the highest value and level, never an empty range. A level farther away than the values are
 * apart would flatten the line: it is named at the edge instead.
 */
function scaleOf(plot: LinePlot, values: readonly number[], height: number): Scale {
  const reached = plot.reaches === undefined ? values : [...values, plot.reaches];
  const lowest = Math.min(...reached);
  const highest = Math.max(...reached);
  const reach = highest > lowest ? highest - lowest : Math.max(Math.abs(highest) * 0.001, 1e-9);
  const near = plot.levels
    .map((each) => each.value)
    .filter((value) => value >= lowest - reach && value <= highest + reach);
  const low = Math.min(lowest, ...near) - reach * 0.05;
  const high = Math.max(highest, ...near, lowest + reach);
  return { low, high: withHeadroom(low, high, height) };
}

const label = (value: number, { decimals, unit = '' }: LinePlot): string => grouped(fixed(value, decimals)) + unit;

/** Labels of the axis by row: top, bottom, the newest value, and every level over them. */
function axisLabels(plot: LinePlot, area: PlotArea): ReadonlyMap<number, Span> {
  const labels = new Map<number, Span>();
  const lastRow = area.height - 2;
  const put = (value: number, letter: string, style: Style): void => {
    if (!Number.isFinite(value)) return;
    const row = plotRow(value, area);
    const away = value < area.low ? '↓' : row < 0 ? '↑' : '';
    const text = `${letter}${away}${label(value, plot).padStart(area.labelColumns - 2 - away.length)}`;
    labels.set(Math.min(lastRow, Math.max(0, row)), span(text, style));
  };
  put(plot.values.at(0) === undefined ? Number.NaN : Math.max(...plot.values), ' ', 'quiet');
  put(plot.values.at(0) === undefined ? Number.NaN : Math.min(...plot.values), ' ', 'quiet');
  put(plot.values.at(-1) ?? Number.NaN, plot.stale === true ? '~' : '>', 'strong');
  for (const level of plot.levels) put(level.value, level.letter, LEVEL_COLOURS[level.letter].style);
  return labels;
}

function columnsFor(plot: LinePlot, { low, high }: Scale): number {
  const labelled = [high, low, ...plot.levels.map((each) => each.value)];
  return Math.max(plot.axisColumns ?? 0, ...labelled.map((each) => label(each, plot).length + 3));
}

/** Columns that the axis of a plot takes. */
export const axisColumns = (plot: LinePlot, height: number): number =>
  columnsFor(plot, scaleOf(plot, plot.values.filter(Number.isFinite), height));

function fillSpans(cells: ReadonlyArray<readonly Cell[]>, plot: LinePlot, area: PlotArea): ReadonlyMap<string, Span> {
  const marks = new Map<string, Span>();
  for (const fill of plot.fills) {
    const row = plotRow(fill.value, area);
    const column = plotColumn(fill.index, plot.values.length, area);
    if (cells[row]?.[column] === undefined) continue;
    marks.set(`${row} ${column}`, span(fill.bought ? '▲' : '▼', fill.bought ? 'up' : 'down'));
  }
  return marks;
}

/** The rows of a line. Without a plotter (not loaded yet), or room for one, the newest values are a spark line. */
export function formatLine(
  plot: LinePlot,
  { width, height, plotter }: Pick<ChartFrame, 'width' | 'height' | 'plotter'>,
): readonly StyledLine[] {
  const values = plot.values.filter(Number.isFinite);
  if (values.length < 2) return [line(span(' too few values for a chart yet', 'quiet'))];
  if (plotter === undefined || width < SMALLEST_WIDTH || height < SMALLEST_HEIGHT) {
    const last = `${plot.stale === true ? '~' : ''}${label(values.at(-1) ?? Number.NaN, plot)}`;
    return [line(' ', spark(values, Math.max(2, width - last.length - 3)), ' ', span(last, 'strong'))];
  }
  const scale = scaleOf(plot, values, height);
  const labelColumns = columnsFor(plot, scale);
  const area: PlotArea = { width, height, labelColumns, ...scale };
  const series: Series[] = [
    ...plot.levels
      .filter((level) => level.value >= scale.low && level.value <= scale.high)
      .map((level) => ({
        values: values.map(() => level.value),
        colour: LEVEL_COLOURS[level.letter].line,
      })),
    { values, colour: plot.colour ?? 'green' },
  ];
  const cells = plotter.draw(series, area);
  const labels = axisLabels(plot, area);
  const marks = fillSpans(cells, plot, area);
  return cells.map((row, y) => {
    if (y === cells.length - 1) return timeAxis(row, plot.timesUs ?? [], area);
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
export function merged(spans: readonly Span[]): StyledLine {
  const result: Span[] = [];
  for (const each of spans) {
    const last = result.at(-1);
    if (last !== undefined && last.style === each.style)
      result[result.length - 1] = { ...last, text: last.text + each.text };
    else result.push(each);
  }
  return result;
}
