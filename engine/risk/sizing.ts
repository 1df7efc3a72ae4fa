/** Size of an entry from the equity put at risk and the distance to the stop. */
import {
  type ExecutionPolicy,
  formatMoney,
  type Instrument,
  type Money,
  notional,
  type SizingTrace,
  shareDown,
} from '../domain/index.ts';

/** Stop and target distances in whole ticks, and the lots whose loss at the stop is the risk budget. */
export function sizeEntry(
  instrument: Instrument,
  policy: ExecutionPolicy,
  equity: Money,
  priceTicks: number,
  atrTicks: number,
): SizingTrace {
  const floor = Math.ceil((priceTicks * policy.minStopPpm) / 1e6);
  const stopTicks = Math.max(Math.ceil(atrTicks * policy.stopAtr), floor, 1);
  const targetTicks = Math.max(Math.round(stopTicks * policy.targetR), 1);
  const riskBudget = shareDown(equity > 0n ? equity : (0n as Money), policy.riskPerTradePpm);
  const lossPerLot = notional(stopTicks, 1, instrument.unit);
  return {
    equity: formatMoney(equity, 2),
    riskBudget: formatMoney(riskBudget, 2),
    stopTicks,
    targetTicks,
    // Lots are counted exactly: of next to nothing no more is asked for than can be.
    wantedLots: lossPerLot > 0n ? Math.min(Number(riskBudget / lossPerLot), Number.MAX_SAFE_INTEGER) : 0,
  };
}

/** Fewest lots of an order that the venue takes at this limit price; its gate is `min-notional`. */
export function leastLots(instrument: Instrument, limitTicks: number): number {
  const perLot = notional(limitTicks, 1, instrument.unit);
  if (perLot <= 0n) return 1;
  return Math.max(Number((instrument.minNotionalMoney + perLot - 1n) / perLot), 1);
}
