/** Weights across strategies: closed forms, figures worked out by hand, and what holds of any covariances. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  covariances,
  equalRisk,
  minimumVariance,
  riskParts,
  sharpeWeights,
} from '../../../../engine/statistics/portfolio.ts';

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((all, each) => all + each, 0);
const variance = (matrix: ArrayLike<number>, weights: Float64Array): number => sum(riskParts(matrix, weights));
const close = (found: Float64Array, wanted: readonly number[], digits = 9): void => {
  expect(found).toHaveLength(wanted.length);
  for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, digits);
};

/** Series that share a common part, so that covariances of every kind come up; flat and equal ones among them. */
const series = fc
  .record({
    count: fc.integer({ min: 1, max: 8 }),
    length: fc.integer({ min: 2, max: 30 }),
    seed: fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 240, maxLength: 240 }),
    share: fc.constantFrom(0, 0.5, 0.95, 1),
    scale: fc.constantFrom(1e-6, 1e-3, 1e3),
  })
  .map(({ count, length, seed, share, scale }) => {
    const values = Float64Array.from(
      { length: count * length },
      (_, i) => scale * (share * (seed[Math.floor(i / count) * 8] ?? 0) + (1 - share) * (seed[i] ?? 0)),
    );
    return { count, matrix: covariances(values, count, length) };
  });

describe('covariances', () => {
  it('are those of the definition', () => {
    // 1, 2, 3 and 4, 2, 0: variances 2/3 and 8/3, covariance −4/3.
    close(covariances([1, 4, 2, 2, 3, 0], 2, 3), [2 / 3, -4 / 3, -4 / 3, 8 / 3], 12);
  });
});

describe('weights by Sharpe ratio', () => {
  it('are in its ratio where it is above 0', () => {
    close(sharpeWeights([2, 3, -1, 4], [1, 3, 1, 0]), [2 / 3, 1 / 3, 0, 0], 12);
  });

  it('are the same for each where nothing has earned', () => {
    close(sharpeWeights([-2, 0], [1, 1]), [0.5, 0.5], 12);
  });
});

describe('least variance', () => {
  it('is in the ratio of the inverse variances where nothing goes together', () => {
    close(minimumVariance([1, 0, 0, 0, 4, 0, 0, 0, 2], 3), [4 / 7, 1 / 7, 2 / 7]);
  });

  it('of two is (σ₂² − σ₁₂) / (σ₁² + σ₂² − 2σ₁₂), and nothing of one that only adds', () => {
    close(minimumVariance([4, 1, 1, 9], 2), [8 / 11, 3 / 11]);
    close(minimumVariance([1, 1.5, 1.5, 4], 2), [1, 0]);
  });

  it('of three, by hand: the third is held at 0 and the others are as if alone', () => {
    close(minimumVariance([1, 0, 0.8, 0, 1, 0.8, 0.8, 0.8, 4], 3), [0.5, 0.5, 0]);
  });

  it('takes a singular matrix', () => {
    close(minimumVariance([1, -1, -1, 1], 2), [0.5, 0.5]);
    close(minimumVariance([1, 1, 1, 1], 2), [0.5, 0.5]);
    close(minimumVariance([4, 2, 2, 1], 2), [0, 1]);
    close(minimumVariance([0, 0, 0, 0], 2), [0.5, 0.5]);
    close(minimumVariance([0, 0, 0, 5], 2), [1, 0]);
  });

  it('is the same for each where next to nothing varies', () => {
    close(minimumVariance([1e-300, 0, 0, 4e-300], 2), [0.5, 0.5]);
    close(equalRisk([1e-300, 0, 0, 4e-300], 2), [0.5, 0.5]);
  });

  it('has no weight below 0, comes to 1, and no exchange of two makes it less', () => {
    fc.assert(
      fc.property(series, ({ count, matrix }) => {
        const weights = minimumVariance(matrix, count);
        expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
        expect(sum(weights)).toBeCloseTo(1, 9);
        const least = variance(matrix, weights);
        const scale = sum(matrix.filter((_, i) => i % (count + 1) === 0)) + Number.MIN_VALUE;
        for (let from = 0; from < count; from++) {
          for (let to = 0; to < count; to++) {
            const other = weights.slice();
            const moved = Math.min(0.01, other[from]!);
            other[from]! -= moved;
            other[to]! += moved;
            expect((variance(matrix, other) - least) / scale).toBeGreaterThan(-1e-9);
          }
        }
      }),
    );
  });
});

describe('equal risk', () => {
  it('is in the ratio of the inverse deviations where all go together alike', () => {
    close(equalRisk([1, 0, 0, 0, 4, 0, 0, 0, 16], 3), [4 / 7, 2 / 7, 1 / 7], 8);
    // Deviations 1 and 3, correlation 0.5.
    close(equalRisk([1, 1.5, 1.5, 9], 2), [0.75, 0.25], 8);
  });

  it('of three, by hand: two that are alike share what the third, apart from them, has', () => {
    // Two equal and wholly together (a each), one apart (b): 2a² = b², so b = √2 a.
    const a = 1 / (2 + Math.SQRT2);
    close(equalRisk([1, 1, 0, 1, 1, 0, 0, 0, 1], 3), [a, a, Math.SQRT2 * a], 7);
  });

  it('takes a singular matrix', () => {
    close(equalRisk([1, -1, -1, 1], 2), [0.5, 0.5]);
    close(equalRisk([4, -2, -2, 1], 2), [1 / 3, 2 / 3], 6);
    close(equalRisk([0, 0, 0, 0], 2), [0.5, 0.5]);
  });

  it('has every weight above 0, comes to 1, and each has the same part of the variance', () => {
    let told = 0;
    fc.assert(
      fc.property(series, ({ count, matrix }) => {
        const weights = equalRisk(matrix, count);
        expect(Math.min(...weights)).toBeGreaterThan(0);
        expect(sum(weights)).toBeCloseTo(1, 9);
        const scale = sum(matrix.filter((_, i) => i % (count + 1) === 0)) / count;
        const all = variance(matrix, weights);
        if (!(all > 1e-4 * scale)) return;
        told++;
        // What is added to each variance so that a singular matrix has an answer shows where the sum varies little.
        const most = 1e-6 + (1e-9 * scale) / all;
        for (const part of riskParts(matrix, weights)) expect(Math.abs(part / all - 1 / count)).toBeLessThan(most);
      }),
      { numRuns: 300 },
    );
    expect(told).toBeGreaterThan(150);
  });
});
