/** The order's life cycle, pair by pair, against a table written from how a venue may behave. */
import { describe, expect, it } from 'vitest';
import {
  isLive,
  nextOrderState,
  ORDER_EVENTS,
  ORDER_STATES,
  ORDER_TRANSITIONS,
  orderStateAt,
  orderStateIndex,
} from '../../../../engine/domain/index.ts';

const LEGAL = [
  'intended submit in-flight',
  'intended adopt unknown',
  'intended confirm-cancel cancelled',
  'in-flight accept open',
  'in-flight reject rejected',
  'in-flight partial-fill partially-filled',
  'in-flight fill filled',
  'in-flight request-cancel cancel-pending',
  'in-flight lose unknown',
  'open partial-fill partially-filled',
  'open fill filled',
  'open request-cancel cancel-pending',
  'open confirm-cancel cancelled',
  'partially-filled partial-fill partially-filled',
  'partially-filled fill filled',
  'partially-filled request-cancel cancel-pending',
  'partially-filled confirm-cancel cancelled',
  'cancel-pending accept cancel-pending',
  'cancel-pending reject rejected',
  'cancel-pending partial-fill cancel-pending',
  'cancel-pending fill filled',
  'cancel-pending confirm-cancel cancelled',
  'cancel-pending lose cancel-pending',
  'cancel-pending request-cancel cancel-pending',
  'unknown request-cancel cancel-pending',
  'filled late-fill filled',
  'cancelled late-fill cancelled',
  'rejected late-fill cancelled',
  'unknown accept open',
  'unknown reject rejected',
  'unknown partial-fill partially-filled',
  'unknown fill filled',
  'unknown confirm-cancel cancelled',
].map((line) => line.split(' ') as [(typeof ORDER_STATES)[number], (typeof ORDER_EVENTS)[number], string]);

const ALL_PAIRS = ORDER_STATES.flatMap((state) => ORDER_EVENTS.map((event) => [state, event] as const));

describe('transitions', () => {
  it.each(LEGAL)('%s · %s → %s', (state, event, next) => expect(nextOrderState(state, event)).toBe(next));

  it('refuse every other pair', () => {
    const legal = new Set(LEGAL.map(([state, event]) => `${state} ${event}`));
    const others = ALL_PAIRS.filter(([state, event]) => !legal.has(`${state} ${event}`));
    expect(others).toHaveLength(9 * 10 - 33);
    for (const [state, event] of others) expect(nextOrderState(state, event), `${state} ${event}`).toBeUndefined();
  });

  it('lead only to states that exist, and out of no state that has ended', () => {
    for (const state of ORDER_STATES) {
      const next = Object.values(ORDER_TRANSITIONS[state]);
      for (const to of next) expect(ORDER_STATES).toContain(to);
      expect(next.length > 0).toBe(true);
      if (!isLive(state)) for (const to of next) expect(isLive(to), state).toBe(false);
    }
    expect(ORDER_STATES.filter((state) => !isLive(state))).toEqual(['filled', 'cancelled', 'rejected']);
  });

  it('never bring an order that waits for its cancel back to open', () => {
    expect(Object.values(ORDER_TRANSITIONS['cancel-pending'])).not.toContain('open');
    expect(Object.values(ORDER_TRANSITIONS['cancel-pending'])).not.toContain('partially-filled');
  });
});

describe('stored states', () => {
  it('read back, and refuse a number that is none', () => {
    for (const state of ORDER_STATES) expect(orderStateAt(orderStateIndex(state))).toBe(state);
    for (const index of [-1, ORDER_STATES.length, 1.5]) expect(() => orderStateAt(index)).toThrow('order state');
  });
});
