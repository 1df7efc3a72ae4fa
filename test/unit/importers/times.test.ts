/** Times in files: units told by their digits, calendar dates, and what is no time. */
import { describe, expect, test } from 'vitest';
import { epochUs, parseTimeUs, timeFrameUs } from '../../../src/importers/times.ts';

const US = Date.UTC(2024, 7, 8, 23, 54, 15) * 1000;

describe('a time', () => {
  test.each([
    ['1723161255', 0],
    ['1723161255.5', 500_000],
    ['1723161255.8469708', 846_970],
    ['1723161255123', 123_000],
    ['1723161255123.0', 123_000],
    ['1723161255123456', 123_456],
    ['1723161255123456789', 123_456],
    ['2024-08-08 23:54:15', 0],
    ['2024-08-08T23:54:15.25Z', 250_000],
    ['2024-08-08 23:54:15.278000+00:00', 278_000],
    ['2024-08-09T01:54:15+02:00', 0],
    ['2024-08-08 18:54:15-0500', 0],
  ])('%s', (text, fraction) => {
    expect(parseTimeUs(text)).toBe(US + fraction);
  });

  test('the twelve-hour form of CryptoDataDownload', () => {
    const midnight = Date.UTC(2020, 10, 3) * 1000;
    expect(parseTimeUs('2020-11-03 12-AM')).toBe(midnight);
    expect(parseTimeUs('2020-11-03 04-AM')).toBe(midnight + 4 * 3_600_000_000);
    expect(parseTimeUs('2020-11-03 12-PM')).toBe(midnight + 12 * 3_600_000_000);
    expect(parseTimeUs('2020-11-03')).toBe(midnight);
  });

  test.each([
    ...['', 'now', '-1723161255', '172316125', '17231612551', '0000000000', '9999999999999', '1723161255e0'],
    ...['2024-02-30', '2024-13-01', '2024-08-08 24:00:00', '2024-08-08 23:60:00', '1999-01-01', '2020-11-03 13-PM'],
    ...['1723161255 ', '1723161255.', '1723161255.x', '1723161255.1.1', '1'.repeat(41)],
  ])('%j is none', (text) => {
    expect(parseTimeUs(text)).toBeUndefined();
  });
});

test('numbers of JSON', () => {
  expect([1_723_161_255, 1_723_161_255_000, 1_723_161_255_000_000].map(epochUs)).toEqual([US, US, US]);
  expect([1.5, Number.NaN, '1723161255000', null, -1, 2 ** 60, 0].map(epochUs)).toEqual(Array(7).fill(undefined));
});

test('lengths of time frames; a month has none', () => {
  expect(['1s', '5m', '4h', '1d', '1w'].map(timeFrameUs)).toEqual([1e6, 300e6, 14_400e6, 86_400e6, 604_800e6]);
  expect(['1M', '0m', 'm', '1', '5 m', '99999m'].map(timeFrameUs)).toEqual(Array(6).fill(undefined));
});
