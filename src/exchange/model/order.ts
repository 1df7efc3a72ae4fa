/** An order as it begins: its terms, under a new id. */
import type { Account, Core, Market } from './core.ts';
import type { Order, SelfTradeMode, Side, TimeInForce, WorkingType } from './state.ts';

export interface OrderTerms {
  readonly market: Market;
  readonly side: Side;
  readonly type: string;
  readonly timeInForce: TimeInForce;
  readonly lots: number;
  readonly priceTicks: number;
  readonly stopTicks: number;
  /** One of the exchange's own when undefined. */
  readonly clientOrderId: string | undefined;
  readonly selfTradeMode: SelfTradeMode;
  readonly quoteE8?: bigint;
  readonly workingType?: WorkingType;
  readonly reduceOnly?: boolean;
  readonly closePosition?: boolean;
  readonly priceProtect?: boolean;
}

/** `algoId` is that of the conditional order that places it, or 0. */
export function newOrder(core: Core, account: Account, terms: OrderTerms, algoId = 0): Order {
  const waiting = terms.stopTicks > 0;
  const atMs = core.nowMs;
  return {
    id: core.nextOrderId(),
    accountId: account.state.id,
    symbol: terms.market.instrument.symbol,
    clientOrderId: terms.clientOrderId ?? core.randomName(22),
    side: terms.side,
    type: terms.type,
    origType: terms.type,
    timeInForce: terms.timeInForce,
    lots: terms.lots,
    quoteE8: terms.quoteE8 ?? 0n,
    priceTicks: terms.priceTicks,
    stopTicks: terms.stopTicks,
    workingType: terms.workingType ?? 'CONTRACT_PRICE',
    reduceOnly: terms.reduceOnly ?? false,
    closePosition: terms.closePosition ?? false,
    priceProtect: terms.priceProtect ?? false,
    selfTradeMode: terms.selfTradeMode,
    algoId,
    status: 'NEW',
    filledLots: 0,
    filledE8: 0n,
    preventedLots: 0,
    atMs,
    updateMs: atMs,
    workingMs: waiting ? -1 : atMs,
    resting: false,
    waiting,
    priority: 0,
    ahead: 0,
    lockedE8: 0n,
  };
}
