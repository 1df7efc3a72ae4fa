/** From cleared order to closed position: sending, cancelling, protective exits, what the paper venue reports. */

import { clearProtective } from '../approval/clearance.ts';
import {
  type ClearedOrder,
  type CommandSource,
  notional,
  type OrderPurpose,
  shareUp,
  type VenueReports,
} from '../domain/index.ts';
import { NEXT_ID, ORDER_CAPACITY } from '../domain/tables/index.ts';
import { createOrder, isLiveSlot, isWaiting, openLots, stateOf, transition } from '../oms/orders.ts';
import { exitPrice, type Trigger } from '../oms/protective.ts';
import { noteOrderTime } from '../risk/account.ts';
import { deliver, type PaperVenue, sendCancel, sendOrder } from '../sim/paper-broker.ts';
import { instrumentAt, isDust, mayBeGone, nowUs, takeId } from './context.ts';
import { endOrder, takeFill } from './fills.ts';
import { advanceKill, killStage, moveKill } from './halt.ts';
import { cancelShadow, castShadow, runShadow, shadowVenue } from './shadow-fills.ts';
import type { EngineState } from './state.ts';

/** The paper venue's window on the state. */
export function paperVenue(state: EngineState): PaperVenue {
  return {
    external: state.config.venue === 'external',
    instruments: state.instruments,
    policy: state.config.policy.paper,
    seed: state.config.seed,
    market: state.market,
    books: state.books,
    orders: state.orders,
    positions: state.positions,
    shadow: shadowVenue(state),
  };
}

/** Makes the order and sends it on its way; `replaces` is the order whose place it takes at the venue, or 0. */
export function execute(state: EngineState, venue: PaperVenue, cleared: ClearedOrder, replaces = 0): number {
  const now = nowUs(state);
  const entry = cleared.purpose === 'entry';
  const timeoutUs = entry ? now + state.config.policy.execution.entryTimeoutUs : 0;
  const slot = createOrder(state.orders, cleared, takeId(state, NEXT_ID.order), now, timeoutUs);
  if (entry) {
    noteOrderTime(state.account, now);
    state.positions.lastEntryAtUs[cleared.instrument] = now;
  }
  transition(state.orders, state.outbox, slot, 'submit', replaces);
  sendOrder(venue, slot, now);
  if (venue.shadow !== undefined) castShadow(state, venue.shadow, slot);
  return slot;
}

/** Asks the venue to cancel a live order; nothing when a cancel is under way. */
export function cancelOrder(state: EngineState, venue: PaperVenue, slot: number): void {
  if (stateOf(state.orders, slot) === 'cancel-pending') return;
  transition(state.orders, state.outbox, slot, 'request-cancel');
  sendCancel(venue, slot, nowUs(state));
  if (venue.shadow !== undefined) cancelShadow(state, venue.shadow, state.orders.id[slot]!);
}

/** Cancels live orders that can increase exposure, of one instrument or (−1) of all. */
export function cancelEntries(state: EngineState, venue: PaperVenue, instrument: number): void {
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    if (instrument >= 0 && state.orders.instrument[slot] !== instrument) continue;
    if (state.orders.reduceOnly[slot] === 0 && isLiveSlot(state.orders, slot)) cancelOrder(state, venue, slot);
  }
}

/**
 * What every channel of the kill comes to: no entry leaves any more, those at work are cancelled.
 * @returns false when a kill is under way already.
 */
export function engageKill(state: EngineState, venue: PaperVenue, source: CommandSource | 'engine'): boolean {
  if (!moveKill(state, 'kill', source)) return false;
  cancelEntries(state, venue, -1);
  advanceKill(state);
  return true;
}

const EXIT_PURPOSE: Readonly<Record<Trigger | 'flatten', OrderPurpose>> = {
  stop: 'stop',
  target: 'target',
  time: 'time-exit',
  flatten: 'flatten',
};

/** Closes a position at the market, reduce-only; entries of the instrument that still work are cancelled. */
export function exitPosition(
  state: EngineState,
  venue: PaperVenue,
  instrument: number,
  trigger: Trigger | 'flatten',
): void {
  const held = state.positions.lots[instrument]!;
  if (held === 0 || state.positions.exiting[instrument] === 1) return;
  if (state.positions.exitAfterUs[instrument]! > nowUs(state)) return;
  if (isDust(state, instrument) || mayBeGone(state, instrument)) return;
  const replaces = stopToReplace(state, instrument, held);
  if (replaces === 0 && releaseHolding(state, venue, instrument)) return;
  state.positions.exiting[instrument] = 1;
  state.outbox.push({
    kind: 'protective',
    instrument,
    decisionId: state.positions.decisionId[instrument]!,
    trigger,
    triggerTicks: Math.round(exitPrice(state.market, state.positions, instrument)),
  });
  cancelEntries(state, venue, instrument);
  execute(
    state,
    venue,
    clearProtective({
      instrument,
      side: held > 0 ? -1 : 1,
      lots: Math.abs(held),
      limitTicks: 0,
      reduceOnly: true,
      purpose: EXIT_PURPOSE[trigger],
      decisionId: state.positions.decisionId[instrument]!,
      stopTicks: 0,
      targetTicks: 0,
      triggerTicks: 0,
    }),
    replaces,
  );
}

/**
 * The one stop whose holding is all that an exit is to sell, where the venue exchanges the two in one request: until then
 * the stop holds, and what the venue has filled of it is never sold again. 0 when there is none such.
 */
function stopToReplace({ instruments, config, orders }: EngineState, instrument: number, held: number) {
  const { kind, replacesOrders = false } = instruments[instrument]!;
  if (config.venue !== 'external' || kind !== 'spot' || !replacesOrders) return 0;
  let found = 0;
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    if (!isWaiting(orders, slot, instrument)) continue;
    const isWhole = stateOf(orders, slot) === 'open' && openLots(orders, slot) === Math.abs(held);
    if (found !== 0 || !isWhole) return 0;
    found = orders.id[slot]!;
  }
  return found;
}

/**
 * Whether stops at the venue hold what an exit is to sell: they are cancelled, and the exit waits until they are over.
 * Where the venue has filled one instead, there is nothing left to sell.
 */
function releaseHolding(state: EngineState, venue: PaperVenue, instrument: number): boolean {
  if (state.instruments[instrument]!.kind !== 'spot') return false;
  let locked = false;
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    if (!isWaiting(state.orders, slot, instrument)) continue;
    cancelOrder(state, venue, slot);
    locked = true;
  }
  return locked;
}

/**
 * While flattening, every position without an exit under way gets one: an exit that was sent before it grew
 * closes only a part of it.
 */
export function pressFlatten(state: EngineState, venue: PaperVenue): void {
  if (killStage(state) !== 'flattening') return;
  for (let i = 0; i < state.instruments.length; i++) exitPosition(state, venue, i, 'flatten');
}

/** Delivers what has reached the venue by now, and cancels entries whose time is over. */
export function runVenue(state: EngineState, venue: PaperVenue, reports: VenueReports): void {
  deliver(venue, reports, nowUs(state), -1);
  runShadow(state, venue);
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    const timeout = state.orders.timeoutUs[slot]!;
    if (timeout === 0 || timeout > nowUs(state) || !isLiveSlot(state.orders, slot)) continue;
    state.orders.timeoutUs[slot] = 0;
    cancelOrder(state, venue, slot);
  }
}

/** Turns the paper venue's reports into transitions and postings. */
export function reportsInto(state: EngineState): VenueReports {
  return {
    accepted(slot) {
      transition(state.orders, state.outbox, slot, 'accept');
    },
    rejected(slot) {
      transition(state.orders, state.outbox, slot, 'reject');
      endOrder(state, slot);
    },
    cancelled(slot) {
      if (stateOf(state.orders, slot) === 'in-flight') transition(state.orders, state.outbox, slot, 'accept');
      transition(state.orders, state.outbox, slot, 'confirm-cancel');
      endOrder(state, slot);
    },
    filled(slot, lots, priceTicks, maker, assumed) {
      const { unit } = instrumentAt(state, state.orders.instrument[slot]!);
      const { makerFeePpm, takerFeePpm } = state.config.policy.paper;
      const fee = shareUp(notional(priceTicks, lots, unit), maker ? makerFeePpm : takerFeePpm);
      takeFill(state, slot, { lots, priceTicks, fee, feeLots: 0, maker, assumed });
      if (!isLiveSlot(state.orders, slot)) endOrder(state, slot);
    },
  };
}
