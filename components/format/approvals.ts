/** The approvals panel: what is asked of the operator, with everything needed to answer. */
import { sideText } from '../../state/text/names.ts';
import { duration, fixed, grouped, signed, trimmed } from '../../state/text/numbers.ts';
import type { ProposalView } from '../../state/view.ts';
import { bar } from '../text/bars.ts';
import { line, type Span, type Style, type StyledLine, span } from '../text/line.ts';
import { type Changed, field, figure, flow, signStyle } from './fields.ts';

export interface ApprovalsSlice {
  readonly proposals: readonly ProposalView[];
  readonly selected: number | undefined;
  /** Full length of each proposal's bar, in ms. */
  readonly spanMs: ReadonlyMap<number, number>;
  readonly control: string;
  readonly currency: string;
  readonly changed: Changed;
  /** True when the price now may be old. */
  readonly stale: boolean;
}

const SHORT_MS = 5_000;
const BAR_WIDTH = 14;

function priceChange(proposal: ProposalView, priceNow: string): Span {
  const then = Number(proposal.priceThen);
  const percent = then > 0 ? ((Number(priceNow) - then) / then) * 100 : Number.NaN;
  return span(` (${signed(percent, 3)} %)`, 'plain');
}

/** The first line says what; the rest flows. */
function detail(proposal: ProposalView, slice: ApprovalsSlice, width: number): readonly StyledLine[] {
  const { changed, stale } = slice;
  const has = (key: string): boolean => changed.has(`proposal.${proposal.proposalId}.${key}`);
  const revision = proposal.revision > 1 ? `, revision ${proposal.revision}` : '';
  const many = slice.proposals.length > 1;
  const place = many ? `, ${slice.proposals.indexOf(proposal) + 1} of ${slice.proposals.length}` : '';
  const what = line(
    '▸ ',
    span(`${sideText(proposal.side)} ${trimmed(proposal.quantity)} ${proposal.symbol}`, signStyle(proposal.side)),
    '  ',
    ...field('worth', span(`${grouped(proposal.notional)} ${slice.currency}`, 'strong')),
    span(`  #${proposal.proposalId}${revision}${place}`, 'quiet'),
  );
  const { priceNow } = proposal;
  const now =
    priceNow === undefined
      ? [span('unknown now', 'warn')]
      : [figure(grouped(priceNow), 'strong', { stale, changed: has('priceNow') }), priceChange(proposal, priceNow)];
  const facts = [
    field('price', span(grouped(proposal.priceThen)), span(' → ', 'quiet'), ...now),
    field('limit', span(grouped(proposal.limit), 'entry')),
    field('stop', span(grouped(proposal.stop), 'stop')),
    field('target', span(grouped(proposal.target), 'target')),
    field('R', span(fixed(proposal.rMultiple, 2))),
    field('cost', span(grouped(proposal.cost))),
    field('for', span(proposal.votes.length === 0 ? 'no producer' : proposal.votes.join(', '))),
  ];
  return [what, ...flow(facts, width, '  ')];
}

/** Time left as a bar and seconds, and what happens when it is over: words, for silence is an answer too. */
function timeLine(proposal: ProposalView, spanMs: ReadonlyMap<number, number>): StyledLine {
  const left = Math.max(0, proposal.remainingMs);
  const full = Math.max(1, spanMs.get(proposal.proposalId) ?? left);
  const style: Style = left < SHORT_MS ? 'warn' : 'good';
  const then =
    proposal.atExpiry === 'expires' ? span('then EXPIRES: no order', 'plain') : span('then POLICY TRADES it', 'warn');
  return line('  ', ...bar(left / full, BAR_WIDTH, style), ' ', span(duration(left), 'strong'), ' left, ', then);
}

function otherLine(proposal: ProposalView): StyledLine {
  return line(
    '  ',
    span(`${sideText(proposal.side)} ${trimmed(proposal.quantity)} ${proposal.symbol}`, signStyle(proposal.side)),
    span(
      `  ${grouped(proposal.notional)}  #${proposal.proposalId}  ${duration(Math.max(0, proposal.remainingMs))} left`,
      'quiet',
    ),
  );
}

const SILENCE: Readonly<Record<string, string>> = {
  observe: 'OBSERVE: nothing is proposed',
  auto: 'AUTO: policy trades without asking',
};

/** The panel's rows. The time line is never the one that falls off. */
export function formatApprovals(slice: ApprovalsSlice, width: number, height: number): readonly StyledLine[] {
  const chosen = slice.proposals.find((each) => each.proposalId === slice.selected) ?? slice.proposals[0];
  if (chosen === undefined) {
    return [line(span(` ${SILENCE[slice.control] ?? 'nothing waits for you'}`, 'quiet'))];
  }
  const lines = [...detail(chosen, slice, width).slice(0, Math.max(1, height - 1)), timeLine(chosen, slice.spanMs)];
  const others = slice.proposals.filter((each) => each !== chosen);
  for (const proposal of others) {
    if (lines.length >= height) break;
    lines.push(otherLine(proposal));
  }
  return lines;
}
