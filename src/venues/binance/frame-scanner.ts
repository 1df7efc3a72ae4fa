/**
 * Reads frames of the usual shape from their bytes, several times faster than JSON.parse and without garbage. It knows one
 * way in which Binance writes each kind of frame, in any order of fields; at anything else it says so, having decided
 * nothing, and the frame is read by {@link CheckedFrames}. It takes nothing that would be refused there.
 */
import { type InstrumentSpec, parseGrid } from '../../../engine/domain/index.ts';
import { MOST_DECIMALS } from '../../importers/decimals.ts';
import { EARLIEST_US, LATEST_US } from '../../importers/times.ts';
import type { VenueInstrument } from '../venue-instrument.ts';
import { type LevelList, WIRE, type WireEvent } from '../wire-event.ts';
import { ByteReader, bytesOf, FALSE, TRUE } from './byte-reader.ts';

const COMMA = 44;
const QUOTE = 34;
const COLON = 58;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const CLOSE = 125;

const PREFIX = bytesOf('{"stream":"');
const DATA = bytesOf('","data":{');
const MARKET = bytesOf('"MARKET"');

/** Keys by their byte, those of two letters by both. */
const KEY = {
  ...{ a: 97, A: 65, b: 98, B: 66, e: 101, E: 69, m: 109, p: 112, q: 113, s: 115, t: 116, T: 84, u: 117, U: 85, X: 88 },
  pu: 112 * 256 + 117,
} as const;

/** What a frame has, as bits: each at most once. */
const HAS = {
  ...{ nothing: 0, event: 1, symbol: 2, eventTime: 4, time: 8, id: 16, price: 32, quantity: 64, maker: 128 },
  ...{ bid: 256, bidLots: 512, ask: 1024, askLots: 2048, first: 4096, last: 8192, previous: 16_384, type: 32_768 },
} as const;
const UNKNOWN = -1;

const NEEDED: Readonly<Record<number, number>> = {
  [WIRE.trade]: HAS.event | HAS.symbol | HAS.eventTime | HAS.time | HAS.id | HAS.price | HAS.quantity | HAS.maker,
  [WIRE.quote]: HAS.symbol | HAS.id | HAS.bid | HAS.bidLots | HAS.ask | HAS.askLots,
  [WIRE.depth]: HAS.event | HAS.symbol | HAS.eventTime | HAS.first | HAS.last | HAS.bid | HAS.ask,
};

/** One stream of one instrument. */
interface Stream {
  readonly name: Uint8Array;
  readonly kind: number;
  /** With their quotes. */
  readonly event: Uint8Array;
  readonly symbol: Uint8Array;
  readonly idKey: number;
  /** Bits of {@link HAS}. */
  readonly needed: number;
  readonly instrument: number;
  readonly tickDecimals: number;
  readonly tickStep: number;
  readonly lotDecimals: number;
  readonly lotStep: number;
}

export class FrameScanner {
  readonly #reader = new ByteReader();
  readonly #streams = new Map<number, Stream>();

  constructor(instruments: readonly VenueInstrument[]) {
    for (const [index, { spec }] of instruments.entries()) {
      for (const stream of streamsOf(spec, index))
        this.#streams.set(hashOf(stream.name, 0, stream.name.length), stream);
    }
  }

  /** Fills the event and says true; or says false, and what is in the event means nothing. */
  scan(bytes: Uint8Array, event: WireEvent): boolean {
    const reader = this.#reader;
    const end = bytes.byteLength - 1;
    if (bytes[end] !== CLOSE) return false;
    reader.bytes = bytes;
    reader.at = 0;
    if (!reader.text(PREFIX)) return false;
    const stream = this.#stream(bytes, end);
    if (stream === undefined || !reader.text(DATA)) return false;
    const { kind } = stream;
    let has: number = HAS.nothing;
    for (;;) {
      const key = this.#key(bytes);
      if (key === UNKNOWN) return false;
      const found =
        kind === WIRE.depth
          ? this.#depth(key, stream, event)
          : kind === WIRE.quote
            ? this.#quote(key, stream, event)
            : this.#trade(key, stream, event);
      if (found === UNKNOWN || (has & found) !== 0) return false;
      has |= found;
      const next = bytes[reader.at++];
      if (next === COMMA) continue;
      if (next !== CLOSE) return false;
      break;
    }
    if (reader.at !== end || (has & stream.needed) !== stream.needed) return false;
    event.kind = kind;
    event.instrument = stream.instrument;
    if (kind === WIRE.trade) return event.price > 0 && event.quantity > 0;
    if ((has & HAS.eventTime) === 0) event.eventAtUs = 0;
    event.venueAtUs = event.eventAtUs;
    if (kind === WIRE.quote) return true;
    if ((has & HAS.previous) === 0) event.previousUpdateId = -1;
    return event.firstUpdateId <= event.lastUpdateId;
  }

  #stream(bytes: Uint8Array, end: number): Stream | undefined {
    const reader = this.#reader;
    const from = reader.at;
    let to = from;
    while (to < end && bytes[to] !== QUOTE) to++;
    const stream = this.#streams.get(hashOf(bytes, from, to));
    if (stream === undefined || stream.name.length !== to - from || !reader.text(stream.name)) return undefined;
    return stream;
  }

  /** A key of one or two letters and its colon. */
  #key(bytes: Uint8Array): number {
    const reader = this.#reader;
    let { at } = reader;
    if (bytes[at] !== QUOTE) return UNKNOWN;
    let key = bytes[at + 1]!;
    if (!isLetter(key)) return UNKNOWN;
    at += 2;
    if (bytes[at] !== QUOTE) {
      const second = bytes[at++]!;
      if (!isLetter(second)) return UNKNOWN;
      key = key * 256 + second;
    }
    if (bytes[at] !== QUOTE || bytes[at + 1] !== COLON) return UNKNOWN;
    reader.at = at + 2;
    return key;
  }

  #trade(key: number, stream: Stream, event: WireEvent): number {
    const reader = this.#reader;
    switch (key) {
      case KEY.p:
        event.price = reader.decimal(stream.tickDecimals, stream.tickStep);
        return event.price < 0 ? UNKNOWN : HAS.price;
      case KEY.q:
        event.quantity = reader.decimal(stream.lotDecimals, stream.lotStep);
        return event.quantity < 0 ? UNKNOWN : HAS.quantity;
      case stream.idKey:
        event.tradeId = reader.whole();
        return event.tradeId < 0 ? UNKNOWN : HAS.id;
      case KEY.T:
        event.venueAtUs = timeOf(reader.whole());
        return event.venueAtUs < 0 ? UNKNOWN : HAS.time;
      case KEY.m:
        event.buyerIsMaker = reader.text(TRUE);
        return event.buyerIsMaker || reader.text(FALSE) ? HAS.maker : UNKNOWN;
      case KEY.X:
        // Trades off the market, such as the insurance fund's, are left out; the checked path counts them.
        return reader.text(MARKET) ? HAS.type : UNKNOWN;
      default:
        return this.#common(key, stream, event);
    }
  }

  #quote(key: number, stream: Stream, event: WireEvent): number {
    const reader = this.#reader;
    switch (key) {
      case KEY.b:
        event.bidPrice = reader.decimal(stream.tickDecimals, stream.tickStep);
        return event.bidPrice < 0 ? UNKNOWN : HAS.bid;
      case KEY.B:
        event.bidQuantity = reader.decimal(stream.lotDecimals, stream.lotStep);
        return event.bidQuantity < 0 ? UNKNOWN : HAS.bidLots;
      case KEY.a:
        event.askPrice = reader.decimal(stream.tickDecimals, stream.tickStep);
        return event.askPrice < 0 ? UNKNOWN : HAS.ask;
      case KEY.A:
        event.askQuantity = reader.decimal(stream.lotDecimals, stream.lotStep);
        return event.askQuantity < 0 ? UNKNOWN : HAS.askLots;
      case KEY.u:
        event.updateId = reader.whole();
        return event.updateId < 0 ? UNKNOWN : HAS.id;
      default:
        return this.#common(key, stream, event);
    }
  }

  #depth(key: number, stream: Stream, event: WireEvent): number {
    const reader = this.#reader;
    switch (key) {
      case KEY.b:
        return this.#levels(stream, event.bids) ? HAS.bid : UNKNOWN;
      case KEY.a:
        return this.#levels(stream, event.asks) ? HAS.ask : UNKNOWN;
      case KEY.U:
        event.firstUpdateId = reader.whole();
        return event.firstUpdateId < 0 ? UNKNOWN : HAS.first;
      case KEY.u:
        event.lastUpdateId = reader.whole();
        return event.lastUpdateId < 0 ? UNKNOWN : HAS.last;
      case KEY.pu:
        event.previousUpdateId = reader.whole();
        return event.previousUpdateId < 0 || (stream.needed & HAS.previous) === 0 ? UNKNOWN : HAS.previous;
      default:
        return this.#common(key, stream, event);
    }
  }

  #common(key: number, stream: Stream, event: WireEvent): number {
    const reader = this.#reader;
    switch (key) {
      case KEY.e:
        return reader.text(stream.event) ? HAS.event : UNKNOWN;
      case KEY.E:
        event.eventAtUs = timeOf(reader.whole());
        return event.eventAtUs < 0 ? UNKNOWN : HAS.eventTime;
      case KEY.s:
        return reader.text(stream.symbol) ? HAS.symbol : UNKNOWN;
      default:
        return reader.skip() ? HAS.nothing : UNKNOWN;
    }
  }

  /** `[["61837.63","3.78"],…]`. */
  #levels(stream: Stream, into: LevelList): boolean {
    const reader = this.#reader;
    const { bytes } = reader;
    const { tickDecimals, tickStep, lotDecimals, lotStep } = stream;
    into.clear();
    if (bytes[reader.at++] !== OPEN_LIST) return false;
    if (bytes[reader.at] === CLOSE_LIST) {
      reader.at++;
      return true;
    }
    for (;;) {
      if (bytes[reader.at++] !== OPEN_LIST) return false;
      const price = reader.decimal(tickDecimals, tickStep);
      if (price <= 0 || bytes[reader.at++] !== COMMA) return false;
      const quantity = reader.decimal(lotDecimals, lotStep);
      if (quantity < 0 || bytes[reader.at++] !== CLOSE_LIST) return false;
      into.push(price, quantity);
      const next = bytes[reader.at++];
      if (next === CLOSE_LIST) return true;
      if (next !== COMMA) return false;
    }
  }
}

/** The streams of an instrument; none where its grid is finer than the checked path reads. */
function streamsOf(spec: InstrumentSpec, instrument: number): Stream[] {
  const tick = parseGrid(spec.tickSize);
  const lot = parseGrid(spec.lotSize);
  if (tick === undefined || lot === undefined || Math.max(tick.decimals, lot.decimals) > MOST_DECIMALS) return [];
  const stream = (suffix: string, kind: number, event: string): Stream => ({
    name: bytesOf(`${spec.venueSymbol.toLowerCase()}@${suffix}`),
    kind,
    event: bytesOf(`"${event}"`),
    symbol: bytesOf(`"${spec.venueSymbol}"`),
    idKey: event === 'aggTrade' ? KEY.a : KEY.t,
    needed: NEEDED[kind]! | (kind === WIRE.depth && spec.kind !== 'spot' ? HAS.previous : 0),
    instrument,
    tickDecimals: tick.decimals,
    tickStep: tick.step,
    lotDecimals: lot.decimals,
    lotStep: lot.step,
  });
  return [
    stream('trade', WIRE.trade, 'trade'),
    stream('aggTrade', WIRE.trade, 'aggTrade'),
    stream('bookTicker', WIRE.quote, 'bookTicker'),
    ...['depth', 'depth@100ms', 'depth@0ms'].map((suffix) => stream(suffix, WIRE.depth, 'depthUpdate')),
  ];
}

const isLetter = (byte: number): boolean => (byte | 32) >= 97 && (byte | 32) <= 122;

/** A time in ms as µs; −1 for what is no time of these years, and for other units. */
function timeOf(ms: number): number {
  return ms * 1000 >= EARLIEST_US && ms * 1000 < LATEST_US ? ms * 1000 : UNKNOWN;
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = -2128831035;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, 16_777_619);
  return hash;
}
