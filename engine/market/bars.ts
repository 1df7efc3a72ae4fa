/** Closing of bars on the grid of session time, and the book features read at that moment. */
import { F, FEATURE_COUNT } from '../domain/index.ts';
import { type BarTable, BOOK, type BookTable, type FeatureTable, type MarketTable } from '../domain/tables/index.ts';
import { depthLots } from './books.ts';
import { type IndicatorTable, updateIndicators } from './indicators.ts';

/** Levels of each side that count as near the touch. */
export const NEAR_LEVELS = 10;
const VACUUM_ALPHA = 0.3;

/**
 * Closes the bar of one instrument when it saw any data: a bar of quotes alone keeps the last price and
 * has no volume; without data no bar is made and indicators stand still.
 * @returns true when a bar was closed.
 */
export function closeBar(
  bars: BarTable,
  market: MarketTable,
  books: BookTable,
  features: FeatureTable,
  indicators: IndicatorTable,
  instrument: number,
): boolean {
  if (bars.updates[instrument] === 0) return false;
  if (bars.open[instrument] === 0) {
    const last = market.last[instrument]! > 0 ? market.last[instrument]! : bars.close[instrument]!;
    if (last === 0) {
      bars.updates[instrument] = 0;
      return false;
    }
    bars.open[instrument] = last;
    bars.high[instrument] = last;
    bars.low[instrument] = last;
    bars.close[instrument] = last;
  }
  updateIndicators(indicators, features, bars, instrument);
  readBookFeatures(market, books, features, instrument);
  bars.open[instrument] = 0;
  bars.volume[instrument] = 0;
  bars.updates[instrument] = 0;
  bars.flow[instrument] = 0;
  bars.flowSize[instrument] = 0;
  return true;
}

function readBookFeatures(market: MarketTable, books: BookTable, features: FeatureTable, instrument: number): void {
  const row = instrument * FEATURE_COUNT;
  const bid = market.bid[instrument]!;
  const ask = market.ask[instrument]!;
  const touched = bid > 0 && ask > 0;
  set(features, row + F.spreadPpm, touched ? ((ask - bid) / ((ask + bid) / 2)) * 1e6 : 0, touched);
  const whole = books.state[instrument] === BOOK.synced;
  const bids = whole ? depthLots(books, instrument * 2, NEAR_LEVELS) : market.bidLots[instrument]!;
  const asks = whole ? depthLots(books, instrument * 2 + 1, NEAR_LEVELS) : market.askLots[instrument]!;
  set(
    features,
    row + F.depthImbalance,
    bids + asks > 0 ? (bids - asks) / (bids + asks) : 0,
    touched && bids + asks > 0,
  );
  const known = whole && bids > 0 && asks > 0;
  const before = features.valid[row + F.vacuum] === 1 ? features.values[row + F.vacuum]! : asks / bids;
  set(features, row + F.vacuum, known ? before + VACUUM_ALPHA * (asks / bids - before) : 0, known);
}

function set(features: FeatureTable, at: number, value: number, valid: boolean): void {
  features.values[at] = valid ? value : 0;
  features.valid[at] = valid ? 1 : 0;
}
