/** The models asked at the close of a bar, and their weighted vote: score, consensus and disagreement. */
import {
  asDirection,
  type DecisionPolicy,
  type EnsembleTrace,
  FEATURE_COUNT,
  MODEL_COUNT,
  MODEL_ID_WORDS,
  MODEL_KINDS,
  MODEL_PLACES,
  MODEL_ROLES,
  type ModelVote,
  modelIdAt,
  SHORT_ID_DIGITS,
  WINDOW,
  WINDOW_STEPS_MOST,
} from '../domain/index.ts';
import { ANSWER, ANSWER_NAMES, type FeatureTable, type ModelTable } from '../domain/tables/index.ts';
import type { ModelSeats, Seated } from './library.ts';

/** Bars before trees are asked: the longest window of a feature is full then. */
export const WARM_BARS = Object.values(WINDOW).reduce((most, bars) => Math.max(most, bars), 0);

/** Asks the model in every place for its chance of a rise after the bar that has just closed, and writes status, chance and vote. */
export function askModels(
  table: ModelTable,
  seats: ModelSeats,
  features: FeatureTable,
  policy: DecisionPolicy,
  barIntervalUs: number,
  instrument: number,
): void {
  let isTaken = false;
  for (let place = 0; place < MODEL_PLACES; place++) {
    const cell = instrument * MODEL_PLACES + place;
    const seated = seats.at(table, place);
    let status = seated === undefined ? ANSWER.missing : readiness(seated, features.bars[instrument]!, barIntervalUs);
    let chance = 0;
    if (seated !== undefined && table.muted[place] !== 0) status = ANSWER.muted;
    if (seated !== undefined && status === ANSWER.voted) {
      if (!isTaken) takeVector(seats.vector, features, instrument);
      isTaken = true;
      chance = ask(seated, seats.vector, features, instrument);
      if (!Number.isFinite(chance)) {
        status = ANSWER.silent;
        chance = 0;
      } else if (Math.abs(2 * chance - 1) < policy.modelDeadZone || chance === 0.5) status = ANSWER.neutral;
    }
    table.status[cell] = status;
    table.chance[cell] = chance;
    table.vote[cell] = speaks(status) ? 2 * chance - 1 : 0;
  }
}

type Answer = (typeof ANSWER)[keyof typeof ANSWER];

const speaks = (status: number): boolean => status === ANSWER.voted || status === ANSWER.neutral;

/** `voted` for a model that can be asked; else why it cannot. */
function readiness({ model }: Seated, bars: number, barIntervalUs: number): Answer {
  const { windowSteps, barIntervalUs: trainedOnUs } = model.header;
  if (!model.fitsSchema) return ANSWER.schema;
  if (trainedOnUs !== barIntervalUs) return ANSWER.interval;
  // The first bar has no return.
  const isWarm = windowSteps > 0 ? bars > windowSteps : bars >= WARM_BARS;
  return isWarm ? ANSWER.voted : ANSWER.warming;
}

function takeVector(vector: Float64Array, features: FeatureTable, instrument: number): void {
  const row = instrument * FEATURE_COUNT;
  for (let f = 0; f < FEATURE_COUNT; f++) {
    vector[f] = features.valid[row + f] === 1 ? features.values[row + f]! : Number.NaN;
  }
}

function ask({ model, window }: Seated, vector: Float64Array, features: FeatureTable, instrument: number): number {
  const base = instrument * WINDOW_STEPS_MOST;
  const first = features.bars[instrument]! - window.length;
  for (let step = 0; step < window.length; step++) {
    window[step] = features.returns[base + ((first + step) % WINDOW_STEPS_MOST)]!;
  }
  return model.chance(vector, 0, window);
}

/**
 * Score = Σ weight × vote over the weight of the serving models that spoke, a neutral one as 0; consensus = share of that weight
 * whose vote is on the score's side; disagreement = weighted standard deviation of the votes. All are 0 while fewer speak than
 * policy asks for.
 */
export function castEnsemble(table: ModelTable, { modelWeights, minModels }: DecisionPolicy, instrument: number): void {
  const base = instrument * MODEL_PLACES;
  let speaking = 0;
  let active = 0;
  let sum = 0;
  for (let k = 0; k < MODEL_COUNT; k++) {
    table.contribution[base + k] = 0;
    if (!speaks(table.status[base + k]!)) continue;
    speaking++;
    active += modelWeights[k]!;
    sum += modelWeights[k]! * opinion(table, base + k);
  }
  const carries = speaking >= minModels && active > 0;
  const score = carries ? sum / active : 0;
  let agreeing = 0;
  let squares = 0;
  for (let k = 0; carries && k < MODEL_COUNT; k++) {
    if (!speaks(table.status[base + k]!)) continue;
    const view = opinion(table, base + k);
    table.contribution[base + k] = (modelWeights[k]! * view) / active;
    if (view * score > 0) agreeing += modelWeights[k]!;
    squares += modelWeights[k]! * (view - score) * (view - score);
  }
  table.speaking[instrument] = speaking;
  table.score[instrument] = score;
  table.consensus[instrument] = carries ? agreeing / active : 0;
  table.disagreement[instrument] = carries ? Math.sqrt(squares / active) : 0;
}

/** What a model's vote counts as. */
function opinion(table: ModelTable, cell: number): number {
  return table.status[cell] === ANSWER.voted ? table.vote[cell]! : 0;
}

/** Whether any place has a model. */
export const hasModels = (table: ModelTable): boolean => table.id.some((word) => word !== 0);

/** What each model said of an instrument: all serving places, then those of the shadow that have one; empty without any model. */
export function traceModels(table: ModelTable, { modelWeights }: DecisionPolicy, instrument: number): ModelVote[] {
  if (!hasModels(table)) return [];
  return MODEL_ROLES.flatMap((role, r) =>
    MODEL_KINDS.flatMap((model, k): ModelVote[] => {
      const place = r * MODEL_COUNT + k;
      const cell = instrument * MODEL_PLACES + place;
      const id = modelIdAt(table.id, place * MODEL_ID_WORDS);
      if (role === 'shadow' && id === undefined) return [];
      const status = table.status[cell]!;
      return [
        {
          ...{ model, role, id: id?.slice(0, SHORT_ID_DIGITS), status: ANSWER_NAMES[status] ?? 'missing' },
          chance: speaks(status) ? table.chance[cell]! : undefined,
          vote: table.vote[cell]!,
          weight: modelWeights[k]!,
          contribution: table.contribution[cell]!,
        },
      ];
    }),
  );
}

/** The models' vote with the limits that it is held against; undefined in a run without any. */
export function traceEnsemble(
  table: ModelTable,
  policy: DecisionPolicy,
  instrument: number,
): EnsembleTrace | undefined {
  if (!hasModels(table)) return undefined;
  const score = table.score[instrument]!;
  return {
    ...{ score, direction: asDirection(score), confidence: Math.abs(score) / 2 },
    consensus: table.consensus[instrument]!,
    disagreement: table.disagreement[instrument]!,
    speaking: table.speaking[instrument]!,
    ...{ minModels: policy.minModels, minScore: policy.minModelScore, minConsensus: policy.minModelConsensus },
  };
}
