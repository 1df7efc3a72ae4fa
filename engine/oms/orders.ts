/** Order management: makes orders from cleared intents only, and moves them by the one transition table. */
import {
  CLEARANCES,
  type ClearedOrder,
  isLive,
  nextOrderState,
  ORDER_PURPOSES,
  type OrderEvent,
  type OrderState,
  type Outbox,
  orderStateAt,
  orderStateIndex,
} from '../domain/index.ts';
import { ORDER_CAPACITY, type OrderTable } from '../domain/tables/index.ts';
import { assert } from '../kernel/assert.ts';

/** Makes an order in state `intended`. The table never overflows: gates bound what can be open. */
export function createOrder(
  orders: OrderTable,
  cleared: ClearedOrder,
  id: number,
  nowUs: number,
  timeoutUs: number,
): number {
  const slot = freeSlot(orders);
  assert(slot >= 0, 'order table is full');
  assert(cleared.lots > 0 && Number.isSafeInteger(cleared.lots), `order of ${cleared.lots} lots`);
  orders.id[slot] = id;
  orders.state[slot] = orderStateIndex('intended');
  orders.instrument[slot] = cleared.instrument;
  orders.side[slot] = cleared.side;
  orders.lots[slot] = cleared.lots;
  orders.filledLots[slot] = 0;
  orders.limitTicks[slot] = cleared.limitTicks;
  orders.reduceOnly[slot] = cleared.reduceOnly ? 1 : 0;
  orders.purpose[slot] = ORDER_PURPOSES.indexOf(cleared.purpose);
  orders.clearance[slot] = CLEARANCES.indexOf(cleared.clearance);
  orders.decisionId[slot] = cleared.decisionId;
  orders.stopTicks[slot] = cleared.stopTicks;
  orders.targetTicks[slot] = cleared.targetTicks;
  orders.triggerTicks[slot] = cleared.triggerTicks;
  orders.createdAtUs[slot] = nowUs;
  orders.timeoutUs[slot] = timeoutUs;
  orders.arrivesAtUs[slot] = 0;
  orders.cancelArrivesAtUs[slot] = 0;
  orders.queueAhead[slot] = 0;
  orders.closedAtLots[slot] = -1;
  orders.liveCount[cleared.instrument] = orders.liveCount[cleared.instrument]! + 1;
  return slot;
}

function freeSlot(orders: OrderTable): number {
  let oldest = -1;
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    if (orders.id[slot] === 0) return slot;
    if (isLive(orderStateAt(orders.state[slot]!))) continue;
    if (oldest < 0 || orders.id[slot]! < orders.id[oldest]!) oldest = slot;
  }
  return oldest;
}

/**
 * Applies an event; an illegal pair of state and event is a broken invariant. `replaces` is the order that a submit takes
 * the place of at the venue, or 0.
 */
export function transition(
  orders: OrderTable,
  outbox: Outbox,
  slot: number,
  event: OrderEvent,
  replaces = 0,
): OrderState {
  const from = orderStateAt(orders.state[slot]!);
  const to = nextOrderState(from, event);
  assert(to !== undefined, `order ${orders.id[slot]}: ${event} is illegal when ${from}`);
  orders.state[slot] = orderStateIndex(to);
  const instrument = orders.instrument[slot]!;
  const triggerTicks = orders.triggerTicks[slot]!;
  if (isLive(from) && !isLive(to)) orders.liveCount[instrument] = orders.liveCount[instrument]! - 1;
  outbox.push({
    kind: 'order',
    orderId: orders.id[slot]!,
    decisionId: orders.decisionId[slot]!,
    instrument,
    side: orders.side[slot]! > 0 ? 1 : -1,
    lots: orders.lots[slot]!,
    limitTicks: orders.limitTicks[slot]!,
    reduceOnly: orders.reduceOnly[slot] === 1,
    clearance: CLEARANCES[orders.clearance[slot]!] ?? 'protective',
    purpose: ORDER_PURPOSES[orders.purpose[slot]!] ?? 'entry',
    event,
    from,
    to,
    ...(triggerTicks > 0 ? { triggerTicks } : {}),
    ...(replaces > 0 ? { replaces } : {}),
  });
  return to;
}

export function stateOf(orders: OrderTable, slot: number): OrderState {
  return orderStateAt(orders.state[slot]!);
}

export function isLiveSlot(orders: OrderTable, slot: number): boolean {
  return orders.id[slot] !== 0 && isLive(orderStateAt(orders.state[slot]!));
}

/** True for a live order of the instrument that waits at an external venue for its price. */
export function isWaiting(orders: OrderTable, slot: number, instrument: number): boolean {
  return orders.instrument[slot] === instrument && orders.triggerTicks[slot] !== 0 && isLiveSlot(orders, slot);
}

/** Slot of the order with this id, or −1. */
export function findOrder(orders: OrderTable, id: number): number {
  return orders.id.indexOf(id);
}

/** Lots of an order that are not filled yet. */
export function openLots(orders: OrderTable, slot: number): number {
  return orders.lots[slot]! - orders.filledLots[slot]!;
}

/** Live orders that can increase exposure, of one instrument or (−1) of all. */
export function liveEntries(orders: OrderTable, instrument: number): number {
  let count = 0;
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    if (instrument >= 0 && orders.instrument[slot] !== instrument) continue;
    if (orders.reduceOnly[slot] === 0 && isLiveSlot(orders, slot)) count++;
  }
  return count;
}

/** True while an order that only reduces the instrument's position is at work: those that wait for their price are not. */
export function hasLiveExit(orders: OrderTable, instrument: number): boolean {
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    if (orders.instrument[slot] !== instrument || orders.triggerTicks[slot] !== 0) continue;
    if (orders.reduceOnly[slot] === 1 && isLiveSlot(orders, slot)) return true;
  }
  return false;
}
