/** Folds a session at full speed and compares what comes out with what was recorded. */
import { type EngineState, Fold } from '../../engine/index.ts';
import type { LoadedSession, RecordedNote, SessionManifest, SessionTail } from '../../logs/index.ts';
import { type ForkFile, sourceOfFork } from '../fork-file.ts';
import type { ReplayRun } from '../host/job.ts';
import { asRefusedInput, foldJournal } from '../host/journal-fold.ts';
import { baseOf } from '../host/session-base.ts';
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

/**
 * Verifies and folds all inputs in one pass, in the memory of one segment. A console session's own run is compared
 * with its outputs, checkpoints and final hash.
 */
export function foldSession(
  directory: string,
  manifest: SessionManifest,
  run: ReplayRun,
  onCheckpoint?: (note: RecordedNote) => void,
): FoldResult & { readonly tail: SessionTail } {
  const { tail, mismatch, ...folded } = foldJournal(directory, {
    config: configFor(manifest, run),
    recorded: manifest.kind === 'console',
    start: baseOf(directory, manifest),
    onCheckpoint,
  });
  return { ...resultOf(folded.state, folded), mismatch, tail };
}

/** Folds a forked run of a session: it has nothing recorded to be compared with. */
export function foldFork(directory: string, session: LoadedSession, fork: ForkFile): FoldResult {
  const base = baseOf(directory, session.manifest);
  const fold = new Fold(sourceOfFork(session.source, fork), fork.config, () => {}, base?.state);
  const startMs = performance.now();
  try {
    while (fold.run(1_000_000));
  } catch (cause) {
    throw asRefusedInput(cause, fold.state);
  }
  const wallMs = performance.now() - startMs;
  const stateHash = fold.state.arena.hash();
  return { ...resultOf(fold.state, { inputs: fold.cursor, wallMs, stateHash }), mismatch: undefined };
}

function resultOf(
  state: EngineState,
  folded: { readonly inputs: number; readonly wallMs: number; readonly stateHash: string },
): Omit<FoldResult, 'mismatch'> {
  const { inputs, wallMs, stateHash } = folded;
  return {
    inputs,
    ...countsOf(state),
    stateHash,
    eventsPerSecond: Math.round((inputs / wallMs) * 1000),
    wallMs: Math.round(wallMs),
  };
}
