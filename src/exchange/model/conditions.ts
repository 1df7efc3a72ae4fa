/** When a conditional order is reached: a stop by a price that runs against it, a target by one that runs its way. */
import type { Core, Market } from './core.ts';
import { priceE8 } from './instrument.ts';
import type { Side, WorkingType } from './state.ts';

export interface Condition {
  readonly id: number;
  readonly origType: string;
  readonly side: Side;
  readonly stopTicks: number;
  readonly workingType: WorkingType;
}

/** Whether it waits for a price at or above its stop. */
function waitsAbove(type: string, side: Side): boolean {
  return type.startsWith('STOP') === (side === 'BUY');
}

/** Whether the present price has reached it already. False while there is no price. */
export function isReachedNow(core: Core, market: Market, condition: Omit<Condition, 'id'>): boolean {
  const stopE8 = priceE8(market.instrument, condition.stopTicks);
  const lastE8 = priceE8(market.instrument, market.state.lastTicks);
  const nowE8 = condition.workingType === 'MARK_PRICE' ? core.markE8(market) : lastE8;
  if (nowE8 === 0n) return false;
  return waitsAbove(condition.origType, condition.side) ? nowE8 >= stopE8 : nowE8 <= stopE8;
}

/** Those that were reached since {@link settled}, by id. */
export function reached<T extends Condition>(core: Core, market: Market, waiting: readonly T[]): T[] {
  const found = waiting.filter((condition) => {
    if (condition.workingType === 'MARK_PRICE') return isReachedNow(core, market, condition);
    const { stopTicks } = condition;
    return waitsAbove(condition.origType, condition.side)
      ? market.highTicks >= stopTicks
      : market.lowTicks <= stopTicks;
  });
  return found.sort((a, b) => a.id - b.id);
}

/** Prices are counted from here. */
export function settled(market: Market): void {
  market.lowTicks = Number.POSITIVE_INFINITY;
  market.highTicks = Number.NEGATIVE_INFINITY;
  market.moved = false;
}
