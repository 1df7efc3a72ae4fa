/** Exact money: a BigInt count of 10^-16 of the account's currency, stored in the state as two 64-bit halves. */
import { assert } from '../kernel/assert.ts';
import type { Grid } from './units.ts';

declare const brand: unique symbol;
/** Whole number of 10^-16 units of the account's currency. */
export type Money = bigint & { readonly [brand]: 'Money' };

export const MONEY_DECIMALS = 16;
const ONE = 10n ** BigInt(MONEY_DECIMALS);
const LIMIT = 1n << 110n;

/** Checks the range: beyond ±2^110 the ledger overflows, which stops the engine. */
export function money(value: bigint): Money {
  assert(value < LIMIT && value > -LIMIT, 'ledger overflow');
  return value as Money;
}

/** Reads a decimal text such as `10000` or `-0.5`; undefined when it is none or has over 16 decimals. */
export function parseMoney(text: string): Money | undefined {
  const match = /^(-?)(\d{1,16})(?:\.(\d{1,16}))?$/.exec(text.trim());
  if (!match) return undefined;
  const magnitude = BigInt(match[2] ?? '0') * ONE + BigInt((match[3] ?? '').padEnd(MONEY_DECIMALS, '0'));
  return money(match[1] === '-' ? -magnitude : magnitude);
}

/** Decimal text with `decimals` places, rounded half away from zero. */
export function formatMoney(value: Money, decimals: number): string {
  const unit = 10n ** BigInt(MONEY_DECIMALS - decimals);
  const magnitude = value < 0n ? -value : value;
  const digits = ((magnitude + unit / 2n) / unit).toString().padStart(decimals + 1, '0');
  const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return value < 0n && /[1-9]/.test(text) ? `-${text}` : text;
}

/** Nearest double: for display and ratios, never added up. */
export function moneyToNumber(value: Money): number {
  return Number(value) / 1e16;
}

/** Worth of one tick times one lot. Undefined when finer than 10^-16: such an instrument cannot be traded. */
export function notionalUnit(tick: Grid, lot: Grid): Money | undefined {
  const decimals = tick.decimals + lot.decimals;
  if (decimals > MONEY_DECIMALS) return undefined;
  return money(BigInt(tick.step) * BigInt(lot.step) * 10n ** BigInt(MONEY_DECIMALS - decimals));
}

/** Exact worth of `lots` at `ticks`. */
export function notional(priceTicks: number, quantityLots: number, unit: Money): Money {
  return money(BigInt(priceTicks) * BigInt(quantityLots) * unit);
}

/** `value` times a rate in parts per million, rounded against us (away from zero for a cost). */
export function shareUp(value: Money, partsPerMillion: number): Money {
  const product = value * BigInt(partsPerMillion);
  const quotient = product / 1_000_000n;
  if (product % 1_000_000n === 0n) return money(quotient);
  return money(product > 0n ? quotient + 1n : quotient - 1n);
}

/** `value` times a rate in parts per million, rounded toward zero: for limits. */
export function shareDown(value: Money, partsPerMillion: number): Money {
  return money((value * BigInt(partsPerMillion)) / 1_000_000n);
}

/** `part / whole` as a double; 0 when the whole is not positive. */
export function ratio(part: Money, whole: Money): number {
  return whole > 0n ? Number(part) / Number(whole) : 0;
}

/** Reads money `index` of a state column that has two 64-bit halves for each. */
export function readMoney(column: BigInt64Array, index: number): Money {
  return ((column[index * 2 + 1]! << 64n) | BigInt.asUintN(64, column[index * 2]!)) as Money;
}

/** Writes money `index`; see {@link readMoney}. */
export function writeMoney(column: BigInt64Array, index: number, value: bigint): void {
  const checked = money(value);
  column[index * 2] = BigInt.asIntN(64, checked);
  column[index * 2 + 1] = checked >> 64n;
}

/** Adds to money `index`. */
export function addMoney(column: BigInt64Array, index: number, delta: bigint): void {
  writeMoney(column, index, readMoney(column, index) + delta);
}
