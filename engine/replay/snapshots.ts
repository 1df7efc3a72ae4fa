/** Snapshots at growing distance: a bounded number of them covers a session of any length. */
import type { Arena } from '../kernel/arena.ts';

export interface PlacedSnapshot {
  /** Inputs folded into it. */
  readonly cursor: number;
  readonly bytes: Uint8Array;
}

/** Copies of the state after given numbers of inputs. When full, every second one goes and the distance doubles. */
export class SnapshotStore {
  readonly #capacity: number;
  #every: number;
  /** Snapshot `k` is the state after `k × every` inputs. */
  #snapshots: Uint8Array[] = [];
  /** Memory of snapshots that went, for those to come. */
  readonly #spare: Uint8Array[] = [];

  /** Memory is at most `maxBytes` (but at least two snapshots). */
  constructor(stateBytes: number, every: number, maxBytes: number) {
    this.#capacity = Math.max(2, Math.floor(maxBytes / stateBytes));
    this.#every = every;
  }

  get every(): number {
    return this.#every;
  }

  get bytes(): number {
    return [...this.#snapshots, ...this.#spare].reduce((sum, s) => sum + s.byteLength, 0);
  }

  /** Offers the state after `cursor` inputs; kept when it is the next on the grid. */
  offer(cursor: number, arena: Arena): void {
    if (cursor !== this.#snapshots.length * this.#every) return;
    if (this.#snapshots.length === this.#capacity) {
      this.#keep((k) => k % 2 === 0);
      this.#every *= 2;
      if (cursor !== this.#snapshots.length * this.#every) return;
    }
    const copy = this.#spare.pop() ?? new Uint8Array(arena.byteLength);
    arena.save(copy);
    this.#snapshots.push(copy);
  }

  /** The newest snapshot at or before `cursor`. */
  nearest(cursor: number): PlacedSnapshot | undefined {
    const k = Math.min(Math.floor(cursor / this.#every), this.#snapshots.length - 1);
    const bytes = this.#snapshots[k];
    return bytes === undefined ? undefined : { cursor: k * this.#every, bytes };
  }

  /** Forgets what lies beyond `cursor`: the run goes on differently from there. */
  truncate(cursor: number): void {
    const kept = Math.floor(cursor / this.#every) + 1;
    this.#keep((k) => k < kept);
  }

  #keep(isKept: (k: number) => boolean): void {
    const all = this.#snapshots;
    this.#snapshots = all.filter((_, k) => isKept(k));
    this.#spare.push(...all.filter((_, k) => !isKept(k)));
  }
}

/** A few snapshots around where the operator looks, so that the next step back is short: the oldest makes room. */
export class NearSnapshots {
  readonly #capacity: number;
  #snapshots: PlacedSnapshot[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get capacity(): number {
    return this.#capacity;
  }

  add(cursor: number, arena: Arena): void {
    if (this.#snapshots.some((each) => each.cursor === cursor)) return;
    const oldest = this.#snapshots.length < this.#capacity ? undefined : this.#snapshots.shift();
    const bytes = oldest?.bytes ?? new Uint8Array(arena.byteLength);
    arena.save(bytes);
    this.#snapshots.push({ cursor, bytes });
  }

  nearest(cursor: number): PlacedSnapshot | undefined {
    let found: PlacedSnapshot | undefined;
    for (const each of this.#snapshots) {
      if (each.cursor <= cursor && (found === undefined || each.cursor > found.cursor)) found = each;
    }
    return found;
  }

  truncate(cursor: number): void {
    this.#snapshots = this.#snapshots.filter((each) => each.cursor <= cursor);
  }
}
