/**
 * The breaker: it watches what models are shown and what becomes of their chances, tells when either has drifted, and mutes a
 * serving model whose drift is beyond what policy allows. A muted model abstains until another one, or the same anew, is put in
 * its place. All of it follows from columns, so that a replay mutes at the same bar.
 */
import {
  FEATURES,
  MODEL_COUNT,
  MODEL_ID_WORDS,
  MODEL_KINDS,
  MODEL_MUTES,
  MODEL_PLACES,
  MODEL_ROLES,
  type ModelMute,
  modelIdAt,
  type Outbox,
  type SupervisionPolicy,
} from '../../domain/index.ts';
import { ANSWER, type ModelTable, type SupervisionTable } from '../../domain/tables/index.ts';
import type { ModelSeats, Seated } from '../library.ts';
import { countVector, endWindow } from './feature-drift.ts';
import { calibrationErrorOf, keepChance, settle } from './outcomes.ts';

export interface Watch {
  readonly models: ModelTable;
  readonly watch: SupervisionTable;
  readonly outbox: Outbox;
  readonly policy: SupervisionPolicy;
  readonly deadZone: number;
}

/** Watches the model in every place at the bar that has just closed, as `askModels` left it. One that is muted tells no more. */
export function watchModels(all: Watch, seats: ModelSeats, instrument: number, bar: number): void {
  for (let place = 0; place < MODEL_PLACES; place++) {
    const seated = seats.at(all.models, place);
    if (seated === undefined || all.models.muted[place] !== 0) continue;
    keepChance(all.watch, all.models, bar, instrument * MODEL_PLACES + place);
    if (wasAsked(all.models.status[instrument * MODEL_PLACES + place]!)) {
      watchFeatures(all, place, seated, seats.vector);
    }
    if (all.models.muted[place] === 0) watchOutcomes(all, place, seated, instrument, bar);
  }
}

const wasAsked = (status: number): boolean =>
  status === ANSWER.voted || status === ANSWER.neutral || status === ANSWER.silent;

function watchFeatures(all: Watch, place: number, { model, bins }: Seated, vector: Float64Array): void {
  const { watch, policy } = all;
  if (bins === undefined) return;
  countVector(watch, place, bins, vector, policy.windowBars);
  if (watch.counted[place]! < policy.windowBars) return;
  endWindow(watch, place, bins);
  const isBeyond = watch.moved[place]! > policy.mostMoved;
  watch.windows[place] = isBeyond ? watch.windows[place]! + 1 : 0;
  tell(all, place, 'drift-features', isBeyond, watch.moved[place]!, policy.mostMoved);
  if (watch.windows[place]! >= policy.windowsInARow) mute(all, place, model.header.name, 'drift-features');
}

function watchOutcomes(all: Watch, place: number, { model }: Seated, instrument: number, bar: number): void {
  const { watch, policy, deadZone } = all;
  const { label, skill, name } = model.header;
  if (label === undefined) return;
  const isJudged = settle(watch, label, bar, instrument, place, deadZone, policy.fadingOutcomes);
  if (!isJudged || skill === undefined || watch.outcomes[place]! < policy.leastOutcomes) return;
  judge(all, place, name, 'drift-error', watch.brier[place]!, skill.brier + policy.brierMargin);
  if (all.models.muted[place] !== 0) return;
  const error = calibrationErrorOf(watch, place);
  judge(all, place, name, 'drift-calibration', error, skill.calibrationError + policy.calibrationMargin);
}

function judge(all: Watch, place: number, name: string, what: ModelMute, value: number, limit: number): void {
  tell(all, place, what, value > limit, value, limit);
  if (value > limit) mute(all, place, name, what);
}

/** Tells of a drift when it begins. */
function tell(all: Watch, place: number, what: ModelMute, isBeyond: boolean, value: number, limit: number): void {
  const { watch, outbox } = all;
  const bit = 1 << MODEL_MUTES.indexOf(what);
  const stood = (watch.alarms[place]! & bit) !== 0;
  if (isBeyond === stood) return;
  watch.alarms[place] = watch.alarms[place]! ^ bit;
  if (!isBeyond) return;
  const worst = what === 'drift-features' ? FEATURES[watch.worst[place]! - 1] : undefined;
  const feature =
    worst === undefined
      ? undefined
      : { name: worst, index: watch.worstIndex[place]!, distance: watch.worstDistance[place]! };
  outbox.push({ kind: 'drift', ...whoIn(all, place), what, value, limit, feature });
}

/** Of the shadow nothing is counted, so that there is nothing to mute. */
function mute(all: Watch, place: number, name: string, what: ModelMute): void {
  const who = whoIn(all, place);
  if (who.role !== 'serve') return;
  all.models.muted[place] = 1 + MODEL_MUTES.indexOf(what);
  all.outbox.push({ kind: 'model', ...who, name, before: who.id, reason: what });
}

function whoIn({ models }: Watch, place: number) {
  return {
    model: MODEL_KINDS[place % MODEL_COUNT]!,
    role: MODEL_ROLES[Math.floor(place / MODEL_COUNT)]!,
    id: modelIdAt(models.id, place * MODEL_ID_WORDS),
  };
}
