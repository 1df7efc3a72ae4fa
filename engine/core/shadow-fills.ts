/**
 * Beside an external venue every order is filled on paper as well, by the same model and the same market data, and the two
 * are compared when both are over: it tells what the model is worth, and what trading costs beyond it.
 */
import {
  addMoney,
  formatMoney,
  MONEY_DECIMALS,
  type Money,
  money,
  notional,
  orderStateIndex,
  readMoney,
  writeMoney,
} from '../domain/index.ts';
import { ORDER_CAPACITY } from '../domain/tables/index.ts';
import { sooner } from '../kernel/deadline.ts';
import { isLiveSlot, openLots } from '../oms/orders.ts';
import {
  deliver,
  onTouch,
  onTrade,
  type PaperVenue,
  type ShadowVenue,
  sendCancel,
  sendOrder,
  type Touch,
} from '../sim/paper-broker.ts';
import { instrumentAt, nowUs } from './context.ts';
import type { EngineState } from './state.ts';

/** After an order is over at the venue, so long is its shadow waited for: arrival, and an entry's own time. */
const waitUs = (state: EngineState): number => {
  const { paper, execution } = state.config.policy;
  return paper.latencyUs + paper.latencyJitterUs + execution.entryTimeoutUs;
};

/** The paper venue with the shadow's orders; undefined on paper itself. */
export function shadowVenue(state: EngineState): ShadowVenue | undefined {
  if (state.config.venue !== 'external') return undefined;
  const { instruments, market, books, positions, shadow } = state;
  const { policy, seed } = state.config;
  const venue = {
    external: false,
    instruments,
    policy: policy.paper,
    seed,
    market,
    books,
    positions,
    shadow: undefined,
  };
  return {
    venue: { ...venue, orders: shadow.orders },
    reports: {
      accepted: (slot) => setState(state, slot, 'open'),
      rejected: (slot) => end(state, slot, 'rejected'),
      cancelled: (slot) => end(state, slot, 'cancelled'),
      filled: (slot, lots, priceTicks) => filled(state, slot, lots, priceTicks),
    },
  };
}

/** Sends the same order to the paper venue. One that waits for its price at the venue has no shadow. */
export function castShadow(state: EngineState, { venue }: ShadowVenue, slot: number): void {
  const { orders, shadow } = state;
  if (orders.triggerTicks[slot] !== 0) return;
  const to = freeSlot(state);
  if (to < 0) return;
  const copy = shadow.orders;
  copy.id[to] = orders.id[slot]!;
  copy.instrument[to] = orders.instrument[slot]!;
  copy.side[to] = orders.side[slot]!;
  copy.lots[to] = orders.lots[slot]!;
  copy.limitTicks[to] = orders.limitTicks[slot]!;
  copy.filledLots[to] = 0;
  copy.queueAhead[to] = 0;
  copy.cancelArrivesAtUs[to] = 0;
  setState(state, to, 'in-flight');
  const instrument = copy.instrument[to]!;
  copy.liveCount[instrument] = copy.liveCount[instrument]! + 1;
  shadow.liveLots[to] = 0;
  shadow.liveOver[to] = 0;
  shadow.untilUs[to] = 0;
  writeMoney(shadow.liveCost, to, 0n);
  writeMoney(shadow.shadowCost, to, 0n);
  sendOrder(venue, to, nowUs(state));
}

export function cancelShadow(state: EngineState, { venue }: ShadowVenue, orderId: number): void {
  const at = shadowOf(state, orderId);
  if (at >= 0 && isLiveSlot(state.shadow.orders, at)) sendCancel(venue, at, nowUs(state));
}

/** The external venue has filled some of an order. */
export function noteLiveFill(state: EngineState, orderId: number, lots: number, priceTicks: number): void {
  const at = shadowOf(state, orderId);
  if (at < 0) return;
  const { shadow } = state;
  const { unit } = instrumentAt(state, shadow.orders.instrument[at]!);
  shadow.liveLots[at] = shadow.liveLots[at]! + lots;
  addMoney(shadow.liveCost, at, notional(priceTicks, lots, unit));
}

/** The order is over at the external venue. */
export function noteLiveEnd(state: EngineState, orderId: number): void {
  const at = shadowOf(state, orderId);
  if (at < 0 || state.shadow.liveOver[at] === 1) return;
  state.shadow.liveOver[at] = 1;
  state.shadow.untilUs[at] = nowUs(state) + waitUs(state);
  compareIfOver(state, at);
}

export function shadowTrade(state: EngineState, shadow: ShadowVenue, instrument: number, price: number, lots: number) {
  if (hasShadow(state, instrument)) onTrade(shadow.venue, shadow.reports, instrument, price, lots);
}

export function shadowTouch(state: EngineState, shadow: ShadowVenue, instrument: number, before: Touch): void {
  if (hasShadow(state, instrument)) onTouch(shadow.venue, shadow.reports, instrument, before);
}

export const hasShadow = (state: EngineState, instrument: number): boolean =>
  state.config.venue === 'external' && state.shadow.orders.liveCount[instrument]! > 0;

/** What has arrived on paper by now, and comparisons whose time is over. */
export function runShadow(state: EngineState, { shadow }: PaperVenue): void {
  if (shadow === undefined) return;
  deliver(shadow.venue, shadow.reports, nowUs(state), -1);
  const { orders, untilUs } = state.shadow;
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    const until = untilUs[slot]!;
    if (orders.id[slot] === 0 || until === 0 || until > nowUs(state)) continue;
    if (isLiveSlot(orders, slot)) end(state, slot, 'cancelled');
    else compareIfOver(state, slot);
  }
}

/** When the next comparison ends for want of time; 0 when none waits. */
export function nextShadowEndUs(state: EngineState): number {
  let earliest = 0;
  const { orders, untilUs } = state.shadow;
  for (let slot = 0; slot < untilUs.length; slot++) {
    if (orders.id[slot] !== 0) earliest = sooner(earliest, untilUs[slot]!);
  }
  return earliest;
}

function freeSlot(state: EngineState): number {
  return state.shadow.orders.id.indexOf(0);
}

function shadowOf(state: EngineState, orderId: number): number {
  return state.config.venue === 'external' ? state.shadow.orders.id.indexOf(orderId) : -1;
}

function setState(state: EngineState, slot: number, to: 'in-flight' | 'open' | 'partially-filled'): void {
  state.shadow.orders.state[slot] = orderStateIndex(to);
}

function filled(state: EngineState, slot: number, lots: number, priceTicks: number): void {
  const { orders, shadowCost } = state.shadow;
  const { unit } = instrumentAt(state, orders.instrument[slot]!);
  orders.filledLots[slot] = orders.filledLots[slot]! + lots;
  addMoney(shadowCost, slot, notional(priceTicks, lots, unit));
  if (openLots(orders, slot) > 0) setState(state, slot, 'partially-filled');
  else end(state, slot, 'filled');
}

/** Nothing of it fills on paper any more. */
function end(state: EngineState, slot: number, as: 'filled' | 'cancelled' | 'rejected'): void {
  const { orders } = state.shadow;
  const instrument = orders.instrument[slot]!;
  orders.state[slot] = orderStateIndex(as);
  orders.liveCount[instrument] = orders.liveCount[instrument]! - 1;
  orders.arrivesAtUs[slot] = 0;
  orders.cancelArrivesAtUs[slot] = 0;
  compareIfOver(state, slot);
}

function compareIfOver(state: EngineState, slot: number): void {
  const { orders, liveOver, untilUs } = state.shadow;
  if (liveOver[slot] !== 1 || isLiveSlot(orders, slot)) return;
  compare(state, slot);
  orders.id[slot] = 0;
  untilUs[slot] = 0;
}

function compare(state: EngineState, slot: number): void {
  const { shadow, outbox } = state;
  const { orders } = shadow;
  const filledLots = shadow.liveLots[slot]!;
  const shadowLots = orders.filledLots[slot]!;
  const side = orders.side[slot]! > 0 ? 1 : -1;
  const gap = gapOf(readMoney(shadow.liveCost, slot), filledLots, readMoney(shadow.shadowCost, slot), shadowLots, side);
  shadow.compared[0] = shadow.compared[0]! + 1;
  addMoney(shadow.gap, 0, gap);
  const instrument = orders.instrument[slot]!;
  const { unit } = instrumentAt(state, instrument);
  outbox.push({
    kind: 'shadow',
    orderId: orders.id[slot]!,
    instrument,
    side,
    lots: orders.lots[slot]!,
    filledLots,
    shadowLots,
    meanTicks: meanTicks(readMoney(shadow.liveCost, slot), filledLots, unit),
    shadowTicks: meanTicks(readMoney(shadow.shadowCost, slot), shadowLots, unit),
    gap: formatMoney(gap, MONEY_DECIMALS),
  });
}

/** For the lots that both have filled, at their mean prices; rounded against us. */
function gapOf(liveCost: bigint, liveLots: number, shadowCost: bigint, shadowLots: number, side: 1 | -1): Money {
  const lots = BigInt(Math.min(liveLots, shadowLots));
  if (lots === 0n) return money(0n);
  const worse = BigInt(side) * (liveCost * BigInt(shadowLots) - shadowCost * BigInt(liveLots)) * lots;
  const over = BigInt(liveLots) * BigInt(shadowLots);
  const gap = worse / over;
  return money(worse > 0n && gap * over !== worse ? gap + 1n : gap);
}

const meanTicks = (cost: bigint, lots: number, unit: bigint): number =>
  lots === 0 ? 0 : Number(cost) / Number(unit) / lots;
