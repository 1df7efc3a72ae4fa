/** Instruments as a venue lists them, with no rule that any order would break. */
import type { InstrumentSpec } from '../../../engine/domain/index.ts';
import type { VenueInstrument } from '../../../src/venues/venue-instrument.ts';

export function listedFreely(spec: InstrumentSpec): VenueInstrument {
  const free = { least: '0', most: '0', step: '0' };
  return {
    spec,
    rules: {
      price: free,
      quantity: free,
      marketQuantity: free,
      minNotional: '0',
      minNotionalForMarket: false,
      priceBand: undefined,
    },
    trading: true,
  };
}

/** Bitcoin in Tether on these grids. */
export function bitcoin(kind: 'spot' | 'linear', tickSize: string, lotSize: string, minNotional = '0'): InstrumentSpec {
  const isSpot = kind === 'spot';
  const [symbol, venue] = isSpot ? ['BTC/USDT', 'binance'] : ['BTC/USDT:USDT', 'binanceusdm'];
  const rest = { venueSymbol: 'BTCUSDT', kind, base: 'BTC', quote: 'USDT', inferred: false };
  return { symbol, venue, ...rest, tickSize, lotSize, minNotional };
}
