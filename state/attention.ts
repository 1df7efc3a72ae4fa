/** What a person who looks elsewhere is told: how many proposals are unanswered, that one has come, that a kill fired. */
import type { ConsoleState } from './model.ts';
import { isSnoozed, WAKE_BEFORE_MS } from './proposals.ts';
import { HALT_TEXT, sideText } from './text/names.ts';
import { amount, duration } from './text/numbers.ts';
import type { ProposalView } from './view.ts';

/** The terminal's title; undefined before the first view. */
export function titleOf({ view }: Pick<ConsoleState, 'view'>): string | undefined {
  if (view === undefined) return undefined;
  if (view.replay !== undefined) return 'Chimera replay';
  const unanswered = view.proposals.length;
  return `${unanswered === 0 ? '' : `(${unanswered}) `}Chimera ${view.mode}`;
}

/** What has been called out already. */
export interface Known {
  readonly proposals: ReadonlySet<number>;
  readonly snoozed: ReadonlySet<number>;
  readonly killed: boolean;
}

export interface Call {
  readonly kind: 'kill' | 'proposal';
  readonly text: string;
}

const waits = (proposal: ProposalView): Call => ({
  kind: 'proposal',
  text: `${sideText(proposal.side)} ${amount(proposal.quantity)} ${proposal.symbol} waits, ${duration(proposal.remainingMs)} left`,
});

/**
 * Calls that follow from the newest view: a proposal that is new or back from its snooze, and a kill that was not there
 * before. A replay calls nobody. `before` is undefined for the first view, whose kill has not fired just now.
 */
export function callsOf(
  before: Known | undefined,
  { view, ui }: Pick<ConsoleState, 'view' | 'ui'>,
): { readonly calls: readonly Call[]; readonly known: Known | undefined } {
  if (view === undefined || view.replay !== undefined) return { calls: [], known: before };
  const killed = view.kill !== 'armed';
  const snoozed = new Set(view.proposals.filter((each) => isSnoozed(ui.snoozed, each)).map((each) => each.proposalId));
  const calls = view.proposals
    .filter(({ proposalId, remainingMs }) => {
      if (before?.proposals.has(proposalId) !== true) return true;
      // One that a person brought back has been seen.
      return before.snoozed.has(proposalId) && !snoozed.has(proposalId) && remainingMs <= WAKE_BEFORE_MS;
    })
    .map(waits);
  if (killed && before?.killed === false) {
    const by = view.halted === 'none' ? '' : ` by ${HALT_TEXT[view.halted]}`;
    calls.unshift({ kind: 'kill', text: `KILL${by}: entries are blocked` });
  }
  return { calls, known: { proposals: new Set(view.proposals.map((each) => each.proposalId)), snoozed, killed } };
}
