/** Calls the operator to the terminal, and keeps its title: both follow what is on screen, and go out between frames. */
import { type Call, callsOf, type Known, titleOf } from '../../state/attention.ts';
import type { Store } from '../../state/store.ts';
import type { Timers } from '../../state/timers.ts';
import { callSequence, type NotifyWay } from '../terminal/calling.ts';

/** Calls that come closer together are made as one. */
const BETWEEN_CALLS_MS = 2_000;

/** Where title and calls go; see `ScreenTurns`. */
export interface AttentionOutput {
  title(title: string): void;
  say(text: string): void;
}

export interface AttentionOptions {
  readonly store: Store;
  readonly timers: Timers;
  readonly output: AttentionOutput;
  readonly ways: readonly NotifyWay[];
  readonly insideTmux: boolean;
}

/** Watches until it is told to stop. */
export function callOperator({ store, timers, output, ways, insideTmux }: AttentionOptions): () => void {
  let known: Known | undefined;
  let waiting: readonly Call[] = [];
  let lastCallMs = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | undefined;

  const call = (): void => {
    cancel = undefined;
    const first = waiting.find(({ kind }) => kind === 'kill') ?? waiting[0];
    if (first === undefined) return;
    const more = waiting.length > 1 ? `, and ${waiting.length - 1} more` : '';
    waiting = [];
    lastCallMs = timers.now();
    const title = titleOf(store.getSnapshot()) ?? 'Chimera';
    output.say(callSequence(ways, title, `${first.text}${more}`, insideTmux));
  };
  const unsubscribe = store.subscribe(() => {
    const state = store.getSnapshot();
    const title = titleOf(state);
    if (title !== undefined) output.title(title);
    const found = callsOf(known, state);
    known = found.known;
    if (ways.length === 0 || found.calls.length === 0) return;
    waiting = [...waiting, ...found.calls];
    cancel ??= timers.after(Math.max(0, lastCallMs + BETWEEN_CALLS_MS - timers.now()), call);
  });
  return () => {
    unsubscribe();
    cancel?.();
  };
}
