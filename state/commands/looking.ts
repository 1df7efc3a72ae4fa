/** Commands that only look: panels, selection, explain. */
import type { Selection } from '../actions.ts';
import { isSorted, nextSort } from '../arrangement.ts';
import { nextChart } from '../charts.ts';
import type { Command } from '../keymap/commands.ts';
import type { ConsoleState } from '../model.ts';
import { modelRows, selectedModel } from '../model-health.ts';
import { modelKey } from '../model-words.ts';
import { panelAfter } from '../panels.ts';
import { selectedProposal, shownProposals } from '../proposals.ts';
import {
  filterOf,
  holdings,
  limitRows,
  selectedHolding,
  selectedLimit,
  selectedLogEntry,
  selectedSymbol,
  symbolRows,
  visibleLog,
} from '../rows.ts';
import { explained, selectedSuggestion } from '../selectors.ts';
import { type CommandContext, dispatch, type Effect, openOverlay, tell } from './effects.ts';

/** The element `step` places on, stopping at the ends; the first one when none is chosen. */
function neighbour<T>(list: readonly T[], current: T | undefined, step: number): T | undefined {
  const at = current === undefined ? -1 : list.indexOf(current);
  if (at < 0) return list[0];
  return list[Math.min(list.length - 1, Math.max(0, at + step))];
}

function select(selection: Selection): readonly Effect[] {
  return [dispatch({ type: 'select', selection })];
}

/** Moves the selection of the focused panel. */
export function move(state: ConsoleState, step: number): readonly Effect[] {
  const { view } = state;
  if (view === undefined) return [];
  switch (state.ui.focus) {
    case 'ticks':
    case 'chart':
    case 'votes': {
      const symbol = neighbour(symbolRows(state).shown, selectedSymbol(state), step);
      return symbol === undefined ? [] : select({ selectedSymbol: symbol.instrument });
    }
    case 'positions': {
      const keys = holdings(state).map(({ key }) => key);
      const holding = neighbour(keys, selectedHolding(state)?.key, step);
      return holding === undefined ? [] : select({ selectedHolding: holding });
    }
    case 'governor': {
      const suggestion = neighbour(view.suggestions, selectedSuggestion(state), step);
      return suggestion === undefined ? [] : select({ selectedSuggestion: suggestion.suggestionId });
    }
    case 'models': {
      const model = neighbour(modelRows(view), selectedModel(state), step);
      return model === undefined ? [] : select({ selectedModel: modelKey(model) });
    }
    case 'approvals':
      return moveProposal(state, step);
    case 'log':
      return moveLog(state, step);
    case 'risk': {
      const limit = neighbour(limitRows(state).shown, selectedLimit(state), step);
      return limit === undefined ? [] : select({ selectedLimit: limit.name });
    }
  }
}

export function moveProposal(state: ConsoleState, step: number): readonly Effect[] {
  const proposal = neighbour(shownProposals(state), selectedProposal(state), step);
  return proposal === undefined ? [] : [dispatch({ type: 'choose-proposal', proposalId: proposal.proposalId })];
}

/** Going down past the newest line follows the log again. */
function moveLog(state: ConsoleState, step: number): readonly Effect[] {
  const rows = visibleLog(state);
  const current = selectedLogEntry(state);
  const next = neighbour(rows, current, step);
  const follow = next === undefined || (next === rows.at(-1) && step > 0);
  return select({ selectedLog: follow ? undefined : next.id });
}

/** A filter for the page that is open, or for the rows of the focused panel. */
function askFilter({ ui }: ConsoleState): readonly Effect[] {
  const { overlay, focus } = ui;
  const text = filterOf(ui, focus);
  if (overlay.kind !== 'help' && overlay.kind !== 'messages')
    return [openOverlay({ kind: 'prompt', purpose: 'filter', text })];
  return [openOverlay({ kind: 'prompt', purpose: 'filter', text: overlay.filter ?? '', page: overlay })];
}

/** The next column, or the same one the other way round. */
function sortRows({ ui }: ConsoleState, how: 'next' | 'turn'): readonly Effect[] {
  const { focus: panel } = ui;
  if (!isSorted(panel)) return [];
  const sort = ui.sorts[panel];
  if (how === 'next') return [dispatch({ type: 'sort', panel, sort: nextSort(panel, sort) })];
  return sort === undefined ? [] : [dispatch({ type: 'sort', panel, sort: { ...sort, reversed: !sort.reversed } })];
}

/** Opens the explanation of what is chosen. */
export function explain(state: ConsoleState, nowMs: number): readonly Effect[] {
  const found = explained(state);
  if ('reason' in found) return [tell('info', found.reason, nowMs)];
  const { decisionId } = found;
  return [
    openOverlay({ kind: 'explain', decisionId, explain: undefined, missing: false, scroll: 0 }),
    { kind: 'send', message: { type: 'explain', decisionId } },
  ];
}

type LookingId =
  | 'show-panel'
  | 'focus'
  | 'move'
  | 'select-proposal'
  | 'focus-governor'
  | 'explain'
  | 'newest-line'
  | 'zoom'
  | 'next-chart'
  | 'show-chart'
  | 'filter'
  | 'sort'
  | 'help'
  | 'timing'
  | 'venue'
  | 'messages'
  | 'repaint'
  | 'hide';

export function runLooking(
  command: Extract<Command, { id: LookingId }>,
  state: ConsoleState,
  context: CommandContext,
): readonly Effect[] {
  switch (command.id) {
    case 'show-panel':
      return [dispatch({ type: 'focus', panel: command.panel })];
    case 'focus':
      return [dispatch({ type: 'focus', panel: panelAfter(state.ui.focus, command.step) })];
    case 'focus-governor':
      return [dispatch({ type: 'focus', panel: 'governor' })];
    case 'move':
      return move(state, command.step);
    case 'select-proposal':
      return moveProposal(state, command.step);
    case 'explain':
      return explain(state, context.nowMs);
    case 'newest-line':
      return select({ selectedLog: undefined });
    case 'zoom':
      return [dispatch({ type: 'zoom', zoomed: !state.ui.zoomed })];
    case 'next-chart':
      return [dispatch({ type: 'chart', chart: nextChart(state.ui.chart) })];
    case 'show-chart':
      return [dispatch({ type: 'chart', chart: command.chart })];
    case 'filter':
      return askFilter(state);
    case 'sort':
      return sortRows(state, command.how);
    case 'help':
    case 'timing':
    case 'venue':
    case 'messages':
      return [openOverlay({ kind: command.id, scroll: 0 })];
    case 'repaint':
    case 'hide':
      return [{ kind: command.id }];
  }
}
