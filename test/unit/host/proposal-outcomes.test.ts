/** What a summary says of a run's proposals. */
import { expect, it } from 'vitest';
import { type ProposalState, proposalStateIndex } from '../../../engine/domain/index.ts';
import { createState } from '../../../engine/index.ts';
import { isEmptyOutcome, proposalOutcomes } from '../../../src/host/proposal-outcomes.ts';
import { testConfig } from '../../fixtures/engine-session.ts';

it('has a count of its own for each way in which a proposal ends', () => {
  const state = createState(testConfig());
  const ways: ProposalState[] = [
    'cleared-by-operator',
    'cleared-by-policy',
    'vetoed-by-operator',
    'expired',
    'refused-at-clearing',
    'withdrawn',
  ];
  for (const [at, way] of ways.entries()) state.proposals.outcomes[proposalStateIndex(way)] = at + 1;
  state.proposals.state.set([proposalStateIndex('pending'), proposalStateIndex('expired')], 3);
  expect(proposalOutcomes(state)).toEqual({
    approved: 1,
    clearedByPolicy: 2,
    vetoed: 3,
    expired: 4,
    refusedAtClearing: 5,
    withdrawn: 6,
    unanswered: 1,
  });
});

it('leaves out outcomes that no proposal has come to, and nothing else', () => {
  expect(isEmptyOutcome(['expired', 0])).toBe(true);
  expect(isEmptyOutcome(['expired', 1])).toBe(false);
  expect(isEmptyOutcome(['trades', 0])).toBe(false);
  expect(isEmptyOutcome(['unanswered', 0])).toBe(true);
  // A name of the object that the names are kept in.
  expect(isEmptyOutcome(['constructor', 0])).toBe(false);
});
