/** Strategies: each turns the vote and features of one instrument into a direction, or none. */
import {
  asDirection,
  type DecisionPolicy,
  type Direction,
  F,
  FEATURE_COUNT,
  PRODUCER_COUNT,
  PRODUCERS,
  STRATEGIES,
  type StrategyName,
  type StrategyTrace,
} from '../domain/index.ts';
import { type FeatureTable, SIGNAL, type SignalTable } from '../domain/tables/index.ts';

const MOMENTUM = PRODUCERS.indexOf('momentum');

type Judge = (signals: SignalTable, features: FeatureTable, policy: DecisionPolicy, instrument: number) => Direction;

/** Producers that voted the way of the score. */
function agreeing(signals: SignalTable, instrument: number, direction: number): number {
  let count = 0;
  for (let p = 0; p < PRODUCER_COUNT; p++) {
    const cell = instrument * PRODUCER_COUNT + p;
    if (signals.status[cell] === SIGNAL.voted && signals.direction[cell] === direction) count++;
  }
  return count;
}

/** The way the vote points when score and consensus reach their limits, else 0. */
export function voteDirection(signals: SignalTable, policy: DecisionPolicy, instrument: number): Direction {
  const score = signals.score[instrument]!;
  if (Math.abs(score) < policy.minScore || signals.consensus[instrument]! < policy.minConsensus) return 0;
  return asDirection(score);
}

/** Enough producers agree and the vote carries. */
const confluence: Judge = (signals, _features, policy, instrument) => {
  const direction = voteDirection(signals, policy, instrument);
  if (direction === 0) return 0;
  return agreeing(signals, instrument, direction) >= policy.confluenceProducers ? direction : 0;
};

/** A strong move on unusual volume that the vote does not oppose. */
const momentumVolume: Judge = (signals, features, policy, instrument) => {
  const row = instrument * FEATURE_COUNT;
  if (features.valid[row + F.volumeRatio] !== 1) return 0;
  if (features.values[row + F.volumeRatio]! < policy.minVolumeRatio) return 0;
  const cell = instrument * PRODUCER_COUNT + MOMENTUM;
  if (signals.status[cell] !== SIGNAL.voted) return 0;
  const direction = signals.direction[cell]! > 0 ? 1 : -1;
  return signals.score[instrument]! * direction < 0 ? 0 : direction;
};

const REGISTRY: Readonly<Record<StrategyName, Judge>> = { confluence, 'momentum-volume': momentumVolume };
const LIST: readonly Judge[] = STRATEGIES.map((name) => REGISTRY[name]);

/**
 * Asks every strategy and stores its answer.
 * @returns the common direction, or 0 when none has one or two oppose each other.
 */
export function askStrategies(
  signals: SignalTable,
  features: FeatureTable,
  policy: DecisionPolicy,
  instrument: number,
): Direction {
  let long = false;
  let short = false;
  for (let s = 0; s < LIST.length; s++) {
    const direction = LIST[s]!(signals, features, policy, instrument);
    signals.strategyDirection[instrument * LIST.length + s] = direction;
    if (direction > 0) long = true;
    if (direction < 0) short = true;
  }
  return long === short ? 0 : long ? 1 : -1;
}

/** What each strategy looked at, for the trace. */
export function explainStrategies(
  signals: SignalTable,
  features: FeatureTable,
  policy: DecisionPolicy,
  instrument: number,
): StrategyTrace[] {
  const row = instrument * FEATURE_COUNT;
  const way = signals.score[instrument]! > 0 ? 1 : -1;
  const momentum = instrument * PRODUCER_COUNT + MOMENTUM;
  const directionOf = (s: number): Direction =>
    (signals.strategyDirection[instrument * STRATEGIES.length + s] ?? 0) as Direction;
  return [
    {
      strategy: 'confluence',
      direction: directionOf(0),
      inputs: [
        ['score', Math.abs(signals.score[instrument]!), policy.minScore],
        ['consensus', signals.consensus[instrument]!, policy.minConsensus],
        ['producers agreeing', agreeing(signals, instrument, way), policy.confluenceProducers],
      ],
    },
    {
      strategy: 'momentum-volume',
      direction: directionOf(1),
      inputs: [
        ['volume ratio', features.values[row + F.volumeRatio]!, policy.minVolumeRatio],
        ['momentum in ATR', Math.abs(signals.evidence[momentum * 2]!), policy.signal.momentumAtr],
      ],
    },
  ];
}
