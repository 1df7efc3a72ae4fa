/** Finds one decision of a run and what has followed on it, by folding the run from the nearest state that comes before it. */
import type { EngineEvent } from '../../engine/domain/index.ts';
import { type EngineState, Fold, NEXT_ID } from '../../engine/index.ts';
import { type LoadedSession, type SessionManifest, snapshotSeqs } from '../../logs/index.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { type ForkFile, sourceOfFork } from '../fork-file.ts';
import { modelsFor } from '../models/session-models.ts';
import { Following } from './following.ts';
import type { ReplayRun } from './job.ts';
import { asRefusedInput, type FoldStart, foldJournal, stateFor } from './journal-fold.ts';
import { baseOf, startAt } from './session-base.ts';
import { configFor } from './session-run.ts';

/** Inputs of a forked run that are folded at a time. */
const SLICE = 10_000;

export interface FoundDecision {
  readonly following: Following | undefined;
  /** The state that the fold came to: its instruments, and the numbers that decisions have by then. */
  readonly state: EngineState;
  /** Number of the run's first decision, if it has any. */
  readonly firstId: number;
}

/** Takes a run's events until the decision that is wanted is over. */
class Search {
  readonly #decisionId: number;
  following: Following | undefined;

  constructor(decisionId: number) {
    this.#decisionId = decisionId;
  }

  /** Of the end of an input: between the events of one, an order may be filled and nothing held. */
  get isOver(): boolean {
    return this.following?.isOver === true;
  }

  take(event: EngineEvent): void {
    if (this.following !== undefined) this.following.take(event);
    else if (event.kind === 'decision' && event.trace.decisionId === this.#decisionId)
      this.following = new Following(event);
  }
}

const nextDecision = (state: EngineState): number => state.control.nextId[NEXT_ID.decision]!;

/** Number of the first decision after a state that a run begins with. */
function firstIdAfter(start: FoldStart | undefined, state: EngineState): number {
  if (start !== undefined) state.arena.load(start.state);
  return nextDecision(state);
}

/**
 * Folds a session's own run. A recorded one is compared with its recording as far as it is folded, and begins at its last
 * snapshot before the decision. Throws a {@link CommandError} when it is not what was recorded.
 */
export function findInSession(
  directory: string,
  manifest: SessionManifest,
  run: ReplayRun,
  decisionId: number,
): FoundDecision {
  const config = configFor(manifest, run);
  const recorded = manifest.kind === 'console';
  const base = baseOf(directory, manifest);
  const firstId = firstIdAfter(base, stateFor(config));
  const starts = recorded ? snapshotSeqs(directory).reverse() : [];
  for (const seq of [...starts, undefined]) {
    const start = seq === undefined ? base : startAt(directory, seq, config);
    // A snapshot that is none costs time and nothing else: the journal has it all.
    if (typeof start === 'string') continue;
    if (seq !== undefined && decisionId >= firstId && firstIdAfter(start, stateFor(config)) > decisionId) continue;
    const search = new Search(decisionId);
    const onEvent = (event: EngineEvent): void => search.take(event);
    const folded = foldJournal(directory, { config, recorded, start, onEvent, enough: () => search.isOver });
    if (!folded.startHolds) continue;
    if (folded.mismatch !== undefined)
      throw new CommandError(EXIT.verification, `replay differs from what was recorded: ${folded.mismatch}`);
    return { following: search.following, state: folded.state, firstId };
  }
  throw new CommandError(EXIT.verification, `${manifest.name} has no state to begin with`);
}

/** Folds a forked run of a session, which has nothing recorded to be compared with. */
export function findInFork(
  directory: string,
  session: LoadedSession,
  fork: ForkFile,
  decisionId: number,
): FoundDecision {
  const base = baseOf(directory, session.manifest);
  const search = new Search(decisionId);
  const source = sourceOfFork(session.source, fork);
  const models = modelsFor(directory, fork.config);
  const fold = new Fold(source, fork.config, (event) => search.take(event), base?.state, models);
  const firstId = nextDecision(fold.state);
  try {
    while (!search.isOver && fold.run(SLICE));
  } catch (cause) {
    throw asRefusedInput(cause, fold.state);
  }
  return { following: search.following, state: fold.state, firstId };
}
