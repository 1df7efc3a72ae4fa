/** The check sum of a record: CRC-32 over everything behind the crc field, started from the length. */
import { crc32 } from 'node:zlib';

/**
 * Up to this many bytes our own loop is faster than the call into zlib (64-byte record: about a third of the
 * time; equal near 512 bytes). Both give the same number; a test holds them together.
 */
const OWN_LOOP_LIMIT = 384;

const TABLES = makeTables();

/** Eight tables for eight bytes a round (slicing-by-8: Kounavis and Berry, 2005), polynomial 0xEDB88320. */
function makeTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let i = 0; i < 256; i++) {
    let c = i;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    tables[i] = c;
  }
  for (let i = 256; i < tables.length; i++) {
    const previous = tables[i - 256]!;
    tables[i] = (previous >>> 8) ^ tables[previous & 255]!;
  }
  return tables;
}

/**
 * CRC-32 of words [from, to), an even number of them, continued from `start` (0 for a fresh one). Equals
 * `crc32(bytes, start)` of node:zlib on a little-endian machine.
 */
export function crc32Words(words: Int32Array, from: number, to: number, start: number): number {
  const t = TABLES;
  let c = ~start;
  for (let i = from; i < to; i += 2) {
    const x = words[i]! ^ c;
    const y = words[i + 1]!;
    c =
      t[1792 + (x & 255)]! ^
      t[1536 + ((x >>> 8) & 255)]! ^
      t[1280 + ((x >>> 16) & 255)]! ^
      t[1024 + (x >>> 24)]! ^
      t[768 + (y & 255)]! ^
      t[512 + ((y >>> 8) & 255)]! ^
      t[256 + ((y >>> 16) & 255)]! ^
      t[y >>> 24]!;
  }
  return ~c >>> 0;
}

/**
 * The crc of the record of `length` bytes at `at`: bytes [8, length), with the length as start value, so that
 * a record read with another length fails too. `bytes` and `words` cover the same memory; `at` and `length`
 * are multiples of 8 and within it.
 */
export function recordCrc(bytes: Uint8Array, words: Int32Array, at: number, length: number): number {
  if (length <= OWN_LOOP_LIMIT) return crc32Words(words, (at + 8) >> 2, (at + length) >> 2, length);
  return crc32(bytes.subarray(at + 8, at + length), length);
}
