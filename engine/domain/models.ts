/** The kinds of model that vote, their places, and what becomes of their votes: in fixed orders, for columns and journals count. */
import { assert } from '../kernel/assert.ts';

/** Boosted trees grown level by level (XGBoost's way) and leaf by leaf (LightGBM's way), N-HiTS, PatchTST. */
export const MODEL_KINDS = ['depth-trees', 'leaf-trees', 'nhits', 'patchtst'] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];
export const MODEL_COUNT = MODEL_KINDS.length;

/** serve: its vote counts · shadow: it is asked as well, and what it says is kept and not counted. */
export const MODEL_ROLES = ['serve', 'shadow'] as const;
export type ModelRole = (typeof MODEL_ROLES)[number];

/** Places for a model: one of each kind in each role. */
export const MODEL_PLACES = MODEL_ROLES.length * MODEL_COUNT;

/** Place of a kind in a role, among {@link MODEL_PLACES}. */
export const modelPlace = (role: ModelRole, kind: ModelKind): number =>
  MODEL_ROLES.indexOf(role) * MODEL_COUNT + MODEL_KINDS.indexOf(kind);

/** Why an input puts a model into a place, or takes one out of it. */
export const MODEL_CHANGES = ['deploy', 'promote', 'rollback', 'remove'] as const;
export type ModelChange = (typeof MODEL_CHANGES)[number];

/** Why the engine mutes a model: what it is shown, what became of its chances, or how they fit what came is not what it learnt from. */
export const MODEL_MUTES = ['drift-features', 'drift-error', 'drift-calibration'] as const;
export type ModelMute = (typeof MODEL_MUTES)[number];

/**
 * What a place had to say at the last bar. missing: no model stands there · warming: its windows are not full · schema: it was
 * trained on other features · interval: on bars of another length · silent: it gives no finite chance · muted: it has drifted · neutral: its chance is
 * too near to a half · voted. All but the last two abstain.
 */
export const MODEL_STATUSES = [
  ...(['missing', 'warming', 'schema', 'interval', 'silent', 'muted', 'neutral', 'voted'] as const),
] as const;
export type ModelStatus = (typeof MODEL_STATUSES)[number];

/** Returns of closed bars that a net is shown, oldest first; a model may ask for fewer, never for more. */
export const WINDOW_STEPS_MOST = 128;

/** Words of 32 bits that a model's id is kept in. */
export const MODEL_ID_WORDS = 8;
const WORD_DIGITS = 8;
const ID = /^[0-9a-f]{64}$/;

/** First digits of an id that stand for it in traces: enough to tell any two apart. */
export const SHORT_ID_DIGITS = 12;

/** Words of an id, 64 hex digits of a SHA-256; of none, zeros. */
export function modelIdWords(id: string | undefined): Int32Array {
  assert(id === undefined || ID.test(id), 'an id of a model has 64 hex digits');
  return Int32Array.from({ length: MODEL_ID_WORDS }, (_, word) =>
    id === undefined ? 0 : Number.parseInt(id.slice(word * WORD_DIGITS, (word + 1) * WORD_DIGITS), 16),
  );
}

/** The id in the words from `at` on; undefined where all are zero. */
export function modelIdAt(words: Int32Array, at: number): string | undefined {
  const own = words.subarray(at, at + MODEL_ID_WORDS);
  if (own.every((word) => word === 0)) return undefined;
  return Array.from(own, (word) => (word >>> 0).toString(16).padStart(WORD_DIGITS, '0')).join('');
}
