/** Indicators of closed bars with O(1) updates, invalid until warm. */
import { F, FEATURE_COUNT } from '../domain/index.ts';
import { type BarTable, CLOSES_KEPT, type FeatureTable } from '../domain/tables/index.ts';
import type { Arena } from '../kernel/arena.ts';
import { exp } from '../kernel/math.ts';
import {
  AVERAGE_SLOTS,
  deviation,
  emaAlpha,
  MOMENTS_SLOTS,
  updateAverage,
  updateMoments,
  wilderAlpha,
} from '../kernel/rolling.ts';

export const RSI_PERIOD = 14;
export const ATR_PERIOD = 14;
export const EMA_FAST = 12;
export const EMA_SLOW = 26;
export const MACD_SIGNAL = 9;
export const BOLLINGER_PERIOD = 20;
export const VOLUME_PERIOD = 20;
export const MOMENTUM_BARS = 20;
export const FLOW_BARS = 10;
export const GAUSSIAN_PERIOD = 60;
export const SLOPE_BARS = 32;
export const ENERGY_PERIOD = 60;

/** Offsets of the parts within one instrument's run of slots. */
const PART = (() => {
  let at = 0;
  const take = (slots: number): number => {
    const start = at;
    at += slots;
    return start;
  };
  return {
    previousClose: take(1),
    emaFast: take(AVERAGE_SLOTS),
    emaSlow: take(AVERAGE_SLOTS),
    macdSignal: take(AVERAGE_SLOTS),
    gain: take(AVERAGE_SLOTS),
    loss: take(AVERAGE_SLOTS),
    atr: take(AVERAGE_SLOTS),
    energyFast: take(AVERAGE_SLOTS),
    energySlow: take(AVERAGE_SLOTS),
    velocity: take(AVERAGE_SLOTS),
    bollinger: take(MOMENTS_SLOTS + BOLLINGER_PERIOD),
    volume: take(MOMENTS_SLOTS + VOLUME_PERIOD),
    gaussian: take(MOMENTS_SLOTS + GAUSSIAN_PERIOD),
    flow: take(MOMENTS_SLOTS + FLOW_BARS),
    flowSize: take(MOMENTS_SLOTS + FLOW_BARS),
    end: at,
  };
})();

/** Rolling state behind the features, by instrument. */
export class IndicatorTable {
  readonly slots: Float64Array;
  readonly stride = PART.end;

  constructor(arena: Arena, instruments: number) {
    this.slots = arena.f64('indicator.slots', instruments * PART.end);
  }
}

/** Weights of the causal slope: derivative of a one-sided Gaussian, newest first, scaled to ticks per bar. */
const SLOPE_WEIGHTS = slopeWeights();

function slopeWeights(): Float64Array {
  const sigma = SLOPE_BARS / 3;
  const smooth = new Float64Array(SLOPE_BARS);
  let total = 0;
  for (let i = 0; i < SLOPE_BARS; i++) total += smooth[i] = exp(-0.5 * (i / sigma) * (i / sigma));
  let mean = 0;
  for (let i = 0; i < SLOPE_BARS; i++) mean += (smooth[i]! / total) * i;
  let spread = 0;
  for (let i = 0; i < SLOPE_BARS; i++) spread += (smooth[i]! / total) * (i - mean) * (i - mean);
  const weights = new Float64Array(SLOPE_BARS);
  for (let i = 0; i < SLOPE_BARS; i++) weights[i] = ((smooth[i]! / total) * (mean - i)) / spread;
  return weights;
}

/** Folds the closed bar of one instrument into its indicators and writes its features. */
export function updateIndicators(
  table: IndicatorTable,
  features: FeatureTable,
  bars: BarTable,
  instrument: number,
): void {
  const s = table.slots;
  const base = instrument * PART.end;
  const row = instrument * FEATURE_COUNT;
  const count = features.bars[instrument]!;
  const close = bars.close[instrument]!;
  const previous = count === 0 ? close : s[base + PART.previousClose]!;
  features.closes[instrument * CLOSES_KEPT + (count % CLOSES_KEPT)] = close;
  features.bars[instrument] = count + 1;
  put(features, row + F.close, close, true);
  updateTrend(s, base, features, row, close);
  updateRange(s, base, features, row, bars, instrument, previous, count);
  updateVolume(s, base, features, row, bars, instrument, close - previous, count);
  updateShape(s, base, features, row, instrument, close, count + 1);
  s[base + PART.previousClose] = close;
}

function put(features: FeatureTable, at: number, value: number, valid: boolean): void {
  features.values[at] = valid ? value : 0;
  features.valid[at] = valid ? 1 : 0;
}

function updateTrend(s: Float64Array, base: number, features: FeatureTable, row: number, close: number): void {
  const fast = updateAverage(s, base + PART.emaFast, close, EMA_FAST, emaAlpha(EMA_FAST));
  const slow = updateAverage(s, base + PART.emaSlow, close, EMA_SLOW, emaAlpha(EMA_SLOW));
  put(features, row + F.emaFast, s[base + PART.emaFast + 1]!, fast);
  put(features, row + F.emaSlow, s[base + PART.emaSlow + 1]!, slow);
  const macd = s[base + PART.emaFast + 1]! - s[base + PART.emaSlow + 1]!;
  put(features, row + F.macd, macd, slow);
  const signal = slow && updateAverage(s, base + PART.macdSignal, macd, MACD_SIGNAL, emaAlpha(MACD_SIGNAL));
  put(features, row + F.macdSignal, s[base + PART.macdSignal + 1]!, signal);
  const full = updateMoments(s, base + PART.bollinger, close, BOLLINGER_PERIOD);
  put(features, row + F.bollingerMid, s[base + PART.bollinger + 2]!, full);
  put(features, row + F.bollingerWidth, deviation(s, base + PART.bollinger), full);
}

/** RSI and ATR by Wilder's smoothing; both need a bar before the first they use. */
function updateRange(
  s: Float64Array,
  base: number,
  features: FeatureTable,
  row: number,
  bars: BarTable,
  instrument: number,
  previous: number,
  count: number,
): void {
  if (count === 0) return;
  const change = bars.close[instrument]! - previous;
  const warm = updateAverage(s, base + PART.gain, change > 0 ? change : 0, RSI_PERIOD, wilderAlpha(RSI_PERIOD));
  updateAverage(s, base + PART.loss, change < 0 ? -change : 0, RSI_PERIOD, wilderAlpha(RSI_PERIOD));
  const gain = s[base + PART.gain + 1]!;
  const loss = s[base + PART.loss + 1]!;
  const rsi = loss > 0 ? 100 - 100 / (1 + gain / loss) : gain > 0 ? 100 : 50;
  put(features, row + F.rsi, rsi, warm);
  const high = bars.high[instrument]!;
  const low = bars.low[instrument]!;
  const range = Math.max(high - low, Math.abs(high - previous), Math.abs(low - previous));
  const atr = updateAverage(s, base + PART.atr, range, ATR_PERIOD, wilderAlpha(ATR_PERIOD));
  put(features, row + F.atr, s[base + PART.atr + 1]!, atr);
}

/** Volume against its mean, energy (volume-weighted squared velocity) against its mean, and order flow. */
function updateVolume(
  s: Float64Array,
  base: number,
  features: FeatureTable,
  row: number,
  bars: BarTable,
  instrument: number,
  velocity: number,
  count: number,
): void {
  const volume = bars.volume[instrument]!;
  const full = updateMoments(s, base + PART.volume, volume, VOLUME_PERIOD);
  const meanVolume = s[base + PART.volume + 2]!;
  put(features, row + F.volumeRatio, meanVolume > 0 ? volume / meanVolume : 0, full && meanVolume > 0);
  if (count > 0) {
    const energy = volume * velocity * velocity;
    updateAverage(s, base + PART.energyFast, energy, 3, emaAlpha(3));
    const warm = updateAverage(s, base + PART.energySlow, energy, ENERGY_PERIOD, emaAlpha(ENERGY_PERIOD));
    updateAverage(s, base + PART.velocity, velocity, 3, emaAlpha(3));
    const mean = s[base + PART.energySlow + 1]!;
    put(features, row + F.energy, mean > 0 ? s[base + PART.energyFast + 1]! / mean : 0, warm && mean > 0);
  }
  const flowFull = updateMoments(s, base + PART.flow, bars.flow[instrument]!, FLOW_BARS);
  updateMoments(s, base + PART.flowSize, bars.flowSize[instrument]!, FLOW_BARS);
  const size = s[base + PART.flowSize + 2]!;
  put(features, row + F.orderFlowImbalance, size > 0 ? s[base + PART.flow + 2]! / size : 0, flowFull && size > 0);
}

/** Momentum, place in the distribution of the last 60 closes, and causal slope. */
function updateShape(
  s: Float64Array,
  base: number,
  features: FeatureTable,
  row: number,
  instrument: number,
  close: number,
  bars: number,
): void {
  const ring = instrument * CLOSES_KEPT;
  const at = (age: number): number => features.closes[ring + ((bars - 1 - age) % CLOSES_KEPT)]!;
  const moved = bars > MOMENTUM_BARS;
  put(features, row + F.momentum, moved ? close - at(MOMENTUM_BARS) : 0, moved);
  const full = updateMoments(s, base + PART.gaussian, close, GAUSSIAN_PERIOD);
  const sigma = deviation(s, base + PART.gaussian);
  put(features, row + F.gaussianZ, sigma > 0 ? (close - s[base + PART.gaussian + 2]!) / sigma : 0, full && sigma > 0);
  let slope = 0;
  if (bars >= SLOPE_BARS) for (let i = 0; i < SLOPE_BARS; i++) slope += SLOPE_WEIGHTS[i]! * at(i);
  put(features, row + F.gaussianSlope, slope, bars >= SLOPE_BARS);
}

/** Mean velocity of the last bars, in ticks per bar: the sign that goes with energy. */
export function meanVelocity(table: IndicatorTable, instrument: number): number {
  const at = instrument * PART.end + PART.velocity;
  const count = table.slots[at]!;
  return count >= 3 ? table.slots[at + 1]! : 0;
}

/** Forgets the order flow of one instrument after a gap: its window must fill again. */
export function forgetFlow(table: IndicatorTable, features: FeatureTable, instrument: number): void {
  const base = instrument * PART.end;
  table.slots.fill(0, base + PART.flow, base + PART.flowSize + MOMENTS_SLOTS + FLOW_BARS);
  put(features, instrument * FEATURE_COUNT + F.orderFlowImbalance, 0, false);
}
