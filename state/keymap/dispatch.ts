/** Finds what a key means in the scopes that are open. */
import type { ConsoleState } from '../model.ts';
import type { Binding } from './bindings.ts';
import { openScopes, type Scope } from './scopes.ts';

/** The binding of a key in this state, or undefined. */
export function findBinding(state: ConsoleState, key: string): Binding | undefined {
  for (const scope of openScopes(state)) {
    const binding = state.bindings.find((each) => each.scope === scope && each.keys.includes(key));
    if (binding !== undefined) return binding;
  }
  return undefined;
}

/** Dialogs whose keys do something when they are answered. */
const ANSWERED: ReadonlySet<Scope> = new Set(['explain', 'list', 'quit', 'code', 'size', 'palette', 'prompt', 'tour']);

/** What nobody sees cannot be answered; it can be closed. */
export function unseen({ ui }: ConsoleState): string | undefined {
  return ui.drawn.has('dialog') ? undefined : 'this dialog is not on the screen: Esc closes it';
}

/** What leaves everything as it is. */
function isWayOut({ command }: Binding): boolean {
  return command.id === 'close' || (command.id === 'quit-choice' && command.choice === 'stay');
}

/** Why a key does nothing now, or undefined. */
export function reasonAgainst(binding: Binding, state: ConsoleState): string | undefined {
  const hidden = ANSWERED.has(binding.scope) && !isWayOut(binding) ? unseen(state) : undefined;
  return hidden ?? binding.disabled?.(state);
}

/** True while typed text goes into a field. */
export function takesText(state: ConsoleState): boolean {
  const { kind } = state.ui.overlay;
  return kind === 'prompt' || kind === 'size' || kind === 'code' || kind === 'palette';
}

/** The bindings that would do something now, in the order of the table, with the words of now for the footer. */
export function enabledBindings(state: ConsoleState): readonly Binding[] {
  const open = new Set<Scope>(openScopes(state));
  return state.bindings
    .filter((binding) => open.has(binding.scope) && reasonAgainst(binding, state) === undefined)
    .map((binding) => (binding.footerNow === undefined ? binding : { ...binding, footer: binding.footerNow(state) }));
}
