/**
 * The paper venue: orders arrive after a latency, take what the book shows, rest with a queue ahead of them,
 * and fill as trades come. Its state is the order table's venue columns, so it is in every snapshot and hash.
 */
import {
  type Instrument,
  isLive,
  levelKey,
  type OrderState,
  orderStateAt,
  type PaperPolicy,
  type VenueReports,
} from '../domain/index.ts';
import {
  BOOK,
  type BookTable,
  type MarketTable,
  ORDER_CAPACITY,
  type OrderTable,
  type PositionTable,
} from '../domain/tables/index.ts';
import { sooner } from '../kernel/deadline.ts';
import { unitOf } from '../kernel/prng.ts';

/** What the venue needs to see. */
export interface PaperVenue {
  /** True where orders go to an external venue: then nothing happens here. */
  readonly external: boolean;
  readonly instruments: readonly Instrument[];
  readonly policy: PaperPolicy;
  readonly seed: number;
  readonly market: MarketTable;
  readonly books: BookTable;
  readonly orders: OrderTable;
  readonly positions: PositionTable;
  /** Beside an external venue: fills the same orders on paper, to be compared. */
  readonly shadow: ShadowVenue | undefined;
}

export interface ShadowVenue {
  readonly venue: PaperVenue;
  readonly reports: VenueReports;
}

/**
 * How long a message of an order is on its way. The chance in it belongs to the moment, the instrument and the side: in a
 * fork, orders that are the same as recorded take as long, however many others were sent before (common random numbers).
 */
function travelUs({ policy, orders, seed }: PaperVenue, slot: number, nowUs: number): number {
  const jitter = policy.latencyJitterUs;
  if (jitter === 0) return policy.latencyUs;
  const what = orders.instrument[slot]! * 2 + (orders.side[slot]! > 0 ? 1 : 0);
  return policy.latencyUs + Math.floor(unitOf(seed, what, nowUs) * jitter);
}

/** Sends an order on its way. */
export function sendOrder(venue: PaperVenue, slot: number, nowUs: number): void {
  if (venue.external) return;
  venue.orders.arrivesAtUs[slot] = nowUs + travelUs(venue, slot, nowUs);
}

/** Sends a cancel on its way; it never overtakes its order. */
export function sendCancel(venue: PaperVenue, slot: number, nowUs: number): void {
  if (venue.external) return;
  venue.orders.cancelArrivesAtUs[slot] = Math.max(
    nowUs + travelUs(venue, slot, nowUs),
    venue.orders.arrivesAtUs[slot]!,
  );
}

/** Earliest arrival under way; 0 when none. */
export function nextArrival(orders: OrderTable): number {
  let earliest = 0;
  for (let slot = 0; slot < orders.id.length; slot++) {
    earliest = sooner(earliest, orders.arrivesAtUs[slot]!);
    earliest = sooner(earliest, orders.cancelArrivesAtUs[slot]!);
  }
  return earliest;
}

function stateOf(venue: PaperVenue, slot: number): OrderState {
  return orderStateAt(venue.orders.state[slot]!);
}

/** Hands over everything that has arrived by `nowUs`, in order of slots, of one instrument or (−1) of all. */
export function deliver(venue: PaperVenue, reports: VenueReports, nowUs: number, instrument: number): void {
  const { orders } = venue;
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    if (instrument >= 0 && orders.instrument[slot] !== instrument) continue;
    const arrives = orders.arrivesAtUs[slot]!;
    if (arrives > 0 && arrives <= nowUs) {
      orders.arrivesAtUs[slot] = 0;
      receive(venue, reports, slot);
    }
    const cancel = orders.cancelArrivesAtUs[slot]!;
    if (cancel > 0 && cancel <= nowUs) {
      orders.cancelArrivesAtUs[slot] = 0;
      if (isLive(stateOf(venue, slot))) reports.cancelled(slot);
    }
  }
}

function receive(venue: PaperVenue, reports: VenueReports, slot: number): void {
  reports.accepted(slot);
  if (reducible(venue, slot) === 0) {
    reports.cancelled(slot);
    return;
  }
  take(venue, reports, slot);
  if (!isLive(stateOf(venue, slot))) return;
  venue.orders.queueAhead[slot] = displayedAt(venue, slot);
}

/** Lots the order may still fill: what is open, for a reduce-only order no more than the position. */
function reducible(venue: PaperVenue, slot: number): number {
  const { orders, positions } = venue;
  const open = orders.lots[slot]! - orders.filledLots[slot]!;
  if (orders.reduceOnly[slot] === 0) return open;
  const held = positions.lots[orders.instrument[slot]!]! * orders.side[slot]!;
  return held < 0 ? Math.min(open, -held) : 0;
}

/** Fills against what is displayed, level by level, as far as the limit allows. */
function take(venue: PaperVenue, reports: VenueReports, slot: number): void {
  const instrument = venue.orders.instrument[slot]!;
  if (venue.books.state[instrument] === BOOK.synced) takeBook(venue, reports, slot, instrument);
  else takeTouch(venue, reports, slot, instrument);
}

/** True when the order may trade at `price`. */
function within(venue: PaperVenue, slot: number, price: number): boolean {
  const limit = venue.orders.limitTicks[slot]!;
  return limit === 0 || (venue.orders.side[slot]! > 0 ? price <= limit : price >= limit);
}

function takeBook(venue: PaperVenue, reports: VenueReports, slot: number, instrument: number): void {
  const book = instrument * 2 + (venue.orders.side[slot]! > 0 ? 1 : 0);
  const count = venue.books.count[book]!;
  const end = book * venue.books.levels + count - 1;
  for (let depth = 0; depth < count; depth++) {
    const price = Math.abs(venue.books.keys[end - depth]!);
    const lots = Math.min(reducible(venue, slot), venue.books.lots[end - depth]!);
    if (lots <= 0 || !within(venue, slot, price)) return;
    reports.filled(slot, lots, price, false, false);
    if (!isLive(stateOf(venue, slot))) return;
  }
}

/**
 * Without a book: the quoted size at the touch; without quotes, a price half the assumed spread beyond the
 * last one and a share of the last trade's or bar's volume. The second is marked as assumed.
 */
function takeTouch(venue: PaperVenue, reports: VenueReports, slot: number, instrument: number): void {
  const { market, orders } = venue;
  const buys = orders.side[slot]! > 0;
  const touch = buys ? market.ask[instrument]! : market.bid[instrument]!;
  const quoted = touch > 0;
  const price = quoted ? touch : assumedPrice(venue, instrument, buys);
  const size = quoted
    ? buys
      ? market.askLots[instrument]!
      : market.bidLots[instrument]!
    : assumedSize(venue, instrument);
  const lots = Math.min(reducible(venue, slot), Math.floor(size));
  if (price > 0 && lots > 0 && within(venue, slot, price)) reports.filled(slot, lots, price, false, !quoted);
}

function assumedPrice(venue: PaperVenue, instrument: number, buys: boolean): number {
  const last = venue.market.last[instrument]!;
  if (last === 0) return 0;
  const half = Math.max(Math.ceil((last * venue.policy.assumedSpreadPpm) / 2e6), 1);
  return Math.max(Math.round(last) + (buys ? half : -half), 1);
}

function assumedSize(venue: PaperVenue, instrument: number): number {
  const last = Math.abs(venue.market.lastTradeLots[instrument]!);
  return last > 0 ? Math.max((last * venue.policy.assumedDepthPpm) / 1e6, 1) : 0;
}

/** Lots shown at the order's own limit price when it joins: they are served first. */
function displayedAt(venue: PaperVenue, slot: number): number {
  const { orders, books, market } = venue;
  const instrument = orders.instrument[slot]!;
  const limit = orders.limitTicks[slot]!;
  const buys = orders.side[slot]! > 0;
  if (limit === 0) return 0;
  if (books.state[instrument] !== BOOK.synced) {
    const best = buys ? market.bid[instrument]! : market.ask[instrument]!;
    return best === limit ? (buys ? market.bidLots[instrument]! : market.askLots[instrument]!) : 0;
  }
  const book = instrument * 2 + (buys ? 0 : 1);
  const key = levelKey(limit, buys);
  const base = book * books.levels;
  for (let i = base + books.count[book]! - 1; i >= base && books.keys[i]! >= key; i--) {
    if (books.keys[i] === key) return books.lots[i]!;
  }
  return 0;
}

/** A trade printed: resting orders on the other side of its taker fill at their limit, after their queue. */
export function onTrade(
  venue: PaperVenue,
  reports: VenueReports,
  instrument: number,
  price: number,
  signedLots: number,
): void {
  const { orders } = venue;
  let left = Math.abs(signedLots);
  for (let slot = 0; slot < ORDER_CAPACITY && left > 0; slot++) {
    if (!rests(venue, slot, instrument)) continue;
    const side = orders.side[slot]!;
    const limit = orders.limitTicks[slot]!;
    if (limit === 0 || side > 0 === signedLots > 0) continue;
    if (side > 0 ? price > limit : price < limit) continue;
    const ahead = price === limit ? Math.min(orders.queueAhead[slot]!, left) : orders.queueAhead[slot]!;
    orders.queueAhead[slot] = orders.queueAhead[slot]! - ahead;
    if (price === limit) left -= ahead;
    const lots = Math.min(reducible(venue, slot), left);
    if (lots <= 0) continue;
    left -= lots;
    reports.filled(slot, lots, limit, true, false);
  }
}

/** Best prices and their sizes at one moment; 0 is unknown. */
export interface Touch {
  readonly bid: number;
  readonly bidLots: number;
  readonly ask: number;
  readonly askLots: number;
}

export function touchOf(market: MarketTable, instrument: number): Touch {
  return {
    bid: market.bid[instrument]!,
    bidLots: market.bidLots[instrument]!,
    ask: market.ask[instrument]!,
    askLots: market.askLots[instrument]!,
  };
}

/**
 * The touch moved from what it was: market orders take what is new, and an opposite touch at or through a
 * limit fills it. What was there before is not new: our own fills do not show in the data, and what an
 * order has taken once it cannot take again.
 */
export function onTouch(venue: PaperVenue, reports: VenueReports, instrument: number, before: Touch): void {
  const { orders, market } = venue;
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    if (!rests(venue, slot, instrument)) continue;
    const buys = orders.side[slot]! > 0;
    const touch = buys ? market.ask[instrument]! : market.bid[instrument]!;
    const known = buys ? before.ask : before.bid;
    const limit = orders.limitTicks[slot]!;
    if (limit === 0 && known === 0) {
      take(venue, reports, slot);
      continue;
    }
    if (touch === 0 || !within(venue, slot, touch)) continue;
    // A limit order has been through the whole book at its arrival: what lies behind the old touch is not new to it.
    const walked = limit !== 0 && venue.books.state[instrument] === BOOK.synced;
    const size = buys
      ? newLots(-before.ask, before.askLots, -touch, market.askLots[instrument]!, walked)
      : newLots(before.bid, before.bidLots, touch, market.bidLots[instrument]!, walked);
    const lots = Math.min(reducible(venue, slot), Math.floor(size));
    if (lots > 0) reports.filled(slot, lots, limit === 0 ? touch : limit, limit !== 0, false);
  }
}

/** Lots at the touch that were not there before; prices signed so that the higher is the better. */
function newLots(before: number, beforeLots: number, now: number, nowLots: number, walked: boolean): number {
  if (now === before) return Math.max(nowLots - beforeLots, 0);
  return walked && before !== 0 && now < before ? 0 : nowLots;
}

/**
 * A price without quotes. Market orders take; limits that rest fill at their own price where a ready-made bar
 * reaches it (`marketOnly` false), and have had theirs in {@link onTrade} where trades make the price.
 */
export function onAssumedPrice(
  venue: PaperVenue,
  reports: VenueReports,
  instrument: number,
  marketOnly: boolean,
): void {
  const { orders } = venue;
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    if (!rests(venue, slot, instrument)) continue;
    const limit = orders.limitTicks[slot]!;
    if (limit === 0) take(venue, reports, slot);
    else if (!marketOnly) fillAtLimit(venue, reports, slot, limit);
  }
}

/** A bar's price came through a resting limit: whoever traded there met it on the way, not at the bar's far end. */
function fillAtLimit(venue: PaperVenue, reports: VenueReports, slot: number, limit: number): void {
  const instrument = venue.orders.instrument[slot]!;
  const price = assumedPrice(venue, instrument, venue.orders.side[slot]! > 0);
  const lots = Math.min(reducible(venue, slot), Math.floor(assumedSize(venue, instrument)));
  if (price > 0 && lots > 0 && within(venue, slot, price)) reports.filled(slot, lots, limit, true, true);
}

/** True when the order has arrived and is live. */
function rests(venue: PaperVenue, slot: number, instrument: number): boolean {
  const { orders } = venue;
  if (
    venue.external ||
    orders.id[slot] === 0 ||
    orders.instrument[slot] !== instrument ||
    orders.arrivesAtUs[slot]! > 0
  )
    return false;
  const state = stateOf(venue, slot);
  return state === 'open' || state === 'partially-filled' || state === 'cancel-pending';
}
