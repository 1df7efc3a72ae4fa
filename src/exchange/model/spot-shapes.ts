/** What the spot market says of orders, trades and accounts: replies and user events, field for field. */

import type { Account, Core, Market } from './core.ts';
import { formatE8 } from './decimal.ts';
import { type Instrument, priceText, quantityText } from './instrument.ts';
import type { Fill } from './matching.ts';
import { type AccountTrade, isOpen, type Order } from './state.ts';

type Shape = Record<string, unknown>;
const NO_LIST = -1;

const commissionAssetOf = (instrument: Instrument, isBuyer: boolean) => (isBuyer ? instrument.base : instrument.quote);

/** What is left out where it does not apply. */
function conditional(instrument: Instrument, order: Order): Shape {
  const shape: Shape = {};
  if (order.stopTicks > 0) shape.stopPrice = priceText(instrument, order.stopTicks);
  if (order.preventedLots > 0) {
    shape.preventedMatchId = order.id;
    shape.preventedQuantity = quantityText(instrument, order.preventedLots);
  }
  return shape;
}

function amounts(instrument: Instrument, order: Order): Shape {
  return {
    price: priceText(instrument, order.priceTicks),
    origQty: quantityText(instrument, order.lots),
    executedQty: quantityText(instrument, order.filledLots),
    origQuoteOrderQty: formatE8(order.quoteE8),
    cummulativeQuoteQty: formatE8(order.filledE8),
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side,
  };
}

export function acknowledged({ instrument }: Market, order: Order): Shape {
  return {
    symbol: instrument.symbol,
    orderId: order.id,
    orderListId: NO_LIST,
    clientOrderId: order.clientOrderId,
    transactTime: order.updateMs,
  };
}

export function placed(market: Market, order: Order): Shape {
  return {
    ...acknowledged(market, order),
    ...amounts(market.instrument, order),
    ...conditional(market.instrument, order),
    workingTime: order.workingMs,
    selfTradePreventionMode: order.selfTradeMode,
  };
}

export function placedWithFills(market: Market, order: Order, trades: readonly AccountTrade[]): Shape {
  const { instrument } = market;
  const fills = trades.map((trade) => ({
    price: priceText(instrument, trade.priceTicks),
    qty: quantityText(instrument, trade.lots),
    commission: formatE8(trade.feeE8),
    commissionAsset: trade.feeAsset,
    tradeId: trade.id,
  }));
  return { ...placed(market, order), fills };
}

/** `name` is that of the cancel. */
export function cancelled({ instrument }: Market, order: Order, name: string): Shape {
  return {
    symbol: instrument.symbol,
    origClientOrderId: order.clientOrderId,
    orderId: order.id,
    orderListId: NO_LIST,
    clientOrderId: name,
    transactTime: order.updateMs,
    ...amounts(instrument, order),
    ...conditional(instrument, order),
    selfTradePreventionMode: order.selfTradeMode,
  };
}

export function queried({ instrument }: Market, order: Order): Shape {
  return {
    symbol: instrument.symbol,
    orderId: order.id,
    orderListId: NO_LIST,
    clientOrderId: order.clientOrderId,
    ...amounts(instrument, order),
    ...conditional(instrument, order),
    stopPrice: priceText(instrument, order.stopTicks),
    icebergQty: formatE8(0n),
    time: order.atMs,
    updateTime: order.updateMs,
    isWorking: order.workingMs >= 0,
    workingTime: order.workingMs,
    selfTradePreventionMode: order.selfTradeMode,
  };
}

export function tradeShape(instrument: Instrument, trade: AccountTrade): Shape {
  return {
    symbol: instrument.symbol,
    id: trade.id,
    orderId: trade.orderId,
    orderListId: NO_LIST,
    price: priceText(instrument, trade.priceTicks),
    qty: quantityText(instrument, trade.lots),
    quoteQty: formatE8(trade.quoteE8),
    commission: formatE8(trade.feeE8),
    commissionAsset: trade.feeAsset,
    time: trade.atMs,
    isBuyer: trade.isBuyer,
    isMaker: trade.isMaker,
    isBestMatch: true,
  };
}

/** Balances in the order of their names. */
function balancesOf({ state }: Account, omitZero: boolean): Shape[] {
  return [...state.balances]
    .filter(([, { freeE8, lockedE8 }]) => !omitZero || freeE8 + lockedE8 > 0n)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([asset, { freeE8, lockedE8 }]) => ({ asset, free: formatE8(freeE8), locked: formatE8(lockedE8) }));
}

export function accountShape(account: Account, omitZero: boolean): Shape {
  const { makerE8, takerE8, state, spec } = account;
  return {
    makerCommission: Number(makerE8 / 10_000n),
    takerCommission: Number(takerE8 / 10_000n),
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: {
      maker: formatE8(makerE8),
      taker: formatE8(takerE8),
      buyer: formatE8(0n),
      seller: formatE8(0n),
    },
    canTrade: spec.trading ?? true,
    canWithdraw: spec.withdrawals ?? false,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: state.updateMs,
    accountType: 'SPOT',
    balances: balancesOf(account, omitZero),
    permissions: ['SPOT'],
    uid: state.uid,
  };
}

export interface Execution {
  readonly kind: 'NEW' | 'CANCELED' | 'TRADE' | 'EXPIRED' | 'TRADE_PREVENTION';
  readonly fill?: Fill;
  readonly feeE8?: bigint;
  /** Of a cancel. */
  readonly name?: string;
  /** Of a prevented trade. */
  readonly counter?: { readonly order: Order; readonly lots: number };
}

export function executionReport(core: Core, { instrument }: Market, order: Order, execution: Execution): Shape {
  const { kind, fill, name, counter } = execution;
  const atMs = core.nowMs;
  const isBuyer = order.side === 'BUY';
  const isWorking = isOpen(order.status) && (order.resting || (kind === 'NEW' && order.workingMs >= 0));
  const shape: Shape = {
    e: 'executionReport',
    E: atMs,
    s: instrument.symbol,
    c: name ?? order.clientOrderId,
    S: order.side,
    o: order.type,
    f: order.timeInForce,
    q: quantityText(instrument, order.lots),
    p: priceText(instrument, order.priceTicks),
    P: priceText(instrument, order.stopTicks),
    F: formatE8(0n),
    g: NO_LIST,
    C: name === undefined ? '' : order.clientOrderId,
    x: kind,
    X: order.status,
    r: 'NONE',
    i: order.id,
    l: quantityText(instrument, fill?.lots ?? 0),
    z: quantityText(instrument, order.filledLots),
    L: priceText(instrument, fill?.ticks ?? 0),
    n: fill === undefined ? '0' : formatE8(execution.feeE8 ?? 0n),
    N: fill === undefined ? null : commissionAssetOf(instrument, isBuyer),
    T: atMs,
    t: fill?.tradeId ?? -1,
    I: core.nextExecutionId(),
    w: isWorking,
    m: fill !== undefined && fill.maker === order,
    M: fill !== undefined,
    O: order.atMs,
    Z: formatE8(order.filledE8),
    Y: formatE8(fill?.quoteE8 ?? 0n),
    Q: formatE8(order.quoteE8),
  };
  if (order.workingMs >= 0) shape.W = order.workingMs;
  shape.V = order.selfTradeMode;
  if (counter !== undefined) {
    Object.assign(shape, {
      v: order.id,
      A: quantityText(instrument, order.preventedLots),
      B: quantityText(instrument, counter.lots),
      u: 1,
      U: counter.order.id,
      Cs: instrument.symbol,
      pl: quantityText(instrument, counter.lots),
      pL: priceText(instrument, order.priceTicks),
      pY: formatE8(0n),
    });
  }
  return shape;
}

export function accountPosition(core: Core, { state }: Account, assets: readonly string[]): Shape {
  return {
    e: 'outboundAccountPosition',
    E: core.nowMs,
    u: state.updateMs,
    B: assets.map((asset) => {
      const { freeE8, lockedE8 } = core.balance(state, asset);
      return { a: asset, f: formatE8(freeE8), l: formatE8(lockedE8) };
    }),
  };
}

export function balanceUpdate(core: Core, asset: string, deltaE8: bigint): Shape {
  return { e: 'balanceUpdate', E: core.nowMs, a: asset, d: formatE8(deltaE8), T: core.nowMs };
}

export function commissionShape({ instrument }: Market, { makerE8, takerE8 }: Account): Shape {
  const none = { maker: formatE8(0n), taker: formatE8(0n), buyer: formatE8(0n), seller: formatE8(0n) };
  return {
    symbol: instrument.symbol,
    standardCommission: { ...none, maker: formatE8(makerE8), taker: formatE8(takerE8) },
    specialCommission: none,
    taxCommission: none,
    discount: { enabledForAccount: false, enabledForSymbol: false, discountAsset: 'BNB', discount: formatE8(0n) },
  };
}

/** Answer of order/test with computeCommissionRates. */
export function testCommission({ makerE8, takerE8 }: Account): Shape {
  const none = { maker: formatE8(0n), taker: formatE8(0n) };
  return {
    standardCommissionForOrder: { maker: formatE8(makerE8), taker: formatE8(takerE8) },
    specialCommissionForOrder: none,
    taxCommissionForOrder: none,
    discount: { enabledForAccount: false, enabledForSymbol: false, discountAsset: 'BNB', discount: formatE8(0n) },
  };
}
