/** Stops and targets at an external venue: laid for what is held, taken away with it, never in the way of an exit. */
import { describe, expect, it } from 'vitest';
import { type BrokerReport, type EngineEvent, type Money, parseMoney } from '../../../../engine/domain/index.ts';
import { isLiveSlot, killStage, ORDER_CAPACITY } from '../../../../engine/index.ts';
import {
  bookDecides,
  eventsOf,
  leaningBook,
  type Session,
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
    ['on spot, where they would lock what an exit is to sell', { ...CONFIG, instruments: [spotSpec()] }],
    ['where policy does not want them', { ...CONFIG, policy: bookDecides({ live: { stopsAtVenue: false } }) }],
  ])('are not laid %s', (_, config) => expect(submits(held(config).after)).toEqual([]));
});

it('a fee that the venue keeps out of what was bought is not held, and costs its worth', () => {
  const session = sessionWithDecision({ ...CONFIG, instruments: [spotSpec()] });
  session.report({ kind: 'accepted', orderId: 1 });
  const events = session.report(fill(1, 1, 149, 1, 2));
  expect(session.state.positions.lots[0]).toBe(147);
  expect(eventsOf(events, 'fill')).toMatchObject([{ lots: 149, feeLots: 2, fee: '0.1000000000000000' }]);
  expect(session.state.orders.liveCount[0]).toBe(0);
});
