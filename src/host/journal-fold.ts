/** Folds a journal as it is read, one segment in memory at a time, and holds what comes out against what was recorded. */
import { type EngineConfig, type EngineEvent, type InputCursor, InvariantError } from '../../engine/domain/index.ts';
import { createEngine, createState, type Engine, type EngineState, step } from '../../engine/index.ts';
import { forgetSynced, noteAt, type RecordedNote, SessionScan, type SessionTail } from '../../logs/index.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { modelsFor } from '../models/session-models.ts';
import { Comparison } from './comparison.ts';

type Segment = ReturnType<SessionScan['segments']> extends Generator<infer S> ? S : never;

/** A state to begin with instead of the first input. */
export interface FoldStart {
  readonly seq: number;
  readonly state: Uint8Array;
  readonly stateHash: string;
  /** True when the journal must have recorded this hash after input `seq`, or the start is refused. */
  readonly mustBeRecorded: boolean;
}

export interface JournalFoldOptions {
  readonly config: EngineConfig;
  /** Whether outputs, checkpoints and final hash were recorded by this run, and are compared. */
  readonly recorded: boolean;
  readonly start?: FoldStart | undefined;
  readonly onEvent?: (event: EngineEvent) => void;
  /** Called after each input, with the state as it is then. */
  readonly onInput?: (state: EngineState) => void;
  /** Every checkpoint of the journal that the fold has come to, equal or not. */
  readonly onCheckpoint?: ((note: RecordedNote) => void) | undefined;
  /**
   * Asked after each segment, and at every checkpoint of a recorded run: true ends the fold there. What lies behind is
   * neither read nor compared.
   */
  readonly enough?: (() => boolean) | undefined;
  /** Called after each segment with the inputs folded so far. */
  readonly progress?: ((inputs: number) => void) | undefined;
}

export interface JournalFoldResult {
  readonly state: EngineState;
  readonly stateHash: string;
  /** Inputs folded, those before the start left out. */
  readonly inputs: number;
  readonly wallMs: number;
  /** Where the part that was read ends. */
  readonly tail: SessionTail;
  /** First difference between the recorded run and this fold, in one line. */
  readonly mismatch: string | undefined;
  /** False when a start that must be recorded was not. */
  readonly startHolds: boolean;
}

/**
 * Verifies and folds a session in one pass. Throws {@link JournalRotError} and JournalError as every reader of it
 * does, and a {@link CommandError} for an input that the engine refuses.
 */
export function foldJournal(directory: string, options: JournalFoldOptions): JournalFoldResult {
  return new JournalFold(directory, options).run();
}

class JournalFold {
  readonly #scan: SessionScan;
  readonly #options: JournalFoldOptions;
  readonly #engine: Engine;
  readonly #comparison = new Comparison();
  readonly #startSeq: number;
  readonly #cursor: InputCursor = { view: new DataView(new ArrayBuffer(8)), words: new Int32Array(2), offset: 0 };
  #startHolds: boolean;
  #hashed: { readonly seq: number; readonly hash: string } | undefined;
  #inputs = 0;
  #hasEnough = false;

  constructor(directory: string, options: JournalFoldOptions) {
    this.#scan = new SessionScan(directory);
    this.#options = options;
    this.#engine = createEngine(stateFor(options.config), modelsFor(directory, options.config));
    const { start } = options;
    if (start !== undefined) this.#engine.state.arena.load(start.state);
    this.#startSeq = start?.seq ?? 0;
    this.#startHolds = start?.mustBeRecorded !== true;
  }

  run(): JournalFoldResult {
    const startMs = performance.now();
    let isWhole = true;
    for (const segment of this.#scan.segments(this.#startSeq)) {
      forgetSynced(segment);
      this.#fold(segment);
      this.#options.progress?.(this.#inputs);
      isWhole = !this.#hasEnough && this.#options.enough?.() !== true;
      if (!isWhole) break;
    }
    const { state } = this.#engine;
    const wallMs = performance.now() - startMs;
    const stateHash = state.arena.hash();
    const tail = this.#scan.tail();
    const { recorded } = this.#options;
    const mismatch =
      recorded && isWhole ? this.#comparison.finish(this.#scan.manifest, tail, stateHash) : this.#comparison.mismatch;
    return { state, stateHash, inputs: this.#inputs, wallMs, tail, mismatch, startHolds: this.#startHolds };
  }

  /** Steps the inputs up to each note, and takes the note. */
  #fold(segment: Segment): void {
    const { inputs, notes, view } = segment;
    this.#cursor.view = view;
    this.#cursor.words = segment.words;
    let next = Math.min(Math.max(this.#startSeq - segment.firstSeq + 1, 0), inputs.length);
    if (this.#options.recorded) {
      for (const at of notes) {
        const from = next;
        while (next < inputs.length && inputs[next]! < at) next++;
        this.#step(inputs, from, next);
        this.#take(noteAt(view, at));
        if (this.#hasEnough) return;
      }
    }
    this.#step(inputs, next, inputs.length);
  }

  #step(inputs: Uint32Array, from: number, to: number): void {
    const { onEvent, onInput, recorded } = this.#options;
    try {
      for (let i = from; i < to; i++) {
        this.#cursor.offset = inputs[i]!;
        const events = step(this.#engine, this.#cursor);
        for (let k = 0; k < events.length; k++) {
          if (recorded) this.#comparison.derive(events[k]!);
          onEvent?.(events[k]!);
        }
        onInput?.(this.#engine.state);
      }
    } catch (cause) {
      throw asRefusedInput(cause, this.#engine.state);
    }
    this.#inputs += to - from;
  }

  #take(note: RecordedNote): void {
    const { start } = this.#options;
    if (note.kind === 'checkpoint') this.#options.onCheckpoint?.(note);
    if (note.kind === 'checkpoint' && note.seq === start?.seq && note.text === start.stateHash) this.#startHolds = true;
    if (note.seq <= this.#startSeq || this.#comparison.mismatch !== undefined) return;
    if (note.kind === 'output') this.#comparison.record(note);
    else {
      this.#comparison.checkpoint(note, this.#hashAfter(note.seq));
      this.#hasEnough = this.#options.enough?.() === true;
    }
  }

  /** Hash of the state after input `seq`, where that is the last one; computed once, however often it is asked for. */
  #hashAfter(seq: number): string | undefined {
    const { arena, control } = this.#engine.state;
    if (control.seq[0] !== seq) return undefined;
    if (this.#hashed?.seq !== seq) this.#hashed = { seq, hash: arena.hash() };
    return this.#hashed.hash;
  }
}

/** The state of a run at its start. Throws a {@link CommandError} for a configuration that the engine cannot run under. */
export function stateFor(config: EngineConfig): EngineState {
  try {
    return createState(config);
  } catch (cause) {
    if (!(cause instanceof InvariantError)) throw cause;
    throw new CommandError(EXIT.verification, `the engine cannot run under this configuration: ${cause.message}`);
  }
}

/** What the engine cannot fold was not written by it: told in one line like any other damage. */
export function asRefusedInput(cause: unknown, state: EngineState): unknown {
  if (!(cause instanceof InvariantError) && !(cause instanceof RangeError)) return cause;
  return new CommandError(EXIT.verification, `input ${state.control.seq[0]}: the engine refuses it: ${cause.message}`);
}
