/** What is made of outcomes: scorecards, periods, weights, what the learner follows, and the rank of an instrument. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, type Direction, REGIMES } from '../../../../engine/domain/index.ts';
import { PERIODS_KEPT, type StrategyTable } from '../../../../engine/domain/tables/index.ts';
import { measureOutcomes } from '../../../../engine/governor/outcomes.ts';
import type { BlockRow } from '../../../../engine/strategies/blocks/row.ts';
import { combine } from '../../../../engine/strategies/combination.ts';
import { followBest, worthOf } from '../../../../engine/strategies/learner.ts';
import { isAmongBest, opportunityOf } from '../../../../engine/strategies/opportunity.ts';
import { noteOutcome, scorecardOf, turnPeriod } from '../../../../engine/strategies/scorecard.ts';
import { reweigh, startWeights } from '../../../../engine/strategies/weights.ts';
import { prepared, rowWith, setRow, tome } from '../../../fixtures/strategy-rows.ts';

const GOVERNOR = { ...DEFAULT_POLICY.governor, horizonBars: 2 };
const THREE = prepared(...['one', 'two', 'three'].map((name) => tome(name, [{ block: 'vote' }])));

/** Outcomes put straight into a table, a period behind the other; undefined is none. */
function withOutcomes(periods: ReadonlyArray<ReadonlyArray<number | undefined>>): StrategyTable {
  const { strategies: table } = rowWith({}, THREE.length);
  for (const [k, outcomes] of periods.entries()) {
    turnPeriod(table, k + 1);
    for (const [s, net] of outcomes.entries()) {
      if (net === undefined) continue;
      table.outcomes.samples[s]!++;
      table.outcomes.netSum[s]! += net;
      table.outcomes.netSquares[s]! += net * net;
      if (net > 0) table.outcomes.hits[s]!++;
      noteOutcome(table, s, net);
    }
  }
  turnPeriod(table, periods.length + 1);
  return table;
}

describe('a scorecard', () => {
  it('counts what each direction has earned over the horizon, less its cost', () => {
    const { strategies: table } = rowWith({}, 2);
    const bar = (direction: readonly Direction[], price: number): void => {
      table.direction.set(direction, 2);
      const closed = { instrument: 1, priceTicks: price, costPpm: 100, regime: undefined };
      measureOutcomes(table.outcomes, table.direction, GOVERNOR, closed, (s, net) => noteOutcome(table, s, net));
    };
    bar([1, -1], 1_000_000);
    bar([1, 0], 1_000_500);
    bar([0, 0], 1_001_000);
    expect(scorecardOf(table, 0)).toEqual({ samples: 1, hitRate: 1, meanNetPpm: 900, sharpe: 0, drawdownPpm: 0 });
    expect(scorecardOf(table, 1)).toEqual({
      samples: 1,
      hitRate: 0,
      meanNetPpm: -1_100,
      sharpe: 0,
      drawdownPpm: 1_100,
    });
  });

  it('has mean over deviation, and the deepest fall of the sum', () => {
    const table = withOutcomes([[100], [300], [-250], [-150], [500]]);
    const card = scorecardOf(table, 0);
    // Mean 100; deviations 0, 200, −350, −250, 400: their squares come to 385,000, over 4.
    expect(card).toMatchObject({ samples: 5, hitRate: 0.6, meanNetPpm: 100, drawdownPpm: 400 });
    expect(card.sharpe).toBeCloseTo(100 / Math.sqrt(385_000 / 4), 12);
    expect(scorecardOf(table, 1)).toEqual({ samples: 0, hitRate: 0, meanNetPpm: 0, sharpe: 0, drawdownPpm: 0 });
  });
});

describe('periods', () => {
  it('have the mean of a strategy’s outcomes, 0 where it had none, and are not kept where nobody had any', () => {
    const { strategies: table } = rowWith({}, 3);
    turnPeriod(table, 7);
    noteOutcome(table, 0, 10);
    noteOutcome(table, 0, 30);
    noteOutcome(table, 2, -5);
    expect(turnPeriod(table, 7)).toBe(false);
    expect(turnPeriod(table, 8)).toBe(true);
    expect(turnPeriod(table, 9)).toBe(false);
    expect(table.periods[0]).toBe(1);
    expect([...table.series.slice(0, 6)]).toEqual([20, 0, -5, 0, 0, 0]);
  });

  it('are kept so far back and no farther', () => {
    const table = withOutcomes(Array.from({ length: PERIODS_KEPT + 2 }, (_, k) => [k]));
    expect(table.periods[0]).toBe(PERIODS_KEPT + 2);
    expect([...table.series].filter((_, at) => at % 3 === 0).slice(0, 3)).toEqual([PERIODS_KEPT, PERIODS_KEPT + 1, 2]);
  });
});

describe('weights', () => {
  const sure = [
    [100, 40, undefined],
    [120, -40, undefined],
    [80, 60, undefined],
    [100, -20, undefined],
  ];

  it('are even at the start, and stay so for a strategy that is not known yet', () => {
    const table = withOutcomes(sure);
    startWeights(THREE, table);
    expect([...table.weight]).toEqual([1 / 3, 1 / 3, 1 / 3]);
    reweigh(THREE, table, 'sharpe', 5);
    expect([...table.weight]).toEqual([1 / 3, 1 / 3, 1 / 3]);
  });

  it.each([
    // Mean 100 and 10, deviation √200 and √1,700.
    ['sharpe', 100 / Math.sqrt(200) / (100 / Math.sqrt(200) + 10 / Math.sqrt(1_700))],
    // Covariance −500: (1,700 + 500) / (200 + 1,700 + 1,000).
    ['minimum-variance', 2_200 / 2_900],
    ['equal-risk', Math.sqrt(1_700) / (Math.sqrt(200) + Math.sqrt(1_700))],
  ] as const)('by %s divide what the unknown one leaves', (weighting, first) => {
    const table = withOutcomes(sure);
    reweigh(THREE, table, weighting, 4);
    expect(table.weight[0]).toBeCloseTo((first * 2) / 3, 8);
    expect(table.weight[1]).toBeCloseTo(((1 - first) * 2) / 3, 8);
    expect(table.weight[2]).toBeCloseTo(1 / 3, 12);
    expect(table.outcomesSinceWeighing[0]).toBe(0);
  });

  it('decide where the side with more of them has enough', () => {
    const { strategies: table } = rowWith({}, 3);
    const policy = { ...DEFAULT_POLICY.decision, combination: 'weighted', minWeight: 0.3 } as const;
    const said = (directions: readonly Direction[], weights: readonly number[]): Direction => {
      table.direction.set(directions, 3);
      table.weight.set(weights);
      return combine(THREE, table, policy, 1);
    };
    expect(said([1, 0, 0], [0.3, 0.3, 0.4])).toBe(1);
    expect(said([1, 0, 0], [0.29, 0.31, 0.4])).toBe(0);
    expect(said([1, -1, 0], [0.6, 0.2, 0.2])).toBe(1);
    expect(said([1, -1, -1], [0.3, 0.4, 0.3])).toBe(-1);
    expect(said([1, -1, 0], [0.5, 0.5, 0])).toBe(0);
    expect(combine(THREE, table, { ...policy, combination: 'agreement' }, 1)).toBe(0);
  });
});

describe('the learner', () => {
  const UP = { features: { regimeCalm: 0.1, regimeUp: 0.7, regimeDown: 0.1, regimeTurbulent: 0.1 } } as const;
  const SEED = 7;

  /** One bar: what the strategies say, then the learner. */
  function bar(row: BlockRow, directions: readonly Direction[], priceTicks: number, nowUs: number, costPpm = 0): void {
    row.strategies.direction.set(directions, 3);
    followBest(THREE, row, { seed: SEED, nowUs, horizonBars: 1, priceTicks, costPpm });
  }

  /** Moments at which nothing is tried at random. */
  function steadyMoments(count: number): number[] {
    const moments: number[] = [];
    for (let at = 1; moments.length < count; at++) {
      const row = rowWith(UP, 3);
      row.strategies.worth.fill(-1);
      row.strategies.worth[4 + 3] = 0;
      bar(row, [1, 1, 1], 100, at);
      if (row.strategies.choice[1] === 4) moments.push(at);
    }
    return moments;
  }

  it('follows the first that speaks, moves its worth a fifth toward what it earned, and leaves one that loses', () => {
    const row = rowWith(UP, 3);
    const [first, second, third, fourth] = steadyMoments(4) as [number, number, number, number];
    bar(row, [0, 1, -1], 1_000_000, first, 100);
    expect(row.strategies.choice[1]).toBe(2);
    bar(row, [0, 1, -1], 999_100, second, 100);
    // It has lost 900 ppm and the cost.
    expect(worthOf(row.strategies, 1, 1)).toEqual({ worth: -200, tries: 1 });
    expect(row.strategies.choice[1]).toBe(3);
    bar(row, [0, 1, 1], 998_100.9, third, 100);
    expect(worthOf(row.strategies, 1, 2).worth).toBeCloseTo(0.2 * 900, 6);
    expect(row.strategies.choice[1]).toBe(3);
    bar(row, [0, 1, 0], 998_100.9, fourth, 100);
    expect(worthOf(row.strategies, 1, 2).tries).toBe(2);
    // Only one that has lost speaks: better to follow nobody.
    expect(row.strategies.choice[1]).toBe(4);
  });

  it('learns for each regime apart, no more than half a per cent at once, and nothing without a regime', () => {
    const row = rowWith(UP, 3);
    const [first, second] = steadyMoments(2) as [number, number];
    bar(row, [1, 0, 0], 100, first);
    bar(row, [0, 0, 0], 200, second);
    expect(worthOf(row.strategies, 1, 0)).toEqual({ worth: 1_000, tries: 1 });
    expect(row.strategies.choice[1]).toBe(0);
    for (const regime of [0, 2, 3]) expect(worthOf(row.strategies, regime, 0)).toEqual({ worth: 0, tries: 0 });
    const unknown = rowWith({}, 3);
    bar(unknown, [1, 1, 1], 100, first);
    expect(unknown.strategies.choice[1]).toBe(0);
  });

  it('tries something else in one of ten choices, each action alike', () => {
    const chosen = new Map<number, number>();
    for (let at = 0; at < 20_000; at++) {
      const row = rowWith({ features: { regimeCalm: 0.9, regimeUp: 0.1, regimeDown: 0, regimeTurbulent: 0 } }, 3);
      row.strategies.worth[1] = 5;
      bar(row, [1, 1, -1], 100, at * 1_000_000);
      const choice = row.strategies.choice[1]!;
      chosen.set(choice, (chosen.get(choice) ?? 0) + 1);
    }
    // The best is also what a quarter of the random ones comes to.
    expect(chosen.get(2)! / 20_000).toBeCloseTo(0.925, 2);
    for (const other of [1, 3, 4]) expect(chosen.get(other)! / 20_000).toBeCloseTo(0.025, 2);
    expect(REGIMES).toHaveLength(4);
  });

  it('gives the direction of the one it follows', () => {
    const row = rowWith(UP, 3);
    const policy = { ...DEFAULT_POLICY.decision, combination: 'learned' } as const;
    bar(row, [0, -1, 1], 100, steadyMoments(1)[0]!);
    expect(combine(THREE, row.strategies, policy, 1)).toBe(-1);
    row.strategies.direction.set([1, 0, 1], 3);
    expect(combine(THREE, row.strategies, policy, 1)).toBe(0);
  });
});

describe('an opportunity', () => {
  const figures = { score: -0.4, consensus: 0.75, features: { atr: 20, close: 10_000 } } as const;

  it('is |score| × consensus × (√bars − cost in ATR)', () => {
    // 1,000 ppm of 10,000 are 10 ticks: half a range.
    expect(opportunityOf(rowWith(figures), 9, 1_000)).toBeCloseTo(0.3 * 2.5, 12);
    expect(opportunityOf(rowWith(figures), 9, 6_001)).toBe(0);
    expect(opportunityOf(rowWith({ score: 1, consensus: 1, features: { close: 10_000 } }), 9, 0)).toBe(0);
    expect(opportunityOf(rowWith({ ...figures, features: { atr: 0, close: 10_000 } }), 9, 0)).toBe(0);
  });

  it('ranks instruments: the first of equal ones, none without any, none that is old', () => {
    const { strategies: table } = rowWith();
    const best = (most: number, sinceUs = 0): boolean[] => [0, 1].map((i) => isAmongBest(table, i, most, sinceUs));
    table.opportunity.set([0.5, 0.5]);
    table.opportunityAtUs.set([10, 20]);
    expect(best(1)).toEqual([true, false]);
    expect(best(2)).toEqual([true, true]);
    expect(best(1, 15)).toEqual([true, true]);
    table.opportunity.set([0, 0.5]);
    expect(best(2)).toEqual([false, true]);
  });

  it('reads what a row has', () => {
    const row = rowWith(figures);
    setRow(row, { score: 0 });
    expect(opportunityOf(row, 9, 0)).toBe(0);
  });
});
