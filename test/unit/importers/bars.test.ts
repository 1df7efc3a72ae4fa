/** Bars: every layout once by hand, their interval and order, and what is no bar. */
import { describe, expect, test } from 'vitest';
import { findBarOrder } from '../../../src/importers/bar-order.ts';
import { importTexts, refusal } from './helpers.ts';

const DAY_MS = Date.UTC(2024, 0, 1);
const MINUTE_MS = 60_000;
const time = (minute: number) => DAY_MS + minute * MINUTE_MS;
const opens = (run: Awaited<ReturnType<typeof importTexts>>) =>
  run.inputs.map(({ venueAtUs }) => (venueAtUs / 1000 - DAY_MS) / MINUTE_MS);

/** One bar as six numbers. */
const row = (minute: number, rest = '10,12,9,11,5') => `${time(minute)},${rest}`;

describe('layouts', () => {
  test('a header that names the columns, in any case and order', async () => {
    const text = `Volume,CLOSE,Low,high,Open,Timestamp\n5,11,9,12,10,${time(0)}\n6,11.5,9,12,11,${time(1)}\n`;
    const { inputs, header } = await importTexts({ 'BTCUSDT.csv': text });
    expect(header).toMatchObject({ barIntervalUs: 60e6, recorderOffsetUs: 0, accountCurrency: 'USDT' });
    expect(inputs[0]).toMatchObject({ kind: 'bar', venueAtUs: time(0) * 1000, receivedAtUs: time(1) * 1000 });
    expect(inputs.map(({ values }) => values)).toEqual([
      { open: 100, high: 120, low: 90, close: 110, volume: 5, intervalUs: 60e6, trades: 0 },
      { open: 110, high: 120, low: 90, close: 115, volume: 6, intervalUs: 60e6, trades: 0 },
    ]);
  });

  test('klines of twelve columns, without header and under the long names', async () => {
    const kline = (minute: number) => `${row(minute)},${time(minute + 1) - 1},55,17,2,22,0`;
    const names =
      ',Kline open time,Open price,High price,Low price,Close price,Volume,Kline Close time,Quote asset volume,' +
      'Number of trades,Taker buy base asset volume,Taker buy quote asset volume,"Unused field, ignore"';
    const bare = await importTexts({ 'ADAUSDT-1m.csv': `${kline(0)}\n` });
    const named = await importTexts({ 'ADAUSDT_1m.csv': `${names}\n0,${kline(0)}\n` });
    for (const run of [bare, named]) {
      expect(run.header).toMatchObject({ barIntervalUs: 60e6, instruments: [{ kind: 'spot' }] });
      expect(run.inputs[0]?.values).toMatchObject({ open: 10, volume: 5, trades: 17 });
    }
    const header =
      'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore';
    const futures = await importTexts({ 'ADAUSDT-1m.csv': `${header}\n${kline(0)}\n` });
    expect(futures.header.instruments[0]?.symbol).toBe('ADA/USDT:USDT');
  });

  test('JSON lists, on one line or many, of numbers or texts', async () => {
    const lines = `[\n [${row(0)}],\n [${row(1, '1e1, 12, 9, 11, 5')}]\n]\n`;
    const run = await importTexts({ 'BTCUSDT.json': lines, 'ETHUSDT.json': `[[${row(0)}],[${row(1)}]]` });
    expect(run.result.files.map(({ lines: rows, records }) => [rows, records])).toEqual([
      [2, 2],
      [2, 2],
    ]);
    const klines = `[[${time(0)},"10","12","9","11","5",${time(1) - 1},"55",17,"2","22","0"]]`;
    const texts = await importTexts({ 'BTCUSDT.json': klines });
    expect(texts.inputs[0]?.values).toMatchObject({ open: 10, close: 11, trades: 17 });
  });

  test('a list that is cut off is a bad row', async () => {
    expect(await refusal({ 'BTCUSDT.json': `[[${row(0)}],[${time(1)},10,` })).toMatch(
      /^BTCUSDT.json, line 2: the list ends in the middle; 1 bad line of 2/,
    );
    expect(await refusal({ 'BTCUSDT.json': `[[${row(0)}],[${row(1)}]` })).toMatch(
      /line 3: the list ends in the middle/,
    );
    expect(await refusal({ 'BTCUSDT.json': `[[${row(0)}]] [${row(1)}]` })).toMatch(/line 2: is no row of a JSON list/);
  });

  test('CryptoDataDownload: address first, newest first, two forms of time, symbol in a column', async () => {
    const text = [
      'https://www.CryptoDataDownload.com',
      'unix,date,symbol,open,high,low,close,Volume BTC,Volume USDT,tradecount',
      '1577844000000,2020-01-01 02:00:00,BTC/USDT,10,12,9,11,5,55,7',
      '1577840400.0,2020-01-01 01-AM,BTC/USDT,10,12,9,11,4,44,NULL',
      '1577836800.0,2020-01-01 12-AM,BTC/USDT,10,12,9,11,3,33,NULL',
    ].join('\n');
    const { inputs, result, header } = await importTexts({ 'x.csv': text });
    expect(inputs.map(({ values }) => [values.volume, values.trades])).toEqual([
      [3, 0],
      [4, 0],
      [5, 7],
    ]);
    expect(header).toMatchObject({ barIntervalUs: 3600e6, instruments: [{ symbol: 'BTC/USDT' }] });
    expect(result.files[0]?.ignored).toEqual({ header: 1, preamble: 1 });
  });

  test('six columns without header: the order of the prices is found and told', async () => {
    const bitfinex = [row(0, '10,11,12,9,5'), row(1, '11,10,11.5,9,5')].join('\n');
    const usual = [row(0), row(1, '11,11.5,9,10,5')].join('\n');
    const first = await importTexts({ 'BTCUSD_1m.csv': bitfinex });
    expect(first.inputs[0]?.values).toMatchObject({ open: 100, high: 120, low: 90, close: 110 });
    expect(first.result.files[0]?.notes[0]).toMatch(
      /open, close, high, low, volume: of the first 2 rows 0 fit .* and 2 fit/,
    );
    const second = await importTexts({ 'BTCUSD_1m.csv': usual });
    expect(second.inputs[0]?.values).toMatchObject({ open: 100, high: 120, low: 90, close: 110 });
    expect(findBarOrder([row(0, '5,5,5,5,1')])).toMatchObject({
      order: 'open-high-low-close',
      note: expect.stringMatching(/both/),
    });
    expect(await refusal({ 'BTCUSD.csv': [row(0, '1,2,3,4,5'), row(1, '4,3,2,1,5')].join('\n') })).toMatch(
      /line 1: the rows are bars under no known order/,
    );
  });

  test('LEAN: date and time frame from the file name', async () => {
    const name = 'coinbase_second_btcusd_20171217_trade.csv';
    const run = await importTexts({ [name]: '4000,10,12,9,11,5\n34000,10,12,9,11,5\n' });
    expect(run.header).toMatchObject({ barIntervalUs: 1e6, venue: 'coinbase' });
    expect(run.inputs[0]).toMatchObject({ venueAtUs: (Date.UTC(2017, 11, 17) + 4000) * 1000 });
    expect(run.result.series[0]?.missingBars).toBe(29);
    expect(await refusal({ 'btcusd.csv': '4000,10,12,9,11,5\n' })).toMatch(/LEAN bars need date and time frame/);
    expect(await refusal({ [name]: '86400000,10,12,9,11,5\n' })).toMatch(/line 1: "86400000" is no open time/);
    expect(await refusal({ [name]: '0,1,1,1,1,1,1,1,1,1,1\n' })).toMatch(/line 1: looks like LEAN quote bars/);
  });

  test('OctoBot: one time frame is chosen, bars that were still open are left out', async () => {
    const header = 'symbol,time_frame,row_timestamp_s,open_time_s,open,high,low,close,volume';
    const bar = (frame: string, minute: number) => `ADA/USDT,${frame},0,${time(minute) / 1000}.0,10,12,9,11,5`;
    const rows = [bar('1m', 118), bar('1m', 119), bar('1m', 120), bar('1h', 0), bar('1h', 60), bar('1h', 120)];
    const files = { 'ADAUSDT_all.csv': [header, ...rows].join('\n') };
    const run = await importTexts(files, { timeFrame: '1h' });
    expect(opens(run)).toEqual([0, 60]);
    expect(run.result.files[0]?.ignored).toEqual({ 'bar still open': 1, header: 1, 'other time frame': 3 });
    expect(opens(await importTexts(files, { timeFrame: '1m' }))).toEqual([118, 119]);
    expect(await refusal(files)).toMatch(/choose a time frame such as 1m, 1h or 1d with --time-frame/);
    expect(await refusal(files, { timeFrame: '1M' })).toMatch(/1M has no fixed length/);
    expect(await refusal(files, { timeFrame: '4h' })).toBe(
      'ADAUSDT_all.csv: holds nothing to import (header 1, other time frame 6)',
    );
  });
});

describe('series', () => {
  const text = (...rows: string[]) => ['time,open,high,low,close,volume', ...rows].join('\n');

  test('the interval is the most common distance; missing bars are counted', async () => {
    const run = await importTexts({ 'BTCUSDT.csv': text(row(0), row(1), row(5), row(6), row(10)) });
    expect(run.header.barIntervalUs).toBe(60e6);
    expect(run.result.series[0]?.missingBars).toBe(6);
    const tied = await importTexts({ 'BTCUSDT.csv': text(row(0), row(5), row(6)) });
    expect(tied.header.barIntervalUs).toBe(60e6);
  });

  test('rows out of order are sorted; a second bar of one time is bad', async () => {
    const files = { 'BTCUSDT.csv': text(row(3), row(1), row(2), row(0), row(2, '10,12,9,11,6')) };
    const run = await importTexts(files, { maxBadLineShare: 0.5 });
    expect(opens(run)).toEqual([0, 1, 2, 3]);
    expect(run.inputs[2]?.values.volume).toBe(5);
    expect(run.result.files[0]?.firstBad).toEqual([{ line: 6, reason: 'a second bar of 2024-01-01 00:02:00' }]);
    expect(await refusal(files)).toMatch(
      /^BTCUSDT.csv, line 6: a second bar of .*; 1 bad line of 6 \(17 %, more than 0.01 %\)$/,
    );
  });

  test('a bar shifted by an outage is kept and counted, one of another time frame is bad', async () => {
    const shifted = row(0).replace(`${time(0)}`, `${time(10) + 28_000}`);
    const run = await importTexts({ 'BTCUSDT.csv': text(row(8), row(9), shifted, row(11), row(12)) });
    expect(run.result.series[0]).toMatchObject({ overlappingBars: 1, missingBars: 0, counts: { bar: 5 } });
    const quarter = row(0).replace(`${time(0)}`, `${time(9) + 15_000}`);
    expect(await refusal({ 'BTCUSDT.csv': text(row(7), row(8), row(9), quarter, row(10)) })).toMatch(
      /line 5: the bar of 2024-01-01 00:09:15 overlaps the one before/,
    );
  });

  test('bars of several symbols in one file and in several', async () => {
    const named = ['date,open,high,low,close,volume,ticker'];
    const bar = (minute: number, ticker: string) => `${row(minute)},${ticker}`;
    const one = await importTexts({
      'x.csv': [...named, bar(0, 'BTCUSDT'), bar(1, 'BTCUSDT'), bar(0, 'ETHUSDT'), bar(1, 'ETHUSDT')].join('\n'),
    });
    expect(one.inputs.map(({ instrument }) => instrument)).toEqual([0, 1, 0, 1]);
    expect(opens(one)).toEqual([0, 0, 1, 1]);
    const joined = await importTexts({
      'BTCUSDT-b.csv': text(row(2), row(3)),
      'BTCUSDT-a.csv': text(row(0), row(1)),
      'ETHUSDT.csv': text(row(0, '1,1,1,1,1'), row(1)),
    });
    expect(joined.result.files.map(({ name }) => name)).toEqual(['BTCUSDT-a.csv', 'ETHUSDT.csv', 'BTCUSDT-b.csv']);
    expect(joined.result.series.map(({ symbol, counts }) => [symbol, counts.bar])).toEqual([
      ['BTC/USDT', 4],
      ['ETH/USDT', 2],
    ]);
  });

  test('two lengths of bars, and a single bar that tells none, are refused', async () => {
    const two = { 'BTCUSDT.csv': text(row(0), row(1)), 'ETHUSDT.csv': text(row(0), row(5)) };
    expect(await refusal(two)).toBe(
      'ETHUSDT.csv: has bars of 5 min 0 s, but BTCUSDT.csv of 60 s; one session has one length of bars',
    );
    expect(await refusal({ 'BTCUSDT.csv': text(row(0)) })).toMatch(/a single bar does not tell its length/);
    expect((await importTexts({ 'BTCUSDT_5m.csv': text(row(0)) })).header.barIntervalUs).toBe(300e6);
  });
});

test.each([
  ['10,12,10.5,11,5', 'low 10.5 is above open 10 or close 11'],
  ['10,10.9,9,11,5', 'high 10.9 is below open 10 or close 11'],
  ['0,12,0,11,5', 'a price of the bar is zero'],
  ['10,12,9,-11,5', 'a price of the bar is no decimal'],
  ['10,12,9,11,-5', '"-5" is no volume'],
  ['10,12,9,11,NaN', '"NaN" is no volume'],
  ['10,1e309,9,11,5', 'a price of the bar is no decimal'],
  ['10,99999999999999999999,9,11,5', 'a price of the bar is too large'],
  ['10,12,9,11', 'has 5 fields instead of 6'],
])('%s is no bar: %s', async (rest, reason) => {
  const good = [row(0), row(1), row(2)];
  const text = ['time,open,high,low,close,volume', ...good, row(3, rest)].join('\n');
  const { result } = await importTexts({ 'BTCUSDT.csv': text }, { maxBadLineShare: 0.5 });
  expect(result.files[0]).toMatchObject({ records: 3, firstBad: [{ line: 5, reason }] });
});
