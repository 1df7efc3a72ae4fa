/** Durations as the command line takes them. */
import { expect, test } from 'vitest';
import { parseDuration } from '../../../src/cli/durations.ts';

test.each([
  ['500ms', 500],
  ['20s', 20_000],
  ['1.5s', 1500],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '5', 's', '-5s', '0s', '1e3s', '5 s', '0.0005ms', '99999999999s', '5s; rm'])('%j is none', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});
