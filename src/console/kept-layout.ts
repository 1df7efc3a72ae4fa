/** Arranges the console as it was left, and keeps how it is arranged: at the end, and now and then before it. */
import { type KeptLayout, layoutOf } from '../../state/kept-layout.ts';
import type { Store } from '../../state/store.ts';
import type { Timers } from '../../state/timers.ts';

/** Where one arrangement is kept. What goes wrong is told in one line by the error. */
export interface LayoutMemory {
  /** Undefined where none was kept yet. */
  read(): KeptLayout | undefined;
  keep(layout: KeptLayout): Promise<void>;
}

/** What reads the file is loaded behind the first frame. */
export type OpenLayout = () => Promise<LayoutMemory>;

/** What is arranged and rearranged within this is written once. */
const BETWEEN_WRITES_MS = 5_000;

export interface KeepLayoutOptions {
  readonly store: Store;
  readonly timers: Timers;
  readonly open: OpenLayout;
  readonly tell: (text: string) => void;
}

const textOf = (layout: KeptLayout): string => JSON.stringify(layout);

/** @returns what ends it: what has not been kept yet is. */
export function keepLayout({ store, timers, open, tell }: KeepLayoutOptions): () => void {
  const begun = textOf(layoutOf(store.getState().ui));
  let memory: LayoutMemory | undefined;
  let kept = begun;
  let cancel: (() => void) | undefined;
  let ended = false;

  /** Told once: it would fail again. */
  const giveUp = (cause: unknown): void => {
    memory = undefined;
    if (!ended) tell(`the layout is not kept: ${(cause as Error).message}`);
    ended = true;
  };
  const keep = (): void => {
    cancel = undefined;
    const layout = layoutOf(store.getState().ui);
    if (memory === undefined || textOf(layout) === kept) return;
    kept = textOf(layout);
    memory.keep(layout).catch(giveUp);
  };
  const unsubscribe = store.subscribe(() => {
    if (memory === undefined || textOf(layoutOf(store.getSnapshot().ui)) === kept) return;
    cancel ??= timers.after(BETWEEN_WRITES_MS, keep);
  });
  open()
    .then((opened) => {
      if (ended) return;
      const layout = opened.read();
      memory = opened;
      // Who has arranged something by now means that.
      if (layout === undefined || textOf(layoutOf(store.getState().ui)) !== begun) return;
      store.dispatch({ type: 'arrange', layout });
      kept = textOf(layoutOf(store.getState().ui));
    })
    .catch(giveUp);
  return () => {
    unsubscribe();
    cancel?.();
    keep();
    ended = true;
  };
}
