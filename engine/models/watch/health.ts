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
  type SupervisionPolicy,
} from '../../domain/index.ts';
import type { ModelTable, SupervisionTable } from '../../domain/tables/index.ts';
import type { PackageHeader } from '../package.ts';
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
  /** As its package has it; undefined where that is not at hand. */
  readonly name: string | undefined;
  readonly muted: ModelMute | undefined;
  /** What is beyond its limit now: of a model in the shadow too, which is never muted. */
  readonly drifts: readonly ModelMute[];
  /** Chances whose label has ended; error and calibration are undefined without any. */
  readonly outcomes: number;
  readonly brier: number | undefined;
  readonly calibrationError: number | undefined;
  /** Outcomes of which both are the mean; older ones fade. */
  readonly fadingOutcomes: number;
  /** Beyond these it is muted, once so many outcomes are there; undefined where its package does not say what it was worth. */
  readonly limits: OutcomeLimits | undefined;
  readonly long: HitRate;
  readonly short: HitRate;
  /** Of votes given in a known regime. */
  readonly regimes: Readonly<Record<Regime, HitRate>>;
  /** Bars of all symbols counted in the window that has begun, and those of a whole one. */
  readonly window: { readonly bars: number; readonly of: number };
  /** Share of the features that had moved in the last whole window, and the one that is too much. */
  readonly moved: number;
  readonly mostMoved: number;
  /** The one that had moved farthest; undefined before a whole window. */
  readonly worst: { readonly feature: FeatureName; readonly index: number; readonly distance: number } | undefined;
}

export interface OutcomeLimits {
  readonly brier: number;
  readonly calibrationError: number;
  readonly leastOutcomes: number;
}

/** What the state has of them. */
interface Watched {
  readonly models: ModelTable;
  readonly watch: SupervisionTable;
  readonly config: { readonly policy: { readonly supervision: SupervisionPolicy } };
}

/** One for each place that has a model. `headerOf` gives the header of a package that is at hand. */
export function modelHealth(
  { models, watch, config }: Watched,
  headerOf: (id: string) => PackageHeader | undefined = () => undefined,
): ModelHealth[] {
  const policy = config.policy.supervision;
  return MODEL_ROLES.flatMap((role, r) =>
    MODEL_KINDS.flatMap((model, k): ModelHealth[] => {
      const place = r * MODEL_COUNT + k;
      const id = modelIdAt(models.id, place * MODEL_ID_WORDS);
      if (id === undefined) return [];
      const header = headerOf(id);
      const outcomes = watch.outcomes[place]!;
      const side = (s: number): HitRate => rate(watch.sideTaken[place * 2 + s]!, watch.sideHits[place * 2 + s]!);
      const regime = (name: Regime): HitRate => {
        const cell = place * REGIMES.length + REGIMES.indexOf(name);
        return rate(watch.regimeTaken[cell]!, watch.regimeHits[cell]!);
      };
      const feature = FEATURES[watch.worst[place]! - 1];
      return [
        {
          ...{ model, role, id, name: header?.name, muted: MODEL_MUTES[models.muted[place]! - 1], outcomes },
          drifts: MODEL_MUTES.filter((_, bit) => (watch.alarms[place]! & (1 << bit)) !== 0),
          brier: outcomes > 0 ? watch.brier[place]! : undefined,
          calibrationError: outcomes > 0 ? calibrationErrorOf(watch, place) : undefined,
          fadingOutcomes: policy.fadingOutcomes,
          limits: limitsOf(header, policy),
          ...{ long: side(0), short: side(1), moved: watch.moved[place]!, mostMoved: policy.mostMoved },
          window: { bars: watch.counted[place]!, of: policy.windowBars },
          regimes: { calm: regime('calm'), up: regime('up'), down: regime('down'), turbulent: regime('turbulent') },
          worst: feature && { feature, index: watch.worstIndex[place]!, distance: watch.worstDistance[place]! },
        },
      ];
    }),
  );
}

/** As the breaker has them: what is not labelled, or was never judged, is not held to anything. */
function limitsOf(header: PackageHeader | undefined, policy: SupervisionPolicy): OutcomeLimits | undefined {
  const { label, skill } = header ?? {};
  if (label === undefined || skill === undefined) return undefined;
  return {
    brier: skill.brier + policy.brierMargin,
    calibrationError: skill.calibrationError + policy.calibrationMargin,
    leastOutcomes: policy.leastOutcomes,
  };
}

const rate = (taken: number, hits: number): HitRate => ({ taken, right: taken > 0 ? hits / taken : undefined });
