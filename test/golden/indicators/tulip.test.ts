/** Every indicator of the library against the vectors of Tulip Indicators, at its seeding; they have three digits. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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
import { MFI, mfiSlots, OBV, updateMfi, updateObv } from '../../../engine/market/indicators/volume.ts';
import { compareColumns, stream, VECTORS } from '../../fixtures/indicator-vectors.ts';

interface TulipCase {
  readonly indicator: string;
  readonly options: readonly number[];
  readonly input_names: readonly string[] | null;
  readonly inputs: ReadonlyArray<readonly number[]>;
  readonly outputs: ReadonlyArray<readonly number[]>;
}

/** Reads input `index` of the bar. */
type Read = (index: number) => number;
/** The outputs after one bar; undefined while not warm. */
type Update = (state: Float64Array, read: Read, options: readonly number[]) => ReadonlyArray<number | undefined>;

/** Enough slots for any of them. */
const SLOTS = 400;

const known = (warm: boolean, ...values: number[]): ReadonlyArray<number | undefined> =>
  warm ? values : values.map(() => undefined);

/** Movement and lines; Tulip's begin with one movement less. `dx` and `adx` have no close, and it cancels out. */
function directional(state: Float64Array, read: Read, window: number): boolean {
  return updateAdx(state, 0, read(0), read(1), Number.isNaN(read(2)) ? read(0) : read(2), window, window - 1);
}

function volatility(
  state: Float64Array,
  read: Read,
  [window = 0]: readonly number[],
): ReadonlyArray<number | undefined> {
  const moved = updateLag(state, 0, read(0), 1);
  const full = moved && updateBollinger(state, 10, read(0) / state[2]! - 1, window);
  return known(full, bollingerSigma(state, 10) * Math.sqrt(252));
}

const OURS: Readonly<Record<string, Update>> = {
  sma: (s, read, [n = 0]) => known(updateSum(s, 0, read(0), n), s[2]! / n),
  sum: (s, read, [n = 0]) => known(updateSum(s, 0, read(0), n), s[2]!),
  ema: (s, read, [n = 0]) => {
    updateAverage(s, 0, read(0), n, emaAlpha(n), 1);
    return [s[1]!];
  },
  wilders: (s, read, [n = 0]) => known(updateAverage(s, 0, read(0), n, wilderAlpha(n)), s[1]!),
  wma: (s, read, [n = 0]) => known(updateWeighted(s, 0, read(0), n), s[4]!),
  rsi: (s, read, [n = 0]) => known(updateRsi(s, 0, read(0), n), s[RSI.value]!),
  macd: (s, read, [fast = 0, slow = 0, signal = 0]) => {
    const warm = updateMacd(s, 0, read(0), fast, slow, signal, true);
    return known(warm, s[MACD.line]!, s[MACD.signal]!, s[MACD.line]! - s[MACD.signal]!);
  },
  stoch: (s, read, [n = 0, smooth = 0, signal = 0]) => {
    const warm = updateStochastic(s, 0, read(0), read(1), read(2), n, smooth, signal);
    return known(warm && s[STOCHASTIC.dWarm] === 1, s[STOCHASTIC.k]!, s[STOCHASTIC.d]!);
  },
  willr: (s, read, [n = 0]) =>
    known(updateStochastic(s, 0, read(0), read(1), read(2), n, 1, 1), s[STOCHASTIC.k]! - 100),
  cci: (s, read, [n = 0]) => known(updateCci(s, 0, read(0), read(1), read(2), n), s[CCI.value]!),
  di: (s, read, [n = 0]) => known(directional(s, read, n), s[ADX.plus]!, s[ADX.minus]!),
  dm: (s, read, [n = 0]) => known(directional(s, read, n), s[ADX.upSum]!, s[ADX.downSum]!),
  dx: (s, read, [n = 0]) => known(directional(s, read, n), s[ADX.dx]!),
  adx: (s, read, [n = 0]) => known(directional(s, read, n) && s[ADX.adxWarm] === 1, s[ADX.adx]!),
  aroon: (s, read, [n = 0]) => known(updateAroon(s, 0, read(0), read(1), n), s[AROON.down]!, s[AROON.up]!),
  atr: (s, read, [n = 0]) => known(updateAtr(s, 0, read(0), read(1), read(2), n, true), s[ATR.value]!),
  natr: (s, read, [n = 0]) =>
    known(updateAtr(s, 0, read(0), read(1), read(2), n, true), (100 * s[ATR.value]!) / read(2)),
  bbands: (s, read, [n = 0, wide = 0]) => {
    const warm = updateBollinger(s, 0, read(0), n);
    const [middle, sigma] = [s[BOLLINGER.middle]!, bollingerSigma(s, 0)];
    return known(warm, middle - wide * sigma, middle, middle + wide * sigma);
  },
  stddev: (s, read, [n = 0]) => known(updateBollinger(s, 0, read(0), n), bollingerSigma(s, 0)),
  volatility,
  obv: (s, read) => known(updateObv(s, 0, read(0), read(1)), s[OBV.value]!),
  mfi: (s, read, [n = 0]) => known(updateMfi(s, 0, read(0), read(1), read(2), read(3), n), s[MFI.value]!),
  mom: (s, read, [n = 0]) => known(updateLag(s, 0, read(0), n), read(0) - s[2]!),
  roc: (s, read, [n = 0]) => known(updateLag(s, 0, read(0), n), read(0) / s[2]! - 1),
  max: (s, read, [n = 0]) => known(updateExtreme(s, 0, read(0), n, 1), s[3]!),
  min: (s, read, [n = 0]) => known(updateExtreme(s, 0, read(0), n, -1), s[3]!),
};

function casesOf(indicator: string): TulipCase[] {
  const all = JSON.parse(readFileSync(join(VECTORS!, 'tulip/tulip_cases.json'), 'utf8')) as TulipCase[];
  return all.filter((each) => each.indicator === indicator && each.input_names !== null);
}

describe.skipIf(VECTORS === undefined)('Tulip', () => {
  it('fits its widest indicator into the slots', () => {
    for (const slots of [
      ...[
        AVERAGE_SLOTS,
        SUM_SLOTS + 14,
        LAG_SLOTS + 14,
        EXTREME_SLOTS + 28,
        WEIGHTED_SLOTS + 14,
        RSI.slots,
        MACD.slots,
      ],
      ...[ADX.slots, ATR.slots, OBV.slots, stochasticSlots(14, 3, 3), cciSlots(20), aroonSlots(25), mfiSlots(14)],
      10 + bollingerSlots(20),
    ])
      expect(slots).toBeLessThanOrEqual(SLOTS);
  });

  it.each(Object.entries(OURS))('%s', (indicator, update) => {
    const cases = casesOf(indicator);
    expect(cases.length).toBeGreaterThan(0);
    for (const { inputs, outputs, options } of cases) {
      const bars = inputs[0]!.length;
      for (const [output, column] of outputs.entries()) {
        const ours = stream(bars, SLOTS, (state, i) => {
          return update(state, (index) => inputs[index]?.[i] ?? Number.NaN, options)[output];
        });
        // Outputs end with the last bar; those that Tulip leaves out at the beginning are not compared.
        const theirs = [...new Array<undefined>(bars - column.length).fill(undefined), ...column];
        const { compared, worst } = compareColumns(ours, theirs, false);
        expect(compared).toBe(column.length);
        // Half of the last of three digits; against the size of the number, so most numbers are held to less.
        expect(worst).toBeLessThanOrEqual(5.001e-4);
      }
    }
  });
});
