/** The strategies of one instrument when its bar closes: asked, measured, and their directions made one. */
import { type CombinationTrace, type Direction, F, FEATURE_COUNT, type StrategyTrace } from '../domain/index.ts';
import type { BlockRow } from '../strategies/blocks/row.ts';
import { combine, weightOf } from '../strategies/combination.ts';
import { askStrategies, explainStrategy, noteAverages } from '../strategies/strategies.ts';
import type { EngineState } from './state.ts';

const rowOf = ({ signals, features, strategyTable }: EngineState, instrument: number): BlockRow => ({
  signals,
  features,
  strategies: strategyTable,
  instrument,
});

/** Asks all strategies about an instrument's closed bar. @returns the direction that those that count come to. */
export function runStrategies(state: EngineState, instrument: number): Direction {
  const { strategies, strategyTable, config } = state;
  const row = rowOf(state, instrument);
  noteAverages(row);
  askStrategies(strategies, row);
  return combine(strategies, strategyTable, config.policy.decision, instrument);
}

/** What entering and leaving costs: fees of orders that take, and the spread, assumed where the data has none. */
export function roundTripCostPpm({ features, config }: EngineState, instrument: number): number {
  const cell = instrument * FEATURE_COUNT + F.spreadPpm;
  const { takerFeePpm, assumedSpreadPpm } = config.policy.paper;
  return 2 * takerFeePpm + (features.valid[cell] === 1 ? features.values[cell]! : assumedSpreadPpm);
}

/** Strategies that count, with what they looked at. */
export function traceStrategies(state: EngineState, instrument: number): StrategyTrace[] {
  const { strategies, strategyTable, config } = state;
  const row = rowOf(state, instrument);
  return strategies.flatMap((strategy, s) => {
    if (!strategy.counts) return [];
    return [explainStrategy(strategy, s, weightOf(strategyTable, config.policy.decision, instrument, s), row)];
  });
}

export function combinationTrace({ config }: EngineState): CombinationTrace {
  const { combination, minWeight } = config.policy.decision;
  return { rule: combination, leastWeight: combination === 'weighted' ? minWeight : 0 };
}
