/** What a training is told, with the defaults of the two libraries whose ways of growing it follows. */
import { assert } from '../../../kernel/assert.ts';
import type { Family } from '../forest.ts';

/** Level by level, as XGBoost grows (Chen and Guestrin 2016). */
export interface DepthWise {
  readonly kind: 'depth';
  readonly maxDepth: number;
}

/** The leaf that gains most first, as LightGBM grows (Ke et al. 2017). */
export interface LeafWise {
  readonly kind: 'leaf';
  readonly maxLeaves: number;
  readonly maxDepth: number;
}

export interface TrainingOptions {
  readonly objective: 'logistic' | 'squared';
  /** Trees, unless the validation rows stop it earlier. */
  readonly rounds: number;
  /** Share of each leaf's value that is kept (eta). */
  readonly learningRate: number;
  readonly growth: DepthWise | LeafWise;
  /** Bins per feature besides the one for missing values, 2 to 255. */
  readonly maxBins: number;
  /** Added to the sum of second derivatives of a leaf (reg_lambda). */
  readonly lambda: number;
  /** A split must gain more than this (gamma, min_gain_to_split). */
  readonly minGain: number;
  /** Least sum of second derivatives on each side (min_child_weight, min_sum_hessian_in_leaf). */
  readonly minHessian: number;
  /**
   * Least rows on each side (min_data_in_leaf), told as LightGBM does from each bin's share of the node's second
   * derivatives: exact for the squared objective without weights, near it else. 1 asks for nothing.
   */
  readonly minRows: number;
  /** Chance of a row to be seen by a tree (subsample, bagging_fraction with a frequency of 1). */
  readonly rowShare: number;
  /** Share of the features that a tree may ask for (colsample_bytree, feature_fraction). */
  readonly featureShare: number;
  readonly seed: number;
  /** Score before any tree: a probability or a value, or the mean of the labels. */
  readonly baseScore: number | 'mean';
  /** Rounds without a better validation loss after which it stops; 0 for never. */
  readonly patience: number;
}

export const XGBOOST_DEFAULTS: TrainingOptions = {
  objective: 'logistic',
  rounds: 100,
  learningRate: 0.3,
  growth: { kind: 'depth', maxDepth: 6 },
  maxBins: 255,
  lambda: 1,
  minGain: 0,
  minHessian: 1,
  minRows: 1,
  rowShare: 1,
  featureShare: 1,
  seed: 0,
  baseScore: 0.5,
  patience: 0,
};

export const LIGHTGBM_DEFAULTS: TrainingOptions = {
  ...XGBOOST_DEFAULTS,
  learningRate: 0.1,
  growth: { kind: 'leaf', maxLeaves: 31, maxDepth: 64 },
  lambda: 0,
  minHessian: 1e-3,
  minRows: 20,
  baseScore: 'mean',
};

/** Whose arithmetic and file formats the grown forest follows. */
export function familyOf({ growth }: TrainingOptions): Family {
  return growth.kind === 'depth' ? 'xgboost' : 'lightgbm';
}

/** Asserts that every figure lies where it means something. */
export function checkOptions(options: TrainingOptions): void {
  const { growth, rounds, maxBins, minRows, patience, baseScore } = options;
  const isCount = (value: number, low: number, high: number): boolean =>
    Number.isInteger(value) && value >= low && value <= high;
  assert(isCount(rounds, 1, 100_000), `${rounds} rounds`);
  assert(isCount(maxBins, 2, 255), `${maxBins} bins`);
  assert(isCount(minRows, 1, 1e9), `at least ${minRows} rows in a leaf`);
  assert(isCount(patience, 0, 100_000), `a patience of ${patience} rounds`);
  // A level has a histogram of every node at once.
  if (growth.kind === 'depth') assert(isCount(growth.maxDepth, 1, 10), `a depth of ${growth.maxDepth}`);
  else {
    assert(isCount(growth.maxDepth, 1, 1024), `a depth of ${growth.maxDepth}`);
    assert(isCount(growth.maxLeaves, 2, 4096), `${growth.maxLeaves} leaves`);
  }
  for (const name of ['learningRate', 'rowShare', 'featureShare'] as const) {
    assert(options[name] > 0 && options[name] <= 1, `${name} ${options[name]}`);
  }
  const isScore = options.objective === 'squared' ? Number.isFinite(baseScore) : 0 < +baseScore && +baseScore < 1;
  assert(baseScore === 'mean' || isScore, `a base score of ${baseScore}`);
  for (const name of ['lambda', 'minGain', 'minHessian'] as const) {
    assert(options[name] >= 0 && options[name] < 1e300, `${name} ${options[name]}`);
  }
}
