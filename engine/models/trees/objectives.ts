/** From the margins that trees add up to what a model says: the objectives of both families by their own names. */
import { assert } from '../../kernel/assert.ts';
import { exp, log } from '../../kernel/math.ts';
import type { Family, Forest } from './forest.ts';

/** `class` gives the number of the largest margin, `step` 1 above zero and 0 else, the rest as named. */
export type Transform = 'identity' | 'sigmoid' | 'softmax' | 'class' | 'exp' | 'step';

/** XGBoost: what is written beside the name, and the scale that base_score is given in. */
interface XgboostObjective {
  readonly transform: Transform;
  readonly parameters: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const LOSS = { reg_loss_param: { scale_pos_weight: '1' } };

const XGBOOST: Readonly<Record<string, XgboostObjective>> = {
  'binary:logistic': { transform: 'sigmoid', parameters: LOSS },
  'reg:logistic': { transform: 'sigmoid', parameters: LOSS },
  'binary:logitraw': { transform: 'identity', parameters: LOSS },
  'binary:hinge': { transform: 'step', parameters: {} },
  'reg:squarederror': { transform: 'identity', parameters: LOSS },
  'reg:linear': { transform: 'identity', parameters: LOSS },
  'reg:squaredlogerror': { transform: 'identity', parameters: LOSS },
  'multi:softprob': { transform: 'softmax', parameters: {} },
  'multi:softmax': { transform: 'class', parameters: {} },
  'count:poisson': { transform: 'exp', parameters: { poisson_regression_param: { max_delta_step: '0.7' } } },
  'reg:gamma': { transform: 'exp', parameters: LOSS },
  'reg:tweedie': { transform: 'exp', parameters: { tweedie_regression_param: { tweedie_variance_power: '1.5' } } },
};

/** LightGBM; `none` is a model without an objective of its own. */
const LIGHTGBM: Readonly<Record<string, Transform>> = {
  none: 'identity',
  regression: 'identity',
  regression_l1: 'identity',
  huber: 'identity',
  fair: 'identity',
  quantile: 'identity',
  mape: 'identity',
  lambdarank: 'identity',
  poisson: 'exp',
  gamma: 'exp',
  tweedie: 'exp',
  binary: 'sigmoid',
  cross_entropy: 'sigmoid',
  multiclass: 'softmax',
  multiclassova: 'sigmoid',
};

/** Whether the family has an objective of this name that we know. */
export function knowsObjective(family: Family, name: string): boolean {
  return Object.hasOwn(family === 'xgboost' ? XGBOOST : LIGHTGBM, name);
}

export function transformOf(family: Family, name: string): Transform {
  assert(knowsObjective(family, name), `no objective ${name} of ${family}`);
  return family === 'xgboost' ? XGBOOST[name]!.transform : LIGHTGBM[name]!;
}

/** What XGBoost's file says beside the objective's name. */
export function xgboostParameters(name: string, groups: number): XgboostObjective['parameters'] {
  return name.startsWith('multi:')
    ? { softmax_multiclass_param: { num_class: String(groups) } }
    : XGBOOST[name]!.parameters;
}

/** Whether base_score is a probability strictly between 0 and 1, or a mean above 0. */
export function fitsBaseScore(name: string, score: number): boolean {
  const { transform } = XGBOOST[name]!;
  if (transform === 'sigmoid') return score > 0 && score < 1;
  return Number.isFinite(score) && (transform !== 'exp' || score > 0);
}

/** Margin that a group starts from, in the precision of its family. */
export function baseMargin(forest: Pick<Forest, 'family' | 'objective' | 'baseScores'>, group: number): number {
  const score = forest.baseScores[group]!;
  if (forest.family === 'lightgbm') return score;
  const transform = transformOf(forest.family, forest.objective.name);
  if (transform === 'sigmoid') {
    return 0 - Math.fround(log(Math.fround(Math.fround(1 / Math.fround(score)) - 1)));
  }
  return Math.fround(transform === 'exp' ? log(Math.fround(score)) : score);
}

/** 1 / (1 + e^−x). */
export function sigmoid(x: number): number {
  return 1 / (1 + exp(-x));
}

/** Turns one row's margins into predictions in place. Of `class` only the first place is meant. */
export function applyTransform(transform: Transform, scale: number, margins: Float64Array): void {
  switch (transform) {
    case 'identity':
      return;
    case 'sigmoid':
      for (let k = 0; k < margins.length; k++) margins[k] = sigmoid(scale * margins[k]!);
      return;
    case 'exp':
      for (let k = 0; k < margins.length; k++) margins[k] = exp(margins[k]!);
      return;
    case 'step':
      for (let k = 0; k < margins.length; k++) margins[k] = margins[k]! > 0 ? 1 : 0;
      return;
    case 'softmax':
      softmax(margins);
      return;
    case 'class':
      margins[0] = largest(margins);
  }
}

function largest(margins: Float64Array): number {
  let best = 0;
  for (let k = 1; k < margins.length; k++) if (margins[k]! > margins[best]!) best = k;
  return best;
}

function softmax(margins: Float64Array): void {
  const top = margins[largest(margins)]!;
  let sum = 0;
  for (let k = 0; k < margins.length; k++) {
    const weight = exp(margins[k]! - top);
    margins[k] = weight;
    sum += weight;
  }
  for (let k = 0; k < margins.length; k++) margins[k] = margins[k]! / sum;
}
