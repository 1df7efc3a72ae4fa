/** The four kinds of model behind one door: fitted step by step, asked for log-odds of a rise, written as a file. */
import { FEATURES, type ModelKind } from '../domain/index.ts';
import { assert } from '../kernel/assert.ts';
import type { KernelsOver } from '../models/nets/kernels.ts';
import { type Examples, NetModel } from '../models/nets/model.ts';
import { writeModel } from '../models/nets/model-file.ts';
import type { NetShape } from '../models/nets/shape.ts';
import { type TrainingPlan, trainModel } from '../models/nets/trainer.ts';
import type { Forest } from '../models/trees/forest.ts';
import { writeLightgbmText } from '../models/trees/formats/lightgbm-text-writer.ts';
import { encodeUtf8 } from '../models/trees/formats/utf8.ts';
import { writeXgboostUbjson } from '../models/trees/formats/xgboost-writer.ts';
import { Predictor } from '../models/trees/predictor.ts';
import { growForest } from '../models/trees/training/boosting.ts';
import type { TrainingData } from '../models/trees/training/data.ts';
import type { TreeKernelsOver } from '../models/trees/training/kernels.ts';
import type { TrainingOptions } from '../models/trees/training/options.ts';
import { type Dataset, gather } from './dataset.ts';
import { SCALE_BOUND } from './reference.ts';

/** A model that has been fitted. */
export interface Fitted {
  /** Log-odds of a rise for rows of a dataset; NaN where the model abstains. */
  scores(data: Dataset, rows: Int32Array): Float64Array;
  /** Same model, same bytes. */
  file(): Uint8Array;
}

/** A make of model that can be fitted anew as often as is asked for. */
export interface Trainable {
  readonly kind: ModelKind;
  /**
   * Learns from `fit` and stops by `stop`, both with at least one row. Yields how far it is, 0 … 1; same rows and seed give
   * the same file.
   */
  fit(data: Dataset, fit: Int32Array, stop: Int32Array, seed: number): Generator<number, Fitted, void>;
}

/**
 * Trees over the features, but for those in ticks or lots and those that took few values, rows weighted by their uniqueness; by
 * level or by leaf as the options have it.
 */
export function trainableTrees(options: TrainingOptions, kernelsOver: TreeKernelsOver): Trainable {
  assert(options.objective === 'logistic', 'trees that give no log-odds');
  return {
    kind: options.growth.kind === 'depth' ? 'depth-trees' : 'leaf-trees',
    *fit(data, fit, stop, seed) {
      const hidden = hiddenFeatures(data, fit);
      const [seen, held] = [treeData(data, fit, hidden), treeData(data, stop, hidden)];
      const growing = growForest(seen, { ...options, seed }, kernelsOver, held);
      for (;;) {
        const next = growing.next();
        if (next.done === true) return fittedForest(next.value.forest);
        yield next.value.round / next.value.rounds;
      }
    },
  };
}

function treeData(data: Dataset, rows: Int32Array, hidden: readonly boolean[]): TrainingData {
  const { featureCount, features, labels, weights } = data;
  const chosen = Float64Array.from(rows, (row) => weights[row]!);
  const mean = chosen.reduce((sum, weight) => sum + weight, 0) / chosen.length;
  const shown = gather(features, featureCount, rows, new Float64Array(rows.length * featureCount));
  for (let k = 0; k < shown.length; k++) if (hidden[k % featureCount]) shown[k] = Number.NaN;
  return {
    featureCount,
    featureNames: FEATURES,
    rows: shown,
    labels: Float64Array.from(rows, (row) => labels.rise[row]!),
    // A mean of 1, so that the options' least sums mean the same whatever overlaps.
    weights: chosen.map((weight) => weight / mean),
  };
}

/** Values of a feature below which it tells one stretch of time from another, as a funding rate of some hours does, and no more. */
const LEAST_VALUES = 30;

/** By feature, whether trees that learn from these rows are not shown it. */
function hiddenFeatures({ features, featureCount }: Dataset, rows: Int32Array): boolean[] {
  return SCALE_BOUND.map((isBound, feature) => {
    const seen = new Set<number>();
    for (let k = 0; k < rows.length && seen.size < LEAST_VALUES; k++) {
      const value = features[rows[k]! * featureCount + feature]!;
      if (value === value) seen.add(value);
    }
    return isBound || seen.size < LEAST_VALUES;
  });
}

function fittedForest(forest: Forest): Fitted {
  const predictor = new Predictor(forest);
  return {
    scores: ({ features, featureCount }, rows) => {
      return Float64Array.from(rows, (row) => predictor.margin(features, row * featureCount));
    },
    file: () => (forest.family === 'xgboost' ? writeXgboostUbjson(forest) : encodeUtf8(writeLightgbmText(forest))),
  };
}

/** A net over the windows of returns; it counts all rows alike. */
export function trainableNet(shape: NetShape, plan: Omit<TrainingPlan, 'seed'>, kernelsOver: KernelsOver): Trainable {
  assert(shape.channels === 1, `${shape.channels} series, where a window has one`);
  return {
    kind: shape.kind,
    *fit(data, fit, stop, seed) {
      assert(shape.steps === data.windowSteps, `a net of ${shape.steps} steps for windows of ${data.windowSteps}`);
      const model = new NetModel({ shape, objective: 'direction', byWindow: false }, plan.batch, kernelsOver);
      const training = trainModel(model, examples(data, fit), examples(data, stop), { ...plan, seed });
      for (;;) {
        const next = training.next();
        if (next.done === true) return fittedNet(model);
        yield next.value.done;
      }
    },
  };
}

function examples({ windows, windowSteps, labels }: Dataset, rows: Int32Array): Examples {
  return {
    count: rows.length,
    windows: gather(windows, windowSteps, rows, new Float32Array(rows.length * windowSteps)),
    targets: Float32Array.from(rows, (row) => labels.rise[row]!),
  };
}

function fittedNet(model: NetModel): Fitted {
  return {
    scores: (data, rows) => model.scores(examples(data, rows).windows, rows.length),
    file: () => writeModel(model),
  };
}
