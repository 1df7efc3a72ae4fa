/** What has become of the proposals of a run, for its summary: none of these is mixed with another. */
import { proposalStateIndex } from '../../engine/domain/index.ts';
import type { EngineState } from '../../engine/index.ts';

export interface ProposalOutcomes {
  /** By the operator's yes, or by policy where nobody had to be asked. */
  readonly approved: number;
  readonly clearedByPolicy: number;
  /** By the operator's no. */
  readonly vetoed: number;
  /** Nobody answered in time. */
  readonly expired: number;
  /** Risk said no when it was checked again. */
  readonly refusedAtClearing: number;
  readonly withdrawn: number;
}

const NAMES: Readonly<Record<keyof ProposalOutcomes, true>> = {
  approved: true,
  clearedByPolicy: true,
  vetoed: true,
  expired: true,
  refusedAtClearing: true,
  withdrawn: true,
};

/** True of an outcome that no proposal has come to: people need no row for it. */
export const isEmptyOutcome = ([name, value]: readonly [string, unknown]): boolean => name in NAMES && value === 0;

export function proposalOutcomes({ proposals }: EngineState): ProposalOutcomes {
  const of = (outcome: Parameters<typeof proposalStateIndex>[0]): number =>
    proposals.outcomes[proposalStateIndex(outcome)]!;
  return {
    approved: of('cleared-by-operator'),
    clearedByPolicy: of('cleared-by-policy'),
    vetoed: of('vetoed-by-operator'),
    expired: of('expired'),
    refusedAtClearing: of('refused-at-clearing'),
    withdrawn: of('withdrawn'),
  };
}
