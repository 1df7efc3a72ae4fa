/** Order life cycle as one table of (state, event); a pair that is not in it is refused. */
import { assert } from '../kernel/assert.ts';

export const ORDER_STATES = [
  'intended',
  'in-flight',
  'open',
  'partially-filled',
  'cancel-pending',
  'filled',
  'cancelled',
  'rejected',
  'unknown',
] as const;
export type OrderState = (typeof ORDER_STATES)[number];

export const ORDER_EVENTS = [
  'submit',
  'accept',
  'reject',
  'partial-fill',
  'fill',
  'request-cancel',
  'confirm-cancel',
  'lose',
  'late-fill',
  'adopt',
] as const;
export type OrderEvent = (typeof ORDER_EVENTS)[number];

/**
 * The whole life cycle. Fills win over cancels that are under way, and count even after the end: the venue's word
 * is the truth. A cancel may be asked for again until it is confirmed.
 */
export const ORDER_TRANSITIONS: Readonly<Record<OrderState, Partial<Readonly<Record<OrderEvent, OrderState>>>>> = {
  intended: { submit: 'in-flight', adopt: 'unknown', 'confirm-cancel': 'cancelled' },
  'in-flight': {
    accept: 'open',
    reject: 'rejected',
    'partial-fill': 'partially-filled',
    fill: 'filled',
    'request-cancel': 'cancel-pending',
    lose: 'unknown',
  },
  open: {
    'partial-fill': 'partially-filled',
    fill: 'filled',
    'request-cancel': 'cancel-pending',
    'confirm-cancel': 'cancelled',
  },
  'partially-filled': {
    'partial-fill': 'partially-filled',
    fill: 'filled',
    'request-cancel': 'cancel-pending',
    'confirm-cancel': 'cancelled',
  },
  'cancel-pending': {
    'request-cancel': 'cancel-pending',
    accept: 'cancel-pending',
    reject: 'rejected',
    'partial-fill': 'cancel-pending',
    fill: 'filled',
    'confirm-cancel': 'cancelled',
    lose: 'cancel-pending',
  },
  filled: { 'late-fill': 'filled' },
  cancelled: { 'late-fill': 'cancelled' },
  rejected: { 'late-fill': 'cancelled' },
  unknown: {
    'request-cancel': 'cancel-pending',
    accept: 'open',
    reject: 'rejected',
    'partial-fill': 'partially-filled',
    fill: 'filled',
    'confirm-cancel': 'cancelled',
  },
};

/** The next state, or undefined when the event is illegal in this state. */
export function nextOrderState(state: OrderState, event: OrderEvent): OrderState | undefined {
  return ORDER_TRANSITIONS[state][event];
}

export const orderStateIndex = (state: OrderState): number => ORDER_STATES.indexOf(state);

export function orderStateAt(index: number): OrderState {
  const state = ORDER_STATES[index];
  assert(state !== undefined, `order state ${index}`);
  return state;
}

/** True while the order can still trade. */
export function isLive(state: OrderState): boolean {
  return state !== 'filled' && state !== 'cancelled' && state !== 'rejected';
}
