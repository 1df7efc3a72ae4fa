/** Stops that wait at the venue, and its countdown: through desk and adapter at the model of the exchange. */
import { describe, expect, it } from 'vitest';
import { BrokerWorld, MID_TICKS } from './broker/broker-world.ts';

const SECOND_US = 1_000_000;

describe.each(['spot', 'usdm'] as const)('a stop that waits at the %s venue', (market) => {
  it.each([
    ['its stream tells', false],
    ['only asking helps', true],
  ])('is filled when its price is reached, and known when %s', async (_how, isMute) => {
    const world = await BrokerWorld.open({ seed: 5, market });
    world.submit({ side: 1, lots: 10, limitTicks: MID_TICKS + 3 });
    world.run(2 * SECOND_US);
    const held = world.heldLots;
    expect(held).toBe(10);
    world.model.marketTrade('BTCUSDT', MID_TICKS, 1, true, world.wire.venueMs);
    const lots = market === 'spot' ? 9 : 10;
    const stop = world.submit({ side: -1, lots, limitTicks: 0, reduceOnly: true, triggerTicks: MID_TICKS - 1_000 });
    world.run(2 * SECOND_US);
    const account = await world.account(world.time.nowUs - 60 * SECOND_US);
    expect(account).toMatchObject({
      account: { openOrders: [{ clientOrderId: `20261121-113000-${stop}`, conditional: true, lots }] },
    });
    world.wire.isMute = isMute;
    world.book(MID_TICKS - 1_100);
    world.model.marketTrade('BTCUSDT', MID_TICKS - 1_100, 1, true, world.wire.venueMs);
    world.run(30 * SECOND_US);
    const kinds = world.reportsOf(stop).map(({ report }) => report.kind);
    expect(kinds).toContain('filled');
    expect(world.heldLots).toBe(10 - lots);
    expect(world.desk.open).toBe(0);
    expect(await world.account(world.time.nowUs - 60 * SECOND_US)).toMatchObject({ account: { openOrders: [] } });
  });

  it('is cancelled, and a fill that came first is known', async () => {
    const world = await BrokerWorld.open({ seed: 6, market });
    world.model.marketTrade('BTCUSDT', MID_TICKS, 1, true, world.wire.venueMs);
    const stop = world.submit({ side: -1, lots: 10, limitTicks: 0, triggerTicks: MID_TICKS - 1_000 });
    world.run(2 * SECOND_US);
    world.cancel(stop);
    world.run(5 * SECOND_US);
    expect(world.reportsOf(stop).at(-1)!.report).toMatchObject({ kind: 'cancelled', filledLots: 0 });
    world.wire.isMute = true;
    const late = world.submit({ side: -1, lots: 10, limitTicks: 0, triggerTicks: MID_TICKS - 1_000 });
    world.run(2 * SECOND_US);
    world.book(MID_TICKS - 1_100);
    world.model.marketTrade('BTCUSDT', MID_TICKS - 1_100, 1, true, world.wire.venueMs);
    world.cancel(late);
    world.run(20 * SECOND_US);
    expect(world.heldLots).toBe(-10);
    expect(world.desk.open).toBe(0);
  });
});

it('the venue cancels by itself when its countdown is not renewed, and that is known', async () => {
  const world = await BrokerWorld.open({ seed: 7, market: 'usdm' });
  const orderId = world.submit({ side: 1, lots: 10, limitTicks: MID_TICKS - 400 });
  world.run(2 * SECOND_US);
  world.trading.deadMan?.(0, 10 * SECOND_US);
  world.run(5 * SECOND_US);
  expect(world.desk.open).toBe(1);
  world.trading.deadMan?.(0, 10 * SECOND_US);
  world.run(8 * SECOND_US);
  expect(world.desk.open).toBe(1);
  world.run(5 * SECOND_US);
  expect(world.reportsOf(orderId).at(-1)!.report.kind).toBe('cancelled');
  expect((await BrokerWorld.open({ seed: 7, market: 'spot' })).trading.deadMan).toBeUndefined();
});

it('what breaks a rule of the venue is not sent, and the operator is told which', async () => {
  const world = await BrokerWorld.open({ seed: 8, market: 'usdm' });
  const posts = () => world.wire.requests('POST', '/fapi/v1/order').length;
  for (const [order, why] of [
    [{ side: 1, lots: 10, limitTicks: 3 }, /below the venue's least, 5/],
    [{ side: 1, lots: 9_000_001, limitTicks: MID_TICKS }, /above the venue's most, 9000/],
    [{ side: 1, lots: 10, limitTicks: 10_000_001 }, /above the venue's most, 1000000/],
  ] as const) {
    const orderId = world.submit(order);
    world.run(SECOND_US);
    expect(world.reportsOf(orderId).map(({ report }) => report.kind)).toEqual(['rejected']);
    expect(world.notices.at(-1)).toMatch(why);
  }
  expect(posts()).toBe(0);
});
