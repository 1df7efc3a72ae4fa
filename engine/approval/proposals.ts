/** Life of proposals: opened, answered once, or over when their time is. */
import {
  type GateName,
  type Outbox,
  type ProposalState,
  type ProposalTrace,
  proposalStateIndex,
  type RefusalReason,
  type Side,
} from '../domain/index.ts';
import { PROPOSAL_CAPACITY, type ProposalTable } from '../domain/tables/index.ts';
import { sooner } from '../kernel/deadline.ts';

const PENDING = proposalStateIndex('pending');

/** Everything a new proposal says. */
export interface ProposalDraft extends Omit<ProposalTrace, 'proposalId' | 'revision' | 'expiresAtUs'> {
  readonly priceTicks: number;
}

/** Slot to use: a free one, else the oldest closed one; −1 when all wait for an answer. */
function slotFor(table: ProposalTable): number {
  let best = -1;
  for (let slot = 0; slot < PROPOSAL_CAPACITY; slot++) {
    if (table.state[slot] === 0) return slot;
    if (table.state[slot] !== PENDING && (best < 0 || table.id[slot]! < table.id[best]!)) best = slot;
  }
  return best;
}

/** Opens a proposal; −1 when there is no room, which leaves the decision without one. */
export function openProposal(
  table: ProposalTable,
  outbox: Outbox,
  id: number,
  draft: ProposalDraft,
  nowUs: number,
  deadlineUs: number,
): number {
  const slot = slotFor(table);
  if (slot < 0) return -1;
  table.state[slot] = PENDING;
  table.id[slot] = id;
  table.revision[slot] = 1;
  table.decisionId[slot] = draft.decisionId;
  table.instrument[slot] = draft.instrument;
  table.side[slot] = draft.side;
  table.lots[slot] = draft.lots;
  table.limitTicks[slot] = draft.limitTicks;
  table.priceTicks[slot] = draft.priceTicks;
  table.stopTicks[slot] = draft.stopTicks;
  table.targetTicks[slot] = draft.targetTicks;
  table.openedAtUs[slot] = nowUs;
  table.deadlineUs[slot] = deadlineUs;
  const { decisionId, instrument, side, lots, limitTicks, stopTicks, targetTicks } = draft;
  outbox.push({
    kind: 'proposal-opened',
    proposal: {
      proposalId: id,
      revision: 1,
      decisionId,
      instrument,
      side,
      lots,
      limitTicks,
      stopTicks,
      targetTicks,
      expiresAtUs: deadlineUs,
    },
  });
  return slot;
}

/** Asks for fewer lots, in a revision of its own; stop, target and deadline stay. `lots` is below what it was. */
export function resizeProposal(table: ProposalTable, outbox: Outbox, slot: number, lots: number): void {
  const fromLots = table.lots[slot]!;
  const revision = table.revision[slot]! + 1;
  table.lots[slot] = lots;
  table.revision[slot] = revision;
  outbox.push({
    kind: 'proposal-resized',
    proposalId: table.id[slot]!,
    revision,
    decisionId: table.decisionId[slot]!,
    instrument: table.instrument[slot]!,
    fromLots,
    lots,
  });
}

/** Ends a pending proposal with its outcome. */
export function closeProposal(
  table: ProposalTable,
  outbox: Outbox,
  slot: number,
  outcome: Exclude<ProposalState, 'free' | 'pending'>,
  gate: GateName | undefined,
): void {
  const index = proposalStateIndex(outcome);
  table.state[slot] = index;
  table.outcomes[index] = table.outcomes[index]! + 1;
  outbox.push({
    kind: 'proposal-closed',
    proposalId: table.id[slot]!,
    decisionId: table.decisionId[slot]!,
    instrument: table.instrument[slot]!,
    outcome,
    gate,
  });
}

/** The slot an operator's answer is bound to, or why it does not count. */
export function findAnswered(
  table: ProposalTable,
  proposalId: number,
  revision: number,
): { readonly slot: number } | { readonly refused: RefusalReason } {
  for (let slot = 0; slot < PROPOSAL_CAPACITY; slot++) {
    if (table.state[slot] === 0 || table.id[slot] !== proposalId) continue;
    if (table.state[slot] === proposalStateIndex('expired')) return { refused: 'expired' };
    if (table.state[slot] !== PENDING) return { refused: 'proposal-closed' };
    if (table.revision[slot] !== revision) return { refused: 'stale-revision' };
    return { slot };
  }
  return { refused: 'unknown-proposal' };
}

export function isPending(table: ProposalTable, slot: number): boolean {
  return table.state[slot] === PENDING;
}

/** Pending proposals of one instrument other than the one in `exceptSlot`. */
export function pendingFor(table: ProposalTable, instrument: number, exceptSlot: number): number {
  let count = 0;
  for (let slot = 0; slot < PROPOSAL_CAPACITY; slot++) {
    if (slot !== exceptSlot && table.state[slot] === PENDING && table.instrument[slot] === instrument) count++;
  }
  return count;
}

/** Earliest deadline of the pending proposals; 0 when none waits. */
export function nextDeadline(table: ProposalTable): number {
  let earliest = 0;
  for (let slot = 0; slot < PROPOSAL_CAPACITY; slot++) {
    if (table.state[slot] === PENDING) earliest = sooner(earliest, table.deadlineUs[slot]!);
  }
  return earliest;
}

/** The side of a proposal as a type. */
export function proposalSide(table: ProposalTable, slot: number): Side {
  return table.side[slot]! > 0 ? 1 : -1;
}
