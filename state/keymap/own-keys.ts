/**
 * The operator's own keys over the key table. Refused is whatever could make a key mean two things at once, take kill
 * or the way out away, or put what acts on a key that is pressed without a thought.
 */
import type { Binding } from './bindings.ts';
import { keyLabel, parseKey, typesText } from './key-names.ts';
import { OPEN_TOGETHER, SCOPE_TITLES } from './scopes.ts';

/** Keys by the name of their command, as people write them. */
export type OwnKeys = Readonly<Record<string, readonly string[]>>;

export type BoundKeys = { readonly bindings: readonly Binding[] } | { readonly error: string };

/** Pressed by habit, or sent by a mouse wheel: none of them may act. */
const THOUGHTLESS: ReadonlySet<string> = new Set(['enter', 'space', 'escape', 'up', 'down']);

/** Kill and the way out: what is at this command's keys by default stays there. */
const KEPT: Readonly<Record<string, string>> = { 'ctrl-k': 'kill', 'ctrl-c': 'leave' };

/** The table with these keys in it, or the first thing that is wrong with them, in one line. */
export function bindOwnKeys(table: readonly Binding[], own: OwnKeys): BoundKeys {
  const replaced = new Map<string, readonly string[]>();
  for (const [name, written] of Object.entries(own)) {
    const binding = table.find((each) => each.name === name);
    if (binding === undefined) return { error: `there is no command ${JSON.stringify(name)}: chimera keys lists them` };
    const keys = parseKeys(name, written);
    if (typeof keys === 'string') return { error: keys };
    const wrong = keys.map((key) => unfit(binding, key)).find((reason) => reason !== undefined);
    if (wrong !== undefined) return { error: wrong };
    replaced.set(name, name === 'kill' ? withKill(binding.keys, keys) : keys);
  }
  const bindings = table.map((binding) => {
    const keys = binding.name === undefined ? undefined : replaced.get(binding.name);
    return keys === undefined ? binding : { ...binding, keys };
  });
  const conflict = findConflict(bindings);
  return conflict === undefined ? { bindings } : { error: conflict };
}

/** Further keys stand behind the one that kill always has. */
const withKill = (always: readonly string[], own: readonly string[]): readonly string[] => [
  ...always,
  ...own.filter((key) => !always.includes(key)),
];

/** The names of the keys; a text says what is wrong with one. */
function parseKeys(name: string, written: readonly string[]): readonly string[] | string {
  const keys: string[] = [];
  for (const each of written) {
    const parsed = parseKey(each);
    if ('error' in parsed) return `${name}: ${parsed.error}`;
    if (keys.includes(parsed.key)) return `${name}: ${keyLabel(parsed.key)} is named twice`;
    keys.push(parsed.key);
  }
  return keys;
}

/** Why this command may not have this key, or undefined. */
function unfit({ name, scope, acting, command }: Binding, key: string): string | undefined {
  const label = keyLabel(key);
  const owner = KEPT[key];
  if (owner !== undefined && owner !== name) return `${name}: ${label} is ${owner} and stays so`;
  if ((acting === true || command.id === 'kill') && THOUGHTLESS.has(key))
    return `${name}: ${label} is pressed too lightly for what acts`;
  if (scope === 'always' && typesText(key))
    return `${name}: ${label} is text where text is typed, and ${name} is heard there too`;
  return undefined;
}

/** The first key that would mean two things where both are heard. */
function findConflict(bindings: readonly Binding[]): string | undefined {
  for (const scopes of OPEN_TOGETHER) {
    const taken = new Map<string, Binding>();
    for (const binding of bindings.filter(({ scope }) => scopes.includes(scope))) {
      for (const key of binding.keys) {
        const other = taken.get(key);
        if (other !== undefined) return `${keyLabel(key)} would be both ${title(other)} and ${title(binding)}`;
        taken.set(key, binding);
      }
    }
  }
  return undefined;
}

const title = ({ name, text, scope }: Binding): string => `${name ?? `“${text}”`} (${SCOPE_TITLES[scope]})`;
