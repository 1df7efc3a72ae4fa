/**
 * The controller: carries raw input to commands, commands to the engine, and the engine's answers to the store.
 * It owns no screen and no clock of its own.
 */
import type { OperatorCommand } from '../engine/domain/index.ts';
import type { Action } from './actions.ts';
import type { Effect } from './commands/effects.ts';
import { tell } from './commands/effects.ts';
import { typeText } from './commands/overlays.ts';
import { runCommand } from './commands/run.ts';
import type { Binding } from './keymap/bindings.ts';
import { findBinding, takesText } from './keymap/dispatch.ts';
import { emptyGuard, type GuardState, noteInput, pressActing, takeDue, type Verdict } from './keymap/guard.ts';
import { EMPTY_INPUT, expireInput, type InputEvent, inputDeadline, type Key, readInput } from './keymap/input.ts';
import { keyLabel } from './keymap/table.ts';
import { type ConsoleState, LOG_REQUEST } from './model.ts';
import type { EnginePort, FromEngine } from './protocol.ts';
import type { Store } from './store.ts';
import type { Timers } from './timers.ts';

const TICK_MS = 500;
/** A command without an answer for this long is reported. */
const ANSWER_MS = 2_000;

export interface ControllerOptions {
  readonly port: EnginePort;
  readonly store: Store;
  readonly timers: Timers;
  /** 0 ≤ x < 1, from a source that cannot be guessed: letters of codes. */
  readonly random: () => number;
  readonly onRepaint: () => void;
  /** The operator leaves: the owner of the engine decides what becomes of it. */
  readonly onLeave: () => void;
}

export interface Controller {
  /** One read from the terminal. */
  input(chunk: string): void;
  resize(columns: number, rows: number): void;
  notice(level: 'info' | 'warn' | 'error', text: string): void;
  close(): void;
}

export function createController(options: ControllerOptions): Controller {
  const { port, store, timers } = options;
  const engine = connectEngine(options);
  let input = EMPTY_INPUT;
  let guard: GuardState<Held> = emptyGuard();
  let cancelInputTimer: (() => void) | undefined;
  let cancelGuardTimer: (() => void) | undefined;

  const context = () => ({ nowMs: timers.now(), random: options.random });
  const apply = (effects: readonly Effect[]): void => {
    for (const effect of effects) carryOut(effect);
  };
  const carryOut = (effect: Effect): void => {
    if (effect.kind === 'dispatch') store.dispatch(effect.action);
    else if (effect.kind === 'send') port.send(effect.message);
    else if (effect.kind === 'command') engine.command(effect.command, effect.text);
    else if (effect.kind === 'repaint') options.onRepaint();
    else options.onLeave();
  };
  const settle = (verdict: Verdict<Held>): void => {
    guard = verdict.guard;
    cancelGuardTimer?.();
    cancelGuardTimer = undefined;
    if (verdict.ignored !== undefined) apply([tell('warn', verdict.ignored, timers.now())]);
    if (guard.held !== undefined) armGuard(guard.held.dueAtMs - timers.now());
  };
  // The second turn of the loop lets a byte that has already arrived be read before the key acts.
  const armGuard = (ms: number): void => {
    cancelGuardTimer = timers.after(Math.max(0, ms), () => {
      cancelGuardTimer = timers.after(0, () => {
        const { guard: next, due } = takeDue(guard, timers.now());
        guard = next;
        if (due === undefined) return;
        apply(due.effects);
        store.flush();
      });
    });
  };
  const onKey = (key: Key): void => {
    const state = store.getState();
    const binding = findBinding(state, key.name);
    if (binding?.acting === true) {
      settle(pressActing(guard, pressOf(binding, key, state)));
      return;
    }
    settle(noteInput(guard, key.atMs));
    if (binding !== undefined) apply(effectsOf(binding, state));
    else if (takesText(state) && key.text !== '') apply(typeText(state, key.text, false, timers.now()));
  };
  const effectsOf = (binding: Binding, state: ConsoleState): readonly Effect[] => {
    const reason = binding.disabled?.(state);
    if (reason === undefined) return runCommand(binding.command, state, context());
    return [tell('info', `${keyLabel(binding.keys[0] ?? '')}: ${reason}`, timers.now())];
  };
  const pressOf = (binding: Binding, key: Key, state: ConsoleState) => ({
    key: keyLabel(key.name),
    atMs: key.atMs,
    crowded: key.crowded,
    targetSinceMs: targetSince(binding, state),
    what: { effects: effectsOf(binding, state) },
  });
  const onEvents = (events: readonly InputEvent[]): void => {
    for (const event of events) {
      if (event.type === 'key') onKey(event.key);
      else {
        settle(noteInput(guard, event.atMs));
        apply(typeText(store.getState(), event.text, true, timers.now()));
      }
    }
    if (events.length > 0) store.flush();
  };
  const armInput = (): void => {
    cancelInputTimer?.();
    const deadline = inputDeadline(input);
    if (deadline === undefined) return;
    cancelInputTimer = timers.after(Math.max(0, deadline - timers.now()), () => {
      const expired = expireInput(input, timers.now());
      input = expired.state;
      onEvents(expired.events);
      armInput();
    });
  };
  return {
    input(chunk) {
      const read = readInput(input, chunk, timers.now());
      input = read.state;
      onEvents(read.events);
      armInput();
    },
    resize(columns, rows) {
      store.dispatch({ type: 'size', columns, rows });
      store.flush();
    },
    notice(level, text) {
      apply([tell(level, text, timers.now())]);
    },
    close() {
      cancelInputTimer?.();
      cancelGuardTimer?.();
      engine.close();
      store.close();
    },
  };
}

/** The effects of an acting key, fixed when it was pressed: they name what was on screen then. */
interface Held {
  readonly effects: readonly Effect[];
}

/** Since when what the key acts on has been on screen. */
function targetSince(binding: Binding, state: ConsoleState): number | undefined {
  if (binding.scope === 'approvals') return state.ui.shownProposal?.sinceMs ?? Number.POSITIVE_INFINITY;
  if (binding.scope === 'governor') return state.ui.shownSuggestion?.sinceMs ?? Number.POSITIVE_INFINITY;
  return undefined;
}

interface EngineLine {
  command(command: OperatorCommand, text: string): void;
  close(): void;
}

/** The engine's side: messages into the store, credits and log requests back. */
function connectEngine({ port, store, timers, onLeave }: ControllerOptions): EngineLine {
  let nextCommandId = 1;
  let creditedViews = 0;
  let cancelTick: (() => void) | undefined;

  const command = (wanted: OperatorCommand, text: string): void => {
    const id = nextCommandId++;
    store.dispatch({ type: 'command-sent', id, text, atMs: timers.now() });
    port.send({ type: 'command', id, command: wanted });
  };
  const afterPublication = (): void => {
    const state = store.getSnapshot();
    if (state.viewCount === creditedViews) return;
    creditedViews = state.viewCount;
    port.send({ type: 'credit' });
    askForLog(state);
    goOnLeaving(state);
  };
  const askForLog = (state: ConsoleState): void => {
    const { entries, lastKnownId, askedFrom } = state.log;
    const from = (entries.at(-1)?.id ?? 0) + 1;
    if (askedFrom !== undefined || from > lastKnownId) return;
    store.dispatch({ type: 'log-asked', from });
    port.send({ type: 'log', from, limit: LOG_REQUEST });
  };
  const goOnLeaving = ({ ui, view }: ConsoleState): void => {
    if (ui.leaving === 'none' || view === undefined) return;
    if (view.positions.length === 0 && view.orders.length === 0) onLeave();
    else if (ui.leaving === 'killing' && view.kill === 'none-open') {
      store.dispatch({ type: 'leaving', leaving: 'flattening' });
      command({ kind: 'flatten' }, 'flatten');
    }
  };
  const tick = (): void => {
    cancelTick = timers.after(TICK_MS, tick);
    const now = timers.now();
    const late = store.getState().pending.filter((each) => !each.late && now - each.sentAtMs >= ANSWER_MS);
    if (late.length > 0) store.dispatch({ type: 'commands-late', ids: late.map((each) => each.id), atMs: now });
    store.refresh();
  };
  const stopListening = port.onMessage((message) => {
    const atMs = timers.now();
    if (message.type === 'view')
      store.offerView({ type: 'view', view: message.view, lastLogId: message.lastLogId, atMs });
    else store.dispatch(actionOf(message, atMs));
  });
  const unsubscribe = store.subscribe(afterPublication);
  tick();
  return {
    command,
    close() {
      cancelTick?.();
      stopListening();
      unsubscribe();
    },
  };
}

/** A message of the engine, other than a view, as the action it is. */
function actionOf(message: Exclude<FromEngine, { type: 'view' }>, atMs: number): Action {
  switch (message.type) {
    case 'ready':
      return { type: 'engine-ready' };
    case 'log':
      return { type: 'log', entries: message.entries };
    case 'explain':
      return { type: 'explained', decisionId: message.decisionId, explain: message.explain };
    case 'command-done':
      return { type: 'command-done', id: message.id, refused: message.refused, atMs };
    case 'notice':
      return { type: 'notice', notice: { level: message.level, text: message.text, atMs } };
    case 'stopped':
      return { type: 'engine-stopped', reason: message.reason, fault: message.fault };
  }
}
