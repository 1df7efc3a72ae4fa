/**
 * Trades: a client's order against the book, the crowd against clients' orders, and conditional orders when the price
 * has reached them. What a trade means for accounts is the desk's matter.
 */
import { type Offer, opposite, remaining, sideOf } from './book.ts';
import type { Core, Market } from './core.ts';
import { notionalE8 } from './instrument.ts';
import type { CrowdLevel } from './port.ts';
import type { Order, OrderStatus } from './state.ts';

export interface Fill {
  readonly tradeId: number;
  readonly market: Market;
  readonly ticks: number;
  readonly lots: number;
  readonly quoteE8: bigint;
  readonly buyerIsMaker: boolean;
  /** Undefined where the crowd is that side. */
  readonly maker: Order | undefined;
  readonly taker: Order | undefined;
}

/** Lots that an order of this account could have at its limit; orders of its own count as its mode says. */
export function availableTo(
  market: Market,
  accountId: string,
  order: Pick<Order, 'side' | 'priceTicks' | 'selfTradeMode' | 'lots'>,
): number {
  const { side, priceTicks, selfTradeMode, lots } = order;
  const own = selfTradeMode === 'EXPIRE_MAKER' ? 'left-out' : 'ends';
  const verdict = (other: Order) =>
    selfTradeMode === 'NONE' || other.accountId !== accountId ? ('counts' as const) : own;
  return market.book.available(opposite(sideOf(side)), priceTicks, verdict, lots);
}

/** What the accounts of one market do with trades. */
export interface Desk {
  /** Quantities of the orders are already those after the trade. */
  settle(fill: Fill): void;
  /** Ends an order that is not traded any further. */
  end(order: Order, status: OrderStatus, prevention?: { readonly counter: Order; readonly lots: number }): void;
  /** Sets off what waits in this market for a price that was reached; true when something was. */
  trigger(market: Market): boolean;
}

export class Matching {
  readonly #core: Core;
  readonly #desk: Desk;

  constructor(core: Core, desk: Desk) {
    this.#core = core;
    this.#desk = desk;
  }

  /**
   * Takes from the book for a client, at its limit or better; `lots` defaults to what is left of the order, `want` bounds
   * what is taken at a price. Gives an order of the own account that ended it.
   */
  execute(taker: Order, lots = remaining(taker), want?: (ticks: number, left: number) => number): Order | undefined {
    const market = this.#core.market(taker.symbol);
    const side = opposite(sideOf(taker.side));
    const limit = taker.priceTicks > 0 ? taker.priceTicks : undefined;
    let stoppedBy: Order | undefined;
    const offer: Offer = (maker, offered) => {
      const own = maker.accountId === taker.accountId ? taker.selfTradeMode : 'NONE';
      if (own === 'NONE') return 'trade';
      if (own !== 'EXPIRE_TAKER') this.#prevent(maker, taker, offered);
      if (own === 'EXPIRE_MAKER') return 'again';
      stoppedBy = maker;
      return 'stop';
    };
    const meet = (maker: Order | undefined, ticks: number, met: number) =>
      this.#trade(market, ticks, met, taker.side === 'SELL', maker, taker);
    market.book.take(side, lots, limit, offer, meet, want);
    return stoppedBy;
  }

  /** Trades what is left of an order with the crowd, at a price that the book need not have. */
  force(taker: Order, ticks: number): void {
    const market = this.#core.market(taker.symbol);
    this.#trade(market, ticks, remaining(taker), taker.side === 'SELL', undefined, taker);
  }

  /** See `ExchangeModel.marketTrade`. */
  crowdTrade(market: Market, ticks: number, lots: number, buyerIsMaker: boolean): void {
    const side = buyerIsMaker ? 'bid' : 'ask';
    let left = lots;
    while (left > 0) {
      const better = this.#firstBetter(market, side, ticks);
      if (better === undefined) break;
      const met = Math.min(left, remaining(better));
      this.#fillResting(market, better, met, buyerIsMaker);
      left -= met;
    }
    const meet = (maker: Order | undefined, at: number, met: number) =>
      this.#trade(market, at, met, buyerIsMaker, maker, undefined);
    left -= market.book.takeAt(side, ticks, left, () => 'trade', meet);
    if (left > 0) this.#trade(market, ticks, left, buyerIsMaker, undefined, undefined);
  }

  /** See `ExchangeModel.marketLevels`. */
  crowdLevels(market: Market, levels: readonly CrowdLevel[]): void {
    for (const { side, priceTicks, lots } of levels) {
      let left = lots;
      while (left > 0) {
        const crossed = this.#firstBetter(market, opposite(side), priceTicks, true);
        if (crossed === undefined) break;
        const met = Math.min(left, remaining(crossed));
        this.#fillResting(market, crossed, met, side === 'ask');
        left -= met;
      }
      market.book.setCrowd(side, priceTicks, left);
    }
  }

  /** Conditional orders set one another off through the trades they cause, until none is reached any more. */
  runTriggers(): void {
    for (let again = true; again; ) {
      again = false;
      for (const market of this.#core.markets.values()) {
        if (!market.moved) continue;
        again = this.#desk.trigger(market) || again;
      }
    }
  }

  /** The client's order at a better price than `ticks` (or as good) that is first in line; the crowd in front does not count. */
  #firstBetter(market: Market, side: 'bid' | 'ask', ticks: number, orEqual = false): Order | undefined {
    for (const order of market.book.resting(side, ticks)) {
      const gain = side === 'bid' ? order.priceTicks - ticks : ticks - order.priceTicks;
      return gain > 0 || (orEqual && gain === 0) ? order : undefined;
    }
    return undefined;
  }

  #fillResting(market: Market, maker: Order, lots: number, buyerIsMaker: boolean): void {
    this.#trade(market, maker.priceTicks, lots, buyerIsMaker, maker, undefined);
    if (!maker.resting) return;
    if (remaining(maker) <= 0) market.book.remove(maker);
    else market.book.refresh(maker);
  }

  #prevent(maker: Order, taker: Order, lots: number): void {
    this.#desk.end(maker, 'EXPIRED_IN_MATCH', { counter: taker, lots });
  }

  #trade(
    market: Market,
    ticks: number,
    lots: number,
    buyerIsMaker: boolean,
    maker: Order | undefined,
    taker: Order | undefined,
  ): void {
    const quoteE8 = notionalE8(market.instrument, ticks, lots);
    const tradeId = this.#core.printed(market, ticks, lots, buyerIsMaker);
    if (maker === undefined && taker === undefined) return;
    for (const order of [maker, taker]) {
      if (order === undefined) continue;
      order.filledLots += lots;
      order.filledE8 += quoteE8;
      order.updateMs = this.#core.nowMs;
      order.status = remaining(order) > 0 ? 'PARTIALLY_FILLED' : 'FILLED';
    }
    this.#desk.settle({ tradeId, market, ticks, lots, quoteE8, buyerIsMaker, maker, taker });
  }
}
