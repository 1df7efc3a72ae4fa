/** A storm of faults over the exchange; many more are in the soak. */
import { expect, it } from 'vitest';
import { exchangeStorm } from '../../../sim/exchange-storm.ts';

it('keeps its word under faults, and its books join again afterwards', async () => {
  const { faults, struck, accepted } = await exchangeStorm(3, 3);
  expect(faults).toEqual([]);
  expect(struck).toBeGreaterThan(10);
  expect(accepted).toBeGreaterThan(10);
});

it('notices an exchange that does what it refused, and one that leaves out changes of its book', async () => {
  const refuses = { kind: '429', when: 'after', path: 'POST /api/v3/order', probability: 0.3 } as const;
  const leavesOut = { kind: 'depth-gap', probability: 0.7 } as const;
  const { faults } = await exchangeStorm(10, 1, refuses, leavesOut);
  expect(faults).toContainEqual(expect.stringContaining('was refused and is there'));
  expect(faults).toContainEqual('changes of the book do not join on');
});
