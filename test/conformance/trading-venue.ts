/**
 * What every trading side of a venue must do, whatever is behind it: the simulation's model, the exchange of this
 * repository, an adapter to come. A rig brings the venue, its market, and ways to make it fail.
 */
import { describe, expect, it } from 'vitest';
import type { OrderName, QueryReply, ReplaceReply, SubmitReply, VenueOrder } from '../../src/brokers/gateway.ts';
import type { AccountSnapshot } from '../../src/brokers/trading-venue.ts';
import { booksAgree } from './trading-books.ts';
import { Bench, type MakeTradingRig } from './trading-rig.ts';

type Checks = Readonly<Record<string, (bench: Bench) => Promise<void>>>;

const heldIn = ({ positions }: AccountSnapshot): number =>
  positions.filter((each) => each.instrument === 0).reduce((sum, each) => sum + each.lots, 0);

const named = ({ openOrders }: AccountSnapshot, { clientOrderId }: OrderName) =>
  openOrders.filter((each) => each.clientOrderId === clientOrderId);

const restingOrders: Checks = {
  'keeps an order at work, shows it, finds it by name, and cancels it once': async (bench) => {
    const order = bench.resting();
    expect(await bench.submit(order)).toEqual({ kind: 'accepted' });
    const { clientOrderId, side, lots } = order;
    const shown = { instrument: 0, clientOrderId, side, lots, filledLots: 0, reduceOnly: false, conditional: false };
    expect(named(await bench.account(), order)).toMatchObject([shown]);
    expect(await bench.query(order)).toEqual({ kind: 'open', filledLots: 0, executions: [] });
    expect(await bench.cancel(order)).toEqual({ kind: 'cancelled', filledLots: 0 });
    expect(await bench.rig.until(() => bench.told('closed', clientOrderId)), 'the stream tells its end').toBe(true);
    expect(await bench.cancel(order)).toEqual({ kind: 'no-order' });
    expect(await bench.query(order)).toEqual({ kind: 'closed', filledLots: 0, executions: [] });
    expect(named(await bench.account(), order)).toEqual([]);
  },

  'knows no order that was never sent': async (bench) => {
    const order = bench.resting();
    expect(await bench.cancel(order)).toEqual({ kind: 'no-order' });
    expect(await bench.query(order)).toEqual({ kind: 'absent' });
  },

  'does not take a second order of a name that is open': async (bench) => {
    const order = bench.resting();
    expect(await bench.submit(order)).toEqual({ kind: 'accepted' });
    // That there is one of the name may also be told as not known: whoever asks for it finds the first.
    expect((await bench.submit(order)).kind).toMatch(/^(?:rejected|unknown)$/);
    expect(named(await bench.account(), order)).toHaveLength(1);
  },
};

const trades: Checks = {
  'tells the executions of an order, each with a number of its own, the same by stream, query and account': async (
    bench,
  ) => {
    const before = heldIn(await bench.account());
    const order = bench.order();
    await bench.fill(order);
    const queried = await bench.query(order);
    if (queried.kind !== 'closed') throw new Error(`queried, it is ${queried.kind}`);
    const ids = queried.executions.map((each) => each.executionId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(queried.filledLots).toBe(order.lots);
    const streamed = bench.updates.flatMap((each) => (each.kind === 'execution' ? [each.execution] : []));
    const account = await bench.account();
    const listed = account.executions.filter((each) => each.clientOrderId === order.clientOrderId);
    for (const execution of queried.executions) {
      expect(streamed).toContainEqual(execution);
      expect(listed).toContainEqual(expect.objectContaining(execution));
      expect(execution.side).toBe(order.side);
      expect(execution.priceTicks).toBeLessThanOrEqual(order.limitTicks);
    }
    expect(listed).toHaveLength(ids.length);
    const kept = queried.executions.reduce((sum, each) => sum + each.lots - each.feeLots, before);
    // What a fee leaves of a lot adds up to no more than one for each execution.
    expect(heldIn(account) - kept).toBeGreaterThanOrEqual(0);
    expect(heldIn(account) - kept).toBeLessThanOrEqual(bench.rig.margined ? 0 : ids.length);
  },

  'fills in parts, and a cancel tells how much there was': async (bench) => {
    for (let attempt = 0; attempt < 12; attempt++) {
      const order = bench.order({ lots: bench.rig.deepLots });
      expect(await bench.submit(order)).toEqual({ kind: 'accepted' });
      await bench.rig.until(() => bench.executed(order.clientOrderId) > 0);
      bench.rig.goAway();
      const reply = await bench.cancel(order);
      // Whole before it could be left: the next one will not be.
      if (reply.kind === 'no-order') continue;
      if (reply.kind !== 'cancelled') throw new Error(`the cancel came back ${reply.kind}`);
      expect(reply.filledLots).toBeGreaterThan(0);
      expect(reply.filledLots).toBeLessThan(order.lots);
      const queried = await bench.query(order);
      expect(queried).toMatchObject({ kind: 'closed', filledLots: reply.filledLots });
      const executions = 'executions' in queried ? queried.executions : [];
      expect(executions.reduce((sum, each) => sum + each.lots, 0)).toBe(reply.filledLots);
      expect(await bench.rig.until(() => bench.executed(order.clientOrderId) === reply.filledLots)).toBe(true);
      return;
    }
    throw new Error('no order was ever filled in part');
  },

  'sells at the market what was bought, and reduces only where that is known': async (bench) => {
    const exit = (): VenueOrder =>
      bench.order({ side: -1, limitTicks: 0, reduceOnly: bench.rig.margined, lots: Math.floor(bench.rig.lots / 2) });
    if (bench.rig.margined) expect(await bench.submit(exit()), 'nothing to reduce').toEqual({ kind: 'rejected' });
    await bench.fill(bench.order());
    const before = heldIn(await bench.account());
    const order = exit();
    await bench.fill(order);
    expect(heldIn(await bench.account())).toBe(before - order.lots);
  },
};

const failures: Checks = {
  'says that it is busy, for how long, and has done nothing': async (bench) => {
    const { rig } = bench;
    if (rig.busy === undefined) return;
    rig.busy(true);
    const order = bench.resting();
    const reply = await bench.submit(order);
    expect(reply).toEqual({ kind: 'busy', retryAfterUs: expect.any(Number) });
    rig.busy(false);
    if (reply.kind === 'busy') {
      expect(reply.retryAfterUs).toBeGreaterThan(0);
      const fromUs = rig.nowUs() + reply.retryAfterUs;
      await rig.until(() => rig.nowUs() > fromUs);
    }
    expect(await bench.query(order)).toEqual({ kind: 'absent' });
  },

  'calls a submit without a reply unknown or nothing, sends it once, and finds it by name': async (bench) => {
    const { rig } = bench;
    if (rig.loseReply === undefined) return;
    const before = rig.submits();
    rig.loseReply();
    const order = bench.resting();
    const told: SubmitReply[] = [];
    rig.venue.submit(order, (reply) => void told.push(reply));
    await rig.until(() => rig.submits() > before);
    let found: QueryReply = { kind: 'absent' };
    for (let i = 0; i < 50 && found.kind !== 'open'; i++) found = await bench.query(order);
    expect(found).toEqual({ kind: 'open', filledLots: 0, executions: [] });
    expect(told.filter((reply) => reply.kind !== 'unknown')).toEqual([]);
    expect(rig.submits()).toBe(before + 1);
  },
};

const replacements: Checks = {
  'exchanges a stop for an exit in one request': async (bench) => {
    const { rig } = bench;
    if (rig.venue.replace === undefined) return;
    await bench.fill(bench.order());
    const before = heldIn(await bench.account());
    const [stop, exit] = [await bench.stop(), bench.exit()];
    const submits = rig.submits();
    expect(await bench.replace(stop, exit)).toEqual({
      cancelled: { kind: 'cancelled', filledLots: 0 },
      submitted: { kind: 'accepted' },
    });
    const isOver = (): boolean =>
      bench.executed(exit.clientOrderId) === exit.lots && bench.told('closed', stop.clientOrderId);
    expect(await rig.until(isOver), 'the stream tells both').toBe(true);
    expect(await bench.query(stop)).toEqual({ kind: 'closed', filledLots: 0, executions: [] });
    const account = await bench.account();
    expect(heldIn(account)).toBe(before - exit.lots);
    expect([...named(account, stop), ...named(account, exit)]).toEqual([]);
    expect([rig.replacements(), rig.submits() - submits]).toEqual([1, rig.margined ? 1 : 0]);
  },

  'sends no order in the place of one that is not there any more': async (bench) => {
    if (bench.rig.venue.replace === undefined) return;
    await bench.fill(bench.order());
    const [stop, exit] = [await bench.stop(), bench.exit()];
    expect(await bench.cancel(stop)).toEqual({ kind: 'cancelled', filledLots: 0 });
    const before = heldIn(await bench.account());
    expect(await bench.replace(stop, exit)).toEqual({
      cancelled: { kind: 'no-order' },
      submitted: { kind: 'rejected' },
    });
    expect(await bench.query(exit)).toEqual({ kind: 'absent' });
    expect(heldIn(await bench.account())).toBe(before);
  },

  'sends no order in the place of one that was filled in part': async (bench) => {
    const { rig } = bench;
    if (rig.venue.replace === undefined) return;
    for (let attempt = 0; attempt < 12; attempt++) {
      const order = bench.order({ lots: rig.deepLots });
      expect(await bench.submit(order)).toEqual({ kind: 'accepted' });
      await rig.until(() => bench.executed(order.clientOrderId) > 0);
      rig.goAway();
      const other = bench.resting();
      const reply = await bench.replace(order, other);
      expect(reply.submitted).toEqual({ kind: 'rejected' });
      expect(await bench.query(other)).toEqual({ kind: 'absent' });
      // Whole before it could be left: the next one will not be.
      if (reply.cancelled.kind === 'no-order') continue;
      expect(reply.cancelled.kind).toMatch(/^(?:kept|unknown)$/);
      expect(named(await bench.account(), order)).toHaveLength(1);
      return;
    }
    throw new Error('no order was ever filled in part');
  },

  'sends an order in the place of another without a reply once, and finds both by name': async (bench) => {
    const { rig } = bench;
    if (rig.venue.replace === undefined || rig.loseReply === undefined) return;
    await bench.fill(bench.order());
    const [stop, exit] = [await bench.stop(), bench.exit()];
    rig.loseReply();
    const told: ReplaceReply[] = [];
    rig.venue.replace(stop, exit, (reply) => void told.push(reply));
    let found: QueryReply = { kind: 'absent' };
    for (let i = 0; i < 50 && found.kind !== 'closed'; i++) found = await bench.query(exit);
    expect(found).toMatchObject({ kind: 'closed', filledLots: exit.lots });
    expect(await bench.query(stop)).toEqual({ kind: 'closed', filledLots: 0, executions: [] });
    expect(told.filter(({ submitted }) => submitted.kind !== 'unknown')).toEqual([]);
    expect(rig.replacements()).toBe(1);
  },
};

const accounts: Checks = {
  'lays a stop that waits, shows it apart from orders at work, and takes it away': async (bench) => {
    const { rig } = bench;
    if (!rig.margined) return;
    await bench.fill(bench.order());
    const stopTicks = Math.floor(rig.touch().bid * 0.9);
    const stop = bench.order({
      side: -1,
      limitTicks: 0,
      reduceOnly: true,
      conditional: true,
      stopTicks,
      trigger: 'stop',
    });
    expect(await bench.submit(stop)).toEqual({ kind: 'accepted' });
    expect(named(await bench.account(), stop)).toMatchObject([{ conditional: true, reduceOnly: true, filledLots: 0 }]);
    expect(await bench.query(stop)).toEqual({ kind: 'open', filledLots: 0, executions: [] });
    expect(await bench.cancel(stop)).toEqual({ kind: 'cancelled', filledLots: 0 });
    expect(await bench.cancel(stop)).toEqual({ kind: 'no-order' });
    expect(named(await bench.account(), stop)).toEqual([]);
  },

  'cancels what works when its countdown is not renewed, and neither what was called off nor stops': async (bench) => {
    const { rig } = bench;
    if (rig.venue.deadMan === undefined) return;
    await bench.fill(bench.order());
    const stopTicks = Math.floor(rig.touch().bid * 0.9);
    const waits = { side: -1, limitTicks: 0, reduceOnly: true, conditional: true, stopTicks, trigger: 'stop' } as const;
    const [order, stop] = [bench.resting(), bench.order(waits)];
    expect(await bench.submit(stop)).toEqual({ kind: 'accepted' });
    expect(await bench.submit(order)).toEqual({ kind: 'accepted' });
    rig.venue.deadMan(0, 600_000);
    // By then the venue has it, for it takes one after the other.
    await bench.query(order);
    rig.venue.deadMan(0, 0);
    const laterUs = rig.nowUs() + 1_500_000;
    await rig.until(() => rig.nowUs() > laterUs);
    expect(named(await bench.account(), order), 'called off').toHaveLength(1);
    rig.venue.deadMan(0, 600_000);
    const isOver = await rig.until(() => bench.told('closed', order.clientOrderId));
    expect(isOver, 'the venue cancels it').toBe(true);
    const left = await bench.account();
    expect(named(left, order)).toEqual([]);
    expect(named(left, stop)).toHaveLength(1);
  },

  'gives an account whose position is the sum of its executions, and only those that are asked for': async (bench) => {
    const { rig } = bench;
    const held = heldIn(await bench.account());
    const fromUs = rig.nowUs();
    await bench.fill(bench.order());
    await bench.fill(bench.order({ side: -1, limitTicks: 0, lots: Math.floor(rig.lots / 2) }));
    const account = await bench.account(fromUs - 5_000_000);
    const moved = account.executions.reduce((sum, { side, lots, feeLots }) => sum + side * (lots - feeLots), held);
    expect(Math.abs(heldIn(account) - moved)).toBeLessThanOrEqual(rig.margined ? 0 : account.executions.length);
    expect(account.executions.map((each) => each.atUs)).toEqual(
      account.executions.map((each) => each.atUs).sort((a, b) => a - b),
    );
    expect(account.balances.some((each) => each.asset === rig.currency && each.free > 0n)).toBe(true);
    expect(account.foreign).toEqual([]);
    const later = rig.nowUs() + 60_000_000;
    expect((await bench.account(later)).executions).toEqual([]);
  },

  'agrees with the books that the engine keeps from its reports': booksAgree,

  'is silent once it is closed': async (bench) => {
    const order = bench.resting();
    expect(await bench.submit(order)).toEqual({ kind: 'accepted' });
    bench.rig.venue.close();
    const heard = bench.updates.length;
    let turns = 0;
    await bench.rig.until(() => ++turns > 20);
    expect(bench.updates.slice(heard)).toEqual([]);
  },
};

/** All that must hold, by what it says. */
export const TRADING_CHECKS: Checks = { ...restingOrders, ...trades, ...failures, ...replacements, ...accounts };

/** One check on a venue of its own. */
export async function tradingCheck(name: string, make: MakeTradingRig): Promise<void> {
  const rig = await make();
  const bench = new Bench(rig);
  try {
    await rig.venue.open(bench.events);
    await TRADING_CHECKS[name]!(bench);
  } finally {
    rig.venue.close();
    await rig.stop();
  }
}

/** `only` those whose name it fits: of a second market of an adapter, what is not the same there. */
export function conformsToTradingVenue(name: string, make: MakeTradingRig, only = /./): void {
  const checks = Object.keys(TRADING_CHECKS).filter((check) => only.test(check));
  describe(`${name} as a trading venue`, () => {
    // Each has a venue of its own, and mostly waits for it.
    it.concurrent.each(checks)('%s', (check) => tradingCheck(check, make));
  });
}
