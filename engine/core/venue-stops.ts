/**
 * Stops and targets laid at an external venue, so that they hold when this program does not run. Reduce-only, so that
 * they and the engine's own exits can never change a position's sign, whichever comes first; the venue cuts the other.
 */
import { clearProtective } from '../approval/clearance.ts';
import { ORDER_PURPOSES } from '../domain/index.ts';
import { ORDER_CAPACITY } from '../domain/tables/index.ts';
import { isLiveSlot, liveEntries, openLots, stateOf } from '../oms/orders.ts';
import type { PaperVenue } from '../sim/paper-broker.ts';
import { nowUs } from './context.ts';
import { cancelOrder, execute } from './execution.ts';
import type { EngineState } from './state.ts';

/** Room in the order table that is left to entries and exits. */
const ROOM_LEFT = ORDER_CAPACITY / 2;

/** Lays what is missing and takes away what has nothing to protect any more. */
export function keepStopsAtVenue(state: EngineState, venue: PaperVenue): void {
  if (state.config.venue !== 'external' || !state.config.policy.live.stopsAtVenue) return;
  for (const { index, kind } of state.instruments) {
    // A spot venue has no reduce-only: a stop there would lock what an exit is to sell.
    if (kind !== 'linear') continue;
    const held = state.positions.lots[index]!;
    cancelStops(state, venue, index, Math.sign(held));
    if (held === 0 || liveEntries(state.orders, index) > 0 || state.positions.exiting[index] === 1) continue;
    if (state.positions.coverAfterUs[index]! > nowUs(state)) continue;
    cover(state, venue, index, 'stop', state.positions.stopTicks[index]!);
    cover(state, venue, index, 'target', state.positions.targetTicks[index]!);
  }
}

/** When the next stop may be laid that a venue has refused; 0 when none waits. */
export function nextCoverUs(state: EngineState): number {
  let earliest = 0;
  for (let i = 0; i < state.instruments.length; i++) {
    const at = state.positions.coverAfterUs[i]!;
    if (at > nowUs(state) && (earliest === 0 || at < earliest)) earliest = at;
  }
  return earliest;
}

/** Those of a side that no longer reduces anything; `held` is the position's sign, 0 takes them all. */
function cancelStops(state: EngineState, venue: PaperVenue, instrument: number, held: number): void {
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    if (isStopOf(state, slot, instrument) && state.orders.side[slot] !== -held) cancelOrder(state, venue, slot);
  }
}

function cover(
  state: EngineState,
  venue: PaperVenue,
  instrument: number,
  purpose: 'stop' | 'target',
  triggerTicks: number,
): void {
  const held = state.positions.lots[instrument]!;
  if (triggerTicks === 0) return;
  let missing = Math.abs(held);
  let live = 0;
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    if (!isLiveSlot(state.orders, slot)) continue;
    live++;
    const same = ORDER_PURPOSES[state.orders.purpose[slot]!] === purpose && isStopOf(state, slot, instrument);
    if (same && stateOf(state.orders, slot) !== 'cancel-pending') missing -= openLots(state.orders, slot);
  }
  if (missing <= 0 || live >= ORDER_CAPACITY - ROOM_LEFT) return;
  const intent = {
    instrument,
    side: held > 0 ? -1 : 1,
    lots: missing,
    limitTicks: 0,
    reduceOnly: true,
    purpose,
    decisionId: state.positions.decisionId[instrument]!,
    stopTicks: 0,
    targetTicks: 0,
    triggerTicks,
  } as const;
  execute(state, venue, clearProtective(intent));
}

/** True for a stop that works at the venue: it holds without this program. */
export function guardsAtVenue({ orders }: EngineState, slot: number): boolean {
  if (!isLiveSlot(orders, slot) || orders.triggerTicks[slot] === 0) return false;
  const now = stateOf(orders, slot);
  return ORDER_PURPOSES[orders.purpose[slot]!] === 'stop' && (now === 'open' || now === 'partially-filled');
}

function isStopOf(state: EngineState, slot: number, instrument: number): boolean {
  const { orders } = state;
  return orders.instrument[slot] === instrument && orders.triggerTicks[slot] !== 0 && isLiveSlot(orders, slot);
}
