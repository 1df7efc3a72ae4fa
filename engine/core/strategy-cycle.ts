/** The strategies of one instrument when its bar closes: asked, measured, ranked, and their directions made one. */
import { type CombinationTrace, type Direction, F, FEATURE_COUNT, type StrategyTrace } from '../domain/index.ts';
import { type ClosedBar, measureOutcomes } from '../governor/outcomes.ts';
import type { BlockRow } from '../strategies/blocks/row.ts';
import { combine, weightOf } from '../strategies/combination.ts';
import { followBest } from '../strategies/learner.ts';
import { isAmongBest, opportunityOf } from '../strategies/opportunity.ts';
import { noteOutcome, turnPeriod } from '../strategies/scorecard.ts';
import { askStrategies, explainStrategy, noteAverages } from '../strategies/strategies.ts';
import { reweigh } from '../strategies/weights.ts';
import { instrumentAt, nowUs, roundTripPpm } from './context.ts';
import type { EngineState } from './state.ts';

const rowOf = ({ signals, models, features, strategyTable }: EngineState, instrument: number): BlockRow => ({
  signals,
  models,
  features,
  strategies: strategyTable,
  instrument,
});

/**
 * Asks all strategies about an instrument's closed bar and measures what they said before.
 * @returns the direction that those that count come to; 0 where policy looks only at instruments that promise more.
 */
export function runStrategies(state: EngineState, instrument: number): Direction {
  const { strategies, strategyTable: table, config } = state;
  const { decision, governor } = config.policy;
  const row = rowOf(state, instrument);
  const now = nowUs(state);
  noteAverages(row);
  askStrategies(strategies, row);
  const priceTicks = state.features.values[instrument * FEATURE_COUNT + F.close]!;
  const costPpm = roundTripCostPpm(state, instrument);
  measure(state, { instrument, priceTicks, costPpm, regime: state.features.likeliestRegime(instrument) });
  if (decision.combination === 'learned') {
    followBest(strategies, row, {
      seed: config.seed,
      nowUs: now,
      horizonBars: governor.horizonBars,
      priceTicks,
      costPpm,
    });
  }
  const isTradable = instrumentAt(state, instrument).untradable === undefined;
  table.opportunity[instrument] = isTradable ? opportunityOf(row, governor.horizonBars, costPpm) : 0;
  table.opportunityAtUs[instrument] = now;
  const horizonUs = governor.horizonBars * config.barIntervalUs;
  const most = decision.mostOpportunities;
  if (most > 0 && !isAmongBest(table, instrument, most, now - horizonUs)) return 0;
  return combine(strategies, table, decision, instrument);
}

/** Ends and begins measurements; periods, and with them weights, turn with session time. */
function measure(state: EngineState, bar: ClosedBar): void {
  const { strategies, strategyTable: table, config } = state;
  const { decision, governor } = config.policy;
  const period = Math.floor(nowUs(state) / (governor.horizonBars * config.barIntervalUs));
  const isDue = turnPeriod(table, period) && table.outcomesSinceWeighing[0]! >= decision.reweighOutcomes;
  if (isDue) reweigh(strategies, table, decision.weighting, governor.minSamples);
  measureOutcomes(table.outcomes, table.direction, governor, bar, (strategy, netPpm) =>
    noteOutcome(table, strategy, netPpm),
  );
}

/** What a round trip costs with the spread that the bar closed with. */
export function roundTripCostPpm({ features, config }: EngineState, instrument: number): number {
  const cell = instrument * FEATURE_COUNT + F.spreadPpm;
  return roundTripPpm(config.policy.paper, features.valid[cell] === 1 ? features.values[cell]! : undefined);
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
