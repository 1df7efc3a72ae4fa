/**
 * R, the unit in which a trade is measured: what is lost from its entry to where its stop stood at its open, fees included.
 * The fees are the ledger's. So a trade at its stop is at −1 R, one beyond it below that,
 * and none is at infinity, however near to its stop it began.
 */
import { type Instrument, type Money, notional, ratio } from '../../engine/domain/index.ts';

/** What a trade has made so far: before its fees, and the fees. */
interface Made {
  readonly gain: Money;
  readonly fees: Money;
}

/**
 * A gain after fees in R. `riskTicks` is the distance from entry to stop at the open.
 * @returns undefined where nothing is at risk, neither a distance nor a fee.
 */
export function rMultiple(
  { gain, fees }: Made,
  riskTicks: number,
  lots: number,
  { unit }: Pick<Instrument, 'unit'>,
): number | undefined {
  const risk = (notional(Math.round(riskTicks), Math.abs(lots), unit) + fees) as Money;
  return risk > 0n ? ratio((gain - fees) as Money, risk) : undefined;
}
