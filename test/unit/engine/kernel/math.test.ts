/** The engine's own exp, log, pow, tanh and normal distribution against the machine's, over their whole range. */
import { describe, expect, it } from 'vitest';
import { exp, log, normalCdf, pow, tanh } from '../../../../engine/kernel/math.ts';
import { nextUnit, seedPrng } from '../../../../engine/kernel/prng.ts';

const random = new Int32Array(4);
seedPrng(random, 1);
const between = (low: number, high: number): number => low + (high - low) * nextUnit(random);

const SMALLEST_NORMAL = 2.2250738585072014e-308;
const SMALLEST = 5e-324;

/** Relative error; below the normal numbers in units of the last place, where no double is nearer. */
function error(value: number, truth: number): number {
  if (Object.is(value, truth) || value === truth) return 0;
  if (Math.abs(truth) < SMALLEST_NORMAL) return Math.abs(value - truth) <= SMALLEST ? 0 : Number.POSITIVE_INFINITY;
  return Math.abs(value - truth) / Math.abs(truth);
}

function worst(samples: number, draw: () => number, own: (x: number) => number, truth: (x: number) => number): number {
  let most = 0;
  for (let i = 0; i < samples; i++) {
    const x = draw();
    most = Math.max(most, error(own(x), truth(x)));
  }
  return most;
}

describe('exp', () => {
  it.each([
    ['all that is finite', -745.1, 709.78],
    ['near zero', -1e-3, 1e-3],
    ['subnormal results', -745.13, -708.4],
  ])('%s', (_, low, high) => expect(worst(100_000, () => between(low, high), exp, Math.exp)).toBeLessThan(1e-15));

  it('has the limits of the machine', () => {
    for (const x of [0, -0, -745, -745.13, -745.2, -1e9, 709.782712893384, 709.79, 1e9, SMALLEST]) {
      expect(exp(x), `exp ${x}`).toBe(Math.exp(x));
    }
    expect(exp(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(exp(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(exp(Number.NaN)).toBeNaN();
  });
});

describe('log', () => {
  it.each([
    ['all that is positive', () => 2 ** between(-1074, 1023.9)],
    ['near one', () => 1 + between(-1, 1) * 10 ** between(-15, -1)],
    ['subnormal arguments', () => between(SMALLEST, SMALLEST_NORMAL)],
  ])('%s', (_, draw) => expect(worst(100_000, draw, log, Math.log)).toBeLessThan(1e-15));

  it('has the limits of the machine', () => {
    for (const x of [
      0,
      -0,
      1,
      2,
      SMALLEST,
      SMALLEST_NORMAL,
      Number.MAX_VALUE,
      Number.POSITIVE_INFINITY,
      -1,
      Number.NaN,
    ]) {
      expect(log(x), `log ${x}`).toBe(Math.log(x));
    }
  });
});

describe('pow', () => {
  it('keeps its accuracy where |y ln x| is large', () => {
    let most = 0;
    for (let i = 0; i < 100_000; i++) {
      const x = i % 2 === 0 ? 2 ** between(-1000, 1000) : 1 + between(-1, 1) * 10 ** between(-12, -1);
      const y = between(-700, 700) / Math.log(x);
      const truth = x ** y;
      if (Number.isFinite(y) && truth > 1e-300 && truth < 1e300) most = Math.max(most, error(pow(x, y), truth));
    }
    expect(most).toBeLessThan(1e-14);
  });

  it('is exact where there is nothing to round, and has limits', () => {
    const cases: ReadonlyArray<readonly [number, number]> = [
      [2, 10],
      [2, 1023],
      [2, 1024],
      [2, -1074],
      [1, 1e300],
      [1e300, 0],
      [0, 2],
      [0, -1],
      [Number.NaN, 1],
    ];
    for (const [x, y] of cases) expect(pow(x, y), `${x} ^ ${y}`).toBe(x ** y);
    expect(pow(10, 3)).toBeCloseTo(1000, 12);
    expect(error(pow(SMALLEST, 0.5), SMALLEST ** 0.5)).toBeLessThan(1e-15);
  });
});

describe('tanh', () => {
  it.each([
    ['wide', () => between(-25, 25)],
    ['near zero, where exp would cancel', () => between(-1, 1) * 10 ** between(-300, 0)],
  ])('%s', (_, draw) => expect(worst(100_000, draw, tanh, Math.tanh)).toBeLessThan(1e-15));

  it('has limits', () => {
    for (const x of [0, 20.5, -20.5, 1e9, -1e9, Number.POSITIVE_INFINITY]) expect(tanh(x)).toBe(Math.tanh(x));
    expect(tanh(Number.NaN)).toBeNaN();
  });
});

describe('normalCdf', () => {
  // Φ from Abramowitz and Stegun, table 26.1.
  it.each([
    [0, 0.5],
    [0.5, 0.6914624612740131],
    [1, 0.8413447460685429],
    [1.96, 0.9750021048517795],
    [3, 0.9986501019683699],
  ])('at %f', (x, value) => {
    expect(Math.abs(normalCdf(x) - value)).toBeLessThan(7.5e-8);
    expect(Math.abs(normalCdf(-x) - (1 - value))).toBeLessThan(7.5e-8);
  });
});
