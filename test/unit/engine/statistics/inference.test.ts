/** The normal distribution, the two-sample test and the bootstrap against tables, counts and simulation. */
import { describe, expect, it } from 'vitest';
import { nextNormal, nextUnit, seedPrng } from '../../../../engine/kernel/prng.ts';
import { kolmogorovSmirnov } from '../../../../engine/statistics/kolmogorov.ts';
import { normalDistribution, normalQuantile } from '../../../../engine/statistics/normal.ts';
import { quantile } from '../../../../engine/statistics/samples.ts';
import { blockLengthFor, pairedBootstrap } from '../../../../engine/statistics/selection.ts';
import { frequencyEdges, sharesIn, stabilityIndex } from '../../../../engine/statistics/stability.ts';

const random = new Int32Array(4);
const normals = (n: number, shift = 0) => Array.from({ length: n }, () => nextNormal(random) + shift);

describe('the normal distribution', () => {
  it('has the values of the tables', () => {
    for (const [x, p] of [
      [0, 0.5],
      [1, 0.841344746068543],
      [-1.96, 0.024997895148220435],
      [3, 0.9986501019683699],
      [-8, 6.220960574271786e-16],
      [-20, 2.7536241186062337e-89],
    ] as const)
      expect(Math.abs(normalDistribution(x) / p - 1)).toBeLessThan(x < -7 ? 1e-8 : 1e-13);
    expect([normalDistribution(-40), normalDistribution(40)]).toEqual([0, 1]);
  });

  it('and its quantiles turn it back', () => {
    for (const p of [1e-12, 1e-6, 0.01, 0.02425, 0.3, 0.5, 0.77, 0.99, 0.999999])
      expect(Math.abs(normalDistribution(normalQuantile(p)) / p - 1)).toBeLessThan(1e-12);
    expect(() => normalQuantile(0)).toThrow();
  });
});

describe('the two-sample test', () => {
  it('counts the orders as they are', () => {
    // Of the 20 orders of three and three the statistic 1 has two.
    expect(kolmogorovSmirnov([1, 2, 3], [4, 5, 6]).pValue).toBeCloseTo(0.1, 14);
    expect(kolmogorovSmirnov([1, 2, 3], [4, 5, 6], 'greater').pValue).toBeCloseTo(0.05, 14);
    expect(kolmogorovSmirnov([1, 2, 3], [4, 5, 6], 'less').pValue).toBe(1);
    expect(kolmogorovSmirnov([1], [1]).pValue).toBe(1);
  });

  it('refuses what is not a number, which it would look for ever to pass', () => {
    expect(() => kolmogorovSmirnov([1, Number.NaN], [2, 3])).toThrow('value 1 of a sample is not a number');
    expect(() => kolmogorovSmirnov([1], [Number.NaN])).toThrow('value 0 of a sample is not a number');
  });

  it('goes over into its limit for large samples', () => {
    seedPrng(random, 5);
    const [a, b] = [normals(999), normals(1_001, 0.1)];
    const exact = kolmogorovSmirnov(a, b);
    const limit = kolmogorovSmirnov([...a, ...a], [...b, ...b]);
    const seen = (square: number) =>
      2 * [1, -1, 1, -1].reduce((s, sign, k) => s + sign * Math.exp(-2 * (k + 1) ** 2 * square), 0);
    expect(exact.pValue).toBeCloseTo(seen(((999 * 1_001) / 2_000) * exact.statistic ** 2), 1);
    expect(limit.pValue).toBeCloseTo(seen(((1_998 * 2_002) / 4_000) * limit.statistic ** 2), 12);
    expect(kolmogorovSmirnov([...a, ...b], [...a, ...b]).pValue).toBe(1);
  });

  it('sees a shift, and hardly ever one that is not there', () => {
    seedPrng(random, 9);
    let wrong = 0;
    for (let i = 0; i < 200; i++) if (kolmogorovSmirnov(normals(100), normals(100)).pValue < 0.05) wrong++;
    expect(wrong).toBeLessThan(20);
    expect(kolmogorovSmirnov(normals(300), normals(300, 0.5)).pValue).toBeLessThan(1e-4);
  });
});

describe('the stability index', () => {
  it('is 0 of the same shares, finite where a bin is empty, and has fewer bins where values repeat', () => {
    const reference = Array.from({ length: 100 }, (_, i) => i);
    const edges = frequencyEdges(reference, 10);
    const shares = sharesIn(reference, edges);
    expect(stabilityIndex(shares, shares)).toBe(0);
    expect(stabilityIndex(shares, sharesIn([5], edges))).toBeCloseTo(
      0.9 * Math.log(10) + 9 * 0.0999 * Math.log(1_000),
      10,
    );
    expect(frequencyEdges([1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2], 10)).toEqual(Float64Array.of(1, 2));
    expect(quantile([1, 2, 4], 0.75)).toBe(3);
  });
});

describe('the paired bootstrap', () => {
  const options = { rounds: 2_000, seed: 11, blockLength: 1, level: 0.95 };

  it('gives the same for the same seed, and a normal interval for normal differences', () => {
    seedPrng(random, 21);
    const differences = normals(400, 0.05);
    const result = pairedBootstrap(differences, options)!;
    expect(pairedBootstrap(differences, options)).toEqual(result);
    expect(pairedBootstrap(differences, { ...options, seed: 12 })).not.toEqual(result);
    expect((result.high - result.low) / 2).toBeCloseTo(1.96 / 20, 1);
    expect(result.pValue).toBeCloseTo(1 - normalDistribution(result.mean * 20), 1);
  });

  it('finds no winner more often than its level says', () => {
    seedPrng(random, 4);
    let wrong = 0;
    for (let i = 0; i < 200; i++) {
      const result = pairedBootstrap(normals(60), { ...options, rounds: 300, seed: i })!;
      if (result.pValue < 0.05) wrong++;
    }
    expect(wrong).toBeLessThan(22);
  });

  it('needs blocks where neighbours are alike', () => {
    seedPrng(random, 8);
    const runs = Array.from({ length: 100 }, () => nextUnit(random) - 0.5).flatMap((x) => new Array<number>(5).fill(x));
    const width = (blockLength: number) => {
      const { high, low } = pairedBootstrap(runs, { ...options, blockLength })!;
      return high - low;
    };
    expect(width(25) / width(1)).toBeGreaterThan(1.8);
    expect([1, 7, 8, 1_000].map(blockLengthFor)).toEqual([1, 1, 2, 10]);
    expect(pairedBootstrap([1], options)).toBeUndefined();
  });
});
