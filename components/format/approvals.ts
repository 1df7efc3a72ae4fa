/** The approvals panel: what is asked of the operator, with everything needed to answer. */
import { driftOf } from '../../state/drift.ts';
import { GATE_REFUSES } from '../../state/gate-words.ts';
import type { Binding } from '../../state/keymap/bindings.ts';
import type { CommandName } from '../../state/keymap/commands.ts';
import { keyOf } from '../../state/keymap/key-names.ts';
import { isSnoozed, type Snoozed } from '../../state/proposals.ts';
import { sideText } from '../../state/text/names.ts';
import { amount, duration, fixed, grouped, signed } from '../../state/text/numbers.ts';
import type { ProposalView } from '../../state/view.ts';
import { bar } from '../text/bars.ts';
import { line, lineWidth, type Span, type Style, type StyledLine, span } from '../text/line.ts';
import { aged, type Changed, field, figure, flow, pointer, signStyle } from './fields.ts';
import { SHORT_MS } from './waiting.ts';

export interface ApprovalsSlice {
  /** In the order in which they are shown. */
  readonly proposals: readonly ProposalView[];
  /** The one that keys act on; undefined when all are snoozed. */
  readonly selected: number | undefined;
  readonly snoozed: Snoozed;
  readonly control: string;
  readonly focused: boolean;
  /** A page or a dialog takes the keys. */
  readonly covered: boolean;
  readonly bindings: readonly Binding[];
  readonly changed: Changed;
  /** Instruments whose price now may be old. */
  readonly stale: ReadonlySet<number>;
  /** True when the engine itself is silent: the time left is what it said last. */
  readonly silent: boolean;
}

const BAR_WIDTH = 14;
const INDENT = '  ';

/** How far the price has gone, and whether that is against who would trade now; dimmed where the price is old. */
function driftSpans(proposal: ProposalView, stale: boolean): readonly Span[] {
  const drift = driftOf(proposal);
  if (drift === undefined) return [];
  const { bp, means, past, isBeyondLimit } = drift;
  if (past !== undefined)
    return [
      aged(
        span(` past ${past}${isBeyondLimit && past !== 'limit' ? ' and limit' : ''} (${signed(bp, 1)} bp)`, 'alarm'),
        stale,
      ),
    ];
  if (means === 'same') return [span(' unchanged', stale ? 'stale' : 'quiet')];
  return [aged(span(` ${signed(bp, 1)} bp ${means}`, means === 'worse' ? 'warn' : 'good'), stale)];
}

/** Of what was when it was proposed and cannot be told any more. */
const UNKNOWN = 'unknown';

/** R as proposed, a loss even at the target said so, and as it would be from the price now. */
function rewardSpans(proposal: ProposalView, stale: boolean): readonly Span[] {
  const { rMultiple: now, means = 'same' } = driftOf(proposal) ?? {};
  if (proposal.rMultiple === undefined) return [span(UNKNOWN, 'quiet')];
  const then = fixed(proposal.rMultiple, 2);
  const asProposed = proposal.rMultiple <= 0 ? [span(then, 'alarm'), span(' LOSES AT TARGET', 'alarm')] : [span(then)];
  if (now === undefined || fixed(now, 2) === then) return asProposed;
  const style: Style = now <= 0 ? 'alarm' : means === 'worse' ? 'warn' : 'good';
  return [...asProposed, span(' → ', 'quiet'), figure(fixed(now, 2), style, { stale })];
}

/** What risk would say to a yes: it is asked again then. */
function refusedSpans({ refusedBy }: ProposalView, stale: boolean): readonly StyledLine[] {
  if (refusedBy === undefined) return [];
  return [[aged(span(`would be refused: ${GATE_REFUSES[refusedBy]}`, 'alarm'), stale)]];
}

/** What the round trip costs, as proposed and with the spread of now. */
function costSpans({ cost, costNow }: ProposalView, stale: boolean): readonly Span[] {
  if (cost === undefined) return [span(`${UNKNOWN} → `, 'quiet'), figure(grouped(costNow), 'plain', { stale })];
  if (cost === costNow) return [span(grouped(cost))];
  const style: Style = Number(costNow) > Number(cost) ? 'warn' : 'good';
  return [span(grouped(cost)), span(' → ', 'quiet'), figure(grouped(costNow), style, { stale })];
}

/**
 * Who voted for it. Models give the chance of one way: it is named, for elsewhere theirs is that of a rise. They stay together
 * where a row holds them, so that a low panel shows all or none of them.
 */
function votedFor({ side, votes, chances }: ProposalView, width: number): readonly StyledLine[] {
  const way = side > 0 ? 'rise' : 'fall';
  const whole = field(way, span(chances.join(', ')));
  const [first = '', ...others] = chances;
  const apart = [field(way, span(first)), ...others.map((each) => [span(each)])];
  const models = chances.length === 0 ? [] : lineWidth(whole) <= width ? [whole] : apart;
  if (votes.length > 0) return [field('for', span(votes.join(', '))), ...models];
  return models.length > 0 ? models : [field('for', span('no producer'))];
}

/** The first line says what; the rest flows, what is lost at the stop before all that a low panel may cut off. */
function detail(proposal: ProposalView, slice: ApprovalsSlice, width: number): readonly StyledLine[] {
  const { changed } = slice;
  const stale = slice.stale.has(proposal.instrument);
  const has = (key: string): boolean => changed.has(`proposal.${proposal.proposalId}.${key}`);
  const revision = proposal.revision > 1 ? ` rev ${proposal.revision}` : '';
  const many = slice.proposals.length > 1;
  const place = many ? ` ${slice.proposals.indexOf(proposal) + 1}/${slice.proposals.length}` : '';
  const what = line(
    pointer(slice.focused),
    span(`${sideText(proposal.side)} ${amount(proposal.quantity)} ${proposal.symbol}`, signStyle(proposal.side)),
    '  ',
    ...field('worth', span(grouped(proposal.notional), 'strong')),
    span(`  #${proposal.proposalId}${revision}${place}`, 'quiet'),
  );
  const { priceNow } = proposal;
  const now =
    priceNow === undefined
      ? [span('unknown now', 'warn')]
      : [figure(grouped(priceNow), 'strong', { stale, changed: has('priceNow') }), ...driftSpans(proposal, stale)];
  const facts = [
    field('price', span(grouped(proposal.priceThen)), span(' → ', 'quiet'), ...now),
    ...(driftOf(proposal)?.isBeyondLimit === true ? [[aged(span('would not fill now', 'alarm'), stale)]] : []),
    ...refusedSpans(proposal, stale),
    field('stop', span(grouped(proposal.stop), 'stop')),
    field('limit', span(grouped(proposal.limit), 'entry')),
    field('target', span(grouped(proposal.target), 'target')),
    field('R', ...rewardSpans(proposal, stale)),
    field('cost', ...costSpans(proposal, stale)),
    ...votedFor(proposal, width - INDENT.length),
  ];
  return [what, ...flow(facts, width, INDENT)];
}

/** Time left as a bar and seconds, and what happens when it is over: words, for silence is an answer too. */
function timeLine(proposal: ProposalView, { silent }: ApprovalsSlice): StyledLine {
  const left = Math.max(0, proposal.remainingMs);
  const full = Math.max(1, proposal.lifetimeMs);
  const style: Style = left < SHORT_MS ? 'warn' : 'good';
  const then =
    proposal.atExpiry === 'expires' ? span('then EXPIRES: no order', 'plain') : span('then POLICY TRADES it', 'warn');
  const rest = bar(left / full, BAR_WIDTH, style).map((part) => aged(part, silent));
  return line('  ', ...rest, ' ', figure(duration(left), 'strong', { stale: silent }), ' left, ', then);
}

/** What and how long first: a narrow panel cuts the end. */
function otherLine(proposal: ProposalView, slice: ApprovalsSlice): StyledLine {
  const stale = slice.stale.has(proposal.instrument);
  const what = `${sideText(proposal.side)} ${amount(proposal.quantity)} ${proposal.symbol}`;
  const left = `${slice.silent ? '~' : ''}${duration(Math.max(0, proposal.remainingMs))}`;
  const facts = `  #${proposal.proposalId}  ${left}`;
  if (isSnoozed(slice.snoozed, proposal)) return line('  ', span(`${what}${facts}  snoozed`, 'stale'));
  const worth = span(`  worth ${grouped(proposal.notional)}`, 'quiet');
  return line(
    '  ',
    span(what, signStyle(proposal.side)),
    span(facts, 'quiet'),
    ' ',
    ...driftSpans(proposal, stale),
    worth,
  );
}

const SILENCE: Readonly<Record<string, string>> = {
  observe: 'OBSERVE: nothing is proposed',
  auto: 'AUTO: policy trades without asking',
};

/** How many wait and what answers them, for the title. */
export function approvalsNote({
  proposals,
  snoozed,
  bindings,
  covered,
}: Pick<ApprovalsSlice, 'proposals' | 'snoozed' | 'bindings' | 'covered'>): string {
  const key = (name: CommandName): string => keyOf(bindings, name);
  const asleep = proposals.filter((each) => isSnoozed(snoozed, each)).length;
  const awake = proposals.length - asleep;
  if (awake === 0) return asleep === 0 ? '' : `${asleep} snoozed: ${key('next-proposal')} chooses`;
  const waiting = `${awake} wait${asleep === 0 ? '' : `, ${asleep} snoozed`}`;
  const others = proposals.length > 1 ? `, ${key('next-proposal')} next` : '';
  return covered ? waiting : `${waiting}: ${key('approve')} approve, ${key('veto')} veto${others}`;
}

/** The panel's rows. The time line is never the one that falls off; how many are not seen is told in the last row. */
export function formatApprovals(slice: ApprovalsSlice, width: number, height: number): readonly StyledLine[] {
  const { proposals, selected } = slice;
  if (proposals.length === 0) return [line(span(` ${SILENCE[slice.control] ?? 'nothing waits for you'}`, 'quiet'))];
  const chosen = proposals.find((each) => each.proposalId === selected);
  const lines: StyledLine[] = [];
  if (chosen !== undefined)
    lines.push(...detail(chosen, slice, width).slice(0, Math.max(1, height - 1)), timeLine(chosen, slice));
  const others = proposals.filter((each) => each !== chosen);
  const room = Math.max(0, height - lines.length);
  const seen = others.length <= room ? others : others.slice(0, Math.max(0, room - 1));
  lines.push(...seen.map((each) => otherLine(each, slice)));
  const unseen = others.length - seen.length;
  if (unseen > 0 && room > 0)
    lines.push(line(span(`  +${unseen} more, ${keyOf(slice.bindings, 'next-proposal')} goes on`, 'quiet')));
  return lines;
}
