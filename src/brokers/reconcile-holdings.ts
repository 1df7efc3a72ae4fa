/** Positions, money, and what the account holds that is not of this run. */
import { formatMoney, type Instrument, MONEY_DECIMALS, money, parseOnGrid } from '../../engine/domain/index.ts';
import type { Comparison, MissingFills } from './reconcile.ts';
import { isLiveOrder } from './reconcile-belief.ts';
import { type MismatchKind, quantityText } from './reconcile-kinds.ts';

export function compareHoldings(comparison: Comparison, missing: MissingFills): void {
  const { account, known, tell, belief } = comparison;
  for (const instrument of belief.instruments) {
    comparePosition(comparison, instrument, missing);
    if (known.trading[instrument.index] === false) {
      const subject = instrument.venueSymbol;
      tell({ kind: 'symbol-not-trading', instrument: instrument.index, subject, here: 'trading', there: 'halted' });
    }
  }
  for (const { venueSymbol, quantity } of account.foreign) {
    tell({ kind: 'foreign-position', instrument: -1, subject: venueSymbol, here: 'none', there: quantity });
  }
  if (missing.complete) compareMoney(comparison);
}

function heldAt({ account }: Comparison, { index }: Instrument): { lots: number; dust: string } {
  let lots = 0;
  let dust = '0';
  for (const position of account.positions) {
    if (position.instrument !== index) continue;
    lots += position.lots;
    if (/[1-9]/.test(position.dust)) dust = position.dust;
  }
  return { lots, dust };
}

function comparePosition(comparison: Comparison, instrument: Instrument, missing: MissingFills): void {
  const { belief, tell } = comparison;
  const { index, venueSymbol: subject, kind } = instrument;
  const ours = belief.positions[index]! + (missing.byInstrument.get(index) ?? 0);
  const { lots: theirs, dust } = heldAt(comparison, instrument);
  const more = theirs - ours;
  const beside = acceptedLots(comparison, instrument).at(-1)?.lots ?? 0;
  const gone = goneOf(comparison, instrument, ours, theirs - beside);
  if (gone > 0) {
    tellGone(comparison, instrument, { ours, gone, rest: Math.max(theirs - beside, 0), more });
    return;
  }
  const fills = belief.executions.filter((each) => each.instrument === index).length;
  if (more === 0 ? dust !== '0' : kind === 'spot' && more > 0 && more <= fills) {
    const [here, there] = [quantityText(ours, instrument), quantityText(theirs, instrument)];
    tell({ kind: 'dust', instrument: index, subject, here, there: dust === '0' ? there : `${there} + ${dust}` });
  } else if (more !== 0) {
    tellPosition(comparison, instrument, { ours, theirs, fills });
  }
}

interface Sizes {
  readonly ours: number;
  readonly theirs: number;
  /** Executions of ours, each of which may have left dust. */
  readonly fills: number;
}

function tellPosition(comparison: Comparison, instrument: Instrument, { ours, theirs, fills }: Sizes): void {
  const { index, venueSymbol: subject } = instrument;
  const more = theirs - ours;
  const left = leftAlone(instrument, more);
  const standing = left ? acceptedHolding(comparison, instrument, more, fills) : undefined;
  comparison.tell({
    kind: positionKind(ours, theirs),
    instrument: index,
    subject,
    here: quantityText(ours, instrument),
    there: quantityText(theirs, instrument),
    // By how much it differs, not what it is: what was accepted stays so while our own position changes.
    identity: standing ?? `position/${subject}/${quantityText(more, instrument)}`,
    takeOver: left ? undefined : { instrument: index, lots: more },
  });
}

interface Gone {
  readonly ours: number;
  readonly gone: number;
  /** What there can be of ours at most: somebody's own coins come first. */
  readonly rest: number;
  readonly more: number;
}

function tellGone({ tell }: Comparison, instrument: Instrument, { ours, gone, rest, more }: Gone): void {
  tell({
    kind: positionKind(ours, rest),
    instrument: instrument.index,
    subject: instrument.venueSymbol,
    here: quantityText(ours, instrument),
    there: quantityText(rest, instrument),
    identity: `gone/${instrument.venueSymbol}/${quantityText(more, instrument)}`,
    takeOver: { instrument: instrument.index, lots: -gone },
    notToSell: true,
  });
}

/**
 * How much of our position on spot may not be there any more, of `theirs` less the coins that were accepted as somebody
 * else's: whatever is sold then may be theirs. What an order of ours has locked at the venue is there, and then it is they
 * who have less.
 */
function goneOf(comparison: Comparison, instrument: Instrument, ours: number, theirs: number): number {
  if (instrument.kind !== 'spot' || theirs >= ours) return 0;
  return Math.max(0, Math.min(ours - theirs, ours - lockedLots(comparison, instrument)));
}

/** What orders of ours that we know of can still sell at the venue. */
function lockedLots({ account, byName }: Comparison, { index }: Instrument): number {
  let locked = 0;
  for (const { instrument, clientOrderId, side, lots, filledLots } of account.openOrders) {
    const ours = byName.get(clientOrderId);
    if (instrument === index && side < 0 && ours !== undefined && isLiveOrder(ours)) locked += lots - filledLots;
  }
  return locked;
}

/** What was accepted beside ours stays so while no more than dust of our own fees has come to it. */
function acceptedHolding(comparison: Comparison, instrument: Instrument, more: number, fills: number) {
  const holds = ({ lots }: { lots: number }): boolean => more >= lots && more - lots <= fills;
  return acceptedLots(comparison, instrument).find(holds)?.identity;
}

function acceptedLots({ known }: Comparison, { venueSymbol, lot }: Instrument) {
  const prefix = `position/${venueSymbol}/`;
  return [...known.accepted].flatMap((identity) => {
    const lots = identity.startsWith(prefix) ? parseOnGrid(identity.slice(prefix.length), lot) : undefined;
    return lots === undefined ? [] : [{ identity, lots }];
  });
}

/**
 * What is more on spot is somebody else's, beside ours. On a margined account two holdings in one instrument are one
 * position, and what is less is gone: there is nothing to be left alone, and the venue is right.
 */
const leftAlone = ({ kind }: Instrument, more: number): boolean => kind === 'spot' && more > 0;

function positionKind(ours: number, theirs: number): MismatchKind {
  if (ours === 0) return 'position-extra';
  if (theirs === 0) return 'position-missing';
  return ours > 0 === theirs > 0 ? 'position-size-differs' : 'position-side-differs';
}

function compareMoney(comparison: Comparison): void {
  const { belief, account, known, tell } = comparison;
  const { currency: asset } = belief;
  let total = 0n;
  for (const balance of account.balances) if (balance.asset === asset) total += balance.free + balance.locked;
  const text = (value: bigint): string => formatMoney(money(value), MONEY_DECIMALS).replace(/\.?0+$/, '');
  const more = total - belief.money;
  if ((more < 0n ? -more : more) <= known.balanceTolerance) return;
  tell({
    kind: more < 0n ? 'balance-short' : 'balance-surplus',
    instrument: -1,
    subject: asset,
    here: text(belief.money),
    there: text(total),
    // What is not there cannot be left alone: sizes and limits would reckon with it.
    takeOver: more < 0n ? { money: money(more) } : undefined,
  });
}
