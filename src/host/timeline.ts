/** What the index of a replay has found: marks for the timeline, the log's length at a cursor, realised results. */
import type { EngineEvent } from '../../engine/domain/index.ts';
import type { TimeTravel } from '../../engine/index.ts';
import type { ReplayView } from '../../state/view.ts';
import type { DecisionEvent } from './event-ring.ts';

type Mark = ReplayView['marks'][number];

/** Marks shown: more than any screen has columns. */
const MAX_MARKS = 512;
const CURVE_POINTS = 120;

export class Timeline {
  readonly #travel: TimeTravel;
  #marks: readonly Mark[] = [];
  #markedEvents = -1;

  constructor(travel: TimeTravel) {
    this.#travel = travel;
  }

  /** Events that have happened after `cursor` inputs. */
  countAt(cursor: number): number {
    const { events } = this.#travel;
    let low = 0;
    let high = events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (events[middle]!.cursor <= cursor) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Events caused by the input that brought the run to `cursor`. */
  eventsAt(cursor: number): EngineEvent[] {
    const end = this.countAt(cursor);
    const start = this.countAt(cursor - 1);
    return this.#travel.events.slice(start, end).map((e) => e.event);
  }

  /** A decision made by `cursor` inputs; sought from there backward, for the recent ones are asked for. */
  decision(decisionId: number, cursor: number): DecisionEvent | undefined {
    for (let i = this.countAt(cursor) - 1; i >= 0; i--) {
      const { event } = this.#travel.events[i]!;
      if (event.kind === 'decision' && event.trace.decisionId === decisionId) return event;
    }
    return undefined;
  }

  /** Decisions, vetoes, trades and kills; thinned evenly where there are more than any screen can show. */
  marks(): readonly Mark[] {
    const { events } = this.#travel;
    if (events.length === this.#markedEvents) return this.#marks;
    this.#markedEvents = events.length;
    const all = events.flatMap(({ cursor, event }) => {
      const kind = markOf(event);
      return kind === undefined ? [] : [{ cursor, kind }];
    });
    const every = Math.ceil(all.length / MAX_MARKS);
    this.#marks = every <= 1 ? all : all.filter((mark, i) => mark.kind === 'kill' || i % every === 0);
    return this.#marks;
  }

  /** Equity after each closed round trip up to the cursor, and now: what realised results made of it. */
  equityUpTo(cursor: number, equityNow: number): number[] {
    const gains: number[] = [];
    const end = this.countAt(cursor);
    for (let i = 0; i < end; i++) {
      const { event } = this.#travel.events[i]!;
      if (event.kind === 'position-closed') gains.push(Number(event.realised) - Number(event.fees));
    }
    let equity = Number(this.#travel.state.config.startingCash);
    const curve = [equity];
    for (const gain of gains) {
      equity += gain;
      curve.push(equity);
    }
    curve.push(equityNow);
    return curve.slice(-CURVE_POINTS);
  }
}

function markOf(event: EngineEvent): Mark['kind'] | undefined {
  switch (event.kind) {
    case 'decision':
      return event.trace.verdict === 'vetoed' ? 'veto' : 'decision';
    case 'fill':
      return 'trade';
    case 'kill':
      return 'kill';
    case 'proposal-closed':
      return event.outcome === 'vetoed-by-operator' ? 'veto' : undefined;
    default:
      return undefined;
  }
}
