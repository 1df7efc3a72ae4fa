/** The two-sample test of Kolmogorov and Smirnov: whether two samples may be of one distribution. */
import { assert } from '../kernel/assert.ts';
import { exp } from '../kernel/math.ts';
import { ascending, checkOrder, type Sample } from './samples.ts';

/** two-sided: any difference · less: the first sample lies higher somewhere, so that its distribution function is less · greater: lower. */
export type Alternative = 'two-sided' | 'less' | 'greater';

export interface KolmogorovSmirnov {
  /** Largest distance of the two empirical distribution functions, in the direction asked for. */
  readonly statistic: number;
  /** Chance of at least that under one distribution. */
  readonly pValue: number;
}

/** Up to this product of the sizes the chance is counted exactly; it takes a few milliseconds. */
const MOST_EXACT = 1_000_000;

/**
 * Tests whether two samples differ. The chance is that of a walk through all orders of both samples (J. L. Hodges, 1958),
 * without ties; for large samples the limit distribution (N. Smirnov, 1948).
 */
export function kolmogorovSmirnov(
  first: Sample,
  second: Sample,
  alternative: Alternative = 'two-sided',
): KolmogorovSmirnov {
  assert(first.length > 0 && second.length > 0, 'a sample without values');
  checkOrder(first);
  checkOrder(second);
  const statistic = distance(ascending(first), ascending(second), alternative);
  const [m, n] = [first.length, second.length];
  const pValue =
    m * n <= MOST_EXACT ? exactChance(m, n, statistic, alternative) : limitChance(m, n, statistic, alternative);
  return { statistic, pValue };
}

function distance(a: Float64Array, b: Float64Array, alternative: Alternative): number {
  let above = 0;
  let below = 0;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const x = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i] === x) i++;
    while (j < b.length && b[j] === x) j++;
    const difference = i / a.length - j / b.length;
    if (difference > above) above = difference;
    if (-difference > below) below = -difference;
  }
  return alternative === 'greater' ? above : alternative === 'less' ? below : Math.max(above, below);
}

/**
 * Share of the walks from (0, 0) to (m, n) that come at least `statistic` away from the diagonal, in the direction asked
 * for. Each cell holds the share of the walks to it that have stayed nearer.
 */
function exactChance(m: number, n: number, statistic: number, alternative: Alternative): number {
  // Distances are whole multiples of 1 / (m n): compared as such, rounding decides nothing.
  const reach = Math.round(statistic * m * n);
  if (reach === 0) return 1;
  const stays = (i: number, j: number): boolean => {
    const away = i * n - j * m;
    return (alternative === 'less' || away < reach) && (alternative === 'greater' || -away < reach);
  };
  const row = new Float64Array(n + 1);
  row[0] = 1;
  for (let j = 1; j <= n; j++) row[j] = stays(0, j) ? row[j - 1]! : 0;
  for (let i = 1; i <= m; i++) {
    row[0] = stays(i, 0) ? row[0]! : 0;
    for (let j = 1; j <= n; j++) row[j] = stays(i, j) ? (i * row[j]! + j * row[j - 1]!) / (i + j) : 0;
  }
  return Math.min(Math.max(1 - row[n]!, 0), 1);
}

function limitChance(m: number, n: number, statistic: number, alternative: Alternative): number {
  const square = ((m * n) / (m + n)) * statistic * statistic;
  if (alternative !== 'two-sided') return exp(-2 * square);
  // Below this the series has not converged, and the chance is 1 to all digits.
  if (square < 0.04) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) {
    const term = exp(-2 * k * k * square);
    sum += k % 2 === 1 ? term : -term;
    if (term < 1e-17) break;
  }
  return Math.min(Math.max(2 * sum, 0), 1);
}
