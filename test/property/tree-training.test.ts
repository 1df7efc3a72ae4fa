/** Gradient boosting as mathematics has it: what must hold of every forest grown, whatever the rows. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Forest } from '../../engine/models/trees/forest.ts';
import { writeLightgbmText } from '../../engine/models/trees/formats/lightgbm-text-writer.ts';
import { writeXgboostJson } from '../../engine/models/trees/formats/xgboost-writer.ts';
import { Predictor } from '../../engine/models/trees/predictor.ts';
import type { TrainingData } from '../../engine/models/trees/training/data.ts';
import { derive, meanLoss } from '../../engine/models/trees/training/loss.ts';
import {
  LIGHTGBM_DEFAULTS,
  type TrainingOptions,
  XGBOOST_DEFAULTS,
} from '../../engine/models/trees/training/options.ts';
import { lcgData } from '../fixtures/trees/lcg-data.ts';
import { growStepwise, trainForest } from '../fixtures/trees/training.ts';

const DEPTH: TrainingOptions = { ...XGBOOST_DEFAULTS, rounds: 8, growth: { kind: 'depth', maxDepth: 4 } };
const LEAF: TrainingOptions = {
  ...LIGHTGBM_DEFAULTS,
  rounds: 8,
  minRows: 3,
  growth: { kind: 'leaf', maxLeaves: 12, maxDepth: 8 },
};
const WAYS = [
  ['level by level', DEPTH],
  ['leaf by leaf', LEAF],
] as const;

const textOf = (forest: Forest): string =>
  forest.family === 'xgboost' ? writeXgboostJson(forest) : writeLightgbmText(forest);

function margins(forest: Forest, { rows, labels, featureCount }: TrainingData): Float64Array {
  const predictor = new Predictor(forest);
  return labels.map((_, i) => predictor.margin(rows, i * featureCount));
}

const seeds = fc.integer({ min: 0, max: 1_000_000 });
const few = { numRuns: 8 };

describe.each(WAYS)('%s', (_, options) => {
  const squared: TrainingOptions = { ...options, objective: 'squared', baseScore: 'mean' };

  it('gives the same bytes twice, and when it is paused after every tree', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const data = lcgData(300, 8, seed);
        const asked = { ...options, seed, rowShare: 0.7, featureShare: 0.6 };
        const text = textOf(trainForest(data, asked).forest);
        const paused = growStepwise(data, asked);
        let step = paused.next();
        for (let round = 1; step.done !== true; round++, step = paused.next()) {
          expect(step.value).toEqual({ round, rounds: 8, validationLoss: undefined, bestRound: round });
          trainForest(lcgData(50, 8, round), options);
        }
        expect(textOf(step.value.forest)).toBe(text);
        expect(textOf(trainForest(data, { ...asked, seed: seed + 1 }).forest)).not.toBe(text);
      }),
      few,
    );
  });

  it('knows the margins that it predicts, to the bit', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(0, 8), fc.constantFrom(1, 0.5), (seed, steps, rowShare) => {
        const data = lcgData(200, 8, seed, steps);
        const held = lcgData(100, 8, seed + 1, steps);
        const { forest, validationLosses, bestRound } = trainForest(data, { ...options, rowShare }, held);
        const loss = meanLoss('logistic', margins(forest, held), held.labels, undefined);
        expect(loss).toBe(validationLosses[bestRound - 1]);
      }),
      few,
    );
  });

  it('asks for the order of values only', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const data = lcgData(200, 8, seed, 4);
        const ranks = data.rows.map((value) => (Number.isNaN(value) ? value : Math.round(value * 4) ** 3));
        const [plain, bent] = [
          trainForest(data, options).forest,
          trainForest({ ...data, rows: ranks }, options).forest,
        ];
        expect(margins(bent, { ...data, rows: ranks })).toEqual(margins(plain, data));
        expect(bent.nodes.feature).toEqual(plain.nodes.feature);
      }),
      few,
    );
  });

  it('parts rows and second derivatives without losing any', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { nodes, trees } = trainForest(lcgData(300, 8, seed), options).forest;
        for (let node = 0; node < nodes.feature.length; node++) {
          if (nodes.feature[node]! < 0) continue;
          const first = trees.first.findLast((start) => start <= node)!;
          const [left, right] = [first + nodes.left[node]!, first + nodes.right[node]!];
          expect(nodes.rows[left]! + nodes.rows[right]!).toBe(nodes.rows[node]);
          expect(nodes.hessian[left]! + nodes.hessian[right]!).toBeCloseTo(nodes.hessian[node]!, 4);
          expect(nodes.gain[node]!).toBeGreaterThan(0);
        }
      }),
      few,
    );
  });

  it('takes two equal rows for one of twice the weight', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const once = lcgData(150, 8, seed, 4);
        const weights = once.labels.map((_, i) => 1 + (i % 2));
        const twice = Array.from(once.labels.keys()).flatMap((i) => (i % 2 === 0 ? [i] : [i, i]));
        const rows = Float64Array.from(twice.flatMap((i) => Array.from(once.rows.subarray(i * 8, i * 8 + 8))));
        const labels = Float64Array.from(twice, (i) => once.labels[i]!);
        // Half numbers add up exactly, so that not even two equal gains are told apart by rounding.
        const asked = { ...squared, baseScore: 0.5, minRows: 1, rounds: 1, learningRate: 1 };
        const weighted = margins(trainForest({ ...once, weights }, asked).forest, once);
        expect(weighted).toEqual(margins(trainForest({ featureCount: 8, rows, labels }, asked).forest, once));
      }),
      few,
    );
  });

  it('finds a step in one feature, between the values where it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 90 }), fc.integer({ min: -50, max: 50 }), (step, height) => {
        fc.pre(height !== 0);
        const rows = Float64Array.from({ length: 100 }, (_, i) => i);
        const labels = rows.map((x) => (x < step ? 0 : height));
        const asked = { ...squared, rounds: 1, learningRate: 1, lambda: 0, maxBins: 255 };
        const { forest } = trainForest({ featureCount: 1, rows, labels }, asked);
        expect(forest.nodes.limit[0]).toBeGreaterThanOrEqual(step - 1);
        expect(forest.nodes.limit[0]).toBeLessThan(step);
        expect(forest.nodes.feature.filter((f) => f >= 0)).toHaveLength(1);
        for (const [i, margin] of margins(forest, { featureCount: 1, rows, labels }).entries()) {
          expect(margin).toBeCloseTo(labels[i]!, 4);
        }
      }),
    );
  });

  it('sends missing values where they belong', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.integer({ min: 0, max: 1 }), (isLow, label) => {
        // Missing rows are like the low ones or like the high ones, and at last like nothing else.
        const rows = Float64Array.from({ length: 120 }, (_, i) => (i < 40 ? i / 40 : i < 80 ? 1 + i / 40 : Number.NaN));
        const labels = rows.map((x) => ((Number.isNaN(x) ? isLow : x < 1) ? label : 1 - label));
        const { forest } = trainForest({ featureCount: 1, rows, labels }, { ...options, rounds: 3, minHessian: 0 });
        const predictor = new Predictor(forest);
        const alike = predictor.margin(Float64Array.of(isLow ? 0.5 : 2.5));
        expect(predictor.margin(Float64Array.of(Number.NaN))).toBe(alike);
        expect(Math.sign(alike)).toBe((isLow ? label : 1 - label) === 1 ? 1 : -1);
      }),
      few,
    );
  });

  it('keeps to its limits', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 2, max: 40 }), (seed, minRows) => {
        const data = lcgData(300, 8, seed);
        const { nodes, trees } = trainForest(data, { ...squared, minRows, featureShare: 0.25 }).forest;
        for (let t = 0; t < trees.group.length; t++) {
          const [from, to] = [trees.first[t]!, trees.first[t + 1]!];
          const splits = nodes.feature.subarray(from, to).filter((feature) => feature >= 0);
          expect(new Set(splits).size).toBeLessThanOrEqual(2);
          expect(splits.length + 1).toBeLessThanOrEqual(options.growth.kind === 'leaf' ? 12 : 16);
          if (splits.length > 0) expect(Math.min(...nodes.rows.subarray(from, to))).toBeGreaterThanOrEqual(minRows);
        }
      }),
      few,
    );
  });
});

describe('the derivatives', () => {
  it.each(['logistic', 'squared'] as const)('of the %s loss are its slopes', (objective) => {
    fc.assert(
      fc.property(fc.double({ min: -8, max: 8, noNaN: true }), fc.constantFrom(0, 1), (margin, label) => {
        const labels = Float64Array.of(label);
        const lossAt = (x: number): number => meanLoss(objective, Float64Array.of(x), labels, undefined);
        const out = { gradient: new Float64Array(1), hessian: new Float64Array(1) };
        derive(objective, Float64Array.of(margin), labels, undefined, out);
        const step = 1e-4;
        const slope = (lossAt(margin + step) - lossAt(margin - step)) / (2 * step);
        const bend = (lossAt(margin + step) - 2 * lossAt(margin) + lossAt(margin - step)) / (step * step);
        expect(out.gradient[0]).toBeCloseTo(slope, 7);
        expect(out.hessian[0]).toBeCloseTo(bend, 5);
      }),
    );
  });
});
