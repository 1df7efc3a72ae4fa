/** Publishes views with credit: one under way at a time, latest wins, at most ten a second plus key frames. */
import type { FromEngine } from '../../state/protocol.ts';
import type { EngineView } from '../../state/view.ts';

const INTERVAL_MS = 100;

/** Where the host's messages go: the worker's port, or a socket. */
export type Carrier = (message: FromEngine) => void;

export class Publisher {
  readonly #carrier: Carrier;
  readonly #build: () => EngineView;
  readonly #lastLogId: () => number;
  #credit = 1;
  #lastMs = Number.NEGATIVE_INFINITY;
  #urgent = false;

  constructor(carrier: Carrier, build: () => EngineView, lastLogId: () => number) {
    this.#carrier = carrier;
    this.#build = build;
    this.#lastLogId = lastLogId;
  }

  /** The console has painted. */
  credit(): void {
    this.#credit = 1;
  }

  /** An operator's key has changed something: the next view does not wait for its turn. */
  hurry(): void {
    this.#urgent = true;
  }

  /** Sends a view when there is credit and it is time. Call often while there is something new. @returns true when sent. */
  poll(nowMs: number): boolean {
    if (this.#credit === 0 || (!this.#urgent && nowMs - this.#lastMs < INTERVAL_MS)) return false;
    this.#credit = 0;
    this.#urgent = false;
    this.#lastMs = nowMs;
    this.#carrier({ type: 'view', view: this.#build(), lastLogId: this.#lastLogId() });
    return true;
  }
}
