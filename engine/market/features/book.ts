/** Features of the best prices and of the book behind them at the close of a bar. */
import { F, WINDOW } from '../../domain/index.ts';
import { type BarTable, BOOK, type BookTable, type FeatureTable, type MarketTable } from '../../domain/tables/index.ts';
import { depthLots } from '../books.ts';
import { put, rowOf } from './slots.ts';

const VACUUM_ALPHA = 0.3;

/** Reads touch and book as they are: the ten best levels of each side, and of a book that is not whole the touch alone. */
export function readBook(
  market: MarketTable,
  books: BookTable,
  bars: BarTable,
  features: FeatureTable,
  instrument: number,
): void {
  readTouch(market, bars, features, instrument);
  const row = rowOf(instrument);
  const touched = market.bid[instrument]! > 0 && market.ask[instrument]! > 0;
  const whole = books.state[instrument] === BOOK.synced;
  const bids = whole ? depthLots(books, instrument * 2, WINDOW.nearLevels) : market.bidLots[instrument]!;
  const asks = whole ? depthLots(books, instrument * 2 + 1, WINDOW.nearLevels) : market.askLots[instrument]!;
  const some = touched && bids + asks > 0;
  put(features, row + F.depthImbalance, some ? (bids - asks) / (bids + asks) : 0, some);
  const known = whole && bids > 0 && asks > 0;
  const before = features.valid[row + F.vacuum] === 1 ? features.values[row + F.vacuum]! : asks / bids;
  put(features, row + F.vacuum, known ? before + VACUUM_ALPHA * (asks / bids - before) : 0, known);
  const bidSlope = known ? slopeOf(books, instrument * 2) : 0;
  const askSlope = known ? slopeOf(books, instrument * 2 + 1) : 0;
  const sloped = bidSlope > 0 && askSlope > 0;
  put(features, row + F.depthSlope, sloped ? (bidSlope - askSlope) / (bidSlope + askSlope) : 0, sloped);
}

/**
 * Spread, queue imbalance (Gould and Bonart, "Queue Imbalance as a One-Tick-Ahead Price Predictor", 2016), weighted
 * middle (Stoikov, "The Micro-Price", 2018), and the bar's order flow over the depth that it met (Cont, Kukanov and
 * Stoikov, 2014).
 */
function readTouch(market: MarketTable, bars: BarTable, features: FeatureTable, instrument: number): void {
  const row = rowOf(instrument);
  const bid = market.bid[instrument]!;
  const ask = market.ask[instrument]!;
  const bidLots = market.bidLots[instrument]!;
  const askLots = market.askLots[instrument]!;
  const both = bidLots + askLots;
  const touched = bid > 0 && ask > 0;
  const middle = (bid + ask) / 2;
  put(features, row + F.spreadPpm, touched ? ((ask - bid) / middle) * 1e6 : 0, touched);
  const queued = touched && both > 0;
  put(features, row + F.queueImbalance, queued ? (bidLots - askLots) / both : 0, queued);
  const micro = queued ? (bid * askLots + ask * bidLots) / both : 0;
  put(features, row + F.microPriceDistance, queued ? ((micro - middle) / middle) * 1e6 : 0, queued);
  put(features, row + F.orderFlowBar, queued ? (2 * bars.flow[instrument]!) / both : 0, queued);
}

/**
 * Lots that the near levels of one side gain with each tick of distance from its best price: slope through the origin, by
 * least squares, of the lots up to a level over its distance. 0 for a side of one level.
 */
function slopeOf(books: BookTable, book: number): number {
  const end = book * books.levels + books.count[book]!;
  const from = Math.max(end - WINDOW.nearLevels, book * books.levels);
  const best = books.keys[end - 1]!;
  let lots = 0;
  let products = 0;
  let squares = 0;
  for (let i = end - 2; i >= from; i--) {
    const distance = best - books.keys[i]!;
    lots += books.lots[i]!;
    products += distance * lots;
    squares += distance * distance;
  }
  return squares > 0 ? products / squares : 0;
}
