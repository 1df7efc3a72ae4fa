/** What slow sources have told of one instrument, as far as it counts at a moment. */
import { MENTIONS_NEEDED, READING, READING_SOURCE_COUNT } from '../domain/index.ts';
import type { ReadingTable } from '../domain/tables/index.ts';

/** none: nothing was told, or too long ago · few: told, and not often enough to say what is usual · known. */
export type Standing = 'none' | 'few' | 'known';

export class Heard {
  readonly #table: ReadingTable;
  readonly #instrument: number;
  readonly #nowUs: number;

  constructor(table: ReadingTable, instrument: number, nowUs: number) {
    this.#table = table;
    this.#instrument = instrument;
    this.#nowUs = nowUs;
  }

  standing(source: number): Standing {
    if (!this.#table.isKnown(this.#instrument, source, this.#nowUs)) return 'none';
    const few = source === READING.social && this.#table.mentionCount[this.#instrument]! < MENTIONS_NEEDED;
    return few ? 'few' : 'known';
  }

  /** The two values of the newest reading; call only where it is known. */
  value(source: number): number {
    return this.#table.value[this.#cell(source)]!;
  }

  second(source: number): number {
    return this.#table.second[this.#cell(source)]!;
  }

  /** Standard deviations by which the newest mentions exceed those before. */
  get mentionScore(): number {
    return this.#table.mentionScore[this.#instrument]!;
  }

  /** Seconds since the newest reading, 0 where there is none. */
  ageS(source: number): number {
    const atUs = this.#table.receivedAtUs[this.#cell(source)]!;
    return atUs === 0 ? 0 : (this.#nowUs - atUs) / 1e6;
  }

  /** Failures of the source since its last reading. */
  failures(source: number): number {
    return this.#table.failures[this.#cell(source)]!;
  }

  #cell(source: number): number {
    return this.#instrument * READING_SOURCE_COUNT + source;
  }
}
