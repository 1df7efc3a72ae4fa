/**
 * Stops and targets laid at an external venue, so that they hold when this program does not run. On margined accounts they
 * are reduce-only: they and the engine's own exits can never change a position's sign, whichever comes first, for the venue
 * cuts the other. A spot venue has no reduce-only and locks what a stop is to sell: there only the stop is laid, and it is
 * taken away before an exit is sent.
 */
import { clearProtective } from '../approval/clearance.ts';
import { ORDER_PURPOSES } from '../domain/index.ts';
import { ORDER_CAPACITY } from '../domain/tables/index.ts';
import { sooner } from '../kernel/deadline.ts';
import { isLiveSlot, isWaiting, liveEntries, openLots, stateOf } from '../oms/orders.ts';
import type { PaperVenue } from '../sim/paper-broker.ts';
import { isDust, isOverdue, mayBeGone, nowUs } from './context.ts';
import { cancelOrder, execute, exitPosition } from './execution.ts';
import type { EngineState } from './state.ts';

/** Room in the order table that is left to entries and exits. */
const ROOM_LEFT = ORDER_CAPACITY / 2;

/** Lays what is missing and takes away what has nothing to protect any more. */
export function keepStopsAtVenue(state: EngineState, venue: PaperVenue): void {
  if (state.config.venue !== 'external' || !state.config.policy.live.stopsAtVenue) return;
  for (const { index, kind } of state.instruments) {
    if (kind === 'inverse') continue;
    const held = state.positions.lots[index]!;
    cancelStops(state, venue, index, Math.sign(held));
    if (isBeingCancelled(state, index)) continue;
    if (isDust(state, index) || mayBeGone(state, index)) continue;
    // The stop was taken away for an exit, which goes before another one locks the holding again.
    if (kind === 'spot' && isOverdue(state, index) && !isCovered(state, index))
      exitPosition(state, venue, index, 'time');
    if (held === 0 || liveEntries(state.orders, index) > 0 || state.positions.exiting[index] === 1) continue;
    if (state.positions.coverAfterUs[index]! > nowUs(state)) continue;
    cover(state, venue, index, 'stop', state.positions.stopTicks[index]!);
    if (kind === 'linear') cover(state, venue, index, 'target', state.positions.targetTicks[index]!);
  }
}

/** When the next stop may be laid that a venue has refused; 0 when none waits. */
export function nextCoverUs(state: EngineState): number {
  let earliest = 0;
  for (let i = 0; i < state.instruments.length; i++) {
    const at = state.positions.coverAfterUs[i]!;
    if (at > nowUs(state)) earliest = sooner(earliest, at);
  }
  return earliest;
}

/** Those of a side that no longer reduces anything; `held` is the position's sign, 0 takes them all. */
function cancelStops(state: EngineState, venue: PaperVenue, instrument: number, held: number): void {
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    if (isWaiting(state.orders, slot, instrument) && state.orders.side[slot] !== -held) cancelOrder(state, venue, slot);
  }
}

/** A new one is laid when the old one is over: on spot an exit may be what it is cancelled for. */
function isBeingCancelled(state: EngineState, instrument: number): boolean {
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    if (isWaiting(state.orders, slot, instrument) && stateOf(state.orders, slot) === 'cancel-pending') return true;
  }
  return false;
}

function isCovered({ orders }: EngineState, instrument: number): boolean {
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) if (isWaiting(orders, slot, instrument)) return true;
  return false;
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
    const same = ORDER_PURPOSES[state.orders.purpose[slot]!] === purpose && isWaiting(state.orders, slot, instrument);
    if (same) missing -= openLots(state.orders, slot);
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
