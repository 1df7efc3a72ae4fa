/** How a panel's rows are arranged: the text that they are kept to, and the column that they are sorted by. */
import type { PanelId } from './panels.ts';

/** Panels whose rows can be kept to those with a text. What is asked of the operator is in none of them. */
export const FILTERED = ['ticks', 'positions', 'log'] as const;
export type FilteredPanel = (typeof FILTERED)[number];

/** What the rows of a panel can be sorted by, in the order in which a key goes through it. */
export const SORTS = {
  ticks: ['change', 'spread', 'imbalance', 'volume', 'age', 'chance'],
  risk: ['used'],
  positions: ['symbol', 'gain', 'worth', 'age'],
} as const;
export type SortedPanel = keyof typeof SORTS;
export type SortName = (typeof SORTS)[SortedPanel][number];

/** Numbers stand largest first, names from A; `reversed` turns that round. */
export interface Sort {
  readonly by: SortName;
  readonly reversed: boolean;
}

/** What an operator has arranged in one panel; without a sort its rows stand as they are given. */
export interface Arrangement {
  readonly filter: string;
  readonly sort: Sort | undefined;
}

/** Rows as they are sorted: all of them, and those that the filter leaves. */
export interface Arranged<T> {
  readonly all: readonly T[];
  readonly shown: readonly T[];
}

/** How the rows of one kind are read. */
export interface RowKind<T> {
  /** What a filter looks for its text in. */
  readonly text: (row: T) => string;
  /** Undefined where a row has no such value: it stands behind those that do. */
  readonly value: (row: T, by: SortName) => number | string | undefined;
  /** Shown whatever the filter says. */
  readonly always?: (row: T) => boolean;
}

export const isFiltered = (panel: PanelId): panel is FilteredPanel => (FILTERED as readonly PanelId[]).includes(panel);

export const isSorted = (panel: PanelId): panel is SortedPanel => Object.hasOwn(SORTS, panel);

/** True where it says so, in capitals or not. */
export function contains(text: string, filter: string): boolean {
  return text.toLowerCase().includes(filter.trim().toLowerCase());
}

/** Sorted and filtered; rows of equal value keep the order in which they are given. */
export function arrange<T>(rows: readonly T[], { filter, sort }: Arrangement, kind: RowKind<T>): Arranged<T> {
  const all = sort === undefined ? rows : sorted(rows, sort, kind);
  if (filter.trim() === '') return { all, shown: all };
  return { all, shown: all.filter((row) => kind.always?.(row) === true || contains(kind.text(row), filter)) };
}

function sorted<T>(rows: readonly T[], { by, reversed }: Sort, { value }: RowKind<T>): readonly T[] {
  const turn = reversed ? -1 : 1;
  return rows
    .map((row) => ({ row, value: value(row, by) }))
    .sort((a, b) => {
      if (a.value === undefined || b.value === undefined)
        return Number(a.value === undefined) - Number(b.value === undefined);
      return turn * compareValues(a.value, b.value);
    })
    .map(({ row }) => row);
}

/** Larger numbers first, names from A. */
function compareValues(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return b - a;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** True where the values go down the rows. */
export const isDescending = ({ by, reversed }: Sort): boolean => (by === 'symbol') === reversed;

/** By the next column of the panel; behind the last one as the rows are given. */
export function nextSort(panel: SortedPanel, sort: Sort | undefined): Sort | undefined {
  const names: readonly SortName[] = SORTS[panel];
  const by = sort === undefined ? names[0] : names[names.indexOf(sort.by) + 1];
  return by === undefined ? undefined : { by, reversed: false };
}

/**
 * Where a selection goes: it stays while its row is shown, else to the row that stood nearest to it, the one below of
 * two. `before` are all rows as they stood when it was last in its place. Undefined where nothing is shown.
 */
export function settled<K>(selected: K | undefined, before: readonly K[], shown: readonly K[]): K | undefined {
  if (selected !== undefined && shown.includes(selected)) return selected;
  const at = selected === undefined ? -1 : before.indexOf(selected);
  if (at < 0) return shown[0];
  for (let distance = 1; distance < before.length; distance++) {
    for (const place of [at + distance, at - distance]) {
      const row = before[place];
      if (row !== undefined && shown.includes(row)) return row;
    }
  }
  return shown[0];
}
