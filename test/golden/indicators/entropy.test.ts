/** Permutation entropy against the published cases; its kind by singular values is not built. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { log } from '../../../engine/kernel/math.ts';
import { ENTROPY, entropyPlan, entropySlots, updateEntropy } from '../../../engine/market/indicators/memory.ts';
import { VECTORS } from '../../fixtures/indicator-vectors.ts';

interface EntropyCase {
  readonly fn: string;
  readonly x: readonly number[];
  readonly order: number;
  readonly normalize: boolean;
  readonly expected: number;
}

const FACTORIALS = [1, 1, 2, 6, 24];

describe.skipIf(VECTORS === undefined)('entropy', () => {
  it('is that of the published cases', () => {
    const all = JSON.parse(readFileSync(join(VECTORS!, 'entropy_cases.json'), 'utf8')) as {
      readonly cases: readonly EntropyCase[];
    };
    const cases = all.cases.filter(({ fn }) => fn.startsWith('permutation'));
    expect(cases).toHaveLength(2);
    for (const { x, order, normalize, expected } of cases) {
      const window = x.length - order + 1;
      const plan = entropyPlan(order, window);
      const state = new Float64Array(entropySlots(order, window));
      const warm = x.map((value) => updateEntropy(state, 0, value, plan));
      expect(warm).toEqual(x.map((_, i) => i + 1 === x.length));
      const most = normalize ? log(FACTORIALS[order]!) / Math.LN2 : 1;
      expect(Math.abs(state[ENTROPY.bits]! / most - expected)).toBeLessThan(1e-14);
    }
  });
});
