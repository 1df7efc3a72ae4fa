/** The changes of a book, collected over an interval and told as one event that follows on the one before. */

import type { BookSide } from '../model/port.ts';
import { changedText, type DepthChange } from './frames.ts';
import type { Listing } from './listing.ts';
import type { Topic } from './topic.ts';

export class DepthStream {
  readonly topic: Topic;
  /** 0 is after every act of the market. */
  readonly everyMs: number;
  readonly #listing: Listing;
  readonly #bids = new Set<number>();
  readonly #asks = new Set<number>();
  #lastUpdateId = 0;

  constructor(listing: Listing, topic: Topic, everyMs: number) {
    this.topic = topic;
    this.everyMs = everyMs;
    this.#listing = listing;
    topic.onHeard = () => {
      this.#bids.clear();
      this.#asks.clear();
      this.#lastUpdateId = listing.book.updateId;
    };
  }

  /** A level has changed. */
  touch(side: BookSide, priceTicks: number): void {
    if (this.topic.isHeard) (side === 'bid' ? this.#bids : this.#asks).add(priceTicks);
  }

  /** What has changed since the last time; undefined when nothing has. */
  take(): DepthChange | undefined {
    const { updateId } = this.#listing.book;
    if (updateId === this.#lastUpdateId) return undefined;
    const previousUpdateId = this.#lastUpdateId;
    const change = {
      firstUpdateId: previousUpdateId + 1,
      lastUpdateId: updateId,
      previousUpdateId,
      bids: changedText(this.#listing, 'bid', this.#bids),
      asks: changedText(this.#listing, 'ask', this.#asks),
    };
    this.#lastUpdateId = updateId;
    this.#bids.clear();
    this.#asks.clear();
    return change;
  }
}
