/** Readings beside market data: their formats, whose they are, and that none is known before it was told. */
import { describe, expect, test } from 'vitest';
import { NO_INSTRUMENT } from '../../../engine/domain/index.ts';
import { importTexts, refusal } from './helpers.ts';

const HOUR_US = 3_600_000_000;
const T0_US = Date.UTC(2024, 2, 5) * 1000;
const iso = (us: number): string => new Date(us / 1000).toISOString().replace('.000Z', '');

/** `hours` bars of an hour from {@link T0_US}. */
const bars = (hours: number): string =>
  ['open_time,open,high,low,close,volume']
    .concat(Array.from({ length: hours }, (_, i) => `${iso(T0_US + i * HOUR_US)},100,101,99,100,5`))
    .join('\n');
const rows = (header: string, ...lines: readonly string[]): string => [header, ...lines].join('\n');

/** Kind, hours behind the start, instrument and values of each input that is a reading. */
const readingsOf = ({ inputs }: Awaited<ReturnType<typeof importTexts>>) =>
  inputs
    .filter(({ kind }) => kind === 'reading')
    .map(({ receivedAtUs, venueAtUs, instrument, values }) => [
      (receivedAtUs - T0_US) / HOUR_US,
      (venueAtUs - T0_US) / HOUR_US,
      instrument,
      values.source,
      values.value,
    ]);

describe('formats', () => {
  test.each([
    [
      'Binance public data',
      'BTCUSDT-fundingRate-2024-03.csv',
      rows(
        'calc_time,funding_interval_hours,last_funding_rate',
        `${T0_US / 1000},8,0.00010000`,
        `${T0_US / 1000 + 8 * 3_600_000},8,-0.00052`,
      ),
    ],
    [
      'bars of freqtrade',
      'BTCUSDT_8h-funding_rate.csv',
      rows(
        'open_time_ms,open,high,low,close,volume',
        `${T0_US / 1000},1e-4,0,0,0,0`,
        `${T0_US / 1000 + 8 * 3_600_000},-5.2e-4,0,0,0,0`,
      ),
    ],
    ['LEAN', 'binance_btcusdt.csv', '20240305 00:00:00,0.0001\n20240305 08:00:00,-0.00052'],
  ])('funding rates as %s', async (_what, name, text) => {
    const run = await importTexts({ 'BTCUSDT_1h.csv': bars(10), [name]: text });
    expect(readingsOf(run)).toEqual([
      [0, 0, 0, 0, 0.0001],
      [8, 8, 0, 0, -0.000_52],
    ]);
    expect(run.result.counts).toEqual({ bar: 10, reading: 2 });
    expect(run.result.series[0]?.counts).toEqual({ bar: 10, reading: 2 });
  });

  test.each(['funding_rate', 'fng'])('bars with a column %s beside theirs stay bars', async (column) => {
    const text = rows(`timestamp,open,high,low,close,volume,${column}`, `${iso(T0_US)},100,101,99,100,5,0.0001`);
    const { inputs } = await importTexts({ 'BTCUSDT_1h.csv': text, 'ETHUSDT_1h.csv': bars(3) });
    expect(new Set(inputs.map(({ kind }) => kind))).toEqual(new Set(['bar']));
    expect(inputs).toHaveLength(4);
  });

  test('the mean of a day is known when the day is over, and of no symbol it is of all', async () => {
    const run = await importTexts({
      'BTCUSDT_1h.csv': bars(30),
      'funding_daily.csv': rows('date,funding_mean,funding_abs', '2024-03-05,2e-4,2e-4'),
    });
    expect(readingsOf(run)).toEqual([[24, 0, NO_INSTRUMENT, 0, 0.0002]]);
    expect(run.result.series[0]?.counts).toEqual({ bar: 30 });
  });

  test('the index of a day is published when it begins', async () => {
    const run = await importTexts({
      'BTCUSDT_1h.csv': bars(30),
      'fng.csv': rows('date,fng', '2024-03-05,82', '2024-03-06,90'),
    });
    expect(readingsOf(run)).toEqual([
      [0, 0, NO_INSTRUMENT, 1, 82],
      [24, 24, NO_INSTRUMENT, 1, 90],
    ]);
  });
});

describe('in time', () => {
  test('a bar that closes at the moment of a reading comes first, whatever order the files are given in', async () => {
    const files = {
      'BTCUSDT_1h.csv': bars(10),
      'BTCUSDT_funding.csv': rows('time,funding rate', `${iso(T0_US + 8 * HOUR_US)},0.001`),
    };
    const run = await importTexts(files);
    const backward = await importTexts(Object.fromEntries(Object.entries(files).reverse()));
    const at = run.inputs.findIndex(({ kind }) => kind === 'reading');
    expect(run.inputs[at - 1]).toMatchObject({ kind: 'bar', receivedAtUs: run.inputs[at]!.receivedAtUs });
    expect(backward.bytes.equals(run.bytes)).toBe(true);
  });

  test('what would be over before the market data begins, or comes after its end, is left out and counted', async () => {
    const times = [-9, -8, 9, 12].map((hours) => T0_US + hours * HOUR_US);
    const text = rows('time,funding rate', ...times.map((us) => `${iso(us)},0.001`));
    const run = await importTexts({ 'BTCUSDT_1h.csv': bars(10), 'BTCUSDT_funding.csv': text });
    expect(readingsOf(run).map(([hours]) => hours)).toEqual([-8, 9]);
    expect(run.result.files[1]?.ignored).toEqual({
      header: 1,
      'reading before the market data': 1,
      'reading after the market data': 1,
    });
  });
});

describe('whose they are', () => {
  const funding = rows('time,funding rate', `${iso(T0_US)},0.001`);

  test('a rate is of the instruments of its pair', async () => {
    const run = await importTexts({
      'ETHUSDT_1h.csv': bars(4),
      'BTCUSDT_1h.csv': bars(3),
      'BTCUSDT_funding.csv': funding,
    });
    const btc = run.header.instruments.findIndex(({ base }) => base === 'BTC');
    expect(readingsOf(run).map(([, , instrument]) => instrument)).toEqual([btc]);
  });

  test('no market data of it, or none at all, is refused', async () => {
    expect(await refusal({ 'ETHUSDT_1h.csv': bars(3), 'BTCUSDT_funding.csv': funding })).toMatch(
      /BTCUSDT_funding\.csv, line 2: is of "BTCUSDT", of which there is no market data/,
    );
    expect(await refusal({ 'BTCUSDT_funding.csv': funding })).toMatch(/holds readings, which go with market data/);
  });

  test.each([
    ['2', /2 is no rate of one funding interval/],
    ['a lot', /"a lot" is no number/],
    ['NaN', /"NaN" is no number/],
  ])('a rate of %s is a bad line', async (rate, reason) => {
    const text = rows('time,funding rate', `${iso(T0_US)},${rate}`);
    expect(await refusal({ 'BTCUSDT_1h.csv': bars(3), 'BTCUSDT_funding.csv': text })).toMatch(reason);
  });
});
