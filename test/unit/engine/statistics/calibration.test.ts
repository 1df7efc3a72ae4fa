/** Calibration and the scores of probabilities against their definitions taken literally. */
import { describe, expect, it } from 'vitest';
import { nextBelow, nextNormal, nextUnit, seedPrng } from '../../../../engine/kernel/prng.ts';
import { applyIsotonic, applyPlatt, fitIsotonic, fitPlatt } from '../../../../engine/statistics/calibration.ts';
import { areaUnderCurve, brierScore, calibrationError, logLoss } from '../../../../engine/statistics/classification.ts';

const random = new Int32Array(4);

/** Cases whose chance of a hit is a sigmoid of the score; `grain` makes ties. */
function cases(n: number, seed: number, grain: number) {
  seedPrng(random, seed);
  const scores = Array.from({ length: n }, () => Math.round(nextNormal(random) * grain) / grain);
  const hits = scores.map((score) => (nextUnit(random) < 1 / (1 + Math.exp(-1.7 * score + 0.4)) ? 1 : 0));
  return { scores, hits };
}

/** Value of the isotonic fit at each score by its minimax formula. */
function minimax(scores: readonly number[], hits: readonly number[]): Map<number, number> {
  const levels = [...new Set(scores)].sort((a, b) => a - b);
  const meanOf = (low: number, high: number): number => {
    const among = hits.filter((_, i) => scores[i]! >= low && scores[i]! <= high);
    return among.reduce<number>((sum, hit) => sum + hit, 0) / among.length;
  };
  return new Map(
    levels.map((level) => {
      const below = levels.filter((each) => each <= level);
      const above = levels.filter((each) => each >= level);
      return [level, Math.max(...below.map((low) => Math.min(...above.map((high) => meanOf(low, high)))))] as const;
    }),
  );
}

describe('isotonic regression', () => {
  it.each([1, 2, 3, 4, 5])('is the minimax of means, seed %i', (seed) => {
    const { scores, hits } = cases(60, seed, 6);
    const fit = fitIsotonic(scores, hits);
    for (const [score, value] of minimax(scores, hits)) expect(applyIsotonic(fit, score)).toBeCloseTo(value, 12);
    expect(fit.values).toEqual([...fit.values].sort((a, b) => a - b));
    expect(applyIsotonic(fit, -100)).toBe(fit.values[0]);
    expect(applyIsotonic(fit, 100)).toBe(fit.values.at(-1));
  });

  it('pools all of a series that falls, and keeps one that rises', () => {
    expect(fitIsotonic([1, 2, 3, 4], [1, 1, 0, 0])).toEqual({ ends: [4], values: [0.5] });
    expect(fitIsotonic([4, 1, 3], [1, 0, 1]).values).toEqual([0, 1]);
  });
});

describe("Platt's sigmoid", () => {
  it('finds the sigmoid that made the cases, and no neighbour of it is better', () => {
    const { scores, hits } = cases(20_000, 7, 1_000);
    const fit = fitPlatt(scores, hits);
    expect(fit.slope).toBeCloseTo(-1.7, 1);
    expect(fit.offset).toBeCloseTo(0.4, 1);
    const loss = (slope: number, offset: number) =>
      logLoss(
        scores.map((s) => applyPlatt({ slope, offset }, s)),
        hits,
      )!;
    const best = loss(fit.slope, fit.offset);
    for (const [a, b] of [
      [0.01, 0],
      [-0.01, 0],
      [0, 0.01],
      [0, -0.01],
    ] as const)
      expect(loss(fit.slope + a, fit.offset + b)).toBeGreaterThan(best);
  });

  it('stays finite where the scores separate the cases', () => {
    const fit = fitPlatt([-3, -2, 2, 3], [0, 0, 1, 1]);
    expect(applyPlatt(fit, 3)).toBeGreaterThan(0.7);
    expect(applyPlatt(fit, 1e9)).toBe(1);
    expect(applyPlatt(fit, -1e9)).toBe(0);
  });
});

describe('scores of probabilities', () => {
  it.each([1, 2, 3])('area under the curve is the share of ordered pairs, seed %i', (seed) => {
    const { scores, hits } = cases(150, seed, 3);
    let [wins, pairs] = [0, 0];
    for (const [i, a] of scores.entries()) {
      for (const [j, b] of scores.entries()) {
        if (hits[i] !== 1 || hits[j] !== 0) continue;
        pairs++;
        wins += a > b ? 1 : a === b ? 0.5 : 0;
      }
    }
    expect(areaUnderCurve(scores, hits)).toBeCloseTo(wins / pairs, 12);
  });

  it.each([
    [[1, 2, 3, 4], [0, 0, 1, 1], 1],
    [[4, 3, 2, 1], [0, 0, 1, 1], 0],
    [[1, 1, 1, 1], [0, 1, 0, 1], 0.5],
    [[1, 2, 2, 3], [0, 0, 1, 1], 0.875],
  ])('the area of %j for %j is %f', (scores, hits, area) => {
    expect(areaUnderCurve(scores, hits)).toBe(area);
  });

  it('are refused where they are none, or it would be sought for ever among them', () => {
    expect(() => areaUnderCurve([0.2, Number.NaN], [0, 1])).toThrow('value 1 of a sample is not a number');
    expect(() => fitIsotonic([Number.NaN, 1], [0, 1])).toThrow('value 0 of a sample is not a number');
    expect(() => calibrationError([0.5, -0.1], [0, 1], 5)).toThrow('no probability: -0.1');
    expect(() => calibrationError([0.5, Number.NaN], [0, 1], 5)).toThrow('no probability: NaN');
    expect(() => calibrationError([0.5], [0], 2.5)).toThrow('2.5 bins');
    expect(calibrationError([0, 1], [0, 1], 5)).toBe(0);
  });

  it('have no area where only one kind occurs', () => {
    expect(areaUnderCurve([1, 2], [1, 1])).toBeUndefined();
    expect([logLoss([], []), brierScore([], []), calibrationError([], [], 5)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('punish what was sure and wrong, within bounds', () => {
    expect(logLoss([0.5, 0.5], [1, 0])).toBeCloseTo(Math.LN2, 14);
    expect(logLoss([0], [1])).toBeCloseTo(15 * Math.LN10, 10);
    expect(brierScore([1, 0.5, 0], [1, 1, 1])).toBeCloseTo(1.25 / 3, 14);
  });

  it('see how far chances are from what happens', () => {
    seedPrng(random, 3);
    const chances = Array.from({ length: 20_000 }, () => nextBelow(random, 100) / 100);
    const honest = chances.map((chance) => (nextUnit(random) < chance ? 1 : 0));
    expect(calibrationError(chances, honest, 10)).toBeLessThan(0.02);
    const boastful = chances.map((chance) => (nextUnit(random) < chance / 2 ? 1 : 0));
    expect(calibrationError(chances, boastful, 10)).toBeCloseTo(0.25, 1);
  });
});
