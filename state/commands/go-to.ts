/** Reads where a replay should go: a time, a sequence number, a share of the session, or a distance. */
import type { ReplayAction } from '../protocol.ts';
import type { ReplayView } from '../view.ts';

const DAY_US = 86_400_000_000;
const UNIT_US: Readonly<Record<string, number>> = { s: 1e6, m: 60e6, h: 3600e6 };

export type GoTo = { readonly action: ReplayAction } | { readonly error: string };

/**
 * Where the text leads, why it leads nowhere, or undefined when it reads as no place. `atUs` is the session time of the
 * view: distances count from it.
 */
export function parseGoTo(input: string, replay: ReplayView, atUs: number): GoTo | undefined {
  const text = input.trim();
  const sequence = /^#?(\d{1,15})$/.exec(text);
  if (sequence !== null) return toCursor(Number(sequence[1]) - replay.firstSeq + 1, replay);
  const share = /^(\d{1,3}(?:\.\d+)?)\s*%$/.exec(text);
  if (share !== null) return toCursor(Math.round((Number(share[1]) / 100) * replay.total), replay);
  const distance = /^([+-])(\d{1,6}(?:\.\d+)?)\s*([smh])$/.exec(text);
  if (distance !== null) {
    const us = Number(distance[2]) * (UNIT_US[distance[3] ?? 's'] ?? 0);
    return toTime(atUs + (distance[1] === '-' ? -us : us), replay, true);
  }
  return parseTime(text, replay);
}

function parseTime(text: string, replay: ReplayView): GoTo | undefined {
  const match = /^(?:(\d{4}-\d{2}-\d{2})[ T])?(\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,6})?)?Z?$/.exec(text);
  if (match === null) return undefined;
  const [, day, hour, minute, second = '0', fraction = '0'] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return { error: `${text} is no time of day` };
  const ofDay = (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1e6 + Math.round(Number(fraction) * 1e6);
  if (day !== undefined) {
    const midnight = Date.parse(`${day}T00:00:00Z`);
    return Number.isNaN(midnight) ? { error: `${day} is no date` } : toTime(midnight * 1000 + ofDay, replay, false);
  }
  const firstMidnight = Math.floor(replay.firstUs / DAY_US) * DAY_US;
  const sameDay = firstMidnight + ofDay;
  return toTime(
    sameDay < replay.firstUs - 1e6 && sameDay + DAY_US <= replay.lastUs ? sameDay + DAY_US : sameDay,
    replay,
    false,
  );
}

function toCursor(cursor: number, { firstSeq, total }: ReplayView): GoTo {
  if (cursor >= 0 && cursor <= total) return { action: { kind: 'seek', cursor } };
  const from = firstSeq === 1 ? '' : `, ${firstSeq} to ${firstSeq + total - 1}`;
  return { error: `the session has ${total} inputs${from}` };
}

/** A time outside the session is an error, a distance stops at its ends. */
function toTime(wantedUs: number, replay: ReplayView, clamp: boolean): GoTo {
  const atUs = Math.round(clamp ? Math.min(replay.lastUs, Math.max(replay.firstUs, wantedUs)) : wantedUs);
  if (atUs < replay.firstUs - 1e6 || atUs > replay.lastUs + 1e6) return { error: 'that time is outside the session' };
  return { action: { kind: 'seek-time', atUs } };
}
