/** What a new life of the engine makes of the state that an earlier one left. */
import { closeProposal, isPending } from '../approval/proposals.ts';
import { NEXT_ID, PROPOSAL_CAPACITY } from '../domain/tables/index.ts';
import type { EngineState } from './state.ts';
import { disarmAtRestart } from './venue-ready.ts';

/** Far more orders than can have left between the last durable input and the end, which may be days behind a journal that failed. */
const SKIPPED_ORDER_IDS = 1_000_000;

/**
 * Every proposal has expired: nobody was there to be asked. Order numbers go on far behind the last one known, for an
 * exit may have left under the next of them when nothing could be recorded any more, and no name is used twice.
 */
export function restart(state: EngineState): void {
  for (let slot = 0; slot < PROPOSAL_CAPACITY; slot++) {
    if (isPending(state.proposals, slot)) closeProposal(state.proposals, state.outbox, slot, 'expired', undefined);
  }
  disarmAtRestart(state);
  const { nextId } = state.control;
  nextId[NEXT_ID.order] = nextId[NEXT_ID.order]! + SKIPPED_ORDER_IDS;
}
