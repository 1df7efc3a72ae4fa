/** Binance's adapter, spot and USD-M, against the exchange of this repository. */
import { binanceRig } from './binance-rig.ts';
import { conformsToTradingVenue } from './trading-venue.ts';

conformsToTradingVenue('Binance spot', () => binanceRig('binance'));
conformsToTradingVenue('Binance USD-M', () => binanceRig('binanceusdm'));
