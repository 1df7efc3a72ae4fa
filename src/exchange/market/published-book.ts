/** The book of one symbol as the venue shows it, with the numbers of its updates. */
import type { BookLevel, BookSide } from '../model/port.ts';

/** Levels of one side, best first. */
class Side {
  readonly #direction: 1 | -1;
  readonly prices: number[] = [];
  readonly lots: number[] = [];

  constructor(direction: 1 | -1) {
    this.#direction = direction;
  }

  set(price: number, lots: number): void {
    let low = 0;
    let high = this.prices.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.prices[middle]! - price) * this.#direction > 0) low = middle + 1;
      else high = middle;
    }
    if (this.prices[low] === price) {
      if (lots > 0) this.lots[low] = lots;
      else {
        this.prices.splice(low, 1);
        this.lots.splice(low, 1);
      }
    } else if (lots > 0) {
      this.prices.splice(low, 0, price);
      this.lots.splice(low, 0, lots);
    }
  }

  at(price: number): number {
    const index = this.prices.indexOf(price);
    return index < 0 ? 0 : this.lots[index]!;
  }
}

/** Zeros where a side is empty. */
export interface BestQuote {
  readonly bidTicks: number;
  readonly bidLots: number;
  readonly askTicks: number;
  readonly askLots: number;
}

export class PublishedBook {
  readonly #bids = new Side(1);
  readonly #asks = new Side(-1);
  /** Of the last change of any level. */
  updateId: number;

  constructor(firstUpdateId: number) {
    this.updateId = firstUpdateId;
  }

  set(side: BookSide, priceTicks: number, lots: number): void {
    this.#side(side).set(priceTicks, lots);
    this.updateId++;
  }

  lotsAt(side: BookSide, priceTicks: number): number {
    return this.#side(side).at(priceTicks);
  }

  levels(side: BookSide, most: number): BookLevel[] {
    const { prices, lots } = this.#side(side);
    return prices.slice(0, most).map((priceTicks, i) => ({ priceTicks, lots: lots[i]! }));
  }

  best(): BestQuote {
    const { prices: bids, lots: bidLots } = this.#bids;
    const { prices: asks, lots: askLots } = this.#asks;
    return { bidTicks: bids[0] ?? 0, bidLots: bidLots[0] ?? 0, askTicks: asks[0] ?? 0, askLots: askLots[0] ?? 0 };
  }

  #side(side: BookSide): Side {
    return side === 'bid' ? this.#bids : this.#asks;
  }
}
