/** What has followed on a decision as branches of its tree: proposal and clearance, orders with their fills, result. */
import { eventText, filledText, type Tone } from '../../state/event-text.ts';
import type { LogEntry, LogEvent } from '../../state/log-entry.ts';
import { ORDER_EVENT_TEXT, OUTCOME_TEXT, sideText } from '../../state/text/names.ts';
import { amount, clock, grouped } from '../../state/text/numbers.ts';
import { line, span } from '../text/line.ts';
import type { TreeNode } from '../text/tree.ts';
import { TONE_STYLE } from './log.ts';
import type { Units } from './units.ts';

type Of<K extends LogEvent['kind']> = Extract<LogEvent, { kind: K }>;

/** An event and the time of day at which it happened. */
const timed = ({ atUs }: LogEvent, text: string, tone: Tone): TreeNode => ({
  head: line(span(`${clock(atUs)} `, 'quiet'), span(text, TONE_STYLE[tone])),
});

function proposalNode(
  entry: LogEntry,
  { proposal }: Of<'proposal-opened'>,
  units: Units,
  after: readonly LogEntry[],
): TreeNode {
  const { proposalId, side, stopTicks, targetTicks, expiresAtUs } = proposal;
  const size = `#${proposalId} ${sideText(side)} ${amount(entry.quantity ?? '')} at ${grouped(entry.price ?? '')}`;
  const isClosed = after.some(({ event }) => event.kind === 'proposal-closed' && event.proposalId === proposalId);
  const answers = after.flatMap((each): TreeNode[] => {
    const { event } = each;
    if (event.kind === 'proposal-resized' && event.proposalId === proposalId)
      return [timed(event, `made smaller by the operator, to ${amount(each.quantity ?? '')}`, 'warn')];
    return event.kind === 'proposal-closed' && event.proposalId === proposalId ? [closedNode(event)] : [];
  });
  const waits: TreeNode = { head: line(span(`waits until ${clock(expiresAtUs)}`, 'warn')) };
  return {
    head: line(span('proposal', 'title'), `  ${size}`),
    words: `stop ${units.price(stopTicks)}, target ${units.price(targetTicks)}`,
    children: isClosed ? answers : [...answers, waits],
  };
}

/** The clearance: who let it out, or why nobody did. */
function closedNode(event: Of<'proposal-closed'>): TreeNode {
  const isCleared = event.outcome === 'cleared-by-operator' || event.outcome === 'cleared-by-policy';
  const by = event.gate === undefined ? '' : ` by ${event.gate}`;
  return timed(event, `${OUTCOME_TEXT[event.outcome]}${by}`, isCleared ? 'good' : 'warn');
}

function orderNode(entry: LogEntry, order: Of<'order'>, after: readonly LogEntry[]): TreeNode {
  const { orderId, purpose, side, limitTicks, clearance } = order;
  const at = limitTicks === 0 ? 'at market' : `limit ${grouped(entry.price ?? '')}`;
  const size = `#${orderId} ${purpose} ${sideText(side)} ${amount(entry.quantity ?? '')} ${at}`;
  const children = after.flatMap((each): TreeNode[] => {
    const { event } = each;
    if (event.kind === 'fill' && event.orderId === orderId)
      return [timed(event, `fill: ${filledText(each, event)}`, 'good')];
    if (event.kind !== 'order' || event.orderId !== orderId) return [];
    return [timed(event, ORDER_EVENT_TEXT[event.event], eventText(each).tone)];
  });
  return { head: line(span('order', 'title'), `  ${size}`), words: `cleared: ${clearance}`, children };
}

/** A branch for each thing that followed, in the order in which they began. */
export function followedNodes(followed: readonly LogEntry[], units: Units): readonly TreeNode[] {
  const seen = new Set<number>();
  return followed.flatMap((entry, i): TreeNode[] => {
    const { event } = entry;
    switch (event.kind) {
      case 'proposal-opened':
        return [proposalNode(entry, event, units, followed.slice(i))];
      case 'order':
        if (seen.has(event.orderId)) return [];
        seen.add(event.orderId);
        return [orderNode(entry, event, followed.slice(i))];
      case 'protective':
      case 'position-closed': {
        const { text, tone } = eventText(entry);
        const title = event.kind === 'protective' ? 'exit' : 'result';
        return [
          { head: line(span(title, 'title'), span(`  ${clock(event.atUs)} `, 'quiet'), span(text, TONE_STYLE[tone])) },
        ];
      }
      default:
        return [];
    }
  });
}
