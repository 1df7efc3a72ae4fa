/** What each panel takes from the state and how it is written, without React. */

import type { Arranged } from '../../state/arrangement.ts';
import { besideChart, type ChartKind } from '../../state/charts.ts';
import { keyOf } from '../../state/keymap/key-names.ts';
import type { LogEntry } from '../../state/log-entry.ts';
import type { ConsoleState } from '../../state/model.ts';
import { modelRows, selectedModel } from '../../state/model-health.ts';
import { modelKey } from '../../state/model-words.ts';
import type { PanelId } from '../../state/panels.ts';
import { selectedProposal, shownProposals } from '../../state/proposals.ts';
import {
  chosenLogEntry,
  filterOf,
  limitRows,
  orderRows,
  positionRows,
  selectedHolding,
  selectedLimit,
  selectedSymbol,
  symbolReason,
  symbolRows,
  visibleLog,
} from '../../state/rows.ts';
import { changedKeys, selectedSuggestion } from '../../state/selectors.ts';
import { isAccountStale, isSilent, staleInstruments } from '../../state/staleness.ts';
import { count } from '../../state/text/numbers.ts';
import type { EngineView } from '../../state/view.ts';
import { approvalsNote, formatApprovals } from '../format/approvals.ts';
import { keptTo, noteOf, sortedBy } from '../format/arranged.ts';
import { besideTitle, type ChartSlice, chartNote, formatChart } from '../format/chart.ts';
import { formatGovernor, governorNote } from '../format/governor.ts';
import { formatLog, type LogSlice } from '../format/log.ts';
import { formatModels, modelsNote } from '../format/models.ts';
import { formatPositions } from '../format/positions.ts';
import { formatRisk } from '../format/risk.ts';
import { formatTicks } from '../format/ticks.ts';
import { formatVotes } from '../format/votes.ts';
import type { PanelSpec } from './panel-lines.ts';

const NONE: readonly never[] = [];
const NO_KEYS: ReadonlySet<string> = new Set();
const NO_COUNTS: EngineView['counts'] = { decisions: 0, proposals: 0, gateVetoes: 0, fills: 0, trades: 0, wins: 0 };

const changed = ({ view }: ConsoleState): ReadonlySet<string> => (view === undefined ? NO_KEYS : changedKeys(view));

/** A panel of any slice: what it selects is what it formats. */
const spec = <S extends object>(panel: PanelSpec<S>): PanelSpec<S> => panel;

const ticks = spec({
  panel: 'ticks',
  select: (state) => ({
    symbols: symbolRows(state),
    filter: filterOf(state.ui, 'ticks'),
    sort: state.ui.sorts.ticks,
    selected: selectedSymbol(state)?.instrument ?? 0,
    focused: state.ui.focus === 'ticks',
    changed: changed(state),
    silent: isSilent(state),
  }),
  format: formatTicks,
  keptTo: ({ filter, symbols }) => keptTo(filter, symbols),
  note: ({ symbols, sort }) => noteOf(counted(symbols, 'symbols'), sortedBy(sort)),
});

/** How many there are, nothing where there are none. */
const counted = ({ all }: Arranged<unknown>, what: string): string => (all.length === 0 ? '' : `${all.length} ${what}`);

const fillsOf = new WeakMap<readonly LogEntry[], readonly LogEntry[]>();

/** The fills of a log; the same list for the same log, so that other state does not redraw the chart. */
function fills(entries: readonly LogEntry[]): readonly LogEntry[] {
  const known = fillsOf.get(entries);
  if (known !== undefined) return known;
  const found = entries.filter(({ event }) => event.kind === 'fill');
  fillsOf.set(entries, found);
  return found;
}

/** Whether its figures may be old: those of a symbol, of the account, or of a line. */
function isChartStale(state: ConsoleState, kind: ChartKind): boolean {
  if (kind === 'latency') return isSilent(state);
  return kind === 'equity'
    ? isAccountStale(state)
    : staleInstruments(state).has(selectedSymbol(state)?.instrument ?? -1);
}

/** What a chart of this kind shows. */
export const chartSliceOf = (state: ConsoleState, kind: ChartKind): ChartSlice => ({
  kind,
  view: state.view,
  symbol: selectedSymbol(state),
  reason: symbolReason(state),
  proposal: selectedProposal(state),
  fills: fills(state.log.entries),
  bindings: state.bindings,
  stale: isChartStale(state, kind),
  changed: changed(state),
});

const chart = spec({
  panel: 'chart',
  select: (state) => chartSliceOf(state, state.ui.chart),
  format: formatChart,
  note: chartNote,
  keepsNote: true,
});

/** The second chart of a large screen. */
export const BESIDE_SPEC = spec({
  panel: 'chart',
  select: (state) => chartSliceOf(state, besideChart(state.ui.chart)),
  format: formatChart,
  title: besideTitle,
  note: ({ symbol }) => symbol?.symbol ?? '',
});

const votes = spec({
  panel: 'votes',
  select: (state) => ({
    votes: state.view?.votes ?? NONE,
    sources: state.view?.sources ?? NONE,
    simulated: state.view?.venue === 'sim',
    selected: selectedSymbol(state)?.instrument ?? 0,
    changed: changed(state),
    stale: staleInstruments(state),
  }),
  format: formatVotes,
});

const risk = spec({
  panel: 'risk',
  select: (state) => ({
    limits: limitRows(state).shown,
    sort: state.ui.sorts.risk,
    selected: selectedLimit(state)?.name,
    focused: state.ui.focus === 'risk',
    stale: isAccountStale(state),
    silent: isSilent(state),
    halted: state.view?.halted ?? 'none',
    kill: state.view?.kill ?? 'armed',
    killOpenOrders: state.view?.killOpenOrders ?? 0,
    blockers: state.view?.live?.blockers,
    counts: state.view?.counts ?? NO_COUNTS,
    changed: changed(state),
  }),
  format: formatRisk,
  note: ({ sort }) => sortedBy(sort),
});

const positions = spec({
  panel: 'positions',
  select: (state) => ({
    positions: positionRows(state),
    orders: orderRows(state),
    filter: filterOf(state.ui, 'positions'),
    sort: state.ui.sorts.positions,
    atUs: state.view?.atUs ?? 0,
    selected: selectedHolding(state)?.key,
    focused: state.ui.focus === 'positions',
    stale: staleInstruments(state),
    silent: isSilent(state),
    changed: changed(state),
  }),
  format: formatPositions,
  keptTo: ({ filter, positions: held, orders }) => keptTo(filter, held, orders),
  // A small panel shows some of them only: how many there are is never hidden.
  note: ({ positions: held, orders, sort }) =>
    held.all.length === 0 && orders.all.length === 0
      ? ''
      : noteOf(`${held.all.length} held, ${orders.all.length} orders`, sortedBy(sort)),
});

const governor = spec({
  panel: 'governor',
  select: (state) => ({
    suggestions: state.view?.suggestions ?? NONE,
    strategies: state.view?.strategies ?? NONE,
    selected: selectedSuggestion(state)?.suggestionId,
    focused: state.ui.focus === 'governor',
    silent: isSilent(state),
    bindings: state.bindings,
  }),
  format: formatGovernor,
  note: governorNote,
});

const models = spec({
  panel: 'models',
  select: (state) => {
    const chosen = selectedModel(state);
    return {
      models: modelRows(state.view),
      votes: state.view?.votes ?? NONE,
      selected: chosen && modelKey(chosen),
      focused: state.ui.focus === 'models',
      silent: isSilent(state),
      changed: changed(state),
    };
  },
  format: formatModels,
  note: modelsNote,
});

const approvals = spec({
  panel: 'approvals',
  select: (state) => ({
    proposals: shownProposals(state),
    selected: selectedProposal(state)?.proposalId,
    snoozed: state.ui.snoozed,
    control: state.view?.control ?? '',
    focused: state.ui.focus === 'approvals',
    covered: state.ui.overlay.kind !== 'none',
    bindings: state.bindings,
    changed: changed(state),
    stale: staleInstruments(state),
    silent: isSilent(state),
  }),
  format: formatApprovals,
  note: approvalsNote,
});

const log = spec<LogSlice & { readonly newestKey: string }>({
  panel: 'log',
  select: (state) => ({
    entries: visibleLog(state),
    total: state.log.entries.length,
    filter: filterOf(state.ui, 'log'),
    selected: chosenLogEntry(state)?.id,
    focused: state.ui.focus === 'log',
    newestKey: keyOf(state.bindings, 'newest-line'),
  }),
  format: formatLog,
  // What comes does not move a chosen line, and must not go unseen.
  note: ({ entries, selected, newestKey }) => {
    const newer = selected === undefined ? 0 : entries.length - 1 - entries.findIndex(({ id }) => id === selected);
    return newer === 0 ? '' : `${count(newer)} newer below: ${newestKey}`;
  },
  keepsNote: true,
  keptTo: ({ filter, entries, total }) => keptTo(filter, { all: { length: total }, shown: entries }),
});

export const PANEL_SPECS: Readonly<Record<PanelId, PanelSpec<object>>> = {
  ticks,
  chart,
  votes,
  risk,
  positions,
  governor,
  approvals,
  log,
  models,
};
