/** Whether a challenger may take the place of the model that serves: its figures must say so, and it must have been in the shadow. */
import { DEFAULT_JUDGE } from '../../engine/training/index.ts';
import type { DataDir } from '../data-dir.ts';
import type { ModelJudgement } from './manifest.ts';
import { shortId } from './model-files.ts';
import type { ModelRegistry } from './registry.ts';
import type { ModelEntry } from './registry-entries.ts';
import { shadowTime } from './shadow-time.ts';
import { shadowVotes } from './shadow-votes.ts';
import { verdictOf } from './verdict.ts';

/** How long a model has to have been asked along before its votes may count. */
const LEAST_SHADOW_MS = 24 * 3_600_000;

/**
 * How many of its votes must have ended by then. Below as many rows a walk says nothing either (`leastRows`): the pairs that a
 * bootstrap draws from would be a handful.
 */
const LEAST_SHADOW_VOTES = DEFAULT_JUDGE.leastRows;

/** What a promotion is decided by. */
export interface Evidence {
  readonly challenger: ModelEntry;
  /** The model that serves; undefined where none does. */
  readonly champion: ModelEntry | undefined;
  /** How long engines have run while the challenger was in the shadow. */
  readonly shadowMs: number;
  /** Votes of it there whose outcome is known. */
  readonly shadowVotes: number;
}

/** Gathers it from registry and recorded sessions. */
export function evidenceFor(dir: DataDir, registry: ModelRegistry, challenger: ModelEntry, nowMs: number): Evidence {
  const entries = registry.entries();
  const champion = entries.find(({ kind, state }) => kind === challenger.kind && state === 'serving');
  const kinds = new Map(entries.map(({ id, kind }) => [id, kind]));
  const { ms, runs } = shadowTime(dir, registry.events(), kinds, challenger.id, nowMs);
  return { challenger, champion, shadowMs: ms, shadowVotes: shadowVotes(runs, challenger.id) };
}

/** The judgement that counts against this champion; undefined where there is none. */
function judgementAgainst({ manifest }: ModelEntry, champion: ModelEntry | undefined): ModelJudgement | undefined {
  if (champion === undefined) return manifest.metrics;
  const { comparison } = manifest;
  return comparison?.champion === champion.id ? comparison.judgement : undefined;
}

/** Why the model may not be promoted; undefined where it may. Models that ship or were brought need no figures of ours. */
export function promotionRefusal(evidence: Evidence): string | undefined {
  const { challenger, champion, shadowMs, shadowVotes: votes } = evidence;
  if (challenger.source !== 'trained-here') return undefined;
  const judgement = judgementAgainst(challenger, champion);
  if (judgement === undefined) return `it was not compared with ${champion?.name}, which serves: evaluate it again`;
  if (!judgement.promoted) return verdictOf(judgement);
  if (shadowMs >= LEAST_SHADOW_MS && votes >= LEAST_SHADOW_VOTES) return undefined;
  return `it has been in the shadow of running engines for ${shadowText(evidence)}`;
}

/** How long a model was in the shadow and how often it voted there, each with what is asked for. */
export const shadowText = ({ shadowMs, shadowVotes: votes }: Evidence): string =>
  `${hours(shadowMs)} of at least ${hours(LEAST_SHADOW_MS)}, and ${votes} of at least ${LEAST_SHADOW_VOTES} votes there have an outcome`;

/** What the registry notes of a promotion that is allowed. */
export function promotionReason({ challenger, champion, shadowMs, shadowVotes: votes }: Evidence): string {
  const judgement = judgementAgainst(challenger, champion);
  if (challenger.source !== 'trained-here' || judgement?.comparison === undefined) return `${challenger.source}`;
  const { gain, pValue } = judgement.comparison;
  const against = champion === undefined ? 'than buying nothing' : `than ${shortId(champion.id)}`;
  return `better ${against} by ${(gain * 100).toFixed(1)} %, p ${pValue.toFixed(3)}, ${hours(shadowMs)} in the shadow, ${votes} votes`;
}

const hours = (ms: number): string => `${(ms / 3_600_000).toFixed(1)} h`;
