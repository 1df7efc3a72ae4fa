/** The venue's countdown as we keep it: renewed while entries work, called off for stops, and what an engine's death leaves. */
import { describe, expect, it } from 'vitest';
import { DeadMan } from '../../../src/brokers/dead-man.ts';
import { Chance, VirtualTime } from '../../sim/world/virtual-time.ts';

const SECOND = 1_000_000;
const AFTER = 30 * SECOND;

describe('DeadMan', () => {
  const rig = () => {
    const told: Array<readonly [seconds: number, instrument: number, afterSeconds: number]> = [];
    let nowUs = 0;
    let entries = [0, 0];
    const deadMan = new DeadMan({
      instruments: 2,
      afterUs: AFTER,
      countDown: (instrument, afterUs) => told.push([nowUs / SECOND, instrument, afterUs / SECOND]),
    });
    const run = (untilSeconds: number, now: number[]): void => {
      entries = now;
      for (; nowUs <= untilSeconds * SECOND; nowUs += SECOND / 2) deadMan.tick(nowUs, (i) => entries[i]!);
    };
    return { told, run };
  };

  it('says nothing while no entry works', () => {
    const { told, run } = rig();
    run(100, [0, 0]);
    expect(told).toEqual([]);
  });

  it('starts at once, renews every third of the time, and is called off as often as it could still run', () => {
    const { told, run } = rig();
    run(25, [1, 0]);
    run(100, [0, 0]);
    expect(told).toEqual([
      [0, 0, 30],
      [10, 0, 30],
      [20, 0, 30],
      [25.5, 0, 0],
      [35.5, 0, 0],
      [45.5, 0, 0],
    ]);
  });

  it('keeps instruments apart, and starts again at once for the next entry', () => {
    const { told, run } = rig();
    run(1, [1, 0]);
    run(2, [0, 2]);
    run(3, [1, 2]);
    expect(told).toEqual([
      [0, 0, 30],
      [1.5, 0, 0],
      [1.5, 1, 30],
      [2.5, 0, 30],
    ]);
  });
});

interface Open {
  readonly kind: 'entry' | 'stop';
}

/** One life: entries come and go, a stop follows each, one request in five is lost, and at some moment the engine is dead. */
function life(seed: number, silent: (afterUs: number) => boolean) {
  const chance = new Chance(seed);
  const time = new VirtualTime(0);
  const open = new Set<Open>();
  let countdown = 0;
  const diesAtUs = chance.between(0, 120) * SECOND + chance.between(0, SECOND);
  const lost = { entries: 0, stops: 0, longestUs: 0 };
  const deadMan = new DeadMan({
    instruments: 1,
    afterUs: AFTER,
    countDown: (_instrument, afterUs) => {
      if (silent(afterUs) || chance.is(0.2)) return;
      time.after(chance.between(1_000, 80_000), () => {
        const set = ++countdown;
        if (afterUs > 0) time.after(afterUs, () => set === countdown && fire());
      });
    },
  });
  const isAlive = (): boolean => time.nowUs < diesAtUs;
  const fire = (): void => {
    for (const each of open) {
      if (each.kind === 'stop') lost.stops++;
      else if (!isAlive()) {
        lost.entries++;
        lost.longestUs = Math.max(lost.longestUs, time.nowUs - diesAtUs);
      }
    }
    open.clear();
  };
  const entriesOpen = (): number => [...open].filter((each) => each.kind === 'entry').length;
  const tick = (): void => {
    if (!isAlive()) return;
    deadMan.tick(time.nowUs, entriesOpen);
    time.after(100_000, tick);
  };
  const trade = (): void => {
    if (!isAlive()) return;
    // Entered only where nothing is held: the last position is closed, and its stop with it.
    open.clear();
    const entry: Open = { kind: 'entry' };
    open.add(entry);
    deadMan.tick(time.nowUs, entriesOpen);
    time.after(chance.between(0, 50) * SECOND, () => {
      if (!isAlive() || !open.delete(entry)) return;
      // What it has filled is protected from now on: for as long as nothing else is done.
      open.add({ kind: 'stop' });
      deadMan.tick(time.nowUs, entriesOpen);
      time.after(chance.between(0, 60) * SECOND, trade);
    });
  };
  tick();
  trade();
  while (time.nextAtUs < 400 * SECOND) time.step();
  return { ...lost, entriesLeft: entriesOpen() };
}

describe('an engine that stops dead', () => {
  const none = (): boolean => false;
  const seeds = Array.from({ length: 400 }, (_, i) => i + 1);

  it('has its entries cancelled by the venue within 30 s of its last word, unless every word of that was lost', () => {
    const lives = seeds.map((seed) => life(seed, none));
    const cancelled = lives.filter((each) => each.entries > 0);
    expect(cancelled.length).toBeGreaterThan(100);
    expect(Math.max(...cancelled.map((each) => each.longestUs))).toBeLessThanOrEqual(AFTER + 100_000);
    // The first word of a countdown can be lost, and the engine die before the second: one in five, of the first ten seconds.
    expect(lives.filter((each) => each.entriesLeft > 0).length).toBeLessThan(seeds.length / 20);
  });

  it('would leave entries at work without renewals, and lose stops without the calling off', () => {
    const unheard = seeds.map((seed) => life(seed, (afterUs) => afterUs > 0));
    expect(unheard.some((each) => each.entriesLeft > 0)).toBe(true);
    const kept = seeds.map((seed) => life(seed, none)).reduce((sum, each) => sum + each.stops, 0);
    const lost = seeds.map((seed) => life(seed, (afterUs) => afterUs === 0)).reduce((sum, each) => sum + each.stops, 0);
    expect(lost).toBeGreaterThan(kept * 5);
  });
});
