/** Market columns of the state: touch, last trade, bar in the making, order books and features, by instrument. */
import type { Arena } from '../../kernel/arena.ts';
import { REGIMES } from '../blocks.ts';
import { F, FEATURE_COUNT } from '../feature-schema.ts';
import { BOOK_STATES } from '../features.ts';
import { WINDOW_STEPS_MOST } from '../models.ts';

/** Book states as stored; the order of `BOOK_STATES`. */
export const BOOK = { none: 0, synced: 1, gap: 2 } as const;
export const BOOK_STATE_NAMES = BOOK_STATES;

/** Closes kept for each instrument: charts and the causal slope read them. */
export const CLOSES_KEPT = 64;

/** Prices in ticks, quantities in lots; 0 means unknown, which no price can be. */
export class MarketTable {
  readonly bid: Float64Array;
  readonly bidLots: Float64Array;
  readonly ask: Float64Array;
  readonly askLots: Float64Array;
  readonly last: Float64Array;
  readonly lastTradeLots: Float64Array;
  readonly firstPrice: Float64Array;
  readonly volume: Float64Array;
  /** Receive time of the newest data; 0 before any. */
  readonly updatedAtUs: Float64Array;
  /** 1 once the instrument has had quotes, trades, or ready-made bars. */
  readonly hasQuotes: Uint8Array;
  readonly hasTrades: Uint8Array;
  readonly hasBars: Uint8Array;

  constructor(arena: Arena, instruments: number) {
    this.bid = arena.f64('market.bid', instruments);
    this.bidLots = arena.f64('market.bidLots', instruments);
    this.ask = arena.f64('market.ask', instruments);
    this.askLots = arena.f64('market.askLots', instruments);
    this.last = arena.f64('market.last', instruments);
    this.lastTradeLots = arena.f64('market.lastTradeLots', instruments);
    this.firstPrice = arena.f64('market.firstPrice', instruments);
    this.volume = arena.f64('market.volume', instruments);
    this.updatedAtUs = arena.f64('market.updatedAtUs', instruments);
    this.hasQuotes = arena.u8('market.hasQuotes', instruments);
    this.hasTrades = arena.u8('market.hasTrades', instruments);
    this.hasBars = arena.u8('market.hasBars', instruments);
  }
}

/**
 * Order books: for book `instrument * 2 + side` (0 bids, 1 asks) a run of `levels` slots sorted so that the
 * best is last. Keys are prices in ticks for bids and minus the price for asks, both ascending.
 */
export class BookTable {
  readonly levels: number;
  readonly keys: Float64Array;
  readonly lots: Float64Array;
  readonly count: Int32Array;
  readonly state: Uint8Array;
  readonly lastUpdateId: Float64Array;
  /** 1 until the first change after a snapshot has been matched to it. */
  readonly awaitsFirst: Uint8Array;

  constructor(arena: Arena, instruments: number, levels: number) {
    this.levels = levels;
    this.keys = arena.f64('book.keys', instruments * 2 * levels);
    this.lots = arena.f64('book.lots', instruments * 2 * levels);
    this.count = arena.i32('book.count', instruments * 2);
    this.state = arena.u8('book.state', instruments);
    this.lastUpdateId = arena.f64('book.lastUpdateId', instruments);
    this.awaitsFirst = arena.u8('book.awaitsFirst', instruments);
  }
}

/** The bar in the making, by instrument; closed on the grid of session time. */
export class BarTable {
  /** 0 before anything is traded in it. */
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** Open of the last closed bar; the other three stay as they were until the next one begins. */
  readonly closedOpen: Float64Array;
  readonly volume: Float64Array;
  /** Data seen since the last close: a bar without any is not made. */
  readonly updates: Int32Array;
  /** Signed and absolute order flow of the bar (Cont, Kukanov and Stoikov 2014, best level). */
  readonly flow: Float64Array;
  readonly flowSize: Float64Array;
  /** Lots bought less lots sold by takers, lots of both, and trades; bars that come ready made tell the last alone. */
  readonly tradeFlow: Float64Array;
  readonly tradeFlowSize: Float64Array;
  readonly trades: Float64Array;

  constructor(arena: Arena, instruments: number) {
    this.open = arena.f64('bar.open', instruments);
    this.high = arena.f64('bar.high', instruments);
    this.low = arena.f64('bar.low', instruments);
    this.close = arena.f64('bar.close', instruments);
    this.closedOpen = arena.f64('bar.closedOpen', instruments);
    this.volume = arena.f64('bar.volume', instruments);
    this.updates = arena.i32('bar.updates', instruments);
    this.flow = arena.f64('bar.flow', instruments);
    this.flowSize = arena.f64('bar.flowSize', instruments);
    this.tradeFlow = arena.f64('bar.tradeFlow', instruments);
    this.tradeFlowSize = arena.f64('bar.tradeFlowSize', instruments);
    this.trades = arena.f64('bar.trades', instruments);
  }
}

/** Feature vectors of the last closed bar; feature `f` of instrument `i` is at `i * FEATURE_COUNT + f`. */
export class FeatureTable {
  readonly values: Float64Array;
  readonly valid: Uint8Array;
  readonly bars: Int32Array;
  /** Ring of closes; the newest is at `(bars - 1) % CLOSES_KEPT`. */
  readonly closes: Float64Array;
  /** Ring of the log returns of closed bars, of the first one 0; the newest is at `(bars - 1) % WINDOW_STEPS_MOST`. */
  readonly returns: Float64Array;

  constructor(arena: Arena, instruments: number) {
    this.values = arena.f64('feature.values', instruments * FEATURE_COUNT);
    this.valid = arena.u8('feature.valid', instruments * FEATURE_COUNT);
    this.bars = arena.i32('feature.bars', instruments);
    this.closes = arena.f64('feature.closes', instruments * CLOSES_KEPT);
    this.returns = arena.f64('feature.returns', instruments * WINDOW_STEPS_MOST);
  }

  /** Place of an instrument's likeliest regime in `REGIMES`, the first of several; undefined while none is known. */
  likeliestRegime(instrument: number): number | undefined {
    const first = instrument * FEATURE_COUNT + F.regimeCalm;
    if (this.valid[first] !== 1) return undefined;
    let likeliest = 0;
    for (let r = 1; r < REGIMES.length; r++)
      if (this.values[first + r]! > this.values[first + likeliest]!) likeliest = r;
    return likeliest;
  }
}
