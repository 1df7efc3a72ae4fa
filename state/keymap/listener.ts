/** Listens to the terminal: reads into keys, keys into the effects of their commands, acting keys past the guard. */
import { type CommandContext, type Effect, tell } from '../commands/effects.ts';
import { typeText } from '../commands/overlays.ts';
import { runCommand } from '../commands/run.ts';
import type { ConsoleState } from '../model.ts';
import type { Store } from '../store.ts';
import type { Timers } from '../timers.ts';
import type { Binding } from './bindings.ts';
import { findBinding, reasonAgainst, takesText, unseen } from './dispatch.ts';
import { emptyGuard, type GuardState, noteInput, pressActing, takeDue, type Verdict } from './guard.ts';
import {
  EMPTY_INPUT,
  expireInput,
  type InputEvent,
  type InputState,
  inputDeadline,
  type Key,
  readInput,
} from './input.ts';
import { keyLabel } from './key-names.ts';

export interface KeyListenerOptions {
  readonly store: Store;
  readonly timers: Timers;
  /** 0 ≤ x < 1, from a source that cannot be guessed: letters of codes. */
  readonly random: () => number;
  readonly apply: (effects: readonly Effect[]) => void;
}

/** The effects of an acting key, fixed when it was pressed: they name what was on screen then. */
type Held = readonly Effect[];

export class KeyListener {
  readonly #options: KeyListenerOptions;
  #input: InputState = EMPTY_INPUT;
  #guard: GuardState<Held> = emptyGuard();
  #cancelInput: (() => void) | undefined;
  #cancelGuard: (() => void) | undefined;

  constructor(options: KeyListenerOptions) {
    this.#options = options;
  }

  /** One read from the terminal. */
  read(chunk: string): void {
    const read = readInput(this.#input, chunk, this.#options.timers.now());
    this.#input = read.state;
    this.#take(read.events);
    this.#armInput();
  }

  close(): void {
    this.#cancelInput?.();
    this.#cancelGuard?.();
  }

  #take(events: readonly InputEvent[]): void {
    for (const event of events) {
      if (event.type === 'key') this.#onKey(event.key);
      else this.#onPaste(event.text, event.atMs);
    }
    if (events.length > 0) this.#options.store.flush();
  }

  #onPaste(text: string, atMs: number): void {
    this.#settle(noteInput(this.#guard, atMs));
    this.#options.apply(this.#typed(text, true));
  }

  #onKey(key: Key): void {
    const state = this.#options.store.getState();
    const binding = findBinding(state, key.name);
    if (binding?.acting === true) {
      const { atMs, crowded } = key;
      const what = this.#effects(binding, state);
      // A key that would do nothing says why: nothing has appeared under it.
      const targetSinceMs = reasonAgainst(binding, state) === undefined ? targetSince(binding, state) : undefined;
      this.#settle(pressActing(this.#guard, { key: keyLabel(key.name), atMs, crowded, targetSinceMs, what }));
      return;
    }
    this.#settle(noteInput(this.#guard, key.atMs));
    if (binding !== undefined) this.#options.apply(this.#effects(binding, state));
    else if (takesText(state) && key.text !== '') this.#options.apply(this.#typed(key.text, false));
    else if (state.ui.overlay.kind === 'tour') this.#options.apply([this.#unheard(key)]);
  }

  /** Text for a field; a code is typed where it is read. */
  #typed(text: string, pasted: boolean): readonly Effect[] {
    const state = this.#options.store.getState();
    const reason = state.ui.overlay.kind === 'code' ? unseen(state) : undefined;
    if (reason !== undefined) return [tell('info', reason, this.#now())];
    return typeText(state, text, pasted, this.#now());
  }

  /** Who sees the console for the first time does not know yet that a page takes the keys. */
  #unheard(key: Key): Effect {
    return tell('info', `${keyLabel(key.name)}: nothing done, the first steps are open; Esc ends them`, this.#now());
  }

  #effects(binding: Binding, state: ConsoleState): readonly Effect[] {
    const reason = reasonAgainst(binding, state);
    if (reason !== undefined) return [tell('info', `${keyLabel(binding.keys[0] ?? '')}: ${reason}`, this.#now())];
    const context: CommandContext = { nowMs: this.#now(), random: this.#options.random };
    return runCommand(binding.command, state, context);
  }

  #settle(verdict: Verdict<Held>): void {
    this.#guard = verdict.guard;
    this.#cancelGuard?.();
    this.#cancelGuard = undefined;
    if (verdict.ignored !== undefined) this.#options.apply([tell('warn', verdict.ignored, this.#now())]);
    if (this.#guard.held !== undefined) this.#armGuard(this.#guard.held.dueAtMs - this.#now());
  }

  /** The second turn of the loop lets a byte that has already arrived be read before the key acts. */
  #armGuard(ms: number): void {
    const { timers } = this.#options;
    this.#cancelGuard = timers.after(Math.max(0, ms), () => {
      this.#cancelGuard = timers.after(0, () => this.#act());
    });
  }

  #act(): void {
    const { guard, due } = takeDue(this.#guard, this.#now());
    this.#guard = guard;
    if (due === undefined) {
      // Timers count whole milliseconds and may fire a part of one early: a key must not be held for ever.
      if (guard.held !== undefined) this.#armGuard(Math.max(1, guard.held.dueAtMs - this.#now()));
      return;
    }
    this.#options.apply(due);
    this.#options.store.flush();
  }

  #armInput(): void {
    this.#cancelInput?.();
    const deadline = inputDeadline(this.#input);
    if (deadline === undefined) return;
    this.#cancelInput = this.#options.timers.after(Math.max(0, deadline - this.#now()), () => {
      const expired = expireInput(this.#input, this.#now());
      this.#input = expired.state;
      this.#take(expired.events);
      this.#armInput();
    });
  }

  #now(): number {
    return this.#options.timers.now();
  }
}

/** Since when what the key acts on has been on screen; undefined where nothing can appear under the key. */
function targetSince(binding: Binding, state: ConsoleState): number | undefined {
  if (binding.command.id === 'veto-all')
    return Math.min(...Array.from(state.ui.seenProposals.values(), ({ sinceMs }) => sinceMs));
  if (binding.scope === 'approvals') return state.ui.shownProposal?.sinceMs ?? Number.POSITIVE_INFINITY;
  if (binding.scope === 'governor') return state.ui.shownSuggestion?.sinceMs ?? Number.POSITIVE_INFINITY;
  return undefined;
}
