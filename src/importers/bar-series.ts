/** Bars of an import taken together: their interval, bars that stand twice or overlap, bars that are missing. */
import { ImportError } from './import-error.ts';
import type { BarTimes } from './survey.ts';
import { spoken } from './text.ts';
import { calendarText } from './times.ts';

/** The bars of one instrument in one file. */
export interface BarPart {
  readonly fileName: string;
  /** Place of the file in the import. */
  readonly order: number;
  readonly times: BarTimes;
  /** The interval of the file name, for a file of a single bar. */
  readonly namedIntervalUs: number | undefined;
}

/** The one interval of all parts: what the records tell, else the most common distance of consecutive bars. */
export function commonInterval(parts: readonly BarPart[]): number {
  let found: { us: number; part: BarPart } | undefined;
  for (const part of parts) {
    const us = part.times.intervalUs ?? commonDistance(part.times) ?? part.namedIntervalUs;
    if (us === undefined) {
      throw new ImportError(
        part.fileName,
        undefined,
        'a single bar does not tell its length; name the file like …_1h.csv',
      );
    }
    if (found !== undefined && found.us !== us) {
      throw new ImportError(
        part.fileName,
        undefined,
        `has bars of ${spoken(us)}, but ${found.part.fileName} of ${spoken(found.us)}; one session has one length of bars`,
      );
    }
    found ??= { us, part };
  }
  return found?.us ?? 0;
}

/** The most common distance above zero; the smaller of two that are equally common. */
function commonDistance(times: BarTimes): number | undefined {
  const sorted = times.openUs.subarray(0, times.count).slice().sort();
  const counts = new Map<number, number>();
  for (let i = 1; i < sorted.length; i++) {
    const distance = sorted[i]! - sorted[i - 1]!;
    if (distance > 0) counts.set(distance, (counts.get(distance) ?? 0) + 1);
  }
  let best: number | undefined;
  let most = 0;
  for (const [distance, count] of counts) {
    if (count > most || (count === most && distance < (best ?? distance))) {
      best = distance;
      most = count;
    }
  }
  return best;
}

/** What was found between the first bar of an instrument and its last. */
export interface SeriesCheck {
  readonly missing: number;
  /** Bars that open before the one before is over, as after outages of a venue. They are kept. */
  readonly overlapping: number;
}

/**
 * Goes over the bars of one instrument in time order. A second bar of the same time is bad, and one that
 * opens in the first half of the one before: it belongs to another time frame.
 */
export function checkSeries(
  parts: readonly BarPart[],
  intervalUs: number,
  bad: (part: BarPart, line: number, reason: string) => void,
): SeriesCheck {
  const total = parts.reduce((sum, part) => sum + part.times.count, 0);
  const openUs = new Float64Array(total);
  const partOf = new Uint16Array(total);
  const lines = new Uint32Array(total);
  let at = 0;
  for (const [index, { times }] of parts.entries()) {
    openUs.set(times.openUs.subarray(0, times.count), at);
    lines.set(times.lines.subarray(0, times.count), at);
    partOf.fill(index, at, at + times.count);
    at += times.count;
  }
  const ordered = parts.length === 1 && parts[0]!.times.ascending ? undefined : sortedIndex(openUs);
  let missing = 0;
  let overlapping = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < total; i++) {
    const place = ordered === undefined ? i : ordered[i]!;
    const time = openUs[place]!;
    const distance = time - last;
    if (distance * 2 < intervalUs) {
      const text = calendarText(time);
      const reason = distance === 0 ? `a second bar of ${text}` : `the bar of ${text} overlaps the one before`;
      bad(parts[partOf[place]!]!, lines[place]!, reason);
      continue;
    }
    if (distance < intervalUs) overlapping++;
    else if (Number.isFinite(last)) missing += Math.floor(distance / intervalUs) - 1;
    last = time;
  }
  return { missing, overlapping };
}

/** Places in the order of their values; equal values keep their order. */
function sortedIndex(values: Float64Array): Uint32Array {
  const index = new Uint32Array(values.length);
  for (let i = 0; i < index.length; i++) index[i] = i;
  return index.sort((a, b) => values[a]! - values[b]! || a - b);
}
