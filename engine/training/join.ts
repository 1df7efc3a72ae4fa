/**
 * One dataset of several series: instruments of a session, or sessions. Windows and labels are made of each series by itself and
 * never reach into another one; the rows stand on one clock, so that a fold learns from nothing, of any series, that was not over
 * before its test began.
 */
import type { CapturedBars } from './capture.ts';
import { buildDataset, type Dataset, type DatasetPlan } from './dataset.ts';
import { type Labels, uniqueness } from './labels.ts';

/** Rows in the order of time, those of one moment in the order of the series; starts and ends are moments of the clock. */
export interface JoinedDataset extends Dataset {
  /** Series of each row, as they were given. */
  readonly series: Int32Array;
  /** Session time at which each row's bar was closed, and at which the last bar of its label was. */
  readonly fromUs: Float64Array;
  readonly toUs: Float64Array;
}

/** Where a row comes from. */
interface Place {
  readonly series: number;
  /** Within the dataset of its series. */
  readonly row: number;
}

/**
 * Joins series of bars of one length. The clock has a moment for every bar length in which any series closed a bar: time in which
 * nothing was recorded does not count, so a test is as long in bars whatever lies between two sessions.
 */
export function joinSeries(series: readonly CapturedBars[], plan: DatasetPlan, barIntervalUs: number): JoinedDataset {
  const parts = series.map((bars) => buildDataset(bars, plan));
  const moments = momentsOf(series, barIntervalUs);
  const clock = new Map(moments.map((moment, k) => [moment, k]));
  const at = (k: number, bar: number): number => clock.get(Math.floor(series[k]!.knownAtUs[bar]! / barIntervalUs))!;
  const places = parts
    .flatMap(({ labels }, k) => Array.from(labels.start, (bar, row) => ({ series: k, row, moment: at(k, bar) })))
    .sort((a, b) => a.moment - b.moment || a.series - b.series || a.row - b.row);
  const start = Int32Array.from(places, ({ moment }) => moment);
  const end = Int32Array.from(places, ({ series: k, row }, i) => {
    // Two bars that became known within one bar's length are of one moment; a label is never of none.
    return Math.max(at(k, parts[k]!.labels.end[row]!), start[i]! + 1);
  });
  const labels = { ...pick(parts, places), start, end };
  return {
    ...{ ...tables(parts, places), labels, barCount: moments.length, weights: uniqueness(labels) },
    series: Int32Array.from(places, (place) => place.series),
    fromUs: Float64Array.from(places, ({ series: k, row }) => series[k]!.knownAtUs[parts[k]!.labels.start[row]!]!),
    toUs: Float64Array.from(places, ({ series: k, row }) => series[k]!.knownAtUs[parts[k]!.labels.end[row]!]!),
  };
}

/** Bar lengths since the start of time in which a bar was closed, ascending. */
function momentsOf(series: readonly CapturedBars[], barIntervalUs: number): number[] {
  const all = new Set<number>();
  for (const { knownAtUs } of series) for (const us of knownAtUs) all.add(Math.floor(us / barIntervalUs));
  return [...all].sort((a, b) => a - b);
}

function pick(parts: readonly Dataset[], places: readonly Place[]): Omit<Labels, 'start' | 'end'> {
  return {
    direction: Int8Array.from(places, ({ series, row }) => parts[series]!.labels.direction[row]!),
    rise: Uint8Array.from(places, ({ series, row }) => parts[series]!.labels.rise[row]!),
    longReturn: Float64Array.from(places, ({ series, row }) => parts[series]!.labels.longReturn[row]!),
    shortReturn: Float64Array.from(places, ({ series, row }) => parts[series]!.labels.shortReturn[row]!),
  };
}

function tables(
  parts: readonly Dataset[],
  places: readonly Place[],
): Pick<Dataset, 'schemaHash' | 'featureCount' | 'features' | 'windowSteps' | 'windows'> {
  const { schemaHash, featureCount, windowSteps } = parts[0]!;
  const features = new Float64Array(places.length * featureCount);
  const windows = new Float32Array(places.length * windowSteps);
  for (const [k, { series, row }] of places.entries()) {
    const part = parts[series]!;
    features.set(part.features.subarray(row * featureCount, (row + 1) * featureCount), k * featureCount);
    windows.set(part.windows.subarray(row * windowSteps, (row + 1) * windowSteps), k * windowSteps);
  }
  return { schemaHash, featureCount, features, windowSteps, windows };
}
