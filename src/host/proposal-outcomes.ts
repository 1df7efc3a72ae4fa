/** What has become of the proposals of a run, for its summary: none of these is mixed with another. */
import { type ProposalState, proposalStateAt, proposalStateIndex } from '../../engine/domain/index.ts';
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

/** Still waits: where a run ends before the answer, no order comes of it. */
const UNANSWERED = 'unanswered';

/** How many proposals have come to each outcome, and how many to none yet: as many in all as there were. */
export type ProposalOutcomes = Readonly<Record<keyof typeof OUTCOMES | typeof UNANSWERED, number>>;

/** True of an outcome that no proposal has come to: people need no row for it. */
export const isEmptyOutcome = ([name, value]: readonly [string, unknown]): boolean =>
  (name === UNANSWERED || Object.hasOwn(OUTCOMES, name)) && value === 0;

export function proposalOutcomes({ proposals }: EngineState): ProposalOutcomes {
  const counts = Object.entries(OUTCOMES).map(([name, outcome]) => [
    name,
    proposals.outcomes[proposalStateIndex(outcome)]!,
  ]);
  const waiting = proposals.state.filter((state) => proposalStateAt(state) === 'pending').length;
  return Object.fromEntries([...counts, [UNANSWERED, waiting]]) as ProposalOutcomes;
}
