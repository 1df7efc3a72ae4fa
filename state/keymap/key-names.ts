/** Names of keys: how people write them, how they are read back, and which key a command has. */
import { clean } from '../text/clean.ts';
import type { Binding } from './bindings.ts';
import type { CommandName } from './commands.ts';

const KEY_LABELS: Readonly<Record<string, string>> = {
  enter: 'Enter',
  escape: 'Esc',
  tab: 'Tab',
  'shift-tab': 'Shift-Tab',
  backspace: 'Backspace',
  delete: 'Delete',
  space: 'Space',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  home: 'Home',
  end: 'End',
  'page-up': 'PgUp',
  'page-down': 'PgDn',
};

/** What a terminal sends the same bytes for. */
const SAME_KEY: Readonly<Record<string, string>> = {
  'ctrl-h': 'backspace',
  'ctrl-i': 'tab',
  'ctrl-j': 'enter',
  'ctrl-m': 'enter',
};

/** Letters behind which `input.ts` waits for the rest of a sequence. */
const SEQUENCE_STARTS = '[]OP^_X';

/** A key as people write it: `ctrl-k` is `Ctrl-K`. */
export function keyLabel(key: string): string {
  if (key.startsWith('ctrl-')) return `Ctrl-${key.slice(5).toUpperCase()}`;
  if (key.startsWith('alt-')) return `Alt-${key.slice(4)}`;
  return KEY_LABELS[key] ?? key;
}

/** All keys of a binding. */
export function keyLabels(binding: Binding): string {
  return binding.keys.map(keyLabel).join(' ');
}

/** The key of a command as it is shown. */
export function keyOf(bindings: readonly Binding[], name: CommandName): string {
  return keyLabel(bindings.find((binding) => binding.name === name)?.keys[0] ?? '');
}

/** True for a key that is text where text is taken. */
export const typesText = (key: string): boolean => key === 'space' || [...key].length === 1;

/** The name of a key that a person has written, as it is shown or as it is named here; else what is wrong with it. */
export function parseKey(written: string): { readonly key: string } | { readonly error: string } {
  const name = nameOf(written);
  const same = SAME_KEY[name];
  if (same !== undefined) return { error: `${keyLabel(name)} cannot be told from ${keyLabel(same)}` };
  return isKey(name) ? { key: name } : { error: `${JSON.stringify(written)} is no key` };
}

function nameOf(written: string): string {
  if (written === ' ') return 'space';
  const labelled = Object.keys(KEY_LABELS).find((key) => KEY_LABELS[key]?.toLowerCase() === written.toLowerCase());
  if (labelled !== undefined) return labelled;
  const alt = /^alt-(.)$/iu.exec(written);
  if (alt !== null) return `alt-${alt[1]}`;
  return [...written].length === 1 ? written : written.toLowerCase();
}

function isKey(name: string): boolean {
  if (Object.hasOwn(KEY_LABELS, name) || /^ctrl-[a-z]$/.test(name)) return true;
  const alt = /^alt-(.)$/u.exec(name)?.[1];
  if (alt !== undefined) return isVisible(alt) && !SEQUENCE_STARTS.includes(alt);
  return [...name].length === 1 && isVisible(name);
}

/** A letter, digit, mark of punctuation or symbol that stands for itself. */
const isVisible = (character: string): boolean =>
  /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character) && clean(character) === character;
