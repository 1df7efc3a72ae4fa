/** The run as it was recorded, at the moment at which a fork of it stands: what happened, beside what would have. */
import { type EngineConfig, formatMoney, type Money, parseMoney } from '../../engine/domain/index.ts';
import {
  computeEquity,
  type EngineState,
  type InputSource,
  TimeTravel,
  type TimeTravelOptions,
} from '../../engine/index.ts';
import type { BesideView } from '../../state/view.ts';
import { countsOf } from './view-builder.ts';
import { positionViews } from './view-trading.ts';

/** As it is shown. */
const inCents = (value: Money): Money => parseMoney(formatMoney(value, 2)) ?? value;

export class RecordedRun {
  readonly #travel: TimeTravel;

  constructor(source: InputSource, config: EngineConfig, options: TimeTravelOptions) {
    this.#travel = new TimeTravel(source, config, options);
  }

  /** Reads at most `inputs` more. @returns true while there is more. */
  index(inputs: number): boolean {
    return this.#travel.index(inputs);
  }

  /** After `cursor` inputs of the recording; undefined while it has not been read so far. */
  stateAt(cursor: number): EngineState | undefined {
    if (this.#travel.indexed < cursor) return undefined;
    this.#travel.seek(cursor);
    return this.#travel.state;
  }

  /** The same in figures, with what `here` has more. */
  beside(here: EngineState, cursor: number): BesideView | undefined {
    const state = this.stateAt(cursor);
    if (state === undefined) return undefined;
    const equity = inCents(computeEquity(state));
    return {
      equity: formatMoney(equity, 2),
      // Of what is shown, so that the three figures add up.
      equityMore: formatMoney((inCents(computeEquity(here)) - equity) as Money, 2),
      counts: countsOf(state),
      positions: positionViews(state),
    };
  }
}
