/** Folds a session at full speed and compares what comes out with what was recorded. */
import { canonical, type EngineConfig, type EngineEvent } from '../../engine/domain/index.ts';
import { Fold, type InputSource } from '../../engine/index.ts';
import type { LoadedSession } from '../../logs/index.ts';
import { type ForkFile, sourceOfFork } from '../fork-file.ts';
import type { ReplayRun } from '../host/job.ts';
import { configFor } from '../host/session-run.ts';
import { countsOf } from '../host/view-builder.ts';

export interface FoldResult {
  readonly inputs: number;
  readonly decisions: number;
  readonly proposals: number;
  readonly vetoes: number;
  readonly fills: number;
  readonly trades: number;
  readonly wins: number;
  readonly stateHash: string;
  readonly eventsPerSecond: number;
  readonly wallMs: number;
  /** First difference between the recorded run and this fold, in one line; undefined when there is none. */
  readonly mismatch: string | undefined;
}

/** Folds all inputs. A console session's own run is compared with its outputs, checkpoints and final hash. */
export function foldSession(session: LoadedSession, run: ReplayRun): FoldResult {
  return foldAll(session, session.source, configFor(session.manifest, run), session.manifest.kind === 'console');
}

/** Folds a forked run of a session: it has nothing recorded to be compared with. */
export function foldFork(session: LoadedSession, fork: ForkFile): FoldResult {
  return foldAll(session, sourceOfFork(session.source, fork), fork.config, false);
}

function foldAll(session: LoadedSession, source: InputSource, config: EngineConfig, recorded: boolean): FoldResult {
  const comparison = new Comparison(session, recorded);
  const fold = new Fold(source, config, (event) => comparison.take(event));
  const startMs = performance.now();
  while (fold.run(comparison.untilCheckpoint(fold.cursor)))
    comparison.checkpoint(fold.cursor, () => fold.state.arena.hash());
  comparison.checkpoint(fold.cursor, () => fold.state.arena.hash());
  const wallMs = performance.now() - startMs;
  const stateHash = fold.state.arena.hash();
  return {
    inputs: fold.cursor,
    ...countsOf(fold.state),
    stateHash,
    eventsPerSecond: Math.round((fold.cursor / wallMs) * 1000),
    wallMs: Math.round(wallMs),
    mismatch: comparison.finish(stateHash),
  };
}

/** Holds the recorded side of a console session against the derived one. */
class Comparison {
  readonly #session: LoadedSession;
  readonly #recorded: boolean;
  #nextCheckpoint = 0;
  #derived: EngineEvent[] = [];
  #derivedSeq = 0;
  #compared = 0;
  #mismatch: string | undefined;

  constructor(session: LoadedSession, recorded: boolean) {
    this.#session = session;
    this.#recorded = recorded;
  }

  /** Gathers the events of one input; they are compared when the next input speaks. */
  take(event: EngineEvent): void {
    if (!this.#recorded || this.#mismatch !== undefined) return;
    if (event.seq !== this.#derivedSeq) {
      this.#compare();
      this.#derivedSeq = event.seq;
    }
    this.#derived.push(event);
  }

  untilCheckpoint(cursor: number): number {
    if (!this.#recorded) return Number.MAX_SAFE_INTEGER;
    const next = this.#session.checkpoints[this.#nextCheckpoint];
    return next === undefined ? Number.MAX_SAFE_INTEGER : Math.max(next.seq - cursor, 1);
  }

  checkpoint(cursor: number, hash: () => string): void {
    if (!this.#recorded) return;
    const next = this.#session.checkpoints[this.#nextCheckpoint];
    if (next === undefined || next.seq !== cursor) return;
    this.#nextCheckpoint++;
    const derived = hash();
    if (derived !== next.stateHash)
      this.#note(`state after input ${cursor}: recorded ${next.stateHash}, replayed ${derived}`);
  }

  finish(stateHash: string): string | undefined {
    this.#compare();
    if (this.#recorded && this.#mismatch === undefined && this.#compared !== this.#session.outputs.count) {
      this.#note(`${this.#session.outputs.count} events recorded, ${this.#compared} replayed`);
    }
    const recorded = this.#session.manifest.stateHash;
    if (this.#recorded && recorded !== undefined && recorded !== stateHash)
      this.#note(`final state: recorded ${recorded}, replayed ${stateHash}`);
    return this.#mismatch;
  }

  #compare(): void {
    if (this.#derived.length === 0) return;
    const recorded = this.#session.outputs.textsAt(this.#derivedSeq);
    const derived = this.#derived.map((event) => canonical(event));
    this.#compared += derived.length;
    this.#derived = [];
    const at = derived.findIndex((text, i) => text !== recorded[i]);
    if (at < 0 && recorded.length === derived.length) return;
    const first = Math.max(at, 0);
    this.#note(
      `input ${this.#derivedSeq}: recorded ${recorded[first] ?? 'nothing more'}, replayed ${derived[first] ?? 'nothing more'}`,
    );
  }

  #note(text: string): void {
    this.#mismatch ??= text;
  }
}
