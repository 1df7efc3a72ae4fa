/** A seeded synthetic market that feeds a session without a network: several symbols, real books, changing regimes. */
import type { InputEncoder, InstrumentSpec } from '../domain/index.ts';
import { gridToNumber, parseGrid } from '../domain/index.ts';
import { assert } from '../kernel/assert.ts';
import { hashText } from '../kernel/hash.ts';
import { log } from '../kernel/math.ts';
import { nextBelow, nextBits, nextUnit, seedPrng } from '../kernel/prng.ts';
import { FairValue, MEAN_ACTIVITY, SYNTHETIC_REGIMES, type SyntheticRegime } from './synthetic-market-regime.ts';
import { listSymbol, parseSyntheticSymbol } from './synthetic-market-symbols.ts';
import { SyntheticVenue, type VenueEvent } from './synthetic-market-venue.ts';

export interface SyntheticMarketOptions {
  /** Its low 32 bits count. */
  readonly seed: number;
  /** Session time of the start. */
  readonly startUs: number;
  /** Names that {@link parseSyntheticSymbol} accepts, each once. */
  readonly symbols: readonly string[];
  /** Mean events per second over all symbols; busy regimes have more, quiet ones fewer. */
  readonly ratePerSecond?: number;
}

interface Feed {
  readonly venue: SyntheticVenue;
  readonly fair: FairValue;
  readonly random: Int32Array;
  /** Acts per second in a calm market. */
  readonly actRate: number;
  /** Whether depth diffs name the update they follow, as futures venues do. */
  readonly namesPrevious: boolean;
  nextActUs: number;
  lastUpdateId: number;
}

interface Pending {
  readonly instrument: number;
  readonly venueAtUs: number;
  readonly receivedAtUs: number;
  readonly event: VenueEvent;
}

const DEFAULT_RATE = 120;
/** Records that one act leads to on average (measured over all regimes). */
const RECORDS_PER_ACT = 2;
const LATENCY_US = 2_500;
const LATENCY_TAIL_US = 1_500;
/** Share of the acts that arrive late because the line stalled, and by how much at most. */
const STALL_SHARE = 0.001;
const STALL_US = 40_000;

/**
 * Generates inputs one record at a time. It stands outside the engine's state: its records are journaled
 * like those of any venue, so a replay does not need it. The same options give the same bytes.
 */
export class SyntheticMarket {
  readonly instruments: readonly InstrumentSpec[];
  readonly #feeds: Feed[] = [];
  readonly #random = new Int32Array(4);
  #queue: Pending[] = [];
  #head = 0;
  #lastReceivedAtUs: number;

  constructor(options: SyntheticMarketOptions) {
    const { seed, startUs, symbols, ratePerSecond = DEFAULT_RATE } = options;
    assert(Number.isSafeInteger(startUs) && startUs >= 0, `start time ${startUs}`);
    assert(symbols.length > 0 && new Set(symbols).size === symbols.length, 'symbols are missing or named twice');
    assert(ratePerSecond > 0 && ratePerSecond <= 1e6, `event rate ${ratePerSecond}`);
    seedPrng(this.#random, seed);
    this.#lastReceivedAtUs = startUs;
    const listings = symbols.map((symbol) => {
      const parts = parseSyntheticSymbol(symbol);
      assert(parts !== undefined, `the synthetic market cannot list ${symbol}`);
      return listSymbol(symbol, parts, seed);
    });
    this.instruments = listings.map((listing) => listing.spec);
    const activity = listings.reduce((sum, listing) => sum + listing.activity, 0);
    const firstRegime = nextBelow(this.#random, SYNTHETIC_REGIMES.length);
    listings.forEach((listing, index) => {
      const tick = gridOf(listing.spec.tickSize);
      const random = new Int32Array(4);
      seedPrng(random, nextBits(this.#random) ^ Number.parseInt(hashText(listing.spec.symbol).slice(0, 8), 16));
      const regime = SYNTHETIC_REGIMES[(firstRegime + index) % SYNTHETIC_REGIMES.length]!;
      const price = listing.startPrice * (0.97 + 0.06 * nextUnit(random));
      const fair = new FairValue(random, price, listing.volatilityPerSecond, startUs, regime);
      const venue = new SyntheticVenue(listing, tick, gridOf(listing.spec.lotSize), fair, random);
      const share = listing.activity / activity / (RECORDS_PER_ACT * MEAN_ACTIVITY);
      this.#feeds.push({
        venue,
        fair,
        random,
        actRate: ratePerSecond * share,
        namesPrevious: listing.spec.kind !== 'spot',
        nextActUs: startUs,
        lastUpdateId: -1,
      });
      this.#enqueue(index, startUs, venue.open());
      this.#schedule(this.#feeds[index]!);
    });
  }

  /** Receive time of the record that the next {@link emit} writes. */
  nextAtUs(): number {
    return this.#peek().receivedAtUs;
  }

  /**
   * Writes exactly one record, with its venue time but without a sequence, and returns when it is received:
   * the venue's time plus the latency of the feed, later for each record than for the one before.
   */
  emit(encoder: InputEncoder): number {
    const pending = this.#peek();
    this.#head++;
    this.#write(pending, encoder);
    return pending.receivedAtUs;
  }

  /**
   * Passes over every record received up to `atUs`, and has the books told as a whole behind them: for a feed that
   * was not listened to. It costs about a microsecond for each record.
   */
  skipTo(atUs: number): void {
    while (this.#peek().receivedAtUs <= atUs) {
      const { instrument, event } = this.#peek();
      this.#head++;
      if (event.kind === 'snapshot' || event.kind === 'depth')
        this.#feeds[instrument]!.lastUpdateId = event.lastUpdateId;
    }
    const venueAtUs = Math.max(atUs, this.#queue.at(-1)!.venueAtUs);
    this.#feeds.forEach((feed, instrument) => {
      this.#enqueue(instrument, venueAtUs, feed.venue.whole());
    });
  }

  /** The regime that an instrument is in now: the truth that the engine's own regime label only estimates. */
  regimeOf(instrument: number): SyntheticRegime {
    const feed = this.#feeds[instrument];
    assert(feed !== undefined, `no instrument ${instrument}`);
    return feed.fair.regime;
  }

  #peek(): Pending {
    if (this.#head >= this.#queue.length) {
      this.#queue = [];
      this.#head = 0;
      while (this.#queue.length === 0) this.#act();
    }
    return this.#queue[this.#head]!;
  }

  /** Lets the symbol whose turn is first do something. */
  #act(): void {
    let instrument = 0;
    for (let i = 1; i < this.#feeds.length; i++) {
      if (this.#feeds[i]!.nextActUs < this.#feeds[instrument]!.nextActUs) instrument = i;
    }
    const feed = this.#feeds[instrument]!;
    const atUs = feed.nextActUs;
    feed.fair.advanceTo(atUs);
    this.#enqueue(instrument, atUs, feed.venue.act());
    this.#schedule(feed);
  }

  #schedule(feed: Feed): void {
    const meanUs = 1e6 / (feed.actRate * feed.fair.activity);
    feed.nextActUs += Math.max(1, Math.round(-log(1 - nextUnit(feed.random)) * meanUs));
  }

  #enqueue(instrument: number, venueAtUs: number, events: readonly VenueEvent[]): void {
    const tail = -log(1 - nextUnit(this.#random)) * LATENCY_TAIL_US;
    const stall = nextUnit(this.#random) < STALL_SHARE ? nextUnit(this.#random) * STALL_US : 0;
    const arrivesAtUs = venueAtUs + Math.round(LATENCY_US + tail + stall);
    for (const event of events) {
      this.#lastReceivedAtUs = Math.max(this.#lastReceivedAtUs + 1, arrivesAtUs);
      this.#queue.push({ instrument, venueAtUs, receivedAtUs: this.#lastReceivedAtUs, event });
    }
  }

  #write({ instrument, venueAtUs, event }: Pending, encoder: InputEncoder): void {
    if (event.kind === 'trade') {
      encoder.trade(instrument, venueAtUs, event.price, event.quantity, event.tradeId, event.buyerIsMaker);
    } else if (event.kind === 'quote') {
      const { bidPrice, bidQuantity, askPrice, askQuantity, updateId } = event;
      encoder.quote(instrument, venueAtUs, bidPrice, bidQuantity, askPrice, askQuantity, updateId);
    } else {
      const feed = this.#feeds[instrument]!;
      const { firstUpdateId, lastUpdateId, bids, asks } = event;
      const previous = feed.namesPrevious ? feed.lastUpdateId : -1;
      encoder.depth(
        instrument,
        venueAtUs,
        firstUpdateId,
        lastUpdateId,
        previous,
        bids,
        asks,
        event.kind === 'snapshot',
      );
      feed.lastUpdateId = lastUpdateId;
    }
  }
}

function gridOf(size: string): number {
  const grid = parseGrid(size);
  assert(grid !== undefined, `grid ${size}`);
  return gridToNumber(grid);
}
