/** A model that comes to its place, or leaves it: an input, so that a replay has the same one at the same moment. */
import {
  AT,
  MODEL_CHANGES,
  MODEL_COUNT,
  MODEL_ID_WORDS,
  MODEL_KINDS,
  MODEL_PLACES,
  MODEL_ROLES,
  modelIdAt,
} from '../domain/index.ts';
import { assert } from '../kernel/assert.ts';
import { castEnsemble } from '../models/ensemble.ts';
import type { ModelSeats } from '../models/library.ts';
import type { EngineState } from './state.ts';

const WORDS = 0x1_0000_0000;
const id = new Int32Array(MODEL_ID_WORDS);

/** Puts the model of the record at `offset` into its place; what stood there is forgotten with all that it said. */
export function applyModel(state: EngineState, seats: ModelSeats, view: DataView, offset: number): void {
  const k = view.getFloat64(offset + AT.modelKind, true);
  const r = view.getFloat64(offset + AT.modelRole, true);
  const model = MODEL_KINDS[k];
  const role = MODEL_ROLES[r];
  const reason = MODEL_CHANGES[view.getFloat64(offset + AT.modelChange, true)];
  assert(model !== undefined && role !== undefined && reason !== undefined, 'a model without kind, role or reason');
  for (let word = 0; word < MODEL_ID_WORDS; word++) {
    const value = view.getFloat64(offset + AT.modelId + word * 8, true);
    assert(Number.isInteger(value) && value >= 0 && value < WORDS, 'an id of a model with a word that is none');
    id[word] = value;
  }
  const place = r * MODEL_COUNT + k;
  const comes = modelIdAt(id, 0);
  const before = modelIdAt(state.models.id, place * MODEL_ID_WORDS);
  const name = comes === undefined ? undefined : seats.model(comes, place).header.name;
  state.models.id.set(id, place * MODEL_ID_WORDS);
  forgetAnswers(state, place);
  state.outbox.push({ kind: 'model', model, role, id: comes, name, before, reason });
}

/** The ensemble's vote of the last bar is counted again without it. */
function forgetAnswers({ models, watch, instruments, config }: EngineState, place: number): void {
  for (const { index } of instruments) {
    const cell = index * MODEL_PLACES + place;
    models.status[cell] = 0;
    models.chance[cell] = 0;
    models.vote[cell] = 0;
    models.contribution[cell] = 0;
    castEnsemble(models, config.policy.decision, index);
  }
  models.muted[place] = 0;
  watch.clear(place, instruments.length);
}
