/** Scores turned into probabilities that can be believed: isotonic regression and Platt's sigmoid. */
import { assert } from '../kernel/assert.ts';
import { exp, log } from '../kernel/math.ts';
import { checkOrder, type Sample } from './samples.ts';

/** Steps of a rising function: up to `ends[i]` it has the value `values[i]`. Plain numbers, so that it can be stored. */
export interface Isotonic {
  readonly ends: readonly number[];
  readonly values: readonly number[];
}

/**
 * Rising step function nearest to the hits in squares, by pooling neighbours that fall (Ayer and others, 1955; as
 * calibration: Zadrozny and Elkan, 2002). Cases of one score are one step.
 */
export function fitIsotonic(scores: Sample, hits: Sample): Isotonic {
  const n = scores.length;
  assert(n > 0 && hits.length === n, 'isotonic regression needs cases');
  checkOrder(scores);
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  const ends: number[] = [];
  const sums: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < n; i++) {
    const score = scores[order[i]!]!;
    if (score === ends.at(-1)) {
      sums[sums.length - 1]! += hits[order[i]!]!;
      counts[counts.length - 1]! += 1;
    } else {
      pool(ends, sums, counts);
      ends.push(score);
      sums.push(hits[order[i]!]!);
      counts.push(1);
    }
  }
  pool(ends, sums, counts);
  return { ends, values: sums.map((sum, i) => sum / counts[i]!) };
}

/** Joins the last steps while the last one does not lie above the one before it. */
function pool(ends: number[], sums: number[], counts: number[]): void {
  for (let last = ends.length - 1; last > 0; last--) {
    if (sums[last]! * counts[last - 1]! > sums[last - 1]! * counts[last]!) return;
    sums[last - 1]! += sums[last]!;
    counts[last - 1]! += counts[last]!;
    ends[last - 1] = ends[last]!;
    ends.pop();
    sums.pop();
    counts.pop();
  }
}

/** Value of the step that a score falls on; above the last step its value. */
export function applyIsotonic({ ends, values }: Isotonic, score: number): number {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ends[middle]! < score) low = middle + 1;
    else high = middle;
  }
  return values[low]!;
}

/** Probability 1 / (1 + e^(slope · score + offset)); a good score has a negative slope. */
export interface Platt {
  readonly slope: number;
  readonly offset: number;
}

const MOST_STEPS = 100;
const RIDGE = 1e-12;

/**
 * Platt's sigmoid by Newton's method with line search, with his smoothed targets (J. Platt, 1999; Lin, Lin and Weng, "A
 * note on Platt's probabilistic outputs", 2007).
 */
export function fitPlatt(scores: Sample, hits: Sample): Platt {
  const n = scores.length;
  assert(n > 0 && hits.length === n, 'a sigmoid needs cases');
  let positives = 0;
  for (let i = 0; i < n; i++) if (hits[i] === 1) positives++;
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (n - positives + 2);
  const targets = Float64Array.from({ length: n }, (_, i) => (hits[i] === 1 ? high : low));
  let at: Platt = { slope: 0, offset: log((n - positives + 1) / (positives + 1)) };
  let loss = plattLoss(scores, targets, at);
  for (let i = 0; i < MOST_STEPS; i++) {
    const step = newtonStep(scores, targets, at);
    if (step === undefined) return at;
    const next = shorten(scores, targets, at, step, loss);
    if (next === undefined) return at;
    at = next.at;
    loss = next.loss;
  }
  return at;
}

export function applyPlatt({ slope, offset }: Platt, score: number): number {
  const power = slope * score + offset;
  // The exponential is taken of what is not positive, so that it cannot overflow.
  return power >= 0 ? exp(-power) / (1 + exp(-power)) : 1 / (1 + exp(power));
}

function plattLoss(scores: Sample, targets: Float64Array, at: Platt): number {
  let loss = 0;
  for (let i = 0; i < targets.length; i++) {
    const power = at.slope * scores[i]! + at.offset;
    loss += power >= 0 ? targets[i]! * power + log(1 + exp(-power)) : (targets[i]! - 1) * power + log(1 + exp(power));
  }
  return loss;
}

interface Step extends Platt {
  /** Loss gained for each part of the step, to first order; negative. */
  readonly gain: number;
}

/** Newton's step; undefined where the gradient is 0. */
function newtonStep(scores: Sample, targets: Float64Array, at: Platt): Step | undefined {
  let [h11, h22, h21, g1, g2] = [RIDGE, RIDGE, 0, 0, 0];
  for (let i = 0; i < targets.length; i++) {
    const x = scores[i]!;
    const chance = applyPlatt(at, x);
    const curve = chance * (1 - chance);
    const off = targets[i]! - chance;
    h11 += x * x * curve;
    h22 += curve;
    h21 += x * curve;
    g1 += x * off;
    g2 += off;
  }
  if (Math.abs(g1) < 1e-9 && Math.abs(g2) < 1e-9) return undefined;
  const determinant = h11 * h22 - h21 * h21;
  const slope = -(h22 * g1 - h21 * g2) / determinant;
  const offset = -(h11 * g2 - h21 * g1) / determinant;
  return { slope, offset, gain: g1 * slope + g2 * offset };
}

/** The longest of the halved steps that gains enough; undefined when none does. */
function shorten(
  scores: Sample,
  targets: Float64Array,
  from: Platt,
  step: Step,
  before: number,
): { readonly at: Platt; readonly loss: number } | undefined {
  for (let length = 1; length >= 1e-10; length /= 2) {
    const at = { slope: from.slope + length * step.slope, offset: from.offset + length * step.offset };
    const loss = plattLoss(scores, targets, at);
    if (loss < before + 1e-4 * length * step.gain) return { at, loss };
  }
  return undefined;
}
