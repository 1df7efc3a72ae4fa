/** Several series as one dataset: nothing crosses from one into another, no row knows the future, and a planted leak is seen. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { F, FEATURE_COUNT } from '../../../../engine/domain/index.ts';
import type { CapturedBars } from '../../../../engine/training/capture.ts';
import { buildDataset } from '../../../../engine/training/dataset.ts';
import { DEFAULT_JUDGE, judge } from '../../../../engine/training/evaluation.ts';
import { type JoinedDataset, joinSeries } from '../../../../engine/training/join.ts';
import { walkForward } from '../../../../engine/training/splits.ts';
import type { Trainable } from '../../../../engine/training/trainable.ts';
import { LEAF_TREES, WALK_PLAN, walked } from '../../../fixtures/small-makes.ts';
import { BAR_US, captured, DATASET_PLAN, walkedBars } from '../../../fixtures/training-bars.ts';

/** The same bars, known so much later. */
const later = (bars: CapturedBars, us: number): CapturedBars => {
  return { ...bars, knownAtUs: bars.knownAtUs.map((each) => each + us) };
};
const join = (series: readonly CapturedBars[]): JoinedDataset => joinSeries(series, DATASET_PLAN, BAR_US);
const rowsOf = ({ series }: JoinedDataset, wanted: number): number[] => {
  return [...series.keys()].filter((row) => series[row] === wanted);
};
/** Everything that a row holds, but for where it stands on the clock and what it counts. */
const contents = (data: JoinedDataset, row: number) => ({
  features: [...data.features.subarray(row * data.featureCount, (row + 1) * data.featureCount)],
  window: [...data.windows.subarray(row * data.windowSteps, (row + 1) * data.windowSteps)],
  times: [data.fromUs[row], data.toUs[row]],
  label: [data.labels.rise[row], data.labels.direction[row], data.labels.longReturn[row], data.labels.shortReturn[row]],
});

describe('joined series', () => {
  const one = captured(walkedBars(400, 5));
  // A second instrument, whose bars are known a little later, and a session of the next day.
  const two = later(captured(walkedBars(300, 6)), 3_000);
  const next = later(captured(walkedBars(250, 7)), 86_400_000_000);
  const data = join([one, two, next]);

  it('of one are its dataset', () => {
    const { series, fromUs, toUs, ...rest } = join([one]);
    expect(rest).toEqual(buildDataset(one, DATASET_PLAN));
    expect(new Set(series)).toEqual(new Set([0]));
    expect([fromUs[0], toUs[0]]).toEqual([one.knownAtUs[100], one.knownAtUs[rest.labels.end[0]!]]);
  });

  it('keep their rows as they are alone, in the order of time', () => {
    for (const [k, bars] of [one, two, next].entries()) {
      const alone = join([bars]);
      const rows = rowsOf(data, k);
      expect(rows).toHaveLength(alone.series.length);
      expect(rows.map((row) => contents(data, row))).toEqual(rows.map((_, row) => contents(alone, row)));
    }
    expect([...data.fromUs]).toEqual([...data.fromUs].sort((a, b) => a - b));
    expect(data.labels.start.slice(0, 4)).toEqual(Int32Array.of(100, 100, 101, 101));
    expect([...data.series.slice(0, 4)]).toEqual([0, 1, 0, 1]);
  });

  it('stand on a clock without the time between sessions', () => {
    expect(data.barCount).toBe(400 + 250);
    expect(data.labels.start[rowsOf(data, 2)[0]!]).toBe(400 + 100);
  });

  it('share what a moment counts', () => {
    const [shared, alone] = [0, data.series.length - 1].map((row) => data.weights[row]!);
    expect(shared).toBeLessThan(alone!);
  });

  it('are learnt from only where all that a label knows of any series was over before the test', () => {
    const folds = walkForward(data.labels, data.barCount, {
      ...{ folds: 4, firstTrainBars: 200, window: 'expanding', embargoBars: 5 },
    });
    for (const { train, test } of folds) {
      const known = train.reduce((most, row) => Math.max(most, data.toUs[row]!), 0);
      expect(train.length).toBeGreaterThan(50);
      for (const row of test) expect(data.fromUs[row]).toBeGreaterThan(known);
    }
  });

  it('are no more evidence when one is told twice: blocks hold the rows of both', () => {
    const [alone, twice] = [join([one]), join([one, later(one, 3_000)])].map((told) => {
      const rows = Int32Array.from(told.series.keys());
      const chance = Float64Array.from(rows, (row) => 0.5 + 0.3 * Math.sin(told.labels.start[row]!));
      return judge(told, { rows, chance, baseRate: chance.map(() => 0.5) }, { ...DEFAULT_JUDGE, leastRows: 50 })
        .comparison!;
    });
    expect(twice!.meanReturn).toBeCloseTo(alone!.meanReturn, 12);
    const width = ({ low, high }: typeof alone & object): number => high - low;
    expect(width(twice!) / width(alone!)).toBeGreaterThan(0.8);
  });

  it('do not look ahead: whatever comes after a moment, of any series, leaves what was known then as it was', () => {
    const past = [walkedBars(260, 5), walkedBars(260, 6)];
    fc.assert(
      fc.property(fc.integer({ min: 180, max: 255 }), fc.integer({ min: 50, max: 90 }), (cut, seed) => {
        const [before, after] = [past, past.map((bars, k) => [...bars.slice(0, cut), ...walkedBars(40, seed + k)])].map(
          (all) => join(all.map((bars, k) => later(captured(bars), 2_000 * k))),
        );
        const cutUs = one.knownAtUs[cut]!;
        for (const row of before!.series.keys()) {
          if (before!.fromUs[row]! >= cutUs) break;
          const [was, is] = [contents(before!, row), contents(after!, row)];
          expect([is.features, is.window]).toEqual([was.features, was.window]);
          // The label's end may be any bar up to its limit.
          if (before!.fromUs[row]! + DATASET_PLAN.limitBars * BAR_US < cutUs) expect(is).toEqual(was);
        }
      }),
      { numRuns: 8 },
    );
  });
});

describe('a leak', () => {
  const noise = [3, 4].map((seed) => later(captured(walkedBars(1800, seed)), seed * 1_000));
  const plan = { ...WALK_PLAN, split: { ...WALK_PLAN.split, firstTrainBars: 800 } };

  it('through a feature that holds the future is seen: the area under the curve is near 1', () => {
    const data = join(noise);
    expect(walked(data, LEAF_TREES, plan).report.chances!.areaUnderCurve).toBeLessThan(0.6);
    const features = data.features.slice();
    for (const [row, rise] of data.labels.rise.entries()) {
      features[row * FEATURE_COUNT + F.returnSkew] = rise + (row % 100) / 1000;
    }
    const { report } = walked({ ...data, features }, LEAF_TREES, plan);
    expect(report.chances!.areaUnderCurve).toBeGreaterThan(0.99);
  });

  it('through labels that overlap is what purging is for', () => {
    // Nothing touches a barrier: every label lasts sixty bars, so neighbours nearly agree.
    const long = { ...DATASET_PLAN, profitWidths: 100, stopWidths: 100, limitBars: 60 };
    const data = joinSeries(noise, long, BAR_US);
    const { labels } = data;
    // Labels that hide how far they know the future are not purged.
    const hiding = { ...data, labels: { ...labels, end: labels.start.map((bar) => bar + 1) } };
    // Tests of ten bars, each right behind what was learnt.
    const close = { ...plan, split: { ...plan.split, folds: 90, embargoBars: 0 } };
    const [purged, leaking] = [data, hiding].map((each) => walked(each, latestOfSeries(data), close).report);
    expect(leaking!.chances!.areaUnderCurve).toBeGreaterThan(0.75);
    expect(purged!.chances!.areaUnderCurve).toBeLessThan(0.6);
  });
});

/** Learns by heart: says of a row what came of the latest one of its series that it was given, the surer the nearer it is. */
function latestOfSeries({ series }: JoinedDataset): Trainable {
  return {
    kind: 'leaf-trees',
    *fit({ labels: { rise, start } }, fit, stop) {
      const latest = new Map<number, number>();
      for (const row of [...fit, ...stop]) latest.set(series[row]!, row);
      return {
        scores: (_, rows) => {
          return Float64Array.from(rows, (row) => {
            const known = latest.get(series[row]!)!;
            return (2 * rise[known]! - 1) * Math.exp((start[known]! - start[row]!) / 20);
          });
        },
        file: () => new Uint8Array(),
      };
    },
  };
}
