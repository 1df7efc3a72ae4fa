/** The one place where inputs get their number and time, enter the journal and are stepped — in that order. */

import type { EngineConfig } from '../../engine/domain/index.ts';
import { AT, cursorOver, type EngineEvent, InputEncoder, RECORD } from '../../engine/domain/index.ts';
import { createEngine, createState, type Engine, type EngineState, step } from '../../engine/index.ts';
import type { Recorder } from './recorder.ts';

const CHECKPOINT_EVERY = 20_000;

export class Sequencer {
  readonly #engine: Engine;
  readonly #recorder: Recorder;
  readonly #onEvent: (event: EngineEvent) => void;
  readonly encoder = new InputEncoder();
  #seq = 0;
  #lastUs = 0;

  /** `onEvent` hears of events when they happen, which is before they are on the disk. */
  constructor(config: EngineConfig, recorder: Recorder, onEvent: (event: EngineEvent) => void) {
    this.#engine = createEngine(createState(config));
    this.#recorder = recorder;
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
   * Takes the record in {@link encoder}: stamps it, appends it, steps it, appends its events. Waits for nothing; what
   * must not be told before it is on the disk passes the recorder's gate.
   */
  accept(receivedAtUs: number): readonly EngineEvent[] {
    this.#seq++;
    this.#lastUs = Math.max(this.#lastUs, Math.trunc(receivedAtUs));
    this.encoder.stamp(this.#seq, this.#lastUs);
    const bytes = this.encoder.bytes();
    this.#recorder.input(this.#seq, bytes);
    const events = step(this.#engine, cursorOver(bytes));
    this.#recorder.outputs(bytes, events, bytes[AT.type] === RECORD.command);
    if (this.#seq % CHECKPOINT_EVERY === 0) this.#checkpoint();
    for (const event of events) this.#onEvent(event);
    return events;
  }

  /** Ends the journal with a checkpoint. @returns the hash of the final state. Rejects like {@link Recorder.finish}. */
  async finish(): Promise<string> {
    if (this.#seq > 0) this.#checkpoint();
    const stateHash = this.state.arena.hash();
    await this.#recorder.finish(stateHash);
    return stateHash;
  }

  #checkpoint(): void {
    this.#recorder.checkpoint(this.#seq, this.#lastUs, this.state.arena.hash());
  }
}
