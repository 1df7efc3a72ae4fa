/** The regime filter on markets whose regime is known, and at its edges. */
import { describe, expect, it } from 'vitest';
import { nextNormal, nextUnit, seedPrng } from '../../../../engine/kernel/prng.ts';
import { REGIME_SLOTS, REGIMES, updateRegime } from '../../../../engine/market/regime.ts';

const chancesOf = (state: Float64Array): number[] => [...state.slice(0, REGIMES.length)];
const likeliest = (state: Float64Array): string => REGIMES[chancesOf(state).indexOf(Math.max(...chancesOf(state)))]!;

describe('the regime', () => {
  it('is unknown for 120 returns; then its chances add up to one, whatever comes', () => {
    const random = new Int32Array(4);
    seedPrng(random, 3);
    const state = new Float64Array(REGIME_SLOTS);
    for (let i = 1; i <= 3_000; i++) {
      const wild = nextUnit(random) < 0.01 ? 1e6 : 1;
      const still = i % 500 > 400;
      expect(updateRegime(state, 0, still ? 0 : nextNormal(random) * 1e-4 * wild)).toBe(i > 120);
      if (i <= 120) continue;
      const sum = chancesOf(state).reduce((total, chance) => total + chance, 0);
      if (Math.abs(sum - 1) > 1e-12 || chancesOf(state).some((chance) => !(chance > 0)))
        expect(chancesOf(state)).toBe(1);
    }
  });

  it('of a market that never moved is calm', () => {
    const state = new Float64Array(REGIME_SLOTS);
    for (let i = 0; i < 200; i++) updateRegime(state, 0, 0);
    expect(likeliest(state)).toBe('calm');
  });

  it.each([
    ['up', 0.45, 0.8],
    ['down', -0.45, 0.8],
    ['turbulent', 0, 2.2],
    ['calm', 0, 0.5],
  ] as const)('is found to be %s most of the time once it has lasted', (regime, mean, deviation) => {
    const random = new Int32Array(4);
    seedPrng(random, 17);
    let right = 0;
    let seen = 0;
    for (let round = 0; round < 200; round++) {
      const state = new Float64Array(REGIME_SLOTS);
      // An ordinary market to measure by, then 40 bars of the regime; the newest twenty are judged.
      for (let i = 0; i < 200; i++) updateRegime(state, 0, nextNormal(random) * 1e-4);
      for (let i = 0; i < 40; i++) {
        updateRegime(state, 0, (mean + nextNormal(random) * deviation) * 1e-4);
        if (i < 20) continue;
        seen++;
        if (likeliest(state) === regime) right++;
      }
    }
    expect(right / seen).toBeGreaterThan(0.7);
  });
});
