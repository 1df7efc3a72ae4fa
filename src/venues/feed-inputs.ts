/**
 * From what a venue tells to inputs of the engine: told twice is left out, books are asked for and kept whole, and what is
 * missing or cannot be true becomes a gap at once, so that nothing is decided on it.
 */
import { NO_INSTRUMENT } from '../../engine/domain/index.ts';
import { DEPTH } from '../../engine/index.ts';
import { BookMirror } from './book-mirror.ts';
import type { FeedSink } from './market-feed.ts';
import type { HttpGet } from './network.ts';
import type { Schedule } from './schedule.ts';
import { SnapshotDesk } from './snapshot-desk.ts';
import type { VenueInstrument } from './venue-instrument.ts';
import { WIRE, WireEvent } from './wire-event.ts';

/** What of a venue is needed to keep its books whole. */
export interface BookSource {
  readonly get: HttpGet;
  readonly schedule: Schedule;
  /** Where a whole book is asked for. */
  urlOf(instrument: number): string;
  /** Reads the answer. False when it is no book of the instrument. */
  readBook(instrument: number, body: string, event: WireEvent): boolean;
  /** Reads a message again that was held back. */
  readFrame(bytes: Uint8Array, event: WireEvent): boolean;
  /** Whether changes of the books come at the moment. */
  isOpen(): boolean;
  /** Something that may happen with every message. */
  trouble(text: string): void;
}

/** What was last heard of one instrument. */
class Heard {
  tradeId = -1;
  quoteId = -1;
  bidPrice = 0;
  bidQuantity = 0;
  askPrice = 0;
  askQuantity = 0;
  quoteAtUs = 0;
  depthAtUs = 0;
  /** A gap was told, and no quote or book since. */
  unknown = false;
  /** It has had a whole book before. */
  hadBook = false;

  /** Numbers of before say nothing about those that come. */
  forget(): void {
    this.tradeId = -1;
    this.quoteId = -1;
  }
}

export class FeedInputs {
  gaps = 0;
  resyncs = 0;
  duplicates = 0;
  readonly #instruments: readonly VenueInstrument[];
  readonly #source: BookSource;
  readonly #mirror: BookMirror;
  readonly #desk: SnapshotDesk;
  readonly #heard: readonly Heard[];
  readonly #book = new WireEvent();
  readonly #change = new WireEvent();
  #sink: FeedSink | undefined;
  /** The host takes nothing until {@link resync}. */
  #deaf = false;

  constructor(instruments: readonly VenueInstrument[], source: BookSource) {
    this.#instruments = instruments;
    this.#source = source;
    this.#mirror = new BookMirror(instruments.length);
    this.#heard = instruments.map(() => new Heard());
    const { get, schedule } = source;
    const desk = {
      get,
      schedule,
      urlOf: (i: number) => source.urlOf(i),
      read: (i: number, body: string) => (source.readBook(i, body, this.#book) ? this.#book.lastUpdateId : undefined),
      use: (i: number, held: readonly Uint8Array[]) => this.#useBook(i, held),
    };
    this.#desk = new SnapshotDesk(desk, instruments.length);
  }

  start(sink: FeedSink): void {
    this.#sink = sink;
  }

  stop(): void {
    this.#sink = undefined;
    this.#desk.dropAll();
  }

  /** The host takes inputs again: it has lost some, and knows it. */
  resync(): void {
    this.#deaf = false;
    this.#forgetAll();
  }

  wantAll(): void {
    for (let i = 0; i < this.#instruments.length; i++) this.#desk.want(i);
  }

  /** Nothing that was known is known to be true any more. */
  gapAll(): void {
    this.gaps++;
    this.#forgetAll();
    this.#sink?.encoder.gap(NO_INSTRUMENT, this.#source.schedule.nowUs(), 'disconnect');
    this.#accept();
  }

  /** Books of which the best price has moved on for so long while they themselves stand still. */
  lookAtStandstill(longestUs: number): void {
    for (const [i, { quoteAtUs, depthAtUs }] of this.#heard.entries()) {
      if (this.#mirror.isWhole(i) && quoteAtUs - depthAtUs >= longestUs) this.#break(i, 'its book stands still');
    }
  }

  /** A message about it did not read. */
  doubt(instrument: number): void {
    if (this.#sink !== undefined && !this.#heard[instrument]!.unknown)
      this.#break(instrument, 'a message does not read');
  }

  /** @returns false for what was told before: it is no sign that the venue still speaks. */
  take(event: WireEvent, bytes: Uint8Array, nowUs: number): boolean {
    if (this.#deaf || this.#sink === undefined) return true;
    const before = this.duplicates;
    if (event.kind === WIRE.trade) this.#trade(this.#sink, event);
    else if (event.kind === WIRE.quote) this.#quote(this.#sink, event, nowUs);
    else this.#depth(this.#sink, event, bytes, nowUs);
    return this.duplicates === before;
  }

  #forgetAll(): void {
    this.#desk.dropAll();
    for (const [i, heard] of this.#heard.entries()) {
      heard.forget();
      this.#mirror.forget(i);
    }
  }

  /** Something is missing in an instrument, or cannot be true: its book is asked for anew. */
  #break(instrument: number, why: string): void {
    this.gaps++;
    this.#heard[instrument]!.unknown = true;
    this.#mirror.forget(instrument);
    this.#sink?.encoder.gap(instrument, this.#source.schedule.nowUs(), 'sequence');
    this.#accept();
    if (this.#source.isOpen()) this.#desk.want(instrument);
    this.#source.trouble(`${this.#instruments[instrument]!.spec.symbol}: ${why}, the book is asked for anew`);
  }

  #accept(): boolean {
    if (this.#sink === undefined || this.#deaf) return false;
    this.#deaf = !this.#sink.accept();
    return !this.#deaf;
  }

  #trade(sink: FeedSink, event: WireEvent): void {
    const heard = this.#heard[event.instrument]!;
    if (event.tradeId <= heard.tradeId) {
      this.duplicates++;
      return;
    }
    heard.tradeId = event.tradeId;
    const { instrument, venueAtUs, price, quantity, tradeId, buyerIsMaker } = event;
    sink.encoder.trade(instrument, venueAtUs, price, quantity, tradeId, buyerIsMaker);
    this.#accept();
  }

  #quote(sink: FeedSink, event: WireEvent, nowUs: number): void {
    const { instrument, updateId, bidPrice, bidQuantity, askPrice, askQuantity } = event;
    const heard = this.#heard[instrument]!;
    if (updateId <= heard.quoteId) {
      this.duplicates++;
      return;
    }
    heard.quoteId = updateId;
    heard.bidPrice = bidPrice;
    heard.bidQuantity = bidQuantity;
    heard.askPrice = askPrice;
    heard.askQuantity = askQuantity;
    heard.quoteAtUs = nowUs;
    if (bidPrice > 0 && askPrice > 0 && bidPrice >= askPrice) {
      this.#break(instrument, 'its quote is crossed');
      return;
    }
    if (this.#contradicts(instrument, heard)) {
      this.#break(instrument, 'its quote is not that of its book');
      return;
    }
    heard.unknown = false;
    sink.encoder.quote(instrument, event.venueAtUs || nowUs, bidPrice, bidQuantity, askPrice, askQuantity, updateId);
    this.#accept();
  }

  /** Whether the last quote is of the same update as the book, and says otherwise. */
  #contradicts(instrument: number, heard: Heard): boolean {
    const mirror = this.#mirror;
    if (mirror.lastUpdateId(instrument) !== heard.quoteId || !mirror.isWhole(instrument)) return false;
    return !(
      mirror.hasBest(instrument, 0, heard.bidPrice, heard.bidQuantity) &&
      mirror.hasBest(instrument, 1, heard.askPrice, heard.askQuantity)
    );
  }

  #depth(sink: FeedSink, event: WireEvent, bytes: Uint8Array, nowUs: number): void {
    const { instrument } = event;
    const heard = this.#heard[instrument]!;
    heard.depthAtUs = nowUs;
    if (this.#desk.isWanted(instrument)) {
      this.#desk.hold(instrument, bytes, event);
      return;
    }
    const mirror = this.#mirror;
    const { firstUpdateId, lastUpdateId, previousUpdateId } = event;
    if (mirror.isUnderWay(instrument) && lastUpdateId <= mirror.lastUpdateId(instrument)) {
      if (mirror.isWhole(instrument)) this.duplicates++;
      return;
    }
    const { encoder } = sink;
    const atUs = event.venueAtUs || nowUs;
    const [bids, asks] = [event.bids.flat(), event.asks.flat()];
    encoder.depth(instrument, atUs, firstUpdateId, lastUpdateId, previousUpdateId, bids, asks, false);
    const result = mirror.change(instrument, encoder.bytes());
    if (result === DEPTH.gapped) {
      this.#break(instrument, 'a change is missing');
      this.#desk.hold(instrument, bytes, event);
    } else if (result === DEPTH.applied) {
      if (mirror.isCrossed(instrument)) this.#break(instrument, 'its book is crossed');
      else if (this.#contradicts(instrument, heard)) this.#break(instrument, 'its book is not that of its quote');
      else this.#accept();
    }
  }

  #useBook(instrument: number, held: readonly Uint8Array[]): void {
    if (this.#sink === undefined) return;
    const { encoder } = this.#sink;
    const { venueAtUs, lastUpdateId, bids, asks } = this.#book;
    const nowUs = this.#source.schedule.nowUs();
    const atUs = venueAtUs || nowUs;
    encoder.depth(instrument, atUs, lastUpdateId, lastUpdateId, -1, bids.flat(), asks.flat(), true);
    this.#mirror.replace(instrument, encoder.bytes());
    if (this.#mirror.isCrossed(instrument)) {
      this.#break(instrument, 'the book that was asked for is crossed');
      return;
    }
    if (!this.#accept()) return;
    const heard = this.#heard[instrument]!;
    if (heard.hadBook) this.resyncs++;
    heard.hadBook = true;
    heard.unknown = false;
    heard.depthAtUs = nowUs;
    for (const bytes of held) {
      if (this.#source.readFrame(bytes, this.#change)) this.take(this.#change, bytes, nowUs);
    }
  }
}
