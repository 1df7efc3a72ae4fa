/** Keys that arrange the rows of the focused panel. */
import { isFiltered, isSorted } from '../arrangement.ts';
import type { ConsoleState } from '../model.ts';
import { PANEL_TITLES, type PanelId } from '../panels.ts';
import type { Binding } from './bindings.ts';
import { keyOf } from './key-names.ts';

/** Panels that are not to be filtered, and why. */
const ALWAYS_WHOLE: Readonly<Partial<Record<PanelId, string>>> = {
  risk: 'limits are all shown',
  governor: 'what is suggested to you is all shown',
  approvals: 'what is asked of you is all shown',
};

const notFiltered = ({ ui }: ConsoleState): string | undefined =>
  isFiltered(ui.focus) ? undefined : (ALWAYS_WHOLE[ui.focus] ?? `${PANEL_TITLES[ui.focus]} has no rows to filter`);

function notSorted({ ui }: ConsoleState): string | undefined {
  if (isSorted(ui.focus)) return undefined;
  if (ui.focus === 'log') return 'the log stands in the order of time';
  if (ui.focus === 'approvals') return 'what ends first stands first';
  return `${PANEL_TITLES[ui.focus]} has no rows to sort`;
}

function notTurned(state: ConsoleState): string | undefined {
  const { focus, sorts } = state.ui;
  const reason = notSorted(state);
  if (reason !== undefined || !isSorted(focus) || sorts[focus] !== undefined) return reason;
  return `the rows stand as they are given: ${keyOf(state.bindings, 'sort')} sorts them`;
}

function atNewest({ ui }: ConsoleState): string | undefined {
  if (ui.focus !== 'log') return `${PANEL_TITLES[ui.focus]} is no log: ${PANEL_TITLES.log} has a newest line`;
  return ui.selectedLog === undefined ? 'the newest line is shown' : undefined;
}

export const ROW_KEYS: readonly Binding[] = [
  {
    scope: 'main',
    name: 'newest-line',
    keys: ['G'],
    command: { id: 'newest-line' },
    text: 'decision log: back to the newest line, and on with it',
    footer: 'newest',
    disabled: atNewest,
  },
  {
    scope: 'main',
    name: 'filter',
    keys: ['/'],
    command: { id: 'filter' },
    text: 'show only rows of the focused panel that have a text',
    footer: 'filter',
    disabled: notFiltered,
  },
  {
    scope: 'main',
    name: 'sort',
    keys: ['o'],
    command: { id: 'sort', how: 'next' },
    text: 'sort the focused panel by its next column, behind the last one as its rows are given',
    footer: 'sort',
    disabled: notSorted,
  },
  {
    scope: 'main',
    name: 'turn-sort',
    keys: ['O'],
    command: { id: 'sort', how: 'turn' },
    text: 'sort the focused panel the other way round',
    disabled: notTurned,
  },
];
