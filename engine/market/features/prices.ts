/** Features of price alone: averages, returns, oscillators and volatility. */
import { F, WINDOW } from '../../domain/index.ts';
import { CLOSES_KEPT, type FeatureTable } from '../../domain/tables/index.ts';
import { log } from '../../kernel/math.ts';
import { updateExtreme, updateSum, updateWeighted } from '../../kernel/rolling.ts';
import {
  CCI,
  MACD,
  RSI,
  STOCHASTIC,
  updateCci,
  updateMacd,
  updateRsi,
  updateStochastic,
} from '../indicators/momentum.ts';
import { ADX, AROON, updateAdx, updateAroon } from '../indicators/trend.ts';
import {
  ATR,
  BOLLINGER,
  bollingerSigma,
  ROOT_MEAN,
  updateAtr,
  updateBollinger,
  updateParkinsonVolatility,
  updateRealisedVolatility,
} from '../indicators/volatility.ts';
import { type ClosedBar, HORIZON_SLOTS, type Horizon, PART, put } from './slots.ts';

/** Distances of the bands from their middle, in deviations. */
const BANDS = 2;

/** Exponential, plain and weighted averages, MACD and Bollinger bands. */
export function updateAverages(bar: ClosedBar, close: number): void {
  const { slots: s, base, features, row } = bar;
  const macd = base + PART.macd;
  const slow = updateMacd(s, macd, close, WINDOW.emaFast, WINDOW.emaSlow, WINDOW.macdSignal);
  const signal = slow && s[macd + MACD.signalWarm] === 1;
  put(features, row + F.emaFast, s[macd + MACD.fast + 1]!, s[macd + MACD.fast]! >= WINDOW.emaFast);
  put(features, row + F.emaSlow, s[macd + MACD.slow + 1]!, slow);
  put(features, row + F.macd, s[macd + MACD.line]!, slow);
  put(features, row + F.macdSignal, s[macd + MACD.signal]!, signal);
  put(features, row + F.macdHistogram, s[macd + MACD.line]! - s[macd + MACD.signal]!, signal);
  const sma = updateSum(s, base + PART.sma, close, WINDOW.sma);
  put(features, row + F.smaDistance, sma ? (close * WINDOW.sma) / s[base + PART.sma + 2]! - 1 : 0, sma);
  const wma = updateWeighted(s, base + PART.wma, close, WINDOW.wma);
  put(features, row + F.wmaDistance, wma ? close / s[base + PART.wma + 4]! - 1 : 0, wma);
  const bollinger = base + PART.bollinger;
  const bands = updateBollinger(s, bollinger, close, WINDOW.bollinger);
  const middle = s[bollinger + BOLLINGER.middle]!;
  const sigma = bollingerSigma(s, bollinger);
  const wide = bands && sigma > 0;
  put(features, row + F.bollingerMid, middle, bands);
  put(features, row + F.bollingerWidth, sigma, bands);
  put(features, row + F.bollingerPosition, wide ? (close - middle) / (2 * BANDS * sigma) + 0.5 : 0, wide);
  put(features, row + F.bollingerBandwidth, (2 * BANDS * sigma) / middle, bands);
}

/** RSI, ATR, directional lines, Aroon, stochastic and CCI. */
export function updateOscillators(bar: ClosedBar): void {
  const { slots: s, base, features, row, bars, instrument } = bar;
  const high = bars.high[instrument]!;
  const low = bars.low[instrument]!;
  const close = bars.close[instrument]!;
  const rsi = updateRsi(s, base + PART.rsi, close, WINDOW.rsi);
  put(features, row + F.rsi, s[base + PART.rsi + RSI.value]!, rsi);
  const atr = updateAtr(s, base + PART.atr, high, low, close, WINDOW.atr);
  put(features, row + F.atr, s[base + PART.atr + ATR.value]!, atr);
  put(features, row + F.atrRatio, s[base + PART.atr + ATR.value]! / close, atr);
  const adx = base + PART.adx;
  const lines = updateAdx(s, adx, high, low, close, WINDOW.adx);
  put(features, row + F.plusDi, s[adx + ADX.plus]!, lines);
  put(features, row + F.minusDi, s[adx + ADX.minus]!, lines);
  put(features, row + F.adx, s[adx + ADX.adx]!, lines && s[adx + ADX.adxWarm] === 1);
  const aroon = base + PART.aroon;
  const recent = updateAroon(s, aroon, high, low, WINDOW.aroon);
  put(features, row + F.aroon, s[aroon + AROON.up]! - s[aroon + AROON.down]!, recent);
  const stochastic = base + PART.stochastic;
  const { stochastic: window, stochasticSmooth, stochasticSignal } = WINDOW;
  const k = updateStochastic(s, stochastic, high, low, close, window, stochasticSmooth, stochasticSignal);
  put(features, row + F.stochasticK, s[stochastic + STOCHASTIC.k]!, k);
  put(features, row + F.stochasticD, s[stochastic + STOCHASTIC.d]!, k && s[stochastic + STOCHASTIC.dWarm] === 1);
  const cci = updateCci(s, base + PART.cci, high, low, close, WINDOW.cci);
  put(features, row + F.cci, s[base + PART.cci + CCI.value]!, cci);
}

const HORIZON_FEATURES = [F.return1m, F.return5m, F.return15m, F.return1h] as const;

/** Log returns over the horizons; `count` is of all bars, the one that has just closed included. */
export function updateHorizons(bar: ClosedBar, horizons: readonly Horizon[], close: number, count: number): void {
  const { slots: s, base, features, row } = bar;
  for (let h = 0; h < HORIZON_FEATURES.length; h++) {
    const horizon = horizons[h]!;
    if (horizon.bars === 0) continue;
    const ring = base + PART.horizons + h * HORIZON_SLOTS;
    const { step } = horizon;
    if (count % step === 0) s[ring + ((count / step) % HORIZON_SLOTS)] = close;
    const kept = Math.floor((count - horizon.bars) / step);
    const valid = kept >= 1;
    const before = s[ring + (valid ? kept % HORIZON_SLOTS : 0)]!;
    put(features, row + HORIZON_FEATURES[h]!, valid ? log(close / before) : 0, valid);
  }
}

/** Realised and Parkinson volatility, from the log return of the bar; the first bar has none. */
export function updateVolatility(bar: ClosedBar, logReturn: number, first: boolean): void {
  const { slots: s, base, features, row, bars, instrument } = bar;
  const parkinson = base + PART.parkinson;
  const ranges = updateParkinsonVolatility(
    s,
    parkinson,
    bars.high[instrument]!,
    bars.low[instrument]!,
    WINDOW.parkinson,
  );
  put(features, row + F.parkinsonVolatility, s[parkinson + ROOT_MEAN.value]!, ranges);
  put(features, row + F.returnBar, logReturn, !first);
  if (first) return;
  const fast = updateRealisedVolatility(s, base + PART.realised, logReturn, WINDOW.realised);
  const slow = updateRealisedVolatility(s, base + PART.realisedSlow, logReturn, WINDOW.realisedSlow);
  const now = s[base + PART.realised + ROOT_MEAN.value]!;
  const usual = s[base + PART.realisedSlow + ROOT_MEAN.value]!;
  put(features, row + F.realisedVolatility, now, fast);
  put(features, row + F.volatilityRatio, usual > 0 ? now / usual : 0, slow && usual > 0);
}

/** The close against that of some bars ago, and its place in the range of the last 60 bars. */
export function updatePlaces(bar: ClosedBar): void {
  const { slots: s, base, features, row, bars, instrument } = bar;
  const close = bars.close[instrument]!;
  const count = features.bars[instrument]!;
  const moved = count > WINDOW.momentum;
  put(features, row + F.momentum, moved ? close - closeOf(features, instrument, WINDOW.momentum) : 0, moved);
  const changed = count > WINDOW.rateOfChange;
  const before = changed ? closeOf(features, instrument, WINDOW.rateOfChange) : 1;
  put(features, row + F.rateOfChange, close / before - 1, changed);
  updateExtreme(s, base + PART.top, bars.high[instrument]!, WINDOW.range, 1);
  const full = updateExtreme(s, base + PART.bottom, bars.low[instrument]!, WINDOW.range, -1);
  const highest = s[base + PART.top + 3]!;
  const lowest = s[base + PART.bottom + 3]!;
  const wide = full && highest > lowest;
  put(features, row + F.rangePosition, wide ? (close - lowest) / (highest - lowest) : 0, wide);
  put(features, row + F.drawdown, close / highest - 1, full);
}

/** Close of `age` bars ago, 0 the newest; only the last {@link CLOSES_KEPT} are kept. */
export function closeOf(features: FeatureTable, instrument: number, age: number): number {
  const newest = features.bars[instrument]! - 1;
  return features.closes[instrument * CLOSES_KEPT + ((newest - age) % CLOSES_KEPT)]!;
}
