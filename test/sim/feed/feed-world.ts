/**
 * An engine in auto mode on the product's feed, under a model venue whose messages suffer. At every entry the book it was
 * decided on is held against what was true at the venue.
 */
import { AT, cursorOver, type EngineEvent, InputEncoder, RECORD } from '../../../engine/domain/index.ts';
import { BOOK, createEngine, createState, type Engine, levelLots, levelPrice, step } from '../../../engine/index.ts';
import { BinanceFeed } from '../../../src/venues/binance/binance-feed.ts';
import { BINANCE_MARKETS } from '../../../src/venues/binance/market.ts';
import type { FeedSink } from '../../../src/venues/market-feed.ts';
import type { Network } from '../../../src/venues/network.ts';
import { bookDecides, START_US, testConfig } from '../../fixtures/engine-session.ts';
import { Chance, VirtualTime } from '../world/virtual-time.ts';
import { modelInstruments, TRUE_LEVELS } from './model-market.ts';
import { ModelNetwork } from './model-network.ts';

const TIMER_US = 50_000;

/** What stands between the feed and its neighbours; the planted faults of the tests are here. */
export interface Wraps {
  readonly network?: (network: ModelNetwork) => Network;
  /** Whether a record of the feed goes on to the engine. */
  readonly lets?: (record: Uint8Array) => boolean;
  readonly unit?: () => number;
}

export interface WorldOptions {
  readonly seed: number;
  readonly market: 'spot' | 'linear';
  readonly instruments?: number;
  readonly wraps?: Wraps;
}

/** A record of interest, and when it was taken. */
export interface Taken {
  readonly atUs: number;
  readonly type: number;
  /** Of a trade its id, of a book's change its last update. */
  readonly id: number;
  readonly instrument: number;
}

export class FeedWorld {
  readonly time = new VirtualTime(START_US);
  readonly chance: Chance;
  readonly network: ModelNetwork;
  readonly feed: BinanceFeed;
  readonly breaches: string[] = [];
  readonly taken: Taken[] = [];
  entries = 0;
  readonly #engine: Engine;
  readonly #encoder = new InputEncoder();
  readonly #market: 'spot' | 'linear';
  #seq = 0;

  constructor({ seed, market, instruments: count = 2, wraps = {} }: WorldOptions) {
    this.#market = market;
    this.chance = new Chance(seed);
    const instruments = modelInstruments(market, count);
    const symbols = instruments.map(({ spec }) => spec.venueSymbol);
    this.network = new ModelNetwork(this.time, this.chance, symbols, market);
    const policy = bookDecides({
      risk: { entryCooldownBars: 0, maxOrdersPerMinute: 60 },
      decision: { repeatBars: 1 },
      execution: { maxHoldingBars: 2 },
    });
    const specs = instruments.map(({ spec }) => spec);
    const config = testConfig({ control: 'auto', instruments: specs, barIntervalUs: 250_000, bookLevels: 128, policy });
    this.#engine = createEngine(createState(config));
    const units = new Chance(seed ^ 0x77);
    this.feed = new BinanceFeed({
      market: BINANCE_MARKETS[market === 'spot' ? 'binance' : 'binanceusdm'],
      instruments,
      socketBase: 'ws://model',
      restBase: 'http://model',
      network: wraps.network?.(this.network) ?? this.network,
      schedule: this.network.schedule,
      unit: wraps.unit ?? (() => units.between(0, 999) / 1000),
    });
    const lets = wraps.lets ?? (() => true);
    const sink: FeedSink = {
      encoder: this.#encoder,
      accept: () => {
        if (lets(this.#encoder.bytes())) this.#fold();
        return true;
      },
      notice: () => {},
    };
    this.feed.start(sink);
    this.#planTimer();
  }

  run(forUs: number, done: () => boolean = () => false): boolean {
    const untilUs = this.time.nowUs + forUs;
    while (this.time.nextAtUs <= untilUs) {
      this.time.step();
      if (done()) return true;
    }
    this.time.nowUs = untilUs;
    return done();
  }

  /** Whether the engine has a whole book. */
  isWhole(instrument: number): boolean {
    return this.#engine.state.books.state[instrument] === BOOK.synced;
  }

  /** Whether the engine knows a best price. */
  knowsTouch(instrument: number): boolean {
    return this.#engine.state.market.bid[instrument]! > 0;
  }

  /** The best levels as the engine has them, written as the venue's truth is. */
  levels(instrument: number): string {
    const { books } = this.#engine.state;
    return [0, 1]
      .map((side) => {
        const book = instrument * 2 + side;
        const levels = Array.from({ length: TRUE_LEVELS }, (_, i) => [
          levelPrice(books, book, i),
          levelLots(books, book, i),
        ]);
        return levels.map((level) => level.join('x')).join(' ');
      })
      .join(' | ');
  }

  breach(what: string): void {
    this.breaches.push(`at ${((this.time.nowUs - START_US) / 1e6).toFixed(3)} s, ${this.#market}: ${what}`);
  }

  #planTimer(): void {
    this.time.after(this.network.isDown ? TIMER_US * 10 : TIMER_US, () => {
      this.#encoder.timer();
      this.#fold();
      this.#planTimer();
    });
  }

  #fold(): void {
    this.#encoder.stamp(++this.#seq, this.time.nowUs);
    const record = this.#encoder.bytes().slice();
    this.#note(record);
    for (const event of step(this.#engine, cursorOver(record))) this.#judge(event);
  }

  #note(record: Uint8Array): void {
    const view = new DataView(record.buffer);
    const type = record[AT.type]!;
    if (type !== RECORD.trade && type !== RECORD.depth && type !== RECORD.snapshot && type !== RECORD.gap) return;
    const id = type === RECORD.gap ? 0 : view.getFloat64(type === RECORD.trade ? AT.tradeId : AT.lastUpdateId, true);
    this.taken.push({ atUs: this.time.nowUs, type, id, instrument: view.getUint16(AT.instrument, true) });
  }

  /** An entry on a book that is not whole, or is not what the venue had at that update, must not be. */
  #judge(event: EngineEvent): void {
    if (event.kind !== 'proposal-opened') return;
    this.entries++;
    const { instrument } = event.proposal;
    const { books } = this.#engine.state;
    if (!this.isWhole(instrument)) this.breach(`an entry on a book that is not whole`);
    else {
      const truth = this.network.books[instrument]!.truths.get(books.lastUpdateId[instrument]!);
      if (truth !== this.levels(instrument))
        this.breach(`an entry on ${this.levels(instrument)}, where the venue had ${truth}`);
    }
  }
}
