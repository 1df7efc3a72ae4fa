/** The intervals of klines and where each begins, as the venue counts them: UTC, weeks from Monday, calendar months. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const LENGTHS = {
  '1s': 1_000,
  '1m': MINUTE_MS,
  '3m': 3 * MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '30m': 30 * MINUTE_MS,
  '1h': HOUR_MS,
  '2h': 2 * HOUR_MS,
  '4h': 4 * HOUR_MS,
  '6h': 6 * HOUR_MS,
  '8h': 8 * HOUR_MS,
  '12h': 12 * HOUR_MS,
  '1d': DAY_MS,
  '3d': 3 * DAY_MS,
  '1w': 7 * DAY_MS,
  '1M': 31 * DAY_MS,
} as const;

export type KlineInterval = keyof typeof LENGTHS;
/** `1s` is listed by spot alone. */
export const KLINE_INTERVALS = Object.keys(LENGTHS) as readonly KlineInterval[];

export function isKlineInterval(text: string): text is KlineInterval {
  return Object.hasOwn(LENGTHS, text);
}

/** 1970-01-05 was a Monday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/** When the bar that holds `atMs` opened. */
export function openOf(interval: KlineInterval, atMs: number): number {
  if (interval === '1M') {
    const date = new Date(atMs);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  }
  const length = LENGTHS[interval];
  const from = interval === '1w' ? FIRST_MONDAY_MS : 0;
  return Math.floor((atMs - from) / length) * length + from;
}

/** When the bar after the one that opened at `openMs` opens. */
export function nextOpenOf(interval: KlineInterval, openMs: number): number {
  if (interval !== '1M') return openMs + LENGTHS[interval];
  const date = new Date(openMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}
