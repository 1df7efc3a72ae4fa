/**
 * How the features that a model is shown lie against those that it learnt from: counted in its own bins over windows that follow
 * one another; a population stability index and a distance of the distribution functions for each, and fading means in between.
 */
import { FEATURE_COUNT } from '../../domain/index.ts';
import { type SupervisionTable, WATCHED_BINS } from '../../domain/tables/index.ts';
import { stabilityIndex } from '../../statistics/stability.ts';
import type { FeatureBins } from '../package.ts';

/** Beyond this index a feature has moved much (N. Siddiqi, Credit Risk Scorecards, 2006). */
const MUCH = 0.25;

const reference = new Float64Array(WATCHED_BINS);
const actual = new Float64Array(WATCHED_BINS);

/** A feature without edges tells only whether it was valid, which the feed decides; one with too many bins is not watched. */
const isWatched = ({ edges, shares }: FeatureBins): boolean => edges.length > 0 && shares.length <= WATCHED_BINS;

/** Counts one vector; a value that is not a number is not valid. */
export function countVector(
  table: SupervisionTable,
  place: number,
  known: readonly FeatureBins[],
  vector: Float64Array,
  windowBars: number,
): void {
  const fading = 2 / (windowBars + 1);
  for (let f = 0; f < FEATURE_COUNT; f++) {
    const bins = known[f]!;
    if (!isWatched(bins)) continue;
    const cell = place * FEATURE_COUNT + f;
    const bin = binOf(bins, vector[f]!);
    table.counts[cell * WATCHED_BINS + bin]! += 1;
    if (bin < bins.edges.length + 1) table.shift[cell]! += fading * (rankIn(bins, bin) - 0.5 - table.shift[cell]!);
  }
  table.counted[place]! += 1;
}

function binOf({ edges, shares }: FeatureBins, value: number): number {
  if (value !== value) return shares.length - 1;
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edges[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Share of the valid values learnt from that lie below the middle of a bin. */
function rankIn({ shares }: FeatureBins, bin: number): number {
  const valid = 1 - shares.at(-1)!;
  let below = shares[bin]! / 2;
  for (let b = 0; b < bin; b++) below += shares[b]!;
  return valid > 0 ? below / valid : 0.5;
}

/** Ends the window of a place: what has moved and what the farthest, then counts from zero. */
export function endWindow(table: SupervisionTable, place: number, known: readonly FeatureBins[]): void {
  let watched = 0;
  let moved = 0;
  table.worst[place] = 0;
  table.worstIndex[place] = 0;
  table.worstDistance[place] = 0;
  for (let f = 0; f < FEATURE_COUNT; f++) {
    const bins = known[f]!;
    if (!isWatched(bins)) continue;
    const index = takeShares(table, place, f, bins);
    watched++;
    if (index > MUCH) moved++;
    if (index <= table.worstIndex[place]!) continue;
    table.worst[place] = f + 1;
    table.worstIndex[place] = index;
    table.worstDistance[place] = distanceOf(bins.shares.length);
  }
  table.moved[place] = watched > 0 ? moved / watched : 0;
  const width = FEATURE_COUNT * WATCHED_BINS;
  table.counts.fill(0, place * width, (place + 1) * width);
  table.counted[place] = 0;
}

/** Fills both lists of shares with those of a feature. @returns its stability index. */
function takeShares(table: SupervisionTable, place: number, f: number, { shares }: FeatureBins): number {
  const from = (place * FEATURE_COUNT + f) * WATCHED_BINS;
  for (let b = 0; b < WATCHED_BINS; b++) {
    reference[b] = shares[b] ?? 0;
    actual[b] = table.counts[from + b]! / table.counted[place]!;
  }
  return stabilityIndex(reference, actual);
}

/** Largest distance of the two distribution functions at the edges (Kolmogorov and Smirnov's, of binned values). */
function distanceOf(bins: number): number {
  let [most, below] = [0, 0];
  for (let b = 0; b < bins; b++) {
    below += actual[b]! - reference[b]!;
    most = Math.max(most, Math.abs(below));
  }
  return most;
}
