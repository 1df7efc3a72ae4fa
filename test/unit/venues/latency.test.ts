/** Times in fixed buckets: quantiles that are at most a thirty-second part too high, and nothing allocated for one. */
import { describe, expect, it } from 'vitest';
import { LatencyHistogram } from '../../../src/venues/latency.ts';
import { Chance } from '../../sim/world/virtual-time.ts';

describe('times in buckets', () => {
  it('has no quantile before the first time', () => {
    expect(new LatencyHistogram().quantiles()).toEqual({ count: 0, p50Us: 0, p99Us: 0, mostUs: 0, buckets: [] });
  });

  it('is exact below 32 µs and never more than a thirty-second part too high, and never too low', () => {
    const chance = new Chance(7);
    for (let round = 0; round < 50; round++) {
      const histogram = new LatencyHistogram();
      const most = 2 ** chance.between(1, 31) - 1;
      const times = Array.from({ length: chance.between(1, 400) }, () => chance.between(0, most));
      for (const us of times) histogram.record(us);
      times.sort((a, b) => a - b);
      for (const share of [0.01, 0.5, 0.9, 0.99, 1]) {
        const exact = times[Math.ceil(times.length * share) - 1]!;
        const told = histogram.quantileUs(share);
        expect(told).toBeGreaterThanOrEqual(exact);
        expect(told).toBeLessThanOrEqual(exact < 32 ? exact : exact * (33 / 32));
      }
      expect(histogram.quantiles()).toMatchObject({ count: times.length, mostUs: times.at(-1) });
    }
  });

  it('shows four buckets for each doubling, from the first to the last with any', () => {
    const histogram = new LatencyHistogram();
    for (const us of [5, 5, 7, 8, 9, 10, 19, 20]) histogram.record(us);
    expect(histogram.quantiles().buckets).toEqual([
      ...[5, 6, 7].map((fromUs) => [fromUs, [2, 0, 1][fromUs - 5]]),
      ...[8, 10, 12, 14].map((fromUs, i) => [fromUs, [2, 1, 0, 0][i]]),
      ...[16, 20].map((fromUs, i) => [fromUs, [1, 1][i]]),
    ]);
  });

  it('puts every time into the bucket that it belongs to', () => {
    const chance = new Chance(3);
    const histogram = new LatencyHistogram();
    const times = Array.from({ length: 2_000 }, () => chance.between(0, 2 ** chance.between(1, 30)));
    for (const us of times) histogram.record(us);
    const { buckets } = histogram.quantiles();
    buckets.forEach(([fromUs, count], i) => {
      const toUs = buckets[i + 1]?.[0] ?? Number.POSITIVE_INFINITY;
      expect(times.filter((us) => us >= fromUs && us < toUs)).toHaveLength(count);
      if (fromUs >= 4 && toUs < Number.POSITIVE_INFINITY) expect(toUs / fromUs).toBeLessThanOrEqual(1.25);
    });
    expect(buckets.reduce((sum, [, count]) => sum + count, 0)).toBe(times.length);
  });

  it('takes what clocks that differ bring: below zero, beyond the last bucket, and no number', () => {
    const histogram = new LatencyHistogram();
    for (const us of [-5, Number.NaN, 2 ** 40, Number.POSITIVE_INFINITY]) histogram.record(us);
    expect(histogram.quantiles()).toMatchObject({ count: 2, p50Us: 0, p99Us: 2 ** 40, mostUs: 2 ** 40 });
  });
});
