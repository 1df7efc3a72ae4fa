/** The spot market's account endpoints under /api/v3. */
import type { Account, Core, Market } from './core.ts';
import { ApiError, eitherMissing, FIXED } from './errors.ts';
import { accountTrades, allOrders, openOrders } from './history.ts';
import { oneOrder } from './limits.ts';
import type { ListenKeys } from './listen-keys.ts';
import type { Params } from './params.ts';
import type { Call, Routes } from './route.ts';
import type { SpotDesk } from './spot-desk.ts';
import * as shapes from './spot-shapes.ts';
import { readTicket, type SpotTicket } from './spot-ticket.ts';
import { isOpen, type Order } from './state.ts';

const RESTRICTIONS = ['ONLY_NEW', 'ONLY_PARTIALLY_FILLED'] as const;

export function spotRoutes(core: Core, desk: SpotDesk, keys: ListenKeys): Routes {
  const api = new SpotApi(core, desk);
  const listenKey = ({ params }: Call) => params.mustText('listenKey');
  return {
    'POST /api/v3/order': { security: 'trade', weight: 1, orders: oneOrder, answer: (call) => api.place(call) },
    'POST /api/v3/order/test': {
      security: 'trade',
      weight: (params) => (params.flag('computeCommissionRates') === true ? 20 : 1),
      answer: (call) => api.test(call),
    },
    'DELETE /api/v3/order': { security: 'trade', weight: 1, answer: (call) => api.cancel(call) },
    'GET /api/v3/order': { security: 'user', weight: 4, answer: (call) => api.query(call) },
    'POST /api/v3/order/cancelReplace': { security: 'trade', weight: 1, answer: (call) => api.cancelReplace(call) },
    'GET /api/v3/openOrders': {
      security: 'user',
      weight: (params) => (params.has('symbol') ? 6 : 80),
      answer: (call) => openOrders(core, call, shapes.queried),
    },
    'DELETE /api/v3/openOrders': { security: 'trade', weight: 1, answer: (call) => api.cancelAll(call) },
    'GET /api/v3/allOrders': { security: 'user', weight: 20, answer: (call) => allOrders(core, call, shapes.queried) },
    'GET /api/v3/myTrades': {
      security: 'user',
      weight: (params) => (params.has('orderId') ? 5 : 20),
      answer: (call) => accountTrades(core, call, shapes.tradeShape),
    },
    'GET /api/v3/account': {
      security: 'user',
      weight: 20,
      answer: ({ account, params }) => shapes.accountShape(account, params.flag('omitZeroBalances') ?? false),
    },
    'GET /api/v3/account/commission': {
      security: 'user',
      weight: 20,
      answer: ({ account, params }) => shapes.commissionShape(core.market(params.mustText('symbol')), account),
    },
    'GET /api/v3/rateLimit/order': {
      security: 'user',
      weight: 40,
      answer: ({ account }) => orderLimits(core, account),
    },
    'POST /api/v3/userDataStream': {
      security: 'key',
      weight: 2,
      answer: ({ account }) => ({ listenKey: keys.open(account.state.id) }),
    },
    'PUT /api/v3/userDataStream': {
      security: 'key',
      weight: 2,
      answer: (call) => {
        keys.keepAlive(call.account.state.id, listenKey(call));
        return {};
      },
    },
    'DELETE /api/v3/userDataStream': {
      security: 'key',
      weight: 2,
      answer: (call) => {
        keys.close(call.account.state.id, listenKey(call));
        return {};
      },
    },
  };
}

/** What is used of the limits on orders, as both markets answer. */
export function orderLimits(core: Core, account: Account): unknown {
  const counts = core.limits.orderCounts(account.state.id, core.nowMs);
  return core.limits.orderWindows.map(({ interval, intervalNum, limit }, i) => ({
    rateLimitType: 'ORDERS',
    interval,
    intervalNum,
    limit,
    count: counts[i],
  }));
}

class SpotApi {
  readonly #core: Core;
  readonly #desk: SpotDesk;

  constructor(core: Core, desk: SpotDesk) {
    this.#core = core;
    this.#desk = desk;
  }

  place({ account, params }: Call): unknown {
    return this.#place(account, readTicket(this.#core, params));
  }

  test({ account, params }: Call): unknown {
    this.#desk.check(account, readTicket(this.#core, params));
    return params.flag('computeCommissionRates') === true ? shapes.testCommission(account) : {};
  }

  query(call: Call): unknown {
    const market = this.#marketOf(call.params);
    const order = this.#find(call, market, 'orderId', 'origClientOrderId');
    if (order === undefined) throw FIXED.noSuchOrder();
    return shapes.queried(market, order);
  }

  cancel(call: Call): unknown {
    return this.#cancel(call, 'orderId', 'origClientOrderId', 'newClientOrderId');
  }

  cancelAll({ account, params }: Call): unknown {
    const market = this.#marketOf(params);
    const open = this.#core.openOrders(account.state.id, market.instrument.symbol);
    if (open.length === 0) throw FIXED.unknownCancel();
    const name = params.orderName('newClientOrderId') ?? this.#core.randomName(22);
    return open.map((order) => {
      this.#desk.cancel(order, name);
      return shapes.cancelled(market, order, name);
    });
  }

  cancelReplace(call: Call): unknown {
    const { account, params } = call;
    const mode = params.mustWord('cancelReplaceMode', ['STOP_ON_FAILURE', 'ALLOW_FAILURE'] as const);
    const exceeded = params.word('orderRateLimitExceededMode', ['DO_NOTHING', 'CANCEL_ONLY'] as const) ?? 'DO_NOTHING';
    if (!params.has('cancelOrderId') && !params.has('cancelOrigClientOrderId')) {
      throw eitherMissing('cancelOrigClientOrderId', 'cancelOrderId');
    }
    const ticket = readTicket(this.#core, params);
    const count = attempt(() => this.#core.limits.takeOrders(account.state.id, oneOrder, this.#core.nowMs));
    if (!count.done && exceeded === 'DO_NOTHING') throw count.error;
    const cancel = attempt(() =>
      this.#cancel(call, 'cancelOrderId', 'cancelOrigClientOrderId', 'cancelNewClientOrderId'),
    );
    const result: Record<string, unknown> = { cancelResult: cancel.done ? 'SUCCESS' : 'FAILURE' };
    if (!cancel.done && mode === 'STOP_ON_FAILURE') {
      Object.assign(result, {
        newOrderResult: 'NOT_ATTEMPTED',
        cancelResponse: cancel.error.body,
        newOrderResponse: null,
      });
      throw new ApiError(-2022, 'Order cancel-replace failed.', 400, result);
    }
    const placed = count.done ? attempt(() => this.#place(account, ticket)) : count;
    Object.assign(result, {
      newOrderResult: placed.done ? 'SUCCESS' : 'FAILURE',
      cancelResponse: cancel.done ? cancel.value : cancel.error.body,
      newOrderResponse: placed.done ? placed.value : placed.error.body,
    });
    if (cancel.done && placed.done) return result;
    if (!cancel.done && !placed.done) throw new ApiError(-2022, 'Order cancel-replace failed.', 400, result);
    throw new ApiError(-2021, 'Order cancel-replace partially failed.', 409, result);
  }

  #place(account: Account, ticket: SpotTicket): unknown {
    const { order, trades } = this.#desk.place(account, ticket);
    if (ticket.response === 'ACK') return shapes.acknowledged(ticket.market, order);
    if (ticket.response === 'RESULT') return shapes.placed(ticket.market, order);
    return shapes.placedWithFills(ticket.market, order, trades);
  }

  #cancel(call: Call, idName: string, originalName: string, newName: string): unknown {
    const { params } = call;
    const market = this.#marketOf(params);
    const name = params.orderName(newName) ?? this.#core.randomName(22);
    const refuse = () => new ApiError(-1145, 'Invalid cancelRestrictions');
    const only = params.word('cancelRestrictions', RESTRICTIONS, refuse);
    const order = this.#find(call, market, idName, originalName);
    if (order === undefined || !isOpen(order.status)) throw FIXED.unknownCancel();
    if (only !== undefined && order.status !== only.slice('ONLY_'.length)) {
      throw new ApiError(-2011, 'Order was not canceled due to cancel restrictions.');
    }
    this.#desk.cancel(order, name);
    return shapes.cancelled(market, order, name);
  }

  /** By id, or by the client's name; with both they must be of one order. */
  #find({ account, params }: Call, market: Market, idName: string, clientName: string): Order | undefined {
    const id = params.whole(idName);
    const name = params.text(clientName);
    const { symbol } = market.instrument;
    if (id === undefined && name === undefined) throw eitherMissing(clientName, idName);
    if (id === undefined) return this.#core.orderByName(account.state.id, symbol, name!);
    const order = this.#core.orderById(account.state.id, symbol, id);
    return name === undefined || order?.clientOrderId === name ? order : undefined;
  }

  #marketOf(params: Params): Market {
    return this.#core.market(params.mustText('symbol'));
  }
}

type Attempt<T> = { readonly done: true; readonly value: T } | { readonly done: false; readonly error: ApiError };

function attempt<T>(work: () => T): Attempt<T> {
  try {
    return { done: true, value: work() };
  } catch (error) {
    if (error instanceof ApiError) return { done: false, error };
    throw error;
  }
}
