/** The newest events as log entries, bounded, with the traces that the explain overlay asks for. */
import { blockersOf, type EngineEvent, formatOnGrid, type Instrument } from '../../engine/domain/index.ts';
import { type LogEntry, logEventOf } from '../../state/log-entry.ts';
import { decisionBehind } from '../../state/selectors.ts';
import type { ExplainView } from '../../state/view.ts';
import { lotsText, priceText } from './view-market.ts';

/** Symbol, price and quantity of an event as text. */
export function logEntry(id: number, event: EngineEvent, instruments: readonly Instrument[]): LogEntry {
  const subject = subjectOf(event);
  const instrument = subject === undefined ? undefined : instruments[subject.instrument];
  const told = logEventOf(event);
  if (subject === undefined || instrument === undefined)
    return { id, event: told, symbol: undefined, price: undefined };
  return {
    id,
    event: told,
    symbol: instrument.symbol,
    price: priceText(subject.ticks, instrument),
    quantity: subject.lots > 0 ? lotsText(subject.lots, instrument) : undefined,
  };
}

function subjectOf(event: EngineEvent): { instrument: number; ticks: number; lots: number } | undefined {
  switch (event.kind) {
    case 'decision':
      return { instrument: event.trace.instrument, ticks: event.trace.priceTicks, lots: event.trace.lots };
    case 'proposal-opened':
      return { instrument: event.proposal.instrument, ticks: event.proposal.limitTicks, lots: event.proposal.lots };
    case 'proposal-resized':
      return { instrument: event.instrument, ticks: 0, lots: event.lots };
    case 'recorded-answer':
      return { instrument: event.instrument, ticks: 0, lots: event.lots };
    case 'order':
      return { instrument: event.instrument, ticks: event.limitTicks, lots: event.lots };
    case 'fill':
      return { instrument: event.instrument, ticks: event.priceTicks, lots: event.lots };
    case 'protective':
      return { instrument: event.instrument, ticks: event.triggerTicks, lots: 0 };
    case 'proposal-closed':
    case 'position-closed':
    case 'book':
      return { instrument: event.instrument, ticks: 0, lots: 0 };
    default:
      return undefined;
  }
}

/** Beyond its capacity a ring grows by this share before what is too much falls out, all of it at once. */
const SLACK = 0.1;

export type DecisionEvent = Extract<EngineEvent, { kind: 'decision' }>;

/** The whole of one decision with what has followed on it, for those who want it explained. */
export function explainOf(
  event: DecisionEvent,
  followed: readonly EngineEvent[],
  instruments: readonly Instrument[],
  reopen?: string,
): ExplainView | undefined {
  const instrument = instruments[event.trace.instrument];
  if (instrument === undefined) return undefined;
  return {
    seq: event.seq,
    atUs: event.atUs,
    symbol: instrument.symbol,
    price: formatOnGrid(event.trace.priceTicks, instrument.tick),
    quantity: lotsText(event.trace.lots, instrument),
    lot: lotsText(1, instrument),
    trace: event.trace,
    blockers: blockersOf(event.trace.gates.find(({ gate }) => gate === 'venue-ready')?.value ?? 0),
    followed: followed.map((each, i) => logEntry(i + 1, each, instruments)),
    reopen,
  };
}

/**
 * Keeps the newest `capacity` events under numbers from 1; what falls out is still in the journal. An event is in no
 * list before it is shown, which is when it is on the disk.
 */
export class EventRing {
  readonly #capacity: number;
  readonly #instruments: readonly Instrument[];
  readonly #reopen: (seq: number) => string;
  #events: EngineEvent[] = [];
  #firstId = 1;
  #shownId = 0;

  /** `reopen` gives the command that opens the recording at an input. */
  constructor(capacity: number, instruments: readonly Instrument[], reopen: (seq: number) => string) {
    this.#capacity = capacity;
    this.#instruments = instruments;
    this.#reopen = reopen;
  }

  /** Number of the last event that is shown. */
  get lastId(): number {
    return this.#shownId;
  }

  /** Number of the last event, shown or not. */
  get newestId(): number {
    return this.#firstId + this.#events.length - 1;
  }

  /** Shows everything up to number `id`. */
  show(id: number): void {
    this.#shownId = Math.max(this.#shownId, id);
  }

  /** Events that are no longer here. */
  get dropped(): number {
    return this.#firstId - 1;
  }

  push(event: EngineEvent): void {
    this.#events.push(event);
    if (this.#events.length < this.#capacity * (1 + SLACK)) return;
    const drop = this.#events.length - this.#capacity;
    this.#events = this.#events.slice(drop);
    this.#firstId += drop;
  }

  /** Shown entries with a number of at least `from`, at most `limit`, the newest kept. */
  entries(from: number, limit: number): LogEntry[] {
    const end = Math.max(0, this.#shownId - this.#firstId + 1);
    const start = Math.max(from - this.#firstId, end - limit, 0);
    return this.#events
      .slice(start, end)
      .map((event, i) => logEntry(this.#firstId + start + i, event, this.#instruments));
  }

  /** The decision's event while it is here. */
  decision(decisionId: number): DecisionEvent | undefined {
    const found = this.#events.findLast((e) => e.kind === 'decision' && e.trace.decisionId === decisionId);
    return found?.kind === 'decision' ? found : undefined;
  }

  explain(decisionId: number): ExplainView | undefined {
    const event = this.decision(decisionId);
    if (event === undefined) return undefined;
    const after = this.#events.slice(this.#events.indexOf(event) + 1, this.#shownId - this.#firstId + 1);
    const followed = after.filter((each) => decisionBehind(each) === decisionId);
    return explainOf(event, followed, this.#instruments, this.#reopen(event.seq));
  }
}
