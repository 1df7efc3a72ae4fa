/** Open orders of the venue against those that are live here, name by name. */
import { sideText } from '../../state/text/names.ts';
import type { Comparison, MissingFills } from './reconcile.ts';
import { type BelievedOrder, isLiveOrder } from './reconcile-belief.ts';
import { type MismatchKind, quantityText, type Remedy } from './reconcile-kinds.ts';
import type { VenueOpenOrder } from './trading-venue.ts';

export function compareOrders(comparison: Comparison, missing: MissingFills): void {
  const { account, belief, tell } = comparison;
  const seen = new Map<string, VenueOpenOrder>();
  for (const order of account.openOrders) {
    const { clientOrderId, instrument } = order;
    const twin = clientOrderId === '' ? undefined : seen.get(clientOrderId);
    if (twin !== undefined) {
      const there = `${textOf(comparison, twin)} and ${textOf(comparison, order)}`;
      tell({ kind: 'duplicate-client-id', instrument, subject: clientOrderId, here: 'one', there });
      continue;
    }
    seen.set(clientOrderId, order);
    if (!clientOrderId.startsWith(belief.prefix)) tellForeign(comparison, order);
    else compareOrder(comparison, order, missing);
  }
  for (const order of belief.orders) {
    if (isLiveOrder(order) && !seen.has(order.clientOrderId)) absent(comparison, order, missing);
  }
}

function textOf({ belief }: Comparison, order: VenueOpenOrder): string {
  const spec = belief.instruments[order.instrument];
  const lots = spec === undefined ? `${order.lots} lots` : quantityText(order.lots, spec);
  return `${sideText(order.side)} ${lots}`;
}

/** Left alone whatever it is: the operator cancels it at the venue, or accepts it. */
function tellForeign(comparison: Comparison, order: VenueOpenOrder): void {
  const { instrument, venueSymbol, clientOrderId } = order;
  const isEarlier = comparison.known.isOfEarlierRun(clientOrderId);
  const kind = instrument < 0 ? 'foreign-open-order' : isEarlier ? 'order-of-earlier-run' : 'order-not-ours';
  const subject = clientOrderId === '' ? 'without a name' : clientOrderId;
  const where = instrument < 0 ? `${venueSymbol} ${subject}` : subject;
  comparison.tell({ kind, instrument, subject: where, here: 'none', there: textOf(comparison, order) });
}

/** One that can increase exposure and works unwatched is told to the desk, which cancels it: see its late accepts. */
function unwatched(order: VenueOpenOrder): Remedy {
  const { instrument, clientOrderId, reduceOnly } = order;
  if (reduceOnly) return { kind: 'none' };
  return { kind: 'take', update: { kind: 'accepted', instrument, clientOrderId } };
}

function compareOrder(comparison: Comparison, theirs: VenueOpenOrder, missing: MissingFills): void {
  const { belief, tell } = comparison;
  const { instrument, clientOrderId: subject } = theirs;
  const ours = comparison.byName.get(subject);
  if (ours === undefined || !isLiveOrder(ours)) {
    const kind: MismatchKind = ours === undefined ? 'order-of-ours-unknown-here' : 'order-over-here';
    const there = textOf(comparison, theirs);
    const notToSell = belief.instruments[instrument]?.kind === 'spot' && theirs.side < 0;
    tell({ kind, instrument, subject, here: ours?.state ?? 'none', there, remedy: unwatched(theirs), notToSell });
    return;
  }
  const spec = belief.instruments[ours.instrument];
  const symbolAt = (index: number): string => belief.instruments[index]?.venueSymbol ?? theirs.venueSymbol;
  const lotsText = (lots: number): string => (spec === undefined ? `${lots} lots` : quantityText(lots, spec));
  const remedy: Remedy = askFor(ours);
  const differs = (kind: MismatchKind, here: string, there: string): void =>
    tell({ kind, instrument: ours.instrument, subject, here, there, remedy });
  if (instrument !== ours.instrument) {
    differs('order-instrument-differs', symbolAt(ours.instrument), symbolAt(instrument));
    return;
  }
  if (theirs.side !== ours.side) differs('order-side-differs', sideText(ours.side), sideText(theirs.side));
  if (theirs.lots !== ours.lots) differs('order-size-differs', lotsText(ours.lots), lotsText(theirs.lots));
  const filled = ours.filledLots + (missing.byOrder.get(subject) ?? 0);
  if (theirs.filledLots !== filled) {
    const kind = theirs.filledLots > filled ? 'fill-missing-here' : 'fill-missing-there';
    differs(kind, lotsText(filled), lotsText(theirs.filledLots));
  }
  // Spot venues know no reduce-only: there the size alone keeps an exit from turning the position.
  if (ours.reduceOnly && !theirs.reduceOnly && spec?.kind !== 'spot') differs('reduce-only-lost', 'yes', 'no');
}

/** Not open there: it is over, or it has not come there yet, which the desk finds out by itself. */
function absent(comparison: Comparison, order: BelievedOrder, missing: MissingFills): void {
  const { instrument, clientOrderId, state, lots, filledLots, conditional, purpose } = order;
  if (state === 'intended' || state === 'in-flight' || state === 'unknown') return;
  const known = filledLots + (missing.byOrder.get(clientOrderId) ?? 0);
  if (known >= lots) return;
  comparison.tell({
    kind: conditional && purpose === 'stop' ? 'stop-missing-at-venue' : 'order-unknown-at-venue',
    instrument,
    subject: clientOrderId,
    here: state,
    there: 'none',
    remedy: askFor(order),
  });
}

function askFor({ instrument, clientOrderId, conditional }: BelievedOrder): Remedy {
  return { kind: 'ask', order: { instrument, clientOrderId, conditional } };
}
