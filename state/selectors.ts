/** Answers that several panels and keys draw from the state. */
import type { EngineEvent } from '../engine/domain/index.ts';
import type { ConsoleState, QuitChoice } from './model.ts';
import { selectedProposal } from './proposals.ts';
import { type Holding, selectedHolding, selectedLogEntry } from './rows.ts';
import type { EngineView, LogEntry, SuggestionView } from './view.ts';

const NOTICE_MS = 6_000;
const ERROR_NOTICE_MS = 30_000;

/** The suggestion that `y`, `x` and `u` would act on: the chosen one, else the first that nobody has decided on. */
export function selectedSuggestion({ view, ui }: Pick<ConsoleState, 'view' | 'ui'>): SuggestionView | undefined {
  const suggestions = view?.suggestions ?? [];
  const chosen = suggestions.find((each) => each.suggestionId === ui.selectedSuggestion);
  return chosen ?? suggestions.find((each) => each.state === 'open') ?? suggestions[0];
}

/** The chosen one after new ones have come: where no key is about it, one that is decided on gives way to one that is not. */
export function settledSuggestion({ view, ui }: Pick<ConsoleState, 'view' | 'ui'>): SuggestionView | undefined {
  const chosen = selectedSuggestion({ view, ui });
  if (ui.focus === 'governor' || chosen?.state === 'open') return chosen;
  return view?.suggestions.find((each) => each.state === 'open') ?? chosen;
}

const NOTHING_CHANGED: ReadonlySet<string> = new Set();
const changedSets = new WeakMap<EngineView, ReadonlySet<string>>();

/** Keys of the values that the last replay step changed; the same set for the same view. */
export function changedKeys(view: EngineView): ReadonlySet<string> {
  if (view.replay === undefined) return NOTHING_CHANGED;
  let keys = changedSets.get(view);
  if (keys === undefined) {
    keys = new Set(view.replay.changed);
    changedSets.set(view, keys);
  }
  return keys;
}

/** True while something of this session is held or works. */
export function hasOpenRisk(state: ConsoleState): boolean {
  const { view } = state;
  return view !== undefined && view.replay === undefined && (view.positions.length > 0 || view.orders.length > 0);
}

/**
 * What leaving offers at this moment. With something open it asks what becomes of it; in LIVE nothing may be left
 * alone. A console that is only attached leaves the engine as it is.
 */
export function quitChoices(state: ConsoleState): readonly QuitChoice[] {
  if (!hasOpenRisk(state) || state.connection.kind === 'stopped') return ['leave', 'stay'];
  const { view } = state;
  const mayLeave = view?.mode !== 'LIVE' || view.attached === true || view.live?.guarded === true;
  return mayLeave ? ['flatten', 'leave', 'stay'] : ['flatten', 'stay'];
}

/** The message to show, or undefined when it is old. */
export function currentNotice(state: ConsoleState): ConsoleState['notice'] {
  const { notice, nowMs } = state;
  if (notice === undefined) return undefined;
  return nowMs - notice.atMs < (notice.level === 'error' ? ERROR_NOTICE_MS : NOTICE_MS) ? notice : undefined;
}

/** The decision behind a line of the log, where there is one. */
export const decisionOf = (entry: LogEntry): number | undefined => decisionBehind(entry.event);

/** The decision behind an event, where there is one. */
export function decisionBehind(event: EngineEvent): number | undefined {
  switch (event.kind) {
    case 'decision':
      return event.trace.decisionId;
    case 'proposal-opened':
      return event.proposal.decisionId;
    case 'proposal-resized':
    case 'proposal-closed':
    case 'position-closed':
    case 'order':
    case 'fill':
    case 'protective':
      return event.decisionId;
    default:
      return undefined;
  }
}

/** The decision that a position or an order came from; of an order as far as the log still tells of it. */
function decisionOfHolding(holding: Holding, entries: readonly LogEntry[]): number | undefined {
  if ('position' in holding) return holding.position.decisionId;
  const { orderId } = holding.order;
  const told = entries.findLast(({ event }) => event.kind === 'order' && event.orderId === orderId);
  return told === undefined ? undefined : decisionOf(told);
}

/** What Enter explains: the chosen line, position, order or proposal; with none of them, the newest decision. */
export function chosenDecision(state: ConsoleState): number | undefined {
  if (state.ui.focus === 'log') {
    const entry = selectedLogEntry(state);
    return entry === undefined ? undefined : decisionOf(entry);
  }
  if (state.ui.focus === 'positions') {
    const holding = selectedHolding(state);
    if (holding !== undefined) return decisionOfHolding(holding, state.log.entries);
  }
  const proposal = selectedProposal(state);
  if (proposal !== undefined) return proposal.decisionId;
  return state.log.entries.map(decisionOf).findLast((decisionId) => decisionId !== undefined);
}
