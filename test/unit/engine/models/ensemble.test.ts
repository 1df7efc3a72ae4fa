/** The models' weighted vote, held against sums made by hand; what each model abstains for; what cannot matter to it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_POLICY,
  type DecisionPolicy,
  F,
  FEATURE_COUNT,
  MODEL_COUNT,
  MODEL_KINDS,
  MODEL_PLACES,
  type ModelKind,
  type ModelStatus,
  modelIdWords,
  modelPlace,
  WINDOW_STEPS_MOST,
} from '../../../../engine/domain/index.ts';
import { FeatureTable, ModelTable, traceEnsemble, traceModels } from '../../../../engine/index.ts';
import { Arena } from '../../../../engine/kernel/arena.ts';
import { askModels, castEnsemble, WARM_BARS } from '../../../../engine/models/ensemble.ts';
import { type ModelLibrary, ModelSeats, NO_MODELS } from '../../../../engine/models/library.ts';
import type { OpenModel } from '../../../../engine/models/open-model.ts';
import { countModels, ensembleWith } from '../../../../state/explain/ensemble.ts';

const POLICY = DEFAULT_POLICY.decision;
const BAR_US = 1_000_000;
const idOf = (place: number): string => place.toString(16).padStart(64, 'a');

interface Made {
  readonly chance?: number;
  readonly fitsSchema?: boolean;
  readonly barIntervalUs?: number;
  readonly windowSteps?: number;
  readonly asked?: (features: Float64Array, window: Float32Array) => void;
}

/** Tables with a model in each of the places given. */
function stage(places: ReadonlyMap<number, Made>, bars = 500, instruments = 1) {
  const arena = new Arena();
  const table = new ModelTable(arena, instruments);
  const features = new FeatureTable(arena, instruments);
  features.bars.fill(bars);
  for (const place of places.keys()) table.id.set(modelIdWords(idOf(place)), place * 8);
  const opened = new Map<string, OpenModel>();
  for (const [place, made] of places) {
    const { chance = 0.5, fitsSchema = true, barIntervalUs = BAR_US, windowSteps = 0, asked } = made;
    const kind = MODEL_KINDS[place % MODEL_COUNT]!;
    opened.set(idOf(place), {
      header: { kind, name: kind, schemaHash: '', windowSteps, barIntervalUs },
      fitsSchema,
      chance: (vector, _at, window) => {
        asked?.(vector, window);
        return chance;
      },
    });
  }
  const library: ModelLibrary = { find: (id) => opened.get(id) };
  const ask = (policy: DecisionPolicy = POLICY): void => {
    askModels(table, new ModelSeats(library), features, policy, BAR_US, instruments - 1);
    castEnsemble(table, policy, instruments - 1);
  };
  return { arena, table, features, ask };
}

const serving = (chances: Readonly<Partial<Record<ModelKind, number>>>) =>
  new Map(MODEL_KINDS.flatMap((kind, k) => (chances[kind] === undefined ? [] : [[k, { chance: chances[kind] }]])));

describe('the vote', () => {
  it('is the weighted mean of the votes, with its share, its spread and each one’s part', () => {
    const { table, ask } = stage(serving({ 'depth-trees': 0.6, 'leaf-trees': 0.7, nhits: 0.4, patchtst: 0.55 }));
    ask();
    const score = 0.25 * 0.2 + 0.25 * 0.4 - 0.3 * 0.2 + 0.2 * 0.1;
    expect(table.score[0]).toBeCloseTo(score, 14);
    expect(table.consensus[0]).toBeCloseTo(0.7, 14);
    const spread = [0.2, 0.4, -0.2, 0.1].map((vote) => (vote - score) ** 2);
    const weights = [0.25, 0.25, 0.3, 0.2];
    expect(table.disagreement[0]).toBeCloseTo(Math.sqrt(spread.reduce((sum, s, k) => sum + s * weights[k]!, 0)), 14);
    expect([...table.contribution.slice(0, 4)].map((part) => part.toFixed(3))).toEqual([
      ...['0.050', '0.100', '-0.060', '0.020'],
    ]);
    expect(traceEnsemble(table, POLICY, 0)).toMatchObject({ direction: 1, speaking: 4, minModels: 2, minScore: 0.1 });
    expect(traceEnsemble(table, POLICY, 0)!.confidence).toBeCloseTo(score / 2, 14);
  });

  it('gives the weight of those that abstain to the others', () => {
    const { table, ask } = stage(serving({ 'leaf-trees': 0.7, patchtst: 0.6 }));
    ask();
    expect(table.score[0]).toBeCloseTo((0.25 * 0.4 + 0.2 * 0.2) / 0.45, 14);
    expect(table.speaking[0]).toBe(2);
    const said = traceModels(table, POLICY, 0).map(({ model, status }) => `${model} ${status}`);
    expect(said).toEqual(['depth-trees missing', 'leaf-trees voted', 'nhits missing', 'patchtst voted']);
  });

  it('is silent where fewer speak than policy asks for', () => {
    const { table, ask } = stage(serving({ nhits: 0.9 }));
    ask();
    expect([table.score[0], table.consensus[0], table.contribution[2]]).toEqual([0, 0, 0]);
    ask({ ...POLICY, minModels: 1 });
    expect(table.score[0]).toBeCloseTo(0.8, 14);
  });

  it('counts a neutral model as zero, with its weight', () => {
    const { table, ask } = stage(serving({ 'depth-trees': 0.7, 'leaf-trees': 0.52 }));
    ask();
    expect(traceModels(table, POLICY, 0)[1]).toMatchObject({ status: 'neutral', chance: 0.52, contribution: 0 });
    expect(table.score[0]).toBeCloseTo(0.2, 14);
    expect(table.consensus[0]).toBeCloseTo(0.5, 14);
  });

  it('does not count the shadow, and keeps what it said', () => {
    const shadow = modelPlace('shadow', 'nhits');
    const { table, ask } = stage(new Map([...serving({ nhits: 0.6, patchtst: 0.6 }), [shadow, { chance: 0.1 }]]));
    ask();
    expect(table.score[0]).toBeCloseTo(0.2, 14);
    expect(traceModels(table, POLICY, 0).at(-1)).toMatchObject({
      ...{ model: 'nhits', role: 'shadow', status: 'voted', chance: 0.1, vote: -0.8, contribution: 0 },
    });
  });

  it('says nothing of a run without models', () => {
    const { table, features } = stage(new Map());
    askModels(table, new ModelSeats(NO_MODELS), features, POLICY, BAR_US, 0);
    castEnsemble(table, POLICY, 0);
    expect(traceModels(table, POLICY, 0)).toEqual([]);
    expect(traceEnsemble(table, POLICY, 0)).toBeUndefined();
  });
});

describe('a model abstains', () => {
  const cases: ReadonlyArray<readonly [ModelStatus, Made, bars: number]> = [
    ['schema', { fitsSchema: false, chance: 0.9 }, 500],
    ['interval', { barIntervalUs: 60_000_000, chance: 0.9 }, 500],
    ['silent', { chance: Number.NaN }, 500],
    ['silent', { chance: Number.POSITIVE_INFINITY }, 500],
    ['warming', { chance: 0.9 }, WARM_BARS - 1],
    ['voted', { chance: 0.9 }, WARM_BARS],
    ['warming', { chance: 0.9, windowSteps: 64 }, 64],
    ['voted', { chance: 0.9, windowSteps: 64 }, 65],
    ['warming', { chance: 0.9, windowSteps: WINDOW_STEPS_MOST }, WINDOW_STEPS_MOST],
  ];
  it.each(cases)('%s: %j after %i bars', (status, made, bars) => {
    const { table, arena, ask } = stage(new Map([[0, made]]), bars);
    ask();
    const [told] = traceModels(table, POLICY, 0);
    expect(told).toMatchObject({ status, chance: status === 'voted' ? 0.9 : undefined });
    // A number that is none in a column is refused by the hash.
    expect(arena.hash()).toMatch(/^[0-9a-f]{32}$/);
  });
});

it('a model sees the vector with gaps where a feature is not valid, and the last returns, oldest first', () => {
  const seen: Array<readonly [Float64Array, Float32Array]> = [];
  const asked = (vector: Float64Array, window: Float32Array) => void seen.push([vector.slice(), window.slice()]);
  const made = { chance: 0.6, windowSteps: 5, asked };
  const { features, ask } = stage(new Map([[2, made]]), 200, 2);
  const row = FEATURE_COUNT;
  features.values[row + F.rsi] = 31;
  features.valid[row + F.rsi] = 1;
  for (let bar = 0; bar < 200; bar++) {
    features.returns[WINDOW_STEPS_MOST + (bar % WINDOW_STEPS_MOST)] = bar / 1000;
  }
  ask();
  const [vector, window] = seen[0]!;
  expect(vector[F.rsi]).toBe(31);
  expect([...vector].filter((value) => !Number.isNaN(value))).toEqual([31]);
  expect([...window]).toEqual([...new Float32Array([0.195, 0.196, 0.197, 0.198, 0.199])]);
});

it('throws where the library does not have what the state names, or has one of another kind there', () => {
  const { table, features } = stage(serving({ nhits: 0.6 }));
  const asking = (library: ModelLibrary) => () => {
    askModels(table, new ModelSeats(library), features, POLICY, BAR_US, 0);
  };
  expect(asking(NO_MODELS)).toThrow(`model ${idOf(2)} is not among the session's models`);
  const header = { kind: 'patchtst', name: 'p', schemaHash: '', windowSteps: 8, barIntervalUs: BAR_US } as const;
  const other = { find: () => ({ header, fitsSchema: true, chance: () => 0.5 }) };
  expect(asking(other)).toThrow('is one of patchtst in the place of nhits');
});

describe('whatever the models say', () => {
  const made = fc.option(
    fc.record({
      chance: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0.5, Number.NaN, 0, 1)),
      fitsSchema: fc.boolean(),
    }),
    { nil: undefined },
  );
  const scenes = fc.record({
    places: fc.array(made, { minLength: MODEL_PLACES, maxLength: MODEL_PLACES }),
    weights: fc.array(fc.constantFrom<number>(0, 0.2, 0.25, 1, 3), { minLength: MODEL_COUNT, maxLength: MODEL_COUNT }),
    minModels: fc.integer({ min: 1, max: 4 }),
    modelDeadZone: fc.constantFrom(0, 0.05, 0.5),
  });
  const cast = (
    { places, weights, ...limits }: typeof scenes extends fc.Arbitrary<infer S> ? S : never,
    order?: number[],
  ) => {
    const at = order ?? [0, 1, 2, 3];
    const moved = (place: number): number => Math.floor(place / 4) * 4 + at.indexOf(place % 4);
    const taken = new Map(places.flatMap((each, place) => (each === undefined ? [] : [[moved(place), each]])));
    const policy = { ...POLICY, ...limits, modelWeights: at.map((k) => weights[k]!) };
    const { table, ask } = stage(taken);
    ask(policy);
    return { table, policy };
  };

  it('the parts add up to the score, shares lie in 0 … 1, and explain counts the same to the bit', () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const { table, policy } = cast(scene);
        const score = table.score[0]!;
        const parts = [...table.contribution].reduce((sum, part) => sum + part, 0);
        expect(parts).toBeCloseTo(score, 12);
        expect(Math.abs(score)).toBeLessThanOrEqual(1 + 1e-12);
        expect(table.consensus[0]).toBeGreaterThanOrEqual(0);
        expect(table.consensus[0]).toBeLessThanOrEqual(1 + 1e-12);
        expect(table.disagreement[0]).toBeLessThanOrEqual(1 + 1e-12);
        const models = traceModels(table, policy, 0);
        expect(countModels(models, policy.minModels)).toEqual({
          ...{ score, consensus: table.consensus[0], speaking: table.speaking[0] },
        });
        if (table.speaking[0]! < policy.minModels) expect(ensembleWith(models, policy.minModels, {})).toBe(0);
      }),
    );
  });

  it('the order of the kinds does not matter, nor does the scale of the weights', () => {
    const orders = fc.constantFrom<number[]>([1, 0, 2, 3], [3, 2, 1, 0], [2, 3, 0, 1]);
    fc.assert(
      fc.property(scenes, orders, fc.constantFrom(0.5, 4), (scene, order, scale) => {
        const { table } = cast(scene);
        const turned = cast(scene, order).table;
        const scaled = cast({ ...scene, weights: scene.weights.map((weight) => weight * scale) }).table;
        for (const other of [turned, scaled]) {
          expect(other.score[0]).toBeCloseTo(table.score[0]!, 12);
          expect(other.consensus[0]).toBeCloseTo(table.consensus[0]!, 12);
          expect(other.disagreement[0]).toBeCloseTo(table.disagreement[0]!, 7);
        }
      }),
    );
  });
});
