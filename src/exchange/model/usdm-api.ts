/** The USD-M market's endpoints for orders under /fapi. */
import type { Account, Core, Market } from './core.ts';
import { ApiError, eitherMissing, FIXED, missing } from './errors.ts';
import { accountTrades, allOrders, openOrders } from './history.ts';
import { type OrderCount, oneOrder } from './limits.ts';
import { Params } from './params.ts';
import type { Call, Routes } from './route.ts';
import { isOpen, type Order } from './state.ts';
import type { UsdmDesk } from './usdm-desk.ts';
import * as shapes from './usdm-shapes.ts';
import { isConditionalType, readUsdmTicket, usdmName } from './usdm-ticket.ts';

const DONE = { code: 200, msg: 'The operation of cancel all open order is done.' };
/** Most orders of one batch: of new ones, and of those to cancel. */
const MOST_PLACED = 5;
const MOST_CANCELLED = 10;

/** A batch counts as documented, however many orders are in it: 5 in the ten seconds, 1 in the minute. */
const batchCount: OrderCount = (interval) => (interval === 'MINUTE' ? 1 : MOST_PLACED);

const bySymbol = (one: number, all: number) => (params: Params) => (params.has('symbol') ? one : all);

export function usdmOrderRoutes(core: Core, desk: UsdmDesk): Routes {
  const api = new UsdmApi(core, desk);
  return {
    'POST /fapi/v1/order': {
      security: 'trade',
      weight: 0,
      orders: oneOrder,
      answer: ({ account, params }) => api.place(account, params),
    },
    'POST /fapi/v1/order/test': { security: 'trade', weight: 1, answer: (call) => api.test(call) },
    'PUT /fapi/v1/order': { security: 'trade', weight: 1, orders: oneOrder, answer: (call) => api.modify(call) },
    'DELETE /fapi/v1/order': {
      security: 'trade',
      weight: 1,
      answer: ({ account, params }) => api.cancel(account, params),
    },
    'GET /fapi/v1/order': { security: 'user', weight: 1, answer: (call) => api.query(call) },
    'POST /fapi/v1/batchOrders': {
      security: 'trade',
      weight: 5,
      orders: batchCount,
      answer: (call) => api.placeBatch(call),
    },
    'DELETE /fapi/v1/batchOrders': { security: 'trade', weight: 1, answer: (call) => api.cancelBatch(call) },
    'DELETE /fapi/v1/allOpenOrders': { security: 'trade', weight: 1, answer: (call) => api.cancelAll(call) },
    'POST /fapi/v1/countdownCancelAll': { security: 'trade', weight: 10, answer: (call) => api.countdown(call) },
    'GET /fapi/v1/openOrder': { security: 'user', weight: 1, answer: (call) => api.openOrder(call) },
    'GET /fapi/v1/openOrders': {
      security: 'user',
      weight: bySymbol(1, 40),
      answer: (call) => openOrders(core, call, shapes.queried),
    },
    'GET /fapi/v1/allOrders': { security: 'user', weight: 5, answer: (call) => allOrders(core, call, shapes.queried) },
    'GET /fapi/v1/userTrades': {
      security: 'user',
      weight: 5,
      answer: (call) => accountTrades(core, call, shapes.tradeShape),
    },
  };
}

class UsdmApi {
  readonly #core: Core;
  readonly #desk: UsdmDesk;

  constructor(core: Core, desk: UsdmDesk) {
    this.#core = core;
    this.#desk = desk;
  }

  place(account: Account, params: Params): unknown {
    this.#refuseConditional(params);
    const ticket = readUsdmTicket(this.#core, params);
    let first: unknown;
    // An acknowledgement is what the order was before it traded.
    const order = this.#desk.place(account, ticket, undefined, (accepted) => {
      first = shapes.acted(ticket.market, accepted);
    });
    return ticket.wantsResult ? shapes.acted(ticket.market, order) : first;
  }

  test({ account, params }: Call): unknown {
    this.#refuseConditional(params);
    const ticket = readUsdmTicket(this.#core, params);
    this.#desk.check(account, ticket);
    const order = this.#desk.make(account, ticket, 0);
    this.#core.state.nextOrderId--;
    return shapes.acted(ticket.market, order);
  }

  modify({ account, params }: Call): unknown {
    const market = this.#marketOf(params);
    const { lotE8, tickE8 } = market.instrument;
    const order = this.#find(account, params, market);
    if (order === undefined || !isOpen(order.status)) throw FIXED.noSuchOrder();
    const side = params.mustWord('side', ['BUY', 'SELL'] as const, FIXED.invalidSide);
    if (order.type !== 'LIMIT' || !order.resting || order.side !== side) {
      throw new ApiError(-1020, 'This operation is not supported.');
    }
    params.mustText('quantity');
    params.mustText('price');
    const read = (name: string, unit: bigint) => {
      const value = params.decimal(name, unit)!;
      if (value % unit !== 0n) throw new ApiError(-1111, 'Precision is over the maximum defined for this asset.');
      return Number(value / unit);
    };
    this.#desk.modify(account, order, read('quantity', lotE8), read('price', tickE8));
    return shapes.acted(market, order);
  }

  cancel(account: Account, params: Params): unknown {
    const market = this.#marketOf(params);
    const order = this.#find(account, params, market);
    if (order === undefined || !isOpen(order.status)) throw FIXED.unknownCancel();
    this.#desk.cancel(order);
    return shapes.acted(market, order);
  }

  query({ account, params }: Call): unknown {
    const market = this.#marketOf(params);
    const order = this.#find(account, params, market);
    if (order === undefined) throw FIXED.noSuchOrder();
    return shapes.queried(market, order);
  }

  placeBatch({ account, params }: Call): unknown {
    return readList(params, 'batchOrders', MOST_PLACED).map((order) => {
      const placed = outcome(() => this.place(account, Params.of(texts(order))));
      // A condition that comes behind is not reached by prices of before it.
      this.#desk.matching.runTriggers();
      return placed;
    });
  }

  cancelBatch({ account, params }: Call): unknown {
    const symbol = params.mustText('symbol');
    const ids = params.has('orderIdList') ? readList(params, 'orderIdList', MOST_CANCELLED) : [];
    const names = params.has('origClientOrderIdList') ? readList(params, 'origClientOrderIdList', MOST_CANCELLED) : [];
    if (ids.length + names.length === 0) throw eitherMissing('origClientOrderIdList', 'orderIdList');
    const one = (name: string) => (value: unknown) =>
      outcome(() => this.cancel(account, Params.of({ symbol, [name]: `${value}` })));
    return [...ids.map(one('orderId')), ...names.map(one('origClientOrderId'))];
  }

  cancelAll({ account, params }: Call): unknown {
    const { instrument } = this.#marketOf(params);
    for (const order of this.#core.openOrders(account.state.id, instrument.symbol)) {
      if (isOpen(order.status)) this.#desk.cancel(order);
    }
    return DONE;
  }

  countdown({ account, params }: Call): unknown {
    const { symbol } = this.#marketOf(params).instrument;
    const everyMs = params.mustWhole('countdownTime');
    const { countdowns } = account.state;
    if (everyMs === 0) countdowns.delete(symbol);
    else countdowns.set(symbol, { everyMs, atMs: this.#core.nowMs + everyMs });
    return { symbol, countdownTime: `${everyMs}` };
  }

  openOrder({ account, params }: Call): unknown {
    const market = this.#marketOf(params);
    const order = this.#find(account, params, market);
    if (order === undefined || !isOpen(order.status)) throw FIXED.noSuchOrder();
    return shapes.queried(market, order);
  }

  #refuseConditional(params: Params): void {
    if (this.#core.options.conditionalOrders !== 'algo' || !isConditionalType(params.text('type') ?? '')) return;
    const text = 'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.';
    throw new ApiError(-4120, text);
  }

  #find(account: Account, params: Params, market: Market): Order | undefined {
    const id = params.whole('orderId');
    const { symbol } = market.instrument;
    if (id !== undefined) return this.#core.orderById(account.state.id, symbol, id);
    const name = usdmName(params, 'origClientOrderId');
    if (name === undefined) throw eitherMissing('origClientOrderId', 'orderId');
    return this.#core.orderByName(account.state.id, symbol, name);
  }

  #marketOf(params: Params): Market {
    return this.#core.market(params.mustText('symbol'));
  }
}

/** One answer of a batch: its own refusal does not touch the others. */
function outcome(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (error instanceof ApiError) return error.body;
    throw error;
  }
}

function readList(params: Params, name: string, most: number): readonly unknown[] {
  let list: unknown;
  try {
    list = JSON.parse(params.mustText(name));
  } catch (error) {
    if (error instanceof ApiError) throw error;
  }
  if (!Array.isArray(list) || list.length === 0) throw missing(name);
  if (list.length > most) throw new ApiError(-4082, 'Invalid number of batch place orders.');
  return list;
}

function texts(order: unknown): Record<string, string> {
  if (typeof order !== 'object' || order === null) throw missing('batchOrders');
  return Object.fromEntries(Object.entries(order).map(([name, value]) => [name, `${value}`]));
}
