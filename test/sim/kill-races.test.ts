/** Flatten never turns a position, and an accept after the kill does not live: with engines broken on purpose beside. */
import { describe, expect, it } from 'vitest';
import { flattenRaces, lateAccepts } from './kill-races.ts';

const SEED = 1_000;

describe('flatten against partial fills', () => {
  it('closes everything and never turns a position', () => {
    const { signChanges, oversold, notFlat, ...met } = flattenRaces(150, SEED);
    expect({ signChanges, oversold, notFlat }).toEqual({ signChanges: [], oversold: [], notFlat: [] });
    expect(met.partialFills).toBeGreaterThan(met.races / 2);
    expect(met.lateFills).toBeGreaterThan(met.races / 20);
  });

  it('would be seen to turn one where exits were sent twice and not reduce-only', () => {
    const broken = flattenRaces(20, SEED, ({ state }) => {
      state.positions.exiting.fill(0);
      if (state.control.kill[0] !== 0) state.orders.reduceOnly.fill(0);
    });
    expect(broken.signChanges.length).toBeGreaterThan(0);
  });

  it('would be seen to send more than is held where an exit under way were forgotten', () => {
    expect(flattenRaces(20, SEED, ({ state }) => state.positions.exiting.fill(0)).oversold.length).toBeGreaterThan(0);
  });
});

describe('an accept that arrives after the kill', () => {
  it('is cancelled within a second', () => {
    const { notGone, lateAccepts: accepts, longestMs } = lateAccepts(60, SEED);
    expect(notGone).toEqual([]);
    expect(accepts).toBeGreaterThan(30);
    expect(longestMs).toBeGreaterThan(50);
  });

  it('would be seen to live on where its cancel was lost', () => {
    const { notGone } = lateAccepts(20, SEED, ({ state }) => {
      state.orders.cancelArrivesAtUs.fill(0);
    });
    expect(notGone.length).toBeGreaterThan(10);
  });
});
