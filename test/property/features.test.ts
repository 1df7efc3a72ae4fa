/** Every feature against its definition taken over the whole history, and against a look ahead. */
import { describe, expect, it } from 'vitest';
import { FEATURES, type FeatureName } from '../../engine/domain/index.ts';
import { SECOND_US } from '../fixtures/engine-session.ts';
import { type FeatureRun, featureRun, type MarketKind } from '../fixtures/feature-market.ts';
import { naiveFeatures } from '../fixtures/naive-features.ts';

const RUNS: ReadonlyArray<readonly [kind: MarketKind, seed: number, barIntervalUs: number]> = [
  ['ticks', 1, SECOND_US],
  ['ticks', 2, 60 * SECOND_US],
  ['quotes', 3, 7 * SECOND_US],
  ['bars', 4, 300 * SECOND_US],
  ['bars', 5, 3_600 * SECOND_US],
  ['ticks', 6, 20 * SECOND_US],
];
const BARS = 400;
/** What the tail's approximation may be off by; all else agrees to rounding. */
const LOOSE: Readonly<Partial<Record<FeatureName, number>>> = { gaussianTail: 2e-7, returnSkew: 1e-7, cci: 1e-8 };

describe.each(RUNS)('%s, seed %i, bars of %i µs', (kind, seed, barIntervalUs) => {
  it('has the features of their definitions', () => {
    const { bars, vectors } = featureRun(kind, seed, BARS, barIntervalUs);
    const known = new Set<FeatureName>();
    let worst = 0;
    for (let i = 0; i < BARS; i += i < 130 ? 1 : 7) {
      const naive = naiveFeatures(bars.slice(0, i + 1), barIntervalUs);
      for (const name of FEATURES) {
        const [ours, truth] = [vectors[i]![name], naive[name]];
        if ((ours === undefined) !== (truth === undefined)) expect([name, i, ours]).toEqual([name, i, truth]);
        if (ours === undefined || truth === undefined) continue;
        known.add(name);
        const error = Math.abs(ours - truth) / Math.max(Math.abs(truth), 1);
        if (error > (LOOSE[name] ?? 1e-9)) expect([name, i, ours]).toEqual([name, i, truth]);
        if (LOOSE[name] === undefined) worst = Math.max(worst, error);
      }
    }
    expect(worst).toBeLessThan(1e-9);
    const silent = FEATURES.filter((name) => !known.has(name));
    expect(silent).toEqual(expect.arrayContaining(['funding', 'fearGreed']));
    if (kind === 'ticks' && barIntervalUs === 20 * SECOND_US) expect(silent).toEqual(['funding', 'fearGreed']);
  });
});

type Vectors = FeatureRun['vectors'];
/** Features of all bars from all bars: what a look ahead would need, and what `featureRun` gives bar by bar. */
type Compute = (run: FeatureRun) => Vectors;

const TURN = 200;

/** Bars before the turn at which a feature differs between two futures, by name. */
function leaks(compute: Compute, kind: MarketKind, seed: number): ReadonlyMap<string, number> {
  const futures = [7, 8].map((other) => {
    const run = featureRun(kind, seed, BARS, SECOND_US, { at: TURN, seed: other });
    return { run, vectors: compute(run) };
  });
  const [one, two] = futures as [(typeof futures)[0], (typeof futures)[0]];
  expect(one.run.bars.slice(0, TURN)).toEqual(two.run.bars.slice(0, TURN));
  expect(one.run.bars.slice(TURN)).not.toEqual(two.run.bars.slice(TURN));
  const found = new Map<string, number>();
  for (let i = 0; i < TURN; i++) {
    for (const name of FEATURES) {
      if (one.vectors[i]![name] !== two.vectors[i]![name]) found.set(name, (found.get(name) ?? 0) + 1);
    }
  }
  return found;
}

/** Replaces one feature by what `peek` makes of the whole run. */
const planted =
  (name: FeatureName, peek: (run: FeatureRun, i: number) => number): Compute =>
  (run) =>
    run.vectors.map((vector, i) => ({ ...vector, [name]: peek(run, i) }));

describe('a look ahead', () => {
  it.each(['ticks', 'quotes', 'bars'] as const)(
    'is in no feature: another future leaves the past as it was (%s)',
    (kind) => {
      for (const seed of [11, 12, 13]) expect(leaks(({ vectors }) => vectors, kind, seed)).toEqual(new Map());
    },
  );

  it('is found where one was planted', () => {
    const next = planted('returnBar', ({ bars }, i) => Math.log((bars[i + 1] ?? bars[i]!).close / bars[i]!.close));
    expect([...leaks(next, 'ticks', 11).keys()]).toEqual(['returnBar']);
    const scaled = planted('gaussianZ', ({ bars }, i) => {
      const mean = bars.reduce((sum, { close }) => sum + close, 0) / bars.length;
      return bars[i]!.close - mean;
    });
    expect(leaks(scaled, 'bars', 12).get('gaussianZ')).toBe(TURN);
    const centred = planted('emaFast', ({ bars }, i) => {
      const near = bars.slice(Math.max(0, i - 3), i + 4);
      return near.reduce((sum, { close }) => sum + close, 0) / near.length;
    });
    // Only the last three bars before the turn can see beyond it.
    expect(leaks(centred, 'ticks', 13).get('emaFast')).toBeLessThanOrEqual(3);
    expect(leaks(centred, 'ticks', 13).get('emaFast')).toBeGreaterThan(0);
  });
});
