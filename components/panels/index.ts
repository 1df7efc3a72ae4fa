/** All panels: what each takes from the state and how it is written. */

import { keyOf } from '../../state/keymap/key-names.ts';
import type { ConsoleState } from '../../state/model.ts';
import type { PanelId } from '../../state/panels.ts';
import { selectedProposal, shownProposals } from '../../state/proposals.ts';
import {
  changedKeys,
  selectedPosition,
  selectedSuggestion,
  selectedSymbol,
  silentForMs,
} from '../../state/selectors.ts';
import type { EngineView, LogEntry } from '../../state/view.ts';
import { approvalsNote, formatApprovals } from '../format/approvals.ts';
import { chartLegend, equitySlice, formatChart, priceSlice } from '../format/chart.ts';
import { isStale } from '../format/fields.ts';
import { formatGovernor } from '../format/governor.ts';
import { formatLog } from '../format/log.ts';
import { formatPositions } from '../format/positions.ts';
import { formatRisk } from '../format/risk.ts';
import { formatTicks } from '../format/ticks.ts';
import { formatVotes } from '../format/votes.ts';
import { createPanel, type PanelComponent } from './panel.tsx';

const NONE: readonly never[] = [];
const NO_KEYS: ReadonlySet<string> = new Set();
const NO_COUNTS: EngineView['counts'] = { decisions: 0, proposals: 0, vetoes: 0, fills: 0, trades: 0, wins: 0 };

const changed = ({ view }: ConsoleState): ReadonlySet<string> => (view === undefined ? NO_KEYS : changedKeys(view));
/** True when no number can be called live: the engine is silent or has stopped, or the feed is old. */
const stale = (state: ConsoleState): boolean =>
  silentForMs(state) > 0 || state.connection.kind === 'stopped' || isStale(state.view?.feed ?? 'waiting');

const ticks = createPanel({
  panel: 'ticks',
  select: (state) => ({
    symbols: state.view?.symbols ?? NONE,
    selected: selectedSymbol(state)?.instrument ?? 0,
    changed: changed(state),
    silent: silentForMs(state) > 0 || state.connection.kind === 'stopped',
  }),
  format: formatTicks,
  note: ({ symbols }) => (symbols.length === 0 ? '' : `${symbols.length} symbols`),
});

const fillsOf = new WeakMap<readonly LogEntry[], readonly LogEntry[]>();

/** The fills of a log; the same list for the same log, so that other state does not redraw the chart. */
function fills(entries: readonly LogEntry[]): readonly LogEntry[] {
  const known = fillsOf.get(entries);
  if (known !== undefined) return known;
  const found = entries.filter(({ event }) => event.kind === 'fill');
  fillsOf.set(entries, found);
  return found;
}

const chart = createPanel({
  panel: 'chart',
  select: (state) => ({
    view: state.view,
    kind: state.ui.chart,
    symbol: selectedSymbol(state),
    proposal: selectedProposal(state),
    fills: fills(state.log.entries),
    bindings: state.bindings,
  }),
  format: (slice, width, height, plotter) => {
    if (slice.view === undefined) return [];
    const drawn =
      slice.kind === 'equity'
        ? equitySlice(slice.view)
        : priceSlice(slice.view, slice.symbol, slice.proposal, slice.fills);
    return formatChart(drawn, width, height, plotter);
  },
  note: ({ view, kind, symbol, proposal, fills: filled, bindings }) => {
    if (view === undefined) return '';
    if (kind === 'equity') return `equity, ${keyOf(bindings, 'price-or-equity')} for price`;
    return [symbol?.symbol ?? '', chartLegend(priceSlice(view, symbol, proposal, filled))]
      .filter((each) => each !== '')
      .join('  ');
  },
});

const votes = createPanel({
  panel: 'votes',
  select: (state) => ({
    votes: state.view?.votes ?? NONE,
    selected: selectedSymbol(state)?.instrument ?? 0,
    changed: changed(state),
  }),
  format: formatVotes,
});

const risk = createPanel({
  panel: 'risk',
  select: (state) => ({
    limits: state.view?.limits ?? NONE,
    halted: state.view?.halted ?? 'none',
    kill: state.view?.kill ?? 'armed',
    killOpenOrders: state.view?.killOpenOrders ?? 0,
    blockers: state.view?.live?.blockers,
    counts: state.view?.counts ?? NO_COUNTS,
    changed: changed(state),
  }),
  format: formatRisk,
});

const positions = createPanel({
  panel: 'positions',
  select: (state) => ({
    positions: state.view?.positions ?? NONE,
    orders: state.view?.orders ?? NONE,
    atUs: state.view?.atUs ?? 0,
    selected: selectedPosition(state)?.instrument ?? 0,
    focused: state.ui.focus === 'positions',
    stale: stale(state),
    changed: changed(state),
  }),
  format: formatPositions,
  // A small panel shows some of them only: how many there are is never hidden.
  note: ({ positions: held, orders }) =>
    held.length === 0 && orders.length === 0 ? '' : `${held.length} held, ${orders.length} orders`,
});

const governor = createPanel({
  panel: 'governor',
  select: (state) => ({
    suggestions: state.view?.suggestions ?? NONE,
    selected: selectedSuggestion(state)?.suggestionId,
    focused: state.ui.focus === 'governor',
    bindings: state.bindings,
  }),
  format: formatGovernor,
  note: ({ suggestions, bindings }) => {
    const open = suggestions.filter((each) => each.state === 'open').length;
    if (open === 0) return '';
    const keys = (['accept-suggestion', 'reject-suggestion', 'undo-suggestion'] as const).map((name) =>
      keyOf(bindings, name),
    );
    return `${open} open, ${keyOf(bindings, 'focus-governor')} then ${keys.join(' ')}`;
  },
});

const approvals = createPanel({
  panel: 'approvals',
  select: (state) => ({
    proposals: shownProposals(state),
    selected: selectedProposal(state)?.proposalId,
    snoozed: state.ui.snoozed,
    spanMs: state.proposalSpanMs,
    control: state.view?.control ?? '',
    bindings: state.bindings,
    changed: changed(state),
    stale: stale(state),
  }),
  format: formatApprovals,
  note: approvalsNote,
});

const log = createPanel({
  panel: 'log',
  select: (state) => ({
    entries: state.log.entries,
    filter: state.ui.filter,
    selected: state.ui.selectedLog,
    focused: state.ui.focus === 'log',
  }),
  format: formatLog,
});

export const PANEL_COMPONENTS: Readonly<Record<PanelId, PanelComponent>> = {
  ticks,
  chart,
  votes,
  risk,
  positions,
  governor,
  approvals,
  log,
};
