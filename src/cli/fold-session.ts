/** Folds a session at full speed and compares what comes out with what was recorded. */
import type { EngineConfig } from '../../engine/domain/index.ts';
import { Fold, type InputSource } from '../../engine/index.ts';
import type { LoadedSession } from '../../logs/index.ts';
import { type ForkFile, sourceOfFork } from '../fork-file.ts';
import { Comparison } from '../host/comparison.ts';
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
