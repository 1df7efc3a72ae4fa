/** Instruments: exact worth of a tick of a lot, and what may not be traded. */
import { describe, expect, it } from 'vitest';
import { formatMoney, prepareInstrument, sideName } from '../../../../engine/domain/index.ts';
import { linearSpec, spotSpec } from '../../../fixtures/engine-session.ts';

describe('prepareInstrument', () => {
  it('reads grids and filters', () => {
    const instrument = prepareInstrument(
      linearSpec('ETH/USDT:USDT', { tickSize: '0.050', lotSize: '0.001' }),
      4,
      'USDT',
    );
    expect(instrument).toMatchObject({ index: 4, tick: { step: 5, decimals: 2 }, tickNumber: 0.05, lotNumber: 0.001 });
    expect(formatMoney(instrument.unit, 8)).toBe('0.00005000');
    expect(formatMoney(instrument.minNotionalMoney, 2)).toBe('5.00');
    expect(instrument.untradable).toBeUndefined();
  });

  it.each([
    ['coin-margined', linearSpec('BTC/USD:BTC', { kind: 'inverse', quote: 'USDT' })],
    ['other-quote-currency', spotSpec('ETH/BTC', { quote: 'BTC' })],
    ['grid-too-fine', spotSpec('PEPE/USDT', { tickSize: '0.000000001', lotSize: '0.00000001' })],
  ])('says why it is not tradable: %s', (reason, spec) => {
    expect(prepareInstrument(spec, 0, 'USDT').untradable).toBe(reason);
  });

  it.each([{ tickSize: '0' }, { lotSize: '1e-3' }, { minNotional: 'five' }])(
    'stops on sizes that the edge should have refused: %j',
    (changes) => {
      expect(() => prepareInstrument(linearSpec('X/USDT:USDT', changes), 0, 'USDT')).toThrow('sizes of X/USDT:USDT');
    },
  );
});

describe('sideName', () => {
  it('names a signed quantity', () => expect([3, -3, 0].map(sideName)).toEqual(['BUY', 'SELL', 'FLAT']));
});
