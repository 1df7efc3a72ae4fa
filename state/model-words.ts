/** What a model says, or why it says nothing, in words. */
import type { EventBody, ModelChange, ModelMute, ModelVote } from '../engine/domain/index.ts';
import { fixed, percentOf } from './text/numbers.ts';

/** Digits of an id that tell models apart on a screen. */
const SHORT_ID = 8;

export const shortId = (id: string): string => id.slice(0, SHORT_ID);

/** How a place is named where one must be told from another. */
export const modelKey = ({ model, role }: Pick<ModelVote, 'model' | 'role'>): string =>
  role === 'serve' ? model : `${model} shadow`;

/** Why a model abstains. */
export const ABSTENTION_TEXT: Readonly<Record<Exclude<ModelVote['status'], 'neutral' | 'voted'>, string>> = {
  missing: 'no model of this kind serves',
  warming: 'its windows are not full yet',
  schema: 'it was trained on other features than this build takes',
  interval: 'it was trained on bars of another length',
  silent: 'it gives no chance for this bar',
  muted: 'muted, for it has drifted: chimera models tells how',
};

/** One model's reason; of one that abstains, why it does. */
export function modelRationale({ status, chance, id, role }: ModelVote): string {
  const shadow = role === 'shadow' ? 'not counted, it stands in the shadow: ' : '';
  const which = id === undefined ? '' : ` (${shortId(id)})`;
  if (status !== 'voted' && status !== 'neutral') return `${shadow}${ABSTENTION_TEXT[status]}${which}`;
  const near = status === 'neutral' ? ', too near to a half' : '';
  return `${shadow}chance of a rise ${percentOf(chance ?? 0.5, 1)}${near}${which}`;
}

/** The same where its chance is told beside it. */
export function modelNote(vote: ModelVote): string {
  const { status, role, id } = vote;
  if (status !== 'voted' && status !== 'neutral') return modelRationale(vote);
  const near = status === 'neutral' ? ', too near to a half' : '';
  return `${id === undefined ? '' : shortId(id)}${near}${role === 'shadow' ? ', in the shadow: not counted' : ''}`;
}

/** What of a model has drifted. */
export const DRIFT_TEXT: Readonly<Record<ModelMute, string>> = {
  'drift-features': 'its features are not those that it learnt from',
  'drift-error': 'its errors are beyond those that it came with',
  'drift-calibration': 'its chances do not fit what comes',
};

const CHANGE_TEXT: Readonly<Record<ModelChange, string>> = {
  deploy: 'deployed',
  promote: 'promoted',
  rollback: 'rolled back to',
  remove: 'removed',
};

/** Which model stands where now, and in whose place. */
export function modelChangeText(event: Extract<EventBody, { kind: 'model' }>): string {
  const { model, role, id, name, before, reason } = event;
  const where = role === 'serve' ? model : `${model} in the shadow`;
  if (isMute(reason)) return `${where}: ${name ?? ''} (${shortId(id ?? '')}) muted, ${DRIFT_TEXT[reason]}`;
  const instead = before === undefined || before === id ? '' : `, in the place of ${shortId(before)}`;
  if (id === undefined) return `${where}: none any more${before === undefined ? '' : `, ${shortId(before)} is gone`}`;
  return `${where}: ${CHANGE_TEXT[reason]} ${name ?? ''} (${shortId(id)})${instead}`;
}

const isMute = (reason: ModelChange | ModelMute): reason is ModelMute => Object.hasOwn(DRIFT_TEXT, reason);

/** How far a model has drifted, and from what. */
export function driftText(event: Extract<EventBody, { kind: 'drift' }>): string {
  const { model, role, id, what, value, limit, feature } = event;
  const where = `${role === 'serve' ? model : `${model} in the shadow`} (${shortId(id ?? '')})`;
  if (what === 'drift-features') {
    const worst =
      feature === undefined
        ? ''
        : `, the farthest ${feature.name}: index ${fixed(feature.index, 2)}, distance ${fixed(feature.distance, 2)}`;
    return `${where}: ${percentOf(value, 0)} of its features have moved (limit ${percentOf(limit, 0)})${worst}`;
  }
  const error = what === 'drift-error' ? 'squared error' : 'calibration error';
  return `${where}: ${error} ${fixed(value, 3)} (limit ${fixed(limit, 3)})`;
}
