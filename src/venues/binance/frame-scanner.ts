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
import { ByteReader, FALSE, KnownText, TRUE } from './byte-reader.ts';

const COMMA = 44;
const QUOTE = 34;
const COLON = 58;
const CLOSE = 125;
/** `"x":`, without the letter. */
const KEY_FORM = 0x3a220022;
const KEY_MASK = 0xffff00ff | 0;
/** `","` and a byte that is looked at later, between price and quantity. */
const BETWEEN = 0x222c22;
const THREE_BYTES = 0xffffff;

const NO_LEVELS = new KnownText('[]');
const FIRST_LEVEL = new KnownText('[["');
const NEXT_LEVEL = new KnownText('],["');
const LAST_LEVEL = new KnownText(']]');
const MARKET = new KnownText('"MARKET"');
/** Where a stream's name begins in a frame, and how much of what follows tells streams apart. */
const NAME_AT = 11;
const HASHED_BYTES = 16;

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

/** Where the reader puts numbers. */
const [EVENT_TIME, TIME, ID, PRICE, QUANTITY, BID, BID_LOTS, ASK, ASK_LOTS, FIRST, LAST, PREVIOUS] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
] as const;

/** One stream of one instrument. */
interface Stream {
  /** All that comes before the first field. */
  readonly head: KnownText;
  readonly kind: number;
  /** With their quotes. */
  readonly event: KnownText;
  readonly symbol: KnownText;
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
  readonly #streams = new Map<number, Stream[]>();
  #last: Stream | undefined;

  constructor(instruments: readonly VenueInstrument[]) {
    for (const [index, { spec }] of instruments.entries()) {
      for (const [head, stream] of streamsOf(spec, index)) {
        const bytes = new TextEncoder().encode(head);
        const hash = hashAt(new DataView(bytes.buffer), NAME_AT);
        this.#streams.set(hash, [...(this.#streams.get(hash) ?? []), stream]);
      }
    }
  }

  /** Fills the event and says true; or says false, and what is in the event means nothing. */
  scan(bytes: Uint8Array, event: WireEvent): boolean {
    const reader = this.#reader;
    reader.open(bytes);
    const last = reader.end - 1;
    const stream = bytes.byteLength < NAME_AT + HASHED_BYTES ? undefined : this.#stream();
    if (stream === undefined || reader.view.getUint8(last) !== CLOSE) return false;
    const { kind } = stream;
    let has: number = HAS.nothing;
    for (;;) {
      const key = keyOf(reader);
      if (key === UNKNOWN) return false;
      const found =
        kind === WIRE.depth
          ? depthField(reader, key, stream, event)
          : kind === WIRE.quote
            ? quoteField(reader, key, stream)
            : tradeField(reader, key, stream, event);
      if (found === UNKNOWN || (has & found) !== 0) return false;
      has |= found;
      const next = reader.byte();
      if (next === COMMA) continue;
      if (next !== CLOSE) return false;
      break;
    }
    if (reader.at !== last || (has & stream.needed) !== stream.needed) return false;
    if ((has & HAS.eventTime) === 0) reader.numbers[EVENT_TIME] = 0;
    if ((has & HAS.previous) === 0) reader.numbers[PREVIOUS] = -1;
    event.kind = kind;
    event.instrument = stream.instrument;
    return finish(event, reader.numbers);
  }

  #stream(): Stream | undefined {
    const reader = this.#reader;
    // Frames come in bursts of one stream.
    if (this.#last !== undefined && reader.text(this.#last.head)) return this.#last;
    const candidates = this.#streams.get(hashAt(reader.view, reader.at + NAME_AT));
    if (candidates === undefined) return undefined;
    for (let i = 0; i < candidates.length; i++) {
      if (!reader.text(candidates[i]!.head)) continue;
      this.#last = candidates[i];
      return this.#last;
    }
    return undefined;
  }
}

/** A key of one or two letters and its colon. */
function keyOf(reader: ByteReader): number {
  const { view, at } = reader;
  if (at + 5 > reader.end) return UNKNOWN;
  const word = view.getInt32(at, true);
  const key = (word >>> 8) & 255;
  if ((word & KEY_MASK) === KEY_FORM) {
    reader.at = at + 4;
    return key;
  }
  const second = (word >>> 16) & 255;
  const isKey = (word & 255) === QUOTE && word >>> 24 === QUOTE && view.getUint8(at + 4) === COLON;
  if (!isKey || !isLetter(key) || !isLetter(second)) return UNKNOWN;
  reader.at = at + 5;
  return key * 256 + second;
}

function tradeField(reader: ByteReader, key: number, stream: Stream, event: WireEvent): number {
  switch (key) {
    case KEY.p:
      return price(reader, PRICE, stream) ? HAS.price : UNKNOWN;
    case KEY.q:
      return quantity(reader, QUANTITY, stream) ? HAS.quantity : UNKNOWN;
    case KEY.T:
      return time(reader, TIME) ? HAS.time : UNKNOWN;
    case KEY.m:
      event.buyerIsMaker = reader.text(TRUE);
      return event.buyerIsMaker || reader.text(FALSE) ? HAS.maker : UNKNOWN;
    case KEY.X:
      // Trades off the market, such as the insurance fund's, are left out; the checked path counts them.
      return reader.text(MARKET) ? HAS.type : UNKNOWN;
    default:
      if (key === stream.idKey) return reader.whole(ID) ? HAS.id : UNKNOWN;
      return commonField(reader, key, stream);
  }
}

function quoteField(reader: ByteReader, key: number, stream: Stream): number {
  switch (key) {
    case KEY.b:
      return price(reader, BID, stream) ? HAS.bid : UNKNOWN;
    case KEY.B:
      return quantity(reader, BID_LOTS, stream) ? HAS.bidLots : UNKNOWN;
    case KEY.a:
      return price(reader, ASK, stream) ? HAS.ask : UNKNOWN;
    case KEY.A:
      return quantity(reader, ASK_LOTS, stream) ? HAS.askLots : UNKNOWN;
    case KEY.u:
      return reader.whole(ID) ? HAS.id : UNKNOWN;
    default:
      return commonField(reader, key, stream);
  }
}

function depthField(reader: ByteReader, key: number, stream: Stream, event: WireEvent): number {
  switch (key) {
    case KEY.b:
      return levels(reader, stream, event.bids) ? HAS.bid : UNKNOWN;
    case KEY.a:
      return levels(reader, stream, event.asks) ? HAS.ask : UNKNOWN;
    case KEY.U:
      return reader.whole(FIRST) ? HAS.first : UNKNOWN;
    case KEY.u:
      return reader.whole(LAST) ? HAS.last : UNKNOWN;
    case KEY.pu:
      return (stream.needed & HAS.previous) !== 0 && reader.whole(PREVIOUS) ? HAS.previous : UNKNOWN;
    default:
      return commonField(reader, key, stream);
  }
}

function commonField(reader: ByteReader, key: number, stream: Stream): number {
  switch (key) {
    case KEY.e:
      return reader.text(stream.event) ? HAS.event : UNKNOWN;
    case KEY.E:
      return time(reader, EVENT_TIME) ? HAS.eventTime : UNKNOWN;
    case KEY.s:
      return reader.text(stream.symbol) ? HAS.symbol : UNKNOWN;
    default:
      return (key > 255 || isLetter(key)) && reader.skip() ? HAS.nothing : UNKNOWN;
  }
}

/** `[["61837.63","3.78"],…]`. */
function levels(reader: ByteReader, stream: Stream, into: LevelList): boolean {
  const { view, end, numbers } = reader;
  const { tickDecimals, tickStep, lotDecimals, lotStep } = stream;
  into.clear();
  if (reader.text(NO_LEVELS)) return true;
  if (!reader.text(FIRST_LEVEL)) return false;
  for (;;) {
    if (!reader.decimal(PRICE, tickDecimals, tickStep)) return false;
    // The quote behind the price has been passed.
    const { at } = reader;
    if (at + 3 > end || (view.getInt32(at - 1, true) & THREE_BYTES) !== BETWEEN) return false;
    reader.at = at + 2;
    if (!reader.decimal(QUANTITY, lotDecimals, lotStep)) return false;
    if (numbers[PRICE] === 0) return false;
    into.push(numbers[PRICE]!, numbers[QUANTITY]!);
    if (!reader.text(NEXT_LEVEL)) return reader.text(LAST_LEVEL);
  }
}

function price(reader: ByteReader, slot: number, { tickDecimals, tickStep }: Stream): boolean {
  return reader.byte() === QUOTE && reader.decimal(slot, tickDecimals, tickStep);
}

function quantity(reader: ByteReader, slot: number, { lotDecimals, lotStep }: Stream): boolean {
  return reader.byte() === QUOTE && reader.decimal(slot, lotDecimals, lotStep);
}

/** A time in ms as µs; other units, and years that are not ours, are left to the checked path. */
function time(reader: ByteReader, slot: number): boolean {
  if (!reader.whole(slot)) return false;
  const us = reader.numbers[slot]! * 1000;
  reader.numbers[slot] = us;
  return us >= EARLIEST_US && us < LATEST_US;
}

/** Puts the numbers of a frame, all of whose fields have been read, where they belong. */
function finish(event: WireEvent, numbers: Float64Array): boolean {
  event.eventAtUs = numbers[EVENT_TIME]!;
  if (event.kind === WIRE.trade) {
    event.venueAtUs = numbers[TIME]!;
    event.price = numbers[PRICE]!;
    event.quantity = numbers[QUANTITY]!;
    event.tradeId = numbers[ID]!;
    return event.price > 0 && event.quantity > 0;
  }
  event.venueAtUs = numbers[EVENT_TIME]!;
  if (event.kind === WIRE.quote) {
    event.bidPrice = numbers[BID]!;
    event.bidQuantity = numbers[BID_LOTS]!;
    event.askPrice = numbers[ASK]!;
    event.askQuantity = numbers[ASK_LOTS]!;
    event.updateId = numbers[ID]!;
    return true;
  }
  event.firstUpdateId = numbers[FIRST]!;
  event.lastUpdateId = numbers[LAST]!;
  event.previousUpdateId = numbers[PREVIOUS]!;
  return event.firstUpdateId <= event.lastUpdateId;
}

/** The streams of an instrument by their heads; none where its grid is finer than the checked path reads. */
function streamsOf(spec: InstrumentSpec, instrument: number): Array<[head: string, stream: Stream]> {
  const tick = parseGrid(spec.tickSize);
  const lot = parseGrid(spec.lotSize);
  if (tick === undefined || lot === undefined || Math.max(tick.decimals, lot.decimals) > MOST_DECIMALS) return [];
  const stream = (suffix: string, kind: number, event: string): [string, Stream] => {
    const head = `{"stream":"${spec.venueSymbol.toLowerCase()}@${suffix}","data":{`;
    const grids = { tickDecimals: tick.decimals, tickStep: tick.step, lotDecimals: lot.decimals, lotStep: lot.step };
    const needed = NEEDED[kind]! | (kind === WIRE.depth && spec.kind !== 'spot' ? HAS.previous : 0);
    const idKey = event === 'aggTrade' ? KEY.a : KEY.t;
    const texts = { head: new KnownText(head), event: new KnownText(`"${event}"`) };
    return [
      head,
      { ...texts, kind, symbol: new KnownText(`"${spec.venueSymbol}"`), idKey, needed, instrument, ...grids },
    ];
  };
  return [
    stream('trade', WIRE.trade, 'trade'),
    stream('aggTrade', WIRE.trade, 'aggTrade'),
    stream('bookTicker', WIRE.quote, 'bookTicker'),
    ...['depth', 'depth@100ms', 'depth@0ms'].map((suffix) => stream(suffix, WIRE.depth, 'depthUpdate')),
  ];
}

const isLetter = (byte: number): boolean => (byte | 32) >= 97 && (byte | 32) <= 122;

/** Of the bytes from `at` on. */
function hashAt(view: DataView, at: number): number {
  let hash = view.getInt32(at, true);
  for (let i = 4; i < HASHED_BYTES; i += 4) hash = Math.imul(hash, 31) + view.getInt32(at + i, true);
  return hash | 0;
}
