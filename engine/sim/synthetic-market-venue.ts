/** One symbol of the synthetic venue: traders and market makers act on a real book around a hidden fair value. */
import type { Side } from '../domain/index.ts';
import { exp, log, tanh } from '../kernel/math.ts';
import { nextBelow, nextNormal, nextUnit } from '../kernel/prng.ts';
import { BookSide } from './synthetic-market-book.ts';
import type { FairValue } from './synthetic-market-regime.ts';
import type { SyntheticListing } from './synthetic-market-symbols.ts';

/** What the venue tells of one act: prices in ticks, quantities in lots, levels as flat pairs. */
export type VenueEvent =
  | {
      readonly kind: 'trade';
      readonly price: number;
      readonly quantity: number;
      readonly tradeId: number;
      readonly buyerIsMaker: boolean;
    }
  | {
      readonly kind: 'snapshot' | 'depth';
      readonly firstUpdateId: number;
      readonly lastUpdateId: number;
      readonly bids: readonly number[];
      readonly asks: readonly number[];
    }
  | {
      readonly kind: 'quote';
      readonly bidPrice: number;
      readonly bidQuantity: number;
      readonly askPrice: number;
      readonly askQuantity: number;
      readonly updateId: number;
    };

/** Levels a sweep may print through, and levels a side keeps whatever happens. */
const MAX_PRINTS = 6;
const MIN_LEVELS = 3;
/** Levels that may go at once when the market grows thin. */
const MAX_TRIM = 3;
/** Mean distance between levels as a share of price, the tick being its floor. */
const LEVEL_GAP_SHARE = 1.5e-5;

export class SyntheticVenue {
  readonly #fair: FairValue;
  readonly #listing: SyntheticListing;
  readonly #random: Int32Array;
  readonly #tick: number;
  readonly #lot: number;
  readonly #bids = new BookSide(1);
  readonly #asks = new BookSide(-1);
  #updateId: number;
  #tradeId: number;
  #bidPrice = 0;
  #bidQuantity = 0;
  #askPrice = 0;
  #askQuantity = 0;

  /** `tick` and `lot` are the grid steps of the listing as doubles. */
  constructor(listing: SyntheticListing, tick: number, lot: number, fair: FairValue, random: Int32Array) {
    this.#listing = listing;
    this.#tick = tick;
    this.#lot = lot;
    this.#fair = fair;
    this.#random = random;
    this.#updateId = 1_000_000 + nextBelow(random, 1_000_000);
    this.#tradeId = 1_000_000 + nextBelow(random, 1_000_000);
  }

  /** The whole book and its top, which open a feed. */
  open(): VenueEvent[] {
    const [bid, ask] = this.#wantedTouch();
    this.#bids.set(bid, this.#levelQuantity(1));
    this.#asks.set(ask, this.#levelQuantity(-1));
    this.#lengthen();
    this.#bids.takeChanges();
    this.#asks.takeChanges();
    const updateId = ++this.#updateId;
    const events: VenueEvent[] = [
      {
        kind: 'snapshot',
        firstUpdateId: updateId,
        lastUpdateId: updateId,
        bids: this.#bids.levels(),
        asks: this.#asks.levels(),
      },
    ];
    this.#quoteIfChanged(events);
    return events;
  }

  /** The whole book and its top as they are now, for a feed that lost them. */
  whole(): VenueEvent[] {
    const updateId = this.#updateId;
    const bids = this.#bids.levels();
    const asks = this.#asks.levels();
    const snapshot: VenueEvent = { kind: 'snapshot', firstUpdateId: updateId, lastUpdateId: updateId, bids, asks };
    this.#bidPrice = 0;
    const events = [snapshot];
    this.#quoteIfChanged(events);
    return events;
  }

  /**
   * One act of the market at the fair value's present: trades print first and at the touch, then come the
   * levels that changed, then the top of the book when it is another. The book is never crossed in between.
   */
  act(): VenueEvent[] {
    const events: VenueEvent[] = [];
    const [bid, ask] = this.#wantedTouch();
    this.#trade(bid, ask, events);
    this.#withdraw(this.#bids, bid, ask - bid);
    this.#withdraw(this.#asks, ask, ask - bid);
    this.#quoteTouch(bid, ask);
    for (let i = nextBelow(this.#random, 3); i > 0; i--) this.#churn();
    this.#lengthen();
    this.#shorten(this.#bids);
    this.#shorten(this.#asks);
    this.#tellChanges(events);
    this.#quoteIfChanged(events);
    return events;
  }

  /** Best prices that makers want to quote now: the fair value less and plus half a spread that breathes. */
  #wantedTouch(): [bid: number, ask: number] {
    const fair = this.#fair.price;
    const spread = fair * (this.#listing.spreadShare + this.#fair.extraSpread);
    const half = (spread / this.#tick) * (0.35 + 0.3 * nextUnit(this.#random));
    const bid = Math.max(1, Math.floor(fair / this.#tick - half));
    return [bid, Math.max(bid + 1, Math.ceil(fair / this.#tick + half))];
  }

  /** Traders who know the fair value take quotes that it has passed; the others trade with the flow. */
  #trade(bid: number, ask: number, events: VenueEvent[]): void {
    const { flow } = this.#fair;
    const informed: Side | 0 = this.#asks.priceAt(0) < bid ? 1 : this.#bids.priceAt(0) > ask ? -1 : 0;
    const eagerness = 0.22 + 0.12 * Math.min(3, Math.abs(flow));
    if (nextUnit(this.#random) > (informed === 0 ? eagerness : 0.6)) return;
    const side: Side = informed !== 0 ? informed : nextUnit(this.#random) < 0.5 + 0.32 * tanh(flow) ? 1 : -1;
    const worth =
      this.#listing.tradeWorth *
      (informed === 0 ? 1 : 3) *
      (0.4 + Math.min(3, Math.abs(flow))) *
      exp(nextNormal(this.#random));
    const limit = informed === 0 ? (side > 0 ? this.#asks : this.#bids).priceAt(0) : side > 0 ? bid : ask;
    this.#take(side, this.#lotsFor(worth), limit, events);
  }

  #take(side: Side, quantity: number, limit: number, events: VenueEvent[]): void {
    const book = side > 0 ? this.#asks : this.#bids;
    let left = quantity;
    for (let prints = 0; left > 0 && prints < MAX_PRINTS && book.size > MIN_LEVELS; prints++) {
      const price = book.priceAt(0);
      if (book.ahead(limit, price) > 0) return;
      const taken = Math.min(left, book.quantityAt(0));
      book.reduce(0, taken);
      left -= taken;
      events.push({ kind: 'trade', price, quantity: taken, tradeId: ++this.#tradeId, buyerIsMaker: side < 0 });
    }
  }

  /** Makers pull what is ahead of the touch they want by more than a third of the spread. */
  #withdraw(book: BookSide, wanted: number, spread: number): void {
    while (book.size > 0 && book.ahead(book.priceAt(0), wanted) > spread / 3) book.remove(0);
  }

  /** New quotes where the touch is farther out than wanted, never at or through the other side. */
  #quoteTouch(bid: number, ask: number): void {
    const slack = (ask - bid) / 3;
    const bids = this.#bids;
    const asks = this.#asks;
    const highest = asks.size > 0 ? asks.priceAt(0) - 1 : ask - 1;
    if (bids.size === 0 || bid - bids.priceAt(0) > slack) bids.set(Math.min(bid, highest), this.#levelQuantity(1));
    const lowest = bids.priceAt(0) + 1;
    if (asks.size === 0 || asks.priceAt(0) - ask > slack) asks.set(Math.max(ask, lowest), this.#levelQuantity(-1));
  }

  /** Somebody adds to, takes from or cancels a level somewhere; pressure thickens its own side. */
  #churn(): void {
    const random = this.#random;
    const bidSide = nextUnit(random) < 0.5;
    const book = bidSide ? this.#bids : this.#asks;
    const friendly = (bidSide ? 1 : -1) * this.#fair.flow;
    const index = Math.min(book.size - 1, Math.floor(this.#exponential() * 4));
    if (nextUnit(random) < 0.55 + 0.15 * tanh(friendly)) {
      const price = book.priceAt(index) - (bidSide ? 1 : -1) * nextBelow(random, this.#gap());
      if (price > 0) book.set(price, this.#levelQuantity(bidSide ? 1 : -1));
    } else if (book.size > MIN_LEVELS && index > 0 && nextUnit(random) < 0.4) {
      book.remove(index);
    } else if (book.quantityAt(index) > 1) {
      book.reduce(index, 1 + nextBelow(random, book.quantityAt(index) - 1));
    }
  }

  /** Adds levels behind the last one until each side has as many as the regime gives it. */
  #lengthen(): void {
    for (const [book, side] of [
      [this.#bids, 1],
      [this.#asks, -1],
    ] as const) {
      while (book.size < this.#fair.levels) {
        const price = book.priceAt(book.size - 1) - side * (1 + Math.floor(this.#exponential() * this.#gap()));
        if (price <= 0) break;
        book.set(price, this.#levelQuantity(side));
      }
    }
  }

  #shorten(book: BookSide): void {
    for (let i = 0; i < MAX_TRIM && book.size > this.#fair.levels + 4; i++) book.remove(book.size - 1);
  }

  #tellChanges(events: VenueEvent[]): void {
    const bids = this.#bids.takeChanges();
    const asks = this.#asks.takeChanges();
    const changes = (bids.length + asks.length) >> 1;
    if (changes === 0) return;
    const firstUpdateId = this.#updateId + 1;
    this.#updateId += changes;
    events.push({ kind: 'depth', firstUpdateId, lastUpdateId: this.#updateId, bids, asks });
  }

  #quoteIfChanged(events: VenueEvent[]): void {
    const bidPrice = this.#bids.priceAt(0);
    const bidQuantity = this.#bids.quantityAt(0);
    const askPrice = this.#asks.priceAt(0);
    const askQuantity = this.#asks.quantityAt(0);
    const samePrices = bidPrice === this.#bidPrice && askPrice === this.#askPrice;
    if (samePrices && bidQuantity === this.#bidQuantity && askQuantity === this.#askQuantity) return;
    this.#bidPrice = bidPrice;
    this.#bidQuantity = bidQuantity;
    this.#askPrice = askPrice;
    this.#askQuantity = askQuantity;
    events.push({ kind: 'quote', bidPrice, bidQuantity, askPrice, askQuantity, updateId: this.#updateId });
  }

  /** Lots of a new level; the side that pressure favours gets more. */
  #levelQuantity(side: Side): number {
    const favour = 1 + 0.4 * tanh(side * this.#fair.flow);
    const scatter = exp(0.7 * nextNormal(this.#random));
    return this.#lotsFor(this.#listing.levelWorth * this.#fair.depth * favour * scatter);
  }

  #lotsFor(worth: number): number {
    return Math.max(1, Math.round(worth / (this.#fair.price * this.#lot)));
  }

  /** Mean distance between levels in ticks, at least one. */
  #gap(): number {
    const share = LEVEL_GAP_SHARE + this.#fair.extraSpread / 6;
    return Math.max(1, Math.round((this.#fair.price * share) / this.#tick));
  }

  /** Exponentially distributed with mean one. */
  #exponential(): number {
    return -log(1 - nextUnit(this.#random));
  }
}
