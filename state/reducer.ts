/** Pure folds of actions into the console's state. */
import type { Action, Selection } from './actions.ts';
import { fatesOf } from './fates.ts';
import { focused, withKept } from './kept-layout.ts';
import { APPEARED_MS } from './keymap/guard.ts';
import type { LogEntry } from './log-entry.ts';
import {
  type Answered,
  type ConsoleState,
  LOG_CAPACITY,
  type LogState,
  MESSAGE_CAPACITY,
  type Notice,
  type Overlay,
  type PendingCommand,
  type Shown,
  type UiState,
} from './model.ts';
import { choose, proposalOf, selectedProposal, shownProposals, snooze, wake } from './proposals.ts';
import { selectedSymbol, settleSelections, symbolRows } from './rows.ts';
import { selectedSuggestion, settledSuggestion } from './selectors.ts';
import { refusalText } from './text/names.ts';
import type { EngineView } from './view.ts';

export function reduce(state: ConsoleState, action: Action): ConsoleState {
  switch (action.type) {
    case 'engine-ready':
      return state.connection.kind === 'waiting' ? { ...state, connection: { kind: 'ready' } } : state;
    case 'engine-stopped':
      return {
        ...state,
        connection: { kind: 'stopped', reason: action.reason, fault: action.fault },
        pending: [],
        ui: { ...state.ui, leaving: 'none' },
      };
    case 'view':
      return takeView(state, action);
    case 'log-asked':
      return { ...state, log: { ...state.log, askedFrom: action.from } };
    case 'log':
      return withFates(state, takeLog(state.log, action.entries));
    case 'notice':
      return noticed(state, action.notice);
    case 'command-sent': {
      const { id, text, batch, atMs } = action;
      return { ...state, pending: [...state.pending, { id, text, batch, sentAtMs: atMs, late: false }] };
    }
    case 'command-done':
      return commandDone(state, action);
    case 'commands-late':
      return commandsLate(state, action);
    case 'snooze':
      return { ...state, ui: snooze(state, action) };
    case 'filter': {
      const filters = { ...state.ui.filters, [action.panel]: action.filter.trim() };
      return {
        ...state,
        ui: pinnedByFilter({ ...state, ui: settleSelections(state, { ...state, ui: { ...state.ui, filters } }) }),
      };
    }
    case 'select':
      return { ...state, ui: withSymbolShown(state, selecting(state.ui, action.selection)) };
    case 'overlay':
      return withOverlay(state, action.overlay);
    case 'published':
      return published(state, action);
    default:
      return { ...state, ui: reduceUi(state.ui, action) };
  }
}

/** Shown, and kept for the message log. The same again is counted: a key that is held down must not push out the rest. */
function noticed(state: ConsoleState, notice: Notice): ConsoleState {
  const last = state.messages.at(-1);
  const again = last !== undefined && last.text === notice.text && last.level === notice.level;
  const before = again ? state.messages.slice(0, -1) : state.messages;
  const utcMs = state.utcMs + notice.atMs - state.nowMs;
  const message = { ...notice, utcMs, times: again ? last.times + 1 : 1 };
  return { ...state, notice, messages: [...before, message].slice(-MESSAGE_CAPACITY) };
}

/** A message that has only just been told stays beside the next one: the answer to a key, and what came of it. */
function noticedToo(state: ConsoleState, told: Notice): ConsoleState {
  const { notice: before } = state;
  const after = noticed(state, told);
  if (before === undefined || before.level === 'error' || told.atMs - before.atMs > BESIDE_MS) return after;
  return { ...after, notice: { ...told, level: before.level, text: `${before.text}; ${told.text}` } };
}
const BESIDE_MS = 1_000;

/** New lines of the log, and what they say of proposals; the first ones are what was before this console. */
function withFates(state: ConsoleState, log: LogState): ConsoleState {
  const newest = state.log.entries.at(-1)?.id ?? (state.view?.replay === undefined ? undefined : 0);
  const after = { ...state, log };
  if (newest === undefined) return after;
  const told = fatesOf(
    after,
    log.entries.filter(({ id }) => id > newest),
  );
  if (told === undefined) return after;
  // What a replay that plays comes by may be much: the newest is shown, the message log has all.
  const tell = state.view?.replay?.playing === true ? noticed : noticedToo;
  return tell(after, { ...told, atMs: state.nowMs });
}

/** Another page or dialog: what was said before it opened, and has been read, is over. */
function withOverlay(state: ConsoleState, overlay: Overlay): ConsoleState {
  const { notice } = state;
  const over = overlay.kind !== state.ui.overlay.kind && notice?.level !== 'error' && isRead(notice, state.nowMs);
  return settledDialog({ ...state, notice: over ? undefined : notice, ui: { ...state.ui, overlay } });
}

/** A field for the size of a proposal that is over, or another one by now, closes and says so. */
function settledDialog(state: ConsoleState): ConsoleState {
  const { overlay } = state.ui;
  if (overlay.kind !== 'size' || proposalOf(overlay, state) !== undefined) return state;
  const text = `#${overlay.proposalId} waits no longer as it was: nothing done`;
  const closed: ConsoleState = { ...state, ui: { ...state.ui, overlay: { kind: 'none' } } };
  return noticed(closed, { level: 'warn', text, atMs: state.nowMs });
}

type UiAction = Exclude<
  Action,
  {
    type:
      | 'engine-ready'
      | 'engine-stopped'
      | 'view'
      | 'log-asked'
      | 'log'
      | 'notice'
      | 'command-sent'
      | 'command-done'
      | 'commands-late'
      | 'snooze'
      | 'filter'
      | 'select'
      | 'overlay'
      | 'published';
  }
>;

function reduceUi(ui: UiState, action: UiAction): UiState {
  switch (action.type) {
    case 'size':
      return { ...ui, columns: action.columns, rows: action.rows };
    case 'focus':
      return focused(ui, action.panel);
    case 'zoom':
      return { ...ui, zoomed: action.zoomed };
    case 'sort':
      return { ...ui, sorts: { ...ui.sorts, [action.panel]: action.sort } };
    case 'arrange':
      return withKept(ui, action.layout);
    case 'choose-proposal':
      return { ...choose(ui, action.proposalId), symbolPinned: false };
    case 'chart':
      return { ...ui, chart: action.chart };
    case 'scroll':
      return { ...ui, overlay: scrolled(ui.overlay, action.by) };
    case 'leaving':
      return { ...ui, leaving: action.leaving, leavingTo: action.to ?? ui.leavingTo };
    case 'hidden':
      return { ...ui, hidden: action.hidden };
    case 'drawn':
      return { ...ui, drawn: withDrawn(ui.drawn, action) };
    case 'explained': {
      const { overlay } = ui;
      if (overlay.kind !== 'explain' || overlay.decisionId !== action.decisionId) return ui;
      return { ...ui, overlay: { ...overlay, explain: action.explain, missing: action.explain === undefined } };
    }
  }
}

/** Moves an overlay that scrolls; its painter stops it at the end. */
function scrolled(overlay: Overlay, by: number): Overlay {
  if (!('scroll' in overlay)) return overlay;
  return { ...overlay, scroll: Math.max(0, overlay.scroll + by) };
}

/** A filter that leaves out the symbol of what waits chooses among the others. */
function pinnedByFilter({ view, ui }: Pick<ConsoleState, 'view' | 'ui'>): UiState {
  const instrument = selectedSymbol({ view, ui })?.instrument;
  const { shown } = symbolRows({ view, ui });
  const isLeftOut = shown.length > 0 && !shown.some((each) => each.instrument === instrument);
  return isLeftOut ? { ...ui, symbolPinned: true } : ui;
}

/** A symbol that is chosen stays, whatever is proposed. */
const selecting = (ui: UiState, selection: Selection): UiState => ({
  ...ui,
  ...selection,
  symbolPinned: ui.symbolPinned || selection.selectedSymbol !== undefined,
});

/** A symbol that is chosen by name is shown: it takes a filter away that would hide it. */
function withSymbolShown({ view, ui: before }: ConsoleState, ui: UiState): UiState {
  if (ui.selectedSymbol === before.selectedSymbol) return ui;
  const isShown = symbolRows({ view, ui }).shown.some(({ instrument }) => instrument === ui.selectedSymbol);
  return isShown ? ui : { ...ui, filters: { ...ui.filters, ticks: '' } };
}

function takeView(state: ConsoleState, action: Extract<Action, { type: 'view' }>): ConsoleState {
  const { view } = action;
  const before = state.view;
  const moved = before?.replay?.cursor !== view.replay?.cursor;
  return settledDialog({
    ...state,
    connection: state.connection.kind === 'stopped' ? state.connection : { kind: 'ready' },
    view,
    previousView: moved ? before : state.previousView,
    viewCount: state.viewCount + 1,
    viewAtMs: action.atMs,
    notice: stepped(before, view) && isRead(state.notice, action.atMs) ? undefined : state.notice,
    log: logAfterView(state.log, before, view, action.lastLogId),
    ui: keepSelection(settleSelections(state, { view, ui: followed(state.ui, before, view) }), view),
  });
}

/** A replay that stands, or that plays from its start again, is somewhere else: what was said of the place before is over. */
const stepped = (before: EngineView | undefined, { replay, seq }: EngineView): boolean =>
  replay !== undefined &&
  before?.replay?.cursor !== replay.cursor &&
  (!replay.playing || (before !== undefined && seq < before.seq));

/**
 * The log of a replay that has gone somewhere else stands there, whatever line was chosen before. Where it has gone back
 * the first proposal is the chosen one again: the one that was chosen later is not.
 */
function followed(ui: UiState, before: EngineView | undefined, view: EngineView): UiState {
  if (!stepped(before, view)) return ui;
  const back = before !== undefined && view.seq < before.seq;
  return { ...ui, selectedLog: undefined, selectedProposal: back ? undefined : ui.selectedProposal };
}

const READ_MS = 500;
const isRead = (notice: Notice | undefined, nowMs: number): boolean => nowMs - (notice?.atMs ?? nowMs) >= READ_MS;

/** Going back in a replay takes log lines back; a fork makes others in their place. */
function logAfterView(log: LogState, before: EngineView | undefined, view: EngineView, lastLogId: number): LogState {
  const forked = before?.replay !== undefined && before.replay.forked !== view.replay?.forked;
  const back = before !== undefined && view.seq < before.seq;
  if (!forked && !back) return lastLogId === log.lastKnownId ? log : { ...log, lastKnownId: lastLogId };
  const entries = forked ? [] : log.entries.filter((entry) => entry.id <= lastLogId);
  return { ...log, entries, lastKnownId: lastLogId, askedFrom: undefined };
}

/**
 * Adds the lines that are new and that the view of the same moment knows of: an answer is as old as the last
 * view, for the engine sends both in order.
 */
function takeLog(log: LogState, entries: readonly LogEntry[]): LogState {
  const newest = log.entries.at(-1)?.id ?? 0;
  const fresh = entries.filter((entry) => entry.id > newest && entry.id <= log.lastKnownId);
  return { ...log, entries: [...log.entries, ...fresh].slice(-LOG_CAPACITY), askedFrom: undefined };
}

/** Selections stay on what they were put on; a proposal that has gone hands over to the first one left. */
function keepSelection(ui: UiState, view: EngineView): UiState {
  const snoozed = wake(ui.snoozed, view);
  const proposal = selectedProposal({ view, ui: { ...ui, snoozed } });
  const suggestion = settledSuggestion({ view, ui });
  return {
    ...ui,
    snoozed,
    selectedProposal: proposal?.proposalId,
    selectedSuggestion: suggestion?.suggestionId,
  };
}

function commandDone(state: ConsoleState, action: Extract<Action, { type: 'command-done' }>): ConsoleState {
  const command = state.pending.find((each) => each.id === action.id);
  if (command === undefined) return state;
  if (command.batch !== undefined) return batchDone(state, command.batch, action);
  const pending = state.pending.filter((each) => each.id !== action.id);
  return noticed({ ...state, pending }, { ...outcome(command.text, action), atMs: action.atMs });
}

/** Commands of one key are told of when all are answered: the last one must not hide that another was refused. */
function batchDone(
  state: ConsoleState,
  { first, text }: NonNullable<PendingCommand['batch']>,
  action: Extract<Action, { type: 'command-done' }>,
): ConsoleState {
  const { refused, unrecorded, atMs } = action;
  const pending = state.pending.map((each) => (each.id === action.id ? { ...each, answer: { refused } } : each));
  const batch = pending.filter((each) => each.batch?.first === first);
  if (batch.some((each) => each.answer === undefined)) return { ...state, pending };
  const failed = batch.filter((each) => each.answer?.refused !== undefined);
  const failures = failed.map((each) => `${each.text}: refused, ${refusalText(each.answer?.refused ?? '')}`);
  const told =
    failures.length === 0
      ? outcome(text, { ...action, refused: undefined })
      : ({ level: 'warn', text: `${text}: ${batch.length - failed.length} done; ${failures.join('; ')}` } as const);
  const rest = pending.filter((each) => each.batch?.first !== first);
  return {
    ...state,
    pending: rest,
    notice: { ...told, ...(unrecorded === undefined ? {} : { level: 'error' }), atMs },
  };
}

function outcome(
  command: string,
  { refused, unrecorded }: Extract<Action, { type: 'command-done' }>,
): Pick<Notice, 'level' | 'text'> {
  if (refused !== undefined) return { level: 'warn', text: `${command}: refused, ${refusalText(refused)}` };
  if (unrecorded !== undefined) return { level: 'error', text: `${command}: done, but not recorded: ${unrecorded}` };
  return { level: 'info', text: `${command}: done` };
}

function commandsLate(state: ConsoleState, action: Extract<Action, { type: 'commands-late' }>): ConsoleState {
  const late = state.pending.filter((each) => action.ids.includes(each.id));
  if (late.length === 0) return state;
  const text = `no answer from the engine yet: ${late.map((each) => each.text).join(', ')}`;
  const pending = state.pending.map((each) => (action.ids.includes(each.id) ? { ...each, late: true } : each));
  return noticed({ ...state, pending }, { level: 'error', text, atMs: action.atMs });
}

function withDrawn(
  before: ReadonlySet<Answered>,
  { what, drawn }: Extract<Action, { type: 'drawn' }>,
): ReadonlySet<Answered> {
  const after = new Set(before);
  if (drawn) after.add(what);
  else after.delete(what);
  return after;
}

/** Notes since when the proposals and the suggestion that keys act on have been visible. */
function published(state: ConsoleState, { nowMs, utcMs }: Extract<Action, { type: 'published' }>): ConsoleState {
  const { ui } = state;
  const visible = ui.overlay.kind === 'none' && !ui.hidden;
  const asks = visible && ui.drawn.has('approvals');
  const proposal = asks ? selectedProposal(state) : undefined;
  const suggests = visible && ui.drawn.has('governor') && ui.focus === 'governor';
  const suggestion = suggests ? selectedSuggestion(state) : undefined;
  const shownProposal = asks
    ? shown(ui.shownProposal, proposal?.proposalId, proposal?.revision ?? 0, nowMs)
    : covered(state);
  const shownSuggestion = shown(ui.shownSuggestion, suggestion?.suggestionId, 0, nowMs);
  const seenProposals = new Map<number, Shown>();
  for (const { proposalId, revision } of asks ? shownProposals(state) : []) {
    const seen = shown(ui.seenProposals.get(proposalId), proposalId, revision, nowMs);
    if (seen !== undefined) seenProposals.set(proposalId, seen);
  }
  return { ...state, nowMs, utcMs, ui: { ...ui, shownProposal, shownSuggestion, seenProposals } };
}

/**
 * Under a page that is read: what had been seen long enough before it opened, and is the same still, need not appear
 * anew. Under a dialog it must: keys that were typed for that one come after it closes.
 */
function covered(state: ConsoleState): Shown | undefined {
  const { ui, nowMs } = state;
  const { shownProposal: before } = ui;
  const proposal = selectedProposal(state);
  if (before === undefined || ui.hidden || !('scroll' in ui.overlay) || !ui.drawn.has('approvals')) return undefined;
  const same = before.id === proposal?.proposalId && before.revision === proposal.revision;
  return same && nowMs - before.sinceMs >= APPEARED_MS ? before : undefined;
}

function shown(before: Shown | undefined, id: number | undefined, revision: number, nowMs: number): Shown | undefined {
  if (id === undefined) return undefined;
  if (before !== undefined && before.id === id && before.revision === revision) return before;
  return { id, revision, sinceMs: nowMs };
}
