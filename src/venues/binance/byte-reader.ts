/**
 * Reads the few forms of JSON values that Binance's market data has straight from the bytes of a frame: whole numbers,
 * decimals onto a grid, known texts. Four bytes are looked at together where that helps. Whatever looks otherwise is
 * refused, and then read by JSON.parse.
 */

const QUOTE = 34;
const POINT = 46;
const ZERO = 48;
const BACKSLASH = 92;
const FOUR_ZEROS = 0x30303030;

/** Whole numbers below 10^9 are added up without floating point. */
const SHORT_DIGITS = 9;
/** So many digits are exact in a double. */
const MOST_DIGITS = 15;
/** The checked path takes no longer decimal either. */
const LONGEST_DECIMAL = 32;
/** Places for numbers; the first one is for those that nobody wants. */
const SLOTS = 16;
const POWER_OF_10 = Float64Array.from({ length: 23 }, (_, i) => 10 ** i);

/** A text that frames are compared with. */
export class KnownText {
  readonly length: number;
  /** Its bytes four by four, and those that are left. */
  readonly words: Int32Array;
  readonly rest: Uint8Array;

  constructor(text: string) {
    const bytes = new TextEncoder().encode(text);
    const whole = bytes.byteLength >> 2;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    this.length = bytes.byteLength;
    this.words = Int32Array.from({ length: whole }, (_, i) => view.getInt32(i * 4, true));
    this.rest = bytes.slice(whole * 4);
  }
}

export const TRUE = new KnownText('true');
export const FALSE = new KnownText('false');

/** The number that four digits make, −1 when they are none. */
function fourDigits(word: number): number {
  const digits = word ^ FOUR_ZEROS;
  // Adding 118 sets the top bit of every byte from 10 on.
  if ((((digits + 0x76767676) | digits) & 0x80808080) !== 0) return -1;
  const pairs = Math.imul(digits, 10) + (digits >>> 8);
  return (pairs & 255) * 100 + ((pairs >>> 16) & 255);
}

/**
 * A position in a frame, whose last byte is no digit: every loop over digits ends. Numbers that are read go into `numbers`,
 * for a number that a function returns may have to be put on the heap.
 */
export class ByteReader {
  readonly numbers = new Float64Array(SLOTS);
  view: DataView = new DataView(new ArrayBuffer(0));
  #buffer: ArrayBufferLike | undefined;
  at = 0;
  /** The place behind the frame; the buffer may go on. */
  end = 0;

  open(bytes: Uint8Array): void {
    const { buffer, byteOffset } = bytes;
    // Frames that came together lie in one buffer.
    if (this.#buffer !== buffer) {
      this.#buffer = buffer;
      this.view = new DataView(buffer);
    }
    this.at = byteOffset;
    this.end = byteOffset + bytes.byteLength;
  }

  /** A whole number as JSON has it, at most 15 digits. */
  whole(slot: number): boolean {
    const { view, at: start, end } = this;
    let at = start;
    let value = 0;
    while (at + 4 <= end) {
      const four = fourDigits(view.getInt32(at, true));
      if (four < 0) break;
      value = value * 10_000 + four;
      at += 4;
      if (at - start > MOST_DIGITS) return false;
    }
    let digit = view.getUint8(at) ^ ZERO;
    while (digit <= 9) {
      value = value * 10 + digit;
      digit = view.getUint8(++at) ^ ZERO;
    }
    const length = at - start;
    // A leading zero is no JSON.
    if (length === 0 || length > MOST_DIGITS || (length > 1 && view.getUint8(start) === ZERO)) return false;
    this.at = at;
    this.numbers[slot] = value;
    return true;
  }

  /**
   * A decimal, without the quote before it and with the one behind it, as a whole number of grid steps, exactly. False when
   * it is none, or off the grid.
   */
  decimal(slot: number, decimals: number, step: number): boolean {
    const { view, at: start, end } = this;
    let at = start;
    let value = 0;
    let room = SHORT_DIGITS;
    if (at + 4 <= end) {
      const four = fourDigits(view.getInt32(at, true));
      if (four >= 0) {
        value = four;
        room = SHORT_DIGITS - 4;
        at += 4;
      }
    }
    let digit = view.getUint8(at) ^ ZERO;
    while (digit <= 9 && room > 0) {
      value = value * 10 + digit;
      room--;
      digit = view.getUint8(++at) ^ ZERO;
    }
    if (at === start) return false;
    let missing = decimals;
    if (digit === (POINT ^ ZERO)) {
      digit = view.getUint8(++at) ^ ZERO;
      if (digit > 9) return false;
      while (missing > 0 && digit <= 9 && room > 0) {
        value = value * 10 + digit;
        missing--;
        room--;
        digit = view.getUint8(++at) ^ ZERO;
      }
      if (missing === 0 && digit === 0) {
        while (at + 4 <= end && view.getInt32(at, true) === FOUR_ZEROS) at += 4;
        digit = view.getUint8(at) ^ ZERO;
        while (digit === 0) digit = view.getUint8(++at) ^ ZERO;
      }
    }
    if (digit !== (QUOTE ^ ZERO)) return digit <= 9 && room === 0 && this.#longDecimal(slot, decimals, step);
    if (at - start > LONGEST_DECIMAL) return false;
    this.at = at + 1;
    return this.#keep(slot, value, missing, step);
  }

  /** The same with more than nine digits that count. */
  #longDecimal(slot: number, decimals: number, step: number): boolean {
    const { view, at: start } = this;
    let at = start;
    let value = 0;
    let digits = 0;
    let missing = -1;
    let byte = view.getUint8(at);
    for (; byte !== QUOTE; byte = view.getUint8(++at)) {
      if (byte === POINT) {
        if (missing >= 0 || at === start) return false;
        missing = decimals;
        continue;
      }
      const digit = byte ^ ZERO;
      if (digit > 9 || at - start >= LONGEST_DECIMAL) return false;
      if (missing === 0) {
        if (digit !== 0) return false;
        continue;
      }
      if (++digits > MOST_DIGITS) return false;
      value = value * 10 + digit;
      if (missing > 0) missing--;
    }
    if (view.getUint8(at - 1) === POINT) return false;
    this.at = at + 1;
    return this.#keep(slot, value, missing < 0 ? decimals : missing, step);
  }

  /** True when the text stands here; it is passed. */
  text({ length, words, rest }: KnownText): boolean {
    const { view, end } = this;
    let { at } = this;
    if (at + length > end) return false;
    for (let i = 0; i < words.length; i++, at += 4) if (view.getInt32(at, true) !== words[i]) return false;
    for (let i = 0; i < rest.length; i++, at++) if (view.getUint8(at) !== rest[i]) return false;
    this.at = at;
    return true;
  }

  /** The next byte, which is passed. */
  byte(): number {
    return this.at < this.end ? this.view.getUint8(this.at++) : -1;
  }

  /** Passes a value that says nothing to us: a whole number, true, false, or a plain text. */
  skip(): boolean {
    const { view, end } = this;
    if (this.at < end && view.getUint8(this.at) === QUOTE) {
      for (let at = this.at + 1; at < end; at++) {
        const byte = view.getUint8(at);
        if (byte === QUOTE) {
          this.at = at + 1;
          return true;
        }
        if (byte < 32 || byte > 126 || byte === BACKSLASH) return false;
      }
      return false;
    }
    return this.whole(0) || this.text(TRUE) || this.text(FALSE);
  }

  /** Brings a number with so many decimals missing onto the grid. */
  #keep(slot: number, value: number, missing: number, step: number): boolean {
    const units = missing === 0 ? value : value * POWER_OF_10[missing]!;
    if (units > Number.MAX_SAFE_INTEGER) return false;
    const steps = step === 1 ? units : units / step;
    if (step !== 1 && !Number.isInteger(steps)) return false;
    this.numbers[slot] = steps;
    return true;
  }
}
