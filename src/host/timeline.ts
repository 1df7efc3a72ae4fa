/** What the index of a replay has found: marks for the timeline, the log's length at a cursor, realised results. */
import type { EngineEvent } from '../../engine/domain/index.ts';
import { EVENT_CLASS, type TimeTravel } from '../../engine/index.ts';
import type { ReplayView } from '../../state/view.ts';
import { drawdownsOf, type EquityPoints } from './equity-curve.ts';
import type { DecisionEvent } from './event-ring.ts';
import { Following } from './following.ts';

type Mark = ReplayView['marks'][number];

/** Marks shown: more than any screen has columns. */
const MAX_MARKS = 512;
const CURVE_POINTS = 120;

/** The mark of each class of events. */
const MARK_OF: Readonly<Record<number, Mark['kind'] | undefined>> = {
  [EVENT_CLASS.decision]: 'decision',
  [EVENT_CLASS.vetoedDecision]: 'veto',
  [EVENT_CLASS.operatorVeto]: 'veto',
  [EVENT_CLASS.fill]: 'trade',
  [EVENT_CLASS.kill]: 'kill',
};

export class Timeline {
  readonly #travel: TimeTravel;
  readonly #firstUs: number;
  #marks: readonly Mark[] = [];
  #markedEvents = -1;

  constructor(travel: TimeTravel) {
    this.#travel = travel;
    this.#firstUs = travel.timeAt(0);
  }

  /** Events that have happened after `cursor` inputs. */
  countAt(cursor: number): number {
    return this.#travel.events.countAt(cursor);
  }

  /** Events caused by the input that brought the run to `cursor`. */
  eventsAt(cursor: number): EngineEvent[] {
    const { events } = this.#travel;
    return events.slice(events.countAt(cursor - 1), events.countAt(cursor)).map((e) => e.event);
  }

  /** A decision made by `cursor` inputs; sought from there backward, for the recent ones are asked for. */
  decision(decisionId: number, cursor: number): DecisionEvent | undefined {
    return this.#decisionAt(this.#indexOf(decisionId, cursor));
  }

  /** A decision made by `cursor` inputs and what has followed on it until then. */
  following(decisionId: number, cursor: number): Following | undefined {
    const { events } = this.#travel;
    const at = this.#indexOf(decisionId, cursor);
    const decision = this.#decisionAt(at);
    if (decision === undefined) return undefined;
    const following = new Following(decision);
    const end = events.countAt(cursor);
    for (let i = at + 1; i < end; i++) {
      if (following.isOver && events.cursorAt(i) !== events.cursorAt(i - 1)) break;
      following.take(events.at(i).event);
    }
    return following;
  }

  /** Where in the events a decision made by `cursor` inputs is; −1 where there is none. */
  #indexOf(decisionId: number, cursor: number): number {
    const { events } = this.#travel;
    for (let i = events.countAt(cursor) - 1; i >= 0; i--)
      if (events.valueAt(i) === decisionId && this.#decisionAt(i)?.trace.decisionId === decisionId) return i;
    return -1;
  }

  #decisionAt(index: number): DecisionEvent | undefined {
    const event = index < 0 ? undefined : this.#travel.events.at(index).event;
    return event?.kind === 'decision' ? event : undefined;
  }

  /** Decisions, vetoes, trades and kills; thinned evenly where there are more than any screen can show. */
  marks(): readonly Mark[] {
    const { events } = this.#travel;
    if (events.count === this.#markedEvents) return this.#marks;
    this.#markedEvents = events.count;
    let all = 0;
    for (let i = 0; i < events.count; i++) if (MARK_OF[events.classAt(i)] !== undefined) all++;
    const every = Math.max(Math.ceil(all / MAX_MARKS), 1);
    const marks: Mark[] = [];
    let seen = 0;
    for (let i = 0; i < events.count; i++) {
      const kind = MARK_OF[events.classAt(i)];
      if (kind === undefined) continue;
      if (seen++ % every === 0 || kind === 'kill') marks.push({ cursor: events.cursorAt(i), kind });
    }
    this.#marks = marks;
    return marks;
  }

  /** Equity after each closed round trip up to where the run stands, and now: what realised results made of it. */
  equity(equityNow: number): EquityPoints {
    const { events, state, cursor } = this.#travel;
    const end = events.countAt(cursor);
    let equity = Number(state.config.startingCash);
    const curve = [equity];
    // Session times are those of the events: the journal's would have to be read from all over it, for every view.
    const timesUs = [this.#firstUs];
    for (let i = 0; i < end; i++) {
      if (events.classAt(i) !== EVENT_CLASS.positionClosed) continue;
      equity += events.valueAt(i);
      curve.push(equity);
      timesUs.push(events.timeAt(i));
    }
    curve.push(equityNow);
    timesUs.push(cursor === 0 ? this.#firstUs : state.control.nowUs[0]!);
    return {
      points: curve.slice(-CURVE_POINTS),
      timesUs: timesUs.slice(-CURVE_POINTS),
      drawdownPct: drawdownsOf(curve).slice(-CURVE_POINTS),
    };
  }
}
