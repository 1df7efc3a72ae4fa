/** What covers the proposals says of them: how many wait, how long the first one does, and what silence comes to. */

import type { ConsoleState } from '../../state/model.ts';
import { isSnoozed, shownProposals } from '../../state/proposals.ts';
import { isSilent } from '../../state/staleness.ts';
import { duration } from '../../state/text/numbers.ts';
import type { ProposalView } from '../../state/view.ts';
import { line, type Style, type StyledLine, span } from '../text/line.ts';
import { figure } from './fields.ts';

/** From here on the time left stands out. */
export const SHORT_MS = 5_000;

/** What silence comes to, in words: it is an answer too. */
export const atExpiryText = ({ atExpiry }: Pick<ProposalView, 'atExpiry'>): string =>
  atExpiry === 'expires' ? 'then EXPIRES' : 'then POLICY TRADES';

/** `2 wait, 1 snoozed: 4.0 s left, then EXPIRES`, of the one that ends first; empty where nothing waits. */
export function waitingNote(state: ConsoleState): StyledLine {
  const proposals = shownProposals(state);
  const first = proposals.reduce<ProposalView | undefined>(
    (soonest, each) => (soonest === undefined || each.remainingMs < soonest.remainingMs ? each : soonest),
    undefined,
  );
  if (first === undefined) return [];
  const asleep = proposals.filter((each) => isSnoozed(state.ui.snoozed, each)).length;
  const awake = proposals.length - asleep;
  const counts = [...(awake > 0 ? [`${awake} wait`] : []), ...(asleep > 0 ? [`${asleep} snoozed`] : [])];
  const isUrgent = first.remainingMs < SHORT_MS || first.atExpiry === 'clears';
  const style: Style = isUrgent ? 'warn' : 'strong';
  return line(
    span(`${counts.join(', ')}: `, style),
    figure(duration(Math.max(0, first.remainingMs)), style, { stale: isSilent(state) }),
    span(` left, ${atExpiryText(first)}`, style),
  );
}
