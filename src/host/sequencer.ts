/** The one place where inputs get their number and time, enter the journal and are stepped — in that order. */

import type { EngineConfig } from '../../engine/domain/index.ts';
import { AT, cursorOver, type EngineEvent, InputEncoder, RECORD } from '../../engine/domain/index.ts';
import {
  createEngine,
  createState,
  type Engine,
  type EngineState,
  type ModelLibrary,
  step,
} from '../../engine/index.ts';
import type { StateSnapshot } from '../../logs/index.ts';
import type { Recorder } from './recorder.ts';
import { figuresOf, resultOf } from './session-result.ts';

const CHECKPOINT_EVERY = 20_000;

export interface SequencerOptions {
  /** The state to go on from; a new one unless told. */
  readonly base?: StateSnapshot | undefined;
  /** Models of the run; none unless told. */
  readonly models?: ModelLibrary | undefined;
  /** Hears of every checkpoint, with the hash of the state as it is. */
  readonly onCheckpoint?: (stateHash: string) => void;
}

export class Sequencer {
  readonly #engine: Engine;
  readonly #recorder: Recorder;
  readonly #onEvent: (event: EngineEvent) => void;
  readonly #onCheckpoint: ((stateHash: string) => void) | undefined;
  readonly #firstSeq: number;
  readonly #begun: ReturnType<typeof figuresOf>;
  readonly encoder = new InputEncoder();
  #seq: number;
  #lastUs: number;
  #isStepping = false;

  /** `onEvent` hears of events when they happen, which is before they are on the disk. */
  constructor(
    config: EngineConfig,
    recorder: Recorder,
    onEvent: (event: EngineEvent) => void,
    options: SequencerOptions = {},
  ) {
    const { base, models, onCheckpoint } = options;
    this.#engine = createEngine(createState(config), models);
    if (base !== undefined) this.#engine.state.arena.load(base.state);
    this.#begun = figuresOf(this.#engine.state);
    this.#seq = base?.seq ?? 0;
    this.#lastUs = base?.atUs ?? 0;
    this.#firstSeq = this.#seq + 1;
    this.#recorder = recorder;
    this.#onEvent = onEvent;
    this.#onCheckpoint = onCheckpoint;
  }

  get state(): EngineState {
    return this.#engine.state;
  }

  /** Sequence of the last input. */
  get lastSeq(): number {
    return this.#seq;
  }

  /** Inputs of this run, those before its base left out. */
  get inputs(): number {
    return this.#seq - this.#firstSeq + 1;
  }

  get lastUs(): number {
    return this.#lastUs;
  }

  /** True within {@link accept}: another input has to wait until it is over. */
  get isStepping(): boolean {
    return this.#isStepping;
  }

  /**
   * Takes the record in {@link encoder}: stamps it, appends it, steps it, appends its events. Waits for nothing; what
   * must not be told before it is on the disk passes the recorder's gate.
   */
  accept(receivedAtUs: number): readonly EngineEvent[] {
    this.#isStepping = true;
    this.#seq++;
    this.#lastUs = Math.max(this.#lastUs, Math.trunc(receivedAtUs));
    this.encoder.stamp(this.#seq, this.#lastUs);
    const bytes = this.encoder.bytes();
    this.#recorder.input(this.#seq, bytes);
    const events = step(this.#engine, cursorOver(bytes));
    this.#recorder.outputs(bytes, events, bytes[AT.type] === RECORD.command);
    if (this.#seq % CHECKPOINT_EVERY === 0) this.#checkpoint();
    for (const event of events) this.#onEvent(event);
    this.#isStepping = false;
    return events;
  }

  /**
   * Marks that what a run begins with is done: until this is on the disk, it has not begun. The checkpoint may miss the
   * commit of its own input, but not that of the next one.
   */
  markBegun(): void {
    this.#checkpoint();
    this.#recorder.gate.beginsWith(this.#seq + 1);
  }

  /** Ends the journal with a checkpoint. @returns the hash of the final state. Rejects like {@link Recorder.finish}. */
  async finish(): Promise<string> {
    const stateHash = this.#seq < this.#firstSeq ? this.state.arena.hash() : this.#checkpoint();
    await this.#recorder.finish(stateHash, resultOf(this.state, this.#begun));
    return stateHash;
  }

  /** @returns the hash of the state. */
  #checkpoint(): string {
    const stateHash = this.state.arena.hash();
    this.#recorder.checkpoint(this.#seq, this.#lastUs, stateHash);
    this.#onCheckpoint?.(stateHash);
    return stateHash;
  }
}
