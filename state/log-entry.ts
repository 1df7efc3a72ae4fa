/** A line of the decision log as the engine's host sends it: an event with its texts, of a decision no more than the line tells. */
import type { DecisionTrace, EngineEvent, EnsembleTrace, StrategyTrace, VoteTrace } from '../engine/domain/index.ts';

type Told = 'decisionId' | 'instrument' | 'side' | 'priceTicks' | 'verdict' | 'vetoedBy' | 'lots';

/** A whole trace is some kilobytes, and is asked for when it is to be explained. */
export interface DecisionLine extends Pick<DecisionTrace, Told> {
  /** Those that asked for it. */
  readonly strategies: ReadonlyArray<Pick<StrategyTrace, 'strategy' | 'direction'>>;
  readonly vote: Pick<VoteTrace, 'score' | 'consensus'>;
  readonly ensemble: Pick<EnsembleTrace, 'speaking' | 'score' | 'consensus'> | undefined;
  /** The one that vetoed. */
  readonly gates: DecisionTrace['gates'];
}

type DecisionEvent = Extract<EngineEvent, { kind: 'decision' }>;

export type LogEvent =
  | Exclude<EngineEvent, DecisionEvent>
  | (Omit<DecisionEvent, 'trace'> & { readonly trace: DecisionLine });

export interface LogEntry {
  readonly id: number;
  readonly event: LogEvent;
  readonly symbol: string | undefined;
  /** Only for decisions, their proposals, orders with a limit, and fills: price as text. */
  readonly price: string | undefined;
  /** The quantity of the same events as text; lots are shown where it is missing. */
  readonly quantity?: string | undefined;
}

/** What the log tells of an event. */
export function logEventOf(event: EngineEvent): LogEvent {
  if (event.kind !== 'decision') return event;
  const { decisionId, instrument, side, priceTicks, verdict, vetoedBy, lots, ...layers } = event.trace;
  const { strategies, vote, ensemble, gates } = layers;
  const trace: DecisionLine = {
    ...{ decisionId, instrument, side, priceTicks, verdict, vetoedBy, lots },
    strategies: strategies
      .filter(({ direction }) => direction === side)
      .map(({ strategy, direction }) => ({ strategy, direction })),
    vote: { score: vote.score, consensus: vote.consensus },
    ensemble: ensemble && {
      speaking: ensemble.speaking,
      score: ensemble.score,
      consensus: ensemble.consensus,
    },
    gates: gates.filter(({ gate }) => gate === vetoedBy),
  };
  return { ...event, trace };
}
