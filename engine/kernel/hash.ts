/** A 128-bit non-cryptographic hash over 32-bit words: the oracle of replay, not a defence against an attacker. */
import { assert } from './assert.ts';

const C1 = 0x239b961b | 0;
const C2 = 0xab0e9789 | 0;
const C3 = 0x38b34ae5 | 0;
const C4 = 0xa1e38b93 | 0;

/** Sets the four lanes to their start values. */
export function hashInit(h: Int32Array): Int32Array {
  h[0] = 0x6a09e667;
  h[1] = 0xbb67ae85 | 0;
  h[2] = 0x3c6ef372;
  h[3] = 0xa54ff53a | 0;
  return h;
}

/**
 * Folds words [from, to) into the four lanes of `h`. Each word goes through two multiplications and into
 * a running chain of all lanes, so that order and position count (after MurmurHash3 x86_128, A. Appleby).
 */
export function hashWords(h: Int32Array, words: Int32Array, from: number, to: number): void {
  let a = h[0]!;
  let b = h[1]!;
  let c = h[2]!;
  let d = h[3]!;
  for (let i = from; i < to; i++) {
    const k = Math.imul(words[i]!, C1);
    a ^= Math.imul((k << 15) | (k >>> 17), C2);
    a = (Math.imul((a << 19) | (a >>> 13), 5) + b) | 0;
    b = (Math.imul((b << 17) | (b >>> 15), C3) + c) | 0;
    c = (((c << 15) | (c >>> 17)) + d) | 0;
    d = Math.imul((d << 13) | (d >>> 19), C4) ^ a;
  }
  h[0] = a;
  h[1] = b;
  h[2] = c;
  h[3] = d ^ (to - from);
}

/** Like {@link hashWords} for doubles; a NaN is a broken invariant, for its bits differ between builds. */
export function hashDoubles(h: Int32Array, values: Float64Array, name: string): void {
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    assert(x === x, `NaN in state column ${name}[${i}]`);
  }
  hashWords(h, new Int32Array(values.buffer, values.byteOffset, values.length * 2), 0, values.length * 2);
}

/** Hash of a text (UTF-16 units), as 32 hex digits: for schema and configuration hashes. */
export function hashText(text: string): string {
  const words = new Int32Array(text.length);
  for (let i = 0; i < text.length; i++) words[i] = text.charCodeAt(i);
  return hashValues(words);
}

/** Hash of bytes, as 32 hex digits: the same bytes wherever they lie. */
export function hashBytes(bytes: Uint8Array): string {
  return hashValues(Int32Array.from(bytes));
}

function hashValues(words: Int32Array): string {
  const h = hashInit(new Int32Array(4));
  hashWords(h, words, 0, words.length);
  let out = '';
  for (const word of h) out += (word >>> 0).toString(16).padStart(8, '0');
  return out;
}
