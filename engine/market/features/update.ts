/** Features of a closed bar: every one of the schema, in O(1) for each bar but for those that say otherwise. */
import { F, WINDOW_STEPS_MOST } from '../../domain/index.ts';
import {
  type BarTable,
  type BookTable,
  CLOSES_KEPT,
  type FeatureTable,
  type MarketTable,
} from '../../domain/tables/index.ts';
import { log } from '../../kernel/math.ts';
import { readBook } from './book.ts';
import { updateAverages, updateHorizons, updateOscillators, updatePlaces, updateVolatility } from './prices.ts';
import { updateChanges, updateGaussian, updateMemory, updateOrder } from './shapes.ts';
import { type ClosedBar, type IndicatorTable, PART, put, rowOf } from './slots.ts';
import { updateEnergy, updateFlow, updateVolumes } from './volumes.ts';

/** Folds the closed bar of one instrument, and the book as it is, into the instrument's features. */
export function updateFeatures(
  table: IndicatorTable,
  features: FeatureTable,
  bars: BarTable,
  market: MarketTable,
  books: BookTable,
  instrument: number,
): void {
  const s = table.slots;
  const base = instrument * PART.end;
  const row = rowOf(instrument);
  const bar: ClosedBar = { bars, instrument, slots: s, base, features, row };
  const count = features.bars[instrument]!;
  const close = bars.close[instrument]!;
  const first = count === 0;
  const previous = first ? close : s[base + PART.previousClose]!;
  const logReturn = close === previous ? 0 : log(close / previous);
  features.closes[instrument * CLOSES_KEPT + (count % CLOSES_KEPT)] = close;
  features.returns[instrument * WINDOW_STEPS_MOST + (count % WINDOW_STEPS_MOST)] = logReturn;
  features.bars[instrument] = count + 1;
  put(features, row + F.close, close, true);
  updateAverages(bar, close);
  updateOscillators(bar);
  updateHorizons(bar, table.horizons, close, count + 1);
  updateVolatility(bar, logReturn, first);
  updatePlaces(bar);
  updateGaussian(bar, close);
  updateOrder(bar, close);
  updateVolumes(bar, first);
  updateFlow(bar);
  if (!first) {
    updateEnergy(bar, close - previous);
    updateChanges(bar, close - previous);
    updateMemory(bar, logReturn, count + 1);
  }
  readBook(market, books, bars, features, instrument);
  s[base + PART.previousClose] = close;
}
