/** Trades in CSV: recorded trade events, Binance's public files, and the files of tardis, unfazed, nautilus, freqtrade. */
import type { InstrumentKind } from '../../../engine/domain/index.ts';
import { CsvParser, exactColumn, notA, readFlag, readWhole } from '../csv.ts';
import { isZero } from '../decimals.ts';
import type { ParserContext, TradeEvent } from '../market-event.ts';
import { readSymbol } from '../text.ts';
import { parseTimeUs } from '../times.ts';

/** Where the parts of a trade stand in a row; −1 where a layout has no such column. */
interface TradeColumns {
  readonly received: number;
  readonly event: number;
  readonly venue: number;
  readonly symbol: number;
  readonly id: number;
  readonly price: number;
  readonly quantity: number;
  /** Column of "the buyer was the maker". */
  readonly maker: number;
  /** Column of the taker's side, `buy` or `sell`, where there is no `maker`. */
  readonly side: number;
  /** Column of the order type of futures trades. */
  readonly type: number;
  readonly aggregate: boolean;
  readonly market: InstrumentKind | undefined;
}

const NONE: TradeColumns = {
  received: -1,
  event: -1,
  venue: -1,
  symbol: -1,
  id: -1,
  price: -1,
  quantity: -1,
  maker: -1,
  side: -1,
  type: -1,
  aggregate: false,
  market: undefined,
};

/** Parser of trade rows that lie in the given columns. */
function tradeParser(context: ParserContext, columns: TradeColumns, check?: RowCheck): CsvParser {
  return new CsvParser(context, (fields, line) => {
    const reason = check?.(fields);
    return reason ?? readTrade(context, columns, fields, line);
  });
}

type RowCheck = (fields: readonly string[]) => string | undefined;

function readTrade(
  context: ParserContext,
  columns: TradeColumns,
  fields: readonly string[],
  line: number,
): string | undefined {
  const { handler, decimals } = context;
  const type = columns.type < 0 ? '' : (fields[columns.type] ?? '');
  if (type !== '' && type !== 'MARKET') {
    if (!/^[A-Z_]{1,30}$/.test(type)) return notA('trade type', type);
    handler.ignore(`trade ${type}`);
    return undefined;
  }
  const symbol = columns.symbol < 0 ? (context.defaultSymbol ?? '') : readSymbol(fields[columns.symbol] ?? '');
  const price = decimals.read(fields[columns.price]);
  const quantity = decimals.read(fields[columns.quantity]);
  const venueUs = parseTimeUs(fields[columns.venue] ?? '');
  const eventUs = columns.event < 0 ? undefined : parseTimeUs(fields[columns.event] ?? '');
  const receivedUs = columns.received < 0 ? venueUs : parseTimeUs(fields[columns.received] ?? '');
  const tradeId = readWhole(fields[columns.id] ?? '');
  const buyerIsMaker = makerOf(columns, fields);
  if (symbol === undefined) return notA('symbol', fields[columns.symbol]);
  if (price === undefined || isZero(price)) return notA('price', fields[columns.price]);
  if (quantity === undefined || isZero(quantity)) return notA('quantity', fields[columns.quantity]);
  if (venueUs === undefined) return notA('time', fields[columns.venue]);
  if (receivedUs === undefined) return notA('receive time', fields[columns.received]);
  if (columns.event >= 0 && eventUs === undefined) return notA('event time', fields[columns.event]);
  if (tradeId === undefined) return notA('trade id', fields[columns.id]);
  if (buyerIsMaker === undefined) return 'the side of the trade does not read';
  const event: TradeEvent = {
    kind: 'trade',
    line,
    symbol,
    market: columns.market ?? (type === '' ? undefined : 'linear'),
    receivedUs,
    recorded: columns.received >= 0,
    eventUs,
    venueUs,
    price,
    quantity,
    tradeId,
    buyerIsMaker,
    aggregate: columns.aggregate,
  };
  handler.event(event);
  return undefined;
}

function makerOf(columns: TradeColumns, fields: readonly string[]): boolean | undefined {
  if (columns.maker >= 0) return readFlag(fields[columns.maker] ?? '');
  const side = fields[columns.side];
  return side === 'sell' ? true : side === 'buy' ? false : undefined;
}

/** Rows of recorded `@trade` events: `recv_ns|recv_us,E,T,s,t,p,q,X,m`. */
export function tradeEvents(context: ParserContext): CsvParser {
  const at = (...names: string[]) => exactColumn(context.layout.columns, ...names);
  return tradeParser(context, {
    ...NONE,
    received: at('recv_ns', 'recv_us', 'recv_ms'),
    event: at('E'),
    venue: at('T'),
    symbol: at('s'),
    id: at('t'),
    price: at('p'),
    quantity: at('q'),
    maker: at('m'),
    type: at('X'),
  });
}

/** Binance's public trade files: `id,price,qty,quote_qty,time,is_buyer_maker[,is_best_match]`, with or without header. */
export function binanceTrades(context: ParserContext): CsvParser {
  const { columns } = context.layout;
  const at = (index: number, ...names: string[]) => (columns.length === 0 ? index : exactColumn(columns, ...names));
  const spot = columns.some((name) => /best_?match/i.test(name)) || context.layout.notes.includes(SPOT_NOTE);
  return tradeParser(context, {
    ...NONE,
    id: at(0, 'id', 'trade_id'),
    price: at(1, 'price'),
    quantity: at(2, 'qty', 'quantity'),
    venue: at(4, 'time'),
    maker: at(5, 'is_buyer_maker', 'isBuyerMaker'),
    market: spot ? 'spot' : futuresFile(context),
  });
}

/** Binance's aggregated trades: the public files, or the raw fields `a,p,q,f,l,T,m[,M]`. */
export function binanceAggregates(context: ParserContext): CsvParser {
  const { columns, notes } = context.layout;
  const at = (index: number, ...names: string[]) => (columns.length === 0 ? index : exactColumn(columns, ...names));
  const spot = columns.includes('M') || columns.some((name) => /best_?match/i.test(name)) || notes.includes(SPOT_NOTE);
  const raw = columns.includes('a');
  return tradeParser(context, {
    ...NONE,
    id: at(0, 'a', 'agg_trade_id'),
    price: at(1, 'p', 'price'),
    quantity: at(2, 'q', 'quantity'),
    venue: at(5, 'T', 'transact_time'),
    maker: at(6, 'm', 'is_buyer_maker'),
    market: spot ? 'spot' : raw ? undefined : futuresFile(context),
    aggregate: true,
  });
}

/** Only the spot files of Binance tell whether a trade was the best match. */
export const SPOT_NOTE = 'taken as spot: the rows tell whether a trade was the best match, as only spot files do';

/** A public file without the best-match column is of futures; the file name tells which. */
function futuresFile(context: ParserContext): InstrumentKind {
  return context.hints.market === 'inverse' ? 'inverse' : 'linear';
}

/** tardis.dev: `exchange,symbol,timestamp,local_timestamp,id,side,price,amount`, side of the taker. */
export function tardisTrades(context: ParserContext): CsvParser {
  const at = (name: string) => exactColumn(context.layout.columns, name);
  const columns = {
    ...NONE,
    received: at('local_timestamp'),
    event: at('timestamp'),
    venue: at('timestamp'),
    symbol: at('symbol'),
    id: at('id'),
    price: at('price'),
    quantity: at('amount'),
    side: at('side'),
  };
  const exchange = at('exchange');
  return new CsvParser(context, (fields, line) => {
    const market = tardisMarket(fields[exchange] ?? '');
    if (market === undefined) return notA('Binance exchange of tardis', fields[exchange]);
    return readTrade(context, { ...columns, market }, fields, line);
  });
}

/** The market behind tardis' name of an exchange; undefined for other venues than Binance. */
export function tardisMarket(exchange: string): InstrumentKind | undefined {
  if (exchange === 'binance') return 'spot';
  if (exchange === 'binance-futures') return 'linear';
  return exchange === 'binance-delivery' ? 'inverse' : undefined;
}

/** The recorder of unfazed: a row per trade, with the stream and the kind of the event. */
export function unfazedTrades(context: ParserContext): CsvParser {
  const at = (name: string) => exactColumn(context.layout.columns, name);
  const check = streamCheck(at('Stream'), at('Symbol'), at('EventType'), 'trade');
  const columns = {
    ...NONE,
    received: at('TimestampOfReceive'),
    event: at('EventTime'),
    venue: at('TransactionTime'),
    symbol: at('Symbol'),
    id: at('TradeId'),
    price: at('Price'),
    quantity: at('Quantity'),
    maker: at('IsBuyerMarketMaker'),
    type: at('XUnknownParameter'),
    market: at('MUnknownParameter') >= 0 ? ('spot' as const) : undefined,
  };
  return tradeParser(context, columns, check);
}

/** Checks that a row is of the wanted event and that its symbol is that of its stream. */
export function streamCheck(stream: number, symbol: number, type: number, wanted: string): RowCheck {
  return (fields) => {
    if (fields[type] !== wanted) return notA(`${wanted} event`, fields[type]);
    const name = fields[symbol] ?? '';
    return fields[stream]?.startsWith(`${name.toLowerCase()}@`) === true
      ? undefined
      : `symbol ${name} is not that of the stream ${fields[stream] ?? ''}`;
  };
}

/** NautilusTrader: `timestamp,trade_id,price,quantity,buyer_maker`. */
export function nautilusTrades(context: ParserContext): CsvParser {
  const at = (name: string) => exactColumn(context.layout.columns, name);
  return tradeParser(context, {
    ...NONE,
    venue: at('timestamp'),
    id: at('trade_id'),
    price: at('price'),
    quantity: at('quantity'),
    maker: at('buyer_maker'),
  });
}

/** freqtrade: `timestamp,id,type,side,price,amount,cost`, side of the taker. */
export function freqtradeTrades(context: ParserContext): CsvParser {
  const at = (name: string) => exactColumn(context.layout.columns, name);
  return tradeParser(context, {
    ...NONE,
    venue: at('timestamp'),
    id: at('id'),
    price: at('price'),
    quantity: at('amount'),
    side: at('side'),
  });
}
