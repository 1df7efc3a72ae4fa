/** What is refused of the recorded data: file, line and reason. */
import { expect, test } from 'vitest';
import { refusalOf } from '../../unit/importers/helpers.ts';
import { describeData, FRAMES, importData, paths } from './data.ts';

const UNREAD = 'which this version does not read';

/** Files that are refused, with file, line and reason. */
const REFUSED: ReadonlyArray<readonly [string, string]> = [
  [
    'a_trades/unfazed_negative_trade_stream_spot_trxusdt_04-03-2025.csv.gz',
    'line 4: trade id 348656871 a second time; 2 bad lines of 10,001 (0.02 %, more than 0.01 %)',
  ],
  [
    'a_trades/freqtrade_orderflow_public_trades_list.csv.gz',
    'line 2: the record names no symbol, and neither does the file name; give --symbol',
  ],
  [
    'b_orderbook/other_exchanges/hyperliquid_btcusd_20250126.jsonl.gz',
    `line 1: looks like a recording of hyperliquid, ${UNREAD}`,
  ],
  [
    'b_orderbook/tardis_csv/nautilus_binance-futures_book_snapshot_25_BTCUSDT.csv',
    `line 1: looks like tardis book_snapshot files, ${UNREAD}`,
  ],
  [
    'b_orderbook/tardis_csv/nautilus_deribit_incremental_book_L2_BTC-PERPETUAL.csv',
    `line 1: looks like tardis incremental_book_L2 files, ${UNREAD}`,
  ],
  [
    'b_orderbook/book_checkpoints/spot_btcusdt_20240808_checkpoints.json',
    'line 1: JSON without receive times: no recording, nothing can be replayed from it',
  ],
  [
    'c_ohlcv/cryptodatadownload/Binance_BTCUSDT_1h.csv.gz',
    'line 952: a second bar of 2020-11-20 07:00:00; 2,649 bad lines of 32,183 (8.2 %, more than 0.01 %)',
  ],
  [
    'c_ohlcv/lean_minute/binance_minute_btcusd_20221213_quote.csv.gz',
    `line 1: looks like LEAN quote bars (bid and ask, no trades), ${UNREAD}`,
  ],
  [
    'e_ws_frames/cryptofeed/coinbase_2021-08_ws.txt.gz',
    `line 1: looks like a recording of ws-feed.pro.coinbase.com, ${UNREAD}`,
  ],
  [
    'e_ws_frames/cryptofeed/deribit_options_2021-07-22_ws.txt.gz',
    `line 1: looks like a recording of www.deribit.com, ${UNREAD}`,
  ],
];

describeData('refusals', () => {
  test.each(REFUSED)('%s', async (file, reason) => {
    const { error, opened } = await refusalOf(paths([file]));
    expect(error.message).toBe(`${file.split('/').at(-1)}, ${reason}`);
    expect([error.exitCode, opened]).toEqual([3, false]);
  });

  test('OctoBot without a choice of the time frame names the option', async () => {
    const { error } = await refusalOf(
      paths(['c_ohlcv/octobot_multi_timeframe/ADAUSDT_2020-04-24_all_timeframes.csv.gz']),
    );
    expect(error.message).toMatch(/choose a time frame such as 1m, 1h or 1d with --time-frame/);
  });

  test('both planted defects of the negative file are found, and nothing else', async () => {
    const result = await importData(['a_trades/unfazed_negative_trade_stream_spot_trxusdt_04-03-2025.csv.gz'], {
      maxBadLineShare: 0.001,
    });
    expect(result.files[0]).toMatchObject({
      lines: 10_001,
      records: 9998,
      firstBad: [
        { line: 4, reason: 'trade id 348656871 a second time' },
        { line: 10_001, reason: 'received 23 h 10 min after its event time' },
      ],
    });
  });

  test('trades beside the frames they were taken from', async () => {
    const files = [
      'a_trades/binance_cm_btcusd_perp_20240808_trades.csv.gz',
      `${FRAMES}cm_btcusd_perp_20240808.jsonl.gz`,
    ];
    const { error } = await refusalOf(paths(files));
    expect(error.message).toMatch(/holds trades of "BTC\/USD:BTC" that .* holds too; import one of them/);
  });
});
