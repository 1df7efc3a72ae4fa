/** What a training minimises: its derivatives by the margin, its value, and the score that it starts from. */
import { exp, log } from '../../../kernel/math.ts';
import { sigmoid } from '../objectives.ts';
import type { TrainingOptions } from './options.ts';
import type { Derivatives } from './tree-grower.ts';

type Objective = TrainingOptions['objective'];

/** Least second derivative of a row, as in XGBoost. */
const LEAST_HESSIAN = 1e-16;
/** How near to 0 and 1 a base score may be. */
const EDGE = 1e-6;

/**
 * First and second derivative of each row's loss by its margin, times its weight. Logistic: p − y and p (1 − p);
 * squared, as half the squared error: margin − y and 1.
 */
export function derive(
  objective: Objective,
  margins: Float64Array,
  labels: Float64Array,
  weights: Float64Array | undefined,
  { gradient, hessian }: Derivatives,
): void {
  for (let i = 0; i < margins.length; i++) {
    const weight = weights === undefined ? 1 : weights[i]!;
    if (objective === 'squared') {
      gradient[i] = weight * (margins[i]! - labels[i]!);
      hessian[i] = weight;
    } else {
      const p = sigmoid(margins[i]!);
      gradient[i] = weight * (p - labels[i]!);
      hessian[i] = weight * Math.max(p * (1 - p), LEAST_HESSIAN);
    }
  }
}

/** Mean loss of rows: log loss in nats, or half the squared error. */
export function meanLoss(
  objective: Objective,
  margins: Float64Array,
  labels: Float64Array,
  weights: Float64Array | undefined,
): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < margins.length; i++) {
    const weight = weights === undefined ? 1 : weights[i]!;
    const margin = margins[i]!;
    const error = margin - labels[i]!;
    sum += weight * (objective === 'squared' ? 0.5 * error * error : softplus(margin) - labels[i]! * margin);
    total += weight;
  }
  return sum / total;
}

/** ln(1 + e^x), without overflow. */
function softplus(x: number): number {
  return x > 0 ? x + log(1 + exp(-x)) : log(1 + exp(x));
}

/** The weighted mean of the labels, kept off 0 and 1 where it is a probability. */
export function meanScore(objective: Objective, labels: Float64Array, weights: Float64Array | undefined): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    const weight = weights === undefined ? 1 : weights[i]!;
    sum += weight * labels[i]!;
    total += weight;
  }
  const mean = sum / total;
  return objective === 'squared' ? mean : Math.min(1 - EDGE, Math.max(EDGE, mean));
}

/** ln(p / (1 − p)). */
export function logit(p: number): number {
  return log(p / (1 - p));
}
