/** What explain says of votes, held against the engine's own vote and strategies: each told change is made and asked again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asDirection,
  DEFAULT_POLICY,
  type DecisionPolicy,
  type DecisionTrace,
  type Direction,
  F,
  PRODUCERS,
  type ProducerName,
  type ProducerVote,
  SHIPPED_TOMES,
} from '../../engine/domain/index.ts';
import { FeatureTable, SIGNAL_STATUS, SignalTable, StrategyTable } from '../../engine/index.ts';
import { Arena } from '../../engine/kernel/arena.ts';
import { castVote } from '../../engine/models/vote.ts';
import { combine } from '../../engine/strategies/combination.ts';
import { prepareStrategies } from '../../engine/strategies/prepared.ts';
import { askStrategies, explainStrategy } from '../../engine/strategies/strategies.ts';
import { countVotes, directionWith, hungOn, shortfallOf, votesEnough, without } from '../../state/explain/votes.ts';
import { explainView } from '../fixtures/console-log.ts';

interface Scene {
  readonly policy: DecisionPolicy;
  readonly votes: readonly ProducerVote[];
  readonly volumeRatio: number;
  /** Whether the window of the volume is full. */
  readonly volumeKnown: boolean;
}

interface Answer {
  readonly direction: Direction;
  readonly confluence: Direction;
  readonly score: number;
  readonly consensus: number;
  readonly strategies: DecisionTrace['strategies'];
  readonly disagreement: number;
}

/** The engine's answer to these votes. */
function ask({ policy, volumeRatio, volumeKnown }: Scene, votes: readonly ProducerVote[]): Answer {
  const arena = new Arena();
  const signals = new SignalTable(arena, 1);
  const features = new FeatureTable(arena, 1);
  for (const [p, vote] of votes.entries()) {
    signals.direction[p] = vote.direction;
    signals.conviction[p] = vote.conviction;
    signals.weight[p] = vote.weight;
    signals.status[p] = SIGNAL_STATUS.indexOf(vote.status);
    signals.evidence[p * 2] = vote.evidence[0];
  }
  const strategies = new StrategyTable(arena, 1, SHIPPED_TOMES.length);
  const row = { signals, features, strategies, instrument: 0 };
  const prepared = prepareStrategies(SHIPPED_TOMES, policy);
  features.values[F.volumeRatio] = volumeRatio;
  features.valid[F.volumeRatio] = volumeKnown ? 1 : 0;
  castVote(signals, 0, 1);
  askStrategies(prepared, row);
  return {
    direction: combine(prepared, strategies, policy, 0),
    confluence: strategies.direction[0] as Direction,
    score: signals.score[0]!,
    consensus: signals.consensus[0]!,
    disagreement: signals.disagreement[0]!,
    strategies: [0, 1].map((s) => explainStrategy(prepared[s]!, s, 1, row)),
  };
}

const vote = (producer: ProducerName) =>
  fc
    .record({
      direction: fc.constantFrom<Direction>(1, 1, 0, -1),
      conviction: fc.integer({ min: 1, max: 10 }),
      weight: fc.constantFrom(1, 1, 0.8, 0.5, 0.3),
      silent: fc.constantFrom(undefined, undefined, undefined, 'warming', 'no-data', 'disabled'),
    })
    .map(({ direction, conviction, weight, silent }): ProducerVote => {
      const status = (silent ?? (direction === 0 ? 'neutral' : 'voted')) as ProducerVote['status'];
      return {
        producer,
        direction,
        conviction: direction === 0 ? 0 : conviction,
        weight,
        contribution: 0,
        status,
        // Momentum has moved far enough to vote, and does not where it is neutral.
        evidence: [direction * 4.5, 0],
      };
    });

const scenes: fc.Arbitrary<Scene> = fc.record({
  policy: fc
    .record({
      minScore: fc.constantFrom(0, 0.05, 0.15, 0.3),
      minConsensus: fc.constantFrom(0, 0.5, 0.6, 0.9),
      confluenceProducers: fc.integer({ min: 1, max: 4 }),
      minVolumeRatio: fc.constant(1.5),
    })
    .map((changes) => ({ ...DEFAULT_POLICY.decision, ...changes })),
  votes: fc.tuple(...PRODUCERS.map(vote)),
  volumeRatio: fc.constantFrom(0.4, 1.5, 3),
  volumeKnown: fc.boolean(),
});

/** The trace of the decision that the engine makes of a scene; undefined where it makes none. */
function traceOf(scene: Scene): DecisionTrace | undefined {
  const { direction, score, consensus, strategies, disagreement } = ask(scene, scene.votes);
  if (direction === 0) return undefined;
  const { minScore, minConsensus } = scene.policy;
  const told = { score, consensus, disagreement, confidence: Math.abs(score), direction: asDirection(score) };
  return {
    ...explainView().trace,
    side: direction,
    producers: scene.votes,
    vote: { ...told, minScore, minConsensus },
    strategies,
  };
}

/** Every decision of many scenes; fails when there are next to none. */
function eachDecision(check: (trace: DecisionTrace, scene: Scene) => void): void {
  let decisions = 0;
  fc.assert(
    fc.property(scenes, (scene) => {
      const trace = traceOf(scene);
      if (trace === undefined) return;
      decisions++;
      check(trace, scene);
    }),
    { numRuns: 3_000, seed: 11 },
  );
  expect(decisions).toBeGreaterThan(500);
}

const withVote = (votes: readonly ProducerVote[], producer: ProducerName, signed: number): readonly ProducerVote[] =>
  votes.map((each) => {
    if (each.producer !== producer) return each;
    const direction = Math.sign(signed) as Direction;
    return { ...each, direction, conviction: Math.abs(signed), status: signed === 0 ? 'neutral' : 'voted' };
  });

const combinations = (names: readonly ProducerName[], size: number): readonly ProducerName[][] =>
  size === 0
    ? [[]]
    : names.flatMap((name, i) => combinations(names.slice(i + 1), size - 1).map((rest) => [name, ...rest]));

describe('the vote counted again', () => {
  it('is the engine’s, to the bit, and gives its direction', () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const { score, consensus } = ask(scene, scene.votes);
        expect(countVotes(scene.votes)).toEqual({ score, consensus });
      }),
    );
    eachDecision((trace, scene) => expect(directionWith(trace, scene.votes)).toBe(trace.side));
  });

  it('with some producers gone goes another way exactly when the engine does', () => {
    eachDecision((trace, scene) => {
      for (const size of [1, 2, 3])
        for (const gone of combinations(PRODUCERS, size)) {
          const votes = without(trace.producers, gone);
          const isSame = directionWith(trace, votes) === trace.side;
          expect([gone, isSame]).toEqual([gone, ask(scene, votes).direction === trace.side]);
        }
    });
  });
});

describe('what a decision hung on', () => {
  it('is the smallest sets without which the engine decides otherwise, all of them', () => {
    eachDecision((trace, scene) => {
      const sets = hungOn(trace);
      const size = sets[0]!.length;
      const isOther = (gone: readonly ProducerName[]): boolean =>
        ask(scene, without(trace.producers, gone)).direction !== trace.side;
      for (let less = 1; less < size; less++) expect(combinations(PRODUCERS, less).some(isOther)).toBe(false);
      expect(sets.map(String).sort()).toEqual(combinations(PRODUCERS, size).filter(isOther).map(String).sort());
    });
  });
});

describe('what confluence lacked', () => {
  it('is told exactly where it did not go the decision’s way, and each told vote is enough and no more than enough', () => {
    let told = 0;
    eachDecision((trace, scene) => {
      const { confluence } = ask(scene, scene.votes);
      const shortfall = shortfallOf(trace);
      expect(shortfall === undefined).toBe(confluence === trace.side);
      const enough = votesEnough(trace);
      if (shortfall === undefined) {
        expect(enough).toEqual([]);
        return;
      }
      const { score, consensus, producers } = shortfall;
      expect(score + consensus + producers).toBeGreaterThan(0);
      const { vote } = trace;
      expect(vote.score * trace.side + score).toBeGreaterThanOrEqual(vote.minScore - 1e-12);
      expect(vote.consensus + consensus).toBeGreaterThanOrEqual(vote.minConsensus - 1e-12);
      const carries = (producer: ProducerName, signed: number): boolean =>
        ask(scene, withVote(trace.producers, producer, signed)).confluence === trace.side;
      for (const { producer, from, to } of enough) {
        told++;
        const before = trace.producers.find((each) => each.producer === producer)!;
        expect(from).toBe(before.direction * before.conviction);
        expect(carries(producer, to)).toBe(true);
        if (Math.abs(to) > 1) expect(carries(producer, to - trace.side)).toBe(false);
      }
      for (const { producer, status } of trace.producers) {
        if ((status !== 'voted' && status !== 'neutral') || enough.some((each) => each.producer === producer)) continue;
        for (let conviction = 1; conviction <= 10; conviction++)
          expect(carries(producer, conviction * trace.side)).toBe(false);
      }
    });
    expect(told).toBeGreaterThan(150);
  });
});
