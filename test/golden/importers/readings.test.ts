/** Real bars with real funding rates and the real index: the features become valid, and funding speaks at its extremes. */
import { expect, test } from 'vitest';
import { cursorOver, F, FEATURE_COUNT, PRODUCERS } from '../../../engine/domain/index.ts';
import { createEngine, createState, SIGNAL, step } from '../../../engine/index.ts';
import { testConfig } from '../../fixtures/engine-session.ts';
import { describeData, importData, orderCheck } from './data.ts';

const HOURS = 'c_ohlcv/binance_futures_1h/BTCUSDT_perp_1h_2023-01_2024-05.csv.gz';
const DAYS = 'c_ohlcv/binance_spot_1d/BTCUSDT_1d_2017-08_2022-06.csv.gz';
const SENTIMENT = 'd_funding_sentiment';

/** What a fold of the files shows after each bar. */
interface BarSeen {
  readonly atUs: number;
  readonly funding: number | undefined;
  readonly fearGreed: number | undefined;
  /** Direction × conviction; undefined while the producer is silent. */
  readonly says: number | undefined;
}

async function foldData(files: readonly string[]) {
  const records: Uint8Array[] = [];
  const inOrder = orderCheck();
  const result = await importData(files, {}, (record) => {
    inOrder(record);
    records.push(record.slice());
  });
  const { instruments, accountCurrency, barIntervalUs } = result;
  const config = testConfig({ instruments, accountCurrency, barIntervalUs, control: 'observe' });
  const engine = createEngine(createState(config));
  const { features, signals, control } = engine.state;
  const cell = PRODUCERS.indexOf('funding');
  const seen: BarSeen[] = [];
  for (const record of records) {
    const bars = features.bars[0]!;
    step(engine, cursorOver(record));
    if (features.bars[0] === bars) continue;
    expect(FEATURE_COUNT).toBe(64);
    const of = (f: number): number | undefined => (features.valid[f] === 1 ? features.values[f] : undefined);
    const speaks = signals.status[cell] === SIGNAL.voted || signals.status[cell] === SIGNAL.neutral;
    seen.push({
      atUs: control.nowUs[0]!,
      funding: of(F.funding),
      fearGreed: of(F.fearGreed),
      says: speaks ? signals.direction[cell]! * signals.conviction[cell]! : undefined,
    });
  }
  return { result, seen, hash: engine.state.arena.hash() };
}

describeData('readings beside bars', () => {
  test('funding of sixteen months: known from its first settlement on, and bet against in March 2024', async () => {
    const files = [HOURS, `${SENTIMENT}/binance_BTCUSDT_8h-funding_rate_2023-01_2024-05.csv`];
    const { result, seen, hash } = await foldData(files);
    expect(result.counts).toEqual({ bar: 11_991, reading: 1_498 });
    expect(result.files.map(({ format, badLines }) => [format, badLines])).toEqual([
      ['bars', 0],
      ['funding-rates', 0],
    ]);
    expect(seen).toHaveLength(11_991);
    // The first bar closes at one, an hour after the first settlement; the last rate counts until nine of the last day.
    const unknown = seen.filter(({ funding }) => funding === undefined).map(({ atUs }) => atUs);
    expect(unknown).toEqual(seen.slice(-6).map(({ atUs }) => atUs));
    expect(unknown[0]).toBe(Date.parse('2024-05-14T10:00:00Z') * 1000);
    const spoken = seen.filter(({ says }) => says !== undefined && says !== 0);
    expect(spoken.every(({ funding, says }) => Math.sign(funding!) === -Math.sign(says!))).toBe(true);
    expect(spoken.every(({ funding }) => Math.abs(funding!) >= 0.0005)).toBe(true);
    const months = new Map<string, number>();
    for (const { atUs } of spoken) {
      const month = new Date(atUs / 1000).toISOString().slice(0, 7);
      months.set(month, (months.get(month) ?? 0) + 1);
    }
    expect(Object.fromEntries(months)).toMatchInlineSnapshot(`
      {
        "2023-12": 16,
        "2024-01": 16,
        "2024-02": 39,
        "2024-03": 121,
        "2024-04": 8,
      }
    `);
    expect((await foldData([...files].reverse())).hash).toBe(hash);
  });

  test('the index and the market-wide rate beside days: each of its own day, and none before there was one', async () => {
    const files = [DAYS, `${SENTIMENT}/fear_greed_daily_to_2022.csv`, `${SENTIMENT}/funding_rates_daily_to_2022.csv`];
    const { result, seen } = await foldData(files);
    expect(result.counts).toEqual({ bar: 1_754, reading: 2_584 });
    const at = (day: string) => seen.find(({ atUs }) => atUs === Date.parse(`${day}T00:00:00Z`) * 1000);
    // The bar of the first of February closes with the second: it knows the first's index, and nothing of the second's.
    expect(at('2018-02-01')?.fearGreed).toBeUndefined();
    expect(at('2018-02-02')?.fearGreed).toBe(30);
    expect(at('2018-02-03')?.fearGreed).toBe(15);
    // A day's mean rate is known when the day is over, and counts for nine hours: no daily bar closes within them.
    expect(seen.every(({ funding }) => funding === undefined)).toBe(true);
  });
});
