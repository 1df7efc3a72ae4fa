/** The ticks panel: one row for each symbol, and the book of the chosen one where there is room. */
import { compact, fixed, grouped, signed } from '../../state/text/numbers.ts';
import type { SymbolView } from '../../state/view.ts';
import { bar, spark } from '../text/bars.ts';
import { fitLine, line, type Span, type StyledLine, span } from '../text/line.ts';
import { type Column, formatTable, windowAround } from '../text/table.ts';
import { type Changed, feedSpan, figure, isStale, signStyle } from './fields.ts';

export interface TicksSlice {
  readonly symbols: readonly SymbolView[];
  /** Instrument of the chosen symbol. */
  readonly selected: number;
  readonly changed: Changed;
  /** True when the engine itself is silent: nothing is live then. */
  readonly silent: boolean;
}

const BOOK_WIDTH = 44;
const BOOK_BAR = 19;
const WIDTH_WITH_BOOK = 120;
/** Rows that a book under the table needs to be worth its place. */
const BOOK_ROWS = 7;
const SPARK_WIDTH = 16;

function columns({ changed, silent, selected }: TicksSlice): ReadonlyArray<Column<SymbolView>> {
  const stale = (symbol: SymbolView): boolean => silent || isStale(symbol.feed);
  const value = (symbol: SymbolView, key: string, text: string | undefined, style = signStyle(0)): Span =>
    figure(text, style, { stale: stale(symbol), changed: changed.has(`symbol.${symbol.instrument}.${key}`) });
  const decimal = (text: string | undefined): string | undefined => (text === undefined ? undefined : grouped(text));
  const number = (n: number | undefined, decimals: number): string | undefined =>
    n === undefined ? undefined : fixed(n, decimals);
  return [
    {
      title: '  symbol',
      width: 16,
      align: 'left',
      rank: 1,
      grows: 22,
      cell: (s) => line(s.instrument === selected ? '▸ ' : '  ', span(s.symbol, s.tradable ? 'strong' : 'quiet')),
    },
    { title: 'last', width: 11, align: 'right', rank: 1, cell: (s) => value(s, 'last', decimal(s.last), 'strong') },
    {
      title: 'change %',
      width: 8,
      align: 'right',
      rank: 2,
      cell: (s) =>
        value(
          s,
          'changePct',
          s.changePct === undefined ? undefined : signed(s.changePct, 2),
          signStyle(s.changePct ?? 0),
        ),
    },
    {
      title: 'bid / ask',
      width: 23,
      align: 'right',
      rank: 4,
      cell: (s) => line(value(s, 'bid', decimal(s.bid)), span(' / ', 'quiet'), value(s, 'ask', decimal(s.ask))),
    },
    { title: 'sprd bp', width: 7, align: 'right', rank: 3, cell: (s) => value(s, 'spreadBps', number(s.spreadBps, 2)) },
    {
      title: 'imbal',
      width: 6,
      align: 'right',
      rank: 5,
      cell: (s) =>
        value(
          s,
          'imbalance',
          s.imbalance === undefined ? undefined : signed(s.imbalance, 2),
          signStyle(s.imbalance ?? 0),
        ),
    },
    { title: 'volume', width: 7, align: 'right', rank: 6, cell: (s) => value(s, 'volume', compact(s.volume)) },
    { title: 'feed', width: 13, align: 'left', rank: 2, cell: (s) => feedCell(s, silent) },
    { title: 'last bars', width: SPARK_WIDTH, align: 'left', rank: 7, cell: (s) => spark(s.closes, SPARK_WIDTH) },
  ];
}

function feedCell(symbol: SymbolView, silent: boolean): StyledLine {
  if (silent) return line(span('STALE', 'warn'));
  const state = symbol.book === 'gap' ? 'gap' : symbol.feed;
  return symbol.tradable
    ? line(feedSpan(state, symbol.ageMs))
    : line(feedSpan(state, undefined), span(' watch', 'quiet'));
}

/** The panel's rows. */
export function formatTicks(slice: TicksSlice, width: number, height: number): readonly StyledLine[] {
  if (slice.symbols.length === 0) return [line(span(' no symbol has data yet', 'quiet'))];
  const chosen = slice.symbols.find((each) => each.instrument === slice.selected) ?? slice.symbols[0];
  const withBook = width >= WIDTH_WITH_BOOK && chosen !== undefined;
  const tableWidth = withBook ? width - BOOK_WIDTH - 2 : width;
  const index = slice.symbols.findIndex((each) => each.instrument === chosen?.instrument);
  const shown = windowAround(slice.symbols, index, Math.max(1, height - 1));
  const table = formatTable(columns(slice), shown, tableWidth);
  const left = [table.head, ...table.rows];
  const untradable = chosen?.untradable;
  if (untradable !== undefined && left.length < height) {
    left.push(line(span(`  ${chosen?.symbol} is watched only: ${untradable}`, 'quiet')));
  }
  if (chosen === undefined) return left;
  if (!withBook) {
    const room = height - left.length - 1;
    return room < BOOK_ROWS ? left : [...left, [], ...formatBook(chosen, BOOK_WIDTH, room).map(indented)];
  }
  const right = formatBook(chosen, BOOK_WIDTH, height);
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => [
    ...fitLine(left[i] ?? [], tableWidth),
    span('  '),
    ...(right[i] ?? []),
  ]);
}

const indented = (styled: StyledLine): StyledLine => line('  ', ...styled);

/** Levels of both sides, best in the middle, each with a bar of its share of the largest. */
export function formatBook(symbol: SymbolView, width: number, height: number): readonly StyledLine[] {
  const levels = Math.max(0, Math.min(10, Math.floor((height - 1) / 2)));
  const asks = symbol.asks.slice(0, levels);
  const bids = symbol.bids.slice(0, levels);
  const head = line(span(`book of ${symbol.symbol}`, 'quiet'));
  if (asks.length + bids.length === 0) {
    return [head, line(span(symbol.book === 'gap' ? 'GAP: it misses an update' : 'no book in this feed', 'quiet'))];
  }
  const largest = Math.max(...[...asks, ...bids].map(([, quantity]) => Number(quantity)));
  const bars = Math.max(4, Math.min(BOOK_BAR, width - 25));
  const row = ([price, quantity]: readonly [string, string], style: 'up' | 'down'): StyledLine =>
    line(
      span(grouped(price).padStart(12), style),
      span(quantity.padStart(12)),
      ' ',
      ...bar(Number(quantity) / largest, bars, style),
    );
  return [head, ...asks.map((each) => row(each, 'down')).reverse(), ...bids.map((each) => row(each, 'up'))];
}
