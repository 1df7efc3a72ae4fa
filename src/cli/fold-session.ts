/** Folds a session at full speed and compares what comes out with what was recorded. */
import { assert } from '../../engine/domain/index.ts';
import { type EngineState, Fold } from '../../engine/index.ts';
import type { LoadedSession, RecordedNote, SessionManifest, SessionTail } from '../../logs/index.ts';
import { BUILD } from '../build-info.ts';
import { type ForkFile, sourceOfFork } from '../fork-file.ts';
import { answerLines, type ForkResult, resultOfFork } from '../host/fork-result.ts';
import type { ReplayRun } from '../host/job.ts';
import { asRefusedInput, foldJournal } from '../host/journal-fold.ts';
import { type ProposalOutcomes, proposalOutcomes } from '../host/proposal-outcomes.ts';
import { baseOf } from '../host/session-base.ts';
import { configFor } from '../host/session-run.ts';
import { countsOf } from '../host/view-builder.ts';
import { modelsFor } from '../models/session-models.ts';

export interface FoldResult extends ProposalOutcomes {
  readonly inputs: number;
  readonly decisions: number;
  readonly proposals: number;
  readonly gateVetoes: number;
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

/** What a forked run came to, and each recorded answer that did not come to what it was, in a line. */
export interface FoldedFork extends FoldResult {
  readonly result: ForkResult;
  readonly answerLines: readonly string[];
}

/**
 * Folds a forked run of a session and beside it the recording. It is compared with what it came to when it was made, as
 * far as that is known and this build has made it.
 */
export function foldFork(directory: string, session: LoadedSession, fork: ForkFile): FoldedFork {
  const base = baseOf(directory, session.manifest)?.state;
  const models = modelsFor(directory, fork.config);
  const fold = new Fold(sourceOfFork(session.source, fork), fork.config, () => {}, base, models);
  const recorded = new Fold(session.source, fork.config, () => {}, base, models);
  const startMs = performance.now();
  runToEnd(fold);
  const wallMs = performance.now() - startMs;
  runToEnd(recorded);
  const told = fold.answers;
  assert(told !== undefined, 'a fork without a command');
  const result = resultOfFork(fold.state, recorded.state, fold.cursor, told);
  const { inputs, stateHash } = result;
  const differs = fork.build === BUILD && fork.result !== null && fork.result.stateHash !== stateHash;
  return {
    ...resultOf(fold.state, { inputs, wallMs, stateHash }),
    mismatch: differs ? `state hash ${stateHash} instead of ${fork.result?.stateHash}` : undefined,
    result,
    answerLines: answerLines(told, fork.config.instruments),
  };
}

function runToEnd(fold: Fold): void {
  try {
    while (fold.run(1_000_000));
  } catch (cause) {
    throw asRefusedInput(cause, fold.state);
  }
}

function resultOf(
  state: EngineState,
  folded: { readonly inputs: number; readonly wallMs: number; readonly stateHash: string },
): Omit<FoldResult, 'mismatch'> {
  const { inputs, wallMs, stateHash } = folded;
  return {
    inputs,
    ...countsOf(state),
    ...proposalOutcomes(state),
    stateHash,
    eventsPerSecond: Math.round((inputs / wallMs) * 1000),
    wallMs: Math.round(wallMs),
  };
}
