/** The order table: made from cleared intents, moved by legal events only, counted by instrument, slots used again. */
import { describe, expect, it } from 'vitest';
import { clearByOperator, clearByPolicy, clearProtective } from '../../../../engine/approval/clearance.ts';
import {
  nextOrderState,
  ORDER_EVENTS,
  ORDER_STATES,
  type OrderIntent,
  type OrderState,
  Outbox,
  orderStateIndex,
} from '../../../../engine/domain/index.ts';
import { isLiveSlot, liveEntries, ORDER_CAPACITY, OrderTable, openLots, stateOf } from '../../../../engine/index.ts';
import { Arena } from '../../../../engine/kernel/arena.ts';
import { InvariantError } from '../../../../engine/kernel/assert.ts';
import { createOrder, transition } from '../../../../engine/oms/orders.ts';
import { eventsOf } from '../../../fixtures/engine-session.ts';

const intent: OrderIntent = {
  instrument: 1,
  side: -1,
  lots: 40,
  limitTicks: 99,
  reduceOnly: false,
  purpose: 'entry',
  decisionId: 8,
  stopTicks: 110,
  triggerTicks: 0,
  targetTicks: 80,
};

function table() {
  const orders = new OrderTable(new Arena(), 2);
  const outbox = new Outbox();
  let id = 0;
  const make = (changes: Partial<OrderIntent> = {}) =>
    createOrder(orders, clearByOperator({ ...intent, ...changes }), ++id, 1_000, 2_000);
  return { orders, outbox, make };
}

describe('createOrder', () => {
  it('stores the intent, intended and not filled', () => {
    const { orders, make } = table();
    const slot = make();
    expect(stateOf(orders, slot)).toBe('intended');
    expect([orders.side[slot], orders.lots[slot], orders.limitTicks[slot], openLots(orders, slot)]).toEqual([
      -1, 40, 99, 40,
    ]);
    expect([orders.stopTicks[slot], orders.targetTicks[slot], orders.timeoutUs[slot]]).toEqual([110, 80, 2_000]);
    expect([...orders.liveCount]).toEqual([0, 1]);
  });

  it.each([0, -1, 1.5, 2 ** 53, Number.NaN])('stops on %d lots', (lots) => {
    expect(() => table().make({ lots })).toThrow(InvariantError);
  });

  it('takes a slot that was never used, then the longest ended; never a live one', () => {
    const { orders, outbox, make } = table();
    const end = (slot: number): void => void transition(orders, outbox, slot, 'confirm-cancel');
    for (let i = 0; i < ORDER_CAPACITY; i++) expect(make()).toBe(i);
    expect(() => make()).toThrow('order table is full');
    end(77);
    end(5);
    expect([make(), make()]).toEqual([5, 77]);
    expect(() => make()).toThrow('order table is full');
    end(5);
    end(77);
    // 5 was made before 77 this time.
    expect(make()).toBe(5);
    expect(orders.liveCount[1]).toBe(ORDER_CAPACITY - 1);
  });

  it('leaves nothing of the order before in its slot', () => {
    const { orders, outbox, make } = table();
    for (let i = 0; i < ORDER_CAPACITY; i++) make();
    orders.arrivesAtUs[3] = orders.cancelArrivesAtUs[3] = orders.queueAhead[3] = orders.filledLots[3] = 9;
    transition(orders, outbox, 3, 'confirm-cancel');
    expect(make({ instrument: 0, reduceOnly: true })).toBe(3);
    expect([orders.arrivesAtUs[3], orders.cancelArrivesAtUs[3], orders.queueAhead[3], orders.filledLots[3]]).toEqual([
      0, 0, 0, 0,
    ]);
  });
});

describe('transition', () => {
  it('follows the table for every pair, and stops the engine on every other', () => {
    for (const state of ORDER_STATES) {
      for (const event of ORDER_EVENTS) {
        const { orders, outbox, make } = table();
        const slot = make();
        orders.state[slot] = orderStateIndex(state);
        const next = nextOrderState(state, event);
        if (next === undefined) {
          expect(() => transition(orders, outbox, slot, event)).toThrow(`${event} is illegal when ${state}`);
          expect([stateOf(orders, slot), outbox.events.length]).toEqual([state, 0]);
        } else {
          expect(transition(orders, outbox, slot, event)).toBe(next);
          expect(eventsOf(outbox.take(), 'order')).toMatchObject([
            { orderId: 1, instrument: 1, side: -1, lots: 40, limitTicks: 99, event, from: state, to: next },
          ]);
        }
      }
    }
  });

  it('counts an instrument’s live orders down once, when one ends', () => {
    const { orders, outbox, make } = table();
    const walk: ReadonlyArray<readonly [(typeof ORDER_EVENTS)[number], number]> = [
      ['submit', 1],
      ['accept', 1],
      ['partial-fill', 1],
      ['request-cancel', 1],
      ['partial-fill', 1],
      ['fill', 0],
    ];
    const slot = make();
    for (const [event, live] of walk) {
      transition(orders, outbox, slot, event);
      expect([...orders.liveCount]).toEqual([0, live]);
    }
    expect(isLiveSlot(orders, slot)).toBe(false);
  });

  it('names purpose, clearance and reduce-only in its event', () => {
    const { orders, outbox } = table();
    const protective = { ...intent, reduceOnly: true, purpose: 'stop', limitTicks: 0 } as const;
    for (const cleared of [clearByPolicy(intent), clearProtective(protective)]) {
      transition(orders, outbox, createOrder(orders, cleared, 1, 0, 0), 'submit');
    }
    expect(eventsOf(outbox.take(), 'order')).toMatchObject([
      { clearance: 'policy', purpose: 'entry', reduceOnly: false },
      { clearance: 'protective', purpose: 'stop', reduceOnly: true },
    ]);
  });
});

describe('live entries', () => {
  it('are those that could increase exposure, of one instrument or all', () => {
    const { orders, outbox, make } = table();
    make();
    make({ instrument: 0 });
    make({ reduceOnly: true });
    const cancelled = make();
    expect([liveEntries(orders, 0), liveEntries(orders, 1), liveEntries(orders, -1)]).toEqual([1, 2, 3]);
    transition(orders, outbox, cancelled, 'submit');
    transition(orders, outbox, cancelled, 'request-cancel');
    expect([stateOf(orders, cancelled), liveEntries(orders, 1)]).toEqual(['cancel-pending', 2]);
    transition(orders, outbox, cancelled, 'confirm-cancel');
    expect([stateOf(orders, cancelled), liveEntries(orders, 1)]).toEqual(['cancelled', 1]);
  });

  it('are live in every state but the three that end', () => {
    const { orders, make } = table();
    const slot = make();
    const live = ORDER_STATES.filter((state: OrderState) => {
      orders.state[slot] = orderStateIndex(state);
      return isLiveSlot(orders, slot);
    });
    expect(live).toEqual(ORDER_STATES.filter((state) => !['filled', 'cancelled', 'rejected'].includes(state)));
  });
});
