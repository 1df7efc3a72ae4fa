/** The key table as text: names of keys as people write them, and the README's section. */
import { BINDINGS, type Binding } from './bindings.ts';
import { SCOPE_TITLES, SCOPES } from './scopes.ts';

const KEY_LABELS: Readonly<Record<string, string>> = {
  enter: 'Enter',
  escape: 'Esc',
  tab: 'Tab',
  'shift-tab': 'Shift-Tab',
  backspace: 'Backspace',
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

/** A key as people write it: `ctrl-k` is `Ctrl-K`. */
export function keyLabel(key: string): string {
  if (key.startsWith('ctrl-')) return `Ctrl-${key.slice(5).toUpperCase()}`;
  return KEY_LABELS[key] ?? key;
}

/** All keys of a binding. */
export function keyLabels(binding: Binding): string {
  return binding.keys.map(keyLabel).join(' ');
}

/** The bindings of each scope, in the order in which help lists them. */
export function bindingsByScope(): ReadonlyArray<{ readonly title: string; readonly bindings: readonly Binding[] }> {
  return SCOPES.map((scope) => ({
    title: SCOPE_TITLES[scope],
    bindings: BINDINGS.filter((binding) => binding.scope === scope),
  }));
}

const escapeCell = (text: string): string => text.replaceAll('|', '\\|');
const codeOf = (binding: Binding): string => binding.keys.map((key) => `\`${keyLabel(key)}\``).join(' ');

/** The table of all keys in Markdown, for the README. */
export function renderKeyTable(): string {
  const lines = ['| where | key | does |', '| --- | --- | --- |'];
  for (const { title, bindings } of bindingsByScope()) {
    for (const binding of bindings) {
      const acts = binding.acting === true ? ' (acts: ignored in a burst, a paste or when held)' : '';
      lines.push(`| ${title} | ${escapeCell(codeOf(binding))} | ${escapeCell(binding.text)}${acts} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}
