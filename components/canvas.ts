/** Where rows of text are painted as cells, past Ink: it would read every row again at every frame. */
import type { Place } from './layout.ts';

/** panel: beside each other · overlay: over them · frame: over everything. */
export const LAYERS = ['panel', 'overlay', 'frame'] as const;
export type Layer = (typeof LAYERS)[number];

/** Exactly as many rows as the place is high, each as wide as it is. */
export interface Painted {
  readonly place: Place;
  readonly rows: readonly string[];
  readonly layer: Layer;
}

export interface Canvas {
  /** What stands there until it is put anew under the same key, or taken away. */
  put(key: object, painted: Painted): void;
  remove(key: object): void;
}
