/** What an execution does, wherever it comes from: order, position and ledger; and what the end of an order frees. */
import {
  type Fill,
  formatMoney,
  isLive,
  MONEY_DECIMALS,
  money,
  ORDER_PURPOSES,
  readMoney,
  type Side,
} from '../domain/index.ts';
import { COUNT } from '../domain/tables/index.ts';
import { hasLiveExit, openLots, stateOf, transition } from '../oms/orders.ts';
import { beginRoundTrip, postFill } from '../oms/positions.ts';
import { instrumentAt, nowUs } from './context.ts';
import { advanceKill } from './halt.ts';
import { noteLiveEnd, noteLiveFill } from './shadow-fills.ts';
import type { EngineState } from './state.ts';

const MOST_COVER_PAUSE_US = 60_000_000;

/** Posts an execution. An order that is over takes it as well: what the venue has filled is ours. */
export function takeFill(state: EngineState, slot: number, fill: Fill): void {
  const { orders, outbox } = state;
  const side = orders.side[slot]! > 0 ? 1 : -1;
  const index = orders.instrument[slot]!;
  const decisionId = orders.decisionId[slot]!;
  const event = !isLive(stateOf(orders, slot))
    ? 'late-fill'
    : fill.lots >= openLots(orders, slot)
      ? 'fill'
      : 'partial-fill';
  orders.filledLots[slot] = orders.filledLots[slot]! + fill.lots;
  tellFill(state, index, orders.id[slot]!, decisionId, side, fill);
  noteLiveFill(state, orders.id[slot]!, fill.lots, fill.priceTicks);
  transition(orders, outbox, slot, event);
  const protect = ORDER_PURPOSES[orders.purpose[slot]!] === 'entry' ? slot : -1;
  post(state, index, side, decisionId, fill, protect);
}

/** Posts an execution of an order that is not known here: a position that it opens has no stop. */
export function takeStrayFill(state: EngineState, index: number, orderId: number, side: Side, fill: Fill): void {
  tellFill(state, index, orderId, 0, side, fill);
  post(state, index, side, 0, fill, -1);
}

function tellFill(
  state: EngineState,
  instrument: number,
  orderId: number,
  decisionId: number,
  side: Side,
  fill: Fill,
): void {
  const { counts } = state.account;
  // What is taken over is of no order, and no execution that a venue would list.
  if (orderId !== 0) counts[COUNT.fills] = counts[COUNT.fills]! + 1;
  const { lots, priceTicks, feeLots, maker, assumed } = fill;
  const fee = formatMoney(fill.fee, MONEY_DECIMALS);
  const told = { orderId, decisionId, instrument, side, lots, priceTicks, fee, maker, assumed };
  state.outbox.push({ kind: 'fill', ...told, ...(feeLots > 0 ? { feeLots } : {}) });
}

/** Position and ledger; `protect` is the slot of an entry that brings stop and target, or −1. */
function post(state: EngineState, index: number, side: Side, decisionId: number, fill: Fill, protect: number): void {
  const { positions, account } = state;
  const before = positions.lots[index]!;
  if (before === 0) beginRoundTrip(positions, index, nowUs(state), decisionId);
  const { priceTicks, fee } = fill;
  const kept = fill.lots - fill.feeLots;
  const posting = postFill(positions, account, instrumentAt(state, index), side, kept, priceTicks, fee);
  if (protect >= 0) setProtection(state, protect, index, priceTicks);
  if (posting.closed) closeRoundTrip(state, index, before > 0 ? 1 : -1);
}

/**
 * An order is over: its deadline goes, an exit may be sent again, a kill may have come further. An external venue
 * that ended an exit before its time is not asked again at once.
 */
export function endOrder(state: EngineState, slot: number): void {
  const { orders, positions, config } = state;
  const instrument = orders.instrument[slot]!;
  orders.timeoutUs[slot] = 0;
  noteLiveEnd(state, orders.id[slot]!);
  if (orders.reduceOnly[slot] === 1) {
    // Of exits that left unrecorded there may be several.
    positions.exiting[instrument] = hasLiveExit(orders, instrument) ? 1 : 0;
    if (config.venue === 'external' && stateOf(orders, slot) !== 'filled') {
      const { exitRetryUs } = config.policy.execution;
      if (orders.triggerTicks[slot] === 0) positions.exitAfterUs[instrument] = nowUs(state) + exitRetryUs;
      else pauseCover(state, instrument, exitRetryUs);
    }
  }
  advanceKill(state);
}

/** A venue that refuses a stop is asked ever less often; the engine's own stop is at work meanwhile. */
function pauseCover({ positions, control }: EngineState, instrument: number, leastUs: number): void {
  const pauseUs = Math.max(positions.coverPauseUs[instrument]!, leastUs);
  positions.coverAfterUs[instrument] = control.nowUs[0]! + pauseUs;
  positions.coverPauseUs[instrument] = Math.min(pauseUs * 2, MOST_COVER_PAUSE_US);
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
  positions.exitAfterUs[instrument] = 0;
  positions.coverAfterUs[instrument] = 0;
  positions.coverPauseUs[instrument] = 0;
}
