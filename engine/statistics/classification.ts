/** How good the probabilities of a classifier are: area under the curve, logarithmic loss, Brier score. */
import { assert } from '../kernel/assert.ts';
import { log } from '../kernel/math.ts';
import { checkOrder, type Sample } from './samples.ts';

/**
 * Area under the receiver's curve: chance that a hit has a higher score than a miss, ties counted half (Hanley and McNeil,
 * 1982).
 * @param hits 1 where the case came true, 0 where not.
 * @returns undefined when only one kind occurs.
 */
export function areaUnderCurve(scores: Sample, hits: Sample): number | undefined {
  const n = scores.length;
  assert(hits.length === n, 'scores and hits of different lengths');
  checkOrder(scores);
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  let positives = 0;
  let rankSum = 0;
  for (let from = 0; from < n; ) {
    let to = from;
    let among = 0;
    while (to < n && scores[order[to]!] === scores[order[from]!]) {
      if (hits[order[to]!] === 1) among++;
      to++;
    }
    rankSum += among * ((from + 1 + to) / 2);
    positives += among;
    from = to;
  }
  const negatives = n - positives;
  if (positives === 0 || negatives === 0) return undefined;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** A probability of 0 or 1 counts as this far from it, or one error would have no end. */
const LEAST_CHANCE = 1e-15;

/** Mean negative logarithm of the probability given to what came true, in nats. */
export function logLoss(probabilities: Sample, hits: Sample): number | undefined {
  const n = probabilities.length;
  assert(hits.length === n, 'probabilities and hits of different lengths');
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const chance = hits[i] === 1 ? probabilities[i]! : 1 - probabilities[i]!;
    sum -= log(Math.min(Math.max(chance, LEAST_CHANCE), 1));
  }
  return n > 0 ? sum / n : undefined;
}

/** Mean squared distance of the probability from what came true (G. Brier, 1950). */
export function brierScore(probabilities: Sample, hits: Sample): number | undefined {
  const n = probabilities.length;
  assert(hits.length === n, 'probabilities and hits of different lengths');
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const error = probabilities[i]! - hits[i]!;
    sum += error * error;
  }
  return n > 0 ? sum / n : undefined;
}

/**
 * Expected calibration error: distance between mean probability and share of hits in `bins` equal steps of probability,
 * weighted by how many cases each holds (Naeini, Cooper and Hauskrecht, 2015).
 */
export function calibrationError(probabilities: Sample, hits: Sample, bins: number): number | undefined {
  const n = probabilities.length;
  assert(hits.length === n, 'probabilities and hits of different lengths');
  assert(Number.isInteger(bins) && bins > 0, `${bins} bins`);
  const surplus = new Float64Array(bins);
  for (let i = 0; i < n; i++) {
    assert(probabilities[i]! >= 0 && probabilities[i]! <= 1, `no probability: ${probabilities[i]}`);
    const bin = Math.min(Math.floor(probabilities[i]! * bins), bins - 1);
    surplus[bin] = surplus[bin]! + probabilities[i]! - hits[i]!;
  }
  return n > 0 ? surplus.reduce((sum, each) => sum + Math.abs(each), 0) / n : undefined;
}
