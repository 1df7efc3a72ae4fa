/** What is left of a Sharpe ratio that was chosen among many, and whether one series beats another by more than chance. */
import { assert } from '../kernel/assert.ts';
import { nextBelow, seedPrng } from '../kernel/prng.ts';
import { normalDistribution, normalQuantile } from './normal.ts';
import { ascending, mean, quantile, type Sample } from './samples.ts';

const EULER_MASCHERONI = 0.5772156649015329;

/** A Sharpe ratio and what the judgement of it needs; ratios are of a period, not of a year. */
export interface SharpeEvidence {
  readonly sharpe: number;
  readonly periods: number;
  readonly skewness: number;
  /** 3 for a normal distribution. */
  readonly kurtosis: number;
}

/** Chance that the true ratio is above `benchmark` (Bailey and López de Prado, "The Sharpe Ratio Efficient Frontier", 2012). */
export function probabilisticSharpe(evidence: SharpeEvidence, benchmark: number): number | undefined {
  const { sharpe, periods, skewness, kurtosis } = evidence;
  const variance = 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe;
  if (periods < 2 || !(variance > 0)) return undefined;
  return normalDistribution(((sharpe - benchmark) * Math.sqrt(periods - 1)) / Math.sqrt(variance));
}

/** Best ratio to be expected of `trials` without any skill, whose ratios have the variance given. */
export function luckySharpe(trials: number, varianceOfTrials: number): number {
  assert(trials >= 2 && varianceOfTrials >= 0, `no best of ${trials} trials`);
  const high = normalQuantile(1 - 1 / trials);
  const higher = normalQuantile(1 - 1 / (trials * Math.E));
  return Math.sqrt(varianceOfTrials) * ((1 - EULER_MASCHERONI) * high + EULER_MASCHERONI * higher);
}

/** Chance that the ratio chosen out of `trials` is more than luck (Bailey and López de Prado, "The Deflated Sharpe Ratio", 2014). */
export function deflatedSharpe(evidence: SharpeEvidence, trials: number, varianceOfTrials: number): number | undefined {
  return probabilisticSharpe(evidence, luckySharpe(trials, varianceOfTrials));
}

export interface BootstrapOptions {
  readonly rounds: number;
  readonly seed: number;
  /** Differences drawn in one run, for those that depend on their neighbours; 1 draws each alone. */
  readonly blockLength: number;
  /** Share of the interval, 0.95 for instance. */
  readonly level: number;
}

export interface BootstrapResult {
  readonly mean: number;
  /** Ends of the percentile interval of the mean. */
  readonly low: number;
  readonly high: number;
  /** Chance of such a mean, or a higher one, if the true mean were 0. */
  readonly pValue: number;
}

/**
 * Bootstrap of the mean of paired differences (what ours did less what the other did in the same case): circular blocks
 * (Politis and Romano, 1992) drawn by the seeded generator, so that the same seed gives the same result.
 * @returns undefined of fewer than two differences.
 */
export function pairedBootstrap(differences: Sample, options: BootstrapOptions): BootstrapResult | undefined {
  const { rounds, seed, blockLength, level } = options;
  const n = differences.length;
  const centre = mean(differences);
  if (centre === undefined || n < 2) return undefined;
  assert(rounds > 0 && blockLength >= 1 && blockLength <= n, `no blocks of ${blockLength} in ${n} differences`);
  const random = new Int32Array(4);
  seedPrng(random, seed);
  const means = new Float64Array(rounds);
  let asHigh = 0;
  for (let round = 0; round < rounds; round++) {
    let sum = 0;
    for (let drawn = 0; drawn < n; ) {
      let at = nextBelow(random, n);
      for (let i = 0; i < blockLength && drawn < n; i++, drawn++) {
        sum += differences[at]!;
        at = at + 1 === n ? 0 : at + 1;
      }
    }
    means[round] = sum / n;
    if (means[round]! - centre >= centre) asHigh++;
  }
  const sorted = ascending(means);
  const tail = (1 - level) / 2;
  return {
    mean: centre,
    low: quantile(sorted, tail),
    high: quantile(sorted, 1 - tail),
    pValue: (asHigh + 1) / (rounds + 1),
  };
}

/** Blocks that fit a dependence that fades: the cube root of the sample's size (Hall, Horowitz and Jing, 1995). */
export function blockLengthFor(size: number): number {
  if (size < 2) return 1;
  let length = 1;
  while ((length + 1) * (length + 1) * (length + 1) <= size) length++;
  return length;
}
