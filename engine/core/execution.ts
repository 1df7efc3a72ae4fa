/** From cleared order to closed position: sending, the venue's reports, protective exits. */

import { clearProtective } from '../approval/clearance.ts';
import {
  type ClearedOrder,
  type CommandSource,
  formatMoney,
  MONEY_DECIMALS,
  money,
  notional,
  ORDER_PURPOSES,
  type OrderPurpose,
  readMoney,
  shareUp,
  type VenueReports,
} from '../domain/index.ts';
import { COUNT, NEXT_ID, ORDER_CAPACITY } from '../domain/tables/index.ts';
import { createOrder, isLiveSlot, openLots, stateOf, transition } from '../oms/orders.ts';
import { beginRoundTrip, postFill } from '../oms/positions.ts';
import { exitPrice, type Trigger } from '../oms/protective.ts';
import { noteOrderTime } from '../risk/account.ts';
import { deliver, type PaperVenue, sendCancel, sendOrder } from '../sim/paper-broker.ts';
import { instrumentAt, nowUs, takeId } from './context.ts';
import { advanceKill, killStage, moveKill } from './halt.ts';
import type { EngineState } from './state.ts';

/** The paper venue's window on the state. */
export function paperVenue(state: EngineState): PaperVenue {
  return {
    instruments: state.instruments,
    policy: state.config.policy.paper,
    control: state.control,
    market: state.market,
    books: state.books,
    orders: state.orders,
    positions: state.positions,
  };
}

/** Makes the order and sends it on its way. */
export function execute(state: EngineState, venue: PaperVenue, cleared: ClearedOrder): number {
  const now = nowUs(state);
  const entry = cleared.purpose === 'entry';
  const timeoutUs = entry ? now + state.config.policy.execution.entryTimeoutUs : 0;
  const slot = createOrder(state.orders, cleared, takeId(state, NEXT_ID.order), now, timeoutUs);
  if (entry) {
    noteOrderTime(state.account, now);
    state.positions.lastEntryAtUs[cleared.instrument] = now;
  }
  transition(state.orders, state.outbox, slot, 'submit');
  sendOrder(venue, slot, now);
  return slot;
}

/** Asks the venue to cancel a live order; nothing when a cancel is under way. */
export function cancelOrder(state: EngineState, venue: PaperVenue, slot: number): void {
  if (stateOf(state.orders, slot) === 'cancel-pending') return;
  transition(state.orders, state.outbox, slot, 'request-cancel');
  sendCancel(venue, slot, nowUs(state));
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
    }),
  );
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
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    const timeout = state.orders.timeoutUs[slot]!;
    if (timeout === 0 || timeout > nowUs(state) || !isLiveSlot(state.orders, slot)) continue;
    state.orders.timeoutUs[slot] = 0;
    cancelOrder(state, venue, slot);
  }
}

/** Turns the venue's reports into transitions and postings. */
export function reportsInto(state: EngineState): VenueReports {
  const end = (slot: number): void => {
    state.orders.timeoutUs[slot] = 0;
    if (state.orders.reduceOnly[slot] === 1) state.positions.exiting[state.orders.instrument[slot]!] = 0;
    advanceKill(state);
  };
  return {
    accepted(slot) {
      transition(state.orders, state.outbox, slot, 'accept');
    },
    rejected(slot) {
      transition(state.orders, state.outbox, slot, 'reject');
      end(slot);
    },
    cancelled(slot) {
      if (stateOf(state.orders, slot) === 'in-flight') transition(state.orders, state.outbox, slot, 'accept');
      transition(state.orders, state.outbox, slot, 'confirm-cancel');
      end(slot);
    },
    filled(slot, lots, priceTicks, maker, assumed) {
      takeFill(state, slot, lots, priceTicks, maker, assumed);
      if (!isLiveSlot(state.orders, slot)) end(slot);
    },
  };
}

function takeFill(
  state: EngineState,
  slot: number,
  lots: number,
  priceTicks: number,
  maker: boolean,
  assumed: boolean,
): void {
  const { orders, positions, account, outbox } = state;
  const instrument = instrumentAt(state, orders.instrument[slot]!);
  const { makerFeePpm, takerFeePpm } = state.config.policy.paper;
  const side = orders.side[slot]! > 0 ? 1 : -1;
  const fee = shareUp(notional(priceTicks, lots, instrument.unit), maker ? makerFeePpm : takerFeePpm);
  const orderId = orders.id[slot]!;
  const before = positions.lots[instrument.index]!;
  if (before === 0) beginRoundTrip(positions, instrument.index, nowUs(state), orders.decisionId[slot]!);
  const complete = lots === openLots(orders, slot);
  orders.filledLots[slot] = orders.filledLots[slot]! + lots;
  account.counts[COUNT.fills] = account.counts[COUNT.fills]! + 1;
  outbox.push({
    kind: 'fill',
    orderId,
    decisionId: orders.decisionId[slot]!,
    instrument: instrument.index,
    side,
    lots,
    priceTicks,
    fee: formatMoney(fee, MONEY_DECIMALS),
    maker,
    assumed,
  });
  transition(orders, outbox, slot, complete ? 'fill' : 'partial-fill');
  const posting = postFill(positions, account, instrument, side, lots, priceTicks, fee);
  if (ORDER_PURPOSES[orders.purpose[slot]!] === 'entry') setProtection(state, slot, instrument.index, priceTicks);
  if (posting.closed) closeRoundTrip(state, instrument.index, before > 0 ? 1 : -1);
}

function setProtection(state: EngineState, slot: number, instrument: number, priceTicks: number): void {
  const { positions, orders } = state;
  positions.stopTicks[instrument] = orders.stopTicks[slot]!;
  positions.targetTicks[instrument] = orders.targetTicks[slot]!;
  positions.riskTicks[instrument] = Math.abs(priceTicks - orders.stopTicks[slot]!);
}

function closeRoundTrip(state: EngineState, instrument: number, side: 1 | -1): void {
  const { positions, account } = state;
  const realised = readMoney(positions.realised, instrument);
  const fees = readMoney(positions.fees, instrument);
  account.counts[COUNT.roundTrips] = account.counts[COUNT.roundTrips]! + 1;
  if (realised > fees) account.counts[COUNT.wins] = account.counts[COUNT.wins]! + 1;
  state.outbox.push({
    kind: 'position-closed',
    instrument,
    side,
    realised: formatMoney(money(realised), MONEY_DECIMALS),
    fees: formatMoney(fees, MONEY_DECIMALS),
    openedAtUs: positions.openedAtUs[instrument]!,
    decisionId: positions.decisionId[instrument]!,
  });
  positions.stopTicks[instrument] = 0;
  positions.targetTicks[instrument] = 0;
  positions.riskTicks[instrument] = 0;
  positions.exiting[instrument] = 0;
}
