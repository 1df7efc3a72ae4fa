/** Decimal texts: what is one, what binary noise is, and how many decimals count. */
import { describe, expect, test } from 'vitest';
import { comparable, DecimalReader, decimalsOf, isZero } from '../../../src/importers/decimals.ts';

const read = (text: unknown) => new DecimalReader().read(text);

describe('reading a decimal', () => {
  test.each([
    ['0', '0'],
    ['12', '12'],
    ['0.00100000', '0.00100000'],
    ['61837.63000000', '61837.63000000'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['007.5e0', '7.5'],
    ['+3.25', '3.25'],
    ['2e-7', '0.0000002'],
    ['1.5E3', '1500'],
    ['1e-05', '0.00001'],
  ])('%s is %s', (text, plain) => {
    expect(read(text)).toBe(plain);
  });

  test.each([
    ...['', '.', '-1', '−1', 'NaN', 'nan', 'Infinity', '1e309', '1e-309', '0x10', '1_000', '1,5', ' 1', '1 ', '1.2.3'],
    ...['e5', '1e', '\u0661', '1\u0000', '9'.repeat(65)],
  ])('%j is none', (text) => {
    expect(read(text)).toBeUndefined();
  });

  test.each([undefined, null, 5, {}, ['1'], true])('%j is no text', (value) => {
    expect(read(value)).toBeUndefined();
  });

  test('thirteen decimals are too many, twelve are not', () => {
    expect(read('0.000000000001')).toBe('0.000000000001');
    expect(read('0.0000000000001')).toBeUndefined();
  });
});

describe('binary noise', () => {
  test.each([
    ['0.30000000000000004', '0.3'],
    ['0.00031099999999999997', '0.000311'],
    ['815959.6899999999', '815959.69'],
    ['53218595.6000000015', '53218595.6'],
    ['102354145.29999999', '102354145.3'],
    ['218102.59507500002', '218102.595075'],
    ['10.344205490000018', '10.34420549'],
    ['0.99999999999999999', '1'],
  ])('%s was meant to be %s, and is counted', (text, meant) => {
    const reader = new DecimalReader();
    expect(reader.read(text)).toBe(meant);
    expect(reader.denoised).toBe(1);
  });

  test.each(['28919582.00000001', '123456.12345678', '0.123456789012', '143907754.33000000'])(
    '%s is what a venue wrote and stays',
    (text) => {
      const reader = new DecimalReader();
      const plain = reader.read(text)!;
      expect(BigInt(plain.replace('.', '').padEnd(30, '0'))).toBe(BigInt(text.replace('.', '').padEnd(30, '0')));
      expect(reader.denoised).toBe(0);
    },
  );
});

test('decimals are counted without trailing zeros', () => {
  expect(['5', '5.0', '0.00100000', '1.23', '0'].map(decimalsOf)).toEqual([0, 0, 3, 2, 0]);
});

test('zero is zero however it is written', () => {
  expect(['0', '0.000', '00', '0.001', '10'].map(isZero)).toEqual([true, true, true, false, false]);
});

test('decimals compare exactly, on a grid that holds both', () => {
  expect(comparable(['90071992.54740991', '90071992.5474099'])).toEqual([9007199254740991, 9007199254740990]);
  expect(comparable(['1.50', '1.5'])).toEqual([15, 15]);
  expect(comparable(['90071992.54740992', '1'])).toBeUndefined();
});
