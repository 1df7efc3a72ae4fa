/** Conditional orders of USD-M as the algo service keeps them: apart from the book, with ids and names of their own. */
import { isReachedNow, reached } from './conditions.ts';
import type { Account, Core, Market } from './core.ts';
import { ApiError } from './errors.ts';
import type { AlgoOrder, AlgoStatus, Order } from './state.ts';
import { algoUpdate } from './usdm-shapes.ts';
import type { UsdmTicket } from './usdm-ticket.ts';

const FINISHED_KEPT = 20_000;

/** What it needs of the desk. */
export interface AlgoDesk {
  place(account: Account, ticket: UsdmTicket, algo: AlgoOrder, accepted: (order: Order) => void): Order;
}

export class UsdmAlgos {
  readonly #core: Core;
  readonly #desk: AlgoDesk;
  /** Those that wait, by id. */
  readonly #open = new Map<number, AlgoOrder>();

  constructor(core: Core, desk: AlgoDesk) {
    this.#core = core;
    this.#desk = desk;
    for (const algo of core.state.algos.values()) if (algo.status === 'NEW') this.#open.set(algo.id, algo);
  }

  open(accountId: string, symbol?: string): AlgoOrder[] {
    return [...this.#open.values()].filter(
      (algo) => algo.accountId === accountId && (symbol === undefined || algo.symbol === symbol),
    );
  }

  all(accountId: string, symbol: string): AlgoOrder[] {
    return [...this.#core.state.algos.values()].filter(
      (algo) => algo.accountId === accountId && algo.symbol === symbol,
    );
  }

  /** By id, or the newest that bears the name. */
  find(accountId: string, id: number | undefined, name: string | undefined): AlgoOrder | undefined {
    if (id !== undefined) {
      const algo = this.#core.state.algos.get(id);
      return algo?.accountId === accountId ? algo : undefined;
    }
    let found: AlgoOrder | undefined;
    for (const algo of this.#core.state.algos.values()) {
      if (algo.accountId === accountId && algo.clientAlgoId === name) found = algo;
    }
    return found;
  }

  place(account: Account, ticket: UsdmTicket): AlgoOrder {
    const { market, clientOrderId } = ticket;
    const { symbol } = market.instrument;
    const open = this.open(account.state.id);
    if (open.some(({ clientAlgoId }) => clientAlgoId === clientOrderId)) {
      throw new ApiError(-4116, 'ClientOrderId is duplicated.');
    }
    const waiting = this.#core.openOrders(account.state.id, symbol).filter((order) => order.waiting).length;
    if (waiting + this.open(account.state.id, symbol).length >= market.instrument.maxAlgoOrders) {
      throw new ApiError(-4045, 'Reach max stop order limit.');
    }
    if (isReachedNow(this.#core, market, { ...ticket, origType: ticket.type })) {
      throw new ApiError(-2021, 'Order would immediately trigger.');
    }
    const atMs = this.#core.nowMs;
    const algo: AlgoOrder = {
      id: this.#core.state.nextAlgoId++,
      accountId: account.state.id,
      clientAlgoId: clientOrderId ?? this.#core.randomName(22),
      symbol,
      side: ticket.side,
      type: ticket.type,
      timeInForce: ticket.timeInForce,
      lots: ticket.lots,
      priceTicks: ticket.priceTicks,
      stopTicks: ticket.stopTicks,
      workingType: ticket.workingType,
      reduceOnly: ticket.reduceOnly,
      closePosition: ticket.closePosition,
      priceProtect: ticket.priceProtect,
      selfTradeMode: ticket.selfTradeMode,
      status: 'NEW',
      atMs,
      updateMs: atMs,
      triggerMs: 0,
      orderId: 0,
      reason: '',
    };
    this.#core.state.algos.set(algo.id, algo);
    this.#open.set(algo.id, algo);
    this.#tell(algo, 'NEW');
    return algo;
  }

  cancel(algo: AlgoOrder): void {
    this.#tell(algo, 'CANCELED');
  }

  reached(market: Market): AlgoOrder[] {
    const waiting = [...this.#open.values()].filter(({ symbol }) => symbol === market.instrument.symbol);
    const byCondition = waiting.map((algo) => ({ ...algo, origType: algo.type }));
    return reached(this.#core, market, byCondition).map(({ id }) => this.#core.state.algos.get(id)!);
  }

  /** Its price was reached: it places its order, or is rejected for what that is refused for. */
  setOff(algo: AlgoOrder): void {
    if (algo.status !== 'NEW') return;
    const account = this.#core.account(algo.accountId);
    algo.triggerMs = this.#core.nowMs;
    this.#tell(algo, 'TRIGGERING');
    const ticket: UsdmTicket = {
      ...algo,
      market: this.#core.market(algo.symbol),
      type: algo.priceTicks > 0 ? 'LIMIT' : 'MARKET',
      stopTicks: 0,
      clientOrderId: algo.clientAlgoId,
      wantsResult: false,
    };
    try {
      this.#desk.place(account, ticket, algo, (order) => {
        algo.orderId = order.id;
        this.#tell(algo, 'TRIGGERED');
      });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      algo.reason = error.message;
      this.#tell(algo, 'REJECTED');
    }
  }

  /** The order that one placed is filled, cancelled or expired. */
  orderOver(order: Order): void {
    const algo = order.algoId === 0 ? undefined : this.#core.state.algos.get(order.algoId);
    if (algo?.status === 'TRIGGERED') this.#tell(algo, 'FINISHED');
  }

  #tell(algo: AlgoOrder, status: AlgoStatus): void {
    algo.status = status;
    algo.updateMs = this.#core.nowMs;
    if (status !== 'NEW') this.#open.delete(algo.id);
    this.#core.tell(algo.accountId, algoUpdate(this.#core, algo));
    const { algos } = this.#core.state;
    if (algos.size <= FINISHED_KEPT) return;
    for (const old of algos.values()) {
      if (this.#open.has(old.id) || old === algo) continue;
      algos.delete(old.id);
      break;
    }
  }
}
