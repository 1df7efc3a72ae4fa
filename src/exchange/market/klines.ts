/** Klines of one symbol from its own trades, of every interval; an interval without trades has a flat bar. */
import type { PublicTrade } from '../model/port.ts';
import { KLINE_INTERVALS, type KlineInterval, nextOpenOf, openOf } from './intervals.ts';

/** Prices in ticks, volumes in lots, worths in tick-lots. */
export interface Kline {
  readonly openMs: number;
  readonly closeMs: number;
  readonly open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  worth: number;
  trades: number;
  takerBuyVolume: number;
  takerBuyWorth: number;
  /** −1 in a bar without trades, as the venue has it. */
  firstTradeId: number;
  lastTradeId: number;
}

/** Bars kept of each interval: more than one request may ask for. */
const KEPT = 2_000;

function flatBar(interval: KlineInterval, openMs: number, price: number): Kline {
  return {
    openMs,
    closeMs: nextOpenOf(interval, openMs) - 1,
    ...{ open: price, high: price, low: price, close: price },
    ...{ volume: 0, worth: 0, trades: 0, takerBuyVolume: 0, takerBuyWorth: 0, firstTradeId: -1, lastTradeId: -1 },
  };
}

export class KlineSeries {
  readonly interval: KlineInterval;
  #bars: Kline[] = [];

  constructor(interval: KlineInterval) {
    this.interval = interval;
  }

  get last(): Kline | undefined {
    return this.#bars.at(-1);
  }

  take(trade: PublicTrade): void {
    const bar = this.advanceTo(trade.atMs) ?? this.#open(openOf(this.interval, trade.atMs), trade.priceTicks);
    const { priceTicks, lots } = trade;
    if (bar.trades === 0) {
      // The bar opens with its first trade, not with the close before.
      this.#bars[this.#bars.length - 1] = this.#first(bar, trade);
      return;
    }
    if (priceTicks > bar.high) bar.high = priceTicks;
    if (priceTicks < bar.low) bar.low = priceTicks;
    bar.close = priceTicks;
    this.#count(bar, lots, priceTicks * lots, trade);
  }

  /** Opens the bars that have begun by `atMs`; the present one, or undefined before the first trade. Time never runs back. */
  advanceTo(atMs: number): Kline | undefined {
    let bar = this.last;
    while (bar !== undefined && atMs > bar.closeMs) bar = this.#open(bar.closeMs + 1, bar.close);
    return bar;
  }

  /** At most `limit` bars, oldest first: the newest of them, or those from `startMs` on. */
  between(startMs: number | undefined, endMs: number | undefined, limit: number): Kline[] {
    const found = this.#bars.filter(
      ({ openMs }) => openMs >= (startMs ?? 0) && openMs <= (endMs ?? Number.POSITIVE_INFINITY),
    );
    return startMs === undefined ? found.slice(-limit) : found.slice(0, limit);
  }

  #first(bar: Kline, { priceTicks, lots, ...rest }: PublicTrade): Kline {
    const opened = flatBar(this.interval, bar.openMs, priceTicks);
    opened.firstTradeId = rest.tradeId;
    this.#count(opened, lots, priceTicks * lots, { priceTicks, lots, ...rest });
    return opened;
  }

  #count(bar: Kline, lots: number, worth: number, trade: PublicTrade): void {
    bar.volume += lots;
    bar.worth += worth;
    bar.trades++;
    bar.lastTradeId = trade.tradeId;
    if (trade.buyerIsMaker) return;
    bar.takerBuyVolume += lots;
    bar.takerBuyWorth += worth;
  }

  #open(openMs: number, price: number): Kline {
    const bar = flatBar(this.interval, openMs, price);
    this.#bars.push(bar);
    if (this.#bars.length > 2 * KEPT) this.#bars = this.#bars.slice(-KEPT);
    return bar;
  }
}

/** All intervals of one symbol. */
export function allSeries(): ReadonlyMap<KlineInterval, KlineSeries> {
  return new Map(KLINE_INTERVALS.map((interval) => [interval, new KlineSeries(interval)]));
}
