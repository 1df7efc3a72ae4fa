/** The bins that a model came with, in columns: what is asked of them at every bar, found without a search of objects. */
import { FEATURE_COUNT } from '../../domain/index.ts';
import { WATCHED_BINS } from '../../domain/tables/index.ts';
import type { FeatureBins } from '../package.ts';

/** Feature `f` has its columns from `f × WATCHED_BINS` on. */
export interface WatchedBins {
  /** Features that are watched, ascending. */
  readonly features: Int32Array;
  /** Inner edges of each feature, ascending. */
  readonly edges: Float64Array;
  /** Inner edges that each has: bins 0 … that are of values, the next one of what is not valid. */
  readonly edgeCounts: Int32Array;
  /** Shares of what was learnt from in each bin. */
  readonly shares: Float64Array;
  /** Share of the valid values learnt from that lie below the middle of a bin. */
  readonly ranks: Float64Array;
}

/** A feature without edges tells only whether it was valid, which the feed decides; one with too many bins is not watched. */
const isWatched = ({ edges, shares }: FeatureBins): boolean => edges.length > 0 && shares.length <= WATCHED_BINS;

/** Undefined for a model that came with none, or with those of another schema. */
export function watchedBins(known: readonly FeatureBins[] | undefined): WatchedBins | undefined {
  if (known?.length !== FEATURE_COUNT) return undefined;
  const cells = FEATURE_COUNT * WATCHED_BINS;
  const bins: WatchedBins = {
    features: Int32Array.from(known.keys()).filter((f) => isWatched(known[f]!)),
    edges: new Float64Array(cells),
    edgeCounts: Int32Array.from(known, ({ edges }) => edges.length),
    shares: new Float64Array(cells),
    ranks: new Float64Array(cells),
  };
  for (const f of bins.features) {
    const { edges, shares } = known[f]!;
    bins.edges.set(edges, f * WATCHED_BINS);
    bins.shares.set(shares, f * WATCHED_BINS);
    for (let bin = 0; bin <= edges.length; bin++) bins.ranks[f * WATCHED_BINS + bin] = rankIn(shares, bin);
  }
  return bins;
}

function rankIn(shares: readonly number[], bin: number): number {
  const valid = 1 - shares.at(-1)!;
  let below = shares[bin]! / 2;
  for (let b = 0; b < bin; b++) below += shares[b]!;
  return valid > 0 ? below / valid : 0.5;
}
