/** Every stream of one symbol: what is told at once, after an act of the market, and in intervals. */
import type { BookSide, PublicTrade } from '../model/port.ts';
import { DepthStream } from './depth-stream.ts';
import { isDue } from './due.ts';
import {
  aggregateText,
  averagePriceText,
  depthText,
  forceOrderText,
  type MarkFigures,
  markText,
  miniTickerText,
  partialDepthText,
  quoteText,
  tickerText,
  tradeText,
} from './frames.ts';
import { KLINE_INTERVALS } from './intervals.ts';
import { KlineStream } from './kline-stream.ts';
import type { Listing } from './listing.ts';
import type { BestQuote } from './published-book.ts';
import { Topic } from './topic.ts';

/** What the streams ask of the venue. */
export interface StreamFigures {
  averagePrice(listing: Listing): string;
  mark(listing: Listing): MarkFigures;
}

/** Streams of all symbols, into which each symbol's own go as well. */
export interface WildcardTopics {
  readonly quotes: Topic;
  readonly forceOrders: Topic;
}

interface Periodic {
  readonly topic: Topic;
  readonly everyMs: number;
  readonly publish: (nowMs: number) => void;
  dueMs: number;
}

const SECOND_MS = 1_000;
const DEPTH_MS = { spot: { '': 1_000, '@100ms': 100 }, usdm: { '': 250, '@0ms': 0, '@100ms': 100, '@500ms': 500 } };
const PARTIAL_LEVELS = [5, 10, 20];
const SPOT_KLINE_MS = 2_000;
const USDM_KLINE_MS = 250;

export class SymbolStreams {
  readonly listing: Listing;
  readonly topics: readonly Topic[];
  readonly #trade: Topic;
  readonly #aggregate: Topic;
  readonly #quote: Topic;
  readonly #forceOrder: Topic;
  readonly #depths: DepthStream[];
  readonly #klines: KlineStream[];
  readonly #periodic: Periodic[] = [];
  readonly #wildcards: WildcardTopics;
  #told: BestQuote = { bidTicks: 0, bidLots: 0, askTicks: 0, askLots: 0 };

  constructor(listing: Listing, figures: StreamFigures, wildcards: WildcardTopics) {
    this.listing = listing;
    this.#wildcards = wildcards;
    const { market } = listing;
    const name = listing.symbol.toLowerCase();
    this.#trade = new Topic(`${name}@trade`);
    this.#aggregate = new Topic(`${name}@aggTrade`);
    this.#quote = new Topic(`${name}@bookTicker`);
    this.#forceOrder = new Topic(`${name}@forceOrder`);
    this.#depths = Object.entries(DEPTH_MS[market]).map(
      ([suffix, everyMs]) => new DepthStream(listing, new Topic(`${name}@depth${suffix}`, 'depth'), everyMs),
    );
    this.#klines = KLINE_INTERVALS.filter((interval) => market === 'spot' || interval !== '1s').map((interval) => {
      const everyMs = market === 'usdm' ? USDM_KLINE_MS : interval === '1s' ? SECOND_MS : SPOT_KLINE_MS;
      return new KlineStream(listing, interval, new Topic(`${name}@kline_${interval}`), everyMs);
    });
    this.#addPartialDepths(name);
    this.#addFigures(name, figures);
    this.topics = [
      ...[this.#trade, this.#aggregate, this.#quote],
      ...(market === 'usdm' ? [this.#forceOrder] : []),
      ...[...this.#depths, ...this.#klines, ...this.#periodic].map(({ topic }) => topic),
    ];
  }

  trade(trade: PublicTrade, nowMs: number): void {
    if (this.#trade.isHeard) this.#trade.publish(tradeText(this.listing, trade, nowMs));
    this.#aggregated(this.listing.tape.take(trade), nowMs);
  }

  touch(side: BookSide, priceTicks: number): void {
    for (const depth of this.#depths) depth.touch(side, priceTicks);
  }

  /** An act of the market, or a client's, is over. */
  settle(nowMs: number): void {
    this.#aggregated(this.listing.tape.flush(), nowMs);
    for (const depth of this.#depths) if (depth.everyMs === 0) this.#tellDepth(depth, nowMs);
    this.#tellQuote(nowMs);
  }

  tick(nowMs: number): void {
    for (const kline of this.#klines) kline.tick(nowMs);
    for (const periodic of this.#periodic) {
      if (!isDue(periodic, nowMs)) continue;
      periodic.dueMs = (Math.floor(nowMs / periodic.everyMs) + 1) * periodic.everyMs;
      if (periodic.topic.isHeard) periodic.publish(nowMs);
    }
  }

  forceOrder(order: Parameters<typeof forceOrderText>[1], nowMs: number): void {
    const text = forceOrderText(this.listing, order, nowMs);
    this.#forceOrder.publish(text);
    this.#wildcards.forceOrders.publish(text);
  }

  #aggregated(trade: ReturnType<Listing['tape']['flush']>, nowMs: number): void {
    if (trade !== undefined && this.#aggregate.isHeard)
      this.#aggregate.publish(aggregateText(this.listing, trade, nowMs));
  }

  #tellDepth(depth: DepthStream, nowMs: number): void {
    if (!depth.topic.isHeard) return;
    const change = depth.take();
    if (change !== undefined) depth.topic.publish(depthText(this.listing, change, nowMs));
  }

  #tellQuote(nowMs: number): void {
    const { quotes } = this.#wildcards;
    if (!this.#quote.isHeard && !quotes.isHeard) return;
    const best = this.listing.book.best();
    const { bidTicks, bidLots, askTicks, askLots } = this.#told;
    if (
      best.bidTicks === bidTicks &&
      best.askTicks === askTicks &&
      best.bidLots === bidLots &&
      best.askLots === askLots
    )
      return;
    this.#told = best;
    // A book that is being made anew has a side without levels for a moment.
    if (best.bidTicks === 0 || best.askTicks === 0) return;
    const text = quoteText(this.listing, best, nowMs);
    this.#quote.publish(text);
    quotes.publish(text);
  }

  #add(topic: Topic, everyMs: number, publish: (nowMs: number) => void): void {
    this.#periodic.push({ topic, everyMs, publish, dueMs: 0 });
  }

  #addPartialDepths(name: string): void {
    for (const depth of this.#depths) {
      if (depth.everyMs > 0) this.#add(depth.topic, depth.everyMs, (nowMs) => this.#tellDepth(depth, nowMs));
    }
    for (const levels of PARTIAL_LEVELS) {
      for (const [suffix, everyMs] of Object.entries(DEPTH_MS[this.listing.market])) {
        if (everyMs === 0) continue;
        const topic = new Topic(`${name}@depth${levels}${suffix}`, 'depth');
        let previous = this.listing.book.updateId;
        this.#add(topic, everyMs, (nowMs) => {
          topic.publish(partialDepthText(this.listing, levels, previous, nowMs));
          previous = this.listing.book.updateId;
        });
      }
    }
  }

  #addFigures(name: string, figures: StreamFigures): void {
    const { listing } = this;
    const ofDay = (topic: string, everyMs: number, text: typeof tickerText): void => {
      const published = new Topic(`${name}@${topic}`);
      this.#add(published, everyMs, (nowMs) => {
        const day = listing.day.at(nowMs);
        if (day !== undefined) published.publish(text(listing, day, nowMs));
      });
    };
    ofDay('ticker', SECOND_MS, tickerText);
    ofDay('miniTicker', SECOND_MS, miniTickerText);
    if (listing.market === 'spot') {
      const average = new Topic(`${name}@avgPrice`);
      this.#add(average, SECOND_MS, (nowMs) => {
        const last = listing.tape.last?.atMs ?? nowMs;
        average.publish(averagePriceText(listing, figures.averagePrice(listing), last, nowMs));
      });
      return;
    }
    for (const [suffix, everyMs] of [
      ['', 3 * SECOND_MS],
      ['@1s', SECOND_MS],
    ] as const) {
      const mark = new Topic(`${name}@markPrice${suffix}`);
      this.#add(mark, everyMs, (nowMs) => mark.publish(markText(listing, figures.mark(listing), nowMs)));
    }
  }
}
