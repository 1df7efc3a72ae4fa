/** The rows of the models panel: which stand there, which one is chosen, and how each of them does. */
import type { ModelStatus } from '../engine/domain/index.ts';
import type { HitRate } from '../engine/index.ts';
import type { ConsoleState } from './model.ts';
import type { ModelHealthView } from './model-view.ts';
import { modelKey } from './model-words.ts';
import type { EngineView, VoteView } from './view.ts';

const NONE: readonly ModelHealthView[] = [];
const rowsOf = new WeakMap<readonly ModelHealthView[], readonly ModelHealthView[]>();

/** One of each kind at the place that counts, and below it the one in its shadow; the same list for the same view. */
export function modelRows(view: EngineView | undefined): readonly ModelHealthView[] {
  const given = view?.models ?? NONE;
  const known = rowsOf.get(given);
  if (known !== undefined) return known;
  const kinds = [...new Set(given.map(({ model }) => model))];
  const rows = kinds.flatMap((kind) => given.filter(({ model }) => model === kind));
  rowsOf.set(given, rows);
  return rows;
}

/** The chosen row, the first one where none was chosen or the chosen one is gone. */
export function selectedModel({ view, ui }: Pick<ConsoleState, 'view' | 'ui'>): ModelHealthView | undefined {
  const rows = modelRows(view);
  return rows.find((each) => modelKey(each) === ui.selectedModel) ?? rows[0];
}

/** What a model said of each symbol when its last bar closed. */
export interface LastAnswer {
  readonly symbol: string;
  readonly status: ModelStatus;
}

export function lastAnswers(of: ModelHealthView, votes: readonly VoteView[]): readonly LastAnswer[] {
  return votes.flatMap(({ symbol, models }) =>
    models.filter((each) => modelKey(each) === modelKey(of)).map(({ status }) => ({ symbol, status })),
  );
}

/** voted and neutral are the two answers; any other status is a reason to give none. */
export const abstains = (status: ModelStatus): boolean => status !== 'voted' && status !== 'neutral';

/**
 * muted: by the breaker · drifts: beyond a limit, and not muted for it · a status: it abstains in every symbol, for that reason in
 * the first · waits: no bar has closed since the start · speaks: in one symbol at least.
 */
export type ModelCondition = 'muted' | 'drifts' | 'speaks' | 'waits' | Exclude<ModelStatus, 'voted' | 'neutral'>;

export function conditionOf(of: ModelHealthView, votes: readonly VoteView[]): ModelCondition {
  if (of.muted !== undefined) return 'muted';
  if (of.drifts.length > 0) return 'drifts';
  const answers = lastAnswers(of, votes);
  const [first] = answers;
  if (first === undefined) return 'waits';
  const { status } = first;
  if (status === 'voted' || status === 'neutral') return 'speaks';
  return answers.every((each) => abstains(each.status)) ? status : 'speaks';
}

/** How many serve, stand in the shadow, are muted, and drift without being muted. */
export function modelCounts(models: readonly ModelHealthView[]) {
  const count = (is: (each: ModelHealthView) => boolean): number => models.filter(is).length;
  return {
    serving: count(({ role }) => role === 'serve'),
    shadow: count(({ role }) => role === 'shadow'),
    muted: count(({ muted }) => muted !== undefined),
    drifting: count(({ muted, drifts }) => muted === undefined && drifts.length > 0),
  };
}

/** Votes of both sides that have ended, and the share of them that was right. */
export function rightOf({ long, short }: Pick<ModelHealthView, 'long' | 'short'>): HitRate {
  const taken = long.taken + short.taken;
  const hits = ({ taken: each, right = 0 }: HitRate): number => each * right;
  return { taken, right: taken === 0 ? undefined : (hits(long) + hits(short)) / taken };
}
