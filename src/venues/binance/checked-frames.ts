/**
 * Frames by JSON.parse and with every check, as the importer reads recorded ones: the same frame gives the same numbers
 * live and imported. The scanner is faster and knows less: what it does not know comes here.
 */
import type { InstrumentKind } from '../../../engine/domain/index.ts';
import { DecimalReader } from '../../importers/decimals.ts';
import { FrameReader } from '../../importers/formats/frame-reader.ts';
import type { EventHandler, MarketEvent } from '../../importers/market-event.ts';
import { Quantiser, type ReadyEvent } from '../../importers/ready-event.ts';
import type { VenueInstrument } from '../venue-instrument.ts';
import { WIRE, type WireEvent } from '../wire-event.ts';

/**
 * read: the event is filled · ignored: understood, and nothing for us · ending: the venue is about to end this connection ·
 * anything else: why it does not read.
 */
export type FrameVerdict = 'read' | 'ignored' | 'ending' | Unreadable;

export interface Unreadable {
  readonly unreadable: string;
  /** Whose it is, where that is known: what it says is missing there. */
  readonly instrument: number | undefined;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

export class CheckedFrames implements EventHandler {
  readonly #kind: InstrumentKind;
  readonly #bySymbol: ReadonlyMap<string, Quantiser>;
  readonly #reader: FrameReader;
  #event: WireEvent | undefined;
  #verdict: FrameVerdict = 'ignored';

  constructor(kind: InstrumentKind, instruments: readonly VenueInstrument[]) {
    this.#kind = kind;
    this.#bySymbol = new Map(
      instruments.map(({ spec }, index) => [spec.venueSymbol, new Quantiser({ spec, index }, 0, 0, 0)]),
    );
    this.#reader = new FrameReader({ handler: this, decimals: new DecimalReader() });
  }

  frame(bytes: Uint8Array, event: WireEvent): FrameVerdict {
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch {
      return unreadable('the frame is no text');
    }
    return this.text(text, undefined, event);
  }

  /** `symbol` is that of the request, where the text is the answer to one. */
  text(text: string, symbol: string | undefined, event: WireEvent): FrameVerdict {
    this.#event = event;
    this.#verdict = 'ignored';
    const fault = this.#reader.read(text, { line: 0, receivedUs: 0, market: this.#kind, symbol });
    return fault === undefined ? this.#verdict : unreadable(fault);
  }

  event(read: MarketEvent): void {
    if (read.kind === 'reading') return;
    const quantiser = this.#bySymbol.get(read.symbol);
    if (quantiser === undefined) {
      this.#verdict = unreadable('it is of a symbol that was not asked for');
      return;
    }
    if (read.kind === 'depth' && read.previousUpdateId >= 0 !== (this.#kind !== 'spot')) {
      this.#verdict = unreadable('its update ids are not those of this market');
      return;
    }
    const ready = quantiser.convert(read);
    if (ready === undefined) this.#verdict = unreadable(quantiser.fault, quantiser.index);
    else if (this.#event !== undefined) {
      fill(this.#event, ready, read.eventUs ?? 0);
      this.#verdict = 'read';
    }
  }

  bad(_line: number, reason: string): void {
    this.#verdict = unreadable(reason);
  }

  ignore(kind: string): void {
    this.#verdict = kind === 'serverShutdown' ? 'ending' : 'ignored';
  }
}

function unreadable(why: string, instrument?: number): Unreadable {
  return { unreadable: why, instrument };
}

function fill(event: WireEvent, ready: ReadyEvent, eventAtUs: number): void {
  event.instrument = ready.instrument;
  event.eventAtUs = eventAtUs;
  event.venueAtUs = ready.venueAtUs;
  switch (ready.kind) {
    case 'trade':
      event.kind = WIRE.trade;
      event.price = ready.price;
      event.quantity = ready.quantity;
      event.tradeId = ready.tradeId;
      event.buyerIsMaker = ready.buyerIsMaker;
      return;
    case 'quote':
      event.kind = WIRE.quote;
      event.bidPrice = ready.bidPrice;
      event.bidQuantity = ready.bidQuantity;
      event.askPrice = ready.askPrice;
      event.askQuantity = ready.askQuantity;
      event.updateId = ready.updateId;
      return;
    case 'depth':
    case 'snapshot':
      event.kind = ready.kind === 'depth' ? WIRE.depth : WIRE.snapshot;
      event.firstUpdateId = ready.firstUpdateId;
      event.lastUpdateId = ready.lastUpdateId;
      event.previousUpdateId = ready.previousUpdateId;
      event.bids.clear();
      event.asks.clear();
      for (let i = 0; i < ready.bids.length; i += 2) event.bids.push(ready.bids[i]!, ready.bids[i + 1]!);
      for (let i = 0; i < ready.asks.length; i += 2) event.asks.push(ready.asks[i]!, ready.asks[i + 1]!);
      return;
    case 'bar':
      event.kind = WIRE.none;
  }
}
