/** Symbols taken apart and named, and what file names tell. */
import { describe, expect, test } from 'vitest';
import { fileNameHints } from '../../../src/importers/file-name.ts';
import { splitSymbol, unifiedName } from '../../../src/importers/symbols.ts';
import { displayName, grouped, quote, readSymbol, spoken } from '../../../src/importers/text.ts';

describe('symbols', () => {
  test.each([
    ['BTCUSDT', 'spot', 'BTC/USDT'],
    ['BTCUSDT', 'linear', 'BTC/USDT:USDT'],
    ['BTCUSD_PERP', 'inverse', 'BTC/USD:BTC'],
    ['BTCUSD_211231', 'inverse', 'BTC/USD:BTC-211231'],
    ['BTCUSDT_240927', 'linear', 'BTC/USDT:USDT-240927'],
    ['XRPETH', 'spot', 'XRP/ETH'],
    ['LRCBTC', 'spot', 'LRC/BTC'],
    ['RUNEEUR', 'spot', 'RUNE/EUR'],
    ['BTCBUSD', 'spot', 'BTC/BUSD'],
    ['BNBBUSD', 'spot', 'BNB/BUSD'],
    ['BNBUSD', 'spot', 'BNB/USD'],
    ['BTCTUSD', 'spot', 'BTC/TUSD'],
    ['DOTUSD', 'spot', 'DOT/USD'],
    ['BTCFDUSD', 'spot', 'BTC/FDUSD'],
    ['ADATRY', 'spot', 'ADA/TRY'],
    ['1000SHIBUSDT', 'linear', '1000SHIB/USDT:USDT'],
    ['BTC-PERP', 'linear', 'BTC/USD:USD'],
    ['BTC-USD', 'spot', 'BTC/USD'],
    ['ETH/USDT', 'spot', 'ETH/USDT'],
    ['ETH/USDT:USDT', 'linear', 'ETH/USDT:USDT'],
  ] as const)('%s %s is %s', (symbol, kind, name) => {
    const parts = splitSymbol(symbol)!;
    expect(unifiedName(parts, kind)).toBe(name);
    expect(parts.kind ?? kind).toBe(kind);
  });

  test('one market has one venue symbol however it is written', () => {
    const written = ['BTCUSDT', 'BTC/USDT', 'BTC/USDT:USDT'].map((symbol) => splitSymbol(symbol)?.venueSymbol);
    expect(written).toEqual(['BTCUSDT', 'BTCUSDT', 'BTCUSDT']);
    expect(splitSymbol('BTC/USD:BTC')?.venueSymbol).toBe('BTCUSD_PERP');
  });

  test.each(['USDT', 'FOO', 'BTC_FOO', 'NOTACOIN', '__PROTO__'])('%s cannot be taken apart', (symbol) => {
    expect(splitSymbol(symbol)).toBeUndefined();
  });

  test('only characters of symbols are let in', () => {
    expect(readSymbol('btcusdt')).toBe('BTCUSDT');
    const hostile = ['', '_BTC', 'BTC USDT', 'BTC\u001b[31m', 'BTC\u202eUSDT', '<b>', 'Ä', 'A'.repeat(41)];
    expect(hostile.map(readSymbol)).toEqual(hostile.map(() => undefined));
  });
});

describe('file names', () => {
  test.each([
    ['BTCUSDT_perp_1h_2023-01_2024-05.csv.gz', 'BTCUSDT', 'linear', undefined, 3600],
    ['ALGOUSDT-1m-2025-02.csv.gz', 'ALGOUSDT', undefined, undefined, 60],
    ['btc-perp-20211231-20220201_1m.csv.gz', 'BTC-PERP', 'linear', undefined, 60],
    ['binance_cm_btcusd_perp_20240808_trades.csv.gz', 'BTCUSD_PERP', 'inverse', 'binance', undefined],
    ['binance_spot_XRPETH_aggTrades_2019-10_part1.csv.gz', 'XRPETH', 'spot', 'binance', undefined],
    ['usdm_btcusdt_20230404.jsonl.gz', 'BTCUSDT', 'linear', undefined, undefined],
    ['BTCUSDT_Binance_futures_data_day.csv', 'BTCUSDT', 'linear', 'binance', 86_400],
    ['coinbase_minute_btcusd_20171217_trade.csv.gz', 'BTCUSD', undefined, 'coinbase', 60],
    ['BTC_USDT-5m.json', 'BTCUSDT', undefined, undefined, 300],
    ['BTCUSD_PERP-1m-2024-01.csv', 'BTCUSD_PERP', 'linear', undefined, 60],
    ['freqtrade_orderflow_public_trades_list.csv.gz', undefined, undefined, undefined, undefined],
    ['registry_entry_country.csv', undefined, undefined, undefined, undefined],
    ['constructor_toString___proto__.csv', undefined, undefined, undefined, undefined],
    ['ADAUSDT_1M.csv', 'ADAUSDT', undefined, undefined, undefined],
  ])('%s', (name, symbol, market, venue, seconds) => {
    const hints = fileNameHints(name);
    expect([hints.symbol, hints.market, hints.venue]).toEqual([symbol, market, venue]);
    expect(hints.timeFrameUs).toBe(seconds === undefined ? undefined : seconds * 1e6);
  });

  test('one date is a date, two are a range', () => {
    expect(fileNameHints('x_20171217_trade.csv').dateUs).toBe(Date.UTC(2017, 11, 17) * 1000);
    expect(fileNameHints('x-20211231-20220201.csv').dateUs).toBeUndefined();
    expect(fileNameHints('x_20211331.csv').dateUs).toBeUndefined();
  });
});

describe('words for messages', () => {
  test('nothing foreign survives', () => {
    expect(quote('a\u001b]0;x\u0007\n\u202e')).toBe('"a\ufffd]0;x\ufffd\ufffd\ufffd"');
    expect(quote('x'.repeat(50), 5)).toBe('"xxxxx…"');
    expect(displayName('/tmp/\u001b[2Jfile\r.csv')).toBe('\ufffd[2Jfile\ufffd.csv');
  });

  test('numbers and durations', () => {
    expect([0, 999, 1000, 1_234_567].map(grouped)).toEqual(['0', '999', '1,000', '1,234,567']);
    expect([1_500_000, -90_000_000, 600_000_000, 83_454_000_000, 4e11].map(spoken)).toEqual([
      ...['1.500 s', '90 s', '10 min 0 s', '23 h 10 min', '4 d 15 h'],
    ]);
  });
});
