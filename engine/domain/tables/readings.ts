/** Columns of the slow sources: the newest reading of each for each instrument, and how it is with the source. */
import type { Arena } from '../../kernel/arena.ts';
import { READING_LIVES_US, READING_SOURCE_COUNT } from '../reading.ts';

/** Source `s` of instrument `i` is at `i * READING_SOURCE_COUNT + s`. */
export class ReadingTable {
  readonly value: Float64Array;
  readonly second: Float64Array;
  /** Time that the provider gives to the reading, and when it was received; 0 before any. */
  readonly venueAtUs: Float64Array;
  readonly receivedAtUs: Float64Array;
  /** Requests that have failed since the last reading; above 0 the source is degraded. */
  readonly failures: Float64Array;
  /** When the source last failed; 0 for never. A source of which neither is known is not there. */
  readonly failedAtUs: Float64Array;
  /** Mentions of an instrument so far: readings counted, their weighted mean and variance. */
  readonly mentionCount: Float64Array;
  readonly mentionMean: Float64Array;
  readonly mentionVariance: Float64Array;
  /** How far the newest mentions are from those before, in standard deviations. */
  readonly mentionScore: Float64Array;

  constructor(arena: Arena, instruments: number) {
    const cells = instruments * READING_SOURCE_COUNT;
    this.value = arena.f64('reading.value', cells);
    this.second = arena.f64('reading.second', cells);
    this.venueAtUs = arena.f64('reading.venueAtUs', cells);
    this.receivedAtUs = arena.f64('reading.receivedAtUs', cells);
    this.failures = arena.f64('reading.failures', cells);
    this.failedAtUs = arena.f64('reading.failedAtUs', cells);
    this.mentionCount = arena.f64('reading.mentionCount', instruments);
    this.mentionMean = arena.f64('reading.mentionMean', instruments);
    this.mentionVariance = arena.f64('reading.mentionVariance', instruments);
    this.mentionScore = arena.f64('reading.mentionScore', instruments);
  }

  /** Whether a reading of the source has come for the instrument and still counts. */
  isKnown(instrument: number, source: number, nowUs: number): boolean {
    const atUs = this.receivedAtUs[instrument * READING_SOURCE_COUNT + source]!;
    return atUs > 0 && nowUs - atUs <= READING_LIVES_US[source]!;
  }
}
