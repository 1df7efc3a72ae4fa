/** Reads the smaller size that a person wants of a proposal: a share or a quantity, in whole lots, never rounded up. */
import { decimalText, parseDecimal } from '../text/decimals.ts';
import type { ProposalView } from '../view.ts';

/** A hundredth in the units of two {@link parseDecimal} multiplied. */
const HUNDREDTH = 10n ** 34n;

export type Size = { readonly lots: number; readonly quantity: string } | { readonly error: string };

const SHARE = /^(\d{1,3}(?:\.\d{1,4})?)\s*%$/;
/** 100 % in the units of {@link parseDecimal}. */
const WHOLE = 100n * 10n ** 18n;

/** The quantity of so many lots of this proposal. */
export function quantityOf(lots: number, proposal: Pick<ProposalView, 'lotSize'>): string {
  return decimalText(BigInt(lots) * (parseDecimal(proposal.lotSize) ?? 0n));
}

/** What so many lots are worth at the limit, to the hundredth that the engine will count: rounded half up, exactly. */
export function worthOf(lots: number, { lotSize, limit }: Pick<ProposalView, 'lotSize' | 'limit'>): string {
  const worth = BigInt(lots) * (parseDecimal(lotSize) ?? 0n) * (parseDecimal(limit) ?? 0n);
  const hundredths = ((worth + HUNDREDTH / 2n) / HUNDREDTH).toString().padStart(3, '0');
  return `${hundredths.slice(0, -2)}.${hundredths.slice(-2)}`;
}

/** `50%` or a quantity such as `0.15`, of a proposal of that many lots; at least what the venue takes. */
export function parseSize(input: string, proposal: Pick<ProposalView, 'lots' | 'leastLots' | 'lotSize'>): Size {
  const text = input.trim();
  if (text.includes(',')) return { error: 'no commas: type a point before decimals, and nothing between thousands' };
  const lots = lotsIn(text, proposal);
  if (lots === undefined) return { error: 'type a share such as 50% or a quantity' };
  if (lots >= BigInt(proposal.lots)) return { error: `smaller only: less than ${quantityOf(proposal.lots, proposal)}` };
  if (lots < BigInt(proposal.leastLots))
    return { error: `the venue takes no less than ${quantityOf(proposal.leastLots, proposal)}` };
  return { lots: Number(lots), quantity: quantityOf(Number(lots), proposal) };
}

function lotsIn(text: string, { lots, lotSize }: Pick<ProposalView, 'lots' | 'lotSize'>): bigint | undefined {
  const share = parseDecimal(SHARE.exec(text)?.[1] ?? '');
  if (share !== undefined) return (BigInt(lots) * share) / WHOLE;
  const quantity = parseDecimal(text);
  const lot = parseDecimal(lotSize);
  return quantity === undefined || lot === undefined || lot === 0n ? undefined : quantity / lot;
}
