/** Features of the shape of the last closes: place in their distribution, slope, skewness, memory, order and regime. */
import { F, WINDOW } from '../../domain/index.ts';
import { exp, log, normalCdf } from '../../kernel/math.ts';
import { deviation, updateMoments, updateSum } from '../../kernel/rolling.ts';
import {
  AUTOCORRELATION,
  ENTROPY,
  entropyPlan,
  HURST,
  hurstPlan,
  measureHurst,
  pushHurst,
  updateAutocorrelation,
  updateEntropy,
} from '../indicators/memory.ts';
import { updateRegime } from '../regime.ts';
import { closeOf } from './prices.ts';
import { type ClosedBar, PART, put } from './slots.ts';

/** Weights of the causal slope: derivative of a one-sided Gaussian, newest first, scaled to ticks per bar. */
const SLOPE_WEIGHTS = slopeWeights(WINDOW.slope);

function slopeWeights(window: number): Float64Array {
  const sigma = window / 3;
  const smooth = new Float64Array(window);
  let total = 0;
  for (let i = 0; i < window; i++) total += smooth[i] = exp(-0.5 * (i / sigma) * (i / sigma));
  let mean = 0;
  for (let i = 0; i < window; i++) mean += (smooth[i]! / total) * i;
  let spread = 0;
  for (let i = 0; i < window; i++) spread += (smooth[i]! / total) * (i - mean) * (i - mean);
  const weights = new Float64Array(window);
  for (let i = 0; i < window; i++) weights[i] = ((smooth[i]! / total) * (mean - i)) / spread;
  return weights;
}

/** Place in the distribution of the last 60 closes, its tail, and the causal slope. */
export function updateGaussian(bar: ClosedBar, close: number): void {
  const { slots: s, base, features, row, instrument } = bar;
  const full = updateMoments(s, base + PART.gaussian, close, WINDOW.gaussian);
  const sigma = deviation(s, base + PART.gaussian);
  const spread = full && sigma > 0;
  const z = spread ? (close - s[base + PART.gaussian + 2]!) / sigma : 0;
  put(features, row + F.gaussianZ, z, spread);
  put(features, row + F.gaussianTail, 2 * (1 - normalCdf(Math.abs(z))), spread);
  const long = features.bars[instrument]! >= WINDOW.slope;
  let slope = 0;
  if (long) for (let i = 0; i < WINDOW.slope; i++) slope += SLOPE_WEIGHTS[i]! * closeOf(features, instrument, i);
  put(features, row + F.gaussianSlope, slope, long);
}

/**
 * Skewness of the changes of the close and how each goes with the one before. Changes are in ticks: whole or halves, so
 * that their sums, and with them a market that stands still, are exact.
 */
export function updateChanges(bar: ClosedBar, change: number): void {
  const { slots: s, base, features, row } = bar;
  const n = WINDOW.skew;
  updateSum(s, base + PART.changes, change, n);
  updateSum(s, base + PART.squares, change * change, n);
  const full = updateSum(s, base + PART.cubes, change * change * change, n);
  const mean = s[base + PART.changes + 2]! / n;
  const square = s[base + PART.squares + 2]! / n;
  const variance = square - mean * mean;
  const spread = full && variance > 1e-12 * square;
  const third = s[base + PART.cubes + 2]! / n - 3 * mean * square + 2 * mean * mean * mean;
  put(features, row + F.returnSkew, spread ? third / (variance * Math.sqrt(variance)) : 0, spread);
  const known = updateAutocorrelation(s, base + PART.autocorrelation, change, WINDOW.autocorrelation);
  put(features, row + F.autocorrelation, s[base + PART.autocorrelation + AUTOCORRELATION.value]!, known);
}

const HURST_PLAN = hurstPlan(WINDOW.hurst);
const ENTROPY_PLAN = entropyPlan(WINDOW.entropyOrder, WINDOW.entropy);
/** Bits of the order of three closes of which none is likelier than another. */
const MOST_BITS = log(6) / Math.LN2;
const REGIME_FEATURES = [F.regimeCalm, F.regimeUp, F.regimeDown, F.regimeTurbulent] as const;

/** Permutation entropy of the closes. */
export function updateOrder(bar: ClosedBar, close: number): void {
  const { slots: s, base, features, row } = bar;
  const full = updateEntropy(s, base + PART.entropy, close, ENTROPY_PLAN);
  put(features, row + F.entropy, s[base + PART.entropy + ENTROPY.bits]! / MOST_BITS, full);
}

/** Hurst exponent, taken every few bars, and regime from the log return of the bar. */
export function updateMemory(bar: ClosedBar, logReturn: number, count: number): void {
  const { slots: s, base, features, row } = bar;
  const hurst = base + PART.hurst;
  const full = pushHurst(s, hurst, logReturn, HURST_PLAN);
  if (count % WINDOW.hurstEvery === 0) {
    const known = full && measureHurst(s, hurst, HURST_PLAN);
    put(features, row + F.hurst, s[hurst + HURST.corrected]!, known);
  }
  const warm = updateRegime(s, base + PART.regime, logReturn);
  for (let i = 0; i < REGIME_FEATURES.length; i++) {
    put(features, row + REGIME_FEATURES[i]!, s[base + PART.regime + i]!, warm);
  }
}
