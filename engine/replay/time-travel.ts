/** Stepping through a session forward and backward: nearest snapshot + fold, in engines of its own. */

import { createState, type EngineState } from '../core/state.ts';
import { createEngine, type Engine } from '../core/step.ts';
import type { EngineConfig, OperatorCommand } from '../domain/index.ts';
import { assert } from '../kernel/assert.ts';
import { type ModelLibrary, NO_MODELS } from '../models/library.ts';
import { EVENT_CLASS, EventLog, type EventPacker } from './event-log.ts';
import { type ForkCommand, ForkedSource } from './fork.ts';
import { type ForkAnswer, type ForkAnswers, ForkedRun } from './forked-run.ts';
import { isAnswer, questionKind, questionOf, subjectOf } from './questions.ts';
import { NearSnapshots, SnapshotStore } from './snapshots.ts';
import type { InputSource } from './source.ts';

/** event: an input after which something stands in the log · bar: the input that closes the bar of that time. */
export type StepUnit = 'input' | 'event' | 'decision' | 'trade' | 'bar';

export interface TimeTravelOptions {
  readonly snapshotEvery: number;
  /** Memory of the snapshots that cover the session; those around the cursor take at most an eighth on top. */
  readonly snapshotBytes: number;
  /** The state to begin with, as `Arena.save` gives it, where the session goes on from another one. */
  readonly base?: Uint8Array;
  readonly packer?: EventPacker;
  /** Models of the run; none unless told. */
  readonly models?: ModelLibrary;
}

export const DEFAULT_TIME_TRAVEL: TimeTravelOptions = { snapshotEvery: 4096, snapshotBytes: 48 * 1024 * 1024 };
const MOST_NEAR = 32;

/**
 * Two engines over one source: the indexer folds the session once, to its end, and leaves snapshots and
 * events behind; the cursor's engine is set back to a snapshot and folded to wherever the operator looks.
 */
export class TimeTravel {
  readonly #source: ForkedSource;
  readonly #run: ForkedRun;
  readonly #config: EngineConfig;
  readonly #models: ModelLibrary;
  readonly #base: Uint8Array | undefined;
  readonly #snapshots: SnapshotStore;
  readonly #near: NearSnapshots;
  readonly #shown: Engine;
  readonly #events: EventLog;
  #indexer: Engine;
  #indexed = 0;
  #cursor = 0;

  /** A {@link ForkedSource} brings the commands of an earlier fork with it. */
  constructor(source: InputSource, config: EngineConfig, options: TimeTravelOptions = DEFAULT_TIME_TRAVEL) {
    assert(source.count > 0, 'a session without inputs');
    this.#source = source instanceof ForkedSource ? source : new ForkedSource(source);
    this.#models = options.models ?? NO_MODELS;
    this.#run = new ForkedRun(this.#source, this.#models);
    this.#config = config;
    this.#base = options.base;
    this.#indexer = this.#newEngine();
    this.#shown = this.#newEngine();
    const { byteLength } = this.#shown.state.arena;
    this.#snapshots = new SnapshotStore(byteLength, options.snapshotEvery, options.snapshotBytes);
    const near = Math.floor(options.snapshotBytes / 8 / byteLength);
    this.#near = new NearSnapshots(Math.min(Math.max(near, 2), MOST_NEAR));
    this.#snapshots.offer(0, this.#indexer.state.arena);
    this.#events = new EventLog(options.packer);
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

  /** What has become of the recorded answers behind the fork, up to the cursor; undefined before it. */
  answers(cursor: number = this.#cursor): ForkAnswers | undefined {
    return this.#run.answers(cursor);
  }

  /** The same of one input. */
  answerAt(index: number): ForkAnswer | undefined {
    return this.#run.answer(index);
  }

  get snapshotBytes(): number {
    return this.#snapshots.bytes;
  }

  /** The state at the cursor; never write to it. */
  get state(): EngineState {
    return this.#shown.state;
  }

  /** Events known so far, in order. */
  get events(): EventLog {
    return this.#events;
  }

  /** Inputs between two snapshots that cover the session. */
  get snapshotEvery(): number {
    return this.#snapshots.every;
  }

  /** Receive time of input `index`. */
  timeAt(index: number): number {
    return this.#source.timeAt(index);
  }

  /** The source of the run, the operator's commands included; recorded answers as they were recorded. */
  get source(): InputSource {
    return this.#source;
  }

  /** Folds at most `inputs` more of the session for the index. @returns true while there is more. */
  index(inputs: number): boolean {
    const end = Math.min(this.#indexed + inputs, this.#source.count);
    while (this.#indexed < end) {
      const events = this.#run.step(this.#indexer, this.#indexed);
      this.#indexed++;
      for (let i = 0; i < events.length; i++) this.#events.push(this.#indexed, events[i]!);
      this.#snapshots.offer(this.#indexed, this.#indexer.state.arena);
    }
    this.#run.follow(this.#indexed);
    return this.#indexed < this.#source.count;
  }

  /** Moves the cursor so that exactly `target` inputs are folded. */
  seek(target: number): void {
    const to = Math.max(0, Math.min(Math.trunc(target), this.#source.count));
    const far = this.#snapshots.nearest(to);
    assert(far !== undefined, 'the start of a session has a snapshot');
    const near = this.#near.nearest(to);
    const snapshot = near !== undefined && near.cursor > far.cursor ? near : far;
    if (to < this.#cursor || snapshot.cursor > this.#cursor) {
      this.#shown.state.arena.load(snapshot.bytes);
      this.#cursor = snapshot.cursor;
    }
    const nearEvery = this.#nearEvery(to - this.#cursor);
    while (this.#cursor < to) {
      this.#run.step(this.#shown, this.#cursor);
      this.#cursor++;
      if (this.#cursor % nearEvery === 0 && this.#cursor < to) this.#near.add(this.#cursor, this.#shown.state.arena);
    }
  }

  /** So far apart that the near snapshots cover the whole way to the next one that covers the session. */
  #nearEvery(distance: number): number {
    const every = Math.max(Math.ceil(this.#snapshots.every / this.#near.capacity), 64);
    // Playing on or a step ahead leaves none; a long way before the index is there leaves them at its end only.
    return distance < every ? Number.POSITIVE_INFINITY : every;
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
    if (unit === 'bar') return direction > 0 ? this.#nextBar() : this.#previousBar();
    const events = this.#events;
    const isWanted = (index: number): boolean => {
      if (unit === 'event') return true;
      const found = events.classAt(index);
      if (unit === 'trade') return found === EVENT_CLASS.fill;
      return found === EVENT_CLASS.decision || found === EVENT_CLASS.vetoedDecision;
    };
    if (direction > 0) {
      for (let i = events.countAt(this.#cursor); i < events.count; i++) if (isWanted(i)) return events.cursorAt(i);
    } else {
      for (let i = events.countAt(this.#cursor - 1) - 1; i >= 0; i--) if (isWanted(i)) return events.cursorAt(i);
    }
    return undefined;
  }

  /** After the first input that comes when a bar is over, for with that the bar is closed; undefined before the first. */
  #barClosedAt(gridUs: number): number | undefined {
    const before = this.cursorAtTime(gridUs - 1);
    return before === 0 || before === this.#source.count ? undefined : before + 1;
  }

  #nextBar(): number | undefined {
    const { barIntervalUs } = this.#config;
    const nowUs = this.#source.timeAt(Math.max(this.#cursor - 1, 0));
    return this.#barClosedAt((Math.floor(nowUs / barIntervalUs) + 1) * barIntervalUs);
  }

  #previousBar(): number | undefined {
    if (this.#cursor === 0) return undefined;
    const { barIntervalUs } = this.#config;
    const gridUs = Math.floor(this.#source.timeAt(this.#cursor - 1) / barIntervalUs) * barIntervalUs;
    const closed = this.#barClosedAt(gridUs);
    if (closed === undefined || closed < this.#cursor) return closed;
    // This is where its bar was closed: the one before may be long ago.
    const beforeUs = this.#source.timeAt(this.#cursor - 2);
    return this.#barClosedAt(Math.floor(beforeUs / barIntervalUs) * barIntervalUs);
  }

  /**
   * Forks the run at the cursor with an operator's command and folds it in. What was known beyond is
   * forgotten and indexed anew.
   */
  fork(command: OperatorCommand): void {
    const at = this.#cursor;
    const subject = isAnswer(command)
      ? subjectOf(this.#shown.state, questionKind(command), questionOf(command))
      : undefined;
    this.#source.insert(at, command, subject);
    this.#run.truncate(at);
    this.#snapshots.truncate(at);
    this.#near.truncate(at);
    this.#events.truncate(at);
    this.#reindexFrom(at);
    this.seek(at + 1);
  }

  #reindexFrom(cursor: number): void {
    if (this.#indexed <= cursor) return;
    this.#indexer = this.#newEngine();
    const snapshot = this.#snapshots.nearest(cursor);
    assert(snapshot !== undefined, 'the start of a session has a snapshot');
    this.#indexer.state.arena.load(snapshot.bytes);
    this.#indexed = snapshot.cursor;
    while (this.#indexed < cursor) {
      this.#run.step(this.#indexer, this.#indexed);
      this.#indexed++;
    }
  }

  #newEngine(): Engine {
    const engine = createEngine(createState(this.#config), this.#models);
    if (this.#base !== undefined) engine.state.arena.load(this.#base);
    return engine;
  }
}
