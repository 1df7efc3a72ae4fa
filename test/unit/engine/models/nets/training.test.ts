/** Training: what it learns and what it does not, that it is the same every time, and how it ends. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { KernelsOver } from '../../../../../engine/models/nets/kernels.ts';
import { type Examples, type ModelSpec, NetModel } from '../../../../../engine/models/nets/model.ts';
import { writeModel } from '../../../../../engine/models/nets/model-file.ts';
import { referenceKernels } from '../../../../../engine/models/nets/reference-kernels.ts';
import type { NetShape } from '../../../../../engine/models/nets/shape.ts';
import {
  type TrainingPlan,
  type TrainingProgress,
  type TrainingResult,
  trainModel,
} from '../../../../../engine/models/nets/trainer.ts';
import { wasmKernels } from '../../../../../src/kernels/wasm-kernels.ts';
import { auc, directionExamples, QUICK_NETS, QUICK_NHITS, randomFrom } from '../../../../fixtures/small-nets.ts';

const STEPS = 32;
const PLAN: TrainingPlan = { seed: 1, epochs: 30, batch: 80, patience: 5, learningRate: 3e-3, weightDecay: 1e-2 };
const SHORT: TrainingPlan = { ...PLAN, epochs: 2, batch: 30 };

/** What both nets come to after {@link SHORT}. */
const HASHES: Readonly<Record<string, string>> = { 'N-HiTS': 'ab10b37206e558ab', PatchTST: '14f1c59f38e2496b' };

/** Examples that are learnt from, that tell when to stop, and that nobody has seen. */
function drawn(planted: boolean): readonly [training: Examples, validation: Examples, unseen: Examples] {
  const of = (count: number, seed: number): Examples => directionExamples(count, STEPS, seed, planted);
  return [of(4000, 21), of(1000, 22), of(4000, 23)];
}

const FEW = [directionExamples(200, STEPS, 31, true), directionExamples(70, STEPS, 32, true)] as const;

interface Trained {
  readonly model: NetModel;
  readonly result: TrainingResult;
  readonly progress: readonly TrainingProgress[];
}

function trained(
  shape: NetShape,
  [training, validation]: readonly Examples[],
  plan: TrainingPlan,
  capacity = 20,
  kernelsOver: KernelsOver = wasmKernels,
  objective: ModelSpec['objective'] = 'direction',
): Trained {
  const model = new NetModel({ shape, objective, byWindow: false }, capacity, kernelsOver);
  const run = trainModel(model, training!, validation!, plan);
  const progress: TrainingProgress[] = [];
  for (;;) {
    const next = run.next();
    if (next.done === true) return { model, result: next.value, progress };
    progress.push(next.value);
  }
}

function hashOf(model: NetModel): string {
  return createHash('sha256').update(writeModel(model)).digest('hex').slice(0, 16);
}

describe.each(QUICK_NETS)('%s', (name, shape) => {
  it('learns a planted pattern, so that it tells what it has not seen', () => {
    const examples = drawn(true);
    const { model, result } = trained(shape, examples, PLAN);
    const unseen = examples[2];
    expect(auc(model.scores(unseen.windows, unseen.count), unseen.targets)).toBeGreaterThan(0.82);
    expect(result.bestLoss).toBeLessThan(0.55);
    expect(result.bestLoss).toBe(Math.min(...result.epochs.map((each) => each.validation)));
  });

  it('learns nothing from a coin, and stops', () => {
    const examples = drawn(false);
    const { model, result } = trained(shape, examples, PLAN);
    const unseen = examples[2];
    // Four standard errors of an AUC of 4,000 tosses are 0.037.
    expect(Math.abs(auc(model.scores(unseen.windows, unseen.count), unseen.targets) - 0.5)).toBeLessThan(0.037);
    expect(result).toMatchObject({ ended: 'patience' });
  });

  it('gives the same bits every time, on every machine, however many windows go through at once', () => {
    const { model } = trained(shape, FEW, SHORT);
    const hash = hashOf(model);
    expect(hashOf(trained(shape, FEW, SHORT).model)).toBe(hash);
    expect(hashOf(trained(shape, FEW, SHORT, 7).model)).toBe(hash);
    expect(hashOf(trained(shape, FEW, SHORT, 30, referenceKernels).model)).toBe(hash);
    expect(hashOf(trained(shape, FEW, { ...SHORT, seed: 2 }).model)).not.toBe(hash);
    expect(hash).toBe(HASHES[name]);
  });
});

describe('a training', () => {
  it('tells how far it is, up to the whole', () => {
    const { progress, result } = trained(QUICK_NHITS, FEW, SHORT);
    const done = progress.map((each) => each.done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done.at(-1)).toBeCloseTo(1, 12);
    expect(progress.map((each) => each.epoch)).toContain(2);
    expect(progress.every((each) => Number.isFinite(each.trainingLoss))).toBe(true);
    expect(progress[0]!.bestLoss).toBe(Number.POSITIVE_INFINITY);
    expect(progress.at(-1)!.bestLoss).toBe(result.epochs[0]!.validation);
    expect(result.ended).toBe('plan');
  });

  it('that is stopped leaves the best tensors so far', () => {
    const whole = trained(QUICK_NHITS, FEW, { ...SHORT, epochs: 1 });
    const model = new NetModel(whole.model.spec, 20, wasmKernels);
    const run = trainModel(model, FEW[0], FEW[1], SHORT);
    for (const { done } of run) if (done > 0.7) break;
    expect(hashOf(model)).toBe(hashOf(whole.model));
  });

  it('that diverges says so', () => {
    const { model, result } = trained(QUICK_NHITS, FEW, { ...SHORT, learningRate: 1e30 });
    expect(result).toMatchObject({ ended: 'diverged', bestEpoch: 0 });
    expect(Number.isFinite(model.score(FEW[0].windows))).toBe(true);
  });

  it('without examples, or with examples cut off, is a broken invariant', () => {
    const none = { ...FEW[0], count: 0 };
    expect(() => trained(QUICK_NHITS, [none, FEW[1]], SHORT)).toThrow('without examples');
    expect(() => trained(QUICK_NHITS, [FEW[0], { ...FEW[1], count: 71 }], SHORT)).toThrow('cut off');
  });

  it('learns to forecast a series in its own units', () => {
    const random = randomFrom(41);
    const { steps, horizon } = QUICK_NHITS;
    // Waves of some period and phase around 100.
    const wave = (): number[] => {
      const [speed, phase] = [0.3 + 0.4 * random.unit(), 6.3 * random.unit()];
      return Array.from({ length: steps + horizon }, (_, i) => 100 + 2 * Math.sin(speed * i + phase));
    };
    const of = (count: number): Examples => {
      const waves = Array.from({ length: count }, wave);
      const windows = Float32Array.from(waves.flatMap((each) => each.slice(0, steps)));
      return { count, windows, targets: Float32Array.from(waves.flatMap((each) => each.slice(steps))) };
    };
    const [training, validation, unseen] = [of(1500), of(300), of(300)];
    const { model } = trained(QUICK_NHITS, [training, validation], PLAN, 20, wasmKernels, 'forecast');
    const scores = model.scores(unseen.windows, unseen.count);
    const errors = Array.from(scores, (score, i) => {
      const truth = unseen.targets.subarray(i * horizon, (i + 1) * horizon).reduce((sum, value) => sum + value, 0);
      return Math.abs(score - truth) / horizon;
    });
    // The mean of the series would be off by about 1.3.
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.2);
  });
});
