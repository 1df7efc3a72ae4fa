/**
 * The book of one symbol: levels that the crowd displays, with the clients' resting orders in line among them. Whoever
 * takes goes through it by price, then by time; nothing here knows accounts or money.
 */
import type { BookLevel, BookSide } from './port.ts';
import type { Order, Side, SymbolState } from './state.ts';

interface Level {
  readonly ticks: number;
  crowd: number;
  /** By priority; what each has in front of it of the crowd never falls from one to the next. */
  readonly orders: Order[];
}

/** What a taker meets: an order with its lots, or the crowd. */
export type Meeting = (maker: Order | undefined, ticks: number, lots: number) => void;
/** Whether a resting order that is met trades, has changed or gone so that the line is to be looked at again, or ends the walk. */
export type Offer = (maker: Order, offered: number) => 'trade' | 'again' | 'stop';

export const sideOf = (side: Side): BookSide => (side === 'BUY' ? 'bid' : 'ask');
export const opposite = (side: BookSide): BookSide => (side === 'bid' ? 'ask' : 'bid');
export const remaining = (order: Order) => order.lots - order.filledLots - order.preventedLots;

/** One side. Prices stand in an array with the best last, so that what is taken comes off its end. */
class Half {
  readonly #levels = new Map<number, Level>();
  readonly #prices: number[] = [];
  /** Rises from the worst price to the best. */
  readonly #sign: 1 | -1;

  constructor(side: BookSide) {
    this.#sign = side === 'bid' ? 1 : -1;
  }

  get best(): Level | undefined {
    return this.#levels.get(this.#prices.at(-1) ?? Number.NaN);
  }

  /** From the best on. */
  *levels(): Generator<Level> {
    for (let i = this.#prices.length - 1; i >= 0; i--) yield this.#levels.get(this.#prices[i]!)!;
  }

  at(ticks: number): Level | undefined {
    return this.#levels.get(ticks);
  }

  make(ticks: number): Level {
    let level = this.#levels.get(ticks);
    if (level === undefined) {
      level = { ticks, crowd: 0, orders: [] };
      this.#levels.set(ticks, level);
      this.#prices.splice(this.#place(ticks), 0, ticks);
    }
    return level;
  }

  tidy(level: Level): void {
    if (level.crowd > 0 || level.orders.length > 0 || !this.#levels.delete(level.ticks)) return;
    this.#prices.splice(this.#place(level.ticks), 1);
  }

  isBetterOrEqual(a: number, b: number): boolean {
    return (a - b) * this.#sign >= 0;
  }

  #place(ticks: number): number {
    let from = 0;
    let to = this.#prices.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#prices[middle]! - ticks) * this.#sign < 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

export class Book {
  readonly #halves = { bid: new Half('bid'), ask: new Half('ask') };
  readonly #state: SymbolState;
  readonly #changed: (side: BookSide, ticks: number, lots: number) => void;

  /** The crowd's levels come from the state; orders are to be added by priority. */
  constructor(state: SymbolState, changed: (side: BookSide, ticks: number, lots: number) => void) {
    this.#state = state;
    this.#changed = changed;
    for (const [ticks, lots] of state.bids) this.#halves.bid.make(ticks).crowd = lots;
    for (const [ticks, lots] of state.asks) this.#halves.ask.make(ticks).crowd = lots;
  }

  bestTicks(side: BookSide): number | undefined {
    return this.#halves[side].best?.ticks;
  }

  /** Whether an order at this limit would trade at once. */
  wouldTake(side: Side, limitTicks: number): boolean {
    const best = this.bestTicks(opposite(sideOf(side)));
    return best !== undefined && (side === 'BUY' ? limitTicks >= best : limitTicks <= best);
  }

  levels(side: BookSide, most: number): BookLevel[] {
    const found: BookLevel[] = [];
    for (const level of this.#halves[side].levels()) {
      if (found.length >= most) break;
      found.push({ priceTicks: level.ticks, lots: total(level) });
    }
    return found;
  }

  /** A new order goes to the end of the line of its price; one of an earlier life keeps its place. */
  add(order: Order, isRestored = false): void {
    const side = sideOf(order.side);
    const level = this.#halves[side].make(order.priceTicks);
    if (!isRestored) order.ahead = level.crowd;
    order.resting = true;
    level.orders.push(order);
    if (!isRestored) this.#publish(side, level);
  }

  remove(order: Order): void {
    const side = sideOf(order.side);
    const level = this.#halves[side].at(order.priceTicks);
    const place = level?.orders.indexOf(order) ?? -1;
    if (level === undefined || place < 0) throw new Error(`order ${order.id} is not in the book`);
    level.orders.splice(place, 1);
    order.resting = false;
    this.#publish(side, level);
  }

  /** The quantity of an order in the book has changed. */
  refresh(order: Order): void {
    const level = this.#halves[sideOf(order.side)].at(order.priceTicks);
    if (level !== undefined) this.#publish(sideOf(order.side), level);
  }

  /** The crowd displays so much there from now on; what it takes away comes from the back of the line. */
  setCrowd(side: BookSide, ticks: number, lots: number): void {
    const half = this.#halves[side];
    const known = half.at(ticks);
    if (known === undefined && lots === 0) return;
    const level = known ?? half.make(ticks);
    if (level.crowd === lots) return;
    this.#setCrowd(side, level, lots);
    for (const order of level.orders) order.ahead = Math.min(order.ahead, lots);
    this.#publish(side, level);
  }

  crowdPrices(side: BookSide): number[] {
    return [...(side === 'bid' ? this.#state.bids : this.#state.asks).keys()];
  }

  /**
   * Best first, and within a price in the order in which it would be filled; at a limit or better. The limit is what keeps
   * a deep book from being walked through for every level of the crowd.
   */
  *resting(side: BookSide, limitTicks?: number): Generator<Order> {
    const half = this.#halves[side];
    for (const level of half.levels()) {
      if (limitTicks !== undefined && !half.isBetterOrEqual(level.ticks, limitTicks)) return;
      yield* level.orders;
    }
  }

  /**
   * Lots offered at a limit or better, as `verdict` has it of each resting order: counted, left out, or the end of what can
   * be had. Stops when there is enough.
   */
  available(
    side: BookSide,
    limitTicks: number | undefined,
    verdict: (order: Order) => 'counts' | 'left-out' | 'ends',
    enough: number,
  ): number {
    const half = this.#halves[side];
    let lots = 0;
    for (const level of half.levels()) {
      if (limitTicks !== undefined && !half.isBetterOrEqual(level.ticks, limitTicks)) break;
      for (const order of level.orders) {
        const says = verdict(order);
        if (says === 'ends') return lots + order.ahead;
        if (says === 'counts') lots += remaining(order);
      }
      lots += level.crowd;
      if (lots >= enough) break;
    }
    return lots;
  }

  /** What a level offers, from the best on, until `visit` says no. */
  walk(side: BookSide, visit: (ticks: number, lots: number) => boolean): void {
    for (const level of this.#halves[side].levels()) if (!visit(level.ticks, total(level))) return;
  }

  /**
   * Takes up to `lots` from one side at a limit or better. `want` (asked anew at each price) may say fewer; `offer` says
   * what of a resting order is taken; `meet` settles. Gives what was taken.
   */
  take(
    side: BookSide,
    lots: number,
    limitTicks: number | undefined,
    offer: Offer,
    meet: Meeting,
    want: (ticks: number, left: number) => number = (_, left) => left,
  ): number {
    const half = this.#halves[side];
    let left = lots;
    for (;;) {
      const level = half.best;
      if (level === undefined || left <= 0) break;
      if (limitTicks !== undefined && !half.isBetterOrEqual(level.ticks, limitTicks)) break;
      const wanted = Math.min(left, want(level.ticks, left));
      if (wanted <= 0) break;
      const taken = this.#takeLevel(side, level, wanted, offer, meet);
      left -= taken.lots;
      this.#publish(side, level);
      // A level that is still the best had more than was wanted.
      if (taken.ended || half.best === level) break;
    }
    return lots - left;
  }

  /** A trade of the crowd at one price: what is in line there, displayed quantity of the crowd included. */
  takeAt(side: BookSide, ticks: number, lots: number, offer: Offer, meet: Meeting): number {
    const level = this.#halves[side].at(ticks);
    if (level === undefined) return 0;
    const taken = this.#takeLevel(side, level, lots, offer, meet);
    this.#publish(side, level);
    return taken.lots;
  }

  #takeLevel(side: BookSide, level: Level, wanted: number, offer: Offer, meet: Meeting) {
    let left = wanted;
    while (left > 0) {
      const first = level.orders[0];
      const crowd = Math.min(left, first === undefined ? level.crowd : first.ahead);
      if (crowd > 0) {
        this.#setCrowd(side, level, level.crowd - crowd);
        for (const order of level.orders) order.ahead = Math.max(0, order.ahead - crowd);
        left -= crowd;
        meet(undefined, level.ticks, crowd);
        continue;
      }
      if (first === undefined) break;
      const offered = Math.min(left, remaining(first));
      const answer = offer(first, offered);
      if (answer === 'again') continue;
      if (answer === 'stop') return { lots: wanted - left, ended: true };
      left -= offered;
      meet(first, level.ticks, offered);
      if (remaining(first) <= 0 && level.orders[0] === first) {
        level.orders.shift();
        first.resting = false;
      }
    }
    return { lots: wanted - left, ended: false };
  }

  #setCrowd(side: BookSide, level: Level, lots: number): void {
    level.crowd = lots;
    const kept = side === 'bid' ? this.#state.bids : this.#state.asks;
    if (lots > 0) kept.set(level.ticks, lots);
    else kept.delete(level.ticks);
  }

  #publish(side: BookSide, level: Level): void {
    this.#changed(side, level.ticks, total(level));
    this.#halves[side].tidy(level);
  }
}

function total(level: Level): number {
  let lots = level.crowd;
  for (const order of level.orders) lots += remaining(order);
  return lots;
}
