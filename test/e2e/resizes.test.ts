/** Two hundred random sizes leave no trace on the screen. */
import { expect, it } from 'vitest';
import { resizeStorm } from './resizes.ts';

const SEED = 1;

it('a storm of sizes ends as a start at the last of them would', async () => {
  const { compared, different } = await resizeStorm(200, SEED);
  expect(different).toEqual([]);
  expect(compared).toBe(3);
}, 60_000);
