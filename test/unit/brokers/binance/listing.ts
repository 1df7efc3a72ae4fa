/** Instruments as a venue lists them, with no rule that any order would break. */
import type { InstrumentKind } from '../../../../engine/domain/index.ts';
import type { VenueInstrument } from '../../../../src/venues/venue-instrument.ts';

export function listing(kind: InstrumentKind, tickSize: string, lotSize: string): VenueInstrument {
  const free = { least: '0', most: '0', step: '0' };
  const symbol = kind === 'spot' ? 'BTC/USDT' : 'BTC/USDT:USDT';
  const venue = kind === 'spot' ? 'binance' : 'binanceusdm';
  return {
    spec: {
      symbol,
      venueSymbol: 'BTCUSDT',
      venue,
      kind,
      base: 'BTC',
      quote: 'USDT',
      tickSize,
      lotSize,
      minNotional: '0',
      inferred: false,
    },
    rules: {
      price: free,
      quantity: free,
      marketQuantity: free,
      minNotional: '0',
      minNotionalForMarket: false,
      priceBand: undefined,
      maxOpenOrders: undefined,
      maxStopOrders: undefined,
    },
    trading: true,
  };
}
