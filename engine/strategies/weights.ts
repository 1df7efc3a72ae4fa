/** Weights of the strategies that count, made of what each has earned in the periods that are kept. */
import type { Weighting } from '../domain/index.ts';
import { PERIODS_KEPT, type StrategyTable } from '../domain/tables/index.ts';
import { covariances, equalRisk, equalWeights, minimumVariance, sharpeWeights } from '../statistics/portfolio.ts';
import { mean, standardDeviation } from '../statistics/samples.ts';
import type { PreparedStrategy } from './prepared.ts';

/** Before anything is known each that counts has the same. */
export function startWeights(strategies: readonly PreparedStrategy[], table: StrategyTable): void {
  const counting = strategies.filter(({ counts }) => counts).length;
  for (const [s, { counts }] of strategies.entries()) table.weight[s] = counts ? 1 / counting : 0;
}

/**
 * Makes the weights anew. A strategy with fewer outcomes than `minSamples` keeps an even share: one that never spoke has
 * never varied, and would be given everything. The others divide what is left.
 */
export function reweigh(
  strategies: readonly PreparedStrategy[],
  table: StrategyTable,
  weighting: Weighting,
  minSamples: number,
): void {
  startWeights(strategies, table);
  table.outcomesSinceWeighing[0] = 0;
  const counting = strategies.filter(({ counts }) => counts).length;
  const known: number[] = [];
  for (const [s, { counts }] of strategies.entries()) {
    if (counts && table.outcomes.samples[s]! >= minSamples) known.push(s);
  }
  if (known.length < 2) return;
  const weights = weightsOf(weighting, seriesOf(table, known), known.length);
  for (const [i, s] of known.entries()) table.weight[s] = (weights[i]! * known.length) / counting;
}

/** Outcomes of these strategies, a period behind the other. */
function seriesOf({ series, count, periods }: StrategyTable, known: readonly number[]): Float64Array {
  const length = Math.min(periods[0]!, PERIODS_KEPT);
  const values = new Float64Array(length * known.length);
  for (let k = 0; k < length; k++) {
    for (const [i, s] of known.entries()) values[k * known.length + i] = series[k * count + s]!;
  }
  return values;
}

function weightsOf(weighting: Weighting, series: Float64Array, count: number): Float64Array {
  const length = series.length / count;
  if (length < 2) return equalWeights(count);
  switch (weighting) {
    case 'minimum-variance':
      return minimumVariance(covariances(series, count, length), count);
    case 'equal-risk':
      return equalRisk(covariances(series, count, length), count);
    case 'sharpe': {
      const each = Array.from({ length: count }, (_, i) => series.filter((__, at) => at % count === i));
      return sharpeWeights(
        each.map((values) => mean(values) ?? 0),
        each.map((values) => standardDeviation(values, 0) ?? 0),
      );
    }
  }
}
