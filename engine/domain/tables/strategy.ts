/** Columns of the strategies: what they say, what each has earned, their weights, and what the learner has learned. */
import type { Arena } from '../../kernel/arena.ts';
import { REGIMES } from '../blocks.ts';
import { OutcomeTable } from './outcomes.ts';

/** Periods whose outcomes are kept for the weights. */
export const PERIODS_KEPT = 128;
/** Places of a row of the learner: one for each strategy, and the last for none. */
export const actionsOf = (strategies: number): number => strategies + 1;

/** Strategy `s` of instrument `i` is at `i * count + s`; columns of a strategy alone are at `s`. */
export class StrategyTable {
  readonly count: number;
  readonly direction: Int32Array;
  /** Side of the fast average (1 above the slow one), and bars since it changed, by instrument. */
  readonly averageSide: Int32Array;
  readonly barsSinceCross: Int32Array;
  readonly outcomes: OutcomeTable;
  /** Highest sum of edge − cost so far, and the deepest fall from it (ppm). */
  readonly peak: Float64Array;
  readonly drawdown: Float64Array;
  /** The period under way: its number, and the sum and count of the outcomes of each strategy in it. */
  readonly period: Float64Array;
  readonly periodNet: Float64Array;
  readonly periodOutcomes: Int32Array;
  /** Mean outcomes of the last periods, a ring: period `k` of strategy `s` is at `(k % PERIODS_KEPT) * count + s`. */
  readonly periods: Int32Array;
  readonly series: Float64Array;
  /** Weights of those that count, 1 in all; outcomes since they were made. */
  readonly weight: Float64Array;
  readonly outcomesSinceWeighing: Int32Array;
  /** Worth of each action (ppm) by regime, and how often it was learned from; action `a` of regime `r` at `r * actions + a`. */
  readonly worth: Float64Array;
  readonly tries: Int32Array;
  /** The choice under way, by instrument: bars left, action, its regime, and direction, price and cost where it was made. */
  readonly choiceBarsLeft: Int32Array;
  readonly choice: Int32Array;
  readonly choiceRegime: Int32Array;
  readonly choiceDirection: Int32Array;
  readonly choicePrice: Float64Array;
  readonly choiceCostPpm: Float64Array;
  /** What an entry promises, and when that was counted, by instrument. */
  readonly opportunity: Float64Array;
  readonly opportunityAtUs: Float64Array;

  constructor(arena: Arena, instruments: number, strategies: number) {
    const cells = instruments * strategies;
    const learned = REGIMES.length * actionsOf(strategies);
    this.count = strategies;
    this.direction = arena.i32('strategy.says', cells);
    this.averageSide = arena.i32('strategy.averageSide', instruments);
    this.barsSinceCross = arena.i32('strategy.barsSinceCross', instruments);
    this.outcomes = new OutcomeTable(arena, 'strategy', instruments, strategies);
    this.peak = arena.f64('strategy.peak', strategies);
    this.drawdown = arena.f64('strategy.drawdown', strategies);
    this.period = arena.f64('strategy.period', 1);
    this.periodNet = arena.f64('strategy.periodNet', strategies);
    this.periodOutcomes = arena.i32('strategy.periodOutcomes', strategies);
    this.periods = arena.i32('strategy.periods', 1);
    this.series = arena.f64('strategy.series', PERIODS_KEPT * strategies);
    this.weight = arena.f64('strategy.weight', strategies);
    this.outcomesSinceWeighing = arena.i32('strategy.outcomesSinceWeighing', 1);
    this.worth = arena.f64('strategy.worth', learned);
    this.tries = arena.i32('strategy.tries', learned);
    this.choiceBarsLeft = arena.i32('strategy.choiceBarsLeft', instruments);
    this.choice = arena.i32('strategy.choice', instruments);
    this.choiceRegime = arena.i32('strategy.choiceRegime', instruments);
    this.choiceDirection = arena.i32('strategy.choiceDirection', instruments);
    this.choicePrice = arena.f64('strategy.choicePrice', instruments);
    this.choiceCostPpm = arena.f64('strategy.choiceCostPpm', instruments);
    this.opportunity = arena.f64('strategy.opportunity', instruments);
    this.opportunityAtUs = arena.f64('strategy.opportunityAtUs', instruments);
  }
}
