/** The exponential of the kernels against the machine's, over all that it is asked for. */
import { expect, it } from 'vitest';
import { expSingle } from '../../../../../engine/models/nets/arithmetic.ts';
import { randomFrom } from '../../../../fixtures/small-nets.ts';

it('is right to 2e-7 of its value from −87 to 88', () => {
  const random = randomFrom(1);
  let worst = 0;
  for (let i = 0; i < 200_000; i++) {
    const x = Math.fround(i % 2 === 0 ? -87 + 175 * random.unit() : random.normal());
    worst = Math.max(worst, Math.abs(expSingle(x) / Math.exp(x) - 1));
  }
  expect(worst).toBeLessThan(2e-7);
});

it('stays within that beyond, and is exact at zero', () => {
  expect(expSingle(-1e30)).toBe(expSingle(-87));
  expect(expSingle(1e30)).toBe(expSingle(88));
  expect(Number.isFinite(expSingle(88))).toBe(true);
  expect([expSingle(0), expSingle(-0)]).toEqual([1, 1]);
});
