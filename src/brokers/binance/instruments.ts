/** The run's instruments by the venue's names, and its decimal texts as whole ticks, lots and exact money. */
import {
  assert,
  formatOnGrid,
  type Grid,
  type Money,
  money,
  notionalUnit,
  parseGrid,
  parseMoney,
  parseOnGrid,
  type Side,
} from '../../../engine/domain/index.ts';
import type { VenueInstrument } from '../../venues/venue-instrument.ts';

export interface Traded {
  readonly index: number;
  /** As the venue writes it in requests. */
  readonly symbol: string;
  readonly listed: VenueInstrument;
  readonly tick: Grid;
  readonly lot: Grid;
  /** Worth of one tick times one lot. */
  readonly unit: Money;
}

export interface Fee {
  readonly fee: Money;
  readonly feeLots: number;
}

/** What one of an asset is worth in the account's currency, as 10^-16; undefined when nobody has told. */
export type PriceOf = (asset: string) => Money | undefined;

const ONE = 10n ** 16n;
const ZERO = money(0n);

export class Instruments {
  readonly all: readonly Traded[];
  readonly #bySymbol: ReadonlyMap<string, Traded>;

  constructor(instruments: readonly VenueInstrument[]) {
    this.all = instruments.map((listed, index) => {
      const { spec } = listed;
      const [tick, lot] = [parseGrid(spec.tickSize), parseGrid(spec.lotSize)];
      assert(tick !== undefined && lot !== undefined, `sizes of ${spec.symbol}`);
      const unit = notionalUnit(tick, lot);
      assert(unit !== undefined, `the grid of ${spec.symbol} is too fine`);
      return { index, symbol: spec.venueSymbol.toUpperCase(), listed, tick, lot, unit };
    });
    this.#bySymbol = new Map(this.all.map((each) => [each.symbol, each]));
  }

  at(index: number): Traded {
    const found = this.all[index];
    assert(found !== undefined, `there is no instrument ${index}`);
    return found;
  }

  named(symbol: string | undefined): Traded | undefined {
    return symbol === undefined ? undefined : this.#bySymbol.get(symbol);
  }
}

export const priceText = (ticks: number, { tick }: Traded): string => formatOnGrid(ticks, tick);
export const quantityText = (lots: number, { lot }: Traded): string => formatOnGrid(lots, lot);

/** Whole lots above zero, or undefined. */
export function lotsOf(text: string | undefined, { lot }: Traded): number | undefined {
  const lots = text === undefined ? undefined : parseOnGrid(text, lot);
  return lots !== undefined && lots > 0 ? lots : undefined;
}

/** Whole lots from zero, or undefined. */
export const filledOf = (text: string | undefined, { lot }: Traded): number | undefined =>
  text === undefined ? undefined : parseOnGrid(text, lot);

export function ticksOf(text: string | undefined, { tick }: Traded): number | undefined {
  const ticks = text === undefined ? undefined : parseOnGrid(text, tick);
  return ticks !== undefined && ticks > 0 ? ticks : undefined;
}

export const sideOf = (text: unknown): Side | undefined => (text === 'BUY' ? 1 : text === 'SELL' ? -1 : undefined);

/** A decimal text of the lot's own asset as 10^-16; lots are at most that fine. */
const lotWorth = ({ lot }: Traded): bigint => parseMoney(formatOnGrid(1, lot)) ?? ONE;

/** Signed quantity as whole lots, toward zero, and what is left of one as decimal text. */
export function wholeLots(text: string, traded: Traded): { readonly lots: number; readonly dust: string } | undefined {
  const quantity = parseMoney(text);
  if (quantity === undefined) return undefined;
  const step = lotWorth(traded);
  const lots = Number(quantity / step);
  return Number.isSafeInteger(lots) ? { lots, dust: decimalText(quantity % step) } : undefined;
}

/** All its digits and no zeros behind them. */
export function decimalText(value: bigint): string {
  const magnitude = (value < 0n ? -value : value).toString().padStart(17, '0');
  const fraction = magnitude.slice(-16).replace(/0+$/, '');
  const text = fraction === '' ? magnitude.slice(0, -16) : `${magnitude.slice(0, -16)}.${fraction}`;
  return value < 0n ? `-${text}` : text;
}

/** No fee is as large: what a report can carry, some 90 million of the account's currency. */
const MOST_FEE = 1n << 79n;

function feeWithin(value: bigint, feeLots: number): Fee | undefined {
  return value < MOST_FEE && value > -MOST_FEE ? { fee: money(value), feeLots } : undefined;
}

const ceilDivide = (value: bigint, by: bigint): bigint => (value <= 0n ? value / by : (value + by - 1n) / by);

/**
 * What the venue took for an execution. In the account's currency: as told. In the base of a spot purchase: whole lots
 * that are gone, rounded against us, and their worth at the execution's price. In another asset: by the price that
 * `priceOf` knows. Undefined when it cannot be told in money.
 */
export function feeOf(
  { side, lots, priceTicks }: { readonly side: Side; readonly lots: number; readonly priceTicks: number },
  commission: string | undefined,
  asset: string | undefined,
  traded: Traded,
  priceOf: PriceOf,
): Fee | undefined {
  if (commission === undefined || asset === undefined) return { fee: ZERO, feeLots: 0 };
  const taken = parseMoney(commission);
  if (taken === undefined) return undefined;
  if (taken === 0n) return { fee: ZERO, feeLots: 0 };
  const { base, quote, kind } = traded.listed.spec;
  if (asset === quote) return feeWithin(taken, 0);
  if (asset === base && kind === 'spot' && side > 0 && taken > 0n) {
    const feeLots = Number(ceilDivide(taken, lotWorth(traded)));
    if (feeLots > lots) return undefined;
    return feeWithin(BigInt(priceTicks) * BigInt(feeLots) * traded.unit, feeLots);
  }
  const price = asset === base ? parseMoney(priceText(priceTicks, traded)) : priceOf(asset);
  return price === undefined ? undefined : feeWithin(ceilDivide(taken * price, ONE), 0);
}
