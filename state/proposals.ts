/** The proposals as they are shown: their order, which are snoozed, and which one the keys are about. */
import type { ConsoleState, Overlay, UiState } from './model.ts';
import type { EngineView, ProposalView } from './view.ts';

/** A snoozed proposal is back when it has this long left: enough to read it and answer. */
export const WAKE_BEFORE_MS = 5_000;

/** Id and revision of each proposal that is out of the way. */
export type Snoozed = ReadonlyMap<number, number>;

const shownLists = new WeakMap<EngineView, { readonly snoozed: Snoozed; readonly list: readonly ProposalView[] }>();
const NONE: readonly ProposalView[] = [];

export const isSnoozed = (snoozed: Snoozed, proposal: ProposalView): boolean =>
  snoozed.get(proposal.proposalId) === proposal.revision;

/** Soonest end first, of the same end the one that is worth more; snoozed ones behind. The same list for the same view. */
export function shownProposals({ view, ui }: Pick<ConsoleState, 'view' | 'ui'>): readonly ProposalView[] {
  if (view === undefined) return NONE;
  const { snoozed } = ui;
  const known = shownLists.get(view);
  if (known !== undefined && known.snoozed === snoozed) return known.list;
  const place = (each: ProposalView): number => (isSnoozed(snoozed, each) ? 1 : 0);
  const list = view.proposals.toSorted(
    (a, b) =>
      place(a) - place(b) ||
      a.expiresAtUs - b.expiresAtUs ||
      Number(b.notional) - Number(a.notional) ||
      a.proposalId - b.proposalId,
  );
  shownLists.set(view, { snoozed, list });
  return list;
}

/** The proposal that keys would act on: the chosen one, else the first that is not snoozed. */
export function selectedProposal(state: Pick<ConsoleState, 'view' | 'ui'>): ProposalView | undefined {
  const awake = shownProposals(state).filter((each) => !isSnoozed(state.ui.snoozed, each));
  return awake.find((each) => each.proposalId === state.ui.selectedProposal) ?? awake[0];
}

/** Puts one out of the way; the first of the others is the chosen one then, and stays it. */
export function snooze(state: ConsoleState, proposal: Pick<ProposalView, 'proposalId' | 'revision'>): UiState {
  const snoozed = new Map(state.ui.snoozed).set(proposal.proposalId, proposal.revision);
  const ui = { ...state.ui, snoozed };
  return { ...ui, selectedProposal: selectedProposal({ view: state.view, ui })?.proposalId };
}

/** Chooses one, which is snoozed no longer. */
export function choose(ui: UiState, proposalId: number): UiState {
  const snoozed = new Map(ui.snoozed);
  return { ...ui, selectedProposal: proposalId, ...(snoozed.delete(proposalId) ? { snoozed } : {}) };
}

/** What is over, has changed, or ends soon is snoozed no longer. */
export function wake(snoozed: Snoozed, view: EngineView): Snoozed {
  const left = view.proposals.filter((each) => isSnoozed(snoozed, each) && each.remainingMs > WAKE_BEFORE_MS);
  return left.length === snoozed.size ? snoozed : new Map(left.map((each) => [each.proposalId, each.revision]));
}

type SizeOverlay = Extract<Overlay, { kind: 'size' }>;

/** The proposal that a size is typed for, while it waits as it was. */
export function proposalOf(
  { proposalId, revision }: SizeOverlay,
  { view }: Pick<ConsoleState, 'view'>,
): ProposalView | undefined {
  return view?.proposals.find((each) => each.proposalId === proposalId && each.revision === revision);
}
