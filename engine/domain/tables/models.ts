/** Columns of the models: which stand where, what each said at the last bar, and what came of it all. */
import type { Arena } from '../../kernel/arena.ts';
import { MODEL_ID_WORDS, MODEL_PLACES, MODEL_STATUSES } from '../models.ts';

/** Statuses as stored; the order of `MODEL_STATUSES`. */
export const ANSWER = {
  missing: 0,
  warming: 1,
  schema: 2,
  interval: 3,
  silent: 4,
  muted: 5,
  neutral: 6,
  voted: 7,
} as const satisfies Record<string, number>;
export const ANSWER_NAMES = MODEL_STATUSES;

/** Place `p` (see `modelPlace`) of instrument `i` is at `i * MODEL_PLACES + p`. */
export class ModelTable {
  /** Id of the model in each place, `MODEL_ID_WORDS` words each; zeros where there is none. */
  readonly id: Int32Array;
  /** By place: why the engine has muted what stands there, from 1 in the order of `MODEL_MUTES`; 0 for not. */
  readonly muted: Uint8Array;
  readonly status: Uint8Array;
  /** Calibrated chance of a rise, and twice its distance from a half; 0 where the model abstained. */
  readonly chance: Float64Array;
  readonly vote: Float64Array;
  /** Part of the score: 0 of those in the shadow. */
  readonly contribution: Float64Array;
  /** By instrument: serving models that spoke, and what their votes came to; 0 where too few spoke. */
  readonly speaking: Int32Array;
  readonly score: Float64Array;
  readonly consensus: Float64Array;
  readonly disagreement: Float64Array;

  constructor(arena: Arena, instruments: number) {
    const cells = instruments * MODEL_PLACES;
    this.id = arena.i32('model.id', MODEL_PLACES * MODEL_ID_WORDS);
    this.muted = arena.u8('model.muted', MODEL_PLACES);
    this.status = arena.u8('model.status', cells);
    this.chance = arena.f64('model.chance', cells);
    this.vote = arena.f64('model.vote', cells);
    this.contribution = arena.f64('model.contribution', cells);
    this.speaking = arena.i32('ensemble.speaking', instruments);
    this.score = arena.f64('ensemble.score', instruments);
    this.consensus = arena.f64('ensemble.consensus', instruments);
    this.disagreement = arena.f64('ensemble.disagreement', instruments);
  }
}
