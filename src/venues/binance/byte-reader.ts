/**
 * Reads the few forms of JSON values that Binance's market data has straight from the bytes of a frame: whole numbers,
 * decimals onto a grid, names. Whatever looks otherwise is refused, and then read by JSON.parse.
 */

const QUOTE = 34;
const POINT = 46;
const ZERO = 48;
const BACKSLASH = 92;

/** Whole numbers below 10^9 are added up without floating point. */
const SHORT_DIGITS = 9;
/** So many digits are exact in a double. */
const MOST_DIGITS = 15;
/** The checked path takes no longer decimal either. */
const LONGEST_DECIMAL = 32;
const POWER_OF_10 = Float64Array.from({ length: 23 }, (_, i) => 10 ** i);

/** A position in a frame, whose last byte is no digit: every loop over digits ends. */
export class ByteReader {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;

  /** A whole number as JSON has it, at most 15 digits; −1 when there is none. */
  whole(): number {
    const { bytes } = this;
    const start = this.at;
    let at = start;
    let digit = bytes[at]! ^ ZERO;
    if (digit > 9) return -1;
    let high = 0;
    let end = at + SHORT_DIGITS;
    while (at < end && digit <= 9) {
      high = high * 10 + digit;
      digit = bytes[++at]! ^ ZERO;
    }
    // A leading zero is no JSON.
    if (bytes[start] === ZERO && at - start > 1) return -1;
    if (digit > 9) {
      this.at = at;
      return high;
    }
    const middle = at;
    end = start + MOST_DIGITS;
    let low = 0;
    while (at < end && digit <= 9) {
      low = low * 10 + digit;
      digit = bytes[++at]! ^ ZERO;
    }
    if (digit <= 9) return -1;
    this.at = at;
    return high * POWER_OF_10[at - middle]! + low;
  }

  /** A decimal in quotes as a whole number of grid steps, exactly; −1 when it is none, or off the grid. */
  decimal(decimals: number, step: number): number {
    const { bytes } = this;
    let at = this.at;
    if (bytes[at] !== QUOTE) return -1;
    const start = ++at;
    let digit = bytes[at]! ^ ZERO;
    if (digit > 9) return -1;
    let value = 0;
    let room = SHORT_DIGITS;
    while (digit <= 9 && room > 0) {
      value = value * 10 + digit;
      room--;
      digit = bytes[++at]! ^ ZERO;
    }
    let missing = decimals;
    if (bytes[at] === POINT) {
      digit = bytes[++at]! ^ ZERO;
      if (digit > 9) return -1;
      while (missing > 0 && digit <= 9 && room > 0) {
        value = value * 10 + digit;
        missing--;
        room--;
        digit = bytes[++at]! ^ ZERO;
      }
      if (missing === 0) while (digit === 0) digit = bytes[++at]! ^ ZERO;
    }
    if (bytes[at] !== QUOTE) return digit <= 9 && room === 0 ? this.#longDecimal(start, decimals, step) : -1;
    if (at - start > LONGEST_DECIMAL) return -1;
    this.at = at + 1;
    return onGrid(value, missing, step);
  }

  /** The same with more than nine digits that count. */
  #longDecimal(start: number, decimals: number, step: number): number {
    const { bytes } = this;
    let at = start;
    let value = 0;
    let digits = 0;
    let missing = -1;
    for (; bytes[at] !== QUOTE; at++) {
      const byte = bytes[at]!;
      if (byte === POINT) {
        if (missing >= 0 || at === start) return -1;
        missing = decimals;
        continue;
      }
      const digit = byte ^ ZERO;
      if (digit > 9 || at - start > LONGEST_DECIMAL) return -1;
      if (missing === 0) {
        if (digit !== 0) return -1;
        continue;
      }
      if (++digits > MOST_DIGITS) return -1;
      value = value * 10 + digit;
      if (missing > 0) missing--;
    }
    if (bytes[at - 1] === POINT || at - start > LONGEST_DECIMAL) return -1;
    this.at = at + 1;
    return onGrid(value, missing < 0 ? decimals : missing, step);
  }

  /** True when `text` stands here; it is passed. */
  text(text: Uint8Array): boolean {
    const { bytes, at } = this;
    const { length } = text;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== text[i]) return false;
    this.at = at + length;
    return true;
  }

  /** Passes a value that says nothing to us: a whole number, true, false, or a plain text. */
  skip(): boolean {
    const { bytes } = this;
    const first = bytes[this.at];
    if (first === QUOTE) {
      let at = this.at + 1;
      for (let byte = bytes[at]; byte !== QUOTE; byte = bytes[++at]) {
        if (byte === undefined || byte < 32 || byte > 126 || byte === BACKSLASH) return false;
      }
      this.at = at + 1;
      return true;
    }
    return this.text(TRUE) || this.text(FALSE) || this.whole() >= 0;
  }
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const TRUE = bytesOf('true');
export const FALSE = bytesOf('false');

function onGrid(value: number, missing: number, step: number): number {
  const units = missing === 0 ? value : value * POWER_OF_10[missing]!;
  if (units > Number.MAX_SAFE_INTEGER) return -1;
  if (step === 1) return units;
  const steps = units / step;
  return Number.isInteger(steps) ? steps : -1;
}
