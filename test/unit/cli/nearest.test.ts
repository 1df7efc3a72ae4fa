/** Which name a mistyped word is taken for, and which are too far from it. */
import { expect, it } from 'vitest';
import { editDistance, nearest } from '../../../src/cli/nearest.ts';

it.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['replay', 'replay', 0],
  ['replya', 'replay', 1],
  ['repaly', 'replay', 1],
  ['rplay', 'replay', 1],
  ['reeplay', 'replay', 1],
  ['display', 'replay', 3],
] as const)('%j is as far from %j as %i slips', (a, b, distance) => {
  expect([editDistance(a, b), editDistance(b, a)]).toEqual([distance, distance]);
});

it.each([
  ['replya', 'replay'],
  ['KILL', 'kill'],
  ['sess', 'sessions'],
  ['kil', 'kill'],
  ['k', undefined],
  ['banana', undefined],
  ['x'.repeat(10_000), undefined],
] as const)('%.20s is taken for %s', (word, name) => {
  expect(nearest(word, ['replay', 'kill', 'sessions', 'status'])).toBe(name);
});
