/** The ticks panel: one row for each symbol, and the book of the chosen one where there is room. */
import type { FeatureName } from '../../engine/domain/index.ts';
import type { Arranged, Sort } from '../../state/arrangement.ts';
import { isSymbolStale } from '../../state/staleness.ts';
import { decimalsOf } from '../../state/text/decimals.ts';
import { compact, fixed, grouped, signed } from '../../state/text/numbers.ts';
import type { SymbolView } from '../../state/view.ts';
import { bar, spark } from '../text/bars.ts';
import { fitLine, line, type Span, type Style, type StyledLine, span } from '../text/line.ts';
import { type Column, formatTable, windowAround } from '../text/table.ts';
import { markOf, nothingWith } from './arranged.ts';
import { aged, type Changed, feedSpan, field, figure, pointer, signStyle } from './fields.ts';

export interface TicksSlice {
  readonly symbols: Arranged<SymbolView>;
  readonly filter: string;
  readonly sort: Sort | undefined;
  /** Instrument of the chosen symbol. */
  readonly selected: number;
  readonly focused: boolean;
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

type SymbolColumn = Column<SymbolView>;
type Value = (symbol: SymbolView, key: string, text: string | undefined, style?: Style) => Span;

const isOld = (symbol: SymbolView, { silent }: Pick<TicksSlice, 'silent'>): boolean => silent || isSymbolStale(symbol);
const decimal = (text: string | undefined): string | undefined => (text === undefined ? undefined : grouped(text));
const number = (n: number | undefined, decimals: number): string | undefined =>
  n === undefined ? undefined : fixed(n, decimals);
const signedNumber = (n: number | undefined): string | undefined => (n === undefined ? undefined : signed(n, 2));

function columns(slice: TicksSlice): readonly SymbolColumn[] {
  const { changed, silent, selected, focused } = slice;
  const value: Value = (symbol, key, text, style = 'plain') =>
    figure(text, style, { stale: isOld(symbol, slice), changed: changed.has(`symbol.${symbol.instrument}.${key}`) });
  return [
    {
      title: '  symbol',
      width: 16,
      align: 'left',
      rank: 1,
      grows: 22,
      cell: (s) =>
        line(s.instrument === selected ? pointer(focused) : '  ', span(s.symbol, s.tradable ? 'strong' : 'quiet')),
    },
    { title: 'last', width: 11, align: 'right', rank: 1, cell: (s) => value(s, 'last', decimal(s.last), 'strong') },
    {
      title: 'change%',
      width: 8,
      align: 'right',
      rank: 2,
      sort: 'change',
      cell: (s) => value(s, 'changePct', signedNumber(s.changePct), signStyle(s.changePct ?? 0)),
    },
    {
      title: 'bid / ask',
      width: 23,
      align: 'right',
      rank: 4,
      cell: (s) => line(value(s, 'bid', decimal(s.bid)), span(' / ', 'quiet'), value(s, 'ask', decimal(s.ask))),
    },
    {
      title: 'spr bp',
      width: 7,
      align: 'right',
      rank: 3,
      sort: 'spread',
      cell: (s) => value(s, 'spreadBps', number(s.spreadBps, 2)),
    },
    {
      title: 'imbal',
      width: 6,
      align: 'right',
      rank: 5,
      sort: 'imbalance',
      cell: (s) => value(s, 'imbalance', signedNumber(s.imbalance), signStyle(s.imbalance ?? 0)),
    },
    {
      title: 'volume',
      width: 7,
      align: 'right',
      rank: 6,
      sort: 'volume',
      cell: (s) => value(s, 'volume', compact(s.volume)),
    },
    { title: 'feed', width: 13, align: 'left', rank: 2, sort: 'age', cell: (s) => feedCell(s, silent) },
    {
      title: 'last bars',
      width: SPARK_WIDTH,
      align: 'left',
      rank: 7,
      cell: (s) => aged(spark(s.closes, SPARK_WIDTH), isOld(s, slice)),
    },
    ...indicatorColumns(slice),
  ];
}

/** What the bars have come to, where there is room for it. */
function indicatorColumns(slice: TicksSlice): readonly SymbolColumn[] {
  const known = (symbol: SymbolView, name: FeatureName): number | undefined =>
    symbol.features.find((each) => each.name === name)?.value;
  const column = (title: string, rank: number, text: (symbol: SymbolView) => string | undefined): SymbolColumn => ({
    title,
    width: 7,
    align: 'right',
    rank,
    cell: (s) => figure(text(s), 'plain', { stale: isOld(s, slice) }),
  });
  return [
    { ...column('chance', 12, (s) => number(s.chance, 2)), sort: 'chance' },
    column('RSI', 8, (s) => number(known(s, 'rsi'), 1)),
    column('ATR bp', 9, (s) => {
      const [atr, close] = [known(s, 'atr'), known(s, 'close')];
      return atr === undefined || close === undefined || close <= 0 ? undefined : fixed((atr / close) * 1e4, 2);
    }),
    column('flow', 10, (s) => signedNumber(known(s, 'orderFlowImbalance'))),
    column('vol ×', 11, (s) => number(known(s, 'volumeRatio'), 2)),
  ];
}

function feedCell(symbol: SymbolView, silent: boolean): StyledLine {
  if (silent) return line(span('STALE', 'warn'));
  const state = symbol.book === 'gap' ? 'gap' : symbol.feed;
  return symbol.tradable
    ? line(feedSpan(state, symbol.ageMs))
    : line(feedSpan(state, undefined), span(' watch', 'quiet'));
}

/** The panel's rows. The book is that of the chosen symbol, whether its row is shown or not. */
export function formatTicks(slice: TicksSlice, width: number, height: number): readonly StyledLine[] {
  const { all, shown } = slice.symbols;
  const chosen = all.find((each) => each.instrument === slice.selected) ?? all[0];
  if (chosen === undefined) return [line(span(' no symbol has data yet', 'quiet'))];
  const withBook = width >= WIDTH_WITH_BOOK;
  const tableWidth = withBook ? width - BOOK_WIDTH - 2 : width;
  const rows = windowAround(shown, shown.indexOf(chosen), Math.max(1, height - 1));
  const table = formatTable(columns(slice), rows, tableWidth, markOf(slice.sort));
  const left = [table.head, ...(shown.length === 0 ? [nothingWith(slice.filter)] : table.rows)];
  if (chosen.untradable !== undefined && left.length < height)
    left.push(line(span(`  ${chosen.symbol} is watched only: ${chosen.untradable}`, 'quiet')));
  const old = isOld(chosen, slice);
  if (!withBook) {
    const room = height - left.length - 1;
    return room < BOOK_ROWS ? left : [...left, [], ...formatBook(chosen, BOOK_WIDTH, room, old).map(indented)];
  }
  const right = formatBook(chosen, BOOK_WIDTH, height, old);
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => [
    ...fitLine(left[i] ?? [], tableWidth),
    span('  '),
    ...(right[i] ?? []),
  ]);
}

const indented = (styled: StyledLine): StyledLine => line('  ', ...styled);

/** What parts the two sides without a colour: which is which, and how far they are from each other. */
function betweenSides(symbol: SymbolView, [ask]: Levels, [bid]: Levels, stale: boolean): StyledLine {
  const between = (words: StyledLine): StyledLine =>
    line(span('  ↑ asks   ', 'quiet'), ...words, span('   bids ↓', 'quiet'));
  if (ask === undefined || bid === undefined) return between([span(ask === undefined ? 'no asks' : 'no bids', 'warn')]);
  const gap = fixed(Number(ask[0]) - Number(bid[0]), decimalsOf(bid[0]));
  return between([
    ...field('spread', figure(grouped(gap), 'plain', { stale })),
    span('  '),
    figure(number(symbol.spreadBps, 2), 'plain', { stale }),
    span(' bp', 'quiet'),
  ]);
}

type Levels = SymbolView['bids'];

/** Levels of both sides, best in the middle with the spread between, each with a bar of its share of the largest. */
export function formatBook(symbol: SymbolView, width: number, height: number, old: boolean): readonly StyledLine[] {
  const levels = Math.max(0, Math.min(10, Math.floor((height - 2) / 2)));
  const asks = symbol.asks.slice(0, levels);
  const bids = symbol.bids.slice(0, levels);
  const head = line(span(`book of ${symbol.symbol}`, 'quiet'));
  if (asks.length + bids.length === 0) {
    return [head, line(span(symbol.book === 'gap' ? 'GAP: it misses an update' : 'no book in this feed', 'quiet'))];
  }
  const largest = Math.max(...[...asks, ...bids].map(([, quantity]) => Number(quantity)));
  const bars = Math.max(4, Math.min(BOOK_BAR, width - 25));
  const row = ([price, quantity]: Levels[number], style: 'up' | 'down'): StyledLine =>
    line(
      aged(span(`${old ? '~' : ''}${grouped(price)}`.padStart(12), style), old),
      aged(span(grouped(quantity).padStart(12)), old),
      ' ',
      ...bar(Number(quantity) / largest, bars, style).map((part) => aged(part, old)),
    );
  return [
    head,
    ...asks.map((each) => row(each, 'down')).reverse(),
    betweenSides(symbol, asks, bids, old),
    ...bids.map((each) => row(each, 'up')),
  ];
}
