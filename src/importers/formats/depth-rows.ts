/** Depth in CSV, one row per price level: rows of one update stand together and are put back into one. */
import { CsvParser, exactColumn, notA, readFlag, readWhole } from '../csv.ts';
import { isZero } from '../decimals.ts';
import type { DepthEvent, ParserContext } from '../market-event.ts';
import { grouped, readSymbol } from '../text.ts';
import { parseTimeUs } from '../times.ts';
import { streamCheck } from './trades.ts';

/** What the rows of one update have in common, and one level. */
interface LevelRow {
  /** Same for all rows of one update. */
  readonly key: string;
  readonly head: Omit<DepthEvent, 'line' | 'bids' | 'asks'>;
  readonly ask: boolean;
  readonly price: string;
  readonly quantity: string;
}

/** More rows than any venue's book has levels; one update of a wrong file must not fill the memory. */
const MOST_ROWS = 50_000;

/** Collects rows into updates. A bad row spoils its whole update: a book without one of its levels is wrong. */
class LevelCollector {
  readonly #context: ParserContext;
  #key = '';
  #line = 0;
  #head: LevelRow['head'] | undefined;
  #bids: string[] = [];
  #asks: string[] = [];
  #spoiled = false;

  constructor(context: ParserContext) {
    this.#context = context;
  }

  /** Gives the reason when the row is one too many. */
  add(row: LevelRow, line: number): string | undefined {
    if (row.key !== this.#key || this.#head === undefined) {
      this.flush();
      this.#key = row.key;
      this.#line = line;
      this.#head = row.head;
    }
    if (this.#bids.length + this.#asks.length >= MOST_ROWS * 2) {
      this.spoil();
      return `more than ${grouped(MOST_ROWS)} rows of one update`;
    }
    (row.ask ? this.#asks : this.#bids).push(row.price, row.quantity);
    return undefined;
  }

  spoil(): void {
    this.#spoiled = true;
  }

  /** Hands out the update that is complete. */
  flush(): void {
    const { handler } = this.#context;
    if (this.#head !== undefined && this.#spoiled) {
      const rows = (this.#bids.length + this.#asks.length) / 2;
      for (let i = 0; i < rows; i++) handler.ignore('row of an update with a bad row');
    } else if (this.#head !== undefined) {
      handler.event({ ...this.#head, line: this.#line, bids: this.#bids, asks: this.#asks });
    }
    this.#head = undefined;
    this.#bids = [];
    this.#asks = [];
    this.#spoiled = false;
  }
}

/** Parser of level rows; `read` gives the row or the reason why it is bad. */
function levelParser(context: ParserContext, read: (fields: readonly string[]) => LevelRow | string): CsvParser {
  const collector = new LevelCollector(context);
  const readRow = (fields: readonly string[], line: number): string | undefined => {
    const row = read(fields);
    if (typeof row === 'string') {
      collector.spoil();
      return row;
    }
    return collector.add(row, line);
  };
  return new CsvParser(context, readRow, () => collector.flush());
}

function readLevel(
  context: ParserContext,
  priceText: string | undefined,
  quantityText: string | undefined,
): readonly [string, string] | string {
  const price = context.decimals.read(priceText);
  const quantity = context.decimals.read(quantityText);
  if (price === undefined || isZero(price)) return notA('price', priceText);
  if (quantity === undefined) return notA('quantity', quantityText);
  return [price, quantity];
}

/** Binance's historical depth: `symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty,pu`. */
export function binanceDepth(context: ParserContext): CsvParser {
  const at = (name: string) => exactColumn(context.layout.columns, name);
  const [symbolAt, timeAt, firstAt, lastAt] = [
    at('symbol'),
    at('timestamp'),
    at('first_update_id'),
    at('last_update_id'),
  ];
  const [sideAt, typeAt, priceAt, quantityAt] = [at('side'), at('update_type'), at('price'), at('qty')];
  const previousAt = at('pu');
  return levelParser(context, (fields) => {
    const symbol = readSymbol(fields[symbolAt] ?? '');
    const venueUs = parseTimeUs(fields[timeAt] ?? '');
    const firstUpdateId = readWhole(fields[firstAt] ?? '');
    const lastUpdateId = readWhole(fields[lastAt] ?? '');
    const previousText = previousAt < 0 ? '-1' : (fields[previousAt] ?? '');
    const previousUpdateId = previousText === '-1' ? -1 : readWhole(previousText);
    const level = readLevel(context, fields[priceAt], fields[quantityAt]);
    const side = fields[sideAt];
    const type = fields[typeAt];
    if (symbol === undefined) return notA('symbol', fields[symbolAt]);
    if (venueUs === undefined) return notA('time', fields[timeAt]);
    if (firstUpdateId === undefined || lastUpdateId === undefined || previousUpdateId === undefined) {
      return 'an update id does not read';
    }
    if (typeof level === 'string') return level;
    if (side !== 'a' && side !== 'b') return notA('side', side);
    if (type !== 'snap' && type !== 'set') return notA('kind of update', type);
    const kind = type === 'snap' ? 'snapshot' : 'depth';
    const market = previousAt >= 0 ? 'linear' : undefined;
    const ids = { firstUpdateId, lastUpdateId, previousUpdateId };
    const times = { receivedUs: venueUs, recorded: false, eventUs: undefined, venueUs };
    const [price, quantity] = level;
    const head = { kind, symbol, market, ...times, ...ids } as const;
    return { key: `${symbol} ${type} ${firstUpdateId} ${lastUpdateId}`, head, ask: side === 'a', price, quantity };
  });
}

/** The recorder of unfazed: differences, spot (`FirstUpdateId`) and futures (with `PreviousUpdateId`). */
export function unfazedDepth(context: ParserContext): CsvParser {
  const at = (...names: string[]) => exactColumn(context.layout.columns, ...names);
  const check = streamCheck(at('Stream'), at('Symbol'), at('EventType'), 'depthUpdate');
  const [receivedAt, eventAt, symbolAt] = [at('TimestampOfReceive'), at('EventTime'), at('Symbol')];
  const [firstAt, lastAt, askAt] = [at('FirstUpdateId'), at('FinalUpdateId'), at('IsAsk')];
  const [priceAt, quantityAt] = [at('Price'), at('Quantity')];
  const previousAt = at('PreviousUpdateId', 'FinalUpdateIdInLastStream');
  return levelParser(context, (fields) => {
    const reason = check(fields);
    if (reason !== undefined) return reason;
    const symbol = readSymbol(fields[symbolAt] ?? '');
    const receivedUs = parseTimeUs(fields[receivedAt] ?? '');
    const eventUs = parseTimeUs(fields[eventAt] ?? '');
    const firstUpdateId = readWhole(fields[firstAt] ?? '');
    const lastUpdateId = readWhole(fields[lastAt] ?? '');
    const previousUpdateId = previousAt < 0 ? -1 : readWhole(fields[previousAt] ?? '');
    const level = readLevel(context, fields[priceAt], fields[quantityAt]);
    const ask = readFlag(fields[askAt] ?? '');
    if (symbol === undefined) return notA('symbol', fields[symbolAt]);
    if (receivedUs === undefined) return notA('receive time', fields[receivedAt]);
    if (eventUs === undefined) return notA('event time', fields[eventAt]);
    if (firstUpdateId === undefined || lastUpdateId === undefined || previousUpdateId === undefined) {
      return 'an update id does not read';
    }
    if (typeof level === 'string') return level;
    if (ask === undefined) return notA('side', fields[askAt]);
    const market = previousAt < 0 ? ('spot' as const) : ('linear' as const);
    const ids = { firstUpdateId, lastUpdateId, previousUpdateId };
    const times = { receivedUs, recorded: true, eventUs, venueUs: eventUs };
    const head = { kind: 'depth', symbol, market, ...times, ...ids } as const;
    const [price, quantity] = level;
    return { key: `${symbol} ${firstUpdateId} ${lastUpdateId} ${receivedUs}`, head, ask, price, quantity };
  });
}

/** The recorder of unfazed: whole books, `TimestampOfReceive,TimestampOfRequest,LastUpdateId,IsAsk,Price,Quantity`. */
export function unfazedSnapshots(context: ParserContext): CsvParser {
  const at = (name: string) => exactColumn(context.layout.columns, name);
  const [receivedAt, idAt, askAt] = [at('TimestampOfReceive'), at('LastUpdateId'), at('IsAsk')];
  const [priceAt, quantityAt] = [at('Price'), at('Quantity')];
  const symbol = context.defaultSymbol ?? '';
  return levelParser(context, (fields) => {
    const receivedUs = parseTimeUs(fields[receivedAt] ?? '');
    const lastUpdateId = readWhole(fields[idAt] ?? '');
    const level = readLevel(context, fields[priceAt], fields[quantityAt]);
    const ask = readFlag(fields[askAt] ?? '');
    if (receivedUs === undefined) return notA('receive time', fields[receivedAt]);
    if (lastUpdateId === undefined) return notA('update id', fields[idAt]);
    if (typeof level === 'string') return level;
    if (ask === undefined) return notA('side', fields[askAt]);
    const ids = { firstUpdateId: lastUpdateId, lastUpdateId, previousUpdateId: -1 };
    const times = { receivedUs, recorded: true, eventUs: undefined, venueUs: undefined };
    const head = { kind: 'snapshot', symbol, market: undefined, ...times, ...ids } as const;
    const [price, quantity] = level;
    return { key: `${lastUpdateId} ${receivedUs}`, head, ask, price, quantity };
  });
}
