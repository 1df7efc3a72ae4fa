/** Where a live run's market data comes from: the synthetic market, run by the host's clock, or a venue's feed. */
import { type InputEncoder, NO_INSTRUMENT } from '../../engine/domain/index.ts';
import type { SyntheticMarket, SyntheticReadings } from '../../engine/index.ts';
import type { SourceDesk } from '../sources/source-desk.ts';
import type { FeedSink, FeedStatus, MarketFeed } from '../venues/market-feed.ts';

/** Silence after which a timer input moves session time on. */
const TIMER_US = 250_000;
/** Most market events stepped before commands are heard again. */
const SLICE = 2_000;
/** Bars of history asked for: what the slowest indicator needs, and some more. */
const HISTORY_BARS = 200;

/** What a source needs of the host. */
export interface SourceHost {
  readonly encoder: InputEncoder;
  /** Stamps, records and steps the record in the encoder. */
  accept(receivedAtUs: number): void;
  readonly lastUs: number;
  /** False while the journal is too far behind for more market data. */
  readonly hasRoom: boolean;
  nowUs(): number;
  notice: FeedSink['notice'];
}

export interface MarketSource {
  start(host: SourceHost): void;
  /** Steps what is due by now, at most a slice. @returns true when nothing is left. */
  pump(host: SourceHost, nowUs: number, warm: boolean): boolean;
  /** The session's time for what comes beside market data; of history, until the warm start is over. */
  timeOf(nowUs: number, warm: boolean): number;
  /** The history there is has been told. */
  readonly hasHistory: boolean;
  /** Undefined where there is no line that could break. */
  status(): FeedStatus | undefined;
  stop(): void;
}

/** What a source needs, of the parts of a host. */
export function sourceHost(
  sequencer: { readonly encoder: InputEncoder; readonly lastUs: number; accept(atUs: number): unknown },
  recorder: { readonly hasRoom: boolean },
  clock: { nowUs(): number },
  notice: SourceHost['notice'],
): SourceHost {
  return {
    encoder: sequencer.encoder,
    accept: (atUs) => void sequencer.accept(atUs),
    get lastUs() {
      return sequencer.lastUs;
    },
    get hasRoom() {
      return recorder.hasRoom;
    },
    nowUs: () => clock.nowUs(),
    notice,
  };
}

/** The synthetic market, with the readings that are made up beside it. */
export class SyntheticSource implements MarketSource {
  readonly #market: SyntheticMarket;
  readonly #readings: SyntheticReadings;
  readonly hasHistory = true;

  constructor(market: SyntheticMarket, readings: SyntheticReadings) {
    this.#market = market;
    this.#readings = readings;
  }

  start(): void {}

  stop(): void {}

  status(): undefined {}

  /** Before the warm start is over the session's time is that of its history, which must not be jumped over. */
  timeOf(nowUs: number, warm: boolean): number {
    return warm ? nowUs : this.#next().nextAtUs();
  }

  pump(host: SourceHost, nowUs: number, warm: boolean): boolean {
    // A journal that is behind is waited for, while the warm start goes on as soon as it has caught up.
    if (!host.hasRoom) return warm;
    for (let n = 0; n < SLICE; n++) {
      const next = this.#next();
      if (next.nextAtUs() > nowUs) {
        passTime(host, nowUs);
        return true;
      }
      const receivedAtUs = next.emit(host.encoder);
      host.accept(receivedAtUs);
    }
    return false;
  }

  #next(): SyntheticMarket | SyntheticReadings {
    return this.#readings.nextAtUs() <= this.#market.nextAtUs() ? this.#readings : this.#market;
  }
}

/** A venue's feed: each record is stepped when it comes, between two turns of the host's timer. */
export class FeedSource implements MarketSource {
  hasHistory = false;
  readonly #feed: MarketFeed;
  readonly #intervalUs: number;
  readonly #sources: SourceDesk | undefined;
  /** What came while the journal was behind is lost, and that is recorded. */
  #overflows = false;
  #isStopped = false;

  /** `sources` tell what is known beside the market. */
  constructor(feed: MarketFeed, barIntervalUs: number, sources?: SourceDesk) {
    this.#feed = feed;
    this.#sources = sources;
    this.#intervalUs = barIntervalUs;
  }

  start(host: SourceHost): void {
    const sink: FeedSink = {
      encoder: host.encoder,
      accept: () => this.#accept(host),
      notice: (level, text) => host.notice(level, text),
    };
    this.#feed
      .warmUp(sink, this.#intervalUs, HISTORY_BARS)
      .catch((cause: Error) => host.notice('warn', `no history: ${cause.message}; indicators warm as bars come`))
      .then(() => {
        if (this.#isStopped) return;
        this.hasHistory = true;
        this.#feed.start(sink);
        this.#sources?.start({ ...sink, accept: () => this.#acceptReading(host) });
      });
  }

  #accept(host: SourceHost): boolean {
    if (this.#isStopped || this.#overflows) return false;
    if (!host.hasRoom) {
      this.#overflows = true;
      // The record that is lost gives way to the one that says so.
      host.encoder.gap(NO_INSTRUMENT, host.nowUs(), 'overflow');
      host.accept(host.nowUs());
      host.notice('warn', 'the disk is behind: market data is left out until it has caught up');
      return false;
    }
    host.accept(host.nowUs());
    return true;
  }

  /** One that the journal has no room for is told again later: no gap is left by it. */
  #acceptReading(host: SourceHost): boolean {
    if (this.#isStopped || !host.hasRoom) return false;
    host.accept(host.nowUs());
    return true;
  }

  pump(host: SourceHost, nowUs: number): boolean {
    if (this.#overflows && host.hasRoom) {
      this.#overflows = false;
      this.#feed.resync();
    }
    passTime(host, nowUs);
    return true;
  }

  timeOf(nowUs: number): number {
    return nowUs;
  }

  status(): FeedStatus {
    return this.#feed.status();
  }

  stop(): void {
    this.#isStopped = true;
    this.#sources?.stop();
    this.#feed.stop();
  }
}

function passTime(host: SourceHost, nowUs: number): void {
  if (nowUs - host.lastUs <= TIMER_US) return;
  host.encoder.timer();
  host.accept(nowUs);
}
