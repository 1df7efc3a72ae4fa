/** Where spot and USD-M differ: endpoints with their weights, and how an order, a cancel and a query are written there. */
import type { OrderName, VenueOrder } from '../gateway.ts';
import type { LiveVenue } from '../open-trading.ts';
import type { Endpoint } from './api.ts';
import type { Parameters } from './client.ts';
import { priceText, quantityText, type Traded } from './instruments.ts';

export interface Request {
  readonly endpoint: Endpoint;
  readonly parameters: Parameters;
}

export interface Dialect {
  readonly venue: LiveVenue;
  readonly time: Endpoint;
  readonly exchangeInfo: Endpoint;
  /** What the venue measures limit prices by, and the field of it. */
  readonly reference: { readonly endpoint: Endpoint; readonly field: string };
  readonly lastPrice: Endpoint;
  readonly account: Endpoint;
  readonly openOrders: Endpoint;
  /** Orders that wait for their price, where they are not among the others. */
  readonly openConditional: Endpoint | undefined;
  readonly trades: Endpoint;
  /** Longest window of time that trades are told of at once. */
  readonly tradesWindowMs: number;
  /** Whether trades that are asked for without a time and fill no page are all of the last `backMs`. */
  newestPageIsAll(backMs: number): boolean;
  order(order: VenueOrder, traded: Traded): Request;
  cancel(name: OrderName, traded: Traded): Request;
  /** Both in one request, the order only if the other was cancelled untouched; undefined where there is none such. */
  readonly replace: ((old: OrderName, order: VenueOrder, traded: Traded) => Request) | undefined;
  query(name: OrderName, traded: Traded): Request;
  /** By the venue's number: of an order that waited for its price, and now trades under another name. */
  cancelByNumber(orderId: string, traded: Traded): Request;
  queryByNumber(orderId: string, traded: Traded): Request;
}

const endpoint = (name: string, weight: number): Endpoint => ({ name, weight });

/** A late order is worth nothing: the venue turns away what took longer on its way, ms. */
const SUBMIT_WINDOW_MS = 2_000;
const DAY_MS = 86_400_000;

const sideText = ({ side }: VenueOrder): string => (side > 0 ? 'BUY' : 'SELL');

export const SPOT: Dialect = {
  venue: 'binance',
  time: endpoint('publicGetTime', 1),
  exchangeInfo: endpoint('publicGetExchangeInfo', 20),
  reference: { endpoint: endpoint('publicGetAvgPrice', 2), field: 'price' },
  lastPrice: endpoint('publicGetTickerPrice', 2),
  account: endpoint('privateGetAccount', 20),
  openOrders: endpoint('privateGetOpenOrders', 80),
  openConditional: undefined,
  trades: endpoint('privateGetMyTrades', 20),
  tradesWindowMs: DAY_MS,
  newestPageIsAll: () => true,
  order(order, traded) {
    const { lots, limitTicks, stopTicks, trigger, clientOrderId } = order;
    const stop = stopTicks > 0 ? { stopPrice: priceText(stopTicks, traded) } : {};
    const limit = limitTicks > 0 ? { price: priceText(limitTicks, traded), timeInForce: 'GTC' } : {};
    const waits = trigger === 'target' ? 'TAKE_PROFIT' : 'STOP_LOSS';
    const type = stopTicks > 0 ? (limitTicks > 0 ? `${waits}_LIMIT` : waits) : limitTicks > 0 ? 'LIMIT' : 'MARKET';
    return {
      endpoint: endpoint('privatePostOrder', 1),
      parameters: {
        symbol: traded.symbol,
        side: sideText(order),
        type,
        quantity: quantityText(lots, traded),
        ...limit,
        ...stop,
        newClientOrderId: clientOrderId,
        newOrderRespType: 'ACK',
        recvWindow: SUBMIT_WINDOW_MS,
      },
    };
  },
  cancel({ clientOrderId }, { symbol }) {
    return { endpoint: endpoint('privateDeleteOrder', 1), parameters: { symbol, origClientOrderId: clientOrderId } };
  },
  replace(old, order, traded) {
    const { parameters } = SPOT.order(order, traded);
    const cancel = { cancelOrigClientOrderId: old.clientOrderId, cancelRestrictions: 'ONLY_NEW' };
    return {
      endpoint: endpoint('privatePostOrderCancelReplace', 1),
      parameters: { ...parameters, ...cancel, cancelReplaceMode: 'STOP_ON_FAILURE' },
    };
  },
  query({ clientOrderId }, { symbol }) {
    return { endpoint: endpoint('privateGetOrder', 4), parameters: { symbol, origClientOrderId: clientOrderId } };
  },
  cancelByNumber(orderId, { symbol }) {
    return { endpoint: endpoint('privateDeleteOrder', 1), parameters: { symbol, orderId } };
  },
  queryByNumber(orderId, { symbol }) {
    return { endpoint: endpoint('privateGetOrder', 4), parameters: { symbol, orderId } };
  },
};

export const USDM: Dialect = {
  venue: 'binanceusdm',
  time: endpoint('fapiPublicGetTime', 1),
  exchangeInfo: endpoint('fapiPublicGetExchangeInfo', 1),
  reference: { endpoint: endpoint('fapiPublicGetPremiumIndex', 1), field: 'markPrice' },
  lastPrice: endpoint('fapiPublicGetTickerPrice', 1),
  account: endpoint('fapiPrivateV3GetAccount', 5),
  openOrders: endpoint('fapiPrivateGetOpenOrders', 40),
  openConditional: endpoint('fapiPrivateGetOpenAlgoOrders', 40),
  trades: endpoint('fapiPrivateGetUserTrades', 5),
  tradesWindowMs: 7 * DAY_MS,
  newestPageIsAll: (backMs) => backMs < 7 * DAY_MS,
  order(order, traded) {
    const { lots, limitTicks, stopTicks, trigger, reduceOnly, clientOrderId } = order;
    const quantity = quantityText(lots, traded);
    const limit = limitTicks > 0 ? { price: priceText(limitTicks, traded), timeInForce: 'GTC' } : {};
    const common = { symbol: traded.symbol, side: sideText(order), quantity, ...limit, recvWindow: SUBMIT_WINDOW_MS };
    if (stopTicks > 0) {
      const waits = trigger === 'target' ? 'TAKE_PROFIT' : 'STOP';
      return {
        // Since December 2025 /fapi/v1/order takes no order that waits for a price (-4120).
        endpoint: endpoint('fapiPrivatePostAlgoOrder', 1),
        parameters: {
          ...common,
          algoType: 'CONDITIONAL',
          type: limitTicks > 0 ? waits : `${waits}_MARKET`,
          triggerPrice: priceText(stopTicks, traded),
          workingType: 'CONTRACT_PRICE',
          reduceOnly: String(reduceOnly),
          clientAlgoId: clientOrderId,
        },
      };
    }
    return {
      endpoint: endpoint('fapiPrivatePostOrder', 1),
      parameters: {
        ...common,
        type: limitTicks > 0 ? 'LIMIT' : 'MARKET',
        reduceOnly: String(reduceOnly),
        newClientOrderId: clientOrderId,
        newOrderRespType: 'ACK',
      },
    };
  },
  cancel({ clientOrderId, conditional }, { symbol }) {
    return conditional
      ? { endpoint: endpoint('fapiPrivateDeleteAlgoOrder', 1), parameters: { symbol, clientAlgoId: clientOrderId } }
      : { endpoint: endpoint('fapiPrivateDeleteOrder', 1), parameters: { symbol, origClientOrderId: clientOrderId } };
  },
  // PUT /fapi/v1/order changes limit orders only, and stops are no orders there.
  replace: undefined,
  query({ clientOrderId, conditional }, { symbol }) {
    return conditional
      ? { endpoint: endpoint('fapiPrivateGetAlgoOrder', 1), parameters: { clientAlgoId: clientOrderId } }
      : { endpoint: endpoint('fapiPrivateGetOrder', 1), parameters: { symbol, origClientOrderId: clientOrderId } };
  },
  cancelByNumber(orderId, { symbol }) {
    return { endpoint: endpoint('fapiPrivateDeleteOrder', 1), parameters: { symbol, orderId } };
  },
  queryByNumber(orderId, { symbol }) {
    return { endpoint: endpoint('fapiPrivateGetOrder', 1), parameters: { symbol, orderId } };
  },
};

/** Whether an account has two positions for each instrument, and whether other assets stand in for losses. USD-M. */
export const POSITION_MODE = endpoint('fapiPrivateGetPositionSideDual', 30);
export const ASSET_MODE = endpoint('fapiPrivateGetMultiAssetsMargin', 30);

export const DIALECTS: Readonly<Record<LiveVenue, Dialect>> = { binance: SPOT, binanceusdm: USDM };
