/** Depth in CSV: rows put together into updates, and updates with a bad row. */
import { describe, expect, test } from 'vitest';
import { importTexts, T0_MS, T0_US } from './helpers.ts';

describe('historical depth of Binance', () => {
  const header = 'symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty,pu';
  const snap = (side: string, price: string) => `BTCUSDT,${T0_MS},10,10,${side},snap,${price},1.5,-1`;
  const set = (ids: string, side: string, price: string, quantity: string, previous: number) =>
    `BTCUSDT,${T0_MS + 100},${ids},${side},set,${price},${quantity},${previous}`;

  test('snapshot and updates lie in two files and make one book', async () => {
    const {
      inputs,
      header: session,
      result,
    } = await importTexts({
      'update.csv': `${header}\n${set('9,12', 'a', '101.0', '0', 8)}\n${set('9,12', 'b', '100.5', '2', 8)}\n${set('13,14', 'b', '100.5', '1', 12)}\n`,
      'snap.csv': `${header}\n${snap('b', '100.5')}\n${snap('a', '101.0')}\n`,
    });
    expect(session.instruments[0]).toMatchObject({ symbol: 'BTC/USDT:USDT', tickSize: '0.1', lotSize: '0.1' });
    expect(inputs.map(({ kind, bids, asks }) => [kind, bids, asks])).toEqual([
      ['snapshot', [1005, 15], [1010, 15]],
      ['depth', [1005, 20], [1010, 0]],
      ['depth', [1005, 10], []],
    ]);
    expect(inputs[0]).toMatchObject({ receivedAtUs: T0_US, venueAtUs: T0_US });
    expect(result.series[0]?.sequenceBreaks).toBe(0);
    expect(result.files.map(({ name, records }) => [name, records])).toEqual([
      ['snap.csv', 1],
      ['update.csv', 2],
    ]);
  });

  test('a bad row spoils its update, which makes a break', async () => {
    const rows = [
      snap('b', '100.5'),
      set('9,12', 'b', '100', '1', 8),
      set('9,12', 'x', '101', '1', 8),
      set('13,14', 'b', '99', '1', 12),
    ];
    const { inputs, result } = await importTexts({ 'x.csv': [header, ...rows].join('\n') }, { maxBadLineShare: 0.5 });
    expect(inputs.map(({ kind }) => kind)).toEqual(['snapshot', 'gap', 'depth']);
    expect(inputs[1]?.values.reason).toBe('sequence');
    expect(result.files[0]).toMatchObject({
      badLines: 1,
      firstBad: [{ line: 4, reason: '"x" is no side' }],
      ignored: { header: 1, 'row of an update with a bad row': 1 },
    });
  });
});

describe('the recorder of unfazed', () => {
  test('differences: rows of one update, spot and futures', async () => {
    const columns = 'TimestampOfReceive,Stream,EventType,EventTime,Symbol,FirstUpdateId,FinalUpdateId';
    const row = (us: number, ids: string, ask: number, price: string) =>
      `${T0_US + us},trxusdt@depth@100ms,depthUpdate,${T0_US},TRXUSDT,${ids},${ask},${price},804627.7`;
    const spot = [row(400, '1,4', 0, '0.2311'), row(400, '1,4', 1, '0.2313'), row(500, '5,5', 1, '0.2314')];
    const run = await importTexts({ 'x.csv': [`${columns},IsAsk,Price,Quantity`, ...spot].join('\n') });
    expect(run.inputs.map(({ values, bids, asks }) => [values.last, bids, asks])).toEqual([
      [4, [2311, 8_046_277], [2313, 8_046_277]],
      [5, [], [2314, 8_046_277]],
    ]);
    expect(run.header.instruments[0]?.kind).toBe('spot');
    const futures = [row(400, '3,4,2', 0, '0.2311'), row(500, '7,9,4', 1, '0.2314')];
    const later = await importTexts({
      'x.csv': [`${columns},PreviousUpdateId,IsAsk,Price,Quantity`, ...futures].join('\n'),
    });
    expect(later.header.instruments[0]?.kind).toBe('linear');
    expect(later.result.series[0]?.sequenceBreaks).toBe(0);
  });

  test('whole books under a report in comment lines; the file name tells the symbol', async () => {
    const text = [
      '##########',
      '# Data Quality Report',
      'TimestampOfReceive,TimestampOfRequest,LastUpdateId,IsAsk,Price,Quantity',
      `${T0_MS},${T0_MS - 9},7,0,83759.99000000,2.08852000`,
      `${T0_MS},${T0_MS - 9},7,1,83760.00000000,0.50000000`,
      `${T0_MS + 1000},${T0_MS},9,0,83759.98000000,1.00000000`,
    ].join('\n');
    const { inputs, result } = await importTexts({ 'depth_snapshot_spot_btcusdt_14-04-2025.csv.gz': text });
    expect(inputs.map(({ kind, values, bids, asks }) => [kind, values.last, bids, asks])).toEqual([
      ['snapshot', 7, [8_375_999, 208_852], [8_376_000, 50_000]],
      ['snapshot', 9, [8_375_998, 100_000], []],
    ]);
    expect(result.instruments[0]?.symbol).toBe('BTC/USDT');
    expect(result.files[0]?.ignored).toEqual({ comment: 2, header: 1 });
  });
});
