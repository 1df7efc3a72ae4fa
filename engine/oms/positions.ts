/** Position book and ledger: every fill is posted exactly; cost is conserved to the last unit. */
import { addMoney, type Instrument, type Money, money, notional, readMoney, writeMoney } from '../domain/index.ts';
import { ACCOUNT, type AccountTable, type PositionTable } from '../domain/tables/index.ts';

/** What a fill did to its position. */
export interface Posting {
  readonly opened: boolean;
  readonly closed: boolean;
}

/**
 * Posts a fill. Opening lots add their worth to the cost; closing lots take their part of the cost out
 * (rounded down, the rest stays, so that nothing is lost) and realise proceeds less cost. Fees come off cash.
 */
export function postFill(
  positions: PositionTable,
  account: AccountTable,
  instrument: Instrument,
  side: number,
  lots: number,
  priceTicks: number,
  fee: Money,
): Posting {
  const i = instrument.index;
  const held = positions.lots[i]!;
  const closing = held !== 0 && held > 0 !== side > 0 ? Math.min(lots, Math.abs(held)) : 0;
  const opening = lots - closing;
  addMoney(positions.fees, i, fee);
  addMoney(account.money, ACCOUNT.fees, fee);
  addMoney(account.money, ACCOUNT.cash, -fee);
  if (closing > 0) realise(positions, account, instrument, side, closing, priceTicks);
  if (opening > 0) addMoney(positions.cost, i, notional(priceTicks, opening, instrument.unit) * BigInt(side));
  positions.lots[i] = held + side * lots;
  return { opened: held === 0, closed: held !== 0 && positions.lots[i] === 0 };
}

function realise(
  positions: PositionTable,
  account: AccountTable,
  instrument: Instrument,
  side: number,
  lots: number,
  priceTicks: number,
): void {
  const i = instrument.index;
  const held = Math.abs(positions.lots[i]!);
  const cost = readMoney(positions.cost, i);
  const part = lots === held ? cost : money((cost * BigInt(lots)) / BigInt(held));
  const proceeds = notional(priceTicks, lots, instrument.unit) * BigInt(-side);
  const gain = proceeds - part;
  writeMoney(positions.cost, i, cost - part);
  addMoney(positions.realised, i, gain);
  addMoney(account.money, ACCOUNT.realised, gain);
  addMoney(account.money, ACCOUNT.cash, gain);
}

/** Starts the books of a new round trip. */
export function beginRoundTrip(positions: PositionTable, instrument: number, nowUs: number, decisionId: number): void {
  writeMoney(positions.realised, instrument, 0n);
  writeMoney(positions.fees, instrument, 0n);
  positions.openedAtUs[instrument] = nowUs;
  positions.decisionId[instrument] = decisionId;
  positions.exiting[instrument] = 0;
}

/** Worth of the open lots at `markTicks` less their cost. */
export function unrealised(positions: PositionTable, instrument: Instrument, markTicks: number): Money {
  const lots = positions.lots[instrument.index]!;
  if (lots === 0) return 0n as Money;
  return money(notional(markTicks, lots, instrument.unit) - readMoney(positions.cost, instrument.index));
}

/** Mean entry price in ticks as a double, for display. */
export function entryTicks(positions: PositionTable, instrument: Instrument): number {
  const lots = positions.lots[instrument.index]!;
  if (lots === 0) return 0;
  return Number(readMoney(positions.cost, instrument.index)) / Number(instrument.unit) / lots;
}
