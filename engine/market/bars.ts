/** Closing of bars on the grid of session time, with the features of each. */
import type { BarTable, BookTable, FeatureTable, MarketTable } from '../domain/tables/index.ts';
import type { IndicatorTable } from './features/slots.ts';
import { updateFeatures } from './features/update.ts';

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
  updateFeatures(indicators, features, bars, market, books, instrument);
  bars.closedOpen[instrument] = bars.open[instrument]!;
  bars.open[instrument] = 0;
  bars.volume[instrument] = 0;
  bars.updates[instrument] = 0;
  bars.flow[instrument] = 0;
  bars.flowSize[instrument] = 0;
  bars.tradeFlow[instrument] = 0;
  bars.tradeFlowSize[instrument] = 0;
  bars.trades[instrument] = 0;
  return true;
}
