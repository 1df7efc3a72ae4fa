/**
 * Features as bins: each value becomes the number of the interval it lies in, at most 255 of about equally many rows,
 * and a missing one bin 255. Finding a split then takes one pass over the bins (Ke et al. 2017, algorithm 1).
 */
import type { Family } from '../forest.ts';
import { singleBelow } from '../single.ts';
import type { TrainingData } from './data.ts';
import { GROUP_FEATURES } from './kernels.ts';

export const MISSING_BIN = 255;

export interface Binning {
  readonly family: Family;
  /** Per feature, ascending: bin b holds what is at most `limits[b]` and above `limits[b − 1]`; one more bin is above all. */
  readonly limits: readonly Float64Array[];
  /** Per feature: whether a limit is above all its values, so that missing ones can be parted from the rest. */
  readonly isBounded: readonly boolean[];
}

/** Above every value of a feature that is bounded: LightGBM's own, and a single whose upper neighbour is one. */
export const ABOVE_ALL = { lightgbm: 1e300, xgboost: 3.4028232635611926e38 } as const;

/** Chooses the limits between bins from the rows; the weights of rows do not count here. */
export function chooseBins({ rows, featureCount }: TrainingData, family: Family, maxBins: number): Binning {
  const count = rows.length / featureCount;
  const column = new Float64Array(count);
  const limits: Float64Array[] = [];
  const isBounded: boolean[] = [];
  for (let feature = 0; feature < featureCount; feature++) {
    let present = 0;
    for (let at = feature; at < rows.length; at += featureCount) {
      const value = family === 'xgboost' ? Math.fround(rows[at]!) : rows[at]!;
      if (value === value) column[present++] = value;
    }
    const sorted = column.subarray(0, present).sort();
    limits.push(limitsOf(sorted, family, maxBins));
    isBounded.push((sorted.at(-1) ?? 0) <= ABOVE_ALL[family]);
  }
  return { family, limits, isBounded };
}

/** Closes a bin as soon as it has its share of the rows that are left; equal values are never parted. */
function limitsOf(sorted: Float64Array, family: Family, maxBins: number): Float64Array {
  const isFew = distinctUpTo(sorted, maxBins) <= maxBins;
  const limits: number[] = [];
  let from = 0;
  for (let i = 1; i < sorted.length && limits.length < maxBins - 1; i++) {
    const low = sorted[i - 1]!;
    const high = sorted[i]!;
    if (low === high) continue;
    const share = (sorted.length - from) / (maxBins - limits.length);
    if (!isFew && i - from < share) continue;
    const limit = between(low, high, family);
    if (limit === undefined) continue;
    limits.push(limit);
    from = i;
  }
  return Float64Array.from(limits);
}

function distinctUpTo(sorted: Float64Array, most: number): number {
  let distinct = sorted.length > 0 ? 1 : 0;
  for (let i = 1; i < sorted.length && distinct <= most; i++) if (sorted[i] !== sorted[i - 1]) distinct++;
  return distinct;
}

/** XGBoost parts right below the higher value, LightGBM in the middle. Undefined where no finite number parts them. */
function between(low: number, high: number, family: Family): number | undefined {
  if (family === 'xgboost') return Number.isFinite(high) ? singleBelow(high) : undefined;
  const middle = low + (high - low) / 2;
  if (!Number.isFinite(middle)) return Number.isFinite(low) ? low : undefined;
  return middle < high ? middle : low;
}

/** Words that the bins of so many rows take. */
export function wordCount(rowCount: number, featureCount: number): number {
  return Math.ceil(featureCount / GROUP_FEATURES) * rowCount;
}

/**
 * Bins of all rows, four features in each word: the sums of a node read four times fewer of them. Features count up from
 * the lowest byte; what is left of the last word is bin 0 of features that do not exist.
 */
export class BinnedRows {
  readonly rowCount: number;
  /** Word of row `row` for features 4 `group` to 4 `group` + 3: at `group` × `rowCount` + `row`. */
  readonly words: Uint32Array;

  /** Fills `words`, all zero and as many as `wordCount` says. */
  constructor(
    { rows, featureCount }: TrainingData,
    { family, limits }: Binning,
    words = new Uint32Array(wordCount(rows.length / featureCount, featureCount)),
  ) {
    const count = rows.length / featureCount;
    this.rowCount = count;
    this.words = words;
    const own = new Float64Array(MISSING_BIN);
    for (let feature = 0; feature < featureCount; feature++) {
      own.fill(Number.POSITIVE_INFINITY).set(limits[feature]!);
      const group = (feature >> 2) * count;
      const shift = 8 * (feature & 3);
      for (let row = 0; row < count; row++) {
        const value = rows[row * featureCount + feature]!;
        const bin = binOf(family === 'xgboost' ? Math.fround(value) : value, own);
        this.words[group + row] = this.words[group + row]! | (bin << shift);
      }
    }
  }

  binAt(feature: number, row: number): number {
    return (this.words[(feature >> 2) * this.rowCount + row]! >>> (8 * (feature & 3))) & 255;
  }
}

/** Number of limits below the value, of 255 that end in infinities: eight steps, and no processor has to guess one. */
function binOf(value: number, limits: Float64Array): number {
  if (value !== value) return MISSING_BIN;
  let low = Number(value > limits[127]!) << 7;
  low += Number(value > limits[low + 63]!) << 6;
  low += Number(value > limits[low + 31]!) << 5;
  low += Number(value > limits[low + 15]!) << 4;
  low += Number(value > limits[low + 7]!) << 3;
  low += Number(value > limits[low + 3]!) << 2;
  low += Number(value > limits[low + 1]!) << 1;
  return low + Number(value > limits[low]!);
}
