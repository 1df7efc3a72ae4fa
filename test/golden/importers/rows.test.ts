/** Trades, quotes and depth in CSV, and the text of cryptofeed: counts equal to those of the manifest. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DATA, describeData, EXCHANGE_INFO, importData, only, orderCheck } from './data.ts';

/** Files of trades and quotes, with inputs and symbol. */
const TICKS: ReadonlyArray<readonly [string, number, string, string]> = [
  ['a_trades/binance_cm_btcusd_perp_20240808_trades.csv.gz', 2286, 'BTC/USD:BTC', 'trade-events'],
  ['a_trades/binance_cm_btcusd_perp_20240809_trades.csv.gz', 2949, 'BTC/USD:BTC', 'trade-events'],
  ['a_trades/binance_spot_XRPETH_aggTrades_2019-10_part1.csv.gz', 6238, 'XRP/ETH', 'binance-aggtrades'],
  ['a_trades/binance_spot_btcusdt_20240808_trades.csv.gz', 9757, 'BTC/USDT', 'trade-events'],
  ['a_trades/binance_spot_btcusdt_20240809_trades.csv.gz', 10_147, 'BTC/USDT', 'trade-events'],
  ['a_trades/binance_usdm_btcusdt_20230404_trades.csv.gz', 2197, 'BTC/USDT:USDT', 'trade-events'],
  // One of its 10,738 rows is a trade of the insurance fund, off the market: left out and counted.
  ['a_trades/binance_usdm_btcusdt_20230405_trades.csv.gz', 10_737, 'BTC/USDT:USDT', 'trade-events'],
  ['a_trades/binance_usdm_btcusdt_20240808_trades.csv.gz', 21_313, 'BTC/USDT:USDT', 'trade-events'],
  ['a_trades/nautilus_binance_btcusdt-trades.csv.gz', 2001, 'BTC/USDT', 'nautilus-trades'],
  ['a_trades/tardis_binance-futures_BTCUSDT_2020-02-22_trades_part1.csv.gz', 4999, 'BTC/USDT:USDT', 'tardis-trades'],
  ['a_trades/unfazed_positive_trade_stream_spot_trxusdt_04-03-2025.csv.gz', 10_000, 'TRX/USDT', 'unfazed-trades'],
  ['b_orderbook/binance_bookticker/nautilus_binance_btcusdt-quotes.csv.gz', 451, 'BTC/USDT', 'nautilus-quotes'],
  [
    'b_orderbook/tardis_csv/tardis_binance-futures_BTCUSDT_2020-02-22_quotes_part1.csv.gz',
    4999,
    'BTC/USDT:USDT',
    'tardis-quotes',
  ],
  // 20,000 rows of two books, 10,000 rows of 2,833 differences.
  [
    'b_orderbook/unfazed_csv/unfazed_positive_depth_snapshot_spot_btcusdt_14-04-2025.csv.gz',
    2,
    'BTC/USDT',
    'unfazed-snapshots',
  ],
  [
    'b_orderbook/unfazed_csv/unfazed_positive_difference_depth_stream_spot_trxusdt_04-03-2025.csv.gz',
    2833,
    'TRX/USDT',
    'unfazed-depth',
  ],
];

describeData('trades, quotes and depth in CSV', () => {
  test.each(TICKS)('%s has %i inputs', async (file, inputs, symbol, format) => {
    const result = await importData([file], {}, orderCheck());
    expect([result.inputs, result.files[0]?.badLines, result.files[0]?.format]).toEqual([inputs, 0, format]);
    expect(only(result)).toMatchObject({ symbol, sequenceBreaks: 0 });
  });

  test('both parts of Binance Vision make one book; the ten minutes between them are a break', async () => {
    const folder = 'b_orderbook/binance_vision_T_DEPTH/';
    const result = await importData([
      `${folder}nautilus_btcusdt-depth-update.csv`,
      `${folder}nautilus_btcusdt-depth-snap.csv`,
    ]);
    expect(only(result)).toMatchObject({
      symbol: 'BTC/USDT:USDT',
      counts: { snapshot: 1, gap: 1, depth: 1 },
      sequenceBreaks: 1,
    });
  });

  test('the trade list of freqtrade, once its symbol is given', async () => {
    const file = 'a_trades/freqtrade_orderflow_public_trades_list.csv.gz';
    const result = await importData([file], { symbol: 'ETH/USDT:USDT' });
    expect(only(result)).toMatchObject({ symbol: 'ETH/USDT:USDT', counts: { trade: 1000 } });
  });
});

describeData('the text of cryptofeed', () => {
  const folder = 'e_ws_frames/cryptofeed/';

  test('COIN-M: 2,240 quotes, 2,047 depth, 51 aggregated trades of ten contracts', async () => {
    const result = await importData([`${folder}binance_coinm_2021_ws.txt.gz`], {}, orderCheck());
    expect(result.counts).toEqual({ quote: 2240, depth: 2047, trade: 51 });
    expect(result.files[0]?.ignored).toEqual({ connection: 1, kline: 33 });
    expect(result.instruments.map(({ kind }) => kind)).toEqual(Array(10).fill('inverse'));
    expect(result.instruments.map(({ symbol }) => symbol)).toContain('ETH/USD:ETH-210924');
  });

  test('USD-M with its snapshots: 613 quotes, 764 depth, 91 aggregated trades, four whole books', async () => {
    const files = ['ws', 'http_depth_snapshots'].map((part) => `${folder}binance_usdm_2021-07-22_${part}.txt.gz`);
    const instrumentsFile = join(DATA, `${EXCHANGE_INFO}binance_usdm_exchangeInfo_2021-07-22.json.gz`);
    const result = await importData(files, { instrumentsFile }, orderCheck());
    expect(result.counts).toEqual({ quote: 613, depth: 764, trade: 91, snapshot: 4 });
    expect(result.series.map(({ sequenceBreaks, heldBack }) => [sequenceBreaks, heldBack])).toEqual(
      Array(4).fill([0, 1]),
    );
    expect(result.instruments.map(({ inferred }) => inferred)).toEqual(Array(4).fill(false));
    // Orders for CTK from before its tick grew from 0.00001 to 0.001.
    expect(result.files.map(({ ignored }) => ignored)).toEqual([
      { connection: 1, kline: 67 },
      { blank: 1, 'level off the tick': 35 + 96 },
    ]);
  });

  test('spot with its snapshots: 84 quotes, 177 depth, 2 aggregated trades, four whole books', async () => {
    const files = ['ws', 'http_depth_snapshots'].map((part) => `${folder}binance_spot_2021-10-12_${part}.txt.gz`);
    const result = await importData(files, {}, orderCheck());
    expect(result.counts).toEqual({ quote: 84, depth: 177, trade: 2, snapshot: 4 });
    expect(result.series.map(({ symbol, sequenceBreaks }) => [symbol, sequenceBreaks])).toEqual([
      ['NKN/USDT', 0],
      ['BLZ/ETH', 0],
      ['LRC/BTC', 0],
      ['RUNE/EUR', 0],
    ]);
  });
});
