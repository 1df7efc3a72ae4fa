/** What a person answers to proposals: yes, no, less, later, and no to all of them. */
import { APPEARED_MS } from '../keymap/guard.ts';
import { keyOf } from '../keymap/key-names.ts';
import type { ConsoleState } from '../model.ts';
import { proposalOf, selectedProposal, shownProposals } from '../proposals.ts';
import { sideText } from '../text/names.ts';
import { amount } from '../text/numbers.ts';
import type { ProposalView } from '../view.ts';
import { type CommandContext, closeOverlay, dispatch, type Effect, openOverlay, tell } from './effects.ts';
import { parseSize } from './size.ts';

const nameOf = (proposal: ProposalView): string =>
  `#${proposal.proposalId} ${sideText(proposal.side)} ${amount(proposal.quantity)} ${proposal.symbol}`;

export function answerProposal(kind: 'approve' | 'veto', state: ConsoleState): readonly Effect[] {
  const proposal = selectedProposal(state);
  if (proposal === undefined || state.view === undefined) return [];
  const { proposalId, revision } = proposal;
  const command = { kind, proposalId, revision, viewSeq: state.view.seq };
  return [{ kind: 'command', command, text: `${kind} ${nameOf(proposal)}` }];
}

/** No to all that have been on screen long enough to be seen, snoozed ones too: what has only just come still waits. */
export function vetoAll(state: ConsoleState, context: CommandContext): readonly Effect[] {
  const { view, ui } = state;
  if (view === undefined) return [];
  const commands = shownProposals(state)
    .filter(({ proposalId, revision }) => {
      const seen = ui.seenProposals.get(proposalId);
      return seen?.revision === revision && context.nowMs - seen.sinceMs >= APPEARED_MS;
    })
    .map(({ proposalId, revision }) => ({
      command: { kind: 'veto', proposalId, revision, viewSeq: view.seq } as const,
      text: `veto #${proposalId}`,
    }));
  return [{ kind: 'commands', commands, text: `veto all ${commands.length}` }];
}

/** Later: out of the way on this console only. */
export function snoozeProposal(state: ConsoleState, context: CommandContext): readonly Effect[] {
  const proposal = selectedProposal(state);
  if (proposal === undefined) return [];
  const { proposalId, revision } = proposal;
  return [
    dispatch({ type: 'snooze', proposalId, revision }),
    tell(
      'info',
      `snoozed ${nameOf(proposal)}: back 5 s before its end, or with ${keyOf(state.bindings, 'next-proposal')}`,
      context.nowMs,
    ),
  ];
}

export function askSize(state: ConsoleState): readonly Effect[] {
  const proposal = selectedProposal(state);
  if (proposal === undefined) return [];
  const { proposalId, revision } = proposal;
  return [openOverlay({ kind: 'size', proposalId, revision, text: '', error: '' })];
}

/** Asks the engine for the smaller size: the proposal waits on, as its next revision. */
export function confirmSize(state: ConsoleState, context: CommandContext): readonly Effect[] {
  const { overlay } = state.ui;
  if (overlay.kind !== 'size' || state.view === undefined) return [];
  const proposal = proposalOf(overlay, state);
  if (proposal === undefined)
    return [
      closeOverlay,
      tell('warn', `#${overlay.proposalId} waits no longer as it was: nothing done`, context.nowMs),
    ];
  const size = parseSize(overlay.text, proposal);
  if ('error' in size) return [openOverlay({ ...overlay, error: size.error })];
  const { proposalId, revision } = proposal;
  const command = { kind: 'resize', proposalId, revision, viewSeq: state.view.seq, lots: size.lots } as const;
  return [closeOverlay, { kind: 'command', command, text: `#${proposalId} smaller, to ${size.quantity}` }];
}
