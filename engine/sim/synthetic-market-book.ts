/** One side of the synthetic venue's own order book, which remembers what changed since it was last told. */
import { assert } from '../kernel/assert.ts';

/** Sorted price levels in ticks and lots, best first. `direction` is +1 for bids and −1 for asks. */
export class BookSide {
  readonly #direction: 1 | -1;
  readonly #prices: number[] = [];
  readonly #quantities: number[] = [];
  readonly #touched = new Set<number>();

  constructor(direction: 1 | -1) {
    this.#direction = direction;
  }

  get size(): number {
    return this.#prices.length;
  }

  /** Price of level `index`, 0 being the best. */
  priceAt(index: number): number {
    const price = this.#prices[index];
    assert(price !== undefined, `no book level ${index}`);
    return price;
  }

  quantityAt(index: number): number {
    const quantity = this.#quantities[index];
    assert(quantity !== undefined, `no book level ${index}`);
    return quantity;
  }

  /** How far `price` is from `other` on the way to a better price: positive when it would be ahead of it. */
  ahead(price: number, other: number): number {
    return (price - other) * this.#direction;
  }

  /** Puts a quantity at a price, new or not. */
  set(price: number, quantity: number): void {
    assert(Number.isSafeInteger(price) && price > 0, `book price ${price}`);
    assert(Number.isSafeInteger(quantity) && quantity > 0, `book quantity ${quantity}`);
    let at = 0;
    while (at < this.#prices.length && this.ahead(this.#prices[at]!, price) > 0) at++;
    this.#touched.add(price);
    if (this.#prices[at] === price) {
      this.#quantities[at] = quantity;
      return;
    }
    this.#prices.splice(at, 0, price);
    this.#quantities.splice(at, 0, quantity);
  }

  /** Takes `quantity` from level `index`, and the level itself when nothing is left. */
  reduce(index: number, quantity: number): void {
    const left = this.quantityAt(index) - quantity;
    assert(left >= 0 && quantity > 0, `book level cannot give ${quantity}`);
    if (left === 0) {
      this.remove(index);
      return;
    }
    this.#touched.add(this.priceAt(index));
    this.#quantities[index] = left;
  }

  remove(index: number): void {
    this.#touched.add(this.priceAt(index));
    this.#prices.splice(index, 1);
    this.#quantities.splice(index, 1);
  }

  /** The whole side as flat pairs of price and quantity. */
  levels(): number[] {
    return this.#prices.flatMap((price, i) => [price, this.#quantities[i]!]);
  }

  /** Levels touched since the last call as flat pairs, best price first; a quantity of 0 is a level that went. */
  takeChanges(): number[] {
    const prices = [...this.#touched].sort((a, b) => this.ahead(b, a));
    this.#touched.clear();
    return prices.flatMap((price) => [price, this.#quantities[this.#prices.indexOf(price)] ?? 0]);
  }
}
