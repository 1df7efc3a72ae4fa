/** What models are trained on and judged by: features, windows of returns and labels of the bars of one instrument. */
import { F, FEATURE_COUNT, FEATURE_SCHEMA_HASH } from '../domain/index.ts';
import { assert } from '../kernel/assert.ts';
import { log } from '../kernel/math.ts';
import type { CapturedBars } from './capture.ts';
import { type BarrierPlan, type Labels, labelBars, uniqueness } from './labels.ts';

export interface DatasetPlan extends BarrierPlan {
  /** What the barriers' distances are counted in: the average true range, or realised volatility × close. */
  readonly width: 'atr' | 'volatility';
  /** Where the session has no quotes. */
  readonly assumedSpreadPpm: number;
  /** Bars before the first row: indicators are warm then. */
  readonly warmBars: number;
  /** Returns of a window. */
  readonly windowSteps: number;
}

/** One row for each label, in the order of time. */
export interface Dataset {
  /** What the features mean: a model of another schema has to abstain. */
  readonly schemaHash: string;
  readonly featureCount: number;
  /** Bars of the series that the rows lie in. */
  readonly barCount: number;
  readonly labels: Labels;
  /** Row-major vectors of the bar at which each label starts; NaN where not valid. */
  readonly features: Float64Array;
  readonly windowSteps: number;
  /** Row-major log returns up to that bar, oldest first. */
  readonly windows: Float32Array;
  /** Average uniqueness of each label: how much a row counts. */
  readonly weights: Float64Array;
}

/** The dataset of a series of bars; without rows where it is too short. */
export function buildDataset(bars: CapturedBars, plan: DatasetPlan): Dataset {
  const { windowSteps, warmBars, assumedSpreadPpm } = plan;
  assert(Number.isInteger(windowSteps) && windowSteps >= 1, `windows of ${windowSteps} returns`);
  assert(Number.isInteger(warmBars) && warmBars >= 0, `${warmBars} bars to warm`);
  const barCount = bars.close.length;
  assert(bars.features.length === barCount * FEATURE_COUNT, 'features of another schema');
  const of = (feature: number, bar: number): number => bars.features[bar * FEATURE_COUNT + feature]!;
  const widths = bars.close.map((close, bar) => {
    return plan.width === 'atr' ? of(F.atr, bar) : of(F.realisedVolatility, bar) * close;
  });
  const spreadPpm = bars.close.map((_, bar) => {
    const known = of(F.spreadPpm, bar);
    return known >= 0 ? known : assumedSpreadPpm;
  });
  const first = Math.max(warmBars, windowSteps);
  for (let bar = 0; bar < Math.min(first, barCount); bar++) widths[bar] = Number.NaN;
  const labels = labelBars(bars, widths, spreadPpm, plan);
  const rows = labels.start.length;
  const features = new Float64Array(rows * FEATURE_COUNT);
  const windows = new Float32Array(rows * windowSteps);
  for (const [row, bar] of labels.start.entries()) {
    features.set(bars.features.subarray(bar * FEATURE_COUNT, (bar + 1) * FEATURE_COUNT), row * FEATURE_COUNT);
    for (let k = 0; k < windowSteps; k++) {
      const at = bar - windowSteps + 1 + k;
      windows[row * windowSteps + k] = log(bars.close[at]! / bars.close[at - 1]!);
    }
  }
  return {
    ...{ schemaHash: FEATURE_SCHEMA_HASH, featureCount: FEATURE_COUNT, barCount, labels },
    ...{ features, windowSteps, windows, weights: uniqueness(labels) },
  };
}

/** Copies rows of a row-major table. */
export function gather<T extends Float64Array | Float32Array>(table: T, width: number, rows: Int32Array, into: T): T {
  for (const [k, row] of rows.entries()) into.set(table.subarray(row * width, (row + 1) * width), k * width);
  return into;
}
