/** One line of words for each event of the engine: what the decision log shows. */
import type { EventBody, SuggestionTrace } from '../engine/domain/index.ts';
import type { DecisionLine, LogEntry, LogEvent } from './log-entry.ts';
import { driftText, modelChangeText } from './model-words.ts';
import { gateText } from './rationale.ts';
import { decimalsOf } from './text/decimals.ts';
import {
  ANSWER_TEXT,
  blockersText,
  HALT_TEXT,
  KILL_TEXT,
  ORDER_EVENT_TEXT,
  OUTCOME_TEXT,
  positionText,
  REFUSAL_TEXT,
  REPORT_REFUSAL_TEXT,
  sideText,
} from './text/names.ts';
import { amount, basisPoints, count, fixed, grouped, percentOf, signed, trimmed } from './text/numbers.ts';

const FEE_DECIMALS = 4;

export type Tone = 'plain' | 'quiet' | 'good' | 'bad' | 'warn' | 'alarm';

export interface EventText {
  /** A short name of the kind, in at most eight characters. */
  readonly label: string;
  readonly text: string;
  readonly tone: Tone;
}

type Body<K extends EventBody['kind']> = Extract<LogEvent, { kind: K }>;

const quantity = (entry: LogEntry, lots: number): string =>
  entry.quantity === undefined ? `${count(lots)} lots` : amount(entry.quantity);
const price = (entry: LogEntry, ticks: number): string =>
  entry.price === undefined ? `${count(ticks)} ticks` : grouped(entry.price);

/** Another price of the same event: the size of one tick is drawn from the text of its price, for display only. */
function level({ price: text }: LogEntry, ticksOfPrice: number, ticks: number): string {
  if (text === undefined || ticksOfPrice <= 0) return `${count(ticks)} ticks`;
  return grouped(fixed((Number(text) / ticksOfPrice) * ticks, decimalsOf(text)));
}

/** The number of the decision that a line of the log tells of, as the line shows it: `d345`; empty of any other line. */
export const decisionMark = ({ event }: LogEntry): string =>
  event.kind === 'decision' ? `d${event.trace.decisionId}` : '';

/** The event of a log line in words. */
export function eventText(entry: LogEntry): EventText {
  const { event } = entry;
  switch (event.kind) {
    case 'decision':
      return decisionText(entry, event.trace);
    case 'proposal-opened':
      return openedText(entry, event);
    case 'proposal-resized': {
      const size = `${quantity(entry, event.lots)}, ${percentOf(event.lots / event.fromLots, 0)} of what it was`;
      return { label: 'PROPOSAL', text: `#${event.proposalId} made smaller: ${size}`, tone: 'plain' };
    }
    case 'proposal-closed':
      return closedText(event);
    case 'order':
      return orderText(entry, event);
    case 'fill':
      return fillText(entry, event);
    case 'position-closed':
      return positionClosedText(event);
    case 'protective':
      return {
        label: 'PROTECT',
        text: `${event.trigger} ${event.trigger === 'stop' || event.trigger === 'target' ? 'was reached' : 'exit'}: closing the position`,
        tone: 'warn',
      };
    case 'recorded-answer':
      return { label: 'RECORDED', text: recordedText(entry, event), tone: 'warn' };
    default:
      return controlText(event);
  }
}

/** Which strategies asked for it: `by confluence`. */
function strategiesText({ strategies, side }: DecisionLine): string {
  const names = strategies.filter(({ direction }) => direction === side).map(({ strategy }) => strategy);
  return names.length === 0 ? 'by no strategy' : `by ${names.join(', ')}`;
}

/** How sure the vote was. Where models have spoken theirs is another one, and may point the other way: both are named. */
function sureText({ vote, ensemble }: DecisionLine): string {
  const sure = (score: number, consensus: number): string =>
    `${signed(score, 2)}, consensus ${percentOf(consensus, 0)}`;
  const voted = sure(vote.score, vote.consensus);
  if (ensemble === undefined || ensemble.speaking === 0) return `score ${voted}`;
  return `producers ${voted}; models ${sure(ensemble.score, ensemble.consensus)}`;
}

/** The size first, then who asked for it and how sure the vote was. */
function proposedText(entry: LogEntry, trace: DecisionLine): string {
  const { side, lots, priceTicks } = trace;
  const size = `${sideText(side)} ${quantity(entry, lots)} at ${price(entry, priceTicks)}`;
  return `${size} ${strategiesText(trace)}, ${sureText(trace)}`;
}

/** What decided comes first, of a veto its reason: a narrow screen cuts the end. */
function decisionText(entry: LogEntry, trace: DecisionLine): EventText {
  const side = sideText(trace.side);
  const where = `at ${price(entry, trace.priceTicks)} ${strategiesText(trace)}, ${sureText(trace)}`;
  switch (trace.verdict) {
    case 'proposed':
      return { label: 'PROPOSED', text: proposedText(entry, trace), tone: 'good' };
    case 'observed':
      return { label: 'OBSERVED', text: `${side} ${where}; not proposed, control is OBSERVE`, tone: 'quiet' };
    case 'vetoed': {
      const gate = trace.gates.find((each) => each.gate === trace.vetoedBy);
      const why =
        gate === undefined
          ? (trace.vetoedBy ?? 'a gate')
          : `${gate.gate}: ${gateText(gate, (ticks) => level(entry, trace.priceTicks, ticks))}`;
      return { label: 'VETOED', text: `${why}; ${side} ${where}`, tone: 'quiet' };
    }
  }
}

function openedText(entry: LogEntry, { proposal }: Body<'proposal-opened'>): EventText {
  const { proposalId, side, lots, limitTicks, stopTicks, targetTicks } = proposal;
  const size = `${sideText(side)} ${quantity(entry, lots)} at ${price(entry, limitTicks)}`;
  const ends = `stop ${level(entry, limitTicks, stopTicks)}, target ${level(entry, limitTicks, targetTicks)}`;
  return { label: 'PROPOSAL', text: `#${proposalId} ${size} waits, ${ends}`, tone: 'plain' };
}

function closedText(event: Body<'proposal-closed'>): EventText {
  const gate = event.gate === undefined ? '' : ` by ${event.gate}`;
  const cleared = event.outcome === 'cleared-by-operator' || event.outcome === 'cleared-by-policy';
  return {
    label: 'PROPOSAL',
    text: `#${event.proposalId} ${OUTCOME_TEXT[event.outcome]}${gate}`,
    tone: cleared ? 'good' : event.outcome === 'expired' ? 'quiet' : 'warn',
  };
}

function orderText(entry: LogEntry, event: Body<'order'>): EventText {
  const at = event.limitTicks === 0 ? 'at market' : `limit ${price(entry, event.limitTicks)}`;
  const size = `${event.purpose} ${sideText(event.side)} ${quantity(entry, event.lots)} ${at}`;
  const bad = event.event === 'reject' || event.event === 'lose';
  const text = `#${event.orderId} ${ORDER_EVENT_TEXT[event.event]}: ${size} (cleared: ${event.clearance})`;
  return { label: 'ORDER', text, tone: bad ? 'alarm' : 'plain' };
}

function fillText(entry: LogEntry, event: Body<'fill'>): EventText {
  if (event.orderId !== 0)
    return { label: 'FILL', text: `order #${event.orderId} ${filledText(entry, event)}`, tone: 'good' };
  return { label: 'TAKEN', text: `${fillSize(entry, event)}: what the venue holds is taken over`, tone: 'warn' };
}

const fillSize = (entry: LogEntry, event: Body<'fill'>): string =>
  `${sideText(event.side)} ${quantity(entry, event.lots)} at ${price(entry, event.priceTicks)}`;

/** A fee without zeros at its end, to a hundredth of a cent where it is not smaller than that. */
const feeText = (fee: string): string => {
  const short = trimmed(fixed(Number(fee), FEE_DECIMALS));
  return Number(short) === 0 ? trimmed(fee) : grouped(short);
};

/** Size and price of a fill, and how it came about. */
export function filledText(entry: LogEntry, event: Body<'fill'>): string {
  const how = `${event.maker ? 'maker' : 'taker'}, fee ${feeText(event.fee)}${event.assumed ? ', price from an assumed spread' : ''}`;
  return `${fillSize(entry, event)} (${how})`;
}

function positionClosedText(event: Body<'position-closed'>): EventText {
  const fees = Number(event.fees);
  const net = Number(event.realised) - fees;
  const text = `${positionText(event.side)} closed: ${signed(net, 2)} after fees of ${fixed(fees, 2)}`;
  return { label: 'CLOSED', text, tone: net > 0 ? 'good' : 'bad' };
}

type ControlEvent = Exclude<
  LogEvent,
  {
    kind:
      | 'decision'
      | 'proposal-opened'
      | 'proposal-resized'
      | 'proposal-closed'
      | 'order'
      | 'fill'
      | 'position-closed'
      | 'protective'
      | 'recorded-answer';
  }
>;

function controlText(event: ControlEvent): EventText {
  switch (event.kind) {
    case 'control': {
      const text = `${event.from.toUpperCase()} → ${event.to.toUpperCase()} (${event.source})`;
      return { label: 'CONTROL', text, tone: 'warn' };
    }
    case 'kill':
      return killText(event);
    case 'halt':
      return { label: 'HALT', text: haltText(event), tone: 'alarm' };
    case 'resume':
      return { label: 'RESUMED', text: `entries are allowed again (${event.source})`, tone: 'warn' };
    case 'shadow':
      return { label: 'SHADOW', text: shadowText(event), tone: Number(event.gap) > 0 ? 'warn' : 'quiet' };
    case 'venue': {
      const text = event.blockers.length === 0 ? 'ready for entries' : `no entries: ${blockersText(event.blockers)}`;
      return { label: 'VENUE', text, tone: event.blockers.length === 0 ? 'good' : 'warn' };
    }
    case 'model':
      return { label: 'MODEL', text: modelChangeText(event), tone: event.role === 'serve' ? 'warn' : 'plain' };
    case 'drift':
      return { label: 'DRIFT', text: driftText(event), tone: 'warn' };
    case 'ledger':
      return {
        label: 'LEDGER',
        text: `${signed(Number(event.amount), 2)} taken over: it came or went without us`,
        tone: 'warn',
      };
    case 'in-doubt': {
      const text = event.doubt ? 'may not all be there: nothing of it is sold' : 'is there: it may be sold';
      return { label: 'ACCOUNT', text: `the position ${text}`, tone: event.doubt ? 'alarm' : 'good' };
    }
    case 'armed':
      return { label: 'ARMED', text: `real orders may leave (${event.source})`, tone: 'alarm' };
    case 'disarmed':
      return { label: 'DISARMED', text: `no real entry leaves any more (${event.source})`, tone: 'warn' };
    case 'account-accepted':
      return { label: 'ACCOUNT', text: `what is not ours is left alone (${event.source})`, tone: 'warn' };
    case 'suggestion':
      return {
        label: 'GOVERNOR',
        text: `#${event.suggestion.suggestionId} ${suggestionText(event.suggestion)}`,
        tone: 'plain',
      };
    case 'suggestion-closed': {
      const { producer, outcome, regime, weight } = event;
      const votes = outcome === 'accepted' ? 'does not vote' : 'votes';
      const now = regime ? `${producer} ${votes} in regime ${regime}` : `${producer} has weight ${fixed(weight, 2)}`;
      return { label: 'GOVERNOR', text: `#${event.suggestionId} ${event.outcome}: ${now}`, tone: 'plain' };
    }
    case 'book':
      return {
        label: 'BOOK',
        text: event.state === 'gap' ? 'an update is missing: no entries until it is whole' : `is ${event.state}`,
        tone: event.state === 'gap' ? 'warn' : 'quiet',
      };
    case 'report-refused': {
      const text = `${event.report} of order #${event.orderId}: ${REPORT_REFUSAL_TEXT[event.reason]}`;
      return { label: 'REPORT', text, tone: event.reason === 'duplicate' ? 'quiet' : 'alarm' };
    }
    case 'command-refused':
      return { label: 'REFUSED', text: `${event.command}: ${REFUSAL_TEXT[event.reason]}`, tone: 'warn' };
  }
}

/** Where a kill stands; that it could be asked for anew is part of a resume. */
function killText({ stage, openOrders, source }: Body<'kill'>): EventText {
  if (stage === 'armed') return { label: 'RESUMED', text: `the kill is ready again (${source})`, tone: 'warn' };
  const open = `${count(openOrders)} entry ${openOrders === 1 ? 'order' : 'orders'} open`;
  return { label: 'KILL', text: `${KILL_TEXT[stage]}, ${open} (${source})`, tone: 'alarm' };
}

/** What became of a recorded answer in a fork. */
function recordedText(entry: LogEntry, event: Body<'recorded-answer'>): string {
  const { answer, recorded, here, differs, side, lots } = event;
  const what = `${ANSWER_TEXT[answer]} of ${side === undefined ? '' : `${sideText(side)} `}#${recorded}`;
  if (here === undefined) {
    const subject = answer.endsWith('-suggestion') ? 'suggestion' : 'proposal';
    return `${what} not given: no such ${subject} here`;
  }
  const number = here === recorded ? '' : `, #${here} here`;
  const size = differs.includes('size') ? `: ${quantity(entry, lots)}` : '';
  return `${what}${number}, to another ${differs.join(', ')}${size}`;
}

function shadowText({ orderId, filledLots, shadowLots, lots, gap }: Body<'shadow'>): string {
  const share = (filled: number): string => (filled === lots ? 'all' : `${count(filled)} of ${count(lots)}`);
  const cost = Number(gap);
  const words = cost === 0 ? 'same price' : `${cost > 0 ? 'cost' : 'gained'} ${fixed(Math.abs(cost), 4)} against paper`;
  return `order #${orderId} filled ${share(filledLots)}, on paper ${share(shadowLots)}: ${words}`;
}

function haltText(event: Body<'halt'>): string {
  const numbers =
    event.reason === 'drawdown-limit' || event.reason === 'daily-loss-limit'
      ? `: ${percentOf(event.value)} (limit ${percentOf(event.limit)})`
      : '';
  return `no entries, by ${HALT_TEXT[event.reason]}${numbers}`;
}

/** What the governor would change. */
export function suggestionChange({ action, producer, regime, weightNow, weightThen }: SuggestionTrace): string {
  switch (action) {
    case 'disable':
      return `disable ${producer}`;
    case 'set-weight':
      return `weight of ${producer} ${fixed(weightNow, 2)} → ${fixed(weightThen, 2)}`;
    case 'mute-in-regime':
      return `mute ${producer} in regime ${regime ?? ''}`;
  }
}

/** What the governor would change and the evidence for it. */
export function suggestionText(suggestion: SuggestionTrace): string {
  return `${suggestionChange(suggestion)}: edge ${basisPoints(suggestion.meanEdgePpm)} against cost ${basisPoints(suggestion.meanCostPpm)}`;
}
