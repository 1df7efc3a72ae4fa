/** Models in `brain.db`: which stood where, what each said of a decision, and how far one has drifted. */
import { expect, test } from 'vitest';
import { type EngineEvent, MODEL_ID_WORDS, modelIdWords, modelPlace } from '../../../engine/domain/index.ts';
import { createState, Fold } from '../../../engine/index.ts';
import { encodeSnapshot, SessionWriter } from '../../../logs/index.ts';
import { openDataDir } from '../../../src/data-dir.ts';
import { snapshotOf } from '../../../src/host/take-up.ts';
import { projectBrain } from '../../../src/stores/brain-projection.ts';
import { type Cell, FACTS, type Table } from '../../../src/stores/brain-tables.ts';
import { modelSession } from '../../fixtures/model-session.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';
import { CONSOLE_DRAFT, inputRecord } from '../logs/helpers.ts';

const INPUTS = 12_000;

/** The rows of a session whose journal has these events. */
function rowsOf(events: readonly EngineEvent[], config = CONSOLE_DRAFT.config!) {
  const dir = openDataDir(temporaryFolder('brain-models'));
  const instruments = [...config.instruments];
  const draft = { ...CONSOLE_DRAFT, instruments, config: { ...config, runId: 's', instruments } };
  const writer = SessionWriter.open(dir.sessions, 's', draft);
  writer.append(inputRecord(1));
  for (const event of events) writer.appendOutput({ ...event, seq: 1 });
  writer.finish({ stateHash: '0'.repeat(32) });
  const database = projectBrain(dir, false);
  const of = (table: Table): Record<string, Cell>[] => [...database.rows(table)];
  const rows = {
    decisions: of(FACTS.decisions),
    votes: of(FACTS.modelVotes),
    models: of(FACTS.models),
    drift: of(FACTS.modelDrift),
    others: of(FACTS.otherEvents),
  };
  database.close();
  return rows;
}

test('swaps, and what each model said of each decision', () => {
  const { source, config, library } = modelSession(INPUTS);
  const events: EngineEvent[] = [];
  const fold = new Fold(source, config, (event) => events.push(event), undefined, library);
  while (fold.run(5_000));
  const { decisions, votes, models, others } = rowsOf(events, config);
  const swaps = events.filter((event) => event.kind === 'model');
  expect(models.slice(0, 4).map(({ output, role, model_id, reason }) => [output, role, model_id, reason])).toEqual(
    Object.entries(config.models!).map(([, id]) => [0, 'serve', id, 'begin']),
  );
  expect(
    models.slice(4).map(({ model, role, model_id, before_id, reason }) => [model, role, model_id, before_id, reason]),
  ).toEqual(swaps.map(({ model, role, id, before, reason }) => [model, role, id ?? null, before ?? null, reason]));
  expect(others.filter(({ kind }) => kind === 'model')).toEqual([]);

  const traces = events.flatMap((event) => (event.kind === 'decision' ? [event.trace] : []));
  expect(votes).toHaveLength(traces.reduce((sum, trace) => sum + trace.models.length, 0));
  const first = traces.find(({ models: said }) => said.some(({ chance }) => chance !== undefined))!;
  const { model, role, chance, vote, weight } = first.models.find((each) => each.chance !== undefined)!;
  expect(votes).toContainEqual(
    expect.objectContaining({ decision_id: first.decisionId, model, role, chance, vote, weight }),
  );
  expect(votes.some(({ role: of }) => of === 'shadow')).toBe(true);
  expect(decisions.find(({ decision_id }) => decision_id === first.decisionId)).toMatchObject({
    regime: first.regime ?? null,
    ensemble_score: first.ensemble!.score,
    ensemble_disagreement: first.ensemble!.disagreement,
    models_speaking: first.ensemble!.speaking,
  });
});

test('a drift has what it was told by, the feature where there is one', () => {
  const at = { seq: 1, atUs: 7 };
  const model = { model: 'nhits', role: 'serve', id: 'ab'.repeat(32) } as const;
  const { drift } = rowsOf([
    {
      ...{ ...at, kind: 'drift', ...model, what: 'drift-features', value: 0.6, limit: 0.5 },
      feature: { name: 'rsi', index: 0.4, distance: 0.3 },
    },
    { ...at, kind: 'drift', ...model, what: 'drift-error', value: 0.31, limit: 0.3, feature: undefined },
  ]);
  expect(drift).toMatchObject([
    {
      model: 'nhits',
      role: 'serve',
      what: 'drift-features',
      feature: 'rsi',
      feature_index: 0.4,
      feature_distance: 0.3,
    },
    { what: 'drift-error', value: 0.31, limit_value: 0.3, feature: null, feature_index: null },
  ]);
});

test('a run that goes on begins with the models that stood there, and not with those of its configuration', () => {
  const dir = openDataDir(temporaryFolder('brain-models'));
  const [configured, muted, shadow] = ['ab', 'cd', 'ef'].map((digits) => digits.repeat(32)) as [string, string, string];
  const config = { ...CONSOLE_DRAFT.config!, models: { nhits: configured } };
  const state = createState(config);
  state.models.id.set(modelIdWords(muted), modelPlace('serve', 'nhits') * MODEL_ID_WORDS);
  state.models.muted[modelPlace('serve', 'nhits')] = 2;
  state.models.id.set(modelIdWords(shadow), modelPlace('shadow', 'patchtst') * MODEL_ID_WORDS);
  state.control.seq[0] = 9;
  const base = snapshotOf(state, state.arena.hash());
  const startsFrom = { session: 'before', seq: 9, atUs: base.atUs, stateHash: base.stateHash };
  SessionWriter.open(
    dir.sessions,
    's',
    { ...CONSOLE_DRAFT, config, startsFrom },
    { base: encodeSnapshot(base) },
  ).abort();
  const database = projectBrain(dir, false);
  const rows = [...database.rows(FACTS.models)].map(({ model, role, model_id, reason }) => [
    model,
    role,
    model_id,
    reason,
  ]);
  database.close();
  expect(rows).toEqual([
    ['nhits', 'serve', muted, 'drift-error'],
    ['patchtst', 'shadow', shadow, 'begin'],
  ]);
});
