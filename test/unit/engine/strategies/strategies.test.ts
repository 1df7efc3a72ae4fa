/** Strategies at, just below and just above their limits, alone and together. */
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_POLICY,
  type DecisionPolicy,
  F,
  FEATURE_COUNT,
  PRODUCER_COUNT,
  PRODUCERS,
  SHIPPED_TOMES,
} from '../../../../engine/domain/index.ts';
import { FeatureTable, ModelTable, SIGNAL, SignalTable, StrategyTable } from '../../../../engine/index.ts';
import { Arena } from '../../../../engine/kernel/arena.ts';
import { blockNamed } from '../../../../engine/strategies/blocks/index.ts';
import { combine } from '../../../../engine/strategies/combination.ts';
import { prepareStrategies } from '../../../../engine/strategies/prepared.ts';
import { askStrategies, explainStrategy } from '../../../../engine/strategies/strategies.ts';

const POLICY = DEFAULT_POLICY.decision;

interface Scene {
  readonly score: number;
  readonly consensus?: number;
  /** Directions of the producers that voted, in their order; 0 is neutral. */
  readonly votes: readonly number[];
  readonly volumeRatio?: number;
}

function stage({ score, consensus = 1, votes, volumeRatio }: Scene) {
  const arena = new Arena();
  const signals = new SignalTable(arena, 2);
  const features = new FeatureTable(arena, 2);
  signals.score[1] = score;
  signals.consensus[1] = consensus;
  for (const [p, direction] of votes.entries()) {
    signals.direction[PRODUCER_COUNT + p] = direction;
    signals.status[PRODUCER_COUNT + p] = direction === 0 ? SIGNAL.neutral : SIGNAL.voted;
  }
  signals.evidence[(PRODUCER_COUNT + PRODUCERS.indexOf('momentum')) * 2] = -4.5;
  if (volumeRatio !== undefined) {
    features.values[FEATURE_COUNT + F.volumeRatio] = volumeRatio;
    features.valid[FEATURE_COUNT + F.volumeRatio] = 1;
  }
  const strategies = new StrategyTable(arena, 2, SHIPPED_TOMES.length);
  return { signals, models: new ModelTable(arena, 2), features, strategies, instrument: 1 };
}

/** What the two strategies that count say of a scene, each and together. */
function ask(scene: Scene, policy: DecisionPolicy = POLICY) {
  const row = stage(scene);
  const prepared = prepareStrategies(SHIPPED_TOMES, policy);
  askStrategies(prepared, row);
  const said = [...row.strategies.direction];
  expect(said.slice(0, SHIPPED_TOMES.length).every((direction) => direction === 0)).toBe(true);
  const each = said.slice(SHIPPED_TOMES.length, SHIPPED_TOMES.length + 2);
  return { direction: combine(prepared, row.strategies, policy, 1), each };
}

describe('the vote as a direction', () => {
  it.each([
    [0.15, 0.6, 1],
    [-0.15, 0.6, -1],
    [0.1499, 0.9, 0],
    [0.9, 0.5999, 0],
    [0, 1, 0],
  ])('score %d, consensus %d: %d', (score, consensus, direction) => {
    const parameters = { score: POLICY.minScore, consensus: POLICY.minConsensus };
    expect(blockNamed('vote').judge(stage({ score, consensus, votes: [] }), parameters)).toBe(direction);
  });
});

describe('confluence', () => {
  it.each([
    [[1, 0, 1, 0, 0, 0], 1],
    [[1, 0, 0, 0, 0, 0], 0],
    [[1, -1, 0, 0, 0, 0], 0],
    [[1, 1, -1, -1, -1, 0], 1],
  ])('wants two producers on the side of the vote: %j', (votes, direction) => {
    expect(ask({ score: 0.4, votes }).each[0]).toBe(direction);
    expect(ask({ score: -0.4, votes: votes.map((v) => 0 - v) }).each[0]).toBe(0 - direction);
  });

  it('has none when the vote does not carry', () => {
    expect(ask({ score: 0.14, votes: [1, 1, 1, 1, 1, 1] }).each[0]).toBe(0);
    expect(ask({ score: 0.5, consensus: 0.59, votes: [1, 1, 1, 1, 1, 1] }).each[0]).toBe(0);
  });
});

describe('momentum with volume', () => {
  const votes = [0, -1, 0, 0, 0, 0];
  it.each([
    ['enough volume', { score: -0.05, votes, volumeRatio: 1.5 }, -1],
    ['too little', { score: -0.05, votes, volumeRatio: 1.4999 }, 0],
    ['volume unknown', { score: -0.05, votes }, 0],
    ['no momentum', { score: -0.9, votes: [-1, 0, -1, -1, -1, -1], volumeRatio: 9 }, 0],
    ['a vote that opposes', { score: 0.01, votes, volumeRatio: 9 }, 0],
    ['a vote of nothing', { score: 0, votes, volumeRatio: 9 }, -1],
  ] as const)('%s', (_, scene, direction) => expect(ask(scene).each[1]).toBe(direction));
});

describe('together', () => {
  it('one that speaks is enough, two that agree are one', () => {
    expect(ask({ score: 0.5, votes: [1, 0, 1, 0, 0, 0] })).toEqual({ direction: 1, each: [1, 0] });
    expect(ask({ score: -0.05, votes: [0, -1, 0, 0, 0, 0], volumeRatio: 2 })).toEqual({ direction: -1, each: [0, -1] });
    expect(ask({ score: 0.5, votes: [1, 1, 0, 0, 0, 0], volumeRatio: 2 })).toEqual({ direction: 1, each: [1, 1] });
  });

  it('an even vote is no vote to sell, even where policy asks for no score', () => {
    const lax = { ...POLICY, minScore: 0, minConsensus: 0, confluenceProducers: 0 };
    expect(ask({ score: 0, consensus: 0, votes: [1, 0, -1, 0, 0, 0] }, lax)).toEqual({ direction: 0, each: [0, 0] });
    expect(ask({ score: 0, votes: [0, 1, 0, 0, 0, 0], volumeRatio: 2 }, lax)).toEqual({ direction: 1, each: [0, 1] });
  });

  it('explain themselves with the numbers they judged and their limits', () => {
    const row = stage({ score: -0.4, consensus: 0.7, votes: [-1, -1, 1, 0, 0, 0], volumeRatio: 1.7 });
    const prepared = prepareStrategies(SHIPPED_TOMES, POLICY);
    askStrategies(prepared, row);
    const told = [0, 1].map((s) => explainStrategy(prepared[s]!, s, 1, row));
    expect(told.map(({ strategy, direction, inputs }) => ({ strategy, direction, inputs }))).toEqual([
      {
        strategy: 'confluence',
        direction: -1,
        inputs: [
          ['score', 0.4, 0.15],
          ['consensus', 0.7, 0.6],
          ['producers agreeing', 2, 2],
        ],
      },
      {
        strategy: 'momentum-volume',
        direction: -1,
        inputs: [
          ['volume ratio', 1.7, 1.5],
          ['momentum in ATR', 4.5, 4],
        ],
      },
    ]);
  });
});
