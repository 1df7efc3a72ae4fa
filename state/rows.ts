/** The rows of each panel as they are arranged, and which of them is the chosen one. */
import {
  type Arranged,
  arrange,
  contains,
  isFiltered,
  type RowKind,
  type SortedPanel,
  settled,
} from './arrangement.ts';
import { decisionMark, eventText } from './event-text.ts';
import type { LogEntry } from './log-entry.ts';
import type { ConsoleState, UiState } from './model.ts';
import type { PanelId } from './panels.ts';
import { selectedProposal } from './proposals.ts';
import { clean } from './text/clean.ts';
import { ORDER_STATE_TEXT, positionText, sideText } from './text/names.ts';
import { clock } from './text/numbers.ts';
import type { EngineView, LimitView, OrderView, PositionView, SymbolView } from './view.ts';

type Shown = Pick<ConsoleState, 'view' | 'ui'>;

const number = (text: string | undefined): number | undefined =>
  text === undefined || !Number.isFinite(Number(text)) ? undefined : Number(text);

/** Only the name is looked at: rows that came and went with a state would take the chosen symbol along. */
const SYMBOL_ROWS: RowKind<SymbolView> = {
  text: ({ symbol }) => symbol,
  value(row, by) {
    switch (by) {
      case 'change':
        return row.changePct;
      case 'spread':
        return row.spreadBps;
      case 'imbalance':
        return row.imbalance;
      case 'volume':
        return number(row.volume);
      case 'chance':
        return row.chance;
      default:
        return row.ageMs;
    }
  },
};

/** What a position is worth at its mark, for ordering and for the eye. */
export function worthOf({ quantity, mark }: Pick<PositionView, 'quantity' | 'mark'>): number | undefined {
  const [size, price] = [number(quantity), number(mark)];
  return size === undefined || price === undefined ? undefined : size * price;
}

/** What an order is worth at its limit, or at the price that it waits for; a market order has neither. */
export const orderWorth = ({ quantity, limit, trigger }: OrderView): number | undefined =>
  worthOf({ quantity, mark: limit ?? trigger });

const POSITION_ROWS: RowKind<PositionView> = {
  text: ({ symbol, side }) => `${symbol} ${positionText(side)}`,
  value(row, by) {
    switch (by) {
      case 'symbol':
        return row.symbol;
      case 'gain':
        return number(row.unrealised);
      case 'worth':
        return worthOf(row);
      default:
        return -row.openedAtUs;
    }
  },
};

/** An order whose outcome nobody knows is never out of sight. */
const ORDER_ROWS: RowKind<OrderView> = {
  text: ({ orderId, symbol, side, purpose, state }) =>
    `#${orderId} ${symbol} ${sideText(side)} ${purpose} ${ORDER_STATE_TEXT[state]}`,
  value(row, by) {
    switch (by) {
      case 'symbol':
        return row.symbol;
      case 'worth':
        return orderWorth(row);
      case 'age':
        return row.ageMs;
      default:
        return undefined;
    }
  },
  always: ({ state }) => state === 'unknown',
};

/** How much of a limit is used; 1 and more is all of it. */
export const shareOf = ({ used, limit }: LimitView): number => (limit > 0 ? used / limit : used > 0 ? 1 : 0);

const LIMIT_ROWS: RowKind<LimitView> = { text: ({ name }) => name, value: shareOf };

const NONE = { all: [], shown: [] } as const;

/** Rows of a panel, the same lists while view, filter and sort are the same. */
function rowsOf<T>(
  panel: SortedPanel,
  kind: RowKind<T>,
  given: (view: EngineView) => readonly T[],
): (state: Shown) => Arranged<T> {
  const known = new WeakMap<EngineView, { filter: string; sort: unknown; rows: Arranged<T> }>();
  return ({ view, ui }) => {
    if (view === undefined) return NONE;
    const filter = filterOf(ui, panel);
    const sort = ui.sorts[panel];
    const before = known.get(view);
    if (before !== undefined && before.filter === filter && before.sort === sort) return before.rows;
    const rows = arrange(given(view), { filter, sort }, kind);
    known.set(view, { filter, sort, rows });
    return rows;
  };
}

/** The text that a panel's rows are kept to; empty where all are shown. */
export const filterOf = ({ filters }: Pick<UiState, 'filters'>, panel: PanelId): string =>
  isFiltered(panel) ? (filters[panel] ?? '') : '';

export const symbolRows = rowsOf('ticks', SYMBOL_ROWS, (view) => view.symbols);
export const positionRows = rowsOf('positions', POSITION_ROWS, (view) => view.positions);
export const orderRows = rowsOf('positions', ORDER_ROWS, (view) => view.orders);
export const limitRows = rowsOf('risk', LIMIT_ROWS, (view) => view.limits);

/**
 * The symbol that the chart, the votes and the book are about: that of the chosen proposal while it waits, unless one was
 * chosen by hand. Of no sort, and of a filter only when it is put on.
 */
export function selectedSymbol({ view, ui }: Shown): SymbolView | undefined {
  const symbols = view?.symbols ?? [];
  const asked = ui.symbolPinned ? undefined : selectedProposal({ view, ui })?.instrument;
  const of = (instrument: number | undefined) => symbols.find((each) => each.instrument === instrument);
  return of(asked) ?? of(ui.selectedSymbol) ?? symbols[0];
}

/** Why it is that one, where a proposal waits: `of #12`, or `chosen, not #12`; empty where it could be no other. */
export function symbolReason(state: Shown): string {
  const proposal = selectedProposal(state);
  const symbol = selectedSymbol(state);
  if (proposal === undefined || symbol === undefined) return '';
  return proposal.instrument === symbol.instrument
    ? `of #${proposal.proposalId}`
    : `chosen, not #${proposal.proposalId}`;
}

/** A row of positions and orders, whichever it is. */
export type Holding =
  | { readonly key: string; readonly position: PositionView }
  | { readonly key: string; readonly order: OrderView };

export const positionKey = ({ instrument }: PositionView): string => `position ${instrument}`;
export const orderKey = ({ orderId }: OrderView): string => `order ${orderId}`;
const ofPosition = (position: PositionView): Holding => ({ key: positionKey(position), position });
const ofOrder = (order: OrderView): Holding => ({ key: orderKey(order), order });

/** Positions first, then orders, as they stand below one another. */
export function holdings(state: Shown, which: keyof Arranged<unknown> = 'shown'): readonly Holding[] {
  return [...positionRows(state)[which].map(ofPosition), ...orderRows(state)[which].map(ofOrder)];
}

export function selectedHolding(state: Shown): Holding | undefined {
  const rows = holdings(state);
  return rows.find(({ key }) => key === state.ui.selectedHolding) ?? rows[0];
}

export function selectedLimit(state: Shown): LimitView | undefined {
  const rows = limitRows(state).shown;
  return rows.find(({ name }) => name === state.ui.selectedLimit) ?? rows[0];
}

const logRows = new WeakMap<readonly LogEntry[], { readonly filter: string; readonly rows: readonly LogEntry[] }>();

/** Rows of the log that have the filter in their time, symbol, kind or text; the same list for the same log and filter. */
export function visibleLog({ log, ui }: Pick<ConsoleState, 'log' | 'ui'>): readonly LogEntry[] {
  const filter = filterOf(ui, 'log');
  if (filter.trim() === '') return log.entries;
  const known = logRows.get(log.entries);
  if (known?.filter === filter) return known.rows;
  const rows = log.entries.filter((entry) => {
    const { label, text } = eventText(entry);
    const shown = [clock(entry.event.atUs), entry.symbol ?? '', decisionMark(entry), label, text];
    return contains(clean(shown.join(' ')), filter);
  });
  logRows.set(log.entries, { filter, rows });
  return rows;
}

/** The chosen row of the log, the nearest to it where it is not shown any more; undefined while the newest is followed. */
export function chosenLogEntry(state: ConsoleState): LogEntry | undefined {
  const { selectedLog } = state.ui;
  if (selectedLog === undefined) return undefined;
  const away = ({ id }: LogEntry): number => Math.abs(id - selectedLog);
  return visibleLog(state).reduce<LogEntry | undefined>(
    (nearest, entry) => (nearest === undefined || away(entry) < away(nearest) ? entry : nearest),
    undefined,
  );
}

/** The row of the log that Enter explains: the chosen one, or the newest. */
export const selectedLogEntry = (state: ConsoleState): LogEntry | undefined =>
  chosenLogEntry(state) ?? visibleLog(state).at(-1);

/**
 * Selections after rows have come, gone, or been filtered: on the row that they were on, else on the one that stood
 * nearest to it. Where nothing is shown they stay.
 */
export function settleSelections(before: Shown, after: Shown): UiState {
  const { ui } = after;
  const instruments = (rows: readonly SymbolView[]): readonly number[] => rows.map(({ instrument }) => instrument);
  const keys = (rows: readonly Holding[]): readonly string[] => rows.map(({ key }) => key);
  const symbol = settled(ui.selectedSymbol, instruments(symbolRows(before).all), instruments(symbolRows(after).shown));
  return {
    ...ui,
    selectedSymbol: symbol ?? ui.selectedSymbol,
    selectedHolding:
      settled(ui.selectedHolding, keys(holdings(before, 'all')), keys(holdings(after))) ?? ui.selectedHolding,
  };
}
