/** What has become of the proposals of a run, for its summary: none of these is mixed with another. */
import { type ProposalState, proposalStateIndex } from '../../engine/domain/index.ts';
import type { EngineState } from '../../engine/index.ts';

const OUTCOMES = {
  /** By the operator's yes, or by policy where nobody had to be asked. */
  approved: 'cleared-by-operator',
  clearedByPolicy: 'cleared-by-policy',
  /** By the operator's no. */
  vetoed: 'vetoed-by-operator',
  /** Nobody answered in time. */
  expired: 'expired',
  /** Risk said no when it was checked again. */
  refusedAtClearing: 'refused-at-clearing',
  withdrawn: 'withdrawn',
} as const satisfies Readonly<Record<string, ProposalState>>;

/** How many proposals have come to each outcome. */
export type ProposalOutcomes = Readonly<Record<keyof typeof OUTCOMES, number>>;

/** True of an outcome that no proposal has come to: people need no row for it. */
export const isEmptyOutcome = ([name, value]: readonly [string, unknown]): boolean =>
  Object.hasOwn(OUTCOMES, name) && value === 0;

export function proposalOutcomes({ proposals }: EngineState): ProposalOutcomes {
  const counts = Object.entries(OUTCOMES).map(([name, outcome]) => [
    name,
    proposals.outcomes[proposalStateIndex(outcome)]!,
  ]);
  return Object.fromEntries(counts) as ProposalOutcomes;
}
