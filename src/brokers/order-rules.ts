/** Does an order keep the venue's rules? Asked of every order before it is sent, in exact decimals. */
import { formatOnGrid, type Grid, parseGrid, parseMoney } from '../../engine/domain/index.ts';
import type { Bounds, VenueInstrument } from '../venues/venue-instrument.ts';
import type { VenueOrder } from './gateway.ts';

/** Decimals are whole numbers of 10^-16 here, as money is; a product of two has to be held against 10^-32. */
const ONE = 10n ** 16n;

/** What of an order the rules are about. */
export type CheckedOrder = Pick<VenueOrder, 'side' | 'lots' | 'limitTicks' | 'stopTicks' | 'reduceOnly'>;

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** A rule that does not read is an error of ours, and nothing may be sent on the strength of it. */
class UnreadableRule extends Error {}

function decimal(text: string): bigint {
  const value = parseMoney(text);
  if (value === undefined || value < 0n) throw new UnreadableRule(text);
  return value;
}

function gridOf(text: string): Grid {
  const grid = parseGrid(text);
  if (grid === undefined) throw new UnreadableRule(text);
  return grid;
}

const steps = (count: number, grid: Grid): bigint => decimal(formatOnGrid(count, grid));

/** Which bound `value` does not keep, in words; `most` and `step` of 0 are no bounds. */
function outside(value: bigint, text: string, bounds: Bounds, what: string): string | undefined {
  const [least, most, step] = [decimal(bounds.least), decimal(bounds.most), decimal(bounds.step)];
  if (value < least) return `${what} ${text} is below the venue's least, ${bounds.least}`;
  if (most > 0n && value > most) return `${what} ${text} is above the venue's most, ${bounds.most}`;
  if (step > 0n && value % step !== 0n) return `${what} ${text} is not on the venue's steps of ${bounds.step}`;
  return undefined;
}

/**
 * The first rule that the order breaks, as one line for the operator; undefined when it keeps them all. `referenceTicks`
 * is what the venue measures prices by (mark or average price), 0 when unknown: then no entry passes, and an order that
 * only reduces is judged by the other rules. An instrument that the venue has halted takes no entry; an exit is left to
 * the venue, for what we know of its state may be old.
 */
export function breachOf(order: CheckedOrder, instrument: VenueInstrument, referenceTicks: number): string | undefined {
  const { venueSymbol } = instrument.spec;
  try {
    const breach = unsound(order, referenceTicks) ?? broken(order, instrument, referenceTicks);
    return breach === undefined ? undefined : `${venueSymbol}: ${breach}`;
  } catch (error) {
    if (error instanceof UnreadableRule) return `${venueSymbol}: a rule of the venue does not read: ${error.message}`;
    throw error;
  }
}

/** What is no order at all, whatever the venue. */
function unsound({ side, lots, limitTicks, stopTicks }: CheckedOrder, referenceTicks: number): string | undefined {
  if (side !== 1 && side !== -1) return 'an order without a side';
  if (!isCount(lots) || lots === 0) return `an order of ${lots} lots`;
  if (!isCount(limitTicks)) return `a limit price of ${limitTicks} ticks`;
  if (!isCount(stopTicks)) return `a stop price of ${stopTicks} ticks`;
  return isCount(referenceTicks) ? undefined : `a reference price of ${referenceTicks} ticks`;
}

function broken(order: CheckedOrder, instrument: VenueInstrument, referenceTicks: number): string | undefined {
  const { reduceOnly } = order;
  if (!reduceOnly && !instrument.trading) return 'the venue has halted it';
  if (!reduceOnly && referenceTicks === 0) return 'no reference price is known';
  return brokenQuantity(order, instrument) ?? brokenPrice(order, instrument, referenceTicks);
}

/** An entry is also held against the most that a market order may be: what leaves it again is one. */
function brokenQuantity({ lots, limitTicks, reduceOnly }: CheckedOrder, instrument: VenueInstrument) {
  const { rules, spec } = instrument;
  const lot = gridOf(spec.lotSize);
  const quantity = steps(lots, lot);
  const text = formatOnGrid(lots, lot);
  const breach = outside(quantity, text, rules.quantity, 'quantity');
  if (breach !== undefined) return breach;
  if (limitTicks === 0) return outside(quantity, text, rules.marketQuantity, 'market quantity');
  const most = decimal(rules.marketQuantity.most);
  if (reduceOnly || most === 0n || quantity <= most) return undefined;
  return `quantity ${text} could not be left at the market, where ${rules.marketQuantity.most} is the most`;
}

function brokenPrice(order: CheckedOrder, instrument: VenueInstrument, referenceTicks: number): string | undefined {
  const { lots, limitTicks, stopTicks, reduceOnly } = order;
  const { rules, spec } = instrument;
  const tick = gridOf(spec.tickSize);
  const reference = steps(referenceTicks, tick);
  for (const [ticks, what] of [[limitTicks, 'price'] as const, [stopTicks, 'stop price'] as const]) {
    const breach = ticks === 0 ? undefined : outside(steps(ticks, tick), formatOnGrid(ticks, tick), rules.price, what);
    if (breach !== undefined) return breach;
  }
  const price = limitTicks > 0 ? steps(limitTicks, tick) : stopTicks > 0 ? steps(stopTicks, tick) : reference;
  const least = decimal(rules.minNotional);
  const exempt = !rules.minNotionalForMarket && (reduceOnly || limitTicks === 0);
  const worth = price * steps(lots, gridOf(spec.lotSize));
  if (!exempt && price > 0n && worth < least * ONE) return `its worth is below the venue's least, ${rules.minNotional}`;
  if (rules.priceBand === undefined || limitTicks === 0 || reference === 0n) return undefined;
  const { up, down } = rules.priceBand;
  const text = formatOnGrid(limitTicks, tick);
  const around = formatOnGrid(referenceTicks, tick);
  if (price * ONE > reference * decimal(up)) return `price ${text} is above ${up} times the reference, ${around}`;
  if (price * ONE < reference * decimal(down)) return `price ${text} is below ${down} times the reference, ${around}`;
  return undefined;
}
