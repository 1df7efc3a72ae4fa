/** Instruments for tests of what venues say. */
import type { InstrumentSpec } from '../../../engine/domain/index.ts';
import type { VenueInstrument } from '../../../src/venues/venue-instrument.ts';
import { linearSpec, spotSpec } from '../../fixtures/engine-session.ts';

export function listed(spec: InstrumentSpec): VenueInstrument {
  const bounds = { least: '0', most: '0', step: '0' };
  const rules = {
    price: bounds,
    quantity: bounds,
    marketQuantity: bounds,
    minNotional: '5',
    minNotionalForMarket: false,
    priceBand: undefined,
  };
  return { spec, rules, trading: true };
}

export const SPOT = listed(spotSpec('BTC/USDT', { venueSymbol: 'BTCUSDT', tickSize: '0.01', lotSize: '0.00001' }));
export const LINEAR = listed(linearSpec('BTC/USDT:USDT', { venueSymbol: 'BTCUSDT' }));
