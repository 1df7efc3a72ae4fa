/** All four kinds of model walked forward: a planted signal is found, noise is not, nothing leaks, and twice is the same. */
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../../engine/training/dataset.ts';
import type { Trainable } from '../../../../engine/training/trainable.ts';
import { fitCalibrated, walkModel } from '../../../../engine/training/walk.ts';
import { DEPTH_TREES, LEAF_TREES, MAKES, NHITS, WALK_PLAN, walked } from '../../../fixtures/small-makes.ts';
import { DATASET_PLAN, walkedDataset } from '../../../fixtures/training-bars.ts';

const PULL = 0.3;
const PLANTED = walkedDataset(3000, 2, PULL);
const NOISE = [1, 2, 3].map((seed) => walkedDataset(2400, seed));

describe.each(MAKES)('%s', (kind, make) => {
  it('finds a planted signal in bars that it has not seen, and is promoted', () => {
    const { report } = walked(PLANTED, make);
    expect(report).toMatchObject({ kind, schemaHash: PLANTED.schemaHash, abstained: 0, refusals: [], promoted: true });
    expect(report.chances!.areaUnderCurve).toBeGreaterThan(0.6);
    expect(report.comparison!.meanReturn).toBeGreaterThan(0);
  });

  it('is not promoted on noise', () => {
    for (const noise of NOISE) {
      const { report } = walked(noise, make);
      expect(report.promoted).toBe(false);
      expect(report.refusals).toContain('no-skill');
      expect(Math.abs(report.chances!.areaUnderCurve! - 0.5)).toBeLessThan(0.1);
    }
  });

  it('comes to the same report and models twice', () => {
    const [noise] = NOISE;
    const once = walked(noise!, make);
    expect(walked(noise!, make)).toEqual(once);
    expect(new Set(once.report.folds.map(({ hash }) => hash)).size).toBe(3);
  });
});

/** One fit of a walk: its rows, those that told when to stop, and those that it then scored. */
interface Fit {
  readonly fit: Int32Array;
  readonly stop: Int32Array;
  readonly scored: Int32Array[];
}

/** The fits of each fold: two inner ones, whose scores calibrate, and the one that is judged. */
function fitsOf(data: Dataset, plan = WALK_PLAN): Array<{ readonly fits: readonly Fit[]; readonly testFrom: number }> {
  const seen: Fit[] = [];
  const spy: Trainable = {
    kind: 'depth-trees',
    *fit(_, fit, stop) {
      const scored: Int32Array[] = [];
      seen.push({ fit, stop, scored });
      const scores = (_data: Dataset, rows: Int32Array) => {
        scored.push(rows);
        return new Float64Array(rows.length);
      };
      return { scores, file: () => new Uint8Array() };
    },
  };
  const { report } = walked(data, spy, plan);
  return report.folds.map(({ testFrom }, k) => ({ fits: seen.slice(3 * k, 3 * k + 3), testFrom }));
}

/** Rows by which a fold was fitted, stopped or calibrated, though their label in truth reached its test; by fold. */
function leaks(data: Dataset, truth: Dataset, embargoBars: number): number[] {
  const split = { ...WALK_PLAN.split, embargoBars };
  return fitsOf(data, { ...WALK_PLAN, split }).map(({ fits, testFrom }) => {
    const inner = fits.slice(0, 2).flatMap(({ scored }) => scored.flatMap((rows) => [...rows]));
    const learnt = new Set([...inner, ...fits.flatMap(({ fit, stop }) => [...fit, ...stop])]);
    expect(learnt.size).toBeGreaterThan(900);
    return [...learnt].filter((row) => truth.labels.end[row]! >= testFrom - embargoBars).length;
  });
}

describe('a walk', () => {
  it('learns nothing that reaches into its test, and a leak planted through the labels is found', () => {
    // Barriers that nothing touches: every label lasts its twelve bars.
    const far = walkedDataset(3000, 2, PULL, { ...DATASET_PLAN, profitWidths: 100, stopWidths: 100 });
    const { labels } = far;
    // Labels that hide how far they know the future are not purged.
    const hiding = { ...far, labels: { ...labels, end: labels.start.map((bar) => bar + 1) } };
    for (const embargoBars of [0, 7]) {
      expect(leaks(far, far, embargoBars)).toEqual([0, 0, 0]);
      expect(leaks(hiding, far, embargoBars)).toEqual([11, 11, 11]);
    }
  });

  it('stops and calibrates by rows that begin when those of the fit have ended', () => {
    const { start, end } = PLANTED.labels;
    const { embargoBars } = WALK_PLAN.split;
    const endOf = (rows: Int32Array): number => rows.reduce((most, row) => Math.max(most, end[row]!), 0);
    for (const { fits, testFrom } of fitsOf(PLANTED)) {
      expect(fits).toHaveLength(3);
      for (const { fit, stop, scored } of fits) {
        expect(endOf(fit)).toBeLessThan(start[stop[0]!]! - embargoBars);
        expect(endOf(stop)).toBeLessThan(start[scored[0]![0]!]! - embargoBars);
        expect(scored).toHaveLength(1);
      }
      expect(start[fits[2]!.scored[0]![0]!]).toBe(testFrom);
    }
  });

  it('tells how far it is, up to the whole, and stops when asked', () => {
    const steps = [...walkModel(NOISE[0]!, NHITS, WALK_PLAN)];
    const done = steps.map((step) => step.done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done.at(-1)).toBeGreaterThan(0.7);
    expect(done.at(-1)).toBeLessThanOrEqual(1);
    expect(new Set(steps.map(({ fold }) => fold))).toEqual(new Set([1, 2, 3]));
    const walk = walkModel(NOISE[0]!, LEAF_TREES, WALK_PLAN);
    walk.next();
    expect(walk.return(undefined as never).done).toBe(true);
  });

  it('judges a challenger by the rows of a champion', () => {
    const before = walked(PLANTED, DEPTH_TREES, { ...WALK_PLAN, seed: 9 });
    const { report } = walked(PLANTED, DEPTH_TREES, WALK_PLAN, before.predictions.chance);
    expect(report.comparison).toMatchObject({ base: 'champion', gain: 0 });
    expect(report.refusals).toContain('no-gain');
  });

  it('abstains where there is too little to learn from, and says so', () => {
    const split = { ...WALK_PLAN.split, folds: 2, firstTrainBars: 200 };
    const short = walkedDataset(420, 5, PULL);
    const { report } = walked(short, LEAF_TREES, { ...WALK_PLAN, split });
    expect(report).toMatchObject({ chances: undefined, promoted: false, refusals: ['too-few-rows'] });
    expect(report.folds[0]).toMatchObject({ hash: undefined, areaUnderCurve: undefined });
    expect(report.abstained).toBe(report.rows);
  });

  it('leaves the model to be used: fitted and calibrated on all rows, the same bytes every time', () => {
    const fitAll = () => {
      const fitting = fitCalibrated(PLANTED, LEAF_TREES, Int32Array.from(PLANTED.labels.start.keys()), WALK_PLAN);
      for (;;) {
        const next = fitting.next();
        if (next.done === true) return next.value!;
      }
    };
    const [one, two] = [fitAll(), fitAll()];
    expect(one.model.file()).toEqual(two.model.file());
    expect(one.calibrator).toEqual(two.calibrator);
    expect(one.calibrator.kind).toBe('platt');
  });
});
