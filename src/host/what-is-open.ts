/** Whether a live run may be left: what would go on at the venue without anybody looking after it. */
import { type EngineState, guardsAtVenue, isLiveSlot, ORDER_CAPACITY } from '../../engine/index.ts';

/** A position may stay at the venue with a stop that works there; an entry, or an order of unknown state, may not. */
export function whatIsOpen(state: EngineState): string | undefined {
  const { instruments, orders, positions } = state;
  const guarded = new Float64Array(instruments.length);
  for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
    if (!isLiveSlot(orders, slot)) continue;
    const i = orders.instrument[slot]!;
    if (orders.triggerTicks[slot] === 0) return `an order in ${instruments[i]!.symbol} is at work`;
    if (guardsAtVenue(state, slot)) guarded[i] = guarded[i]! + orders.lots[slot]! - orders.filledLots[slot]!;
  }
  const bare = instruments.find(({ index }) => Math.abs(positions.lots[index]!) > guarded[index]!);
  return bare === undefined ? undefined : `the position in ${bare.symbol} has no stop at the venue: flatten it`;
}
