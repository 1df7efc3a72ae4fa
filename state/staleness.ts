/** Which numbers may be old: stale never looks live. */
import type { ConsoleState } from './model.ts';
import type { EngineView, FeedState, SymbolView } from './view.ts';

/** Without a new view for this long the engine is called silent and its numbers stale. */
export const SILENT_AFTER_MS = 2_000;

/** How long the engine has said nothing, or 0 while it speaks. A replay that stands still is not silent. */
export function silentForMs(state: ConsoleState): number {
  if (state.view === undefined || state.view.replay !== undefined) return 0;
  const age = state.nowMs - state.viewAtMs;
  return age >= SILENT_AFTER_MS ? age : 0;
}

/** True when nothing that the engine has said is of this moment: it is silent, or has ended. */
export const isSilent = (state: ConsoleState): boolean => silentForMs(state) > 0 || state.connection.kind === 'stopped';

/** True when the numbers of this feed may no longer be trusted. */
export const isStale = (feed: FeedState): boolean => feed === 'stale' || feed === 'gap' || feed === 'down';

/** The same of one symbol: a book that misses an update says nothing of now. */
export const isSymbolStale = ({ feed, book }: Pick<SymbolView, 'feed' | 'book'>): boolean =>
  isStale(feed) || book === 'gap';

/** True when money and limits, which are counted over all symbols, may be old. */
export const isAccountStale = (state: ConsoleState): boolean =>
  isSilent(state) || isStale(state.view?.feed ?? 'waiting');

const NONE: ReadonlySet<number> = new Set();
const staleSets = new WeakMap<EngineView, ReadonlySet<number>>();
const everySet = new WeakMap<EngineView, ReadonlySet<number>>();

function instruments(
  known: WeakMap<EngineView, ReadonlySet<number>>,
  view: EngineView,
  isOld: (symbol: SymbolView) => boolean,
): ReadonlySet<number> {
  let found = known.get(view);
  if (found === undefined) {
    found = new Set(view.symbols.filter(isOld).map(({ instrument }) => instrument));
    known.set(view, found);
  }
  return found;
}

/** Instruments whose numbers may be old; the same set for the same view. */
export function staleInstruments(state: ConsoleState): ReadonlySet<number> {
  if (state.view === undefined) return NONE;
  return isSilent(state)
    ? instruments(everySet, state.view, () => true)
    : instruments(staleSets, state.view, isSymbolStale);
}
