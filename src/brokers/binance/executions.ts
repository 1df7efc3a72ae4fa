/** One execution as the venue tells it, by its stream or when asked, read the same way so that both give the same. */
import type { Side } from '../../../engine/domain/index.ts';
import type { VenueExecution } from '../gateway.ts';
import { feeOf, lotsOf, type PriceOf, sideOf, type Traded, ticksOf } from './instruments.ts';
import { type Fields, textOf, wholeOf } from './json.ts';

/** Its parts under one name each, as yet unread. */
export interface ToldExecution {
  readonly id: unknown;
  readonly side: unknown;
  readonly quantity: unknown;
  readonly price: unknown;
  readonly commission: unknown;
  readonly asset: unknown;
  readonly maker: unknown;
}

/** Of one execution, as 10^-16 of the account's currency: some 10^14 of it. */
const MOST_WORTH = 1n << 100n;

export type ReadExecution =
  | { readonly execution: VenueExecution; readonly unpriced: string | undefined }
  | { readonly misfit: string };

/** `misfit` is why it is no execution of this instrument; `unpriced` an asset whose fee could not be told in money. */
export function readExecution(told: ToldExecution, traded: Traded, priceOf: PriceOf): ReadExecution {
  const executionId = wholeOf(told.id);
  const side: Side | undefined = sideOf(told.side);
  const lots = lotsOf(textOf(told.quantity), traded);
  const priceTicks = ticksOf(textOf(told.price), traded);
  if (executionId === undefined || executionId < 0) return { misfit: 'an execution without a number' };
  if (side === undefined) return { misfit: `execution ${executionId} without a side` };
  if (lots === undefined) return { misfit: `execution ${executionId} of no whole number of lots` };
  if (priceTicks === undefined) return { misfit: `execution ${executionId} at no price on the grid` };
  if (BigInt(lots) * BigInt(priceTicks) * traded.unit > MOST_WORTH)
    return { misfit: `execution ${executionId} is worth more than a ledger holds` };
  const asset = textOf(told.asset);
  const maker = told.maker === true;
  const fee = feeOf({ side, lots, priceTicks }, textOf(told.commission), asset, traded, priceOf);
  const { fee: worth, feeLots } = fee ?? { fee: 0n as VenueExecution['fee'], feeLots: 0 };
  const execution = { executionId, side, lots, priceTicks, fee: worth, feeLots, maker };
  return { execution, unpriced: fee === undefined ? (asset ?? 'nothing') : undefined };
}

/** What says neither is no execution: nothing is sold for want of a word. */
const sideOfBuyer = (isBuyer: unknown): string | undefined =>
  typeof isBuyer === 'boolean' ? (isBuyer ? 'BUY' : 'SELL') : undefined;

/** One row of `myTrades` (spot) or `userTrades` (USD-M). */
export const toldByRest = (row: Fields): ToldExecution => ({
  id: row.id,
  side: row.side ?? sideOfBuyer(row.isBuyer ?? row.buyer),
  quantity: row.qty,
  price: row.price,
  commission: row.commission,
  asset: row.commissionAsset,
  maker: row.maker ?? row.isMaker,
});

/** An `executionReport` (spot) or the `o` of an `ORDER_TRADE_UPDATE` (USD-M). */
export const toldByStream = (report: Fields): ToldExecution => ({
  id: report.t,
  side: report.S,
  quantity: report.l,
  price: report.L,
  commission: report.n,
  asset: report.N,
  maker: report.m,
});
