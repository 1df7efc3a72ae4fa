/** Readings beside the market: funding rates and the fear and greed index, one row for each. */
import { type ReadingSource, readingFault } from '../../../engine/domain/index.ts';
import { CsvParser, exactColumn, notA, plainColumn } from '../csv.ts';
import { ImportError } from '../import-error.ts';
import type { ParserContext } from '../market-event.ts';
import { parseTimeUs } from '../times.ts';
import { findBarColumns } from './bars.ts';

const DAY_US = 86_400_000_000;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

/** Where time and value stand in a row, and how long after that time the value was known. */
interface ReadingColumns {
  readonly time: number;
  readonly value: number;
  readonly knownAfterUs: number;
}

const TIME_NAMES = ['calc time', 'funding time', 'fundingtime', 'timestamp', 'time', 'date', 'datetime'];
const RATE_NAMES = ['last funding rate', 'funding rate', 'fundingrate'];
/** The mean of a day, which nobody knows before it is over. */
const DAY_MEAN_NAMES = ['funding mean'];
const FUNDING_NAME = /funding[_-]?rate/i;
const INDEX_NAMES = ['fng', 'fear greed', 'fear and greed'];

/**
 * Columns of funding rates: those of Binance's public data, any header that names time and rate, or the bars in which
 * freqtrade keeps them (`funding_rate` in the name of the file, the rate as open). Undefined where there are none.
 */
function findFundingColumns(columns: readonly string[], name: string): ReadingColumns | undefined {
  const plain = columns.map(plainColumn);
  const time = exactColumn(plain, ...TIME_NAMES);
  const rate = exactColumn(plain, ...RATE_NAMES);
  if (time >= 0 && rate >= 0) return { time, value: rate, knownAfterUs: 0 };
  const mean = exactColumn(plain, ...DAY_MEAN_NAMES);
  if (time >= 0 && mean >= 0) return { time, value: mean, knownAfterUs: DAY_US };
  const bars = FUNDING_NAME.test(name) ? findBarColumns(columns) : undefined;
  return bars === undefined ? undefined : { time: bars.time, value: bars.open, knownAfterUs: 0 };
}

/** Columns of the index, which is published when its day begins (UTC). */
function findIndexColumns(columns: readonly string[]): ReadingColumns | undefined {
  const plain = columns.map(plainColumn);
  const time = exactColumn(plain, ...TIME_NAMES);
  const value = exactColumn(plain, ...INDEX_NAMES);
  return time >= 0 && value >= 0 ? { time, value, knownAfterUs: 0 } : undefined;
}

/** Rows of LEAN's margin interest: `20201229 08:00:00,0.00046053`. */
const isLeanFunding = (row: string): boolean => /^\d{8} \d\d:\d\d:\d\d,[-+\d.eE]+$/.test(row);

export type ReadingFormat = 'funding-rates' | 'funding-lean' | 'fear-greed';

/** The format of a file of readings, by its first row; undefined where it is something else, such as bars with a rate beside them. */
export function detectReadings(
  name: string,
  row: string,
  columns: readonly string[],
): { readonly format: ReadingFormat; readonly hasHeader: boolean } | undefined {
  if (isLeanFunding(row)) return { format: 'funding-lean', hasHeader: false };
  if (findBarColumns(columns) !== undefined && !FUNDING_NAME.test(name)) return undefined;
  if (findFundingColumns(columns, name) !== undefined) return { format: 'funding-rates', hasHeader: true };
  if (findIndexColumns(columns) !== undefined) return { format: 'fear-greed', hasHeader: true };
  return undefined;
}

export function fundingRates(context: ParserContext): CsvParser {
  const columns = findFundingColumns(context.layout.columns, context.name);
  return parser(context, 'funding', columns, context.defaultSymbol ?? '', parseTimeUs);
}

export function leanFunding(context: ParserContext): CsvParser {
  const columns = { time: 0, value: 1, knownAfterUs: 0 };
  return parser(context, 'funding', columns, context.defaultSymbol ?? '', (text) =>
    parseTimeUs(text.replace(/^(\d{4})(\d\d)(\d\d) /, '$1-$2-$3T')),
  );
}

export function fearGreed(context: ParserContext): CsvParser {
  return parser(context, 'fear-greed', findIndexColumns(context.layout.columns), '', parseTimeUs);
}

function parser(
  context: ParserContext,
  source: ReadingSource,
  columns: ReadingColumns | undefined,
  symbol: string,
  readTime: (text: string) => number | undefined,
): CsvParser {
  if (columns === undefined) throw new ImportError(context.name, undefined, 'a column of the readings is missing');
  const { time, value: valueAt, knownAfterUs } = columns;
  return new CsvParser(context, (fields, line) => {
    const toldUs = readTime(fields[time] ?? '');
    const text = fields[valueAt] ?? '';
    if (toldUs === undefined) return notA('time', fields[time]);
    if (!NUMBER.test(text)) return notA('number', text);
    const value = Number(text);
    const fault = readingFault(source, value, 0);
    if (fault !== undefined) return fault;
    const receivedUs = toldUs + knownAfterUs;
    const plain = { market: undefined, recorded: false, eventUs: undefined, venueUs: toldUs };
    context.handler.event({ kind: 'reading', source, line, symbol, receivedUs, value, ...plain });
    return undefined;
  });
}
