/** Best bid and ask in CSV: the files of tardis and nautilus. */
import type { InstrumentKind } from '../../../engine/domain/index.ts';
import { CsvParser, exactColumn, notA } from '../csv.ts';
import type { ParserContext } from '../market-event.ts';
import { readSymbol } from '../text.ts';
import { parseTimeUs } from '../times.ts';
import { tardisMarket } from './trades.ts';

interface QuoteColumns {
  /** −1 where nobody recorded the receive time. */
  readonly received: number;
  readonly venue: number;
  readonly symbol: number;
  readonly bidPrice: number;
  readonly bidQuantity: number;
  readonly askPrice: number;
  readonly askQuantity: number;
}

function readQuote(
  context: ParserContext,
  columns: QuoteColumns,
  market: InstrumentKind | undefined,
  fields: readonly string[],
  line: number,
): string | undefined {
  const { decimals, handler } = context;
  const symbol = readSymbol(fields[columns.symbol] ?? '');
  const bidPrice = decimals.read(fields[columns.bidPrice]);
  const bidQuantity = decimals.read(fields[columns.bidQuantity]);
  const askPrice = decimals.read(fields[columns.askPrice]);
  const askQuantity = decimals.read(fields[columns.askQuantity]);
  const venueUs = parseTimeUs(fields[columns.venue] ?? '');
  const recorded = columns.received >= 0;
  const receivedUs = recorded ? parseTimeUs(fields[columns.received] ?? '') : venueUs;
  if (symbol === undefined) return notA('symbol', fields[columns.symbol]);
  if (bidPrice === undefined) return notA('bid price', fields[columns.bidPrice]);
  if (askPrice === undefined) return notA('ask price', fields[columns.askPrice]);
  if (bidQuantity === undefined || askQuantity === undefined) return 'a quantity of the quote is no decimal';
  if (venueUs === undefined) return notA('time', fields[columns.venue]);
  if (receivedUs === undefined) return notA('receive time', fields[columns.received]);
  const eventUs = recorded ? venueUs : undefined;
  const base = { line, symbol, market, receivedUs, recorded, eventUs, venueUs };
  handler.event({ kind: 'quote', ...base, bidPrice, bidQuantity, askPrice, askQuantity, updateId: 0 });
  return undefined;
}

/** tardis.dev: `exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount`. */
export function tardisQuotes(context: ParserContext): CsvParser {
  const at = (name: string) => exactColumn(context.layout.columns, name);
  const exchange = at('exchange');
  const columns = {
    received: at('local_timestamp'),
    venue: at('timestamp'),
    symbol: at('symbol'),
    bidPrice: at('bid_price'),
    bidQuantity: at('bid_amount'),
    askPrice: at('ask_price'),
    askQuantity: at('ask_amount'),
  };
  return new CsvParser(context, (fields, line) => {
    const market = tardisMarket(fields[exchange] ?? '');
    if (market === undefined) return notA('Binance exchange of tardis', fields[exchange]);
    return readQuote(context, columns, market, fields, line);
  });
}

/** NautilusTrader: `timestamp,symbol,ask_size,ask,bid_size,bid`. */
export function nautilusQuotes(context: ParserContext): CsvParser {
  const at = (name: string) => exactColumn(context.layout.columns, name);
  const columns = {
    received: -1,
    venue: at('timestamp'),
    symbol: at('symbol'),
    bidPrice: at('bid'),
    bidQuantity: at('bid_size'),
    askPrice: at('ask'),
    askQuantity: at('ask_size'),
  };
  return new CsvParser(context, (fields, line) => readQuote(context, columns, undefined, fields, line));
}
