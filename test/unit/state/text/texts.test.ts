/** Texts that the console writes: clean, with sure width, numbers that say what they are. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clean } from '../../../../state/text/clean.ts';
import {
  amount,
  basisPoints,
  clock,
  compact,
  date,
  duration,
  fixed,
  grouped,
  signed,
  signedMoney,
  trimmed,
} from '../../../../state/text/numbers.ts';

describe('clean', () => {
  it('leaves what is harmless as it is', () => {
    for (const text of ['BTC/USDT', '1000SATS', '币安人生/USDT', 'ÄÖ é', '─│▲▼█░⡇×→…±“”', '№ ①'])
      expect(clean(text)).toBe(text);
  });

  it.each([
    ['an escape sequence', '\u001b[31mred\u001b[0m'],
    ['a title', '\u001b]0;owned\u0007'],
    ['an 8-bit sequence', '\u009b2J'],
    ['bidi', 'abc\u202edef\u2066'],
    ['zero width', 'B\u200bT\u200dC\ufeff'],
    ['lines', 'a\nb\r\u2028c'],
    ['stacked marks', `a${'\u0300'.repeat(20)}`],
    ['emoji', '🐸👩‍👩‍👧🇩🇪'],
    ['half a surrogate', '\ud800x'],
    ['private use', '\ue000'],
    ['conjoining letters', '\u1112\u1112\u11ab'],
    ['Thai', 'กำ'],
  ])('replaces %s', (_, text) => {
    expect(clean(text)).not.toMatch(/[\p{C}\p{M}\p{Zl}\p{Zp}\p{Emoji_Presentation}]/u);
    expect(clean(text)).toContain('?');
  });

  it('lets nothing unsafe through, and changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
        const cleaned = clean(text);
        return !/[\p{C}\p{M}\p{Zl}\p{Zp}]/u.test(cleaned) && clean(cleaned) === cleaned;
      }),
      { numRuns: 200 },
    );
  });
});

describe('numbers', () => {
  it('keep their places and never show a negative zero or NaN', () => {
    expect([fixed(1.005, 2), fixed(-0.001, 2), fixed(Number.NaN, 2), fixed(Number.POSITIVE_INFINITY, 0)]).toEqual([
      '1.00',
      '0.00',
      'n/a',
      'n/a',
    ]);
    expect([signed(0.2, 1), signed(-0.2, 1), signed(0, 1), signed(0.001, 1)]).toEqual(['+0.2', '-0.2', '0.0', '0.0']);
  });

  it('of money are grouped, with their sign', () => {
    expect([grouped('1234567.10'), grouped('-999'), grouped('n/a'), grouped('123')]).toEqual([
      '1,234,567.10',
      '-999',
      'n/a',
      '123',
    ]);
    expect([signedMoney('23.11'), signedMoney('-2.31'), signedMoney('0.00')]).toEqual(['+23.11', '-2.31', '0.00']);
  });

  it('of quantities lose empty places only', () => {
    expect([amount('12044.500'), amount('6451'), amount('0.01200')]).toEqual(['12,044.5', '6,451', '0.012']);
    expect([trimmed('0.01200'), trimmed('5.000'), trimmed('100'), trimmed('0.0')]).toEqual(['0.012', '5', '100', '0']);
    expect([compact('1234.5'), compact('0.00123'), compact('12345678'), compact('0')]).toEqual([
      '1.23k',
      '0.0012',
      '12.3M',
      '0',
    ]);
  });

  it('of rates and times', () => {
    expect([basisPoints(812), basisPoints(-120), basisPoints(12_345)]).toEqual(['8.12 bp', '-1.20 bp', '123 bp']);
    expect([duration(80), duration(3_249), duration(125_000), duration(11_520_000), duration(187_200_000)]).toEqual([
      '0.08 s',
      '3.2 s',
      '2m 05s',
      '3h 12m',
      '2d 04h',
    ]);
    expect(clock(Date.UTC(2024, 2, 5, 14, 3, 22, 123) * 1000)).toBe('14:03:22.123');
    expect(date(Date.UTC(2024, 2, 5) * 1000)).toBe('2024-03-05');
    expect([clock(0), date(Number.NaN)]).toEqual(['--:--:--.---', '----------']);
  });
});
