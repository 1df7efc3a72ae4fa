/** Value at risk and what lies beyond it, of a sample of returns; a loss is a negative figure. */
import { assert } from '../kernel/assert.ts';
import { normalQuantile } from './normal.ts';
import { ascending, mean, quantile, type Sample, shapeOf, standardDeviation } from './samples.ts';

/** The return that a share of `tail` of the sample falls below. */
export function historicalValueAtRisk(returns: Sample, tail: number): number | undefined {
  return returns.length === 0 ? undefined : quantile(ascending(returns), tail);
}

/** Mean of the returns at or below the value at risk (expected shortfall; Acerbi and Tasche, 2002). */
export function historicalShortfall(returns: Sample, tail: number): number | undefined {
  const limit = historicalValueAtRisk(returns, tail);
  if (limit === undefined) return undefined;
  return mean(Array.from(returns).filter((each) => each <= limit));
}

/** Value at risk of a normal distribution with the sample's mean and deviation. */
export function normalValueAtRisk(returns: Sample, tail: number): number | undefined {
  return parametric(returns, normalQuantile(tail));
}

/** The same with the quantile shifted for skewness and kurtosis (Cornish and Fisher, 1938). */
export function cornishFisherValueAtRisk(returns: Sample, tail: number): number | undefined {
  const shape = shapeOf(returns);
  if (shape === undefined) return undefined;
  const z = normalQuantile(tail);
  const { skewness, kurtosis } = shape;
  const square = z * z;
  const shifted =
    z +
    ((square - 1) * skewness) / 6 +
    ((square - 3) * z * (kurtosis - 3)) / 24 -
    ((2 * square - 5) * z * skewness * skewness) / 36;
  return parametric(returns, shifted);
}

function parametric(returns: Sample, z: number): number | undefined {
  const sigma = standardDeviation(returns, 1);
  const average = mean(returns);
  return sigma === undefined || average === undefined ? undefined : average + z * sigma;
}

/** Next exponentially weighted average: `decay` of the old one and the rest of the new (0.94: RiskMetrics, 1996). */
export function nextWeighted(before: number, x: number, decay: number): number {
  assert(decay >= 0 && decay < 1, `no decay of ${decay}`);
  return decay * before + (1 - decay) * x;
}
