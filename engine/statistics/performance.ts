/**
 * Figures of a series of returns, each a share of what was there before it (0.01 is one percent); undefined where there is
 * none. `periodsPerYear` turns figures of a period into those of a year: 252 trading days, 365 days of crypto.
 */
import { log, pow } from '../kernel/math.ts';
import { ascending, mean, quantile, type Sample, standardDeviation } from './samples.ts';

/** What 1 has become after each return. */
export function growth(returns: Sample): Float64Array {
  const worth = new Float64Array(returns.length);
  let value = 1;
  for (let i = 0; i < returns.length; i++) {
    value *= 1 + returns[i]!;
    worth[i] = value;
  }
  return worth;
}

/** Deepest fall from a peak, as a share of it and not above 0; the start counts as a peak. */
export function maxDrawdown(returns: Sample): number | undefined {
  if (returns.length === 0) return undefined;
  let peak = 1;
  let deepest = 0;
  for (const value of growth(returns)) {
    if (value > peak) peak = value;
    const fall = value / peak - 1;
    if (fall < deepest) deepest = fall;
  }
  return deepest;
}

/** Compound growth rate of a year; undefined after a loss of everything. */
export function annualReturn(returns: Sample, periodsPerYear: number): number | undefined {
  const worth = growth(returns).at(-1);
  if (worth === undefined || worth <= 0) return undefined;
  return pow(worth, periodsPerYear / returns.length) - 1;
}

export function annualVolatility(returns: Sample, periodsPerYear: number): number | undefined {
  const sigma = standardDeviation(returns, 1);
  return sigma === undefined ? undefined : sigma * Math.sqrt(periodsPerYear);
}

/** Mean over deviation, of a year (W. Sharpe, 1966); undefined where nothing deviates. */
export function sharpeRatio(returns: Sample, periodsPerYear: number): number | undefined {
  const sigma = standardDeviation(returns, 1);
  const average = mean(returns);
  if (average === undefined || sigma === undefined || sigma === 0) return undefined;
  return (average / sigma) * Math.sqrt(periodsPerYear);
}

/** Root of the mean squared shortfall below `required`, of a year. */
export function downsideRisk(returns: Sample, periodsPerYear: number, required = 0): number | undefined {
  if (returns.length === 0) return undefined;
  let squares = 0;
  for (let i = 0; i < returns.length; i++) {
    const short = Math.min(returns[i]! - required, 0);
    squares += short * short;
  }
  return Math.sqrt(squares / returns.length) * Math.sqrt(periodsPerYear);
}

/** Annual mean above `required` over downside risk (F. Sortino, 1991); undefined where nothing fell short. */
export function sortinoRatio(returns: Sample, periodsPerYear: number, required = 0): number | undefined {
  const risk = downsideRisk(returns, periodsPerYear, required);
  const average = mean(returns);
  if (risk === undefined || risk === 0 || average === undefined) return undefined;
  return ((average - required) * periodsPerYear) / risk;
}

/** Annual return over the deepest fall (T. Young, 1991); undefined where nothing fell. */
export function calmarRatio(returns: Sample, periodsPerYear: number): number | undefined {
  const deepest = maxDrawdown(returns);
  const annual = annualReturn(returns, periodsPerYear);
  if (deepest === undefined || deepest === 0 || annual === undefined) return undefined;
  return annual / -deepest;
}

/** Gains above `threshold` over shortfalls below it (Keating and Shadwick, 2002); undefined without shortfalls. */
export function omegaRatio(returns: Sample, threshold = 0): number | undefined {
  let gains = 0;
  let losses = 0;
  for (let i = 0; i < returns.length; i++) {
    const excess = returns[i]! - threshold;
    if (excess > 0) gains += excess;
    else losses -= excess;
  }
  return losses > 0 ? gains / losses : undefined;
}

/** 95th percentile over the 5th, without signs: how much fatter the good tail is. */
export function tailRatio(returns: Sample): number | undefined {
  if (returns.length === 0) return undefined;
  const sorted = ascending(returns);
  const low = quantile(sorted, 0.05);
  return low === 0 ? undefined : Math.abs(quantile(sorted, 0.95) / low);
}

/** Share of the variance of the logarithm of worth that a straight line explains (R²); undefined where it has none. */
export function steadiness(returns: Sample): number | undefined {
  const n = returns.length;
  if (n < 2) return undefined;
  const worth = growth(returns);
  // From the first on, so that a worth that stands still comes to exactly no variance.
  const first = worth[0]!;
  let sumY = 0;
  let sumXy = 0;
  let sumYy = 0;
  for (let i = 0; i < n; i++) {
    if (!(worth[i]! > 0)) return undefined;
    const y = log(worth[i]! / first);
    sumY += y;
    sumXy += (i - (n - 1) / 2) * y;
    sumYy += y * y;
  }
  const spreadX = (n * (n * n - 1)) / 12;
  const spreadY = sumYy - (sumY * sumY) / n;
  return spreadY > 0 ? (sumXy * sumXy) / (spreadX * spreadY) : undefined;
}
