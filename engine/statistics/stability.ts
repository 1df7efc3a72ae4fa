/** Population stability index: how far a distribution has moved from the one that was known. */
import { assert } from '../kernel/assert.ts';
import { log } from '../kernel/math.ts';
import { ascending, quantile, type Sample } from './samples.ts';

/** Inner edges of `bins` bins that hold equally many of the reference (fewer where its quantiles coincide). */
export function frequencyEdges(reference: Sample, bins: number): Float64Array {
  assert(bins >= 2 && reference.length > 0, `no ${bins} bins of ${reference.length} values`);
  const sorted = ascending(reference);
  const edges: number[] = [];
  for (let i = 1; i < bins; i++) {
    const edge = quantile(sorted, i / bins);
    if (edge !== edges.at(-1)) edges.push(edge);
  }
  return Float64Array.from(edges);
}

/** Share of the sample in each bin; a value on an edge belongs to the bin above it, as in numpy's histogram. */
export function sharesIn(sample: Sample, edges: Float64Array): Float64Array {
  assert(sample.length > 0, 'a sample without values has no shares');
  const shares = new Float64Array(edges.length + 1);
  for (let i = 0; i < sample.length; i++) {
    let low = 0;
    let high = edges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (edges[middle]! <= sample[i]!) low = middle + 1;
      else high = middle;
    }
    shares[low] = shares[low]! + 1;
  }
  for (let i = 0; i < shares.length; i++) shares[i] = shares[i]! / sample.length;
  return shares;
}

/** What an empty bin counts as, or its logarithm would have no end. */
const LEAST_SHARE = 1e-4;

/**
 * Sum over the bins of (actual − reference) · ln(actual / reference). By custom below 0.1 nothing has moved, above 0.25
 * much has (N. Siddiqi, Credit Risk Scorecards, 2006).
 */
export function stabilityIndex(reference: Float64Array, actual: Float64Array): number {
  assert(reference.length === actual.length, 'shares of different bins');
  let index = 0;
  for (let i = 0; i < reference.length; i++) {
    const before = Math.max(reference[i]!, LEAST_SHARE);
    const now = Math.max(actual[i]!, LEAST_SHARE);
    index += (now - before) * log(now / before);
  }
  return index;
}
