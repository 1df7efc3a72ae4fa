/** Every indicator of the library against the vectors of Skender.Stock.Indicators, over 502 daily bars. */
import { describe, expect, it } from 'vitest';
import { log } from '../../../engine/kernel/math.ts';
import {
  AVERAGE_SLOTS,
  EXTREME_SLOTS,
  emaAlpha,
  LAG_SLOTS,
  SUM_SLOTS,
  updateAverage,
  updateExtreme,
  updateLag,
  updateSum,
  updateWeighted,
  WEIGHTED_SLOTS,
  wilderAlpha,
} from '../../../engine/kernel/rolling.ts';
import { HURST, hurstPlan, hurstSlots, measureHurst, pushHurst } from '../../../engine/market/indicators/memory.ts';
import {
  CCI,
  cciSlots,
  MACD,
  RSI,
  STOCHASTIC,
  stochasticSlots,
  updateCci,
  updateMacd,
  updateRsi,
  updateStochastic,
} from '../../../engine/market/indicators/momentum.ts';
import { ADX, AROON, aroonSlots, updateAdx, updateAroon } from '../../../engine/market/indicators/trend.ts';
import {
  ATR,
  BOLLINGER,
  bollingerSigma,
  bollingerSlots,
  updateAtr,
  updateBollinger,
} from '../../../engine/market/indicators/volatility.ts';
import {
  MFI,
  mfiSlots,
  OBV,
  updateMfi,
  updateObv,
  updateVwap,
  VWAP,
  vwapSlots,
} from '../../../engine/market/indicators/volume.ts';
import { type Bars, type Column, compareColumns, csvTable, stream, VECTORS } from '../../fixtures/indicator-vectors.ts';

type Update = (state: Float64Array, i: number, bars: Bars) => number | undefined;

/** What ours may differ by from the vectors' 16 digits, against the size of the number. */
const MOST = 1e-11;

const warm = (isWarm: boolean, value: number | undefined): number | undefined => (isWarm ? value : undefined);
const adx = (s: Float64Array, i: number, b: Bars) => updateAdx(s, 0, b.high[i]!, b.low[i]!, b.close[i]!, 14);
const stochastic = (s: Float64Array, i: number, b: Bars) =>
  updateStochastic(s, 0, b.high[i]!, b.low[i]!, b.close[i]!, 14, 3, 3);
const PLAN = hurstPlan(100);
const hurst = (s: Float64Array, i: number, b: Bars) =>
  i > 0 && pushHurst(s, 0, log(b.close[i]! / b.close[i - 1]!), PLAN) && measureHurst(s, 0, PLAN);

const CASES: ReadonlyArray<readonly [file: string, column: string, slots: number, update: Update]> = [
  ['sma', 'sma', SUM_SLOTS + 20, (s, i, b) => warm(updateSum(s, 0, b.close[i]!, 20), s[2]! / 20)],
  ['ema', 'ema', AVERAGE_SLOTS, (s, i, b) => warm(updateAverage(s, 0, b.close[i]!, 20, emaAlpha(20)), s[1])],
  ['smma', 'smma', AVERAGE_SLOTS, (s, i, b) => warm(updateAverage(s, 0, b.close[i]!, 20, wilderAlpha(20)), s[1])],
  ['wma', 'wma', WEIGHTED_SLOTS + 14, (s, i, b) => warm(updateWeighted(s, 0, b.close[i]!, 14), s[4])],
  ['rsi', 'rsi', RSI.slots, (s, i, b) => warm(updateRsi(s, 0, b.close[i]!, 14), s[RSI.value])],
  ['macd', 'macd', MACD.slots, (s, i, b) => warm(updateMacd(s, 0, b.close[i]!, 12, 26, 9), s[MACD.line])],
  [
    'macd',
    'signal',
    MACD.slots,
    (s, i, b) => warm(updateMacd(s, 0, b.close[i]!, 12, 26, 9) && s[MACD.signalWarm] === 1, s[MACD.signal]),
  ],
  ['stoch', 'k', stochasticSlots(14, 3, 3), (s, i, b) => warm(stochastic(s, i, b), s[STOCHASTIC.k])],
  [
    'stoch',
    'd',
    stochasticSlots(14, 3, 3),
    (s, i, b) => warm(stochastic(s, i, b) && s[STOCHASTIC.dWarm] === 1, s[STOCHASTIC.d]),
  ],
  [
    'willr',
    'williamsR',
    stochasticSlots(14, 1, 1),
    (s, i, b) => warm(updateStochastic(s, 0, b.high[i]!, b.low[i]!, b.close[i]!, 14, 1, 1), s[STOCHASTIC.k]! - 100),
  ],
  [
    'cci',
    'cci',
    cciSlots(20),
    (s, i, b) => warm(updateCci(s, 0, b.high[i]!, b.low[i]!, b.close[i]!, 20), s[CCI.value]),
  ],
  ['adx', 'pdi', ADX.slots, (s, i, b) => warm(adx(s, i, b), s[ADX.plus])],
  ['adx', 'mdi', ADX.slots, (s, i, b) => warm(adx(s, i, b), s[ADX.minus])],
  ['adx', 'dx', ADX.slots, (s, i, b) => warm(adx(s, i, b), s[ADX.dx])],
  ['adx', 'adx', ADX.slots, (s, i, b) => warm(adx(s, i, b) && s[ADX.adxWarm] === 1, s[ADX.adx])],
  ['aroon', 'aroonUp', aroonSlots(25), (s, i, b) => warm(updateAroon(s, 0, b.high[i]!, b.low[i]!, 25), s[AROON.up])],
  [
    'aroon',
    'aroonDown',
    aroonSlots(25),
    (s, i, b) => warm(updateAroon(s, 0, b.high[i]!, b.low[i]!, 25), s[AROON.down]),
  ],
  ['atr', 'atr', ATR.slots, (s, i, b) => warm(updateAtr(s, 0, b.high[i]!, b.low[i]!, b.close[i]!, 14), s[ATR.value])],
  ['bb', 'sma', bollingerSlots(20), (s, i, b) => warm(updateBollinger(s, 0, b.close[i]!, 20), s[BOLLINGER.middle])],
  [
    'bb',
    'upperBand',
    bollingerSlots(20),
    (s, i, b) => warm(updateBollinger(s, 0, b.close[i]!, 20), s[BOLLINGER.middle]! + 2 * bollingerSigma(s, 0)),
  ],
  [
    'stdev',
    'stdDev',
    bollingerSlots(14),
    (s, i, b) => warm(updateBollinger(s, 0, b.close[i]!, 14), bollingerSigma(s, 0)),
  ],
  ['obv', 'obv', OBV.slots, (s, i, b) => warm(updateObv(s, 0, b.close[i]!, b.volume[i]!), s[OBV.value])],
  [
    'mfi',
    'mfi',
    mfiSlots(14),
    (s, i, b) => warm(updateMfi(s, 0, b.high[i]!, b.low[i]!, b.close[i]!, b.volume[i]!, 14), s[MFI.value]),
  ],
  [
    'vwap',
    'vwap',
    vwapSlots(600),
    (s, i, b) => {
      updateVwap(s, 0, b.high[i]!, b.low[i]!, b.close[i]!, b.volume[i]!, 600);
      return s[VWAP.value];
    },
  ],
  ['roc', 'momentum', LAG_SLOTS + 14, (s, i, b) => warm(updateLag(s, 0, b.close[i]!, 14), b.close[i]! - s[2]!)],
  ['roc', 'roc', LAG_SLOTS + 14, (s, i, b) => warm(updateLag(s, 0, b.close[i]!, 14), (b.close[i]! / s[2]! - 1) * 100)],
  ['hurst', 'hurstExponent', hurstSlots(100), (s, i, b) => warm(hurst(s, i, b), s[HURST.raw])],
  ['hurst', 'hurstExponentAL', hurstSlots(100), (s, i, b) => warm(hurst(s, i, b), s[HURST.corrected])],
];

describe.skipIf(VECTORS === undefined)('Skender, 502 daily bars', () => {
  it.each(CASES)('%s: %s', (file, column, slots, update) => {
    const bars = csvTable('skender/quotes_default.csv') as Readonly<Record<string, number[]>> as unknown as Bars;
    const ours = stream(bars.close.length, slots, (state, i) => update(state, i, bars));
    const { compared, worst } = compareColumns(ours, csvTable(`skender/${file}.csv`)[column]!, true);
    expect(compared).toBeGreaterThan(150);
    expect(worst).toBeLessThan(MOST);
  });

  it('donchian: the bars before this one', () => {
    const { high, low } = csvTable('skender/quotes_default.csv') as unknown as Bars;
    const slots = EXTREME_SLOTS + 40;
    const before = (column: Column): Column => [undefined, ...column.slice(0, -1)];
    const top = stream(502, slots, (s, i) => warm(updateExtreme(s, 0, high[i]!, 20, 1), s[3]));
    const bottom = stream(502, slots, (s, i) => warm(updateExtreme(s, 0, low[i]!, 20, -1), s[3]));
    const theirs = csvTable('skender/donchian.csv');
    expect(compareColumns(before(top), theirs.upperBand!, true)).toEqual({ compared: 281, worst: 0 });
    expect(compareColumns(before(bottom), theirs.lowerBand!, true)).toEqual({ compared: 281, worst: 0 });
  });
});
