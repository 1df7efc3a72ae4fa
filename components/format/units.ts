/** Prices and quantities of one explained decision as text. */
import { decimalsOf } from '../../state/text/decimals.ts';
import { amount, count, fixed, grouped, percentOf } from '../../state/text/numbers.ts';
import type { ExplainView } from '../../state/view.ts';

export interface Units {
  price(ticks: number): string;
  quantity(lots: number): string;
  /** A distance as price, share and ticks. */
  distance(ticks: number): string;
}

/** The size of one tick is drawn from the text of the price: for display only. */
export function unitsOf({ trace, price, lot }: ExplainView): Units {
  const tick = trace.priceTicks > 0 ? Number(price) / trace.priceTicks : 0;
  const priceOf = (ticks: number): string => grouped(fixed(ticks * tick, decimalsOf(price)));
  return {
    price: priceOf,
    quantity: (lots) => amount(fixed(lots * Number(lot), decimalsOf(lot))),
    distance(ticks) {
      const share = trace.priceTicks > 0 ? ticks / trace.priceTicks : Number.NaN;
      return `${priceOf(ticks)} (${percentOf(share, 2)}, ${count(ticks)} ticks)`;
    },
  };
}
