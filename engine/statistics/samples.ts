/** Figures of one sample: mean, deviations, quantiles and the shape of its distribution. */
import { assert } from '../kernel/assert.ts';

export type Sample = ArrayLike<number>;

/** Asserts that every value has a place among the others: one that is not a number has none. */
export function checkOrder(sample: Sample): void {
  for (let i = 0; i < sample.length; i++) assert(sample[i] === sample[i], `value ${i} of a sample is not a number`);
}

/** Arithmetic mean; undefined of nothing. */
export function mean(sample: Sample): number | undefined {
  if (sample.length === 0) return undefined;
  let sum = 0;
  for (let i = 0; i < sample.length; i++) sum += sample[i]!;
  return sum / sample.length;
}

/** Sum of the `power`-th powers of the distances from `centre`. */
function powerSum(sample: Sample, centre: number, power: 2 | 3 | 4): number {
  let sum = 0;
  for (let i = 0; i < sample.length; i++) {
    const distance = sample[i]! - centre;
    const square = distance * distance;
    sum += power === 2 ? square : power === 3 ? square * distance : square * square;
  }
  return sum;
}

const isFlat = (sample: Sample): boolean => {
  for (let i = 1; i < sample.length; i++) if (sample[i] !== sample[0]) return false;
  return true;
};

/**
 * Standard deviation; equal values have exactly none.
 * @param lost degrees of freedom taken off: 0 for the population, 1 for a sample of one.
 * @returns undefined when no degree of freedom is left.
 */
export function standardDeviation(sample: Sample, lost: 0 | 1): number | undefined {
  const centre = mean(sample);
  if (centre === undefined || sample.length <= lost) return undefined;
  return isFlat(sample) ? 0 : Math.sqrt(powerSum(sample, centre, 2) / (sample.length - lost));
}

/** Population skewness and kurtosis (3 for a normal distribution); undefined of equal values. */
export function shapeOf(sample: Sample): { readonly skewness: number; readonly kurtosis: number } | undefined {
  const centre = mean(sample);
  const sigma = standardDeviation(sample, 0);
  if (centre === undefined || sigma === undefined || sigma === 0) return undefined;
  const n = sample.length;
  return {
    skewness: powerSum(sample, centre, 3) / n / (sigma * sigma * sigma),
    kurtosis: powerSum(sample, centre, 4) / n / (sigma * sigma * sigma * sigma),
  };
}

/** The sample in ascending order, as a copy. */
export const ascending = (sample: Sample): Float64Array => Float64Array.from(sample).sort();

/**
 * Quantile by straight lines between the order statistics (type 7 of Hyndman and Fan, 1996; numpy's default).
 * @param sorted ascending, with at least one value.
 * @param share from 0 to 1.
 */
export function quantile(sorted: Sample, share: number): number {
  assert(sorted.length > 0 && share >= 0 && share <= 1, `no quantile ${share} of ${sorted.length} values`);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (place - below) * (high - low);
}
