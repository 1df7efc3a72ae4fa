/** Proposals: answered once, by id and revision, and a full table makes no proposal instead of losing one. */
import { describe, expect, it } from 'vitest';
import {
  closeProposal,
  findAnswered,
  isPending,
  nextDeadline,
  openProposal,
  type ProposalDraft,
  pendingFor,
  proposalSide,
} from '../../../../engine/approval/proposals.ts';
import { Outbox, PROPOSAL_STATES, proposalStateAt, proposalStateIndex } from '../../../../engine/domain/index.ts';
import { PROPOSAL_CAPACITY, ProposalTable } from '../../../../engine/index.ts';
import { Arena } from '../../../../engine/kernel/arena.ts';
import { eventsOf } from '../../../fixtures/engine-session.ts';

const draft: ProposalDraft = {
  decisionId: 4,
  instrument: 2,
  side: -1,
  lots: 7,
  limitTicks: 99,
  priceTicks: 100,
  stopTicks: 105,
  targetTicks: 90,
};
const OUTCOMES = [
  'cleared-by-operator',
  'cleared-by-policy',
  'vetoed-by-operator',
  'refused-at-clearing',
  'withdrawn',
] as const;

function table() {
  const proposals = new ProposalTable(new Arena());
  const outbox = new Outbox();
  const open = (id: number, deadlineUs = 1_000, instrument = 2) =>
    openProposal(proposals, outbox, id, { ...draft, instrument }, 100, deadlineUs);
  return { proposals, outbox, open };
}

describe('opening', () => {
  it('stores everything and says the same', () => {
    const { proposals, outbox, open } = table();
    const slot = open(11);
    expect([proposals.lots[slot], proposals.priceTicks[slot], proposals.openedAtUs[slot]]).toEqual([7, 100, 100]);
    expect([isPending(proposals, slot), proposalSide(proposals, slot)]).toEqual([true, -1]);
    const { priceTicks, ...told } = draft;
    expect(priceTicks).toBe(100);
    expect(eventsOf(outbox.take(), 'proposal-opened')[0]!.proposal).toEqual({
      ...told,
      proposalId: 11,
      revision: 1,
      expiresAtUs: 1_000,
    });
  });

  it('uses the slot of the longest closed when none is free, and none when all wait', () => {
    const { proposals, outbox, open } = table();
    for (let i = 0; i < PROPOSAL_CAPACITY; i++) expect(open(i + 1)).toBe(i);
    outbox.take();
    expect(open(100)).toBe(-1);
    expect(outbox.take()).toEqual([]);
    closeProposal(proposals, outbox, 9, 'expired', undefined);
    closeProposal(proposals, outbox, 4, 'withdrawn', undefined);
    expect([open(101), open(102), open(103)]).toEqual([4, 9, -1]);
    expect(findAnswered(proposals, 5, 1)).toEqual({ refused: 'unknown-proposal' });
    expect(findAnswered(proposals, 101, 1)).toEqual({ slot: 4 });
  });
});

describe('answers', () => {
  it('count for the id and revision they name, while it waits', () => {
    const { proposals, open } = table();
    open(1);
    const slot = open(2);
    expect(findAnswered(proposals, 2, 1)).toEqual({ slot });
    expect(findAnswered(proposals, 2, 2)).toEqual({ refused: 'stale-revision' });
    proposals.revision[slot] = 2;
    expect(findAnswered(proposals, 2, 1)).toEqual({ refused: 'stale-revision' });
    expect(findAnswered(proposals, 0, 1)).toEqual({ refused: 'unknown-proposal' });
  });

  it.each(OUTCOMES)('come too late after %s', (outcome) => {
    const { proposals, outbox, open } = table();
    const slot = open(3);
    outbox.take();
    closeProposal(proposals, outbox, slot, outcome, outcome === 'refused-at-clearing' ? 'collar' : undefined);
    expect(findAnswered(proposals, 3, 1)).toEqual({ refused: 'proposal-closed' });
    expect(isPending(proposals, slot)).toBe(false);
    const gate = outcome === 'refused-at-clearing' ? 'collar' : undefined;
    expect(outbox.take()).toMatchObject([{ proposalId: 3, decisionId: 4, instrument: 2, outcome, gate }]);
  });

  it('to an expired one are told so', () => {
    const { proposals, outbox, open } = table();
    closeProposal(proposals, outbox, open(3), 'expired', undefined);
    expect(findAnswered(proposals, 3, 1)).toEqual({ refused: 'expired' });
    expect(findAnswered(proposals, 3, 9)).toEqual({ refused: 'expired' });
  });
});

describe('what waits', () => {
  it('is counted by instrument without the one asked about, and has an earliest deadline', () => {
    const { proposals, outbox, open } = table();
    expect(nextDeadline(proposals)).toBe(0);
    const [a, , c] = [open(1, 900), open(2, 700), open(3, 500, 1)];
    expect([
      pendingFor(proposals, 2, -1),
      pendingFor(proposals, 2, a),
      pendingFor(proposals, 1, c),
      nextDeadline(proposals),
    ]).toEqual([2, 1, 0, 500]);
    closeProposal(proposals, outbox, c, 'expired', undefined);
    expect([pendingFor(proposals, 1, -1), nextDeadline(proposals)]).toEqual([0, 700]);
  });
});

describe('states', () => {
  it('are stored by index', () => {
    for (const state of PROPOSAL_STATES) expect(proposalStateAt(proposalStateIndex(state))).toBe(state);
  });
});
