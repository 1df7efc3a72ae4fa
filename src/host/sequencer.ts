/** The one place where inputs get their number and time, enter the journal and are stepped — in that order. */

import type { EngineConfig } from '../../engine/domain/index.ts';
import { cursorOver, type EngineEvent, InputEncoder } from '../../engine/domain/index.ts';
import { createEngine, createState, type Engine, type EngineState, step } from '../../engine/index.ts';
import type { SessionWriter } from '../../logs/index.ts';

const CHECKPOINT_EVERY = 20_000;

/** Events after which the journal is made durable before anybody hears of them. */
const DURABLE: ReadonlySet<EngineEvent['kind']> = new Set([
  'proposal-opened',
  'proposal-closed',
  'order',
  'fill',
  'kill',
  'halt',
  'resume',
  'control',
  'suggestion-closed',
  'command-refused',
]);

export class Sequencer {
  readonly #engine: Engine;
  readonly #journal: SessionWriter;
  readonly #onEvent: (event: EngineEvent) => void;
  readonly encoder = new InputEncoder();
  #seq = 0;
  #lastUs = 0;
  #dirty = false;

  constructor(config: EngineConfig, journal: SessionWriter, onEvent: (event: EngineEvent) => void) {
    this.#engine = createEngine(createState(config));
    this.#journal = journal;
    this.#onEvent = onEvent;
  }

  get state(): EngineState {
    return this.#engine.state;
  }

  get inputs(): number {
    return this.#seq;
  }

  get lastUs(): number {
    return this.#lastUs;
  }

  /**
   * Takes the record in {@link encoder}: stamps it, appends it, steps it, appends its events. When an event
   * binds money or an operator, all of it is on the disk before this returns.
   */
  accept(receivedAtUs: number): readonly EngineEvent[] {
    this.#seq++;
    this.#lastUs = Math.max(this.#lastUs, Math.trunc(receivedAtUs));
    this.encoder.stamp(this.#seq, this.#lastUs);
    const bytes = this.encoder.bytes();
    this.#journal.append(bytes);
    const events = step(this.#engine, cursorOver(bytes));
    this.#dirty = true;
    let durable = false;
    for (const event of events) {
      this.#journal.appendOutput(event);
      durable ||= DURABLE.has(event.kind);
    }
    if (this.#seq % CHECKPOINT_EVERY === 0) this.#checkpoint();
    if (durable) this.sync();
    for (const event of events) this.#onEvent(event);
    return events;
  }

  /** Hands what is buffered to the operating system. */
  flush(): void {
    if (!this.#dirty) return;
    this.#dirty = false;
    this.#journal.flush();
  }

  sync(): void {
    this.#dirty = false;
    this.#journal.sync();
  }

  /** Ends the journal with a checkpoint. @returns the hash of the final state. */
  finish(): string {
    if (this.#seq > 0) this.#checkpoint();
    const stateHash = this.state.arena.hash();
    this.#journal.finish({ stateHash });
    return stateHash;
  }

  #checkpoint(): void {
    this.#journal.appendCheckpoint(this.#seq, this.#lastUs, this.state.arena.hash());
  }
}
