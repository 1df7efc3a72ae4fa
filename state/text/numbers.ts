/** Numbers, money, rates and times as the console writes them: fixed places, signs where they matter, UTC. */

const NOT_A_NUMBER = 'n/a';

/** `value` with `decimals` places; a number that is none says so instead of looking like one. */
export function fixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return NOT_A_NUMBER;
  const text = value.toFixed(decimals);
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text;
}

/** Like {@link fixed}, with `+` before what is above zero. */
export function signed(value: number, decimals: number): string {
  const text = fixed(value, decimals);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** A decimal text with commas between thousands: `64231.20` is `64,231.20`. Other texts come back as they are. */
export function grouped(text: string): string {
  const match = /^([+-]?)(\d+)(\.\d+)?$/.exec(text);
  if (match === null) return text;
  return `${match[1]}${(match[2] ?? '').replace(/\B(?=(\d{3})+$)/g, ',')}${match[3] ?? ''}`;
}

/** A whole number with commas. */
export function count(value: number): string {
  return Number.isFinite(value) ? grouped(String(Math.trunc(value))) : NOT_A_NUMBER;
}

/** A decimal text of money with `+` before what is above zero, and commas. */
export function signedMoney(text: string): string {
  return /^[0.]*$/.test(text) || text.startsWith('-') ? grouped(text) : `+${grouped(text)}`;
}

/** A decimal text without zeros at its end, for quantities: `0.01200000` is `0.012`. */
export function trimmed(text: string): string {
  return /^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, '') : text;
}

/** A quantity as people read it: `12044.50` is `12,044.5`. */
export const amount = (text: string): string => grouped(trimmed(text));

const SCALES: ReadonlyArray<readonly [number, string]> = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** A quantity in at most six characters: `1.23M`, `842k`, `12.3`. */
export function compact(text: string): string {
  const value = Number(text);
  if (!Number.isFinite(value)) return NOT_A_NUMBER;
  const size = Math.abs(value);
  for (const [scale, letter] of SCALES) {
    if (size >= scale) return `${threeDigits(value / scale)}${letter}`;
  }
  return threeDigits(value);
}

function threeDigits(value: number): string {
  const size = Math.abs(value);
  return fixed(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size === 0 ? 0 : 4);
}

/** A share as per cent: 0.153 is `15.3 %`. */
export function percentOf(share: number, decimals = 1): string {
  return `${fixed(share * 100, decimals)} %`;
}

/** Parts per million as basis points: 812 is `8.12 bp`. */
export function basisPoints(ppm: number): string {
  const value = ppm / 100;
  return `${fixed(value, Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2)} bp`;
}

/** Parts per million as per cent with its sign: -812 is `-0.081 %`. */
export function signedPercentOfPpm(ppm: number): string {
  return `${signed(ppm / 1e4, 3)} %`;
}

/** A duration in the two units that matter: `0.35 s`, `3.2 s`, `2m 05s`, `3h 12m`, `2d 04h`. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return NOT_A_NUMBER;
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 1) return `${fixed(seconds, 2)} s`;
  if (seconds < 60) return `${fixed(Math.floor(seconds * 10) / 10, 1)} s`;
  const whole = Math.floor(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)}h ${two(Math.floor((whole % 3600) / 60))}m`;
  return `${Math.floor(whole / 86_400)}d ${two(Math.floor((whole % 86_400) / 3600))}h`;
}

/** A short time in milliseconds or seconds: 410 is `0.41 ms`, 38000 is `38 ms`. */
export function shortTime(us: number): string {
  if (us >= 1_000_000) return `${fixed(us / 1e6, 2)} s`;
  return `${fixed(us / 1000, us < 10_000 ? 2 : 0)} ms`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Time of day in UTC with milliseconds: `14:03:22.123`; dashes before the first input, when there is none. */
export function clock(atUs: number): string {
  if (!Number.isFinite(atUs) || atUs <= 0) return '--:--:--.---';
  const ms = Math.floor(atUs / 1000) % 86_400_000;
  const seconds = Math.floor(ms / 1000);
  const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':');
  return `${time}.${String(ms % 1000).padStart(3, '0')}`;
}

/** Date in UTC: `2024-03-05`. */
export function date(atUs: number): string {
  const ms = Math.floor(atUs / 1000);
  return ms > 0 && ms < 8.64e15 ? new Date(ms).toISOString().slice(0, 10) : '----------';
}
