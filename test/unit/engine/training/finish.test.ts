/** A model trained to its end: a package that says what it was in training, the same bytes every time, and how features lay. */
import { describe, expect, it } from 'vitest';
import { F, FEATURES } from '../../../../engine/domain/index.ts';
import { openModel } from '../../../../engine/models/open-model.ts';
import { readPackage } from '../../../../engine/models/package.ts';
import { type FinishedModel, type FinishProgress, finishModel } from '../../../../engine/training/finish.ts';
import { referenceBins, SCALE_BOUND } from '../../../../engine/training/reference.ts';
import { chancesOf } from '../../../../engine/training/walk.ts';
import { wasmKernels } from '../../../../src/kernels/wasm-kernels.ts';
import { MAKES, WALK_PLAN } from '../../../fixtures/small-makes.ts';
import { BAR_US, DATASET_PLAN, walkedDataset } from '../../../fixtures/training-bars.ts';

const DATA = walkedDataset(2000, 2, 0.3);
const PLAN = {
  ...{ dataset: DATASET_PLAN, barIntervalUs: BAR_US, name: 'made-here' },
  walk: { ...WALK_PLAN, split: { ...WALK_PLAN.split, folds: 2, firstTrainBars: 900 }, innerFolds: 1 },
};

function finished(make: (typeof MAKES)[number][1]): FinishedModel & { readonly steps: readonly FinishProgress[] } {
  const training = finishModel(DATA, make, PLAN);
  const steps: FinishProgress[] = [];
  for (;;) {
    const next = training.next();
    if (next.done === true) return { ...next.value, steps };
    steps.push(next.value);
  }
}

describe.each(MAKES)('a finished model of %s', (kind, make) => {
  const once = finished(make);

  it('is the same package, report and hashes when it is made again', () => {
    const { package: bytes, report } = finished(make);
    expect(bytes).toEqual(once.package);
    expect(report).toEqual(once.report);
  });

  it('says in its header what belongs to its use, and gives the chances of the model in memory', () => {
    const { header } = readPackage(once.package!);
    const { chances, rows } = once.report;
    expect(header).toMatchObject({ kind, name: 'made-here', barIntervalUs: BAR_US, schemaHash: DATA.schemaHash });
    expect(header.label).toEqual({ width: 'atr', profitWidths: 1.5, stopWidths: 1.5, limitBars: 12 });
    expect(header.skill).toMatchObject({ rows, areaUnderCurve: chances!.areaUnderCurve, baseRate: chances!.riseShare });
    expect(header.calibrator).toEqual(once.model!.calibrator);
    const model = openModel(once.package!, wasmKernels);
    for (const row of [0, 700, 1500]) {
      const window = DATA.windows.subarray((row + 1) * 32 - header.windowSteps, (row + 1) * 32);
      const [expected] = chancesOf(DATA, once.model, Int32Array.of(row));
      expect(model.chance(DATA.features, row * DATA.featureCount, window)).toBeCloseTo(expected!, 6);
    }
  });

  it('tells how far it is by what is learnt from: the tests first, then all rows', () => {
    const done = once.steps.map((step) => step.done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done.at(-1)).toBeGreaterThan(0.7);
    expect(done.at(-1)).toBeLessThanOrEqual(1);
    expect(once.steps.at(-1)).toMatchObject({ phase: 'fit', fold: 2, folds: 2, reports: once.report.folds });
  });
});

describe('reference bins', () => {
  const bins = referenceBins(DATA);

  it('are deciles with the share of rows where the feature was not valid', () => {
    expect(bins).toHaveLength(FEATURES.length);
    for (const { edges, shares } of bins) {
      expect(shares).toHaveLength(edges.length + 2);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    }
    expect(bins[F.rsi]!.edges).toHaveLength(9);
    for (const share of bins[F.rsi]!.shares.slice(0, 10)) expect(share).toBeCloseTo(0.1, 2);
    expect(bins[F.fearGreed]).toEqual({ edges: [], shares: [0, 1] });
  });

  it('say of features in ticks or lots how often they were valid, and no more; no tree asks for them', () => {
    const names = FEATURES.filter((_, k) => SCALE_BOUND[k]);
    expect(names).toContain('close');
    expect(names).toContain('obv');
    expect(names).toContain('gaussianSlope');
    expect(names).not.toContain('atrRatio');
    expect(bins[F.close]).toEqual({ edges: [], shares: [1, 0] });
    const bent = { ...DATA, features: DATA.features.map((value, k) => (SCALE_BOUND[k % 64] ? value * 3 : value)) };
    for (const [kind, make] of MAKES.slice(0, 2)) {
      const { model } = finished(make);
      const rows = Int32Array.of(3, 400, 1200);
      expect([kind, ...chancesOf(bent, model, rows)]).toEqual([kind, ...chancesOf(DATA, model, rows)]);
    }
  });
});

it('no tree asks for a feature that took few values: it tells one stretch of time from another', () => {
  const stretches = DATA.features.slice();
  const { rise, start } = DATA.labels;
  // Known for a while at a time, as a funding rate is, and on the side of what came.
  for (const row of start.keys())
    stretches[row * 64 + F.funding] = Math.floor(row / 100) + (rise[row]! === 1 ? 0.5 : 0);
  const few = { ...DATA, features: stretches.map((value, k) => (k % 64 === F.funding ? Math.min(value, 12) : value)) };
  const rows = Int32Array.of(3, 400, 1200);
  for (const [, make] of MAKES.slice(0, 2)) {
    const training = finishModel(few, make, PLAN);
    let next = training.next();
    while (next.done !== true) next = training.next();
    expect(chancesOf(few, next.value.model, rows)).toEqual(chancesOf(DATA, next.value.model, rows));
  }
});
