/** The chart panel: which kind of chart it shows, its rows, and its title. */
import { CHART_TITLES, type ChartKind, nextChart } from '../../state/charts.ts';
import type { Binding } from '../../state/keymap/bindings.ts';
import { keyOf } from '../../state/keymap/key-names.ts';
import type { LogEntry } from '../../state/log-entry.ts';
import type { EngineView, ProposalView, SymbolView } from '../../state/view.ts';
import type { Plotter } from '../charts/contrib-line.ts';
import { type ChartGlyphs, inGlyphs, textInGlyphs } from '../charts/glyphs.ts';
import { line, type StyledLine, span } from '../text/line.ts';
import { formatContribution } from './chart-contribution.ts';
import { formatDepth } from './chart-depth.ts';
import { formatEquity } from './chart-equity.ts';
import { formatLatency } from './chart-latency.ts';
import { type ChartFrame, formatLine } from './chart-line.ts';
import { priceLegend, pricePlot } from './chart-price.ts';
import { aged, type Changed } from './fields.ts';

export interface ChartSlice {
  readonly kind: ChartKind;
  /** Undefined before the first one. */
  readonly view: EngineView | undefined;
  readonly symbol: SymbolView | undefined;
  /** Why it is of this symbol; empty where it could be of no other. */
  readonly reason: string;
  readonly proposal: ProposalView | undefined;
  readonly fills: readonly LogEntry[];
  readonly bindings: readonly Binding[];
  /** No figure of this chart can be called live. */
  readonly stale: boolean;
  readonly changed: Changed;
}

/** What charts are drawn with. */
export interface Drawing {
  /** Undefined until it is loaded. */
  readonly plotter: Plotter | undefined;
  readonly glyphs: ChartGlyphs;
}

/** Kinds that are about the chosen symbol. */
const OF_SYMBOL: ReadonlySet<ChartKind> = new Set(['price', 'contribution', 'depth']);

/** The panel's rows. What is stale is dimmed all over, and its newest figure marked. */
export function formatChart(slice: ChartSlice, width: number, height: number, drawing: Drawing): readonly StyledLine[] {
  if (slice.view === undefined) return [];
  const { stale, changed } = slice;
  const frame = { width, height, plotter: drawing.plotter, stale, changed };
  const rows = rowsOf(slice, slice.view, frame);
  return inGlyphs(
    rows.map((row) => row.map((part) => aged(part, stale))),
    drawing.glyphs,
  );
}

function rowsOf(
  { kind, symbol, proposal, fills }: ChartSlice,
  view: EngineView,
  frame: ChartFrame,
): readonly StyledLine[] {
  switch (kind) {
    case 'price':
      if (symbol === undefined) return [line(span(' no symbol has data yet', 'quiet'))];
      if (symbol.closes.length < 2)
        return [line(span(' nothing yet: a chart needs two bars that have closed', 'quiet'))];
      return formatLine({ ...pricePlot(view, symbol, proposal, fills), stale: frame.stale }, frame);
    case 'equity':
      return formatEquity(view, frame);
    case 'contribution': {
      const vote = view.votes.find((each) => each.instrument === symbol?.instrument);
      return formatContribution(vote, view.outcomes, view.models ?? [], frame);
    }
    case 'depth':
      return formatDepth(symbol, frame);
    case 'latency':
      return formatLatency(view, frame);
  }
}

/** For the title bar: the kind, what it is of, what the letters of the axis mean, and the key of the next kind. */
export function chartNote(slice: ChartSlice, { glyphs }: Drawing): string {
  const { kind, view, symbol, reason, proposal, fills, bindings, stale } = slice;
  if (view === undefined) return '';
  const legend = kind === 'price' && symbol !== undefined ? priceLegend(pricePlot(view, symbol, proposal, fills)) : '';
  return [
    `${stale ? '~' : ''}${CHART_TITLES[kind]}`,
    OF_SYMBOL.has(kind) ? `${symbol?.symbol ?? ''} ${reason}`.trim() : '',
    textInGlyphs(legend, glyphs),
    `${keyOf(bindings, 'next-chart')} for ${nextChart(kind)}`,
  ]
    .filter((each) => each !== '')
    .join('  ');
}

/** The title of a second chart: no key goes to it. */
export function besideTitle({ kind }: ChartSlice): string {
  const title = CHART_TITLES[kind];
  return title.charAt(0).toUpperCase() + title.slice(1);
}
