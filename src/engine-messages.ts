/** Hands the engine's messages to whoever listens, and keeps them for the first one to come. */
import type { FromEngine } from '../state/protocol.ts';

type Listener = (message: FromEngine) => void;

/** Without listeners messages wait: a view that nobody takes would be the engine's last, for want of credit. */
export class EngineMessages {
  readonly #listeners = new Set<Listener>();
  #early: FromEngine[] = [];

  emit(message: FromEngine): void {
    if (this.#listeners.size === 0) this.#early.push(message);
    for (const listener of this.#listeners) listener(message);
  }

  /** @returns what ends it. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    for (const message of this.#early.splice(0)) listener(message);
    return () => this.#listeners.delete(listener);
  }
}
