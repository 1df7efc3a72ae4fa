/** Whether a challenger may take the place of the model that serves: its figures must say so, and it must have been in the shadow. */
import type { DataDir } from '../data-dir.ts';
import type { ModelJudgement } from './manifest.ts';
import { shortId } from './model-files.ts';
import type { ModelRegistry } from './registry.ts';
import type { ModelEntry } from './registry-entries.ts';
import { shadowTime } from './shadow-time.ts';
import { verdictOf } from './verdict.ts';

/** How long a model has to have been asked along before its votes may count. */
const LEAST_SHADOW_MS = 24 * 3_600_000;

/** What a promotion is decided by. */
export interface Evidence {
  readonly challenger: ModelEntry;
  /** The model that serves; undefined where none does. */
  readonly champion: ModelEntry | undefined;
  /** How long engines have run while the challenger was in the shadow. */
  readonly shadowMs: number;
}

/** Gathers it from registry and recorded sessions. */
export function evidenceFor(dir: DataDir, registry: ModelRegistry, challenger: ModelEntry, nowMs: number): Evidence {
  const entries = registry.entries();
  const champion = entries.find(({ kind, state }) => kind === challenger.kind && state === 'serving');
  const kinds = new Map(entries.map(({ id, kind }) => [id, kind]));
  return { challenger, champion, shadowMs: shadowTime(dir, registry.events(), kinds, challenger.id, nowMs) };
}

/** The judgement that counts against this champion; undefined where there is none. */
function judgementAgainst({ manifest }: ModelEntry, champion: ModelEntry | undefined): ModelJudgement | undefined {
  if (champion === undefined) return manifest.metrics;
  const { comparison } = manifest;
  return comparison?.champion === champion.id ? comparison.judgement : undefined;
}

/** Why the model may not be promoted; undefined where it may. Models that ship or were brought need no figures of ours. */
export function promotionRefusal({ challenger, champion, shadowMs }: Evidence): string | undefined {
  if (challenger.source !== 'trained-here') return undefined;
  const judgement = judgementAgainst(challenger, champion);
  if (judgement === undefined) return `it was not compared with ${champion?.name}, which serves: evaluate it again`;
  if (!judgement.promoted) return verdictOf(judgement);
  if (shadowMs >= LEAST_SHADOW_MS) return undefined;
  return `it has been in the shadow of running engines for ${hours(shadowMs)} of ${hours(LEAST_SHADOW_MS)}`;
}

/** What the registry notes of a promotion that is allowed. */
export function promotionReason({ challenger, champion, shadowMs }: Evidence): string {
  const judgement = judgementAgainst(challenger, champion);
  if (challenger.source !== 'trained-here' || judgement?.comparison === undefined) return `${challenger.source}`;
  const { gain, pValue } = judgement.comparison;
  const against = champion === undefined ? 'than buying nothing' : `than ${shortId(champion.id)}`;
  return `better ${against} by ${(gain * 100).toFixed(1)} %, p ${pValue.toFixed(3)}, ${hours(shadowMs)} in the shadow`;
}

const hours = (ms: number): string => `${(ms / 3_600_000).toFixed(1)} h`;
