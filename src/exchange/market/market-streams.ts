/** All market streams of one market by name: those of its symbols, and those of all symbols at once. */

import { isDue } from './due.ts';
import { markText, miniTickerText, tickerText } from './frames.ts';
import type { Listing } from './listing.ts';
import type { DayFigures } from './rolling-day.ts';
import { type StreamFigures, SymbolStreams } from './symbol-streams.ts';
import { Topic } from './topic.ts';

const SECOND_MS = 1_000;

interface Gathered {
  readonly topic: Topic;
  readonly everyMs: number;
  readonly text: (nowMs: number) => string | undefined;
  dueMs: number;
}

export class MarketStreams {
  readonly #symbols = new Map<string, SymbolStreams>();
  readonly #topics = new Map<string, Topic>();
  readonly #gathered: Gathered[] = [];

  constructor(listings: readonly Listing[], figures: StreamFigures) {
    const wildcards = { quotes: new Topic('!bookTicker'), forceOrders: new Topic('!forceOrder@arr') };
    for (const listing of listings) {
      const streams = new SymbolStreams(listing, figures, wildcards);
      this.#symbols.set(listing.symbol, streams);
      for (const topic of streams.topics) this.#topics.set(topic.name, topic);
    }
    const ofDay = (name: string, text: (listing: Listing, day: DayFigures, nowMs: number) => string): void =>
      this.#gather(name, SECOND_MS, (nowMs) =>
        arrayOf(
          listings.map((listing) => {
            const day = listing.day.at(nowMs);
            return day === undefined ? undefined : text(listing, day, nowMs);
          }),
        ),
      );
    ofDay('!ticker@arr', tickerText);
    ofDay('!miniTicker@arr', miniTickerText);
    const market = listings[0]?.market;
    if (market === 'usdm') {
      const marks = (nowMs: number) => arrayOf(listings.map((one) => markText(one, figures.mark(one), nowMs)));
      this.#gather('!markPrice@arr', 3 * SECOND_MS, marks);
      this.#gather('!markPrice@arr@1s', SECOND_MS, marks);
      this.#topics.set(wildcards.forceOrders.name, wildcards.forceOrders);
    }
    this.#topics.set(wildcards.quotes.name, wildcards.quotes);
  }

  /** Undefined for a name that nothing is ever published under: the venue takes those as well, and stays silent. */
  topic(name: string): Topic | undefined {
    return this.#topics.get(name);
  }

  of(symbol: string): SymbolStreams | undefined {
    return this.#symbols.get(symbol);
  }

  /** Publishes what is due; call it every 50 ms. */
  tick(nowMs: number): void {
    for (const streams of this.#symbols.values()) streams.tick(nowMs);
    for (const gathered of this.#gathered) {
      if (!isDue(gathered, nowMs)) continue;
      gathered.dueMs = (Math.floor(nowMs / gathered.everyMs) + 1) * gathered.everyMs;
      if (!gathered.topic.isHeard) continue;
      const text = gathered.text(nowMs);
      if (text !== undefined) gathered.topic.publish(text);
    }
  }

  #gather(name: string, everyMs: number, text: Gathered['text']): void {
    const topic = new Topic(name);
    this.#topics.set(name, topic);
    this.#gathered.push({ topic, everyMs, text, dueMs: 0 });
  }
}

function arrayOf(texts: ReadonlyArray<string | undefined>): string | undefined {
  const present = texts.filter((text) => text !== undefined);
  return present.length === 0 ? undefined : `[${present.join(',')}]`;
}
