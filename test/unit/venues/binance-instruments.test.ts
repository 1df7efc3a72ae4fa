/** Instruments from real answers of Binance, and from such as must be refused. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readInstruments, venueSymbolOf } from '../../../src/venues/binance/instruments.ts';
import { BINANCE_MARKETS } from '../../../src/venues/binance/market.ts';
import { dataFolder } from '../../fixtures/recorded.ts';

const folder = dataFolder() ?? '';
const { binance, binanceusdm, binancecoinm } = BINANCE_MARKETS;
const info = (name: string): string =>
  gunzipSync(readFileSync(join(folder, 'j_exchange_fixtures/exchangeInfo', name))).toString();

describe.skipIf(folder === '')('exchangeInfo as it was recorded', () => {
  it('spot', () => {
    const [btc, eth] = readInstruments(binance, info('binance_spot_exchangeInfo_2021-10-12.json.gz'), [
      'BTC/USDT',
      'ETH/BTC',
    ]);
    expect(btc).toEqual({
      spec: {
        symbol: 'BTC/USDT',
        venueSymbol: 'BTCUSDT',
        venue: 'binance',
        kind: 'spot',
        base: 'BTC',
        quote: 'USDT',
        tickSize: '0.01000000',
        lotSize: '0.00001000',
        minNotional: '10.00000000',
        inferred: false,
      },
      rules: {
        price: { least: '0.01000000', most: '1000000.00000000', step: '0.01000000' },
        quantity: { least: '0.00001000', most: '9000.00000000', step: '0.00001000' },
        // Zeros in the filter for market orders: the one for all orders holds.
        marketQuantity: { least: '0.00001000', most: '100.05381873', step: '0.00001000' },
        minNotional: '10.00000000',
        minNotionalForMarket: true,
        priceBand: { up: '5', down: '0.2' },
      },
      trading: true,
    });
    expect(eth?.spec).toMatchObject({ symbol: 'ETH/BTC', base: 'ETH', quote: 'BTC' });
  });

  it('USD-M and COIN-M', () => {
    const [linear] = readInstruments(binanceusdm, info('binance_usdm_exchangeInfo_2021-07-22.json.gz'), [
      'BTC/USDT:USDT',
    ]);
    expect(linear).toMatchObject({
      spec: { venueSymbol: 'BTCUSDT', venue: 'binanceusdm', kind: 'linear', lotSize: '0.001', minNotional: '5' },
      rules: { minNotionalForMarket: false },
      trading: true,
    });
    const [inverse] = readInstruments(binancecoinm, info('binance_coinm_exchangeInfo_2021.json.gz'), ['BTC/USD:BTC']);
    expect(inverse).toMatchObject({
      spec: { venueSymbol: 'BTCUSD_PERP', kind: 'inverse', tickSize: '0.1', lotSize: '1' },
    });
  });
});

const price = { filterType: 'PRICE_FILTER', minPrice: '0.01', maxPrice: '100', tickSize: '0.01' };
const lot = { filterType: 'LOT_SIZE', minQty: '0.1', maxQty: '100', stepSize: '0.1' };
const entry = (changes: object = {}): object => ({
  symbol: 'BTCUSDT',
  status: 'TRADING',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  filters: [price, lot],
  ...changes,
});
const read = (...entries: unknown[]) => readInstruments(binance, JSON.stringify({ symbols: entries }), ['BTC/USDT'])[0];

describe('an exchangeInfo', () => {
  it('may have rules of each side, halted symbols, and entries of any form that nobody asked for', () => {
    const bySide = {
      filterType: 'PERCENT_PRICE_BY_SIDE',
      bidMultiplierUp: '1.5',
      bidMultiplierDown: '0.2',
      askMultiplierUp: '5',
      askMultiplierDown: '0.8',
    };
    const notional = { filterType: 'NOTIONAL', minNotional: '7', applyMinToMarket: true, maxNotional: '9000000' };
    const found = read(null, 7, { symbol: 3 }, entry({ status: 'BREAK', filters: [price, lot, bySide, notional] }));
    expect(found).toMatchObject({
      trading: false,
      rules: { priceBand: { up: '1.5', down: '0.8' }, minNotional: '7', minNotionalForMarket: true },
    });
  });

  it('says where an order may take the place of another in one request', () => {
    expect(read(entry({ cancelReplaceAllowed: true }))?.spec.replacesOrders).toBe(true);
    expect(read(entry({ cancelReplaceAllowed: false }))?.spec.replacesOrders).toBeUndefined();
    expect(read(entry({}))?.spec.replacesOrders).toBeUndefined();
    expect(() => read(entry({ cancelReplaceAllowed: 'yes' }))).toThrow(/does not read/);
  });

  it.each([
    ['no JSON', '{', /does not read/],
    ['no list', '{"symbols":{}}', /does not read/],
    ['without the symbol', '{"symbols":[]}', /Binance spot does not list BTC\/USDT$/],
  ])('%s is refused', (_, body, why) => {
    expect(() => readInstruments(binance, body, ['BTC/USDT'])).toThrow(why);
  });

  it.each([
    ['no filters', { filters: 'x' }, /form that does not read/],
    ['no tick', { filters: [lot] }, /has no tick/],
    ['no lot', { filters: [price] }, /has no lot/],
    ['a tick of zero', { filters: [{ ...price, tickSize: '0.00' }, lot] }, /has no tick or lot/],
    ['a tick that is no number', { filters: [{ ...price, tickSize: '1e-2' }, lot] }, /PRICE_FILTER that does not read/],
    ['other currencies', { quoteAsset: 'EUR' }, /other currencies/],
    ['hostile currencies', { quoteAsset: '\u001b[31mUSDT' }, /other currencies/],
  ])('that lists a symbol with %s is refused', (_, changes, why) => {
    expect(() => read(entry(changes))).toThrow(why);
  });
});

describe('a unified symbol', () => {
  it('is that of the market', () => {
    expect(venueSymbolOf(binance, 'BTC/USDT')).toBe('BTCUSDT');
    expect(venueSymbolOf(binanceusdm, 'BTC/USDT:USDT')).toBe('BTCUSDT');
    expect(venueSymbolOf(binancecoinm, 'BTC/USD:BTC')).toBe('BTCUSD_PERP');
  });

  it.each(['BTCUSDT', 'btc/usdt', 'BTC/USDT:USDT', 'BTC/USDT/X', '\u001b]0;x\u0007', ''])(
    '%j is none of spot',
    (symbol) => {
      expect(() => venueSymbolOf(binance, symbol)).toThrow(/is no symbol of Binance spot, such as BTC\/USDT$/);
    },
  );
});
