/** What the console is told of strategies: what each says of a symbol, and what it has earned. */
import type { Direction } from '../engine/domain/index.ts';
import type { RegimeOutcome, Scorecard } from '../engine/index.ts';

/** One that does not count is asked and measured only. */
export interface StrategyAnswer {
  readonly name: string;
  readonly direction: Direction;
  readonly counts: boolean;
  /** Its share of the combined direction where strategies are weighted; 1 for the one that is followed. */
  readonly weight: number | undefined;
}

/** What a strategy has earned so far: moves in its direction over the horizon, less what a trade would have cost. */
export interface StrategyView extends Scorecard {
  readonly name: string;
  readonly counts: boolean;
  /** Its weight among those that count, where they are weighted. */
  readonly weight: number | undefined;
  /** Where it has earned least; undefined while no regime has enough outcomes. */
  readonly worst: RegimeOutcome | undefined;
}
