/** One frozen row of all signals of an instrument, taken when its bar closes. */
import { FEATURE_COUNT, PRODUCER_COUNT, type SignalPolicy } from '../domain/index.ts';
import { type FeatureTable, SIGNAL, type SignalTable } from '../domain/tables/index.ts';
import { type Feed, PRODUCER_LIST, type Signal } from './producers.ts';

const scratch: Signal = { direction: 0, conviction: 0, first: 0, second: 0 };

/** Asks every producer and writes direction, conviction, status and evidence. */
export function surveySignals(
  signals: SignalTable,
  features: FeatureTable,
  instrument: number,
  velocity: number,
  feed: Feed,
  limits: SignalPolicy,
): void {
  const row = instrument * FEATURE_COUNT;
  const read = (feature: number): number => features.values[row + feature]!;
  for (let p = 0; p < PRODUCER_COUNT; p++) {
    const producer = PRODUCER_LIST[p]!;
    const cell = instrument * PRODUCER_COUNT + p;
    const warm = producer.needs.every((feature) => features.valid[row + feature] === 1);
    scratch.direction = 0;
    scratch.conviction = 0;
    scratch.first = 0;
    scratch.second = 0;
    if (warm) producer.judge(read, velocity, limits, scratch);
    signals.direction[cell] = scratch.direction;
    signals.conviction[cell] = scratch.conviction;
    signals.evidence[cell * 2] = scratch.first;
    signals.evidence[cell * 2 + 1] = scratch.second;
    if (!warm) {
      const known = producer.source === 'prices' || feed[producer.source];
      signals.status[cell] = known ? SIGNAL.warming : SIGNAL.noData;
    } else if (signals.enabled[p] === 0) signals.status[cell] = SIGNAL.disabled;
    else signals.status[cell] = scratch.direction === 0 ? SIGNAL.neutral : SIGNAL.voted;
  }
}
