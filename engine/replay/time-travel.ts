/** Stepping through a session forward and backward: nearest snapshot + fold, in engines of its own. */

import { createState, type EngineState } from '../core/state.ts';
import { createEngine, type Engine, step } from '../core/step.ts';
import { cursorOver, type EngineConfig, type EngineEvent, type OperatorCommand } from '../domain/index.ts';
import { assert } from '../kernel/assert.ts';
import { type ForkCommand, ForkedSource } from './fork.ts';
import { SnapshotStore } from './snapshots.ts';
import type { InputSource } from './source.ts';

/** An event and the number of inputs after which it has happened. */
export interface IndexedEvent {
  readonly cursor: number;
  readonly event: EngineEvent;
}

export type StepUnit = 'input' | 'decision' | 'trade';

export interface TimeTravelOptions {
  readonly snapshotEvery: number;
  readonly snapshotBytes: number;
}

export const DEFAULT_TIME_TRAVEL: TimeTravelOptions = { snapshotEvery: 4096, snapshotBytes: 128 * 1024 * 1024 };

/**
 * Two engines over one source: the indexer folds the session once, to its end, and leaves snapshots and
 * events behind; the cursor's engine is set back to a snapshot and folded to wherever the operator looks.
 */
export class TimeTravel {
  readonly #source: ForkedSource;
  readonly #config: EngineConfig;
  readonly #snapshots: SnapshotStore;
  readonly #shown: Engine;
  readonly #input = cursorOver(new Uint8Array(8));
  readonly #events: IndexedEvent[] = [];
  #indexer: Engine;
  #indexed = 0;
  #cursor = 0;

  /** A {@link ForkedSource} brings the commands of an earlier fork with it. */
  constructor(source: InputSource, config: EngineConfig, options: TimeTravelOptions = DEFAULT_TIME_TRAVEL) {
    assert(source.count > 0, 'a session without inputs');
    this.#source = source instanceof ForkedSource ? source : new ForkedSource(source);
    this.#config = config;
    this.#indexer = createEngine(createState(config));
    this.#shown = createEngine(createState(config));
    this.#snapshots = new SnapshotStore(
      this.#shown.state.arena.byteLength,
      options.snapshotEvery,
      options.snapshotBytes,
    );
    this.#snapshots.offer(0, this.#indexer.state.arena);
  }

  /** Inputs folded into {@link state}. */
  get cursor(): number {
    return this.#cursor;
  }

  get total(): number {
    return this.#source.count;
  }

  get indexed(): number {
    return this.#indexed;
  }

  get forked(): boolean {
    return this.#source.commands.length > 0;
  }

  /** The operator's commands that make the fork. */
  get commands(): readonly ForkCommand[] {
    return this.#source.commands;
  }

  get snapshotBytes(): number {
    return this.#snapshots.bytes;
  }

  /** The state at the cursor; never write to it. */
  get state(): EngineState {
    return this.#shown.state;
  }

  /** Events known so far, in order. */
  get events(): readonly IndexedEvent[] {
    return this.#events;
  }

  /** Receive time of input `index`. */
  timeAt(index: number): number {
    return this.#source.timeAt(index);
  }

  /** The source of the run, the operator's commands included. */
  get source(): InputSource {
    return this.#source;
  }

  /** Folds at most `inputs` more of the session for the index. @returns true while there is more. */
  index(inputs: number): boolean {
    const end = Math.min(this.#indexed + inputs, this.#source.count);
    while (this.#indexed < end) {
      this.#source.seek(this.#indexed, this.#input);
      const events = step(this.#indexer, this.#input);
      this.#indexed++;
      for (const event of events) this.#events.push({ cursor: this.#indexed, event });
      this.#snapshots.offer(this.#indexed, this.#indexer.state.arena);
    }
    return this.#indexed < this.#source.count;
  }

  /** Moves the cursor so that exactly `target` inputs are folded. */
  seek(target: number): void {
    const to = Math.max(0, Math.min(Math.trunc(target), this.#source.count));
    const snapshot = this.#snapshots.nearest(to);
    assert(snapshot !== undefined, 'the start of a session has a snapshot');
    if (to < this.#cursor || snapshot.cursor > this.#cursor) {
      this.#shown.state.arena.load(snapshot.bytes);
      this.#cursor = snapshot.cursor;
    }
    while (this.#cursor < to) {
      this.#source.seek(this.#cursor, this.#input);
      step(this.#shown, this.#input);
      this.#cursor++;
    }
  }

  /** First cursor at which every input received up to `atUs` is folded. */
  cursorAtTime(atUs: number): number {
    let low = 0;
    let high = this.#source.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#source.timeAt(middle) <= atUs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Where a step of `unit` leads; undefined when nothing of that kind is known that way. */
  target(unit: StepUnit, direction: 1 | -1): number | undefined {
    if (unit === 'input') {
      const to = this.#cursor + direction;
      return to < 0 || to > this.#source.count ? undefined : to;
    }
    const kind = unit === 'decision' ? 'decision' : 'fill';
    if (direction > 0) return this.#events.find((e) => e.cursor > this.#cursor && e.event.kind === kind)?.cursor;
    return this.#events.findLast((e) => e.cursor < this.#cursor && e.event.kind === kind)?.cursor;
  }

  /**
   * Forks the run at the cursor with an operator's command and folds it in. What was known beyond is
   * forgotten and indexed anew.
   */
  fork(command: OperatorCommand): void {
    const at = this.#cursor;
    this.#source.insert(at, command);
    this.#snapshots.truncate(at);
    const keep = this.#events.findIndex((e) => e.cursor > at);
    if (keep >= 0) this.#events.length = keep;
    this.#reindexFrom(at);
    this.seek(at + 1);
  }

  #reindexFrom(cursor: number): void {
    if (this.#indexed <= cursor) return;
    this.#indexer = createEngine(createState(this.#config));
    const snapshot = this.#snapshots.nearest(cursor);
    assert(snapshot !== undefined, 'the start of a session has a snapshot');
    this.#indexer.state.arena.load(snapshot.bytes);
    this.#indexed = snapshot.cursor;
    while (this.#indexed < cursor) {
      this.#source.seek(this.#indexed, this.#input);
      step(this.#indexer, this.#input);
      this.#indexed++;
    }
  }
}
