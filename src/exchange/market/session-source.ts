/** A recorded session as the crowd of an exchange: what was recorded happens again, at its own pace or another. */
import { AT, cursorOver, type InputCursor, type InstrumentSpec, RECORD } from '../../../engine/domain/index.ts';
import type { InputSource } from '../../../engine/index.ts';
import type { BookSide, CrowdLevel } from '../model/port.ts';
import { actOf } from './decode.ts';
import type { MarketAct, MarketSource, SourceInstrument } from './source.ts';
import { listed } from './synthetic-source.ts';

export interface SessionSourceOptions {
  readonly inputs: InputSource;
  readonly instruments: readonly InstrumentSpec[];
  /** Wall time at which the first input happens. */
  readonly startUs: number;
  /** 2 is twice as fast as it was. */
  readonly speed: number;
}

interface RecordedBook {
  readonly bid: Map<number, number>;
  readonly ask: Map<number, number>;
  /** Until a recording tells depth, its quotes are the book. */
  hasDepth: boolean;
}

export class SessionSource implements MarketSource {
  readonly instruments: readonly SourceInstrument[];
  readonly #inputs: InputSource;
  /** Number among the listed, by number in the session; −1 for what is not listed. */
  readonly #places: readonly number[];
  readonly #books: readonly RecordedBook[];
  readonly #cursor: InputCursor = cursorOver(new Uint8Array(8));
  readonly #startUs: number;
  readonly #speed: number;
  readonly #firstUs: number;
  #next = 0;
  /** Whole books that are told before the recording goes on. */
  #whole: MarketAct[] = [];
  #wholeAtUs = 0;

  constructor({ inputs, instruments, startUs, speed }: SessionSourceOptions) {
    const known = instruments.map(listed);
    this.instruments = known.filter((one) => one !== undefined);
    let place = 0;
    this.#places = known.map((one) => (one === undefined ? -1 : place++));
    this.#books = this.instruments.map(() => ({ bid: new Map(), ask: new Map(), hasDepth: false }));
    this.#inputs = inputs;
    this.#startUs = startUs;
    this.#speed = speed;
    this.#firstUs = inputs.count === 0 ? 0 : inputs.timeAt(0);
  }

  nextAtUs(): number {
    if (this.#whole.length > 0) return this.#wholeAtUs;
    if (this.#next >= this.#inputs.count) return Number.POSITIVE_INFINITY;
    return this.#startUs + (this.#inputs.timeAt(this.#next) - this.#firstUs) / this.#speed;
  }

  next(tradesOnly = false): MarketAct | undefined {
    const whole = this.#whole.shift();
    if (whole !== undefined) return whole;
    this.#inputs.seek(this.#next++, this.#cursor);
    // The books go on with what is not told.
    const act = this.#take();
    return tradesOnly && act?.kind === 'levels' ? undefined : act;
  }

  skipTo(atUs: number): void {
    this.#whole = [];
    while (this.nextAtUs() <= atUs) this.next();
    this.#wholeAtUs = atUs;
    this.#whole = this.#books.map(({ bid, ask }, instrument) => {
      const levels = [...levelsOf('bid', bid), ...levelsOf('ask', ask)];
      return { kind: 'levels', instrument, levels, isWhole: true };
    });
  }

  #take(): MarketAct | undefined {
    const { view, offset } = this.#cursor;
    const isQuote = view.getUint8(offset + AT.type) === RECORD.quote;
    const place = this.#places[view.getUint16(offset + AT.instrument, true)] ?? -1;
    const book = this.#books[place];
    if (book === undefined || (isQuote && book.hasDepth)) return undefined;
    const act = isQuote ? this.#quote(place) : actOf(this.#cursor);
    if (act?.kind !== 'levels') return act && { ...act, instrument: place };
    book.hasDepth ||= !isQuote;
    if (act.isWhole) {
      book.bid.clear();
      book.ask.clear();
    }
    for (const { side, priceTicks, lots } of act.levels) {
      if (lots === 0) book[side].delete(priceTicks);
      else book[side].set(priceTicks, lots);
    }
    return { ...act, instrument: place };
  }

  #quote(instrument: number): MarketAct {
    const { view, offset } = this.#cursor;
    const level = (side: BookSide, price: number, quantity: number): CrowdLevel => ({
      side,
      priceTicks: view.getFloat64(offset + price, true),
      lots: view.getFloat64(offset + quantity, true),
    });
    const levels = [level('bid', AT.bidPrice, AT.bidQuantity), level('ask', AT.askPrice, AT.askQuantity)];
    return { kind: 'levels', instrument, levels, isWhole: true };
  }
}

function* levelsOf(side: BookSide, levels: ReadonlyMap<number, number>): Generator<CrowdLevel> {
  for (const [priceTicks, lots] of levels) yield { side, priceTicks, lots };
}

/** Whether a recording has anything that an exchange can be made of; bars alone are not. */
export function hasMarket(inputs: InputSource): boolean {
  const cursor = cursorOver(new Uint8Array(8));
  const looked = Math.min(inputs.count, 10_000);
  for (let i = 0; i < looked; i++) {
    inputs.seek(i, cursor);
    const type = cursor.view.getUint8(cursor.offset + AT.type);
    if (type === RECORD.trade || type === RECORD.depth || type === RECORD.snapshot || type === RECORD.quote)
      return true;
  }
  return false;
}
