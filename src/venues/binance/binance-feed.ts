/** Market data of Binance: its connections, what their messages say, and when they say nothing. */
import { cleanText } from '../../../logs/index.ts';
import { FeedInputs } from '../feed-inputs.ts';
import { LatencyHistogram } from '../latency.ts';
import { Line } from '../line.ts';
import type { FeedLink, FeedSink, FeedStatus, MarketFeed } from '../market-feed.ts';
import type { Network } from '../network.ts';
import type { Schedule } from '../schedule.ts';
import { SlidingLimit } from '../sliding-limit.ts';
import type { VenueInstrument } from '../venue-instrument.ts';
import { WIRE, WireEvent } from '../wire-event.ts';
import { CheckedFrames } from './checked-frames.ts';
import { FrameScanner } from './frame-scanner.ts';
import { type BinanceMarket, type StreamRoute, streamUrl } from './market.ts';
import { type BarRequest, requestBars } from './warm-up.ts';

const SECOND_US = 1_000_000;
/** Binance allows 300 in five minutes from one address; there may be others of ours. */
const MOST_CONNECTS = 60;
const CONNECTS_WINDOW_US = 300 * SECOND_US;
/** Connected and silent for so long: the data is stale, and a while later the connection is given up. */
const STALE_AFTER_US = 5 * SECOND_US;
const GIVE_UP_AFTER_US = 6 * SECOND_US;
const LOOK_EVERY_US = 250_000;
const NOTICE_EVERY_US = 60 * SECOND_US;

export interface BinanceFeedOptions {
  readonly market: BinanceMarket;
  readonly instruments: readonly VenueInstrument[];
  readonly socketBase: string;
  readonly restBase: string;
  readonly network: Network;
  readonly schedule: Schedule;
  /** A number in [0, 1). */
  readonly unit: () => number;
  /** Venue's clock minus ours in µs, where somebody has measured it. */
  readonly clockOffsetUs?: (() => number | undefined) | undefined;
  /** Other streams than the market's usual ones. */
  readonly routes?: readonly StreamRoute[] | undefined;
}

export class BinanceFeed implements MarketFeed {
  readonly instruments: readonly VenueInstrument[];
  readonly #options: BinanceFeedOptions;
  readonly #scanner: FrameScanner;
  readonly #checked: CheckedFrames;
  readonly #event = new WireEvent();
  readonly #inputs: FeedInputs;
  readonly #lines: readonly Line[];
  #bookLine: Line | undefined;
  lateUs = 0;
  readonly #delay = new LatencyHistogram();
  #sink: FeedSink | undefined;
  #look: (() => void) | undefined;
  #stale = false;
  /** When the line of the books opened, or they were last heard of. */
  #booksAtUs = 0;
  #noticedAtUs = Number.NEGATIVE_INFINITY;
  #lastDataAtUs = 0;
  #frames = 0;
  #unreadable = 0;

  constructor(options: BinanceFeedOptions) {
    const { market, instruments, network, schedule, unit, restBase } = options;
    this.#options = options;
    this.instruments = instruments;
    this.#scanner = new FrameScanner(instruments);
    this.#checked = new CheckedFrames(market.kind, instruments);
    this.#inputs = new FeedInputs(instruments, {
      get: network.get,
      schedule,
      urlOf: (i) => `${restBase}${market.restPath}/depth?symbol=${instruments[i]!.spec.venueSymbol}&limit=1000`,
      readBook: (i, body, event) => this.#readBook(i, body, event),
      readFrame: (bytes, event) => this.#scanner.scan(bytes, event) || this.#check(bytes, event),
      isOpen: () => this.#bookLine?.state === 'open',
      trouble: (text) => this.#trouble(text),
    });
    const connects = new SlidingLimit(MOST_CONNECTS, CONNECTS_WINDOW_US);
    const symbols = instruments.map(({ spec }) => spec.venueSymbol);
    this.#lines = (options.routes ?? market.routes).map((route) => {
      const url = streamUrl(options.socketBase, route, symbols);
      const books = route.streams.includes('depth@100ms');
      const events = {
        opened: () => this.#opened(books),
        frame: (bytes: Uint8Array) => this.#frame(bytes),
        lost: (why: string) => this.#lost(books, why),
      };
      const line = new Line({ url, open: network.open, schedule, unit, connects, events });
      if (books) this.#bookLine = line;
      return line;
    });
  }

  warmUp(sink: FeedSink, intervalUs: number, count: number): Promise<void> {
    const { market, restBase, network, schedule } = this.#options;
    const { instruments } = this;
    const request: BarRequest = { market, instruments, restBase, get: network.get, schedule, intervalUs, count };
    return requestBars(request, sink);
  }

  start(sink: FeedSink): void {
    this.#sink = sink;
    this.#inputs.start(sink);
    for (const line of this.#lines) line.start();
    this.#watch();
  }

  resync(): void {
    if (this.#sink === undefined) return;
    this.#inputs.resync();
    if (this.#bookLine?.state === 'open' && !this.#stale) this.#inputs.wantAll();
  }

  status(): FeedStatus {
    return {
      link: this.#link(),
      lastDataAtUs: this.#lastDataAtUs,
      frames: this.#frames,
      connects: this.#lines.reduce((sum, line) => sum + line.connects, 0),
      gaps: this.#inputs.gaps,
      resyncs: this.#inputs.resyncs,
      duplicates: this.#inputs.duplicates,
      unreadable: this.#unreadable,
      delay: this.#delay.quantiles(),
    };
  }

  stop(): void {
    this.#sink = undefined;
    this.#look?.();
    for (const line of this.#lines) line.stop();
    this.#inputs.stop();
  }

  #link(): FeedLink {
    const states = this.#lines.map((line) => line.state);
    if (states.includes('down')) return 'down';
    if (this.#stale) return 'stale';
    return states.includes('connecting') || this.#lastDataAtUs === 0 ? 'connecting' : 'live';
  }

  #opened(books: boolean): void {
    if (!books) return;
    this.#booksAtUs = this.#options.schedule.nowUs();
    if (!this.#stale) this.#inputs.wantAll();
  }

  #lost(books: boolean, why: string): void {
    this.#notice('warn', `connection lost, trying again: ${why}`);
    this.#inputs.gapAll();
    // Books that were whole are broken by the gap: those whose line still stands are asked for anew.
    if (!books && !this.#stale && this.#bookLine?.state === 'open') this.#inputs.wantAll();
  }

  #frame(bytes: Uint8Array): void {
    if (this.#sink === undefined) return;
    this.#frames++;
    const event = this.#event;
    if (!this.#scanner.scan(bytes, event) && !this.#check(bytes, event)) return;
    const nowUs = this.#options.schedule.nowUs();
    // What one connection says again after another is no measure of how late it is.
    if (!this.#inputs.take(event, bytes, nowUs)) return;
    if (event.eventAtUs > 0) {
      this.lateUs = nowUs + (this.#options.clockOffsetUs?.() ?? 0) - event.eventAtUs;
      this.#delay.record(this.lateUs);
    }
    this.#lastDataAtUs = nowUs;
    if (event.kind === WIRE.trade) return;
    this.#booksAtUs = nowUs;
    if (this.#stale) this.#fresh();
  }

  /** What the scanner does not know. @returns whether the event is filled. */
  #check(bytes: Uint8Array, event: WireEvent): boolean {
    const verdict = this.#checked.frame(bytes, event);
    if (verdict === 'read' && event.kind !== WIRE.snapshot) return true;
    if (verdict === 'ending') for (const line of this.#lines) line.renew();
    if (typeof verdict === 'object') {
      this.#unreadable++;
      this.#trouble(`a message does not read: ${verdict.unreadable}`);
      if (verdict.instrument !== undefined) this.#inputs.doubt(verdict.instrument);
    }
    return false;
  }

  #readBook(instrument: number, body: string, event: WireEvent): boolean {
    const verdict = this.#checked.text(body, this.instruments[instrument]!.spec.venueSymbol, event);
    if (verdict === 'read' && event.kind === WIRE.snapshot && event.instrument === instrument) return true;
    this.#unreadable++;
    this.#trouble('a book that was asked for does not read');
    return false;
  }

  #watch(): void {
    const { schedule } = this.#options;
    this.#look = schedule.after(LOOK_EVERY_US, () => {
      if (this.#bookLine?.state === 'open') this.#lookAtSilence(schedule.nowUs());
      if (this.#sink !== undefined) this.#watch();
    });
  }

  #lookAtSilence(nowUs: number): void {
    const silentUs = nowUs - this.#booksAtUs;
    if (this.#stale) {
      if (silentUs >= GIVE_UP_AFTER_US) this.#bookLine?.restart(`no data for ${GIVE_UP_AFTER_US / SECOND_US} s`);
      return;
    }
    if (silentUs >= STALE_AFTER_US) {
      this.#stale = true;
      this.#notice('warn', `connected, and no data for ${STALE_AFTER_US / SECOND_US} s`);
      this.#inputs.gapAll();
      return;
    }
    this.#inputs.lookAtStandstill(STALE_AFTER_US);
  }

  /** Data comes again over a connection that was silent. */
  #fresh(): void {
    this.#stale = false;
    this.#inputs.wantAll();
  }

  #notice(level: 'info' | 'warn', text: string): void {
    this.#sink?.notice(level, `${this.#options.market.title}: ${cleanText(text)}`);
  }

  /** What may come with every message is told once a minute. */
  #trouble(text: string): void {
    const nowUs = this.#options.schedule.nowUs();
    if (nowUs - this.#noticedAtUs < NOTICE_EVERY_US) return;
    this.#noticedAtUs = nowUs;
    this.#notice('warn', text);
  }
}
