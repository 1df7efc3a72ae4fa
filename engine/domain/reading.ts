/** Readings of slow sources: what is known beside the market, told now and then, and how long each counts. */

/** In the order of their numbers in a record; new ones go to the end. */
export const READING_SOURCES = ['funding', 'fear-greed', 'social', 'whale', 'news', 'trending'] as const;
export type ReadingSource = (typeof READING_SOURCES)[number];
export const READING_SOURCE_COUNT = READING_SOURCES.length;

/** Place of each source in the columns, and its number in a record. */
export const READING = { funding: 0, fearGreed: 1, social: 2, whale: 3, news: 4, trending: 5 } as const;

/** Readings of social media after which mentions can be compared with those before. */
export const MENTIONS_NEEDED = 10;

const HOUR_US = 3_600_000_000;

interface ReadingDefinition {
  /** The two values of a reading, with their units. The second is 0 where there is none. */
  readonly values: readonly [value: string, second: string];
  /** Least and most of both values: what lies beyond is no reading. */
  readonly bounds: readonly [readonly [least: number, most: number], readonly [least: number, most: number]];
  /** How long a reading counts from when it was received; a source that tells nothing newer is not known then. */
  readonly lifeUs: number;
}

const ANY = Number.MAX_SAFE_INTEGER;
const NONE = [0, 0] as const;

export const READING_DEFINITIONS: Readonly<Record<ReadingSource, ReadingDefinition>> = {
  /** Settled every eight hours by most venues, and told by then or before. */
  funding: { values: ['rate of one funding interval', ''], bounds: [[-1, 1], NONE], lifeUs: 9 * HOUR_US },
  /** Told once a day. */
  'fear-greed': { values: ['index, 0 fear to 100 greed', ''], bounds: [[0, 100], NONE], lifeUs: 36 * HOUR_US },
  social: {
    values: ['sentiment, −1 to 1', 'mentions within the window of the provider'],
    bounds: [
      [-1, 1],
      [0, ANY],
    ],
    lifeUs: HOUR_US / 2,
  },
  whale: {
    values: ['worth of large transfers out of exchanges less into them', 'worth of both'],
    bounds: [
      [-ANY, ANY],
      [0, ANY],
    ],
    lifeUs: 2 * HOUR_US,
  },
  news: {
    values: ['sentiment of the news, −1 to 1', 'news counted'],
    bounds: [
      [-1, 1],
      [0, ANY],
    ],
    lifeUs: 2 * HOUR_US,
  },
  trending: {
    values: ['rank among what is searched for, 1 the first', ''],
    bounds: [[1, ANY], NONE],
    lifeUs: 6 * HOUR_US,
  },
};

/** How long a reading of each source counts, by its number. */
export const READING_LIVES_US: readonly number[] = READING_SOURCES.map((source) => READING_DEFINITIONS[source].lifeUs);

/** Why the two values are no reading of this source, or undefined where they are one. */
export function readingFault(source: ReadingSource, value: number, second: number): string | undefined {
  const { bounds, values } = READING_DEFINITIONS[source];
  for (const [i, given] of [value, second].entries()) {
    const [least, most] = bounds[i]!;
    if (!(given >= least && given <= most)) return `${given} is no ${values[i] === '' ? 'second value' : values[i]}`;
  }
  return undefined;
}
