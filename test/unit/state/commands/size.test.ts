/** Sizes that a person types: exact, in whole lots, never larger than asked and never as large as before. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSize, quantityOf, worthOf } from '../../../../state/commands/size.ts';
import { decimalText, parseDecimal } from '../../../../state/text/decimals.ts';

const OF_308 = { lots: 308, leastLots: 2, lotSize: '0.001' };

describe('a smaller size', () => {
  it.each([
    ['50%', 154, '0.154'],
    [' 50 % ', 154, '0.154'],
    ['33.3%', 102, '0.102'],
    ['99.9999%', 307, '0.307'],
    ['0.15', 150, '0.15'],
    ['0.1509999', 150, '0.15'],
    ['0.307999999999999999', 307, '0.307'],
    ['0.002', 2, '0.002'],
  ])('%s', (text, lots, quantity) => expect(parseSize(text, OF_308)).toEqual({ lots, quantity }));

  it.each([
    ['100%', /smaller only: less than 0\.308/],
    ['101%', /smaller only/],
    ['0.308', /smaller only/],
    ['9', /smaller only/],
    ['0.0019', /no less than 0\.002/],
    ['0.1%', /no less than 0\.002/],
    ['0', /no less/],
    ['', /type a share/],
    ['-0.1', /type a share/],
    ['1e-1', /type a share/],
    ['0,15', /no commas: type a point/],
    ['1,234', /no commas/],
    [',', /no commas/],
    ['half', /type a share/],
    ['50%%', /type a share/],
    ['.5', /type a share/],
    ['٥٠%', /type a share/],
  ])('is refused: %s', (text, error) =>
    expect(parseSize(text, OF_308)).toEqual({ error: expect.stringMatching(error) }),
  );

  it('is never larger than what was typed, nor as large as the proposal', () => {
    const decimal = fc.tuple(fc.nat({ max: 10 ** 9 }), fc.nat({ max: 12 })).map(([n, places]) => {
      const digits = String(n).padStart(places + 1, '0');
      return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
    });
    const lotSize = fc.constantFrom('0.00000001', '0.001', '0.05', '1', '1000');
    const lots = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
    const property = fc.property(decimal, lots, lotSize, fc.boolean(), (text, most, lot, isShare) => {
      const size = parseSize(isShare ? `${text}%` : text, { lots: most, leastLots: 1, lotSize: lot });
      if ('error' in size) return;
      expect(size.lots).toBeLessThan(most);
      expect(Number.isSafeInteger(size.lots) && size.lots >= 1).toBe(true);
      expect(parseDecimal(size.quantity)).toBe(BigInt(size.lots) * parseDecimal(lot)!);
      const asked = parseDecimal(text)!;
      if (isShare) expect(BigInt(size.lots) * 100n * 10n ** 18n <= BigInt(most) * asked).toBe(true);
      else
        expect(parseDecimal(size.quantity)! <= asked && asked - parseDecimal(size.quantity)! < parseDecimal(lot)!).toBe(
          true,
        );
    });
    fc.assert(property, { numRuns: 500 });
  });

  it('is told as a quantity without zeros at its end', () => {
    expect([quantityOf(1_200, { lotSize: '0.00001' }), quantityOf(7, { lotSize: '1000' })]).toEqual(['0.012', '7000']);
    expect([decimalText(0n), decimalText(10n ** 18n), decimalText(1n)]).toEqual(['0', '1', '0.000000000000000001']);
  });
});

it.each([
  [1_200, '64233.10', '770.80'],
  [600, '64233.10', '385.40'],
  [1, '499.99', '0.00'],
  [1, '500.00', '0.01'],
  [1, '0.000001', '0.00'],
] as const)('%i lots at %s are worth %s, as the engine rounds', (lots, limit, worth) =>
  expect(worthOf(lots, { lotSize: '0.00001', limit })).toBe(worth),
);
