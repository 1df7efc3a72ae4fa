/** Decimal texts as they stand in files: checked, brought to plain form, compared, never made a double. */
import { parseOnGrid } from '../../engine/domain/index.ts';

/** More decimals than any venue quotes; beyond them a number is refused. */
export const MOST_DECIMALS = 12;

/** No venue of ours gives more decimals than these, so they are the most that a number is rounded to. */
const VENUE_DECIMALS = 8;
/** A double keeps 15 significant digits and shows at most 17. */
const DOUBLE_DIGITS = 15;
/** Noise is less than 4 × 10^-15 of the number: some units in the last place, as sums of doubles have. */
const NOISE_SHARE = 4n;
const NOISE_UNITS = 10n ** 15n;
const LONGEST_TEXT = 64;
const LARGEST_EXPONENT = 40;
/** Up to this length a text has at most 15 digits, which a double keeps without noise. */
const NOISELESS_LENGTH = 16;

const GENERAL = /^\+?(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** Reads decimals of one file and counts those it had to free of binary noise. */
export class DecimalReader {
  denoised = 0;

  /**
   * The number as plain digits with at most one inner point, or undefined when the text is no non-negative
   * decimal of at most 12 decimals. `1e-05` becomes `0.00001`; `0.30000000000000004` becomes `0.3`.
   */
  read(text: unknown): string | undefined {
    if (typeof text !== 'string') return undefined;
    const length = text.length;
    if (length === 0 || length > LONGEST_TEXT) return undefined;
    if (length > NOISELESS_LENGTH) return this.#readGeneral(text);
    let point = -1;
    for (let i = 0; i < length; i++) {
      const c = text.charCodeAt(i);
      if (c >= 48 && c <= 57) continue;
      if (c !== 46 || point >= 0) return this.#readGeneral(text);
      point = i;
    }
    if (point === 0 || point === length - 1 || (point >= 0 && length - point > MOST_DECIMALS)) {
      return this.#readGeneral(text);
    }
    return text;
  }

  #readGeneral(text: string): string | undefined {
    const match = GENERAL.exec(text);
    if (!match) return undefined;
    const whole = match[1] ?? '';
    const fraction = match[2] ?? '';
    const exponent = Number(match[3] ?? 0);
    if (whole.length + fraction.length === 0 || Math.abs(exponent) > LARGEST_EXPONENT) return undefined;
    const plain = shifted(whole, fraction, exponent);
    const point = plain.indexOf('.');
    if (point < 0) return plain;
    const quiet = withoutNoise(plain.slice(0, point), plain.slice(point + 1));
    if (quiet === undefined) return plain.length - point - 1 <= MOST_DECIMALS ? plain : undefined;
    this.denoised++;
    return quiet;
  }
}

/** Moves the point by `exponent` places and drops zeros that say nothing. */
function shifted(whole: string, fraction: string, exponent: number): string {
  let digits = whole + fraction;
  let point = whole.length + exponent;
  if (point < 0) {
    digits = '0'.repeat(-point) + digits;
    point = 0;
  }
  if (point > digits.length) digits += '0'.repeat(point - digits.length);
  const left = digits.slice(0, point).replace(/^0+(?=\d)/, '') || '0';
  const right = digits.slice(point).replace(/0+$/, '');
  return right === '' ? left : `${left}.${right}`;
}

/**
 * The number that a double was meant to hold: the one with the fewest decimals (8 at most) that differs only
 * by noise. Undefined when the digits are no double's. Sixteen digits with 8 decimals are a venue's own text.
 */
function withoutNoise(whole: string, fraction: string): string | undefined {
  const digits = whole + fraction;
  const significant = digits.replace(/^0+/, '').length;
  if (significant <= DOUBLE_DIGITS || (significant === DOUBLE_DIGITS + 1 && fraction.length === VENUE_DECIMALS)) {
    return undefined;
  }
  const value = BigInt(digits);
  for (let decimals = 0; decimals <= VENUE_DECIMALS && decimals < fraction.length; decimals++) {
    const unit = 10n ** BigInt(fraction.length - decimals);
    const rounded = (value + unit / 2n) / unit;
    const change = value - rounded * unit;
    if ((change < 0n ? -change : change) * NOISE_UNITS >= value * NOISE_SHARE) continue;
    const text = rounded.toString().padStart(decimals + 1, '0');
    return shifted(text.slice(0, text.length - decimals), text.slice(text.length - decimals), 0);
  }
  return undefined;
}

/** Decimals of a plain decimal, without trailing zeros. */
export function decimalsOf(text: string): number {
  const point = text.indexOf('.');
  if (point < 0) return 0;
  let end = text.length - 1;
  while (text.charCodeAt(end) === 48) end--;
  return end - point;
}

/** True when a plain decimal is zero. */
export function isZero(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c !== 48 && c !== 46) return false;
  }
  return true;
}

/**
 * Whole numbers that stand in the same relation to one another as the plain decimals; undefined when one
 * is too large to be exact.
 */
export function comparable(texts: readonly string[]): number[] | undefined {
  let decimals = 0;
  for (const text of texts) decimals = Math.max(decimals, decimalsOf(text));
  const grid = { step: 1, decimals };
  const values: number[] = [];
  for (const text of texts) {
    const value = parseOnGrid(text, grid);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}
