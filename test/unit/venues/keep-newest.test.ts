/** What is remembered stays bounded, and the newest of it stays. */
import { expect, it } from 'vitest';
import { keepNewest } from '../../../src/venues/keep-newest.ts';

it('forgets what came first, of a set and of a map', () => {
  const set = new Set(['a', 'b', 'c', 'd']);
  keepNewest(set, 2);
  expect([...set]).toEqual(['c', 'd']);
  const map = new Map([
    ['a', 1],
    ['b', 2],
  ]);
  map.set('a', 3);
  keepNewest(map, 1);
  expect([...map]).toEqual([['b', 2]]);
});

it('leaves what is not too much', () => {
  const set = new Set([1, 2]);
  keepNewest(set, 2);
  expect(set.size).toBe(2);
  keepNewest(set, 0);
  expect(set.size).toBe(0);
});
