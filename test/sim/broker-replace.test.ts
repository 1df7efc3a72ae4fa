/** An exit in the place of a stop, in one request: through desk and adapter at the model of the spot exchange. */
import { describe, expect, it } from 'vitest';
import { BrokerWorld, MID_TICKS, type WorldOptions } from './broker/broker-world.ts';
import { NO_ANSWER } from './broker/faults.ts';
import type { RequestFault } from './broker/model-wire.ts';

const SECOND_US = 1_000_000;
const PATH = '/api/v3/order/cancelReplace';
const LOTS = 10;
/** What the account has of the coin, in lots. */
const OWNED = 100_000;

interface Guarded {
  readonly world: BrokerWorld;
  readonly stop: number;
}

/** Something is held, and a stop waits for it at the venue. */
async function guarded(seed: number, more: Partial<WorldOptions> = {}): Promise<Guarded> {
  const world = await BrokerWorld.open({ seed, market: 'spot', ...more });
  // In order: what is told of an order after its end is looked into.
  world.wire.onFrame = () => [5_000];
  world.model.marketTrade('BTCUSDT', MID_TICKS, 1, true, world.wire.venueMs);
  const stop = world.submit({ side: -1, lots: LOTS, limitTicks: 0, reduceOnly: true, triggerTicks: MID_TICKS - 1_000 });
  world.run(2 * SECOND_US);
  return { world, stop };
}

const leave = ({ world, stop }: Guarded, lots = LOTS): number =>
  world.submit({ side: -1, lots, limitTicks: 0, reduceOnly: true, replaces: stop });
const told = (world: BrokerWorld, orderId: number): string[] =>
  world.reportsOf(orderId).map(({ report }) => report.kind);
const posts = (world: BrokerWorld): number => world.wire.requests('POST', PATH).length;
const cancels = (world: BrokerWorld): number => world.wire.requests('DELETE', '/api/v3/order').length;

/** Lots that the account has sold by its own balances, and those that some order keeps. */
async function sold(world: BrokerWorld): Promise<readonly [lots: number, locked: number]> {
  const reply = await world.account(world.time.nowUs - 600 * SECOND_US);
  if (reply.kind !== 'account') throw new Error(`the account is ${reply.kind}`);
  const locked = reply.account.openOrders.reduce((sum, { lots, filledLots }) => sum + lots - filledLots, 0);
  return [OWNED - (reply.account.positions[0]?.lots ?? 0), locked];
}

describe('an exit in the place of a stop', () => {
  it('takes it away and sells, in one request', async () => {
    const { world, stop } = await guarded(1);
    const exit = leave({ world, stop });
    world.run(2 * SECOND_US);
    expect([told(world, stop).at(-1), told(world, exit)]).toEqual(['cancelled', ['accepted', 'filled']]);
    expect([posts(world), cancels(world)]).toEqual([1, 0]);
    expect(world.desk.open).toBe(0);
    expect(await sold(world)).toEqual([LOTS, 0]);
  });

  it('sells nothing when the stop was filled first', async () => {
    const { world, stop } = await guarded(2);
    world.wire.isMute = true;
    world.book(MID_TICKS - 1_100);
    world.model.marketTrade('BTCUSDT', MID_TICKS - 1_100, 1, true, world.wire.venueMs);
    const exit = leave({ world, stop });
    world.run(5 * SECOND_US);
    expect([told(world, stop).at(-1), told(world, exit)]).toEqual(['filled', ['rejected']]);
    expect(posts(world)).toBe(1);
    expect(await sold(world)).toEqual([LOTS, 0]);
  });

  it('sells nothing in the place of an order that was filled in part meanwhile', async () => {
    const { world } = await guarded(3);
    const limitTicks = MID_TICKS + 50;
    const old = world.submit({ side: -1, lots: LOTS, limitTicks });
    world.run(2 * SECOND_US);
    world.wire.isMute = true;
    // The crowd's five levels in front of it, then four of its lots.
    world.model.clearMarket('BTCUSDT', world.wire.venueMs);
    world.model.marketTrade('BTCUSDT', limitTicks, 4, false, world.wire.venueMs);
    const exit = leave({ world, stop: old });
    world.run(5 * SECOND_US);
    expect(told(world, exit)).toEqual(['rejected']);
    // Taken away by itself, for what is held of it is in the way.
    expect(world.reportsOf(old).map(({ report }) => report)).toContainEqual(
      expect.objectContaining({ kind: 'cancelled', filledLots: 4 }),
    );
    expect(await sold(world)).toEqual([4, LOTS]);
  });

  it('that the venue refuses once the stop is gone is told as both', async () => {
    const { world, stop } = await guarded(4);
    const exit = leave({ world, stop }, 2 * OWNED);
    world.run(2 * SECOND_US);
    expect([told(world, stop).at(-1), told(world, exit)]).toEqual(['cancelled', ['rejected']]);
    expect([posts(world), cancels(world)]).toEqual([1, 0]);
    expect(world.notices.at(-1)).toMatch(/insufficient balance/);
    expect(await sold(world)).toEqual([0, 0]);
  });

  it('is not sent where the symbol takes no replacements: the stop is taken away by itself', async () => {
    const { world, stop } = await guarded(5, { replaces: false });
    const exit = leave({ world, stop });
    world.run(2 * SECOND_US);
    expect([told(world, stop).at(-1), told(world, exit)]).toEqual(['cancelled', ['rejected']]);
    expect([posts(world), cancels(world)]).toEqual([0, 1]);
    expect(world.notices.at(-1)).toMatch(/takes no replacements/);
  });

  it('leaves the stop at work when the venue wants to hear nothing', async () => {
    const { world, stop } = await guarded(6);
    const reply = { status: 429, headers: { 'Retry-After': '3' }, body: '{"code":-1015,"msg":"Too many new orders."}' };
    world.wire.onRequest = ({ path }) => (path === PATH ? { kind: 'reply', done: false, reply } : undefined);
    const exit = leave({ world, stop });
    world.run(2 * SECOND_US);
    expect([told(world, stop).at(-1), told(world, exit)]).toEqual(['accepted', ['rejected']]);
    world.run(3 * SECOND_US);
    expect([cancels(world), await sold(world)]).toEqual([0, [0, LOTS]]);
  });
});

/** How a replacement gets no clear answer, whether it was done or not, and whether the stream tells of it. */
const CASES = NO_ANSWER.flatMap((fault, i) =>
  [true, false].flatMap((done) => [true, false].map((isMute) => [i, done, isMute, fault(done)] as const)),
);

describe('a replacement without a clear answer', () => {
  it.each(CASES)('%i, done: %s, without a stream: %s: is sent once, and known in both halves', async (...given) => {
    const [i, done, isMute, fault] = given as readonly [number, boolean, boolean, RequestFault];
    const { world, stop } = await guarded(20 + i);
    world.wire.isMute = isMute;
    world.wire.onRequest = ({ path }) => (path === PATH ? fault : undefined);
    const exit = leave({ world, stop });
    world.run(1.2 * SECOND_US);
    expect(told(world, exit)[0]).toMatch(done && !isMute ? /lost|accepted/ : /lost/);
    world.run(30 * SECOND_US);
    if (done) {
      expect([told(world, stop).at(-1), told(world, exit).at(-1)]).toEqual(['cancelled', 'filled']);
      expect(world.desk.open).toBe(0);
    } else {
      // Denied for long, it counts as never arrived; the stop has held all the while.
      expect(new Set(told(world, exit))).toEqual(new Set(['lost']));
      world.run(90 * SECOND_US);
      expect([told(world, stop).at(-1), told(world, exit).at(-1)]).toEqual(['accepted', 'rejected']);
    }
    expect([posts(world), cancels(world)]).toEqual([1, 0]);
    expect(await sold(world)).toEqual(done ? [LOTS, 0] : [0, LOTS]);
  });
});
