/** How rows are arranged, in words: what they are kept to, how many of them are shown, and what they are sorted by. */
import { isDescending, type Sort, type SortName } from '../../state/arrangement.ts';
import { count } from '../../state/text/numbers.ts';
import { line, type StyledLine, span } from '../text/line.ts';
import type { SortMark } from '../text/table.ts';
import { clipText } from '../text/width.ts';

const SORT_TEXT: Readonly<Record<SortName, string>> = {
  change: 'change',
  spread: 'spread',
  imbalance: 'imbalance',
  volume: 'volume',
  age: 'age',
  chance: 'chance',
  used: 'used',
  symbol: 'symbol',
  gain: 'PnL',
  worth: 'worth',
};

interface Lengths {
  readonly all: { readonly length: number };
  readonly shown: { readonly length: number };
}

/** Columns of a filter in a title, which says more than that. */
const LONGEST_FILTER = 20;

/** `“eth”: 2 of 5`, of several lists together; empty without a filter. */
export function keptTo(filter: string, ...lists: readonly Lengths[]): string {
  if (filter === '') return '';
  const sum = (which: keyof Lengths): number => lists.reduce((all, each) => all + each[which].length, 0);
  return `“${clipText(filter, LONGEST_FILTER)}”: ${count(sum('shown'))} of ${count(sum('all'))}`;
}

/** `by change▾`; empty where rows stand as they are given. */
export const sortedBy = (sort: Sort | undefined): string =>
  sort === undefined ? '' : `by ${SORT_TEXT[sort.by]}${isDescending(sort) ? '▾' : '▴'}`;

/** Parts of a panel's note that are not empty. */
export const noteOf = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ');

export const markOf = (sort: Sort | undefined): SortMark | undefined =>
  sort === undefined ? undefined : { by: sort.by, descending: isDescending(sort) };

/** In the place of rows that a filter has all left out. */
export const nothingWith = (filter: string): StyledLine => line(span(` nothing here has “${filter}”`, 'warn'));
