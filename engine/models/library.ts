/** Where the models of a run come from, and the ones at hand: what the state has of them are ids. */
import { assert, FEATURE_COUNT, MODEL_ID_WORDS, MODEL_KINDS, MODEL_PLACES, modelIdAt } from '../domain/index.ts';
import type { ModelTable } from '../domain/tables/index.ts';
import type { OpenModel } from './open-model.ts';
import { type WatchedBins, watchedBins } from './watch/watched-bins.ts';

/** Models by their id, the SHA-256 of their package in hex. For one id it gives the same model at any time. */
export interface ModelLibrary {
  find(id: string): OpenModel | undefined;
}

/** For runs without models. */
export const NO_MODELS: ModelLibrary = { find: () => undefined };

/** A model that has been fetched, with room for the window that it is shown. */
export interface Seated {
  readonly model: OpenModel;
  readonly window: Float32Array;
  /** How features lay in what it learnt from; undefined where it does not say. */
  readonly bins: WatchedBins | undefined;
}

const seat = (model: OpenModel): Seated => ({
  model,
  window: new Float32Array(model.header.windowSteps),
  bins: watchedBins(model.header.reference),
});

/**
 * The models that stand in the places of a state. Nothing of the state is kept here: which model stands where is read from the
 * columns each time, so that a snapshot may be loaded at any moment, and a model is fetched when it is first asked.
 */
export class ModelSeats {
  /** Room for the vector that models are shown of a bar: a feature that is not valid is not a number. `askModels` fills it anew. */
  readonly vector = new Float64Array(FEATURE_COUNT);
  readonly #library: ModelLibrary;
  readonly #words = new Int32Array(MODEL_PLACES * MODEL_ID_WORDS);
  readonly #seated: Array<Seated | undefined> = Array.from({ length: MODEL_PLACES }, () => undefined);

  constructor(library: ModelLibrary) {
    this.#library = library;
  }

  /** The model in a place; undefined where it is empty. Throws an InvariantError where the library does not have it. */
  at(table: ModelTable, place: number): Seated | undefined {
    const from = place * MODEL_ID_WORDS;
    for (let word = from; word < from + MODEL_ID_WORDS; word++) {
      if (this.#words[word] !== table.id[word]) return this.#fetch(table, place);
    }
    return this.#seated[place];
  }

  #fetch(table: ModelTable, place: number): Seated | undefined {
    const from = place * MODEL_ID_WORDS;
    const id = modelIdAt(table.id, from);
    const model = id === undefined ? undefined : this.model(id, place);
    const seated = model && seat(model);
    this.#words.set(table.id.subarray(from, from + MODEL_ID_WORDS), from);
    this.#seated[place] = seated;
    return seated;
  }

  /** The model with this id, which must be one for the place. */
  model(id: string, place: number): OpenModel {
    const model = this.#library.find(id);
    assert(model !== undefined, `model ${id} is not among the session's models`);
    const kind = MODEL_KINDS[place % MODEL_KINDS.length]!;
    assert(model.header.kind === kind, `model ${id} is one of ${model.header.kind} in the place of ${kind}`);
    return model;
  }
}
