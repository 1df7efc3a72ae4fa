/** How often a model in the shadow took a side, and it is known by now what came of it: read from the snapshots of recorded runs. */
import { type EngineState, modelHealth } from '../../engine/index.ts';
import { recordedBase, recordedStates } from '../host/recorded-states.ts';
import type { RecordedRun } from './recorded-runs.ts';

/**
 * Votes of the model whose label has ended, over these runs. What a snapshot cannot tell is not counted: that of another build,
 * and what came after the last one. So there have been at least as many.
 */
export function shadowVotes(runs: readonly RecordedRun[], model: string): number {
  return runs.reduce((sum, run) => sum + votesIn(run, model), 0);
}

function votesIn({ folder, manifest }: RecordedRun, model: string): number {
  const countIn = (state: EngineState): number | undefined => {
    const found = modelHealth(state).find(({ role, id }) => role === 'shadow' && id === model);
    return found && found.long.taken + found.short.taken;
  };
  // The latest that has it: it may have left the shadow before the end.
  for (const state of recordedStates(folder, manifest)) {
    const count = countIn(state);
    if (count === undefined) continue;
    const base = recordedBase(folder, manifest);
    const before = (base && countIn(base)) ?? 0;
    // One that was put into the shadow anew is counted anew.
    return count < before ? count : count - before;
  }
  return 0;
}
