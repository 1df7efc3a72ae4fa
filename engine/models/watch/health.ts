/** What the watch knows of the models, in figures for people. */
import {
  FEATURES,
  type FeatureName,
  MODEL_COUNT,
  MODEL_ID_WORDS,
  MODEL_KINDS,
  MODEL_MUTES,
  MODEL_ROLES,
  type ModelKind,
  type ModelMute,
  type ModelRole,
  modelIdAt,
  REGIMES,
  type Regime,
} from '../../domain/index.ts';
import type { ModelTable, SupervisionTable } from '../../domain/tables/index.ts';
import { calibrationErrorOf } from './outcomes.ts';

/** Votes that have ended, and the share of them that was right; undefined without any. */
export interface HitRate {
  readonly taken: number;
  readonly right: number | undefined;
}

export interface ModelHealth {
  readonly model: ModelKind;
  readonly role: ModelRole;
  readonly id: string;
  readonly muted: ModelMute | undefined;
  /** Chances whose label has ended; error and calibration are undefined without any. */
  readonly outcomes: number;
  readonly brier: number | undefined;
  readonly calibrationError: number | undefined;
  readonly long: HitRate;
  readonly short: HitRate;
  /** Of votes given in a known regime. */
  readonly regimes: Readonly<Record<Regime, HitRate>>;
  /** Share of the features that had moved in the last whole window. */
  readonly moved: number;
  /** The one that had moved farthest; undefined before a whole window. */
  readonly worst: { readonly feature: FeatureName; readonly index: number; readonly distance: number } | undefined;
}

/** One for each place that has a model. */
export function modelHealth(models: ModelTable, watch: SupervisionTable): ModelHealth[] {
  return MODEL_ROLES.flatMap((role, r) =>
    MODEL_KINDS.flatMap((model, k): ModelHealth[] => {
      const place = r * MODEL_COUNT + k;
      const id = modelIdAt(models.id, place * MODEL_ID_WORDS);
      if (id === undefined) return [];
      const outcomes = watch.outcomes[place]!;
      const side = (s: number): HitRate => rate(watch.sideTaken[place * 2 + s]!, watch.sideHits[place * 2 + s]!);
      const regime = (name: Regime): HitRate => {
        const cell = place * REGIMES.length + REGIMES.indexOf(name);
        return rate(watch.regimeTaken[cell]!, watch.regimeHits[cell]!);
      };
      const feature = FEATURES[watch.worst[place]! - 1];
      return [
        {
          ...{ model, role, id, muted: MODEL_MUTES[models.muted[place]! - 1], outcomes },
          brier: outcomes > 0 ? watch.brier[place]! : undefined,
          calibrationError: outcomes > 0 ? calibrationErrorOf(watch, place) : undefined,
          ...{ long: side(0), short: side(1), moved: watch.moved[place]! },
          regimes: { calm: regime('calm'), up: regime('up'), down: regime('down'), turbulent: regime('turbulent') },
          worst: feature && { feature, index: watch.worstIndex[place]!, distance: watch.worstDistance[place]! },
        },
      ];
    }),
  );
}

const rate = (taken: number, hits: number): HitRate => ({ taken, right: taken > 0 ? hits / taken : undefined });
