/** What each strategy has earned: its scorecard, and the outcomes of each period, which the weights are made of. */
import { REGIMES, type Regime } from '../domain/index.ts';
import { PERIODS_KEPT, regimeCell, type StrategyTable } from '../domain/tables/index.ts';

export interface Scorecard {
  readonly samples: number;
  /** Share of the outcomes in which price went its way. */
  readonly hitRate: number;
  /** Mean of edge less cost, ppm. */
  readonly meanNetPpm: number;
  /** Mean of edge less cost over its deviation, by outcome and not by year; 0 where it cannot be told. */
  readonly sharpe: number;
  /** Deepest fall of the sum of its outcomes from a peak, ppm. */
  readonly drawdownPpm: number;
}

export function scorecardOf({ outcomes, drawdown }: StrategyTable, strategy: number): Scorecard {
  const n = outcomes.samples[strategy]!;
  const mean = n > 0 ? outcomes.netSum[strategy]! / n : 0;
  const variance = n > 1 ? Math.max((outcomes.netSquares[strategy]! - n * mean * mean) / (n - 1), 0) : 0;
  return {
    samples: n,
    hitRate: n > 0 ? outcomes.hits[strategy]! / n : 0,
    meanNetPpm: mean,
    sharpe: variance > 0 ? mean / Math.sqrt(variance) : 0,
    drawdownPpm: drawdown[strategy]!,
  };
}

/** Of outcomes that began in one regime: mean of edge less cost, ppm. */
export interface RegimeOutcome {
  readonly regime: Regime;
  readonly meanNetPpm: number;
}

/** The regime in which the strategy has earned least on average, of those in which it was measured `minSamples` times. */
export function worstRegimeOf(
  { outcomes: { byRegime } }: StrategyTable,
  strategy: number,
  minSamples: number,
): RegimeOutcome | undefined {
  let worst: RegimeOutcome | undefined;
  for (const [r, regime] of REGIMES.entries()) {
    const cell = regimeCell(strategy, r);
    const samples = byRegime.samples[cell]!;
    if (samples < Math.max(minSamples, 1)) continue;
    const meanNetPpm = byRegime.netSum[cell]! / samples;
    if (worst === undefined || meanNetPpm < worst.meanNetPpm) worst = { regime, meanNetPpm };
  }
  return worst;
}

/** Takes an outcome of a strategy, after its sums have it. */
export function noteOutcome(table: StrategyTable, strategy: number, netPpm: number): void {
  const { outcomes, peak, drawdown, periodNet, periodOutcomes } = table;
  const sum = outcomes.netSum[strategy]!;
  peak[strategy] = Math.max(peak[strategy]!, sum);
  drawdown[strategy] = Math.max(drawdown[strategy]!, peak[strategy]! - sum);
  periodNet[strategy] = periodNet[strategy]! + netPpm;
  periodOutcomes[strategy] = periodOutcomes[strategy]! + 1;
  table.outcomesSinceWeighing[0] = table.outcomesSinceWeighing[0]! + 1;
}

/**
 * Strategies end their outcomes at different bars: to be held against each other they are counted in periods, each of the
 * mean of a strategy's outcomes in it, 0 where it had none. One in which nobody had any is not kept.
 * @returns true when a period with outcomes has ended.
 */
export function turnPeriod(table: StrategyTable, period: number): boolean {
  if (table.period[0] === period) return false;
  table.period[0] = period;
  const { count, periodNet, periodOutcomes, series } = table;
  if (periodOutcomes.every((outcomes) => outcomes === 0)) return false;
  const row = (table.periods[0]! % PERIODS_KEPT) * count;
  for (let s = 0; s < count; s++) series[row + s] = periodNet[s]! / Math.max(periodOutcomes[s]!, 1);
  periodNet.fill(0);
  periodOutcomes.fill(0);
  table.periods[0] = table.periods[0]! + 1;
  return true;
}
