/** Binance's adapter, USD-M and spot, against the exchange of this repository. */
import { binanceRig } from './binance-rig.ts';
import { conformsToTradingVenue } from './trading-venue.ts';

conformsToTradingVenue('Binance USD-M', () => binanceRig('binanceusdm'));
// Fees in kind, no reduce-only, and exits in the place of stops; names, queries, limits and the stream are the same code.
conformsToTradingVenue(
  'Binance spot',
  () => binanceRig('binance'),
  /keeps an order|executions of an|sells at|the books|in the place of|exchanges a stop/,
);
