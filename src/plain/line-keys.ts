/** A typed line as the keys that a console hears: one by one at the pace of a person, for it takes faster ones for a paste. */

import type { Binding } from '../../state/keymap/bindings.ts';
import { takesText } from '../../state/keymap/dispatch.ts';
import { parseKey } from '../../state/keymap/key-names.ts';
import { openScopes } from '../../state/keymap/scopes.ts';
import type { ConsoleState } from '../../state/model.ts';
import { selectedProposal } from '../../state/proposals.ts';

const ESCAPE = '\u001b';
const SEQUENCES: Readonly<Record<string, string>> = {
  enter: '\r',
  escape: ESCAPE,
  tab: '\t',
  'shift-tab': `${ESCAPE}[Z`,
  backspace: '\u007f',
  delete: `${ESCAPE}[3~`,
  space: ' ',
  up: `${ESCAPE}[A`,
  down: `${ESCAPE}[B`,
  right: `${ESCAPE}[C`,
  left: `${ESCAPE}[D`,
  home: `${ESCAPE}[H`,
  end: `${ESCAPE}[F`,
  'page-up': `${ESCAPE}[5~`,
  'page-down': `${ESCAPE}[6~`,
};

/** What a terminal sends for a key by its name. */
export function bytesOf(key: string): string {
  if (key.startsWith('ctrl-')) return String.fromCharCode(key.charCodeAt(5) - 96);
  if (key.startsWith('alt-')) return `${ESCAPE}${key.slice(4)}`;
  return SEQUENCES[key] ?? key;
}

export type LineMeaning =
  | { readonly kind: 'keys'; readonly keys: readonly string[] }
  | { readonly kind: 'status' | 'models' | 'help' }
  | { readonly kind: 'refused'; readonly why: string };

/** Heard in the chart panel only, and told in words: a line goes to that panel by itself. */
export const isOfChart = ({ scope }: Binding): boolean => scope === 'chart';

/** The key of the chart panel before a command of it, where another panel has the focus. */
function toPanel(binding: Binding, state: ConsoleState): readonly string[] {
  if (!isOfChart(binding) || state.ui.overlay.kind !== 'none' || state.ui.focus === 'chart') return [];
  const key = state.bindings.find(({ name }) => name === 'panel-chart')?.keys[0];
  return key === undefined ? [] : [bytesOf(key)];
}

/** In a field the line is its text, and an empty one leaves it; elsewhere it is the name of a command or of a key. */
export function readLine(typed: string, state: ConsoleState): LineMeaning {
  const text = typed.trim();
  if (takesText(state)) return { kind: 'keys', keys: text === '' ? [ESCAPE] : [...text, '\r'] };
  if (text === '' || text === 'status') return { kind: 'status' };
  if (text === 'models') return { kind: 'models' };
  if (text === 'help' || text === '?') return { kind: 'help' };
  const [word = '', id] = text.split(/\s+/);
  if (id !== undefined) {
    const chosen = selectedProposal(state)?.proposalId;
    if (!/^(?:approve|veto)$/.test(word)) return { kind: 'refused', why: `${text}: one word at a time` };
    if (id.replace('#', '') !== String(chosen))
      return {
        kind: 'refused',
        why: `${id} is not the chosen one${chosen === undefined ? '' : `, #${chosen} is`}: next-proposal`,
      };
  }
  const scopes: readonly string[] = openScopes(state);
  const open = state.bindings.filter((each) => scopes.includes(each.scope));
  const named = open.find(({ name }) => name === word) ?? state.bindings.find(({ name }) => name === word);
  if (named !== undefined) return pressed(named.keys[0] ?? '', named, toPanel(named, state));
  const parsed = parseKey(word);
  if ('error' in parsed) return { kind: 'refused', why: `${parsed.error}, and no command: help lists them` };
  return pressed(
    parsed.key,
    open.find(({ keys }) => keys.includes(parsed.key)),
  );
}

/** Rows are told as they come, all of them: there are none to keep back or to sort. */
function pressed(key: string, binding: Binding | undefined, before: readonly string[] = []): LineMeaning {
  const arranges = binding?.command.id === 'filter' || binding?.command.id === 'sort';
  return arranges
    ? { kind: 'refused', why: 'rows are arranged on a screen: here every line is told' }
    : { kind: 'keys', keys: [...before, bytesOf(key)] };
}
