/**
 * How the features that a model is shown lie against those that it learnt from: counted in its own bins over windows that follow
 * one another; a population stability index and a distance of the distribution functions for each, and fading means in between.
 */
import { FEATURE_COUNT } from '../../domain/index.ts';
import { type SupervisionTable, WATCHED_BINS } from '../../domain/tables/index.ts';
import { stabilityIndex } from '../../statistics/stability.ts';
import type { WatchedBins } from './watched-bins.ts';

/** Beyond this index a feature has moved much (N. Siddiqi, Credit Risk Scorecards, 2006). */
const MUCH = 0.25;

const reference = new Float64Array(WATCHED_BINS);
const actual = new Float64Array(WATCHED_BINS);

/** Counts one vector; a value that is not a number is not valid. */
export function countVector(
  table: SupervisionTable,
  place: number,
  bins: WatchedBins,
  vector: Float64Array,
  windowBars: number,
): void {
  const { features, edges, edgeCounts, ranks } = bins;
  const fading = 2 / (windowBars + 1);
  for (let i = 0; i < features.length; i++) {
    const f = features[i]!;
    const from = f * WATCHED_BINS;
    const value = vector[f]!;
    const cell = place * FEATURE_COUNT + f;
    const count = edgeCounts[f]!;
    let bin = count + 1;
    if (value === value) {
      for (bin = 0; bin < count && edges[from + bin]! <= value; bin++);
      table.shift[cell]! += fading * (ranks[from + bin]! - 0.5 - table.shift[cell]!);
    }
    table.counts[cell * WATCHED_BINS + bin]! += 1;
  }
  table.counted[place]! += 1;
}

/** Ends the window of a place: what has moved and what the farthest, then counts from zero. */
export function endWindow(table: SupervisionTable, place: number, bins: WatchedBins): void {
  let moved = 0;
  table.worst[place] = 0;
  table.worstIndex[place] = 0;
  table.worstDistance[place] = 0;
  for (const f of bins.features) {
    const index = takeShares(table, place, f, bins);
    if (index > MUCH) moved++;
    if (index <= table.worstIndex[place]!) continue;
    table.worst[place] = f + 1;
    table.worstIndex[place] = index;
    table.worstDistance[place] = distanceOf(bins.edgeCounts[f]! + 2);
  }
  table.moved[place] = bins.features.length > 0 ? moved / bins.features.length : 0;
  const width = FEATURE_COUNT * WATCHED_BINS;
  table.counts.fill(0, place * width, (place + 1) * width);
  table.counted[place] = 0;
}

/** Fills both lists of shares with those of a feature. @returns its stability index. */
function takeShares(table: SupervisionTable, place: number, f: number, { shares }: WatchedBins): number {
  const from = (place * FEATURE_COUNT + f) * WATCHED_BINS;
  for (let b = 0; b < WATCHED_BINS; b++) {
    reference[b] = shares[f * WATCHED_BINS + b]!;
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
