/** Snapshots at growing distance: a bounded number of them covers a session of any length. */
import type { Arena } from '../kernel/arena.ts';

/** Copies of the state after given numbers of inputs. When full, every second one goes and the distance doubles. */
export class SnapshotStore {
  readonly #capacity: number;
  #every: number;
  /** Snapshot `k` is the state after `k × every` inputs. */
  #snapshots: Uint8Array[] = [];

  /** Memory is at most `maxBytes` (but at least two snapshots). */
  constructor(stateBytes: number, every: number, maxBytes: number) {
    this.#capacity = Math.max(2, Math.floor(maxBytes / stateBytes));
    this.#every = every;
  }

  get every(): number {
    return this.#every;
  }

  get bytes(): number {
    return this.#snapshots.reduce((sum, s) => sum + s.byteLength, 0);
  }

  /** Offers the state after `cursor` inputs; kept when it is the next on the grid. */
  offer(cursor: number, arena: Arena): void {
    if (cursor !== this.#snapshots.length * this.#every) return;
    if (this.#snapshots.length === this.#capacity) {
      this.#snapshots = this.#snapshots.filter((_, k) => k % 2 === 0);
      this.#every *= 2;
      if (cursor !== this.#snapshots.length * this.#every) return;
    }
    const copy = new Uint8Array(arena.byteLength);
    arena.save(copy);
    this.#snapshots.push(copy);
  }

  /** The newest snapshot at or before `cursor`. */
  nearest(cursor: number): { readonly cursor: number; readonly bytes: Uint8Array } | undefined {
    const k = Math.min(Math.floor(cursor / this.#every), this.#snapshots.length - 1);
    const bytes = this.#snapshots[k];
    return bytes === undefined ? undefined : { cursor: k * this.#every, bytes };
  }

  /** Forgets what lies beyond `cursor`: the run goes on differently from there. */
  truncate(cursor: number): void {
    this.#snapshots.length = Math.min(this.#snapshots.length, Math.floor(cursor / this.#every) + 1);
  }
}
