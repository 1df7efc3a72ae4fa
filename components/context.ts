/** What every component is given: the store, the looks, and what charts are drawn with. */
import { createContext, useContext, useRef, useSyncExternalStore } from 'react';
import type { ConsoleState } from '../state/model.ts';
import type { Store } from '../state/store.ts';
import type { Canvas } from './canvas.ts';
import type { Drawing } from './format/chart.ts';
import type { ScreenFigures } from './format/timing.ts';
import type { Theme } from './theme.ts';

export interface ConsoleTools {
  readonly store: Store;
  readonly theme: Theme;
  readonly drawing: Drawing;
  readonly figures: () => ScreenFigures;
  /** Rows are drawn by Ink without one. */
  readonly canvas: Canvas | undefined;
}

export const ConsoleContext = createContext<ConsoleTools | undefined>(undefined);

export function useTools(): ConsoleTools {
  const tools = useContext(ConsoleContext);
  if (tools === undefined) throw new Error('a console component stands outside the console');
  return tools;
}

function sameFields(a: object, b: object): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.is((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
  );
}

/** A slice of the state: the component draws again only when one of its fields is another one. */
export function useSlice<S extends object>(select: (state: ConsoleState) => S): S {
  const { store } = useTools();
  const last = useRef<{ readonly state: ConsoleState; readonly slice: S } | undefined>(undefined);
  return useSyncExternalStore(store.subscribe, () => {
    const state = store.getSnapshot();
    const before = last.current;
    if (before?.state === state) return before.slice;
    const next = select(state);
    const slice = before !== undefined && sameFields(before.slice, next) ? before.slice : next;
    last.current = { state, slice };
    return slice;
  });
}
