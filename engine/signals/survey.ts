/** One frozen row of all signals of an instrument, taken when its bar closes. */
import { FEATURE_COUNT, PRODUCER_COUNT, type SignalPolicy } from '../domain/index.ts';
import { type FeatureTable, SIGNAL, type SignalTable } from '../domain/tables/index.ts';
import type { Heard } from './heard.ts';
import type { Feed, Signal } from './producer.ts';
import { PRODUCER_LIST } from './producers.ts';

const scratch: Signal = { direction: 0, conviction: 0, first: 0, second: 0 };

/**
 * Asks every producer and writes direction, conviction, status and evidence. One whose slow source is silent has the seconds
 * since the last reading (0: none has come) and the source's failures as its evidence.
 */
export function surveySignals(
  signals: SignalTable,
  features: FeatureTable,
  instrument: number,
  velocity: number,
  feed: Feed,
  limits: SignalPolicy,
  heard: Heard,
): void {
  const row = instrument * FEATURE_COUNT;
  const regime = features.likeliestRegime(instrument);
  const read = (feature: number): number => features.values[row + feature]!;
  for (let p = 0; p < PRODUCER_COUNT; p++) {
    const producer = PRODUCER_LIST[p]!;
    const cell = instrument * PRODUCER_COUNT + p;
    const standing = producer.source === 'readings' ? heard.standing(producer.reading) : 'known';
    const warm = standing === 'known' && producer.needs.every((feature) => features.valid[row + feature] === 1);
    scratch.direction = 0;
    scratch.conviction = 0;
    scratch.first = 0;
    scratch.second = 0;
    if (warm) producer.judge(read, velocity, limits, scratch, heard);
    else if (producer.source === 'readings' && standing === 'none') {
      scratch.first = heard.ageS(producer.reading);
      scratch.second = heard.failures(producer.reading);
    }
    signals.direction[cell] = scratch.direction;
    signals.conviction[cell] = scratch.conviction;
    signals.evidence[cell * 2] = scratch.first;
    signals.evidence[cell * 2 + 1] = scratch.second;
    if (!warm) {
      const { source } = producer;
      const known = source === 'prices' || (source === 'readings' ? standing !== 'none' : feed[source]);
      signals.status[cell] = known ? SIGNAL.warming : SIGNAL.noData;
    } else if (signals.enabled[p] === 0) signals.status[cell] = SIGNAL.disabled;
    else if (regime !== undefined && ((signals.mutedIn[p]! >> regime) & 1) === 1) signals.status[cell] = SIGNAL.muted;
    else signals.status[cell] = scratch.direction === 0 ? SIGNAL.neutral : SIGNAL.voted;
  }
}
