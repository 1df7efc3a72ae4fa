/** Fuzzy search against a naive search through all ways to find the letters, and what people expect of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareMatches, fuzzyMatch } from '../../../../state/palette/fuzzy.ts';

/** The best score over every way to find the letters, by trying them all. */
function naiveScore(typed: string, text: string): number | undefined {
  const fold = (each: string) => [...each.toLowerCase()].map((letter) => (letter === '-' ? ' ' : letter));
  const wanted = fold(typed.trim()).filter((letter) => letter !== ' ');
  const letters = fold(text);
  const starts = (at: number): boolean => at === 0 || !/[\p{L}\p{N}]/u.test(letters[at - 1] ?? '');
  const from = (index: number, last: number): number | undefined => {
    if (index === wanted.length) return 0;
    let best: number | undefined;
    for (let at = last + 1; at < letters.length; at++) {
      if (letters[at] !== wanted[index]) continue;
      const rest = from(index + 1, at);
      if (rest === undefined) continue;
      const start = starts(at) ? 16 : 0;
      const own = index > 0 && at === last + 1 ? 16 : start - (at - last - 1);
      best = Math.max(best ?? Number.NEGATIVE_INFINITY, own + rest);
    }
    return best;
  };
  return from(0, -1);
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'B', '-', ' ', '/', '1'), maxLength: 12 });
const short = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'C', '-', ' '), maxLength: 4 });

describe('fuzzy search', () => {
  it('finds what a naive search finds, with the same score, at places that hold the letters in order', () => {
    fc.assert(
      fc.property(short, word, (typed, text) => {
        const match = fuzzyMatch(typed, text);
        expect(match?.score).toBe(naiveScore(typed, text));
        if (match === undefined) return;
        const wanted = [...typed.toLowerCase()].filter((letter) => letter !== ' ' && letter !== '-');
        expect(match.places.map((at) => [...text.toLowerCase()][at])).toEqual(wanted);
        expect(match.places).toEqual([...new Set(match.places)].sort((a, b) => a - b));
      }),
      { numRuns: 3_000 },
    );
  });

  it('finds every text by any of its letters in order, whatever their case', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), fc.array(fc.boolean()), (text, kept) => {
        const typed = [...text].filter((_, at) => kept[at] === true).join('');
        expect(fuzzyMatch(typed.toUpperCase(), text)).toBeDefined();
      }),
    );
  });

  it('puts a text that begins with what was typed before any other, and one that is it before that', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '/'), minLength: 1, maxLength: 4 }),
        word,
        word,
        (typed, rest, other) => {
          const exact = fuzzyMatch(typed, typed)!;
          const longer = fuzzyMatch(typed, `${typed}${rest}`)!;
          if (rest !== '') expect(compareMatches(exact, longer)).toBeLessThan(0);
          const match = fuzzyMatch(typed, other);
          if (match === undefined || other.toLowerCase().replaceAll('-', ' ').startsWith(typed)) return;
          expect(compareMatches(longer, match)).toBeLessThan(0);
        },
      ),
    );
  });

  it('gives the same order every time, and a full one: the other way round is the reverse', () => {
    fc.assert(
      fc.property(short, word, word, (typed, one, two) => {
        const [a, b] = [fuzzyMatch(typed, one), fuzzyMatch(typed, two)];
        if (a === undefined || b === undefined) return;
        expect(Math.sign(compareMatches(a, b))).toBe(0 - Math.sign(compareMatches(b, a)));
        expect(fuzzyMatch(typed, one)).toEqual(a);
      }),
    );
  });

  it.each([
    ['nd', ['next-decision', 'ended', 'kind']],
    ['pt', ['panel-ticks', 'previous-trade', 'prompt']],
    ['zoom', ['zoom', 'zoom-out', 'lazy oom']],
    ['next dec', ['next-decision', 'next-trade-decision']],
    ['btcusdt', ['BTC/USDT', 'WBTC/USDT:USDT']],
  ])('for %s it gives %j in this order', (typed, expected) => {
    const found = expected
      .toReversed()
      .map((text) => ({ text, match: fuzzyMatch(typed, text)! }))
      .sort((a, b) => compareMatches(a.match, b.match));
    expect(found.map(({ text }) => text)).toEqual(expected);
  });

  it('is quick where nothing is quick: the longest text that can be typed against a line of the same letter', () => {
    const startedAt = performance.now();
    for (let i = 0; i < 100; i++) fuzzyMatch('a'.repeat(64), 'a'.repeat(100));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
