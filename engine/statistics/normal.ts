/** The normal distribution to double precision, for tests and quantiles; the signals' faster one is in kernel/math. */
import { assert } from '../kernel/assert.ts';
import { exp, log } from '../kernel/math.ts';

/**
 * Distribution function of the standard normal, absolute error about 1e-15 (rational approximation of J. F. Hart, Computer
 * Approximations, 1968, as G. West gives it, "Better approximations to cumulative normal functions", 2005).
 */
export function normalDistribution(x: number): number {
  const z = Math.abs(x);
  const tail = z > 37 ? 0 : upperTail(z);
  return x > 0 ? 1 - tail : tail;
}

function upperTail(z: number): number {
  const density = exp(-0.5 * z * z);
  if (z >= 7.07106781186547) {
    const fraction = z + 1 / (z + 2 / (z + 3 / (z + 4 / (z + 0.65))));
    return density / fraction / 2.506628274631;
  }
  let over = 3.52624965998911e-2 * z + 0.700383064443688;
  over = over * z + 6.37396220353165;
  over = over * z + 33.912866078383;
  over = over * z + 112.079291497871;
  over = over * z + 221.213596169931;
  over = over * z + 220.206867912376;
  let under = 8.83883476483184e-2 * z + 1.75566716318264;
  under = under * z + 16.064177579207;
  under = under * z + 86.7807322029461;
  under = under * z + 296.564248779674;
  under = under * z + 637.333633378831;
  under = under * z + 793.826512519948;
  under = under * z + 440.413735824752;
  return (density * over) / under;
}

const CENTRE = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
] as const;
const CENTRE_UNDER = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1,
] as const;
const TAIL = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
] as const;
const TAIL_UNDER = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1] as const;
const TAIL_BELOW = 0.02425;

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, each) => sum * x + each, 0);

/** Quantile of the standard normal (P. J. Acklam's approximation and one step of Halley), for 0 < share < 1. */
export function normalQuantile(share: number): number {
  assert(share > 0 && share < 1, `no normal quantile of ${share}`);
  const rough = roughQuantile(share);
  const error = normalDistribution(rough) - share;
  const step = error * Math.sqrt(2 * Math.PI) * exp((rough * rough) / 2);
  return rough - step / (1 + (rough * step) / 2);
}

function roughQuantile(share: number): number {
  if (share < TAIL_BELOW || share > 1 - TAIL_BELOW) {
    const q = Math.sqrt(-2 * log(share < 0.5 ? share : 1 - share));
    const x = polynomial(TAIL, q) / polynomial(TAIL_UNDER, q);
    return share < 0.5 ? x : -x;
  }
  const q = share - 0.5;
  return (q * polynomial(CENTRE, q * q)) / polynomial(CENTRE_UNDER, q * q);
}
