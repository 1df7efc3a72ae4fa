/**
 * The store: state without React. It publishes at most ten times a second, at once after a key, and once
 * more for the first view that follows a key, so that its effect is seen without delay.
 *
 * A view that comes in waits for the next publication: keys act on what is on screen, not on what is newer.
 */
import type { Action } from './actions.ts';
import type { Binding } from './keymap/bindings.ts';
import { type ConsoleState, initialState } from './model.ts';
import { reduce } from './reducer.ts';
import type { Timers } from './timers.ts';

const PUBLISH_INTERVAL_MS = 100;
/** A frame costs in proportion to its cells: a screen beyond this many is drawn less often, at least five times a second. */
const CELLS_PER_MS = 60;
const SLOWEST_INTERVAL_MS = 200;
/** How long a view counts as the answer to the last key. */
const ANSWER_WITHIN_MS = 250;

export interface Store {
  /** The state on screen; the same object until the next publication. */
  getSnapshot(): ConsoleState;
  /** The state with everything dispatched since. */
  getState(): ConsoleState;
  subscribe(listener: () => void): () => void;
  dispatch(action: Action): void;
  /** A view: replaces one that still waits, shown with the next publication. */
  offerView(action: Extract<Action, { type: 'view' }>): void;
  /** Publishes now: a key was pressed. */
  flush(): void;
  /** Publishes soon though nothing came: time has passed. */
  refresh(): void;
  close(): void;
}

/** `bindings` is the key table, by default the one without keys of the operator's own; `dataDirWords` as the state has them. */
export function createStore(
  timers: Timers,
  columns: number,
  rows: number,
  bindings?: readonly Binding[],
  dataDirWords?: string,
): Store {
  const published = (): Action => ({ type: 'published', nowMs: timers.now(), utcMs: timers.utcMs() });
  let state = reduce(initialState(columns, rows, bindings, dataDirWords), published());
  let snapshot = state;
  let waiting: Extract<Action, { type: 'view' }> | undefined;
  let cancelTimer: (() => void) | undefined;
  let publishedAtMs = Number.NEGATIVE_INFINITY;
  let keyAtMs = Number.NEGATIVE_INFINITY;
  const listeners = new Set<() => void>();

  const publish = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    if (waiting !== undefined) state = reduce(state, waiting);
    waiting = undefined;
    publishedAtMs = timers.now();
    state = reduce(state, published());
    snapshot = state;
    for (const listener of [...listeners]) listener();
  };
  const schedule = (): void => {
    if (cancelTimer !== undefined) return;
    cancelTimer = timers.after(Math.max(0, publishedAtMs + publishInterval(state) - timers.now()), publish);
  };
  return {
    getSnapshot: () => snapshot,
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispatch(action) {
      state = reduce(state, action);
      schedule();
    },
    offerView(action) {
      waiting = action;
      const answersKey = timers.now() - keyAtMs <= ANSWER_WITHIN_MS;
      keyAtMs = Number.NEGATIVE_INFINITY;
      if (answersKey) publish();
      else schedule();
    },
    flush() {
      keyAtMs = timers.now();
      publish();
    },
    refresh: schedule,
    close() {
      cancelTimer?.();
      listeners.clear();
    },
  };
}

function publishInterval({ ui }: ConsoleState): number {
  return Math.min(SLOWEST_INTERVAL_MS, Math.max(PUBLISH_INTERVAL_MS, (ui.columns * ui.rows) / CELLS_PER_MS));
}
