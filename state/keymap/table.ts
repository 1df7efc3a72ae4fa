/** The key table as text: by scope for help, and the README's section. */
import { BINDINGS, type Binding } from './bindings.ts';
import { keyLabel } from './key-names.ts';
import { SCOPE_TITLES, SCOPES } from './scopes.ts';

/** The bindings of each scope, in the order in which help lists them. */
export function bindingsByScope(
  all: readonly Binding[],
): ReadonlyArray<{ readonly title: string; readonly bindings: readonly Binding[] }> {
  return SCOPES.map((scope) => ({
    title: SCOPE_TITLES[scope],
    bindings: all.filter((binding) => binding.scope === scope),
  }));
}

const escapeCell = (text: string): string => text.replaceAll('|', '\\|');
const codeOf = (binding: Binding): string => binding.keys.map((key) => `\`${keyLabel(key)}\``).join(' ');

/** The table of all keys in Markdown, for the README. */
export function renderKeyTable(): string {
  const lines = ['| where | key | does |', '| --- | --- | --- |'];
  for (const { title, bindings } of bindingsByScope(BINDINGS)) {
    for (const binding of bindings) {
      const acts = binding.acting === true ? ' (acts: ignored in a burst, a paste or when held)' : '';
      lines.push(`| ${title} | ${escapeCell(codeOf(binding))} | ${escapeCell(binding.text)}${acts} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}
