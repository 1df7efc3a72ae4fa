/** How the directions of the strategies that count become one. */
import { asDirection, type DecisionPolicy, type Direction } from '../domain/index.ts';
import type { StrategyTable } from '../domain/tables/index.ts';
import type { PreparedStrategy } from './prepared.ts';
import { storedDirection } from './strategies.ts';

/** Dust of sums of weights, which come to 1 in all. */
const DUST = 1e-9;

/**
 * The common direction at the newest bar. agreement: 0 when none has one or two oppose each other · weighted: the side
 * on which the weights, less those of the other, come to the least that policy asks for · learned: that of the choice.
 */
export function combine(
  strategies: readonly PreparedStrategy[],
  table: StrategyTable,
  policy: DecisionPolicy,
  instrument: number,
): Direction {
  let sum = 0;
  let long = false;
  let short = false;
  for (let s = 0; s < strategies.length; s++) {
    if (!strategies[s]!.counts) continue;
    const direction = storedDirection(table, instrument, s);
    if (direction > 0) long = true;
    if (direction < 0) short = true;
    sum += direction * weightOf(table, policy, instrument, s);
  }
  if (policy.combination === 'agreement') return long === short ? 0 : long ? 1 : -1;
  const least = policy.combination === 'weighted' ? policy.minWeight : 0;
  return Math.abs(sum) > DUST && Math.abs(sum) >= least - DUST ? asDirection(sum) : 0;
}

/** What a strategy that counts has of the combined direction: 1 for each where they need only agree. */
export function weightOf(table: StrategyTable, policy: DecisionPolicy, instrument: number, strategy: number): number {
  switch (policy.combination) {
    case 'agreement':
      return 1;
    case 'weighted':
      return table.weight[strategy]!;
    case 'learned':
      return table.choice[instrument] === strategy + 1 ? 1 : 0;
  }
}
