/** What the governor may suggest to the operator. */
import type { Regime } from './blocks.ts';
import type { ProducerName } from './features.ts';

export const SUGGESTION_ACTIONS = ['disable', 'set-weight', 'mute-in-regime'] as const;
export type SuggestionAction = (typeof SUGGESTION_ACTIONS)[number];

/** What the governor would change, and the measured outcomes that say so. */
export interface SuggestionTrace {
  readonly suggestionId: number;
  readonly action: SuggestionAction;
  readonly producer: ProducerName;
  /** The one regime that change and outcomes are of; undefined for all. */
  readonly regime: Regime | undefined;
  readonly weightNow: number;
  readonly weightThen: number;
  readonly samples: number;
  /** Mean signed return over the horizon, and mean cost of a round trip, in parts per million. */
  readonly meanEdgePpm: number;
  readonly meanCostPpm: number;
  /** t statistic of edge − cost. */
  readonly tStatistic: number;
  readonly hitRate: number;
}
