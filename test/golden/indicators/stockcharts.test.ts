/** The indicators of StockCharts' worked tables, at the digits and the seeding that each table has. */
import { describe, expect, it } from 'vitest';
import {
  EXTREME_SLOTS,
  LAG_SLOTS,
  SUM_SLOTS,
  updateExtreme,
  updateLag,
  updateSum,
} from '../../../engine/kernel/rolling.ts';
import {
  MACD,
  RSI,
  STOCHASTIC,
  stochasticSlots,
  updateMacd,
  updateRsi,
  updateStochastic,
} from '../../../engine/market/indicators/momentum.ts';
import { ADX, updateAdx } from '../../../engine/market/indicators/trend.ts';
import { ATR, updateAtr } from '../../../engine/market/indicators/volatility.ts';
import { updateVwap, VWAP, vwapSlots } from '../../../engine/market/indicators/volume.ts';
import { compareColumns, csvTable, stream, VECTORS } from '../../fixtures/indicator-vectors.ts';

type Row = Readonly<Record<string, number>>;
type Update = (state: Float64Array, row: Row) => number | undefined;

const known = (warm: boolean, value: number | undefined): number | undefined => (warm ? value : undefined);
const adx = (s: Float64Array, r: Row) => updateAdx(s, 0, r.High!, r.Low!, r.Close!, 14);
const stochastic = (s: Float64Array, r: Row) => updateStochastic(s, 0, r.High!, r.Low!, r.Close!, 14, 1, 3);

/** Table, column, fewest rows compared, most that may differ (by the table's digits), slots, ours. */
const CASES: ReadonlyArray<readonly [string, string, number, number, number, Update]> = [
  ['cs-rsi', 'RSI', 19, 2e-8, RSI.slots, (s, r) => known(updateRsi(s, 0, r.Close!, 14, 1), s[RSI.value])],
  ['cs-macd', 'MACD_line', 99, 1e-8, MACD.slots, (s, r) => known(updateMacd(s, 0, r.Close!, 12, 26, 9, true), s[0])],
  ['cs-atr', 'ATR', 16, 1e-9, ATR.slots, (s, r) => known(updateAtr(s, 0, r.High!, r.Low!, r.Close!, 14, true), s[3])],
  ['cs-adx', '+DI14', 490, 5.1e-8, ADX.slots, (s, r) => known(adx(s, r), s[ADX.plus])],
  ['cs-adx', '-DI14', 490, 5.1e-8, ADX.slots, (s, r) => known(adx(s, r), s[ADX.minus])],
  ['cs-adx', 'DX', 490, 5.1e-8, ADX.slots, (s, r) => known(adx(s, r), s[ADX.dx])],
  ['cs-adx', 'ADX', 470, 5.1e-8, ADX.slots, (s, r) => known(adx(s, r) && s[ADX.adxWarm] === 1, s[ADX.adx])],
  [
    'cs-roc',
    'ROC',
    8,
    2e-9,
    LAG_SLOTS + 12,
    (s, r) => known(updateLag(s, 0, r.Close!, 12), (r.Close! / s[2]! - 1) * 100),
  ],
  ['cs-soo', 'SO', 17, 1e-8, stochasticSlots(14, 1, 3), (s, r) => known(stochastic(s, r), s[STOCHASTIC.k])],
  [
    'cs-soo',
    'SO_SIG',
    14,
    1e-8,
    stochasticSlots(14, 1, 3),
    (s, r) => known(stochastic(s, r) && s[STOCHASTIC.dWarm] === 1, s[STOCHASTIC.d]),
  ],
  ['cs-dc', 'upper_band', 10, 1e-9, EXTREME_SLOTS + 40, (s, r) => known(updateExtreme(s, 0, r.high!, 20, 1), s[3])],
  ['cs-dc', 'lower_band', 10, 1e-9, EXTREME_SLOTS + 40, (s, r) => known(updateExtreme(s, 0, r.low!, 20, -1), s[3])],
  ['cs-dc', 'average', 10, 1.1e-7, SUM_SLOTS + 20, (s, r) => known(updateSum(s, 0, r.close!, 20), s[2]! / 20)],
  [
    'cs-vwap',
    'vwap',
    30,
    1e-9,
    vwapSlots(14),
    (s, r) => {
      updateVwap(s, 0, r.High!, r.Low!, r.Close!, r.Volume!, 14);
      return s[VWAP.value];
    },
  ],
];

describe.skipIf(VECTORS === undefined)('StockCharts', () => {
  it.each(CASES)('%s: %s', (file, column, fewest, most, slots, update) => {
    const table = csvTable(`stockcharts_ta/${file}.csv`);
    const theirs = table[column]!;
    const ours = stream(theirs.length, slots, (state, i) => {
      return update(state, Object.fromEntries(Object.entries(table).map(([name, cells]) => [name, cells[i] ?? 0])));
    });
    const { compared, worst } = compareColumns(ours, theirs, false);
    expect(compared).toBeGreaterThanOrEqual(fewest);
    expect(worst).toBeLessThan(most);
  });

  it('the signal of the MACD, which the table begins from rows that it does not show, once those are forgotten', () => {
    const table = csvTable('stockcharts_ta/cs-macd.csv');
    const ours = stream(table.Close!.length, MACD.slots, (state, i) =>
      known(updateMacd(state, 0, table.Close![i]!, 12, 26, 9, true), state[MACD.signal]),
    );
    const late = (column: ReadonlyArray<number | undefined>) => column.slice(-20);
    expect(compareColumns(late(ours), late(table.MACD_signal!), true).worst).toBeLessThan(1e-8);
  });
});
