/** The hash notices every bit, every place and every length. */
import { describe, expect, it } from 'vitest';
import { hashBytes, hashDoubles, hashInit, hashText, hashWords } from '../../../../engine/kernel/hash.ts';
import { nextBits, seedPrng } from '../../../../engine/kernel/prng.ts';

function hashOf(words: Int32Array): string {
  const h = hashInit(new Int32Array(4));
  hashWords(h, words, 0, words.length);
  return h.join();
}

const random = new Int32Array(4);
seedPrng(random, 21);
const buffer = Int32Array.from({ length: 64 }, () => nextBits(random));

describe('hashWords', () => {
  it('is changed by every single bit, each to another value', () => {
    const seen = new Set([hashOf(buffer)]);
    const copy = buffer.slice();
    for (let bit = 0; bit < buffer.length * 32; bit++) {
      copy[bit >> 5]! ^= 1 << (bit & 31);
      seen.add(hashOf(copy));
      copy[bit >> 5]! ^= 1 << (bit & 31);
    }
    expect(seen.size).toBe(1 + buffer.length * 32);
  });

  it('is changed by a word moved, by a zero more, and by an empty part', () => {
    const swapped = buffer.slice();
    [swapped[10], swapped[11]] = [swapped[11]!, swapped[10]!];
    const longer = new Int32Array(65);
    longer.set(buffer);
    const zeros = [0, 1, 2, 3].map((n) => hashOf(new Int32Array(n)));
    expect(new Set([hashOf(buffer), hashOf(swapped), hashOf(longer), ...zeros]).size).toBe(7);
  });

  it('takes the part it is given', () => {
    const h = hashInit(new Int32Array(4));
    hashWords(h, buffer, 8, 24);
    expect(h.join()).toBe(hashOf(buffer.slice(8, 24)));
  });

  it('differs in about half of the bits of the first words changed', () => {
    const before = hashOf(buffer).split(',').map(Number);
    let flipped = 0;
    for (let bit = 0; bit < 32; bit++) {
      const copy = buffer.slice();
      copy[0]! ^= 1 << bit;
      const after = hashOf(copy).split(',').map(Number);
      for (let lane = 0; lane < 4; lane++) {
        flipped += ((before[lane]! ^ after[lane]!) >>> 0).toString(2).replaceAll('0', '').length;
      }
    }
    expect(flipped / 32 / 128).toBeCloseTo(0.5, 1);
  });
});

describe('hashDoubles', () => {
  it('refuses a NaN with the column and place, and tells zeros of two signs apart', () => {
    const h = new Int32Array(4);
    expect(() => hashDoubles(h, Float64Array.of(1, Number.NaN), 'a.column')).toThrow('NaN in state column a.column[1]');
    const [plus, minus] = [hashInit(new Int32Array(4)), hashInit(new Int32Array(4))];
    hashDoubles(plus, Float64Array.of(0), 'x');
    hashDoubles(minus, Float64Array.of(-0), 'x');
    expect(plus.join()).not.toBe(minus.join());
  });
});

describe('hashText', () => {
  it('is 32 hex digits that every character changes', () => {
    const text = 'risk.dailyLossLimitPpm: 50000 — Verlust';
    const seen = new Set([hashText(text), hashText(''), hashText(`${text} `)]);
    for (let i = 0; i < text.length; i++) {
      seen.add(hashText(text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ 1) + text.slice(i + 1)));
    }
    expect(seen.size).toBe(3 + text.length);
    for (const hash of seen) expect(hash).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('hashBytes', () => {
  it('is of the bytes, wherever they lie, their order and their count', () => {
    const bytes = Uint8Array.of(9, 1, 2, 3, 0);
    expect(hashBytes(bytes.subarray(1, 4))).toBe(hashBytes(Uint8Array.of(1, 2, 3)));
    expect(hashBytes(bytes)).toMatch(/^[0-9a-f]{32}$/);
    const others = [bytes, bytes.slice(1), bytes.slice(0, 4), Uint8Array.of(1, 9, 2, 3, 0), new Uint8Array(0)];
    expect(new Set(others.map(hashBytes)).size).toBe(5);
  });
});
