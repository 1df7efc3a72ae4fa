/** Stops, targets and time limits of open positions, judged on the price at which they could be left. */
import type { MarketTable, PositionTable } from '../domain/tables/index.ts';

export type Trigger = 'stop' | 'target' | 'time';

/** Price at which a position could be closed now: the touch, else the last price; 0 when unknown. */
export function exitPrice(market: MarketTable, positions: PositionTable, instrument: number): number {
  const touch = positions.lots[instrument]! > 0 ? market.bid[instrument]! : market.ask[instrument]!;
  return touch > 0 ? touch : market.last[instrument]!;
}

/** What the price has set off, the stop before the target; undefined when nothing, or an exit is under way. */
export function triggered(market: MarketTable, positions: PositionTable, instrument: number): Trigger | undefined {
  const lots = positions.lots[instrument]!;
  if (lots === 0 || positions.exiting[instrument] === 1) return undefined;
  const price = exitPrice(market, positions, instrument);
  if (price === 0) return undefined;
  const stop = positions.stopTicks[instrument]!;
  const target = positions.targetTicks[instrument]!;
  if (lots > 0 ? price <= stop : stop > 0 && price >= stop) return 'stop';
  if (target > 0 && (lots > 0 ? price >= target : price <= target)) return 'target';
  return undefined;
}

/** True when a position has been held for as long as policy allows. */
export function overdue(positions: PositionTable, instrument: number, nowUs: number, maxHoldingUs: number): boolean {
  if (positions.lots[instrument] === 0 || positions.exiting[instrument] === 1) return false;
  return nowUs - positions.openedAtUs[instrument]! >= maxHoldingUs;
}
