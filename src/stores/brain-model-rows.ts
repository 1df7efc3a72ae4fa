/** What the models of a session were, said and came to, as rows of `brain.db`. */
import {
  type EngineEvent,
  type EnsembleTrace,
  MODEL_ID_WORDS,
  MODEL_KINDS,
  MODEL_MUTES,
  MODEL_ROLES,
  type ModelVote,
  modelIdAt,
  modelPlace,
} from '../../engine/domain/index.ts';
import type { EngineState } from '../../engine/index.ts';
import type { SessionManifest } from '../../logs/index.ts';
import type { Row } from './brain-tables.ts';

type EventOf<K extends EngineEvent['kind']> = Extract<EngineEvent, { kind: K }>;

/** Models that serve from the start: no event tells of them. */
export function startingModels({ name: session, config }: SessionManifest): Row[] {
  return MODEL_KINDS.flatMap((model) => {
    const id = config?.models?.[model];
    return id === undefined ? [] : [{ session, output: 0, model, role: 'serve', model_id: id, reason: 'begin' }];
  });
}

/**
 * The same of a run that goes on from this state: who stands there need not be whom its configuration names. One that was muted
 * has that as its reason.
 */
export function modelsGoingOn(session: string, { models }: Pick<EngineState, 'models'>): Row[] {
  return MODEL_ROLES.flatMap((role) =>
    MODEL_KINDS.flatMap((model) => {
      const place = modelPlace(role, model);
      const id = modelIdAt(models.id, place * MODEL_ID_WORDS);
      const reason = MODEL_MUTES[models.muted[place]! - 1] ?? 'begin';
      return id === undefined ? [] : [{ session, output: 0, model, role, model_id: id, reason }];
    }),
  );
}

/** Another model in a place, none, or the one there muted. */
export const changeRow = ({ model, role, id, name, before, reason }: EventOf<'model'>, fact: Row): Row => ({
  ...{ ...fact, model, role, model_id: id ?? null, name: name ?? null, before_id: before ?? null, reason },
});

export const driftRow = ({ model, role, id, what, value, limit, feature }: EventOf<'drift'>, fact: Row): Row => ({
  ...{ ...fact, model, role, model_id: id ?? null, what, value, limit_value: limit },
  ...{ feature: feature?.name ?? null, feature_index: feature?.index ?? null },
  feature_distance: feature?.distance ?? null,
});

/** What each model said of a decision. Journals of builds without models have none. */
export const modelVoteRows = (session: string, decisionId: number, models: readonly ModelVote[] = []): Row[] =>
  models.map(({ model, role, id, status, chance, vote, weight, contribution }) => ({
    ...{ session, decision_id: decisionId, model, role, model_id: id ?? null, status },
    ...{ chance: chance ?? null, vote, weight, contribution },
  }));

/** What those that serve said together, as columns of the decision; nothing where there were none. */
export const ensembleCells = (ensemble: EnsembleTrace | undefined): Row => ({
  ensemble_score: ensemble?.score ?? null,
  ensemble_consensus: ensemble?.consensus ?? null,
  ensemble_confidence: ensemble?.confidence ?? null,
  ensemble_disagreement: ensemble?.disagreement ?? null,
  models_speaking: ensemble?.speaking ?? null,
});
