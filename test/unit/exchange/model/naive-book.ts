/** A book that knows nothing of levels or queues: a list of what was offered, in the order of time. */

export interface Offer {
  /** Undefined for the crowd. */
  readonly order: string | undefined;
  readonly side: 'BUY' | 'SELL';
  readonly price: number;
  lots: number;
}

export interface NaiveTrade {
  readonly price: number;
  readonly lots: number;
  readonly maker: string | undefined;
  readonly taker: string | undefined;
}

/** A fault to be noticed: who comes last is served first. */
export type Flaw = 'newest-first' | undefined;

export class NaiveBook {
  readonly offers: Offer[] = [];
  readonly trades: NaiveTrade[] = [];
  readonly #flaw: Flaw;
  #isFresh = true;

  constructor(flaw: Flaw = undefined) {
    this.#flaw = flaw;
  }

  total(side: 'BUY' | 'SELL', price: number): number {
    return this.offers
      .filter((one) => one.side === side && one.price === price)
      .reduce((sum, { lots }) => sum + lots, 0);
  }

  offered(side: 'BUY' | 'SELL', limit: number): number {
    return this.#line(side, limit).reduce((sum, { lots }) => sum + lots, 0);
  }

  /** Takes what it can, at a limit or better; gives what is left. */
  take(order: string, side: 'BUY' | 'SELL', lots: number, limit: number): number {
    let left = lots;
    for (const offer of this.#line(side === 'BUY' ? 'SELL' : 'BUY', limit)) {
      if (left === 0) break;
      left -= this.#trade(offer, left, order);
    }
    return left;
  }

  rest(order: string, side: 'BUY' | 'SELL', lots: number, price: number): void {
    this.offers.push({ order, side, price, lots });
  }

  cancel(order: string): void {
    for (const offer of this.offers) if (offer.order === order) offer.lots = 0;
    this.#tidy();
  }

  crowdLevel(side: 'BUY' | 'SELL', price: number, lots: number): void {
    let left = lots;
    for (const offer of this.#line(side === 'BUY' ? 'SELL' : 'BUY', price)) {
      if (offer.order !== undefined && left > 0) left -= this.#trade(offer, left, undefined);
    }
    const mine = this.offers.filter((one) => one.order === undefined && one.side === side && one.price === price);
    let have = mine.reduce((sum, one) => sum + one.lots, 0);
    if (left > have) this.offers.push({ order: undefined, side, price, lots: left - have });
    for (const offer of mine.reverse()) {
      const less = Math.max(0, Math.min(offer.lots, have - left));
      offer.lots -= less;
      have -= less;
    }
    this.#tidy();
  }

  crowdTrade(price: number, lots: number, buyerIsMaker: boolean): void {
    const side = buyerIsMaker ? 'BUY' : 'SELL';
    let left = lots;
    for (const offer of this.#line(side, price)) {
      if (left === 0 || (offer.price !== price && offer.order === undefined)) continue;
      left -= this.#trade(offer, left, undefined);
    }
    if (left > 0) this.trades.push({ price, lots: left, maker: undefined, taker: undefined });
  }

  #trade(offer: Offer, most: number, taker: string | undefined): number {
    const lots = Math.min(offer.lots, most);
    if (lots === 0) return 0;
    offer.lots -= lots;
    const last = this.#isFresh ? undefined : this.trades.at(-1);
    // What the crowd offered in pieces is one trade for whoever takes it in one go.
    if (last?.price === offer.price && last.maker === undefined && offer.order === undefined) {
      this.trades[this.trades.length - 1] = { ...last, lots: last.lots + lots };
    } else this.trades.push({ price: offer.price, lots, maker: offer.order, taker });
    this.#isFresh = false;
    this.#tidy();
    return lots;
  }

  /** A new act begins. */
  begin(): void {
    this.#isFresh = true;
  }

  #line(side: 'BUY' | 'SELL', limit: number): Offer[] {
    const sign = side === 'BUY' ? 1 : -1;
    const found = this.offers.filter((one) => one.side === side && (one.price - limit) * sign >= 0);
    const inTime = this.#flaw === 'newest-first' ? found.reverse() : found;
    return inTime
      .map((offer, i) => ({ offer, i }))
      .sort((a, b) => (b.offer.price - a.offer.price) * sign || a.i - b.i)
      .map(({ offer }) => offer);
  }

  #tidy(): void {
    for (let i = this.offers.length - 1; i >= 0; i--) if (this.offers[i]!.lots === 0) this.offers.splice(i, 1);
  }
}
