/** What a symbol did in the last 24 hours, from buckets of a minute. */
import type { PublicTrade } from '../model/port.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

interface Bucket {
  readonly minute: number;
  readonly open: number;
  high: number;
  low: number;
  close: number;
  closeLots: number;
  volume: number;
  worth: number;
  trades: number;
  readonly firstTradeId: number;
  lastTradeId: number;
}

/** Prices in ticks, volumes in lots, worths in tick-lots. */
export interface DayFigures {
  readonly openMs: number;
  readonly closeMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly last: number;
  readonly lastLots: number;
  /** The last price before the 24 hours; the first of them when there is none. */
  readonly previousClose: number;
  readonly volume: number;
  readonly worth: number;
  readonly trades: number;
  readonly firstTradeId: number;
  readonly lastTradeId: number;
}

export class RollingDay {
  #buckets: Bucket[] = [];
  #previousClose = 0;

  take({ atMs, priceTicks, lots, tradeId }: PublicTrade): void {
    const minute = Math.floor(atMs / MINUTE_MS);
    const last = this.#buckets.at(-1);
    if (last === undefined || minute > last.minute) {
      const prices = { open: priceTicks, high: priceTicks, low: priceTicks, close: priceTicks, closeLots: lots };
      const ids = { firstTradeId: tradeId, lastTradeId: tradeId };
      this.#forget(atMs);
      this.#buckets.push({ minute, ...prices, volume: lots, worth: priceTicks * lots, trades: 1, ...ids });
      return;
    }
    if (priceTicks > last.high) last.high = priceTicks;
    if (priceTicks < last.low) last.low = priceTicks;
    last.close = priceTicks;
    last.closeLots = lots;
    last.volume += lots;
    last.worth += priceTicks * lots;
    last.trades++;
    last.lastTradeId = tradeId;
  }

  /** Of the 24 hours up to `atMs`; undefined without a trade in them. */
  at(atMs: number): DayFigures | undefined {
    this.#forget(atMs);
    const first = this.#buckets[0];
    const last = this.#buckets.at(-1);
    if (first === undefined || last === undefined) return undefined;
    let { high, low } = first;
    let [volume, worth, trades] = [0, 0, 0];
    for (const bucket of this.#buckets) {
      high = Math.max(high, bucket.high);
      low = Math.min(low, bucket.low);
      volume += bucket.volume;
      worth += bucket.worth;
      trades += bucket.trades;
    }
    return {
      openMs: Math.max(atMs - DAY_MS, first.minute * MINUTE_MS),
      closeMs: atMs,
      ...{ open: first.open, high, low, last: last.close, lastLots: last.closeLots },
      previousClose: this.#previousClose === 0 ? first.open : this.#previousClose,
      ...{ volume, worth, trades, firstTradeId: first.firstTradeId, lastTradeId: last.lastTradeId },
    };
  }

  /** What is older than 24 hours goes, whether anybody asks for the figures or not. */
  #forget(atMs: number): void {
    const oldest = Math.floor((atMs - DAY_MS) / MINUTE_MS);
    while (this.#buckets.length > 0 && this.#buckets[0]!.minute < oldest)
      this.#previousClose = this.#buckets.shift()!.close;
  }
}
