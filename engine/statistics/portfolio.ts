/**
 * Weights across things that earn: from 0, 1 in all. The same input gives the same weights, to the bit. Matrices are
 * square, row by row.
 */
import { assert } from '../kernel/assert.ts';

/** Of nothing known: the same for each. */
export const equalWeights = (count: number): Float64Array => new Float64Array(count).fill(1 / count);

/** Population covariances of `count` series; value `k` of series `s` is at `k * count + s`. */
export function covariances(series: ArrayLike<number>, count: number, length: number): Float64Array {
  const means = new Float64Array(count);
  for (let k = 0; k < length; k++) for (let s = 0; s < count; s++) means[s]! += series[k * count + s]! / length;
  const matrix = new Float64Array(count * count);
  for (let k = 0; k < length; k++) {
    for (let i = 0; i < count; i++) {
      const apart = (series[k * count + i]! - means[i]!) / length;
      for (let j = 0; j < count; j++) matrix[i * count + j]! += apart * (series[k * count + j]! - means[j]!);
    }
  }
  return matrix;
}

/** In the ratio of the Sharpe ratios above 0; the same for each where none is. */
export function sharpeWeights(means: ArrayLike<number>, deviations: ArrayLike<number>): Float64Array {
  const weights = new Float64Array(means.length);
  let sum = 0;
  for (let i = 0; i < means.length; i++) {
    weights[i] = deviations[i]! > 0 ? Math.max(means[i]! / deviations[i]!, 0) : 0;
    sum += weights[i]!;
  }
  return sum > 0 ? weights.map((weight) => weight / sum) : equalWeights(means.length);
}

/** Of the mean variance, added to each, so that a singular matrix has one answer too. */
const LEAST_RIDGE = 1e-12;
/** Turns for each weight: some two are needed. */
const MOST_TURNS = 20;

/**
 * The weights whose sum varies least. The best without regard to signs, among those that have a weight, is one system of
 * equations; whoever would fall below 0 on the way to it is left out, and taken in again where that makes the sum vary
 * less (an active set; P. Wolfe, 1959). Without any variance the same for each.
 */
export function minimumVariance(covariance: ArrayLike<number>, count: number): Float64Array {
  const weights = equalWeights(count);
  const scale = meanVariance(covariance, count);
  if (scale === 0) return weights;
  const matrix = ridged(covariance, count, scale, LEAST_RIDGE);
  const taken = new Uint8Array(count).fill(1);
  for (let turn = 0; turn < MOST_TURNS * count; turn++) {
    const out = stepToward(weights, leastOf(matrix, taken), taken);
    if (out >= 0) taken[out] = 0;
    else {
      const enters = worthTaking(matrix, weights, taken);
      if (enters < 0) break;
      taken[enters] = 1;
    }
  }
  return weights;
}

/** Weights of either sign, 1 in all, with which those that are taken vary least. */
function leastOf(matrix: Float64Array, taken: Uint8Array): Float64Array {
  const count = taken.length;
  const places = Array.from(taken.keys()).filter((i) => taken[i] === 1);
  const part = Float64Array.from(places.flatMap((i) => places.map((j) => matrix[i * count + j]!)));
  const solved = solve(part, new Float64Array(places.length).fill(1));
  let sum = 0;
  for (const value of solved) sum += value;
  const least = new Float64Array(count);
  for (const [k, i] of places.entries()) least[i] = solved[k]! / sum;
  return least;
}

/** Moves the weights as far as none falls below 0. @returns the one that came to 0; −1 when all of the way was gone. */
function stepToward(weights: Float64Array, target: Float64Array, taken: Uint8Array): number {
  let length = 1;
  let out = -1;
  for (let i = 0; i < weights.length; i++) {
    if (taken[i] === 0 || target[i]! > 0) continue;
    const room = weights[i]! > 0 ? weights[i]! / (weights[i]! - target[i]!) : 0;
    if (out >= 0 && room >= length) continue;
    length = room;
    out = i;
  }
  for (let i = 0; i < weights.length; i++) weights[i]! += length * (target[i]! - weights[i]!);
  if (out >= 0) weights[out] = 0;
  return out;
}

/** Among those left out the one that would lower the variance most; −1 where none would. */
function worthTaking(matrix: Float64Array, weights: Float64Array, taken: Uint8Array): number {
  const gradient = product(matrix, weights);
  let least = 0;
  for (let i = 0; i < weights.length; i++) least += weights[i]! * gradient[i]!;
  let enters = -1;
  for (let i = 0; i < weights.length; i++) {
    if (taken[i] === 1 || gradient[i]! >= least - LEAST_RIDGE) continue;
    least = gradient[i]!;
    enters = i;
  }
  return enters;
}

const MOST_STEPS = 200;
/** Of the mean variance, added to each: without it two that cancel each other out would be held without end. */
const RIDGE = 1e-9;
/** Newton's decrement below which a step changes nothing. */
const NO_STEP = 1e-14;

/**
 * The weights of which each has the same part in the variance of their sum (S. Maillard, T. Roncalli, J. Teïletche, 2010).
 * They minimise ½xᵀΣx − Σ ln x / n, which has one minimum, found by Newton steps that are shortened while they are long
 * (F. Spinu, 2013). Without any variance the same for each.
 */
export function equalRisk(covariance: ArrayLike<number>, count: number): Float64Array {
  const scale = meanVariance(covariance, count);
  if (scale === 0) return equalWeights(count);
  const matrix = ridged(covariance, count, scale, RIDGE);
  const share = 1 / count;
  const x = Float64Array.from({ length: count }, (_, i) => Math.sqrt(share / matrix[i * count + i]!));
  for (let turn = 0; turn < MOST_STEPS; turn++) {
    const gradient = product(matrix, x);
    const bend = matrix.slice();
    for (let i = 0; i < count; i++) {
      gradient[i]! -= share / x[i]!;
      bend[i * count + i]! += share / (x[i]! * x[i]!);
    }
    const step = solve(bend, gradient);
    let decrement = 0;
    for (let i = 0; i < count; i++) decrement += step[i]! * gradient[i]!;
    if (!(decrement > NO_STEP)) break;
    const size = Math.sqrt(decrement * count);
    const length = size < 0.25 ? 1 : 1 / (1 + size);
    for (let i = 0; i < count; i++) x[i]! -= length * step[i]!;
  }
  let sum = 0;
  for (let i = 0; i < count; i++) sum += x[i]!;
  return x.map((value) => value / sum);
}

/** Each one's part in the variance of their sum: the parts come to that variance. */
export function riskParts(covariance: ArrayLike<number>, weights: Float64Array): Float64Array {
  return product(covariance, weights).map((value, i) => value * weights[i]!);
}

/** Below it products of deviations have lost their digits: nothing varies. */
const LEAST_VARIANCE = 1e-280;

function meanVariance(matrix: ArrayLike<number>, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += matrix[i * count + i]!;
  return sum / count < LEAST_VARIANCE ? 0 : sum / count;
}

/** The matrix over the mean variance, with so much more of each one's own. */
function ridged(covariance: ArrayLike<number>, count: number, scale: number, ridge: number): Float64Array {
  const matrix = Float64Array.from(covariance, (value) => value / scale);
  for (let i = 0; i < count; i++) matrix[i * count + i]! += ridge;
  return matrix;
}

function product(matrix: ArrayLike<number>, x: Float64Array): Float64Array {
  const n = x.length;
  const result = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) result[i]! += matrix[i * n + j]! * x[j]!;
  return result;
}

/** Solves a positive definite system by Cholesky's factors, which are put in the place of `matrix`. */
function solve(matrix: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  const result = right.slice();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= matrix[i * n + k]! * matrix[j * n + k]!;
      if (i === j) assert(sum > 0, 'covariances of no series');
      matrix[i * n + j] = i === j ? Math.sqrt(sum) : sum / matrix[j * n + j]!;
    }
    for (let k = 0; k < i; k++) result[i]! -= matrix[i * n + k]! * result[k]!;
    result[i]! /= matrix[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) result[i]! -= matrix[k * n + i]! * result[k]!;
    result[i]! /= matrix[i * n + i]!;
  }
  return result;
}
