/** A book added up by distance: golden numbers, and the same as a count by hand over any book. */
import { describe, expect, it } from 'vitest';
import { depthView } from '../../../src/host/view-depth.ts';
import { type BookChange, Session, testConfig } from '../../fixtures/engine-session.ts';
import { Chance } from '../../sim/world/virtual-time.ts';

type Levels = NonNullable<BookChange['bids']>;

function depthOf(bids: Levels, asks: Levels) {
  const session = new Session(testConfig({ bookLevels: 256 }));
  session.snapshot({ last: 1, bids, asks });
  return depthView(session.state, session.state.instruments[0]!);
}

describe('depth', () => {
  it('adds up lots by their distance from the middle', () => {
    const depth = depthOf(
      [
        [999, 5],
        [998, 7],
        [995, 11],
      ],
      [
        [1_001, 2],
        [1_003, 4],
      ],
    );
    expect(depth).toEqual({
      step: '0.1',
      lotSize: '0.001',
      bidLots: [5, 12, 12, 12, 23],
      askLots: [2, 2, 6, 6, 6],
      levels: 5,
      beyond: 0,
    });
  });

  it('has at most 48 steps of whole ticks, and leaves out what is far beyond the rest', () => {
    const side = (sign: 1 | -1): Levels => [
      ...Array.from({ length: 100 }, (_, i) => [10_000 + sign * (i + 1), 10] as const),
      [10_000 + sign * 9_000, 1],
    ];
    const depth = depthOf(side(-1), side(1));
    expect(depth).toMatchObject({ step: '0.5', levels: 202, beyond: 2 });
    expect(depth?.bidLots).toHaveLength(41);
    expect(depth?.bidLots.slice(0, 3)).toEqual([50, 100, 150]);
    expect(depth?.askLots.at(-1)).toBe(1_000);
  });

  it('is that of the one side that there is', () => {
    expect(depthOf([[500, 3]], [])).toMatchObject({ bidLots: [3], askLots: [0], levels: 1 });
  });

  it('is none of a book that has not come, is empty or misses an update', () => {
    const session = new Session();
    const depth = () => depthView(session.state, session.state.instruments[0]!);
    expect(depth()).toBeUndefined();
    session.snapshot({ last: 1, bids: [[10, 1]], asks: [[11, 1]] });
    expect(depth()).toBeDefined();
    session.depth({ first: 9, last: 9, bids: [[9, 1]] });
    expect(depth()).toBeUndefined();
    expect(depthOf([], [])).toBeUndefined();
  });

  it('is what a count by hand gives', () => {
    const chance = new Chance(11);
    for (let round = 0; round < 40; round++) {
      const middle = 50_000;
      const side = (sign: 1 | -1): Levels => {
        const prices = new Set(Array.from({ length: chance.between(1, 60) }, () => chance.between(1, 3_000)));
        return [...prices].map((away) => [middle + sign * away, chance.between(1, 1_000)] as const);
      };
      const [bids, asks] = [side(-1), side(1)];
      const depth = depthOf(bids, asks)!;
      const centre = (Math.max(...bids.map(([price]) => price)) + Math.min(...asks.map(([price]) => price))) / 2;
      const stepTicks = Math.round(Number(depth.step) * 10);
      const within = (levels: Levels, ticks: number): number =>
        levels.reduce((sum, [price, lots]) => (Math.abs(price - centre) <= ticks ? sum + lots : sum), 0);
      const steps = depth.bidLots.map((_, i) => (i + 1) * stepTicks);
      expect(steps.length).toBeLessThanOrEqual(48);
      expect(depth.bidLots).toEqual(steps.map((ticks) => within(bids, ticks)));
      expect(depth.askLots).toEqual(steps.map((ticks) => within(asks, ticks)));
      const shown = [...bids, ...asks].filter(([price]) => Math.abs(price - centre) <= steps.at(-1)!).length;
      expect(depth.levels - depth.beyond).toBe(shown);
    }
  });
});
