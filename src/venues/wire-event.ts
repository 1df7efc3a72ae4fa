/** What a frame says, in ticks and lots: one object that every frame is read into, so that reading makes no garbage. */

/** Kinds of {@link WireEvent}. */
export const WIRE = { none: 0, trade: 1, quote: 2, depth: 3, snapshot: 4 } as const;

/** Flat pairs of price in ticks and quantity in lots. */
export class LevelList {
  #numbers = new Float64Array(512);
  #length = 0;

  clear(): void {
    this.#length = 0;
  }

  push(price: number, quantity: number): void {
    if (this.#length + 2 > this.#numbers.length) {
      const wider = new Float64Array(this.#numbers.length * 2);
      wider.set(this.#numbers);
      this.#numbers = wider;
    }
    this.#numbers[this.#length] = price;
    this.#numbers[this.#length + 1] = quantity;
    this.#length += 2;
  }

  /** Valid until the next frame. */
  flat(): Float64Array {
    return this.#numbers.subarray(0, this.#length);
  }
}

/** Fields of another kind keep what they held. */
export class WireEvent {
  kind: number = WIRE.none;
  instrument = 0;
  /** When the venue sent it, 0 where it does not say. */
  eventAtUs = 0;
  /** When it happened there, 0 where the venue does not say. */
  venueAtUs = 0;
  /** Of a trade. */
  price = 0;
  quantity = 0;
  tradeId = 0;
  buyerIsMaker = false;
  /** Of a quote; a side that is empty has price 0. */
  bidPrice = 0;
  bidQuantity = 0;
  askPrice = 0;
  askQuantity = 0;
  updateId = 0;
  /** Of a change of the book, or (all the same number) of a whole one. */
  firstUpdateId = 0;
  lastUpdateId = 0;
  /** Below zero on spot. */
  previousUpdateId = -1;
  readonly bids = new LevelList();
  readonly asks = new LevelList();
}
