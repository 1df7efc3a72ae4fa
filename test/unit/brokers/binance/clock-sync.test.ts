/** The venue's time: the best of several round trips, steps of either clock, and what is known meanwhile. */
import { expect, it } from 'vitest';
import { ClockSync } from '../../../../src/brokers/binance/clock-sync.ts';
import { Chance } from '../../../sim/world/virtual-time.ts';

const START_US = 1_800_000_000_000_000;

function clocks(seed = 1) {
  const chance = new Chance(seed);
  const world = { nowUs: START_US, aheadUs: 0, wallUs: 0, isAway: false };
  const notices: string[] = [];
  const sync = new ClockSync({
    nowUs: () => world.nowUs,
    wallUs: () => world.nowUs + world.wallUs,
    probe: (reply) => {
      if (world.isAway) {
        reply(undefined);
        return;
      }
      world.nowUs += chance.between(500, 30_000);
      const venueMs = Math.floor((world.nowUs + world.aheadUs) / 1000);
      world.nowUs += chance.between(500, 30_000);
      reply(venueMs);
    },
    notice: (_level, text) => notices.push(text),
  });
  const wait = (seconds: number): void => {
    for (let i = 0; i < seconds * 10; i++) {
      world.nowUs += 100_000;
      sync.tick();
    }
  };
  return { world, sync, notices, wait };
}

const apart = ({ sync }: Pick<ReturnType<typeof clocks>, 'sync'>): number => {
  const reading = sync.reading();
  return reading === undefined ? Number.POSITIVE_INFINITY : Math.abs(reading.offsetUs) + reading.uncertaintyUs;
};

it('is known to within half the shortest round trip, and it says so truly', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const { world, sync } = clocks(seed);
    world.aheadUs = 123_456 * seed;
    sync.measure();
    const errorUs = Math.abs(sync.venueUs() - (world.nowUs + world.aheadUs));
    expect(errorUs).toBeLessThanOrEqual(sync.reading()!.uncertaintyUs);
    expect(sync.reading()!.uncertaintyUs).toBeLessThan(31_000);
  }
});

it('shows a clock that is off until a second measurement agrees', () => {
  const all = clocks();
  const { world, sync, wait, notices } = all;
  expect(sync.reading()).toBeUndefined();
  world.aheadUs = 60_000_000;
  sync.measure();
  expect(apart(all)).toBeGreaterThan(59_000_000);
  wait(2);
  expect(apart(all)).toBeLessThan(100_000);
  expect(sync.rawOffsetUs).toBeGreaterThan(59_900_000);
  expect(notices.join()).toMatch(/60\.0\d\d s/);
});

it('takes no time for known when the machine’s clock was set, or the venue says that ours is wrong', () => {
  const all = clocks();
  const { world, sync, wait } = all;
  sync.measure();
  expect(apart(all)).toBeLessThan(50_000);
  world.isAway = true;
  world.wallUs = -1_500_000;
  sync.tick();
  expect(apart(all)).toBeGreaterThan(1_500_000);
  wait(5);
  expect(apart(all)).toBeGreaterThan(1_500_000);
  world.isAway = false;
  wait(2);
  expect(apart(all)).toBeLessThan(100_000);
  world.isAway = true;
  sync.suspect();
  expect(apart(all)).toBeGreaterThan(59_000_000);
});

it('is known less and less while nobody tells', () => {
  const all = clocks();
  const { world, sync } = all;
  sync.measure();
  const beforeUs = apart(all);
  world.nowUs += 3_600_000_000;
  expect(apart(all) - beforeUs).toBe(360_000);
});
