/** What does not fit at the start of a live run, of five kinds, end to end; and a host that does not mind is noticed. */
import { expect, test } from 'vitest';
import { START_CASES, startsWithDifferences } from './start.ts';

test('orders, coins, trades and money that a live run does not know block entries until they are gone or accepted', async () => {
  const { faults, cases, worstBlockedMs } = await startsWithDifferences(START_CASES, 1);
  expect(faults).toEqual([]);
  expect(cases).toBe(7);
  expect(worstBlockedMs).toBeLessThan(10_000);
}, 60_000);

test('a host that arms all the same is caught', async () => {
  const coins = START_CASES.filter(({ name }) => name.startsWith('coins'));
  const { faults } = await startsWithDifferences(coins, 1, true);
  expect(faults).toEqual([expect.stringMatching(/not within 2000 ms/)]);
}, 30_000);
