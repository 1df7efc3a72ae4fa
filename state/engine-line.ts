/** The console's line to the engine: messages into the store, commands with numbers, credits and log requests back. */
import type { OperatorCommand } from '../engine/domain/index.ts';
import type { Action } from './actions.ts';
import type { LogEntry } from './log-entry.ts';
import { type ConsoleState, isAwaited, LOG_REQUEST, type PendingCommand } from './model.ts';
import type { EnginePort, FromEngine } from './protocol.ts';
import { decisionOf } from './selectors.ts';
import type { Store } from './store.ts';
import type { Timers } from './timers.ts';

const TICK_MS = 500;
/** A command without an answer for this long is reported. */
const ANSWER_MS = 2_000;

export interface EngineLineOptions {
  readonly port: EnginePort;
  readonly store: Store;
  readonly timers: Timers;
  readonly onLeave: () => void;
}

export interface EngineLine {
  /** Sends an operator's command; `text` is what the operator reads about it until it is answered. */
  command(command: OperatorCommand, text: string): void;
  /** Sends several that one key asks for: they are told of as one, by `text`. */
  commands(list: ReadonlyArray<{ readonly command: OperatorCommand; readonly text: string }>, text: string): void;
  close(): void;
}

export function connectEngine({ port, store, timers, onLeave }: EngineLineOptions): EngineLine {
  let nextCommandId = 1;
  /** Asked for the other mode already: what comes until then changes nothing. */
  let switching = false;
  let creditedViews = 0;
  let followedLogId = 0;
  let cancelTick: (() => void) | undefined;

  const command = (wanted: OperatorCommand, text: string, batch?: PendingCommand['batch']): void => {
    const id = nextCommandId++;
    store.dispatch({ type: 'command-sent', id, text, batch, atMs: timers.now() });
    port.send({ type: 'command', id, command: wanted });
  };
  const afterPublication = (): void => {
    const state = store.getSnapshot();
    if (state.viewCount === creditedViews) return;
    creditedViews = state.viewCount;
    port.send({ type: 'credit' });
    askForLog(state, port, store);
    askAgain(state, port, followedLogId);
    followedLogId = state.log.entries.at(-1)?.id ?? 0;
    const next = leavingStep(state);
    if (next === 'leave') {
      if (state.ui.leavingTo === 'exit') onLeave();
      else if (!switching) port.send({ type: 'switch', to: 'paper' });
      switching = true;
    } else if (next === 'flatten') {
      store.dispatch({ type: 'leaving', leaving: 'flattening' });
      command({ kind: 'flatten' }, 'flatten');
    }
  };
  const tick = (): void => {
    cancelTick = timers.after(TICK_MS, tick);
    const now = timers.now();
    const late = store.getState().pending.filter((each) => isAwaited(each) && now - each.sentAtMs >= ANSWER_MS);
    if (late.length > 0) store.dispatch({ type: 'commands-late', ids: late.map((each) => each.id), atMs: now });
    store.refresh();
  };
  const stopListening = port.onMessage((message) => {
    const atMs = timers.now();
    if (message.type === 'view') {
      store.offerView({ type: 'view', view: message.view, lastLogId: message.lastLogId, atMs });
    } else store.dispatch(actionOf(message, atMs));
  });
  const unsubscribe = store.subscribe(afterPublication);
  tick();
  return {
    command: (wanted, text) => command(wanted, text),
    commands(list, text) {
      const batch = { first: nextCommandId, text };
      for (const each of list) command(each.command, each.text, batch);
    },
    close() {
      cancelTick?.();
      stopListening();
      unsubscribe();
    },
  };
}

/** Asks for the lines that the engine has and the console has not, one request at a time. */
function askForLog(state: ConsoleState, port: EnginePort, store: Store): void {
  const { entries, lastKnownId, askedFrom } = state.log;
  const from = (entries.at(-1)?.id ?? 0) + 1;
  if (askedFrom !== undefined || from > lastKnownId) return;
  store.dispatch({ type: 'log-asked', from });
  port.send({ type: 'log', from, limit: LOG_REQUEST });
}

/** Something has followed on the decision that is explained on screen: it is asked for again. */
function askAgain({ ui, log }: ConsoleState, port: EnginePort, followedLogId: number): void {
  const { overlay } = ui;
  if (overlay.kind !== 'explain') return;
  const { decisionId } = overlay;
  const isNew = (entry: LogEntry): boolean => entry.id > followedLogId && decisionOf(entry) === decisionId;
  if (log.entries.some(isNew)) port.send({ type: 'explain', decisionId });
}

/** What flattening before leaving needs next: entries must be gone, or the venue silent about them, before positions are closed. */
function leavingStep({ ui, view }: ConsoleState): 'leave' | 'flatten' | 'wait' {
  if (ui.leaving === 'none' || view === undefined) return 'wait';
  if (view.positions.length === 0 && view.orders.length === 0) return 'leave';
  const mayFlatten = view.kill === 'none-open' || view.kill === 'unconfirmed';
  return ui.leaving === 'killing' && mayFlatten ? 'flatten' : 'wait';
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
      return { ...message, atMs };
    case 'notice':
      return { type: 'notice', notice: { level: message.level, text: message.text, atMs } };
    case 'stopped':
      return { type: 'engine-stopped', reason: message.reason, fault: message.fault };
  }
}
