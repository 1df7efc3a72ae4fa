/** The bar of one interval as it grows; each bar is told once more when it has closed. */

import { isDue } from './due.ts';
import { klineText } from './frames.ts';
import type { KlineInterval } from './intervals.ts';
import type { KlineSeries } from './klines.ts';
import type { Listing } from './listing.ts';
import type { Topic } from './topic.ts';

export class KlineStream {
  readonly topic: Topic;
  readonly #listing: Listing;
  readonly #interval: KlineInterval;
  readonly #series: KlineSeries;
  readonly #everyMs: number;
  #openMs = 0;
  #dueMs = 0;
  #toldTrades = -1;

  constructor(listing: Listing, interval: KlineInterval, topic: Topic, everyMs: number) {
    this.#listing = listing;
    this.#interval = interval;
    this.#series = listing.klines.get(interval)!;
    this.#everyMs = everyMs;
    this.topic = topic;
    topic.onHeard = () => {
      this.#openMs = 0;
      this.#dueMs = 0;
    };
  }

  tick(nowMs: number): void {
    if (!this.topic.isHeard) return;
    const bar = this.#series.advanceTo(nowMs);
    if (bar === undefined) return;
    if (this.#openMs !== 0 && bar.openMs > this.#openMs) {
      for (const closed of this.#series.between(this.#openMs, bar.openMs - 1, 100)) this.#tell(closed, true, nowMs);
      this.#toldTrades = -1;
    }
    this.#openMs = bar.openMs;
    if (!isDue({ dueMs: this.#dueMs, everyMs: this.#everyMs }, nowMs) || bar.trades === this.#toldTrades) return;
    this.#dueMs = nowMs + this.#everyMs;
    this.#toldTrades = bar.trades;
    this.#tell(bar, false, nowMs);
  }

  #tell(bar: Parameters<typeof klineText>[2], isClosed: boolean, nowMs: number): void {
    this.topic.publish(klineText(this.#listing, this.#interval, bar, isClosed, nowMs));
  }
}
