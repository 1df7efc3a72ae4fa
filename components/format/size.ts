/** The field for a smaller size of a proposal: what it is now, what is typed, and what that would be. */
import { parseSize, worthOf } from '../../state/commands/size.ts';
import type { ConsoleState, Overlay } from '../../state/model.ts';
import { proposalOf } from '../../state/proposals.ts';
import { sideText } from '../../state/text/names.ts';
import { amount, duration, grouped, percentOf } from '../../state/text/numbers.ts';
import type { ProposalView } from '../../state/view.ts';
import { line, type StyledLine, span } from '../text/line.ts';
import { signStyle } from './fields.ts';

/** Always as many rows, so that the box stands still while something is typed. */
export function formatSize(overlay: Extract<Overlay, { kind: 'size' }>, state: ConsoleState): readonly StyledLine[] {
  const proposal = proposalOf(overlay, state);
  const typed = line('> ', span(overlay.text, 'strong'), span('▏', 'key'));
  if (proposal === undefined)
    return [line(span(`#${overlay.proposalId} waits no longer as it was.`, 'warn')), [], [], typed, []];
  const { side, quantity, symbol, notional, remainingMs, atExpiry } = proposal;
  const then = atExpiry === 'expires' ? 'then it EXPIRES' : 'then POLICY TRADES what is left of it';
  return [
    line(
      span(`${sideText(side)} ${amount(quantity)} ${symbol}`, signStyle(side)),
      span(`  worth ${grouped(notional)}  #${proposal.proposalId}`, 'quiet'),
    ),
    line(`${duration(Math.max(0, remainingMs))} left, ${then}`),
    line(span('A share (50%) or a quantity; stop and target stay. Answer it after.', 'quiet')),
    typed,
    overlay.error === '' ? outcome(overlay.text, proposal) : line(span(overlay.error, 'warn')),
  ];
}

function outcome(text: string, proposal: ProposalView): StyledLine {
  if (text.trim() === '') return [];
  const size = parseSize(text, proposal);
  if ('error' in size) return line(span(size.error, 'quiet'));
  const share = size.lots / proposal.lots;
  const worth = grouped(worthOf(size.lots, proposal));
  return line('→ ', span(size.quantity, 'strong'), `, ${percentOf(share, 1)} of it, worth ${worth}`);
}
