/** Binance WebSocket frames and REST depth snapshots: parsed, checked by shape, turned into events. */
import type { InstrumentKind } from '../../../engine/domain/index.ts';
import { notA } from '../csv.ts';
import { isZero } from '../decimals.ts';
import type { MarketEvent, ParserContext } from '../market-event.ts';
import { quote, readSymbol } from '../text.ts';
import { epochUs } from '../times.ts';

/** When and where a frame came in. */
export interface FrameOrigin {
  readonly line: number;
  readonly receivedUs: number;
  /** Market and symbol as the address of the connection or request tells them. */
  readonly market: InstrumentKind | undefined;
  readonly symbol: string | undefined;
}

/** What is needed of the context, so that frames read in the same way live as from a file. */
type FrameContext = Pick<ParserContext, 'handler' | 'decimals'>;

type Fields = Readonly<Record<string, unknown>>;

/** Events that are understood and not imported in this version. */
const OTHER_EVENTS: ReadonlyMap<string, string> = new Map([
  ['markPriceUpdate', 'markPrice'],
  ['kline', 'kline'],
  ['continuous_kline', 'kline'],
  ['forceOrder', 'forceOrder'],
  ['24hrTicker', 'ticker'],
  ['24hrMiniTicker', 'miniTicker'],
  ['indexPriceUpdate', 'indexPrice'],
]);

const PARTIAL_DEPTH = /@depth(?:5|10|20)(?:@|$)/;
const EVENT_NAME = /^[A-Za-z0-9_]{1,30}$/;

/** Reads frames; gives the reason when one is bad, undefined when it was used or left out and counted. */
export class FrameReader {
  readonly #context: FrameContext;

  constructor(context: FrameContext) {
    this.#context = context;
  }

  read(json: string, origin: FrameOrigin): string | undefined {
    const frame = parseObject(json);
    if (frame === undefined) return 'the frame is no JSON object';
    if (typeof frame.stream !== 'string') return this.#body(frame, '', origin);
    const data = frame.data;
    if (Array.isArray(data)) return this.#ignore('list of events');
    return isObject(data) ? this.#body(data, frame.stream, origin) : 'the frame has no data object';
  }

  #body(data: Fields, stream: string, origin: FrameOrigin): string | undefined {
    const event = data.e;
    if (typeof event === 'string') return this.#event(event, data, stream, origin);
    if (PARTIAL_DEPTH.test(stream)) return this.#ignore('partialDepth');
    if ('lastUpdateId' in data) return this.#snapshot(data, origin);
    if ('B' in data && 'A' in data) return this.#quote(data, stream, origin, 'spot');
    if ('result' in data || 'id' in data) return this.#ignore('reply');
    if ('code' in data && 'msg' in data) return this.#ignore('error reply');
    return 'the frame is of no known kind';
  }

  #event(event: string, data: Fields, stream: string, origin: FrameOrigin): string | undefined {
    switch (event) {
      case 'depthUpdate':
        return PARTIAL_DEPTH.test(stream) ? this.#ignore('partialDepth') : this.#depth(data, stream, origin);
      case 'trade':
      case 'aggTrade':
        return this.#trade(event, data, stream, origin);
      case 'bookTicker':
        return this.#quote(data, stream, origin, futuresKind(data));
      default: {
        const kind = OTHER_EVENTS.get(event) ?? event;
        return EVENT_NAME.test(kind) ? this.#ignore(kind) : notA('event name', event);
      }
    }
  }

  #trade(event: 'trade' | 'aggTrade', data: Fields, stream: string, origin: FrameOrigin): string | undefined {
    const type = data.X;
    if (typeof type === 'string' && type !== 'MARKET') {
      return EVENT_NAME.test(type) ? this.#ignore(`trade ${type}`) : notA('trade type', type);
    }
    const { decimals } = this.#context;
    const symbol = symbolOf(data, stream);
    const price = decimals.read(data.p);
    const quantity = decimals.read(data.q);
    const eventUs = epochUs(data.E);
    const venueUs = epochUs(data.T);
    const tradeId = wholeOf(event === 'trade' ? data.t : data.a);
    const maker = data.m;
    if (symbol === undefined) return 'the symbol does not read or is not that of the stream';
    if (price === undefined || quantity === undefined) return 'price or quantity is no decimal';
    if (isZero(price) || isZero(quantity)) return 'price or quantity is zero';
    if (eventUs === undefined || venueUs === undefined) return 'a time of the trade is missing or out of range';
    if (tradeId === undefined || typeof maker !== 'boolean') return 'the trade has no id or no side';
    const market = typeof type === 'string' ? futuresKind(data) : 'M' in data ? 'spot' : undefined;
    return this.#emit({
      kind: 'trade',
      line: origin.line,
      symbol,
      market: market ?? origin.market,
      receivedUs: origin.receivedUs,
      recorded: true,
      eventUs,
      venueUs,
      price,
      quantity,
      tradeId,
      buyerIsMaker: maker,
      aggregate: event === 'aggTrade',
    });
  }

  #quote(data: Fields, stream: string, origin: FrameOrigin, market: InstrumentKind): string | undefined {
    const { decimals } = this.#context;
    const symbol = symbolOf(data, stream);
    const bidPrice = decimals.read(data.b);
    const bidQuantity = decimals.read(data.B);
    const askPrice = decimals.read(data.a);
    const askQuantity = decimals.read(data.A);
    const updateId = wholeOf(data.u);
    const eventUs = epochUs(data.E);
    if (symbol === undefined) return 'the symbol does not read or is not that of the stream';
    if (bidPrice === undefined || askPrice === undefined) return 'bid or ask is no decimal';
    if (bidQuantity === undefined || askQuantity === undefined) return 'a quantity of the quote is no decimal';
    if (updateId === undefined) return 'the quote has no update id';
    if ('E' in data && eventUs === undefined) return 'the event time is out of range';
    return this.#emit({
      kind: 'quote',
      line: origin.line,
      symbol,
      market,
      receivedUs: origin.receivedUs,
      recorded: true,
      eventUs,
      venueUs: eventUs,
      bidPrice,
      bidQuantity,
      askPrice,
      askQuantity,
      updateId,
    });
  }

  #depth(data: Fields, stream: string, origin: FrameOrigin): string | undefined {
    const symbol = symbolOf(data, stream);
    const futures = 'pu' in data;
    const firstUpdateId = wholeOf(data.U);
    const lastUpdateId = wholeOf(data.u);
    const previousUpdateId = futures ? wholeOf(data.pu) : -1;
    const eventUs = epochUs(data.E);
    const bids = this.#levels(data.b);
    const asks = this.#levels(data.a);
    if (symbol === undefined) return 'the symbol does not read or is not that of the stream';
    if (firstUpdateId === undefined || lastUpdateId === undefined || previousUpdateId === undefined) {
      return 'an update id of the depth change does not read';
    }
    if (firstUpdateId > lastUpdateId) return `update ids run backwards, ${firstUpdateId} to ${lastUpdateId}`;
    if (eventUs === undefined) return 'the event time is missing or out of range';
    if (bids === undefined || asks === undefined) return 'a level of the depth change does not read';
    const market = futures ? futuresKind(data) : 'spot';
    const ids = { firstUpdateId, lastUpdateId, previousUpdateId };
    const base = { ...common(origin, symbol, market), eventUs, venueUs: eventUs };
    return this.#emit({ kind: 'depth', ...base, ...ids, bids, asks });
  }

  /** A REST depth snapshot. Only COIN-M gives its symbol; the others are named by the request, or by nothing. */
  #snapshot(data: Fields, origin: FrameOrigin): string | undefined {
    const given = data.symbol;
    const symbol = given === undefined ? (origin.symbol ?? '') : readSymbolField(given);
    const lastUpdateId = wholeOf(data.lastUpdateId);
    const bids = this.#levels(data.bids);
    const asks = this.#levels(data.asks);
    const venueUs = epochUs(data.E);
    if (symbol === undefined) return 'the symbol of the snapshot does not read';
    if (lastUpdateId === undefined) return 'the snapshot has no last update id';
    if (bids === undefined || asks === undefined) return 'a level of the snapshot does not read';
    if ('E' in data && venueUs === undefined) return 'the time of the snapshot is out of range';
    const ids = { firstUpdateId: lastUpdateId, lastUpdateId, previousUpdateId: -1 };
    const market = 'pair' in data ? 'inverse' : origin.market;
    const base = { ...common(origin, symbol, market), eventUs: undefined, venueUs };
    return this.#emit({ kind: 'snapshot', ...base, ...ids, bids, asks });
  }

  /** `[[price, quantity], …]` as flat pairs; prices above zero. */
  #levels(value: unknown): string[] | undefined {
    if (!Array.isArray(value)) return undefined;
    const { decimals } = this.#context;
    const flat: string[] = [];
    for (const level of value) {
      if (!Array.isArray(level) || level.length < 2) return undefined;
      const price = decimals.read(level[0]);
      const quantity = decimals.read(level[1]);
      if (price === undefined || quantity === undefined || isZero(price)) return undefined;
      flat.push(price, quantity);
    }
    return flat;
  }

  #emit(event: MarketEvent): undefined {
    this.#context.handler.event(event);
  }

  #ignore(kind: string): undefined {
    this.#context.handler.ignore(kind);
  }
}

function common(origin: FrameOrigin, symbol: string, market: InstrumentKind | undefined) {
  return { line: origin.line, symbol, market, receivedUs: origin.receivedUs, recorded: true };
}

/** COIN-M frames name the pair (`ps`), USD-M frames do not. */
function futuresKind(data: Fields): InstrumentKind {
  if ('ps' in data) return 'inverse';
  return 'e' in data ? 'linear' : 'spot';
}

/** The symbol of an event, which must be that of its stream. */
function symbolOf(data: Fields, stream: string): string | undefined {
  const symbol = readSymbolField(data.s);
  if (symbol === undefined || stream === '' || stream.startsWith('!')) return symbol;
  const at = stream.indexOf('@');
  return at === symbol.length && stream.slice(0, at).toUpperCase() === symbol ? symbol : undefined;
}

function readSymbolField(value: unknown): string | undefined {
  return typeof value === 'string' ? readSymbol(value) : undefined;
}

function wholeOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseObject(json: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Reason for a line that does not begin with a receive time. */
export function noReceiveTime(text: string): string {
  return `${quote(text, 24)} is no receive time followed by a frame`;
}
