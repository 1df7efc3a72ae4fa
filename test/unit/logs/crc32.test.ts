/** The CRC of the journal against known vectors and against zlib, and what it catches. */
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { crc32Words, recordCrc } from '../../../logs/crc32.ts';

test('the check value of CRC-32 is that of zlib, and ours agrees on whole words', () => {
  expect(crc32('123456789')).toBe(0xcbf43926);
  const words = new Int32Array(new TextEncoder().encode('12345678').buffer);
  expect(crc32Words(words, 0, 2, 0)).toBe(0x9ae0daaf);
  expect(crc32Words(words, 0, 2, 0)).toBe(crc32('12345678'));
});

test('a crc continued from a start value equals that of zlib for every length, across both ways', () => {
  const bytes = new Uint8Array(1024);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 167 + (i >> 3)) & 255;
  const words = new Int32Array(bytes.buffer);
  for (let length = 32; length <= 1000; length += 8) {
    for (const at of [0, 8, 24]) {
      expect(recordCrc(bytes, words, at, length)).toBe(crc32(bytes.subarray(at + 8, at + length), length));
    }
  }
  for (const start of [1, 64, 0x7fffffff, 0x80000000, 0xffffffff]) {
    expect(crc32Words(words, 0, 16, start)).toBe(crc32(bytes.subarray(0, 64), start));
  }
});

test('the length is part of the crc', () => {
  const bytes = new Uint8Array(64);
  const words = new Int32Array(bytes.buffer);
  const zeroPaddedShorter = recordCrc(bytes, words, 0, 56);
  expect(recordCrc(bytes, words, 0, 64)).not.toBe(zeroPaddedShorter);
});
