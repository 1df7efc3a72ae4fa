/** Stops and targets at an external venue: laid for what is held, taken away with it, never in the way of an exit. */
import { describe, expect, it } from 'vitest';
import { nextCoverUs } from '../../../../engine/core/venue-stops.ts';
import { type BrokerReport, type EngineEvent, type Money, parseMoney } from '../../../../engine/domain/index.ts';
import { isLiveSlot, killStage, ORDER_CAPACITY } from '../../../../engine/index.ts';
import {
  bookDecides,
  eventsOf,
  leaningBook,
  linearSpec,
  SECOND_US,
  Session,
  sessionWithDecision,
  spotSpec,
  testConfig,
} from '../../../fixtures/engine-session.ts';

const policy = bookDecides({ live: { stopsAtVenue: true } });
const CONFIG = testConfig({ venue: 'external', control: 'auto', policy });
const fee = parseMoney('0.1') as Money;

const fill = (orderId: number, side: 1 | -1, lots: number, executionId: number, feeLots = 0): BrokerReport => ({
  kind: 'filled',
  orderId,
  side,
  lots,
  priceTicks: 100_001,
  executionId,
  fee,
  feeLots,
  maker: false,
});
const submits = (events: readonly EngineEvent[]) =>
  eventsOf(events, 'order')
    .filter(({ event }) => event === 'submit')
    .map(({ purpose, side, lots, triggerTicks, reduceOnly }) => ({ purpose, side, lots, triggerTicks, reduceOnly }));
const cancels = (events: readonly EngineEvent[]) =>
  eventsOf(events, 'order')
    .filter(({ event }) => event === 'request-cancel')
    .map(({ orderId }) => orderId);

/** The entry of 149 lots is filled as a whole. */
function held(config = CONFIG): { session: Session; after: readonly EngineEvent[] } {
  const session = sessionWithDecision(config);
  session.report({ kind: 'accepted', orderId: 1 });
  return { session, after: session.report(fill(1, 1, 149, 1)) };
}

describe('stops at the venue', () => {
  it('are laid when the entry is over, at the stop and at the target, for all that is held', () => {
    const { after } = held();
    expect(submits(after)).toEqual([
      { purpose: 'stop', side: -1, lots: 149, triggerTicks: 99_920, reduceOnly: true },
      { purpose: 'target', side: -1, lots: 149, triggerTicks: 100_120, reduceOnly: true },
    ]);
  });

  it('wait for the entry: a part that is filled is covered when the rest is filled or cancelled', () => {
    const session = sessionWithDecision(CONFIG);
    session.report({ kind: 'accepted', orderId: 1 });
    expect(submits(session.report(fill(1, 1, 40, 1)))).toEqual([]);
    session.wait(5).timer();
    const over = session.report({ kind: 'cancelled', orderId: 1, filledLots: 40 });
    expect(submits(over).map(({ lots }) => lots)).toEqual([40, 40]);
  });

  it('are no exit under way: the price that reaches the stop sends one of our own as well', () => {
    const { session } = held();
    const away = leaningBook(1).bids.map(([price]) => [price, 0] as const);
    const hit = session.wait(1).depth({ first: 101, last: 101, bids: [...away, [99_915, 900]] });
    expect(submits(hit)).toEqual([{ purpose: 'stop', side: -1, lots: 149, triggerTicks: undefined, reduceOnly: true }]);
    expect(cancels(hit)).toEqual([]);
  });

  it('are cancelled when the position is gone, and a flatten waits until they are', () => {
    const { session } = held();
    session.report({ kind: 'accepted', orderId: 2 });
    session.report({ kind: 'accepted', orderId: 3 });
    session.command({ kind: 'kill' });
    expect(killStage(session.state)).toBe('none-open');
    expect(cancels(session.events)).toEqual([]);
    const flatten = session.command({ kind: 'flatten' });
    expect(submits(flatten)).toMatchObject([{ purpose: 'flatten', lots: 149 }]);
    session.report({ kind: 'accepted', orderId: 4 });
    const gone = session.report(fill(4, -1, 149, 2));
    expect(cancels(gone)).toEqual([2, 3]);
    expect(killStage(session.state)).toBe('flattening');
    session.report({ kind: 'cancelled', orderId: 2, filledLots: 0 });
    session.report({ kind: 'cancelled', orderId: 3, filledLots: 0 });
    expect(killStage(session.state)).toBe('flat');
  });

  it('that fill close the position and take the other one away', () => {
    const { session } = held();
    session.report({ kind: 'accepted', orderId: 2 });
    session.report({ kind: 'accepted', orderId: 3 });
    const stopped = session.report(fill(2, -1, 149, 2));
    expect(eventsOf(stopped, 'position-closed')).toHaveLength(1);
    expect(cancels(stopped)).toEqual([3]);
  });

  it('that the venue refuses are laid again after a pause, and hold up no exit', () => {
    const { session } = held();
    session.report({ kind: 'rejected', orderId: 2 });
    expect(session.state.positions.exitAfterUs[0]).toBe(0);
    expect(submits(session.wait(0.4).timer())).toEqual([]);
    expect(submits(session.wait(0.1).timer())).toMatchObject([{ purpose: 'stop', lots: 149 }]);
  });

  it('grow with the position and are never laid twice', () => {
    const { session } = held();
    for (let i = 0; i < 5; i++) session.wait(0.1).timer();
    let live = 0;
    for (let slot = 0; slot < ORDER_CAPACITY; slot++) if (isLiveSlot(session.state.orders, slot)) live++;
    expect(live).toBe(2);
  });

  it.each([
    [[5, 9], 5],
    [[9, 5], 5],
    [[0, 9], 9],
    [[9, 0], 9],
    [[-1, 0], 0],
  ])('of two that wait the sooner one is due: after %o', (afterS, dueS) => {
    const { state } = new Session({ ...CONFIG, instruments: [linearSpec(), linearSpec('ETH/USDT:USDT')] });
    const nowUs = state.control.nowUs[0]!;
    afterS.forEach((seconds, i) => {
      state.positions.coverAfterUs[i] = seconds === 0 ? 0 : nowUs + seconds * SECOND_US;
    });
    expect(nextCoverUs(state)).toBe(dueS === 0 ? 0 : nowUs + dueS * SECOND_US);
  });

  it('are not laid where policy does not want them', () => {
    const config = { ...CONFIG, policy: bookDecides({ live: { stopsAtVenue: false } }) };
    expect(submits(held(config).after)).toEqual([]);
  });

  it('that are refused again and again are asked for ever less often, until one is taken', () => {
    const { session } = held({ ...CONFIG, instruments: [spotSpec()] });
    const laid: number[] = [];
    for (let tenths = 0; tenths < 1_800; tenths++) {
      const orders = eventsOf(session.wait(0.1).timer(), 'order').filter(({ event }) => event === 'submit');
      for (const { orderId, triggerTicks } of orders) {
        if (triggerTicks === undefined) continue;
        laid.push(tenths);
        session.report({ kind: 'rejected', orderId });
      }
      if (tenths === 0) session.report({ kind: 'rejected', orderId: 2 });
    }
    expect(laid.length).toBeGreaterThan(5);
    expect(laid.length).toBeLessThan(12);
  });
});

describe('on spot', () => {
  const SPOT = { ...CONFIG, instruments: [spotSpec()] };

  it('only the stop is laid, for a target would lock the same holding', () => {
    expect(submits(held(SPOT).after)).toMatchObject([{ purpose: 'stop', lots: 149, triggerTicks: 99_920 }]);
  });

  it('an exit waits until the stop that locks the holding is over, and is sent then', () => {
    const { session } = held(SPOT);
    session.report({ kind: 'accepted', orderId: 2 });
    session.command({ kind: 'kill' });
    const flatten = session.command({ kind: 'flatten' });
    expect([cancels(flatten), submits(flatten)]).toEqual([[2], []]);
    const freed = session.report({ kind: 'cancelled', orderId: 2, filledLots: 0 });
    expect(submits(freed)).toMatchObject([{ purpose: 'flatten', lots: 149, triggerTicks: undefined }]);
    session.report({ kind: 'accepted', orderId: 3 });
    session.report(fill(3, -1, 149, 2));
    expect(killStage(session.state)).toBe('flat');
  });

  it('nothing is sold after a restart before the account has been compared, or ten seconds have passed', () => {
    for (const compared of [true, false]) {
      const { session } = held({ ...SPOT, policy: bookDecides({ live: { stopsAtVenue: false } }) });
      session.gap(0xffff, 'restart');
      session.wait(60).venue(['account']);
      session.trade(90_000, 1, { sell: true });
      expect(submits(session.events).filter(({ side }) => side < 0)).toEqual([]);
      if (compared) session.venue([]);
      else session.wait(10);
      session.trade(90_000, 1, { sell: true });
      expect(submits(session.events).filter(({ side }) => side < 0)).toMatchObject([{ purpose: 'stop', lots: 149 }]);
    }
  });

  it('nothing is sold while the account may hold less of it, and all as soon as it does not', () => {
    const doubted = (doubt: boolean) => ({ kind: 'in-doubt', orderId: 0, doubt }) as const;
    const { session } = held({ ...SPOT, policy: bookDecides({ live: { stopsAtVenue: false } }) });
    session.gap(0xffff, 'restart');
    session.wait(60).venue([]);
    expect(session.report(doubted(true))).toMatchObject([{ kind: 'in-doubt', instrument: 0, doubt: true }]);
    session.trade(90_000, 1, { sell: true });
    session.wait(60).trade(90_000, 1, { sell: true });
    expect(submits(session.events).filter(({ side }) => side < 0)).toEqual([]);
    session.report(doubted(false));
    session.trade(90_000, 1, { sell: true });
    expect(submits(session.events).filter(({ side }) => side < 0)).toMatchObject([{ purpose: 'stop', lots: 149 }]);
  });

  it('no stop is laid while the account may hold less of it', () => {
    const { session } = held(SPOT);
    session.report({ kind: 'in-doubt', orderId: 0, doubt: true });
    session.report({ kind: 'accepted', orderId: 2 });
    session.report({ kind: 'cancelled', orderId: 2, filledLots: 0 });
    expect(submits(session.wait(5).timer())).toEqual([]);
    const told = session.report({ kind: 'in-doubt', orderId: 0, doubt: false });
    expect(submits(told)).toMatchObject([{ purpose: 'stop', lots: 149, triggerTicks: 99_920 }]);
  });

  it('what is held for too long is sold as soon as its stop is over, and not covered again first', () => {
    const brief = bookDecides({ live: { stopsAtVenue: true }, execution: { maxHoldingBars: 5 } });
    const { session } = held({ ...SPOT, policy: brief });
    session.report({ kind: 'accepted', orderId: 2 });
    for (let seconds = 0; seconds < 8 && cancels(session.events).length === 0; seconds++) session.wait(1).timer();
    expect(cancels(session.events)).toEqual([2]);
    expect(submits(session.events)).toHaveLength(2);
    const freed = session.wait(0.05).report({ kind: 'cancelled', orderId: 2, filledLots: 0 });
    expect(submits(freed)).toMatchObject([{ purpose: 'time-exit', lots: 149, triggerTicks: undefined }]);
    // One that is refused is sent again after its pause, before a stop is laid.
    session.report({ kind: 'rejected', orderId: 3 });
    expect(submits(session.wait(0.4).timer())).toEqual([]);
    expect(submits(session.wait(0.2).timer())).toMatchObject([{ purpose: 'time-exit', lots: 149 }]);
  });

  it('a stop that fills while it is being cancelled leaves nothing to sell', () => {
    const { session } = held(SPOT);
    session.report({ kind: 'accepted', orderId: 2 });
    session.command({ kind: 'kill' });
    session.command({ kind: 'flatten' });
    session.report(fill(2, -1, 149, 2));
    expect(submits(session.events).filter(({ purpose }) => purpose === 'flatten')).toEqual([]);
    expect(killStage(session.state)).toBe('flat');
  });
});

describe('on spot, where the venue replaces an order in one request', () => {
  const config = { ...CONFIG, instruments: [spotSpec('BTC/USDT', { replacesOrders: true })] };
  const exits = (events: readonly EngineEvent[]) =>
    eventsOf(events, 'order')
      .filter(({ event, side, triggerTicks }) => event === 'submit' && side < 0 && triggerTicks === undefined)
      .map(({ purpose, lots, replaces }) => ({ purpose, lots, replaces }));
  /** The stop works at the venue, and the operator wants out. */
  function flattened(before: (session: Session) => void = () => {}) {
    const { session } = held(config);
    session.report({ kind: 'accepted', orderId: 2 });
    before(session);
    session.command({ kind: 'kill' });
    return { session, flatten: session.command({ kind: 'flatten' }) };
  }

  it('an exit takes the place of the stop, which is at work until the venue says otherwise', () => {
    const { session, flatten } = flattened();
    expect(exits(flatten)).toEqual([{ purpose: 'flatten', lots: 149, replaces: 2 }]);
    expect(cancels(flatten)).toEqual([]);
    session.report({ kind: 'cancelled', orderId: 2, filledLots: 0 });
    session.report({ kind: 'accepted', orderId: 3 });
    session.report(fill(3, -1, 149, 2));
    expect(killStage(session.state)).toBe('flat');
    expect(cancels(session.events)).toEqual([]);
  });

  it('and so does one that a price sets off', () => {
    const { session } = held(config);
    session.report({ kind: 'accepted', orderId: 2 });
    const away = leaningBook(1).bids.map(([price]) => [price, 0] as const);
    const hit = session.wait(1).depth({ first: 101, last: 101, bids: [...away, [99_915, 900]] });
    expect(exits(hit)).toEqual([{ purpose: 'stop', lots: 149, replaces: 2 }]);
  });

  it('a stop that the venue has filled instead leaves nothing to sell', () => {
    const { session } = flattened();
    session.report({ kind: 'rejected', orderId: 3 });
    session.report(fill(2, -1, 149, 2));
    expect(exits(session.events)).toHaveLength(1);
    expect(killStage(session.state)).toBe('flat');
  });

  it('an exit that came to nothing leaves the stop where it is, and another is sent after a pause', () => {
    const { session } = flattened();
    session.report({ kind: 'rejected', orderId: 3 });
    expect(submits(session.wait(0.4).timer())).toEqual([]);
    expect(exits(session.wait(0.2).timer())).toEqual([{ purpose: 'flatten', lots: 149, replaces: 2 }]);
    expect(cancels(session.events)).toEqual([]);
  });

  it('an exit that is refused when the stop is gone already is sent again, and nothing is sold twice', () => {
    const { session } = flattened();
    session.report({ kind: 'cancelled', orderId: 2, filledLots: 0 });
    session.report({ kind: 'rejected', orderId: 3 });
    const next = session.wait(0.6).timer();
    expect(exits(next)).toEqual([{ purpose: 'flatten', lots: 149, replaces: undefined }]);
    session.report({ kind: 'accepted', orderId: 4 });
    session.report(fill(4, -1, 149, 2));
    expect(killStage(session.state)).toBe('flat');
    expect(session.state.positions.lots[0]).toBe(0);
  });

  it.each<readonly [string, (session: Session) => void]>([
    ['is filled in part', (session) => session.report(fill(2, -1, 40, 2))],
    ['covers only a part of what is held', (session) => session.report(fill(1, 1, 5, 9))],
  ])('a stop that %s is taken away first', (_, before) => {
    const { flatten } = flattened(before);
    expect(exits(flatten)).toEqual([]);
    expect(cancels(flatten)).toContain(2);
  });

  it('a stop of which the venue has said nothing yet is taken away first', () => {
    const { session } = held(config);
    session.command({ kind: 'kill' });
    const flatten = session.command({ kind: 'flatten' });
    expect([cancels(flatten), exits(flatten)]).toEqual([[2], []]);
  });

  it('on paper nothing is replaced, for no stop is laid there', () => {
    const session = sessionWithDecision({ ...config, venue: 'paper' });
    session.wait(2).timer();
    expect(eventsOf(session.events, 'order').filter(({ replaces }) => replaces !== undefined)).toEqual([]);
  });
});

it('what is too little for the smallest order of a spot venue is dust: nothing is sent for it, and flat is flat', () => {
  // A lot is worth 10 USDT.
  const session = sessionWithDecision({ ...CONFIG, instruments: [spotSpec('BTC/USDT', { minNotional: '25' })] });
  session.report({ kind: 'accepted', orderId: 1 });
  session.report(fill(1, 1, 2, 1));
  session.command({ kind: 'kill' });
  session.report({ kind: 'cancelled', orderId: 1, filledLots: 2 });
  session.command({ kind: 'flatten' });
  session.wait(3).timer();
  expect(submits(session.events).filter(({ reduceOnly }) => reduceOnly)).toEqual([]);
  expect([session.state.positions.lots[0], killStage(session.state)]).toEqual([2, 'flat']);
});

it('a fee that the venue keeps out of what was bought is not held, and costs its worth', () => {
  const bare = bookDecides({ live: { stopsAtVenue: false } });
  const session = sessionWithDecision({ ...CONFIG, policy: bare, instruments: [spotSpec()] });
  session.report({ kind: 'accepted', orderId: 1 });
  const events = session.report(fill(1, 1, 149, 1, 2));
  expect(session.state.positions.lots[0]).toBe(147);
  expect(eventsOf(events, 'fill')).toMatchObject([{ lots: 149, feeLots: 2, fee: '0.1000000000000000' }]);
  expect(session.state.orders.liveCount[0]).toBe(0);
});
