/** Instruments: taken from the venue's list, or inferred from the data and marked. */
import { describe, expect, test } from 'vitest';
import type { InstrumentSpec } from '../../../engine/domain/index.ts';
import { refusalOf, runImport, T0_MS, writeFiles } from './helpers.ts';

const trades = (rows: readonly string[]) =>
  [
    'id,price,qty,quote_qty,time,is_buyer_maker,is_best_match',
    ...rows.map((row, i) => `${i},${row},1,${T0_MS + i},true,true`),
  ].join('\n');

function filesWith(list: unknown, rows: readonly string[], name = 'BTCUSDT-trades.csv') {
  const [file = '', instrumentsFile = ''] = writeFiles({ [name]: trades(rows), 'list.json.gz': JSON.stringify(list) });
  return { files: [file], instrumentsFile };
}

async function specOf(list: unknown, rows = ['100.5,2'], name?: string) {
  const { files, instrumentsFile } = filesWith(list, rows, name);
  const { header } = await runImport(files, { instrumentsFile });
  return header.instruments[0];
}

const filters = [
  { filterType: 'PRICE_FILTER', tickSize: '0.50000000', minPrice: '1' },
  { filterType: 'LOT_SIZE', stepSize: '0.00100000' },
  { filterType: 'NOTIONAL', minNotional: '7.5' },
];
const binance = (extra: object) => ({
  timezone: 'UTC',
  symbols: [{ symbol: 'BTCUSDT', baseAsset: 'BTC', quoteAsset: 'USDT', filters, ...extra }],
});

describe('from a list', () => {
  test('exchangeInfo of spot', async () => {
    expect(await specOf(binance({}))).toEqual({
      symbol: 'BTC/USDT',
      venueSymbol: 'BTCUSDT',
      venue: 'binance',
      kind: 'spot',
      base: 'BTC',
      quote: 'USDT',
      tickSize: '0.50000000',
      lotSize: '0.00100000',
      minNotional: '7.5',
      inferred: false,
    });
  });

  test('exchangeInfo of futures fits linear data only; spot data are inferred beside it', async () => {
    const list = binance({
      contractType: 'PERPETUAL',
      marginAsset: 'USDT',
      filters: [...filters.slice(0, 2), { filterType: 'MIN_NOTIONAL', notional: '100' }],
    });
    expect(await specOf(list)).toMatchObject({ kind: 'spot', inferred: true });
    const [file = '', instrumentsFile = ''] = writeFiles({
      'BTCUSDT-trades.csv': `1,100.5,2,201,${T0_MS},false\n`,
      'list.json': JSON.stringify(list),
    });
    const { header } = await runImport([file], { instrumentsFile });
    expect(header.instruments[0]).toMatchObject({ symbol: 'BTC/USDT:USDT', minNotional: '100', inferred: false });
  });

  test('coin-margined contracts', async () => {
    const entry = {
      symbol: 'BTCUSD_PERP',
      baseAsset: 'BTC',
      quoteAsset: 'USD',
      marginAsset: 'BTC',
      contractType: 'PERPETUAL',
      filters,
    };
    const [file = '', instrumentsFile = ''] = writeFiles({
      'BTCUSD_PERP-trades.csv': `1,100.5,2,201,${T0_MS},false\n`,
      'list.json': JSON.stringify({ symbols: [entry] }),
    });
    const { header } = await runImport([file], { instrumentsFile });
    expect(header.instruments[0]).toMatchObject({ symbol: 'BTC/USD:BTC', kind: 'inverse', tickSize: '0.50000000' });
  });

  test('markets of ccxt, as an object or a list, with raw filters or its own sizes', async () => {
    const market = {
      ...{ id: 'BTCUSDT', symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT', linear: null, inverse: null },
      precision: { amount: 1e-5, price: 0.5 },
      limits: { cost: { min: 5 } },
    };
    expect(await specOf({ 'BTC/USDT': { ...market, info: { filters } } })).toMatchObject({ tickSize: '0.50000000' });
    expect(await specOf([market])).toMatchObject({
      tickSize: '0.5',
      lotSize: '0.00001',
      minNotional: '5',
      inferred: false,
    });
  });

  test('our own specifications; a symbol only they know', async () => {
    const spec: InstrumentSpec = {
      ...{ symbol: 'FOO/BAR', venueSymbol: 'FOOBAR', venue: 'sim', kind: 'spot', base: 'FOO', quote: 'BAR' },
      ...{ tickSize: '0.5', lotSize: '1', minNotional: '0', inferred: false },
    };
    const [file = '', instrumentsFile = ''] = writeFiles({
      'x.csv': `time,open,high,low,close,volume,symbol\n${T0_MS},10,10.5,9,10,5,FOOBAR\n${T0_MS + 60_000},10,10,9,10,5,FOOBAR\n`,
      'list.json': JSON.stringify([spec]),
    });
    const { header, inputs } = await runImport([file], { instrumentsFile });
    expect(header).toMatchObject({ venue: 'sim', accountCurrency: 'BAR', instruments: [spec] });
    expect(inputs[0]?.values).toMatchObject({ open: 20, high: 21, low: 18, volume: 5 });
  });

  test('a price off the tick is bad; what lies in a book is cut to lots and counted', async () => {
    const { files, instrumentsFile } = filesWith(binance({}), ['100.5,2', '100.25,2', '100.5,0.0001']);
    const { error, aborted } = await refusalOf(files, { instrumentsFile });
    expect(error.message).toMatch(
      /line 3: price 100.25 is off the tick 0.50000000 of BTC\/USDT, or too large; 2 bad lines of 4/,
    );
    expect(aborted).toBe(true);
    const bars = `time,open,high,low,close,volume\n${T0_MS},10,10.5,9,10,5.00049\n${T0_MS + 60_000},10,10,9,10,5\n`;
    const [path = ''] = writeFiles({ 'BTCUSDT.csv': bars });
    const run = await runImport([path], { instrumentsFile });
    expect(run.inputs.map(({ values }) => values.volume)).toEqual([5000, 5000]);
    expect(run.result.files[0]?.ignored).toEqual({ header: 1, 'part of a quantity below a lot': 1 });
  });

  const book = (levels: number, strays: number) => {
    const rows = Array.from({ length: levels }, (_, i) => [`${100 + i}.5`, '1']);
    const off = Array.from({ length: strays }, (_, i) => [`${5 + i}.25`, '1']);
    const snapshot = { lastUpdateId: 7, bids: [...rows, ...off], asks: [] };
    return `${T0_MS}000 ${JSON.stringify(snapshot)}`;
  };

  test('old levels off the tick are left out and counted; one in a hundred is too many', async () => {
    const [file = '', instrumentsFile = ''] = writeFiles({
      'BTCUSDT.jsonl': book(30, 10),
      'list.json': JSON.stringify(binance({})),
    });
    const { inputs, result } = await runImport([file], { instrumentsFile });
    expect(inputs[0]?.bids).toHaveLength(60);
    expect(result.files[0]?.ignored).toEqual({ 'level off the tick': 10 });
    const [other = ''] = writeFiles({ 'BTCUSDT.jsonl': book(30, 11) });
    const { error, aborted } = await refusalOf([other], { instrumentsFile });
    expect(error.message).toBe(
      'BTCUSDT.jsonl, line 1: one level in four is off the tick; the instruments are of another time',
    );
    expect(aborted).toBe(true);
  });

  test.each([
    ['{', 'is no JSON'],
    ['{"a":1}', 'is no exchangeInfo of Binance, no markets of ccxt and no list of instruments'],
    ['[]', 'lists no instrument whose symbol reads'],
    [JSON.stringify(binance({ symbol: 'BTC\u001bUSDT' })), 'lists no instrument whose symbol reads'],
    [JSON.stringify(binance({ filters: [] })), 'tick, lot or least notional of "BTCUSDT" is no size'],
  ])('%.40s is refused', async (text, reason) => {
    const [file = '', instrumentsFile = ''] = writeFiles({ 'BTCUSDT-trades.csv': trades(['1,1']), 'list.json': text });
    const { error, opened } = await refusalOf([file], { instrumentsFile });
    expect([error.message, error.exitCode, opened]).toEqual([`list.json: ${reason}`, 3, false]);
  });
});

describe('inferred', () => {
  test('the finest decimals seen make tick and lot, trailing zeros do not', async () => {
    const [file = ''] = writeFiles({ 'BTCUSDT-trades.csv': trades(['100.5000,2.0', '101,0.0300']) });
    const { header, inputs } = await runImport([file]);
    expect(header.instruments[0]).toMatchObject({ tickSize: '0.1', lotSize: '0.01', minNotional: '5', inferred: true });
    expect(inputs.map(({ values }) => [values.price, values.quantity])).toEqual([
      [1005, 200],
      [1010, 3],
    ]);
  });

  test('a snapshot with a number that no grid holds is refused, since no book can stand on it', async () => {
    const snapshot = { lastUpdateId: 7, bids: [['100.5', '1']], asks: [['99999999999999999', '1']] };
    const files = writeFiles({ 'BTCUSDT.jsonl': `${T0_MS}000 ${JSON.stringify(snapshot)}` });
    const { error, aborted } = await refusalOf(files, { maxBadLineShare: 1 });
    expect(error.message).toMatch(/line 1: price 99999999999999999 is off the tick 0.1 of BTC\/USDT, or too large/);
    expect(aborted).toBe(true);
  });

  test('all files of an import together', async () => {
    const files = writeFiles({
      'BTCUSDT-1.csv': trades(['100,2']),
      'BTCUSDT-2.csv': trades(['100.25,2']).replace('\n0,', '\n7,'),
    });
    const { header, inputs } = await runImport(files);
    expect(header.instruments).toHaveLength(1);
    expect(inputs.map(({ values }) => values.price)).toEqual([10_000, 10_025]);
  });

  test('numbers that no common grid can hold exactly are refused, not rounded', async () => {
    const files = writeFiles({ 'BTCUSDT.csv': trades(['0.00000001,1', '999999999,1']) });
    const { error } = await refusalOf(files);
    expect(error.message).toMatch(/line 3: price 999999999 is off the tick 0.00000001 of BTC\/USDT, or too large/);
  });

  test('the caller may tell the market, against the file name but not against the symbol', async () => {
    const text = `timestamp,id,type,side,price,amount,cost\n${T0_MS},1,,buy,100,1,1\n`;
    const kinds = [];
    for (const [name, market] of [
      ['ETHUSDT.csv', 'linear'],
      ['ETHUSDT_spot.csv', undefined],
      ['ETHUSDT_spot.csv', 'linear'],
      ['ETHUSD_PERP.csv', 'linear'],
    ] as const) {
      const [file = ''] = writeFiles({ [name]: text });
      kinds.push((await runImport([file], { market })).header.instruments[0]?.kind);
    }
    expect(kinds).toEqual(['linear', 'spot', 'linear', 'inverse']);
  });
});
