/** Times as they stand in files: seconds to nanoseconds since 1970, or a calendar date, always UTC, to whole µs. */

export const EARLIEST_US = Date.UTC(2009, 0, 1) * 1000;
export const LATEST_US = Date.UTC(2100, 0, 1) * 1000;

const CALENDAR =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?|-([AP]M))? ?(Z|UTC|[+-]\d\d:?\d\d)?)?$/;

/** A time between 2009 and 2100 in µs, or undefined. The unit of a number is told by its digits before the point. */
export function parseTimeUs(text: string): number | undefined {
  const first = text.charCodeAt(0);
  if (!(first >= 48 && first <= 57) || text.length > 40) return undefined;
  const value = text.charCodeAt(4) === 45 ? calendarUs(text) : epochTextUs(text);
  return value === undefined ? undefined : inRange(value);
}

/** A whole number of s, ms or µs since 1970 in µs, as JSON gives it; undefined when it is none. */
export function epochUs(value: unknown): number | undefined {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return undefined;
  if (value < 1e11) return inRange(value * 1e6);
  return inRange(value < 1e14 ? value * 1000 : value);
}

function inRange(us: number): number | undefined {
  return us >= EARLIEST_US && us < LATEST_US ? us : undefined;
}

/** Digits of s, ms, µs or ns; a fraction belongs to them. What is finer than a µs is cut off. */
function epochTextUs(text: string): number | undefined {
  if (text.length === 13 && isDigits(text)) return Number(text) * 1000;
  const point = text.indexOf('.');
  const whole = point < 0 ? text : text.slice(0, point);
  const fraction = point < 0 ? '' : text.slice(point + 1);
  const digits = whole.length;
  if (digits !== 10 && digits !== 13 && digits !== 16 && digits !== 19) return undefined;
  if (!isDigits(whole) || !(point < 0 || isDigits(fraction))) return undefined;
  if (digits >= 16) return Number(whole.slice(0, 16));
  return Number(whole + fraction.padEnd(16 - digits, '0').slice(0, 16 - digits));
}

function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 48 || c > 57) return false;
  }
  return text.length > 0;
}

function calendarUs(text: string): number | undefined {
  const match = CALENDAR.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction, half, zone] = match;
  const hours = halfDayHours(Number(hour ?? 0), half);
  const minutes = Number(minute ?? 0);
  const seconds = Number(second ?? 0);
  if (hours === undefined || hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const dayMs = dayStartMs(Number(year), Number(month), Number(day));
  if (dayMs === undefined) return undefined;
  const ms = dayMs + ((hours * 60 + minutes) * 60 + seconds) * 1000;
  return ms * 1000 + Number((fraction ?? '').padEnd(6, '0').slice(0, 6)) - zoneUs(zone);
}

function halfDayHours(hours: number, half: string | undefined): number | undefined {
  if (half === undefined) return hours;
  if (hours < 1 || hours > 12) return undefined;
  return (hours % 12) + (half === 'PM' ? 12 : 0);
}

/** Midnight of a date in ms, or undefined when there is no such date. */
export function dayStartMs(year: number, month: number, day: number): number | undefined {
  const ms = Date.UTC(year, month - 1, day);
  const date = new Date(ms);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? ms : undefined;
}

function zoneUs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z' || zone === 'UTC') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000_000;
}

/** A time as calendar text to the second, for messages. */
export function calendarText(us: number): string {
  return new Date(us / 1000).toISOString().slice(0, 19).replace('T', ' ');
}

const FRAME_UNITS_US: Readonly<Record<string, number>> = {
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
  w: 604_800_000_000,
};

/** Length of a time frame such as `5m`, `4h` or `1d`; undefined for others, calendar months included. */
export function timeFrameUs(text: string): number | undefined {
  const match = /^([1-9]\d{0,3})([smhdw])$/.exec(text);
  const unit = match ? FRAME_UNITS_US[match[2] ?? ''] : undefined;
  return match && unit !== undefined ? Number(match[1]) * unit : undefined;
}
