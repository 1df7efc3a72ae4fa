/** Answers that several panels and keys draw from the state. */
import { keyOf } from './keymap/key-names.ts';
import type { LogEntry, LogEvent } from './log-entry.ts';
import type { ConsoleState, QuitChoice } from './model.ts';
import { PANEL_NAMES, type PanelId } from './panels.ts';
import { selectedProposal } from './proposals.ts';
import { type Holding, selectedHolding, selectedLogEntry } from './rows.ts';
import type { EngineView, SuggestionView } from './view.ts';

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
export function decisionBehind(event: LogEvent): number | undefined {
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

/** What Enter explains, and what it is called; or why it explains nothing. */
export type Explained = { readonly decisionId: number; readonly what: string } | { readonly reason: string };

const ofDecision = (decisionId: number | undefined, what: string, reason: string): Explained =>
  decisionId === undefined ? { reason } : { decisionId, what };

/**
 * What Enter explains: the chosen line of the log, position or order where those have the focus, anywhere else the chosen
 * proposal.
 */
export function explained(state: ConsoleState): Explained {
  const { focus } = state.ui;
  const entry = focus === 'log' ? selectedLogEntry(state) : undefined;
  if (entry !== undefined) {
    const decisionId = decisionOf(entry);
    return ofDecision(decisionId, `d${decisionId}`, 'there is no decision behind this line');
  }
  const holding = focus === 'positions' ? selectedHolding(state) : undefined;
  if (holding !== undefined) {
    const what = 'position' in holding ? 'position' : `order #${holding.order.orderId}`;
    return ofDecision(
      decisionOfHolding(holding, state.log.entries),
      what,
      'the log no longer tells what this order came from',
    );
  }
  const proposal = selectedProposal(state);
  return ofDecision(proposal?.decisionId, `#${proposal?.proposalId}`, nothingExplained(state));
}

/** Panels whose rows come from decisions. */
const DECIDED: readonly PanelId[] = ['positions', 'approvals', 'log'];

function nothingExplained({ ui, bindings }: ConsoleState): string {
  const where = DECIDED.filter((panel) => panel !== ui.focus)
    .map((panel) => `${keyOf(bindings, `panel-${panel}`)} ${PANEL_NAMES[panel]}`)
    .join(', ');
  const why = DECIDED.includes(ui.focus) ? 'has nothing to explain now' : 'has no decision in its rows';
  return `${PANEL_NAMES[ui.focus]} ${why}: see ${where}`;
}
