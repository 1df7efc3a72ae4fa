/** States of a recorded run as its snapshots have them, without folding anything. */
import type { EngineState } from '../../engine/index.ts';
import { JournalError, JournalRotError, type SessionManifest, snapshotSeqs } from '../../logs/index.ts';
import { CommandError } from '../exit-codes.ts';
import { type FoldStart, stateFor } from './journal-fold.ts';
import { baseOf, startAt } from './session-base.ts';

/** The latest first. What this build cannot read is left out: a snapshot that is damaged, or of another layout. */
export function* recordedStates(folder: string, manifest: SessionManifest): Generator<EngineState> {
  for (const seq of snapshotSeqs(folder).reverse()) {
    const state = ifReadable(() => {
      const start = manifest.config === undefined ? 'an import' : startAt(folder, seq, manifest.config);
      return typeof start === 'string' ? undefined : stateOf(start, manifest);
    });
    if (state !== undefined) yield state;
  }
}

/** The state that the run went on from; undefined where it began with nothing, or this build cannot read it. */
export function recordedBase(folder: string, manifest: SessionManifest): EngineState | undefined {
  return ifReadable(() => {
    const base = baseOf(folder, manifest);
    return base && stateOf(base, manifest);
  });
}

function stateOf(start: FoldStart, { config }: SessionManifest): EngineState {
  const state = stateFor(config!);
  state.arena.load(start.state);
  return state;
}

function ifReadable(read: () => EngineState | undefined): EngineState | undefined {
  try {
    return read();
  } catch (cause) {
    const isKnown = cause instanceof JournalError || cause instanceof JournalRotError || cause instanceof CommandError;
    if (!isKnown) throw cause;
    return undefined;
  }
}
