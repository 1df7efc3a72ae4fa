/** Finds what a key means in the scopes that are open. */
import type { ConsoleState } from '../model.ts';
import { BINDINGS, type Binding } from './bindings.ts';
import { openScopes, type Scope } from './scopes.ts';

const byScopeAndKey = new Map<string, Binding>();
for (const binding of BINDINGS) for (const key of binding.keys) byScopeAndKey.set(`${binding.scope} ${key}`, binding);

/** The binding of a key in this state, or undefined. */
export function findBinding(state: ConsoleState, key: string): Binding | undefined {
  for (const scope of openScopes(state)) {
    const binding = byScopeAndKey.get(`${scope} ${key}`);
    if (binding !== undefined) return binding;
  }
  return undefined;
}

/** True while typed text goes into a field. */
export function takesText(state: ConsoleState): boolean {
  const { kind } = state.ui.overlay;
  return kind === 'prompt' || kind === 'code';
}

/** The bindings that would do something now, in the order of the table. */
export function enabledBindings(state: ConsoleState): readonly Binding[] {
  const open = new Set<Scope>(openScopes(state));
  return BINDINGS.filter((binding) => open.has(binding.scope) && binding.disabled?.(state) === undefined);
}
