/** Proposals: what the engine asks leave for, and the outcomes that are never mixed up. */

export const PROPOSAL_STATES = [
  'free',
  'pending',
  'cleared-by-operator',
  'cleared-by-policy',
  'vetoed-by-operator',
  'expired',
  'refused-at-clearing',
  'withdrawn',
] as const;
/**
 * pending: waits · cleared-by-operator and cleared-by-policy: an order followed · vetoed-by-operator: a
 * key · expired: nobody answered in time, which is neither a veto nor a yes · refused-at-clearing: risk
 * said no when it was checked again · withdrawn: a halt, a restart, or a change to observe or from manual took it back.
 */
export type ProposalState = (typeof PROPOSAL_STATES)[number];

export const proposalStateIndex = (state: ProposalState): number => PROPOSAL_STATES.indexOf(state);
export const proposalStateAt = (index: number): ProposalState => PROPOSAL_STATES[index] ?? 'free';

export const CLEARANCES = ['operator', 'policy', 'protective'] as const;
/** Who cleared an order. Protective: stops, targets, kill, flatten, which need no person. */
export type Clearance = (typeof CLEARANCES)[number];
