/**
 * Market data of any venue that ccxt knows: streams where it has them, questions at intervals where not. Books come whole
 * and are told as changes under numbers of our own.
 */
import { type Grid, NO_INSTRUMENT, parseGrid } from '../../../engine/domain/index.ts';
import { cleanText } from '../../../logs/index.ts';
import { timeFrameUs } from '../../importers/times.ts';
import { Backoff } from '../backoff.ts';
import { keepNewest } from '../keep-newest.ts';
import { LatencyHistogram } from '../latency.ts';
import type { FeedLink, FeedSink, FeedStatus, MarketFeed } from '../market-feed.ts';
import type { Schedule } from '../schedule.ts';
import type { VenueInstrument } from '../venue-instrument.ts';
import { changesOf, flatOf, type Side } from './book-diff.ts';
import { type CcxtExchange, hasOwn } from './exchange.ts';
import { type ReadTrade, readBars, readBook, readQuote, readTrades } from './readers.ts';

const SECOND_US = 1_000_000;
const POLL_EVERY_US = SECOND_US;
const STALE_AFTER_US = 5 * SECOND_US;
const LOOK_EVERY_US = 500_000;
const LEAST_PAUSE_US = SECOND_US;
const MOST_PAUSE_US = 30 * SECOND_US;
const NOTICE_EVERY_US = 60 * SECOND_US;
const BOOK_LEVELS = 50;
/** Ids of trades that are remembered, so that none is told twice. */
const KNOWN_TRADES = 2_000;

export interface CcxtFeedOptions {
  readonly exchange: CcxtExchange;
  readonly instruments: readonly VenueInstrument[];
  readonly schedule: Schedule;
  readonly unit: () => number;
}

/** What was told of one instrument. */
interface Told {
  readonly tick: Grid;
  readonly lot: Grid;
  updateId: number;
  tradeId: number;
  bids: Side;
  asks: Side;
  /** False before the first book, and after a gap: the next one is told whole. */
  hasBook: boolean;
  readonly knownTrades: Set<string>;
}

export class CcxtFeed implements MarketFeed {
  readonly instruments: readonly VenueInstrument[];
  readonly #options: CcxtFeedOptions;
  readonly #told: readonly Told[];
  lateUs = 0;
  readonly #delay = new LatencyHistogram();
  #sink: FeedSink | undefined;
  #deaf = false;
  #stale = false;
  /** Channels whose last try failed. */
  #failing = 0;
  #lastDataAtUs = 0;
  #noticedAtUs = Number.NEGATIVE_INFINITY;
  #look: (() => void) | undefined;
  #frames = 0;
  #connects = 0;
  #gaps = 0;
  #resyncs = 0;
  #duplicates = 0;
  #unreadable = 0;

  constructor(options: CcxtFeedOptions) {
    this.#options = options;
    this.instruments = options.instruments;
    this.#told = options.instruments.map(({ spec }) => ({
      tick: gridOf(spec.tickSize),
      lot: gridOf(spec.lotSize),
      updateId: 1,
      tradeId: 0,
      bids: new Map(),
      asks: new Map(),
      hasBook: false,
      knownTrades: new Set(),
    }));
  }

  async warmUp(sink: FeedSink, intervalUs: number, count: number): Promise<void> {
    const { exchange, schedule } = this.#options;
    const frame = Object.keys(exchange.timeframes ?? {}).find((name) => timeFrameUs(name) === intervalUs);
    if (frame === undefined || !hasOwn(exchange, 'fetchOHLCV')) {
      sink.notice('info', `${exchange.id} keeps no bars of ${intervalUs / 1e6} s: the indicators warm on live data`);
      return;
    }
    const endMs = (Math.floor(schedule.nowUs() / intervalUs) * intervalUs) / 1000;
    const sinceMs = endMs - (count * intervalUs) / 1000;
    const pages = await Promise.all(
      this.instruments.map(async ({ spec }, i) => {
        const { tick, lot } = this.#told[i]!;
        const answer = await exchange.fetchOHLCV(spec.symbol, frame, sinceMs, count);
        return readBars(answer, tick, lot).map((bar) => ({ ...bar, instrument: i }));
      }),
    );
    const bars = pages.flat().filter(({ openMs }) => openMs >= sinceMs && openMs < endMs);
    bars.sort((a, b) => a.openMs - b.openMs || a.instrument - b.instrument);
    for (const { instrument, openMs, prices, volume } of bars) {
      const [open, high, low, close] = prices;
      sink.encoder.bar(instrument, openMs * 1000, open, high, low, close, volume, intervalUs, 0);
      sink.encoder.markHistory();
      if (!sink.accept()) return;
    }
  }

  start(sink: FeedSink): void {
    this.#sink = sink;
    const { exchange } = this.#options;
    const books = hasOwn(exchange, 'watchOrderBook') || hasOwn(exchange, 'fetchOrderBook');
    for (const [i, { spec }] of this.instruments.entries()) {
      const { symbol } = spec;
      if (books) {
        const ask = {
          watch: () => exchange.watchOrderBook(symbol),
          fetch: () => exchange.fetchOrderBook(symbol, BOOK_LEVELS),
        };
        void this.#channel('OrderBook', ask, (answer) => this.#book(i, answer));
      } else {
        const ask = { watch: () => exchange.watchTicker(symbol), fetch: () => exchange.fetchTicker(symbol) };
        void this.#channel('Ticker', ask, (answer) => this.#quote(i, answer));
      }
      const ask = { watch: () => exchange.watchTrades(symbol), fetch: () => exchange.fetchTrades(symbol) };
      void this.#channel('Trades', ask, (answer) => this.#trades(i, answer));
    }
    this.#lastDataAtUs = this.#options.schedule.nowUs();
    this.#watchSilence();
  }

  resync(): void {
    this.#deaf = false;
    for (const told of this.#told) told.hasBook = false;
  }

  status(): FeedStatus {
    return {
      link: this.#link(),
      lastDataAtUs: this.#frames === 0 ? 0 : this.#lastDataAtUs,
      frames: this.#frames,
      connects: this.#connects,
      gaps: this.#gaps,
      resyncs: this.#resyncs,
      duplicates: this.#duplicates,
      unreadable: this.#unreadable,
      delay: this.#delay.quantiles(),
    };
  }

  stop(): void {
    this.#sink = undefined;
    this.#look?.();
    this.#options.exchange.close().catch(() => {});
  }

  #link(): FeedLink {
    if (this.#failing > 0) return 'down';
    if (this.#stale) return 'stale';
    return this.#frames === 0 ? 'connecting' : 'live';
  }

  /** Asks again and again until the feed is stopped; after a failure with growing pauses. */
  async #channel(
    what: 'OrderBook' | 'Ticker' | 'Trades',
    ask: { readonly watch: () => Promise<unknown>; readonly fetch: () => Promise<unknown> },
    take: (answer: unknown) => boolean,
  ): Promise<void> {
    const { exchange, unit } = this.#options;
    const streams = hasOwn(exchange, `watch${what}`);
    const backoff = new Backoff(LEAST_PAUSE_US, MOST_PAUSE_US);
    let failed = false;
    this.#connects++;
    while (this.#sink !== undefined) {
      try {
        const answer = await (streams ? ask.watch() : ask.fetch());
        if (this.#sink === undefined) return;
        this.#frames++;
        if (take(answer)) this.#heard();
        if (failed) this.#failing--;
        failed = false;
        backoff.reset();
        if (!streams) await this.#pause(POLL_EVERY_US);
      } catch (cause) {
        if (this.#sink === undefined) return;
        if (!failed) this.#failing++;
        failed = true;
        this.#connects++;
        this.#trouble(cause instanceof Error ? cause.message : String(cause));
        if (what !== 'Trades') this.#gapAll();
        await this.#pause(backoff.next() * (0.5 + unit() / 2));
      }
    }
  }

  #pause(us: number): Promise<void> {
    return new Promise((resolve) => void this.#options.schedule.after(Math.ceil(us), resolve));
  }

  #heard(): void {
    this.#lastDataAtUs = this.#options.schedule.nowUs();
    this.#stale = false;
  }

  #watchSilence(): void {
    const { schedule } = this.#options;
    this.#look = schedule.after(LOOK_EVERY_US, () => {
      if (this.#sink === undefined) return;
      if (!this.#stale && schedule.nowUs() - this.#lastDataAtUs >= STALE_AFTER_US) {
        this.#stale = true;
        this.#trouble(`no data for ${STALE_AFTER_US / SECOND_US} s`);
        this.#gapAll();
        // Streams that wait for a message end, and are asked for anew.
        this.#options.exchange.close().catch(() => {});
      }
      this.#watchSilence();
    });
  }

  #accept(): boolean {
    if (this.#sink === undefined || this.#deaf) return false;
    this.#deaf = !this.#sink.accept();
    return !this.#deaf;
  }

  #gapAll(): void {
    if (this.#told.every(({ hasBook }) => !hasBook) && this.#gaps > 0) return;
    this.#gaps++;
    for (const told of this.#told) told.hasBook = false;
    this.#sink?.encoder.gap(NO_INSTRUMENT, this.#options.schedule.nowUs(), 'disconnect');
    this.#accept();
  }

  #gap(instrument: number, why: string): void {
    const told = this.#told[instrument]!;
    this.#unreadable++;
    this.#trouble(`${this.instruments[instrument]!.spec.symbol}: ${why}`);
    if (!told.hasBook) return;
    told.hasBook = false;
    this.#gaps++;
    this.#sink?.encoder.gap(instrument, this.#options.schedule.nowUs(), 'sequence');
    this.#accept();
  }

  /** @returns whether the answer says something. */
  #book(instrument: number, answer: unknown): boolean {
    const told = this.#told[instrument]!;
    const book = readBook(answer, told.tick, told.lot, BOOK_LEVELS);
    if (typeof book === 'string') {
      this.#gap(instrument, book);
      return false;
    }
    const atUs = this.#timeOf(book.atMs);
    const first = ++told.updateId;
    const whole = !told.hasBook;
    const bids = whole ? flatOf(book.bids) : changesOf(told.bids, book.bids);
    const asks = whole ? flatOf(book.asks) : changesOf(told.asks, book.asks);
    told.bids = book.bids;
    told.asks = book.asks;
    if (this.#deaf || this.#sink === undefined) return true;
    this.#sink.encoder.depth(instrument, atUs, first, first, -1, bids, asks, whole);
    if (this.#accept() && whole) {
      told.hasBook = true;
      if (this.#gaps > 0) this.#resyncs++;
    }
    return true;
  }

  #quote(instrument: number, answer: unknown): boolean {
    const told = this.#told[instrument]!;
    const quote = readQuote(answer, told.tick, told.lot);
    if (typeof quote === 'string') {
      this.#gap(instrument, quote);
      return false;
    }
    const { bid, bidLots, ask, askLots, atMs } = quote;
    told.hasBook = true;
    this.#sink?.encoder.quote(instrument, this.#timeOf(atMs), bid, bidLots, ask, askLots, ++told.updateId);
    this.#accept();
    return true;
  }

  #trades(instrument: number, answer: unknown): boolean {
    const told = this.#told[instrument]!;
    const trades = readTrades(answer, told.tick, told.lot);
    if (typeof trades === 'string') {
      this.#unreadable++;
      this.#trouble(`${this.instruments[instrument]!.spec.symbol}: ${trades}`);
      return false;
    }
    // The first answer to a question has what was traded before; a stream's may too.
    const isFirst = told.knownTrades.size === 0 && !hasOwn(this.#options.exchange, 'watchTrades');
    for (const trade of trades) this.#trade(instrument, told, trade, isFirst);
    return trades.length > 0;
  }

  #trade(instrument: number, told: Told, trade: ReadTrade, isOld: boolean): void {
    if (told.knownTrades.has(trade.key)) {
      this.#duplicates++;
      return;
    }
    told.knownTrades.add(trade.key);
    keepNewest(told.knownTrades, KNOWN_TRADES);
    if (isOld) return;
    this.#sink?.encoder.trade(
      instrument,
      this.#timeOf(trade.atMs),
      trade.price,
      trade.lots,
      ++told.tradeId,
      trade.sold,
    );
    this.#accept();
  }

  /** Of the venue where it tells one, and how late it is. */
  #timeOf(atMs: number): number {
    const nowUs = this.#options.schedule.nowUs();
    if (atMs <= 0) return nowUs;
    this.lateUs = nowUs - atMs * 1000;
    this.#delay.record(this.lateUs);
    return atMs * 1000;
  }

  #trouble(text: string): void {
    const nowUs = this.#options.schedule.nowUs();
    if (nowUs - this.#noticedAtUs < NOTICE_EVERY_US) return;
    this.#noticedAtUs = nowUs;
    this.#sink?.notice('warn', `${this.#options.exchange.id}: ${cleanText(text).slice(0, 200)}`);
  }
}

function gridOf(text: string): Grid {
  const grid = parseGrid(text);
  if (grid === undefined) throw new Error(`${text} is no step`);
  return grid;
}
