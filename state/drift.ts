/** What has become of a proposal's price since it was made, as it looks to who would trade it now. */
import type { ProposalView } from './view.ts';

export interface Drift {
  /** Change of the price in basis points, with its sign. */
  readonly bp: number;
  /** worse: entering now costs more than when it was proposed · better: less · same: less than a tenth of a basis point away. */
  readonly means: 'worse' | 'better' | 'same';
  /**
   * What entering now would make at the target after the costs of now, in R, as the gate of reward counts it: the loss at the
   * stop is that from the price of now, or the one that was proposed where that is more, costs included. At the stop and beyond
   * it what the price has lost since, −1 or less: there is nothing left to enter. Undefined where nothing was at risk.
   */
  readonly rMultiple: number | undefined;
  /** The level that the price has passed, the gravest one. */
  readonly past: 'stop' | 'target' | 'limit' | undefined;
  /** The price has left the limit behind: an order would wait there and not fill. */
  readonly isBeyondLimit: boolean;
}

const SAME_BP = 0.05;

/** undefined while the price now is not known. */
export function driftOf(proposal: ProposalView): Drift | undefined {
  const { side } = proposal;
  const [now, then, stop, target, limit, costNow, worth] = [
    proposal.priceNow ?? '',
    proposal.priceThen,
    proposal.stop,
    proposal.target,
    proposal.limit,
    proposal.costNow,
    proposal.notional,
  ].map(Number.parseFloat) as [number, number, number, number, number, number, number];
  if (!(now > 0 && then > 0)) return undefined;
  const bp = ((now - then) / then) * 1e4;
  const toStop = side * (now - stop);
  const toTarget = side * (target - now);
  // As a distance of price, like the others.
  const cost = worth > 0 ? (costNow * limit) / worth : 0;
  const isBeyondLimit = side * (now - limit) > 0;
  const risk = Math.max(toStop, Math.abs(then - stop)) + cost;
  const past = toStop <= 0 ? 'stop' : toTarget <= 0 ? 'target' : isBeyondLimit ? 'limit' : undefined;
  return {
    bp,
    means: Math.abs(bp) < SAME_BP ? 'same' : side * bp > 0 ? 'worse' : 'better',
    rMultiple: risk > 0 ? ((toStop > 0 ? toTarget : side * (now - then)) - cost) / risk : undefined,
    past,
    isBeyondLimit,
  };
}
