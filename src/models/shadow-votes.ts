/** How often a model in the shadow took a side, and it is known by now what came of it: read from the snapshots of recorded runs. */
import { modelHealth } from '../../engine/index.ts';
import { JournalError, JournalRotError, readManifest, snapshotSeqs } from '../../logs/index.ts';
import { CommandError } from '../exit-codes.ts';
import { type FoldStart, stateFor } from '../host/journal-fold.ts';
import { baseOf, startAt } from '../host/session-base.ts';

/**
 * Votes of the model whose label has ended, over these sessions. What a snapshot cannot tell is not counted: that of another build,
 * and what came after the last one. So there have been at least as many.
 */
export function shadowVotes(folders: readonly string[], model: string): number {
  return folders.reduce((sum, folder) => sum + votesIn(folder, model), 0);
}

function votesIn(folder: string, model: string): number {
  try {
    const manifest = readManifest(folder);
    const { config } = manifest;
    if (config === undefined) return 0;
    const countIn = (start: FoldStart): number | undefined => {
      const state = stateFor(config);
      state.arena.load(start.state);
      const found = modelHealth(state.models, state.watch).find(({ role, id }) => role === 'shadow' && id === model);
      return found && found.long.taken + found.short.taken;
    };
    // The latest that has it: it may have left the shadow before the end.
    for (const seq of snapshotSeqs(folder).reverse()) {
      const start = startAt(folder, seq, config);
      const count = typeof start === 'string' ? undefined : countIn(start);
      if (count === undefined) continue;
      const base = baseOf(folder, manifest);
      const before = base === undefined ? 0 : (countIn(base) ?? 0);
      // One that was put into the shadow anew is counted anew.
      return count < before ? count : count - before;
    }
    return 0;
  } catch (cause) {
    const isKnown = cause instanceof JournalError || cause instanceof JournalRotError || cause instanceof CommandError;
    if (!isKnown) throw cause;
    // A session that cannot be read vouches for no votes.
    return 0;
  }
}
