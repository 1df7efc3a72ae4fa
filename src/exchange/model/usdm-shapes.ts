/** What the USD-M market says of orders and trades: replies and user events, field for field. */
import type { Account, Core, Market } from './core.ts';
import { E8, formatE8 } from './decimal.ts';
import { type Instrument, priceText, quantityE8, quantityText } from './instrument.ts';
import type { Fill } from './matching.ts';
import { abs, type Exposure, exposure, perUnitE8 } from './positions.ts';
import type { AccountTrade, AlgoOrder, Order, Position } from './state.ts';

type Shape = Record<string, unknown>;

/** The average price of what was filled, with one decimal more than the tick. */
function averageText(instrument: Instrument, order: Order): string {
  const decimals = Math.min(8, instrument.priceDecimals + 1);
  if (order.filledLots === 0) return formatE8(0n, decimals);
  return formatE8((order.filledE8 * E8) / quantityE8(instrument, order.filledLots), decimals);
}

function common({ instrument }: Market, order: Order): Shape {
  return {
    orderId: order.id,
    symbol: instrument.symbol,
    status: order.status,
    clientOrderId: order.clientOrderId,
    price: priceText(instrument, order.priceTicks),
    avgPrice: averageText(instrument, order),
    origQty: quantityText(instrument, order.lots),
    executedQty: quantityText(instrument, order.filledLots),
  };
}

function terms({ instrument }: Market, order: Order): Shape {
  return {
    cumQuote: formatE8(order.filledE8),
    timeInForce: order.timeInForce,
    type: order.type,
    reduceOnly: order.reduceOnly,
    closePosition: order.closePosition,
    side: order.side,
    positionSide: 'BOTH',
    stopPrice: priceText(instrument, order.stopTicks),
    workingType: order.workingType,
    priceProtect: order.priceProtect,
    origType: order.origType,
    priceMatch: 'NONE',
    selfTradePreventionMode: order.selfTradeMode,
    goodTillDate: 0,
  };
}

/** Of a new, changed or cancelled order. */
export function acted(market: Market, order: Order): Shape {
  const cumQty = quantityText(market.instrument, order.filledLots);
  return { ...common(market, order), cumQty, ...terms(market, order), updateTime: order.updateMs };
}

export function queried(market: Market, order: Order): Shape {
  return { ...common(market, order), ...terms(market, order), time: order.atMs, updateTime: order.updateMs };
}

export function tradeShape(instrument: Instrument, trade: AccountTrade): Shape {
  return {
    symbol: instrument.symbol,
    id: trade.id,
    orderId: trade.orderId,
    side: trade.isBuyer ? 'BUY' : 'SELL',
    price: priceText(instrument, trade.priceTicks),
    qty: quantityText(instrument, trade.lots),
    realizedPnl: formatE8(trade.realizedE8),
    quoteQty: formatE8(trade.quoteE8),
    commission: formatE8(trade.feeE8),
    commissionAsset: trade.feeAsset,
    time: trade.atMs,
    positionSide: 'BOTH',
    buyer: trade.isBuyer,
    maker: trade.isMaker,
  };
}

/** Why an order has expired, as Binance numbers it: those that there are here. */
export const EXPIRY = {
  none: '0',
  selfTrade: '1',
  immediate: '2',
  immediateSelfTrade: '3',
  reduceOnly: '4',
  liquidation: '5',
  triggered: '8',
  market: '9',
} as const;

export type Expiry = (typeof EXPIRY)[keyof typeof EXPIRY];

export interface OrderEvent {
  readonly kind: 'NEW' | 'CANCELED' | 'EXPIRED' | 'TRADE' | 'AMENDMENT';
  /** Of kind EXPIRED. */
  readonly expiry?: Expiry;
  readonly fill?: Fill;
  readonly feeE8?: bigint;
  readonly realizedE8?: bigint;
}

export function orderTradeUpdate(core: Core, account: Account, market: Market, order: Order, event: OrderEvent): Shape {
  const { instrument } = market;
  const { fill } = event;
  const { bidsE8, asksE8 } = exposure(core, account.state, market);
  const fee = fill === undefined ? {} : { N: instrument.quote, n: formatE8(event.feeE8 ?? 0n) };
  return {
    e: 'ORDER_TRADE_UPDATE',
    E: core.nowMs,
    T: core.nowMs,
    o: {
      s: instrument.symbol,
      c: order.clientOrderId,
      S: order.side,
      o: order.type,
      f: order.timeInForce,
      q: quantityText(instrument, order.lots),
      p: priceText(instrument, order.priceTicks),
      ap: averageText(instrument, order),
      sp: priceText(instrument, order.stopTicks),
      x: event.kind,
      X: order.status,
      i: order.id,
      l: quantityText(instrument, fill?.lots ?? 0),
      z: quantityText(instrument, order.filledLots),
      L: priceText(instrument, fill?.ticks ?? 0),
      ...fee,
      T: core.nowMs,
      t: fill?.tradeId ?? 0,
      b: formatE8(bidsE8, 5),
      a: formatE8(asksE8, 5),
      m: fill !== undefined && fill.maker === order,
      R: order.reduceOnly,
      wt: order.workingType,
      ot: order.origType,
      ps: 'BOTH',
      cp: order.closePosition,
      rp: formatE8(event.realizedE8 ?? 0n),
      pP: order.priceProtect,
      si: 0,
      ss: 0,
      V: order.selfTradeMode,
      pm: 'NONE',
      gtd: 0,
      er: event.expiry ?? EXPIRY.none,
    },
  };
}

export function tradeLite(core: Core, { instrument }: Market, order: Order, fill: Fill): Shape {
  return {
    e: 'TRADE_LITE',
    E: core.nowMs,
    T: core.nowMs,
    s: instrument.symbol,
    q: quantityText(instrument, order.lots),
    p: priceText(instrument, order.priceTicks),
    m: fill.maker === order,
    c: order.clientOrderId,
    S: order.side,
    L: priceText(instrument, fill.ticks),
    l: quantityText(instrument, fill.lots),
    t: fill.tradeId,
    i: order.id,
  };
}

/** `changed` are the positions that are told; `deltaE8` what the wallet gained other than by trades. */
export function accountUpdate(
  core: Core,
  account: Account,
  reason: 'ORDER' | 'FUNDING_FEE' | 'DEPOSIT' | 'WITHDRAW' | 'MARGIN_TRANSFER' | 'INSURANCE_CLEAR',
  asset: string,
  changed: readonly Market[],
  deltaE8 = 0n,
): Shape {
  const crossE8 = core.balance(account.state, asset).freeE8;
  let walletE8 = crossE8;
  for (const position of account.state.positions.values()) {
    if (core.markets.get(position.symbol)?.instrument.quote === asset) walletE8 += position.isolatedE8;
  }
  return {
    e: 'ACCOUNT_UPDATE',
    E: core.nowMs,
    T: core.nowMs,
    a: {
      m: reason,
      B: [{ a: asset, wb: formatE8(walletE8), cw: formatE8(crossE8), bc: formatE8(deltaE8) }],
      P: changed.map((market) => positionUpdate(exposure(core, account.state, market))),
    },
  };
}

function positionUpdate({ market: { instrument }, position, unrealizedE8 }: Exposure): Shape {
  return {
    s: instrument.symbol,
    pa: quantityText(instrument, position.lots),
    ep: entryText(instrument, position),
    bep: breakEvenText(instrument, position),
    cr: formatE8(position.realizedE8),
    up: formatE8(unrealizedE8),
    mt: position.isolated ? 'isolated' : 'cross',
    iw: formatE8(position.isolatedE8),
    ps: 'BOTH',
  };
}

/** Prices of positions have as many decimals as they need, and one at least. */
const shortest = (value: bigint) => formatE8(value).replace(/(\.\d)(\d*?)0*$/, '$1$2');

export const entryText = (instrument: Instrument, { costE8, lots }: Position) =>
  shortest(perUnitE8(instrument, costE8, lots));
export const breakEvenText = (instrument: Instrument, { breakEvenE8, lots }: Position) =>
  shortest(perUnitE8(instrument, breakEvenE8, lots));

/** Where a position is liquidated if nothing else changes; '0' when that is below zero. */
export function liquidationText(instrument: Instrument, of: Exposure, backingE8: bigint): string {
  const { position, notionalE8, unrealizedE8, maintenanceE8 } = of;
  if (position.lots === 0) return '0';
  const roomE8 = backingE8 + unrealizedE8 - maintenanceE8;
  const sizeE8 = abs(quantityE8(instrument, position.lots));
  const perUnit = (roomE8 * E8) / sizeE8;
  const markE8 = (abs(notionalE8) * E8) / sizeE8;
  const priceE8 = position.lots > 0 ? markE8 - perUnit : markE8 + perUnit;
  return priceE8 <= 0n ? '0' : formatE8(priceE8);
}

export function accountConfigUpdate(core: Core, symbol: string, leverage: number): Shape {
  return { e: 'ACCOUNT_CONFIG_UPDATE', E: core.nowMs, T: core.nowMs, ac: { s: symbol, l: leverage } };
}

/** Of a new conditional order. */
export function algoShape(core: Core, algo: AlgoOrder): Shape {
  const { instrument } = core.market(algo.symbol);
  return {
    algoId: algo.id,
    clientAlgoId: algo.clientAlgoId,
    algoType: 'CONDITIONAL',
    orderType: algo.type,
    symbol: algo.symbol,
    side: algo.side,
    positionSide: 'BOTH',
    timeInForce: algo.timeInForce,
    quantity: quantityText(instrument, algo.lots),
    algoStatus: algo.status,
    triggerPrice: priceText(instrument, algo.stopTicks),
    price: priceText(instrument, algo.priceTicks),
    icebergQuantity: null,
    selfTradePreventionMode: algo.selfTradeMode,
    workingType: algo.workingType,
    priceMatch: 'NONE',
    closePosition: algo.closePosition,
    priceProtect: algo.priceProtect,
    reduceOnly: algo.reduceOnly,
    createTime: algo.atMs,
    updateTime: algo.updateMs,
    triggerTime: algo.triggerMs,
    goodTillDate: 0,
  };
}

/** Of one that is asked for. */
export function algoQueried(core: Core, algo: AlgoOrder): Shape {
  const { instrument } = core.market(algo.symbol);
  const order = core.state.orders.get(algo.orderId);
  return {
    ...algoShape(core, algo),
    actualOrderId: algo.orderId === 0 ? '' : `${algo.orderId}`,
    actualPrice: order === undefined ? '0' : averageText(instrument, order),
    tpTriggerPrice: '0.000',
    tpPrice: '0.000',
    slTriggerPrice: '0.000',
    slPrice: '0.000',
    tpOrderType: '',
  };
}

export function algoUpdate(core: Core, algo: AlgoOrder): Shape {
  const { instrument } = core.market(algo.symbol);
  const order = core.state.orders.get(algo.orderId);
  return {
    e: 'ALGO_UPDATE',
    T: core.nowMs,
    E: core.nowMs,
    o: {
      caid: algo.clientAlgoId,
      aid: algo.id,
      at: 'CONDITIONAL',
      o: algo.type,
      s: algo.symbol,
      S: algo.side,
      ps: 'BOTH',
      f: algo.timeInForce,
      q: quantityText(instrument, algo.lots),
      X: algo.status,
      ai: algo.orderId === 0 ? '' : `${algo.orderId}`,
      ap: order === undefined ? '0.00000' : averageText(instrument, order),
      aq: order === undefined ? '0.00000' : quantityText(instrument, order.filledLots),
      act: order === undefined ? '0' : order.type,
      tp: priceText(instrument, algo.stopTicks),
      p: priceText(instrument, algo.priceTicks),
      V: algo.selfTradeMode,
      wt: algo.workingType,
      pm: 'NONE',
      cp: algo.closePosition,
      pP: algo.priceProtect,
      R: algo.reduceOnly,
      tt: algo.triggerMs,
      gtd: 0,
      rm: algo.reason,
    },
  };
}
