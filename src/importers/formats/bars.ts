/** Bars (OHLCV): a header that names the columns, klines, lists of rows, LEAN and OctoBot files. */
import type { InstrumentKind } from '../../../engine/domain/index.ts';
import { CsvParser, exactColumn, notA, plainColumn, readWhole } from '../csv.ts';
import { comparable } from '../decimals.ts';
import { ImportError } from '../import-error.ts';
import type { BarEvent, ParserContext } from '../market-event.ts';
import { readSymbol } from '../text.ts';
import { parseTimeUs, timeFrameUs } from '../times.ts';

/** Where the parts of a bar stand in a row; −1 where a layout has no such column. */
export interface BarColumns {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly closeTime: number;
  readonly tradeCount: number;
  readonly symbol: number;
}

const TIME_NAMES = [
  ...[
    'open time ms',
    'open time s',
    'open time',
    'kline open time',
    'opentime',
    'timestamp',
    'unix',
    'time ms',
    'time',
  ],
  ...['datetime', 'date'],
];
const CLOSE_TIME_NAMES = ['close time', 'kline close time', 'closetime'];
const COUNT_NAMES = ['count', 'number of trades', 'tradecount', 'trades', 'num trades'];
const SYMBOL_NAMES = ['symbol', 'ticker', 'pair'];

/** Finds the columns of a bar in a header, or undefined when one that is needed is missing. */
export function findBarColumns(names: readonly string[]): BarColumns | undefined {
  const plain = names.map(plainColumn);
  const at = (...wanted: readonly string[]) => exactColumn(plain, ...wanted);
  const volume = at('volume', 'vol');
  const columns = {
    time: at(...TIME_NAMES),
    open: at('open', 'open price'),
    high: at('high', 'high price'),
    low: at('low', 'low price'),
    close: at('close', 'close price'),
    volume: volume >= 0 ? volume : plain.findIndex((name) => name.startsWith('volume ')),
    closeTime: at(...CLOSE_TIME_NAMES),
    tradeCount: at(...COUNT_NAMES),
    symbol: at(...SYMBOL_NAMES),
  };
  const { time, open, high, low, close } = columns;
  return Math.min(time, open, high, low, close, columns.volume) >= 0 ? columns : undefined;
}

const KLINE: BarColumns = {
  time: 0,
  open: 1,
  high: 2,
  low: 3,
  close: 4,
  volume: 5,
  closeTime: 6,
  tradeCount: 8,
  symbol: -1,
};
const SIX_COLUMNS: BarColumns = { ...KLINE, closeTime: -1, tradeCount: -1 };
const BITFINEX_COLUMNS: BarColumns = { ...SIX_COLUMNS, close: 2, high: 3, low: 4 };

/** The header of Binance's futures kline files; the spot files have none. */
const FUTURES_KLINE_HEADER =
  'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore';

/** Why four prices and a volume are no bar, or undefined when they are one. */
export function barFault(open: string, high: string, low: string, close: string): string | undefined {
  const values = comparable([open, high, low, close]);
  if (values === undefined) return 'a price of the bar is too large';
  const [openValue = 0, highValue = 0, lowValue = 0, closeValue = 0] = values;
  if (lowValue <= 0) return 'a price of the bar is zero';
  if (lowValue > Math.min(openValue, closeValue)) return `low ${low} is above open ${open} or close ${close}`;
  if (highValue < Math.max(openValue, closeValue)) return `high ${high} is below open ${open} or close ${close}`;
  return undefined;
}

/** What the rows of a file leave open: interval, market, and how a time is read. */
interface BarRules {
  readonly intervalUs: number | undefined;
  readonly market: InstrumentKind | undefined;
  readonly readTime: (text: string) => number | undefined;
}

const PLAIN_RULES: BarRules = { intervalUs: undefined, market: undefined, readTime: parseTimeUs };

function readBar(
  context: ParserContext,
  columns: BarColumns,
  rules: BarRules,
  fields: readonly string[],
  line: number,
): string | undefined {
  const { decimals, handler } = context;
  const symbol = columns.symbol < 0 ? (context.defaultSymbol ?? '') : readSymbol(fields[columns.symbol] ?? '');
  const openUs = rules.readTime(fields[columns.time] ?? '');
  const open = decimals.read(fields[columns.open]);
  const high = decimals.read(fields[columns.high]);
  const low = decimals.read(fields[columns.low]);
  const close = decimals.read(fields[columns.close]);
  const volume = decimals.read(fields[columns.volume]);
  if (symbol === undefined) return notA('symbol', fields[columns.symbol]);
  if (openUs === undefined) return notA('open time', fields[columns.time]);
  if (open === undefined || high === undefined || low === undefined || close === undefined) {
    return 'a price of the bar is no decimal';
  }
  if (volume === undefined) return notA('volume', fields[columns.volume]);
  const fault = barFault(open, high, low, close);
  if (fault !== undefined) return fault;
  const intervalUs = rules.intervalUs ?? intervalOf(columns, fields, openUs);
  const tradeCount = (columns.tradeCount < 0 ? undefined : readWhole(fields[columns.tradeCount] ?? '')) ?? 0;
  const bar: BarEvent = {
    kind: 'bar',
    line,
    symbol,
    market: rules.market,
    receivedUs: openUs,
    recorded: false,
    eventUs: undefined,
    venueUs: openUs,
    openUs,
    open,
    high,
    low,
    close,
    volume,
    tradeCount,
    intervalUs,
  };
  handler.event(bar);
  return undefined;
}

/** Klines end on the last ms (or µs) before the next one opens. */
function intervalOf(columns: BarColumns, fields: readonly string[], openUs: number): number | undefined {
  const text = columns.closeTime < 0 ? undefined : fields[columns.closeTime];
  const closeUs = text === undefined ? undefined : parseTimeUs(text);
  if (text === undefined || closeUs === undefined || closeUs <= openUs) return undefined;
  return closeUs - openUs + (text.length === 16 ? 1 : 1000);
}

function barParser(context: ParserContext, columns: BarColumns, rules = PLAIN_RULES): CsvParser {
  return new CsvParser(context, (fields, line) => readBar(context, columns, rules, fields, line));
}

/** Bars under a header that names the columns. */
export function namedBars(context: ParserContext): CsvParser {
  const columns = findBarColumns(context.layout.columns);
  if (columns === undefined) throw new ImportError(context.name, undefined, 'a column of the bars is missing');
  const futures = context.layout.columns.join() === FUTURES_KLINE_HEADER;
  return barParser(context, columns, { ...PLAIN_RULES, market: futures ? 'linear' : undefined });
}

/** Binance klines of 12 columns without a header. */
export function klines(context: ParserContext): CsvParser {
  return barParser(context, KLINE);
}

/** Six columns without a header; the order of the prices was found at the beginning of the file. */
export function headerlessBars(context: ParserContext): CsvParser {
  const bitfinex = context.layout.barOrder === 'open-close-high-low';
  return barParser(context, bitfinex ? BITFINEX_COLUMNS : SIX_COLUMNS);
}

/** Rows of a JSON list: six columns, or klines of twelve. */
export function jsonBars(context: ParserContext): CsvParser {
  return new CsvParser(context, (fields, line) =>
    readBar(context, fields.length >= 12 ? KLINE : SIX_COLUMNS, PLAIN_RULES, fields, line),
  );
}

const DAY_MS = 86_400_000;
/** A capture holds some hundred bars of a frame; they wait in memory until the instant of capture is known. */
const MOST_CAPTURED_BARS = 1_000_000;

/** LEAN trade bars: ms since midnight, open, high, low, close, volume; date and time frame stand in the file name. */
export function leanBars(context: ParserContext): CsvParser {
  const { dateUs, timeFrameUs: intervalUs } = context.hints;
  if (dateUs === undefined || intervalUs === undefined) {
    throw new ImportError(
      context.name,
      undefined,
      'LEAN bars need date and time frame in the file name, as in …_minute_…_20221213',
    );
  }
  const readTime = (text: string): number | undefined => {
    const ms = readWhole(text);
    return ms === undefined || ms >= DAY_MS ? undefined : dateUs + ms * 1000;
  };
  return barParser(context, SIX_COLUMNS, { ...PLAIN_RULES, intervalUs, readTime });
}

/**
 * OctoBot: several time frames captured at one instant; one is imported. The bars that were still open at
 * that instant (known from the shortest frame's last one) are left out.
 */
export function octobotBars(context: ParserContext): CsvParser {
  const { layout, timeFrame, handler } = context;
  const intervalUs = timeFrame === undefined ? undefined : timeFrameUs(timeFrame);
  if (intervalUs === undefined) {
    const asked = timeFrame === undefined ? 'the file holds several' : `${timeFrame} has no fixed length or is none`;
    throw new ImportError(
      context.name,
      undefined,
      `choose a time frame such as 1m, 1h or 1d with --time-frame: ${asked}`,
    );
  }
  const columns = findBarColumns(layout.columns);
  if (columns === undefined) throw new ImportError(context.name, undefined, 'a column of the bars is missing');
  const frameAt = layout.columns.indexOf('time_frame');
  const rules = { ...PLAIN_RULES, intervalUs };
  let capturedUs = 0;
  const kept: { fields: readonly string[]; line: number; openUs: number }[] = [];
  const readRow = (fields: readonly string[], line: number): string | undefined => {
    const openUs = parseTimeUs(fields[columns.time] ?? '');
    if (openUs === undefined) return notA('open time', fields[columns.time]);
    capturedUs = Math.max(capturedUs, openUs);
    if (fields[frameAt] !== timeFrame) {
      handler.ignore('other time frame');
      return undefined;
    }
    kept.push({ fields, line, openUs });
    if (kept.length > MOST_CAPTURED_BARS)
      throw new ImportError(context.name, line, 'has too many bars of one time frame');
    return undefined;
  };
  return new CsvParser(context, readRow, () => {
    for (const { fields, line, openUs } of kept) {
      if (openUs + intervalUs > capturedUs) handler.ignore('bar still open');
      else {
        const reason = readBar(context, columns, rules, fields, line);
        if (reason !== undefined) handler.bad(line, reason);
      }
    }
  });
}
