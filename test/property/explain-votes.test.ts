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
  MODEL_ID_WORDS,
  MODEL_KINDS,
  type ModelKind,
  type ModelStatus,
  type ModelVote,
  PRODUCERS,
  type ProducerName,
  type ProducerVote,
  SHIPPED_TOMES,
} from '../../engine/domain/index.ts';
import {
  ANSWER_NAMES,
  FeatureTable,
  ModelTable,
  SIGNAL_STATUS,
  SignalTable,
  StrategyTable,
  traceEnsemble,
} from '../../engine/index.ts';
import { Arena } from '../../engine/kernel/arena.ts';
import { castEnsemble } from '../../engine/models/ensemble.ts';
import { castVote } from '../../engine/models/vote.ts';
import { combine } from '../../engine/strategies/combination.ts';
import { prepareStrategies } from '../../engine/strategies/prepared.ts';
import { askStrategies, explainStrategy } from '../../engine/strategies/strategies.ts';
import { withoutModels } from '../../state/explain/ensemble.ts';
import {
  countVotes,
  directionWith,
  hungOn,
  shortfallOf,
  type Voter,
  votesEnough,
  without,
} from '../../state/explain/votes.ts';
import { explainView } from '../fixtures/console-log.ts';

interface Scene {
  readonly policy: DecisionPolicy;
  readonly votes: readonly ProducerVote[];
  /** Empty where no model serves. */
  readonly models: readonly ModelVote[];
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
  readonly ensemble: DecisionTrace['ensemble'];
  readonly disagreement: number;
}

/** The engine's answer to these votes. */
function ask(scene: Scene, votes: readonly ProducerVote[], said = scene.models): Answer {
  const { policy, volumeRatio, volumeKnown } = scene;
  const arena = new Arena();
  const signals = new SignalTable(arena, 1);
  const features = new FeatureTable(arena, 1);
  const models = new ModelTable(arena, 1);
  for (const [p, vote] of votes.entries()) {
    signals.direction[p] = vote.direction;
    signals.conviction[p] = vote.conviction;
    signals.weight[p] = vote.weight;
    signals.status[p] = SIGNAL_STATUS.indexOf(vote.status);
    signals.evidence[p * 2] = vote.evidence[0];
  }
  const strategies = new StrategyTable(arena, 1, SHIPPED_TOMES.length);
  const row = { signals, models, features, strategies, instrument: 0 };
  const prepared = prepareStrategies(SHIPPED_TOMES, policy);
  // As the engine has it: what is not valid has the value 0.
  features.values[F.volumeRatio] = volumeKnown ? volumeRatio : 0;
  features.valid[F.volumeRatio] = volumeKnown ? 1 : 0;
  for (const [k, { status, vote, id }] of said.entries()) {
    models.id[k * MODEL_ID_WORDS] = id === undefined ? 0 : 1;
    models.status[k] = ANSWER_NAMES.indexOf(status);
    models.vote[k] = vote;
  }
  castVote(signals, 0, 1);
  castEnsemble(models, policy, 0);
  askStrategies(prepared, row);
  return {
    direction: combine(prepared, strategies, policy, 0),
    confluence: strategies.direction[0] as Direction,
    score: signals.score[0]!,
    consensus: signals.consensus[0]!,
    disagreement: signals.disagreement[0]!,
    strategies: prepared.flatMap((each, s) => (each.counts ? [explainStrategy(each, s, 1, row)] : [])),
    ensemble: traceEnsemble(models, policy, 0),
  };
}

const vote = (producer: ProducerName) =>
  fc
    .record({
      direction: fc.constantFrom<Direction>(1, 1, 0, -1),
      conviction: fc.integer({ min: 1, max: 10 }),
      weight: fc.constantFrom(1, 1, 0.8, 0.5, 0.3),
      silent: fc.constantFrom(undefined, undefined, undefined, 'warming', 'no-data', 'disabled', 'muted'),
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

const model = (kind: ModelKind) =>
  fc
    .record({
      vote: fc.constantFrom(0.4, 0.2, 0.1, -0.1, -0.3),
      status: fc.constantFrom<ModelStatus>('voted', 'voted', 'neutral', 'warming', 'missing'),
    })
    .map(({ vote, status }): ModelVote => {
      const speaks = status === 'voted' || status === 'neutral';
      return {
        ...{ model: kind, role: 'serve', id: 'abc', status, vote: speaks ? vote : 0, contribution: 0 },
        chance: speaks ? (1 + vote) / 2 : undefined,
        weight: DEFAULT_POLICY.decision.modelWeights[MODEL_KINDS.indexOf(kind)]!,
      };
    });

const scenes: fc.Arbitrary<Scene> = fc.record({
  policy: fc
    .record({
      minScore: fc.constantFrom(0, 0.05, 0.15, 0.3),
      minConsensus: fc.constantFrom(0, 0.5, 0.6, 0.9),
      confluenceProducers: fc.integer({ min: 1, max: 4 }),
      minVolumeRatio: fc.constant(1.5),
      minModels: fc.constantFrom(1, 2, 3),
      minModelConsensus: fc.constantFrom(0, 0.6),
    })
    .map((changes) => ({ ...DEFAULT_POLICY.decision, ...changes })),
  votes: fc.tuple(...PRODUCERS.map(vote)),
  models: fc.oneof(fc.constant([]), fc.tuple(...MODEL_KINDS.map(model))),
  volumeRatio: fc.constantFrom(0.4, 1.5, 3),
  volumeKnown: fc.boolean(),
});

/** The trace of the decision that the engine makes of a scene; undefined where it makes none. */
function traceOf(scene: Scene): DecisionTrace | undefined {
  const { direction, score, consensus, strategies, ensemble, disagreement } = ask(scene, scene.votes);
  if (direction === 0) return undefined;
  const { minScore, minConsensus } = scene.policy;
  const told = { score, consensus, disagreement, confidence: Math.abs(score), direction: asDirection(score) };
  return {
    ...explainView().trace,
    side: direction,
    producers: scene.votes,
    vote: { ...told, minScore, minConsensus },
    strategies,
    models: scene.models,
    ensemble,
  };
}

/** Every decision of many scenes; fails when there are next to none. */
function eachDecision(check: (trace: DecisionTrace, scene: Scene) => void, numRuns = 3_000): void {
  let decisions = 0;
  fc.assert(
    fc.property(scenes, (scene) => {
      const trace = traceOf(scene);
      if (trace === undefined) return;
      decisions++;
      check(trace, scene);
    }),
    { numRuns, seed: 11 },
  );
  expect(decisions).toBeGreaterThan(numRuns / 6);
}

const withVote = (votes: readonly ProducerVote[], producer: ProducerName, signed: number): readonly ProducerVote[] =>
  votes.map((each) => {
    if (each.producer !== producer) return each;
    const direction = Math.sign(signed) as Direction;
    return { ...each, direction, conviction: Math.abs(signed), status: signed === 0 ? 'neutral' : 'voted' };
  });

const VOTERS: readonly Voter[] = [...PRODUCERS, ...MODEL_KINDS];

/** The engine's answer where these have no say. */
const askWithout = (scene: Scene, gone: readonly Voter[]): Direction =>
  ask(scene, without(scene.votes, gone), withoutModels(scene.models, gone)).direction;

const combinations = (names: readonly Voter[], size: number): readonly Voter[][] =>
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

  it('with some producers and models gone goes another way exactly when the engine does', () => {
    eachDecision((trace, scene) => {
      for (const size of [1, 2])
        for (const gone of combinations(VOTERS, size)) {
          const found = directionWith(trace, without(trace.producers, gone), withoutModels(trace.models, gone));
          const isSame = found === trace.side;
          if (isSame !== (askWithout(scene, gone) === trace.side)) expect.unreachable(`without ${gone}`);
        }
    }, 300);
  });
});

describe('what a decision hung on', () => {
  it('is the smallest sets without which the engine decides otherwise, all of them', () => {
    eachDecision((trace, scene) => {
      const sets = hungOn(trace);
      const size = sets[0]!.length;
      const isOther = (gone: readonly Voter[]): boolean => askWithout(scene, gone) !== trace.side;
      for (let less = 1; less < size; less++) expect(combinations(VOTERS, less).some(isOther)).toBe(false);
      expect(sets.map(String).sort()).toEqual(combinations(VOTERS, size).filter(isOther).map(String).sort());
    }, 200);
  });

  it('is looked for once for a decision, however often it is shown', () =>
    eachDecision((trace) => expect(hungOn(trace)).toBe(hungOn(trace)), 20));
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
