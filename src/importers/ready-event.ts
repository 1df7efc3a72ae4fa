/** Events in ticks, lots and calibrated time: what the second pass merges and writes. */
import { type Grid, parseGrid, parseOnGrid, type ReadingSource } from '../../engine/domain/index.ts';
import { ImportError } from './import-error.ts';
import type { PlannedInstrument } from './instruments.ts';
import type { BarEvent, DepthEvent, MarketEvent, QuoteEvent, ReadingEvent, TradeEvent } from './market-event.ts';

interface ReadyBase {
  /** Place of the file in the import. */
  readonly file: number;
  readonly line: number;
  readonly instrument: number;
  /** Calibrated receive time, before it is made monotone. */
  readonly atUs: number;
  readonly venueAtUs: number;
}

export interface ReadyTrade extends ReadyBase {
  readonly kind: 'trade';
  readonly price: number;
  readonly quantity: number;
  readonly tradeId: number;
  readonly buyerIsMaker: boolean;
}

export interface ReadyQuote extends ReadyBase {
  readonly kind: 'quote';
  readonly bidPrice: number;
  readonly bidQuantity: number;
  readonly askPrice: number;
  readonly askQuantity: number;
  readonly updateId: number;
}

export interface ReadyDepth extends ReadyBase {
  readonly kind: 'depth' | 'snapshot';
  readonly firstUpdateId: number;
  readonly lastUpdateId: number;
  readonly previousUpdateId: number;
  readonly bids: readonly number[];
  readonly asks: readonly number[];
}

export interface ReadyBar extends ReadyBase {
  readonly kind: 'bar';
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly intervalUs: number;
  readonly tradeCount: number;
}

/** Of one instrument, or of all (`NO_INSTRUMENT`). */
export interface ReadyReading extends ReadyBase {
  readonly kind: 'reading';
  readonly source: ReadingSource;
  readonly value: number;
}

/** Whether an event is subject to the rules of depth. */
export function isDepth(event: ReadyEvent): event is ReadyDepth {
  return event.kind === 'depth' || event.kind === 'snapshot';
}

export type ReadyEvent = ReadyTrade | ReadyQuote | ReadyDepth | ReadyBar | ReadyReading;

/** What has prices and quantities. */
export type PricedEvent = Exclude<MarketEvent, ReadingEvent>;

/** Brings the events of one file and instrument onto its grids. Exact: a number that is off the grid is refused. */
export class Quantiser {
  /** Why the last event was refused. */
  fault = '';
  /** Quantities of the last event that had to be cut to whole lots. */
  cuts = 0;
  /** Levels of the last event that were left out because their price is off the tick. */
  strays = 0;
  readonly #instrument: Pick<PlannedInstrument, 'spec' | 'index'>;
  readonly index: number;
  readonly #tick: Grid;
  readonly #lot: Grid;
  readonly #file: number;
  readonly #offsetUs: number;
  readonly #barIntervalUs: number;

  constructor(
    instrument: Pick<PlannedInstrument, 'spec' | 'index'>,
    file: number,
    offsetUs: number,
    barIntervalUs: number,
  ) {
    const tick = parseGrid(instrument.spec.tickSize);
    const lot = parseGrid(instrument.spec.lotSize);
    if (tick === undefined || lot === undefined) {
      throw new ImportError(instrument.spec.symbol, undefined, 'tick or lot is no size');
    }
    this.#instrument = instrument;
    this.index = instrument.index;
    this.#tick = tick;
    this.#lot = lot;
    this.#file = file;
    this.#offsetUs = offsetUs;
    this.#barIntervalUs = barIntervalUs;
  }

  /** The event on the grids, or undefined when it is refused; {@link fault} tells why. */
  convert(event: PricedEvent): ReadyEvent | undefined {
    this.fault = '';
    this.cuts = 0;
    this.strays = 0;
    const ready = this.#convert(event);
    return this.fault === '' ? ready : undefined;
  }

  #convert(event: PricedEvent): ReadyEvent {
    switch (event.kind) {
      case 'trade':
        return this.#trade(event);
      case 'quote':
        return this.#quote(event);
      case 'depth':
      case 'snapshot':
        return this.#depth(event);
      case 'bar':
        return this.#bar(event);
    }
  }

  #trade(event: TradeEvent): ReadyTrade {
    return {
      kind: 'trade',
      file: this.#file,
      line: event.line,
      instrument: this.index,
      atUs: this.#atUs(event),
      venueAtUs: event.venueUs ?? this.#atUs(event),
      price: this.#price(event.price),
      quantity: this.#quantity(event.quantity),
      tradeId: event.tradeId,
      buyerIsMaker: event.buyerIsMaker,
    };
  }

  #quote(event: QuoteEvent): ReadyQuote {
    return {
      kind: 'quote',
      file: this.#file,
      line: event.line,
      instrument: this.index,
      atUs: this.#atUs(event),
      venueAtUs: event.venueUs ?? this.#atUs(event),
      bidPrice: this.#price(event.bidPrice),
      bidQuantity: this.#resting(event.bidQuantity),
      askPrice: this.#price(event.askPrice),
      askQuantity: this.#resting(event.askQuantity),
      updateId: event.updateId,
    };
  }

  #depth(event: DepthEvent): ReadyDepth {
    return {
      kind: event.kind,
      file: this.#file,
      line: event.line,
      instrument: this.index,
      atUs: this.#atUs(event),
      venueAtUs: event.venueUs ?? this.#atUs(event),
      firstUpdateId: event.firstUpdateId,
      lastUpdateId: event.lastUpdateId,
      previousUpdateId: event.previousUpdateId,
      bids: this.#levels(event.bids),
      asks: this.#levels(event.asks),
    };
  }

  /** A bar is known when it closes. */
  #bar(event: BarEvent): ReadyBar {
    return {
      kind: 'bar',
      file: this.#file,
      line: event.line,
      instrument: this.index,
      atUs: event.openUs + this.#barIntervalUs,
      venueAtUs: event.openUs,
      open: this.#price(event.open),
      high: this.#price(event.high),
      low: this.#price(event.low),
      close: this.#price(event.close),
      volume: this.#resting(event.volume),
      intervalUs: this.#barIntervalUs,
      tradeCount: event.tradeCount,
    };
  }

  /** The calibrated receive time; a time that is the venue's needs no calibration. */
  #atUs(event: PricedEvent): number {
    return event.recorded ? event.receivedUs + this.#offsetUs : event.receivedUs;
  }

  /** Levels off the tick are older than the tick itself, and far away: they are left out, and counted. */
  #levels(flat: readonly string[]): number[] {
    const levels: number[] = [];
    for (let i = 0; i < flat.length; i += 2) {
      const text = flat[i]!;
      const price = parseOnGrid(text, this.#tick);
      if (price !== undefined) levels.push(price, this.#resting(flat[i + 1]!));
      else if (cutToGrid(text, this.#tick) === undefined) this.#price(text);
      else this.strays++;
    }
    return levels;
  }

  #price(text: string): number {
    return parseOnGrid(text, this.#tick) ?? this.#refuse(`price ${text}`, `tick ${this.#instrument.spec.tickSize}`);
  }

  #quantity(text: string): number {
    return parseOnGrid(text, this.#lot) ?? this.#refuse(`quantity ${text}`, `lot ${this.#instrument.spec.lotSize}`);
  }

  /**
   * What lies in a book or was traded in a bar. A venue's lot grows over the years while old quantities stay,
   * so what is finer than the lot is cut off, down, and counted: nobody can trade it.
   */
  #resting(text: string): number {
    const exact = parseOnGrid(text, this.#lot);
    if (exact !== undefined) return exact;
    const cut = cutToGrid(text, this.#lot);
    if (cut === undefined) return this.#quantity(text);
    this.cuts++;
    return cut;
  }

  #refuse(what: string, grid: string): number {
    this.fault ||= `${what} is off the ${grid} of ${this.#instrument.spec.symbol}, or too large`;
    return 0;
  }
}

/** The whole number of grid steps in a plain decimal, rounded down; undefined when it is too large. */
export function cutToGrid(text: string, grid: Grid): number | undefined {
  const [whole = '', fraction = ''] = text.split('.');
  const units = BigInt(whole + fraction.slice(0, grid.decimals).padEnd(grid.decimals, '0'));
  const steps = Number(units / BigInt(grid.step));
  return Number.isSafeInteger(steps) ? steps : undefined;
}
