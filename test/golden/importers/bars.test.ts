/** Bars: counts and missing bars equal to those of the manifest. */
import { expect, test } from 'vitest';
import { describeData, importData, only, orderCheck } from './data.ts';

/** Files of bars: count, missing, symbol, seconds of a bar. */
const BARS: ReadonlyArray<readonly [string, number, number, string, number]> = [
  ['binance_futures_1h/BTCUSDT_perp_1h_2023-01_2024-05.csv.gz', 11_991, 0, 'BTC/USDT:USDT', 3600],
  ['binance_futures_1h/LTCUSDT_perp_1h_2023-01_2024-05.csv.gz', 11_991, 0, 'LTC/USDT:USDT', 3600],
  ['binance_futures_5m/ADAUSDT_perp_5m_2025-11_2026-01.csv.gz', 17_359, 0, 'ADA/USDT:USDT', 300],
  ['binance_futures_5m/BNBUSDT_perp_5m_2025-11_2026-01.csv.gz', 17_359, 0, 'BNB/USDT:USDT', 300],
  ['binance_futures_5m/BTCUSDT_perp_5m_2023-01_2024-05.csv.gz', 143_900, 0, 'BTC/USDT:USDT', 300],
  ['binance_futures_5m/BTCUSDT_perp_5m_2025-11_2026-01.csv.gz', 17_359, 0, 'BTC/USDT:USDT', 300],
  ['binance_futures_5m/DOGEUSDT_perp_5m_2025-11_2026-01.csv.gz', 17_359, 0, 'DOGE/USDT:USDT', 300],
  ['binance_futures_5m/LINKUSDT_perp_5m_2025-11_2026-01.csv.gz', 17_359, 0, 'LINK/USDT:USDT', 300],
  ['binance_futures_5m/LTCUSDT_perp_5m_2023-01_2024-05.csv.gz', 143_902, 0, 'LTC/USDT:USDT', 300],
  ['binance_spot_15m/USTCUSDT_15m.csv.gz', 28_386, 5, 'USTC/USDT', 900],
  ['binance_spot_1d/BTCUSDT_12h_2017-08_2022-06.csv.gz', 3506, 1, 'BTC/USDT', 43_200],
  ['binance_spot_1d/BTCUSDT_1d_2017-08_2022-06.csv.gz', 1754, 0, 'BTC/USDT', 86_400],
  ['binance_spot_1h/BNBUSDT_1h_2021-04_2023-12.csv.gz', 23_988, 12, 'BNB/USDT', 3600],
  ['binance_spot_1h/BNBUSDT_1h_to_2022-06.csv.gz', 40_007, 119, 'BNB/USDT', 3600],
  ['binance_spot_1h/BTCUSDT_1h_2020-12_2021-07.json.gz', 5482, 11, 'BTC/USDT', 3600],
  ['binance_spot_1h/BTCUSDT_1h_2021-04_2023-12.csv.gz', 23_988, 12, 'BTC/USDT', 3600],
  ['binance_spot_1h/DOGEUSDT_1h_2021-04_2023-12.csv.gz', 23_988, 12, 'DOGE/USDT', 3600],
  ['binance_spot_1h/FTTUSDT_1h_2021-04_2023-12.csv.gz', 16_522, 7478, 'FTT/USDT', 3600],
  ['binance_spot_1h/LTCUSDT_1h_to_2022-06.csv.gz', 39_119, 119, 'LTC/USDT', 3600],
  ['binance_spot_1h/LUNAUSDT_1h_2020-12_2021-07.json.gz', 5482, 11, 'LUNA/USDT', 3600],
  ['binance_spot_1h/LUNAUSDT_1h_2021-04_2023-12.csv.gz', 23_551, 449, 'LUNA/USDT', 3600],
  ['binance_spot_1h/USTUSDT_1h_2021-04_2023-12.csv.gz', 3353, 0, 'UST/USDT', 3600],
  ['binance_spot_1h/XRPUSDT_1h_2020-12_2021-07.json.gz', 5482, 11, 'XRP/USDT', 3600],
  ['binance_spot_1h/XRPUSDT_1h_2021-04_2023-12.csv.gz', 23_988, 12, 'XRP/USDT', 3600],
  ['binance_spot_1m_ftx_crash/ADAUSDT_1m_2022-11-08_09.csv.gz', 1000, 0, 'ADA/USDT', 60],
  ['binance_spot_1m_ftx_crash/BNBUSDT_1m_2022-11-08_09.csv.gz', 1000, 0, 'BNB/USDT', 60],
  ['binance_spot_1m_ftx_crash/BTCBUSD_1m_2022-11-08_09.csv.gz', 1000, 0, 'BTC/BUSD', 60],
  ['binance_spot_1m_ftx_crash/BTCUSDT_1m_2022-11-08_09.csv.gz', 1000, 0, 'BTC/USDT', 60],
  ['binance_spot_1m_ftx_crash/DOGEUSDT_1m_2022-11-08_09.csv.gz', 1000, 0, 'DOGE/USDT', 60],
  ['binance_spot_1m_ftx_crash/FTTUSDT_1m_2022-11-08_09.csv.gz', 1000, 0, 'FTT/USDT', 60],
  ['binance_spot_1m_ftx_crash/LUNCUSDT_1m_2022-11-08_09.csv.gz', 1000, 0, 'LUNC/USDT', 60],
  ['binance_spot_1m_ftx_crash/XRPUSDT_1m_2022-11-08_09.csv.gz', 1000, 0, 'XRP/USDT', 60],
  ['binance_spot_5m/BTCUSDT_5m_2020-12_2021-07.json.gz', 65_741, 177, 'BTC/USDT', 300],
  ['binance_spot_5m/LUNAUSDT_5m_2020-12_2021-07.json.gz', 65_743, 177, 'LUNA/USDT', 300],
  ['binance_spot_5m/XRPUSDT_5m_2020-12_2021-07.json.gz', 65_745, 177, 'XRP/USDT', 300],
  ['bitfinex_1m/BTCUSD_1m_2016.csv.gz', 293_230, 233_809, 'BTC/USD', 60],
  ['cryptodatadownload/BTCUSDT_Binance_futures_data_day.csv.gz', 480, 0, 'BTC/USDT:USDT', 86_400],
  ['cryptodatadownload/BTCUSDT_Binance_futures_data_hour.csv.gz', 3599, 0, 'BTC/USDT:USDT', 3600],
  ['ftx_1m/btc-perp-20211231-20220201_1m.csv.gz', 45_031, 0, 'BTC/USD:USD', 60],
  // The manifest takes the first row of the LEAN files for a header; they have none.
  ['lean_minute/binance_minute_btcusd_20221213_trade.csv.gz', 1439, 1, 'BTC/USD', 60],
  ['lean_minute/coinbase_minute_btcusd_20171217_trade.csv.gz', 1440, 0, 'BTC/USD', 60],
  ['lean_minute/coinbase_minute_btcusd_20180404_trade.csv.gz', 1007, 1, 'BTC/USD', 60],
  ['lean_minute/coinbase_second_btcusd_20161007_trade.csv.gz', 4063, 82_332, 'BTC/USD', 1],
];

/** An outage of Binance shifted their bars by 28 minutes. */
const OVERLAPPING = new Map([
  ['binance_spot_1h/BNBUSDT_1h_to_2022-06.csv.gz', 1],
  ['binance_spot_1h/LTCUSDT_1h_to_2022-06.csv.gz', 1],
]);

describeData('bars', () => {
  test.each(BARS)('%s has %i bars, %i are missing', async (file, bars, missing, symbol, seconds) => {
    const result = await importData([`c_ohlcv/${file}`], {}, orderCheck());
    expect(only(result)).toMatchObject({ symbol, counts: { bar: bars }, missingBars: missing });
    expect(result).toMatchObject({ inputs: bars, barIntervalUs: seconds * 1e6, recorderOffsetUs: 0 });
    expect(result.files[0]?.badLines).toBe(0);
    expect(only(result).overlappingBars).toBe(OVERLAPPING.get(file) ?? 0);
  });

  test('Bitfinex writes the close before high and low', async () => {
    const result = await importData(['c_ohlcv/bitfinex_1m/BTCUSD_1m_2013.csv.gz'], {}, orderCheck());
    expect(only(result)).toMatchObject({ symbol: 'BTC/USD', counts: { bar: 148_055 }, missingBars: 247_938 });
    expect(result.files[0]?.notes).toEqual([
      'columns read as time, open, close, high, low, volume: of the first 1,000 rows 505 fit open, high, low, close and 1,000 fit open, close, high, low',
    ]);
  });

  test('one time frame of OctoBot, without the bar that was still open', async () => {
    const result = await importData(['c_ohlcv/octobot_multi_timeframe/ADAUSDT_2020-04-24_all_timeframes.csv.gz'], {
      timeFrame: '4h',
    });
    expect(only(result)).toMatchObject({ symbol: 'ADA/USDT', counts: { bar: 499 } });
    expect(result.files[0]?.ignored).toEqual({ 'bar still open': 1, header: 1, 'other time frame': 5878 });
  });

  test('CryptoDataDownload with 2,649 hours twice, where the caller allows it', async () => {
    const file = 'c_ohlcv/cryptodatadownload/Binance_BTCUSDT_1h.csv.gz';
    const result = await importData([file], { maxBadLineShare: 0.1 }, orderCheck());
    expect(only(result)).toMatchObject({ counts: { bar: 32_181 - 2649 }, missingBars: 9 });
    expect(result.files[0]).toMatchObject({ badLines: 2649, lines: 32_183 });
  });

  test('four months of three contracts in one session, in the order of time', async () => {
    const files = ['ALGOUSDT-1m-2025-02', 'AVAXUSDT-1m-2024-02', 'AVAXUSDT-1m-2026-02', 'LINKUSDT-1m-2023-02'];
    const result = await importData(
      files.map((file) => `c_ohlcv/binance_futures_1m/${file}.csv.gz`),
      {},
      orderCheck(),
    );
    expect(result.files.map(({ records, badLines }) => [records, badLines])).toEqual([
      [40_320, 0],
      [41_760, 0],
      [40_320, 0],
      [40_320, 0],
    ]);
    const between = (Date.UTC(2026, 1, 1) - Date.UTC(2024, 2, 1)) / 60_000;
    expect(result.series.map(({ symbol, counts, missingBars }) => [symbol, counts.bar, missingBars])).toEqual([
      ['LINK/USDT:USDT', 40_320, 0],
      ['AVAX/USDT:USDT', 41_760 + 40_320, between],
      ['ALGO/USDT:USDT', 40_320, 0],
    ]);
  });
});
