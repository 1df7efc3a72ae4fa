/** Readings of slow sources into their columns, what of them is known at a moment, and the features of them. */
import {
  AT,
  F,
  FLAG_DEGRADED,
  MENTIONS_NEEDED,
  READING,
  READING_SOURCE_COUNT,
  READING_SOURCES,
  readingFault,
} from '../domain/index.ts';
import type { FeatureTable, ReadingTable } from '../domain/tables/index.ts';
import { assert } from '../kernel/assert.ts';
import { put, rowOf } from './features/slots.ts';

/** Weight of a new reading in the mean and variance of mentions: as much as an average of 30 gives. */
const MENTION_ALPHA = 2 / 31;

/**
 * Takes the reading, or the failure, in the record at `offset` for instruments `from` up to `to`. A failure leaves the last
 * reading as it is, and ageing; so does one that the provider has told before, which only ends the failures.
 */
export function applyReading(
  table: ReadingTable,
  view: DataView,
  offset: number,
  nowUs: number,
  from: number,
  to: number,
): void {
  const number = view.getFloat64(offset + AT.readingSource, true);
  const source = READING_SOURCES[number];
  assert(source !== undefined, `reading of unknown source ${number}`);
  const venueAtUs = view.getFloat64(offset + AT.venueAtUs, true);
  const value = view.getFloat64(offset + AT.readingValue, true);
  const second = view.getFloat64(offset + AT.readingSecond, true);
  const degraded = (view.getUint8(offset + AT.flags) & FLAG_DEGRADED) !== 0;
  assert(degraded || readingFault(source, value, second) === undefined, `no reading of ${source}: ${value}, ${second}`);
  for (let instrument = from; instrument < to; instrument++) {
    const cell = instrument * READING_SOURCE_COUNT + number;
    if (degraded) {
      table.failures[cell] = value;
      table.failedAtUs[cell] = nowUs;
      continue;
    }
    table.failures[cell] = 0;
    if (venueAtUs <= table.venueAtUs[cell]! && table.receivedAtUs[cell] !== 0) continue;
    if (number === READING.social) countMentions(table, instrument, second);
    table.value[cell] = value;
    table.second[cell] = second;
    table.venueAtUs[cell] = venueAtUs;
    table.receivedAtUs[cell] = nowUs;
  }
}

/** The features that come of readings: valid while the last one counts. */
export function updateReadingFeatures(
  table: ReadingTable,
  features: FeatureTable,
  instrument: number,
  nowUs: number,
): void {
  const row = rowOf(instrument);
  const cell = instrument * READING_SOURCE_COUNT;
  const funding = table.isKnown(instrument, READING.funding, nowUs);
  put(features, row + F.funding, table.value[cell + READING.funding]!, funding);
  const fearGreed = table.isKnown(instrument, READING.fearGreed, nowUs);
  put(features, row + F.fearGreed, table.value[cell + READING.fearGreed]!, fearGreed);
}

/**
 * Score of the mentions against those before them, then they join those: exponentially weighted mean and variance (Finch,
 * "Incremental calculation of weighted mean and variance", 2009).
 */
function countMentions(table: ReadingTable, instrument: number, mentions: number): void {
  const count = table.mentionCount[instrument]!;
  const mean = count === 0 ? mentions : table.mentionMean[instrument]!;
  const variance = table.mentionVariance[instrument]!;
  const difference = mentions - mean;
  const deviation = Math.sqrt(variance);
  table.mentionScore[instrument] = count >= MENTIONS_NEEDED && deviation > 0 ? difference / deviation : 0;
  table.mentionCount[instrument] = Math.min(count + 1, MENTIONS_NEEDED);
  table.mentionMean[instrument] = mean + MENTION_ALPHA * difference;
  table.mentionVariance[instrument] = (1 - MENTION_ALPHA) * (variance + MENTION_ALPHA * difference * difference);
}
