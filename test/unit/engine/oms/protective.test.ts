/** Stops, targets and time limits, at their prices and one tick either side. */
import { describe, expect, it } from 'vitest';
import { MarketTable, PositionTable } from '../../../../engine/index.ts';
import { Arena } from '../../../../engine/kernel/arena.ts';
import { exitPrice, overdue, triggered } from '../../../../engine/oms/protective.ts';

interface Scene {
  readonly lots: number;
  readonly bid?: number;
  readonly ask?: number;
  readonly last?: number;
  readonly stop?: number;
  readonly target?: number;
  readonly exiting?: boolean;
}

function stage({ lots, bid = 0, ask = 0, last = 0, stop = 0, target = 0, exiting = false }: Scene) {
  const arena = new Arena();
  const market = new MarketTable(arena, 2);
  const positions = new PositionTable(arena, 2);
  market.bid[1] = bid;
  market.ask[1] = ask;
  market.last[1] = last;
  positions.lots[1] = lots;
  positions.stopTicks[1] = stop;
  positions.targetTicks[1] = target;
  positions.exiting[1] = exiting ? 1 : 0;
  positions.openedAtUs[1] = 500;
  return { market, positions };
}

describe('triggered', () => {
  const long = { lots: 5, stop: 90, target: 120 };
  const short = { lots: -5, stop: 110, target: 80 };
  it.each([
    ['long above its stop', { ...long, bid: 91, ask: 92 }, undefined],
    ['long at its stop', { ...long, bid: 90, ask: 200 }, 'stop'],
    ['long below its stop', { ...long, bid: 10, ask: 200 }, 'stop'],
    ['long below its target', { ...long, bid: 119, ask: 120 }, undefined],
    ['long at its target', { ...long, bid: 120, ask: 121 }, 'target'],
    ['short below its stop', { ...short, bid: 108, ask: 109 }, undefined],
    ['short at its stop', { ...short, bid: 1, ask: 110 }, 'stop'],
    ['short above its target', { ...short, bid: 80, ask: 81 }, undefined],
    ['short at its target', { ...short, bid: 79, ask: 80 }, 'target'],
    ['both at once', { lots: 5, stop: 100, target: 100, bid: 100 }, 'stop'],
    ['by the last price without a touch', { ...long, last: 90 }, 'stop'],
    ['by the last price without its side of the touch', { ...short, bid: 100, last: 111 }, 'stop'],
    ['price unknown', long, undefined],
    ['no position', { ...long, lots: 0, bid: 1, ask: 2, last: 1 }, undefined],
    ['an exit under way', { ...long, bid: 1, exiting: true }, undefined],
    ['long without stop and target', { lots: 5, bid: 1, ask: 2 }, undefined],
    ['short without stop and target', { lots: -5, bid: 1e9, ask: 1e9 }, undefined],
  ] as const)('%s', (_, scene, wanted) => {
    const { market, positions } = stage(scene);
    expect(triggered(market, positions, 1)).toBe(wanted);
    expect(triggered(market, positions, 0)).toBeUndefined();
  });
});

describe('exitPrice', () => {
  it('is the bid for a long and the ask for a short', () => {
    const [long, short] = [
      stage({ lots: 1, bid: 9, ask: 11, last: 10 }),
      stage({ lots: -1, bid: 9, ask: 11, last: 10 }),
    ];
    expect([exitPrice(long.market, long.positions, 1), exitPrice(short.market, short.positions, 1)]).toEqual([9, 11]);
  });
});

describe('overdue', () => {
  it('at the last microsecond, once, and not without a position', () => {
    const { positions } = stage({ lots: 2 });
    expect([overdue(positions, 1, 1_499, 1_000), overdue(positions, 1, 1_500, 1_000)]).toEqual([false, true]);
    positions.exiting[1] = 1;
    expect(overdue(positions, 1, 9_999, 1_000)).toBe(false);
    expect(overdue(positions, 0, 9_999, 1_000)).toBe(false);
  });
});
