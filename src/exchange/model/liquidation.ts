/**
 * Closes what an account's margin does not carry any more: at the book first, the rest with the crowd at the mark price.
 * What is lost beyond the margin the crowd pays, as an insurance fund does, so that nobody owes.
 */
import type { Account, Core, Market } from './core.ts';
import type { Matching } from './matching.ts';
import { type Exposure, positionOf, wallet } from './positions.ts';
import { addTo, type Income, isOpen, type Order, type OrderStatus } from './state.ts';
import { accountUpdate, EXPIRY, type Expiry, type OrderEvent } from './usdm-shapes.ts';
import type { UsdmTicket } from './usdm-ticket.ts';

/** What it needs of the desk. */
export interface LiquidationDesk {
  readonly matching: Matching;
  make(account: Account, ticket: UsdmTicket, algoId: number): Order;
  report(order: Order, event: OrderEvent): void;
  end(order: Order, status: OrderStatus, prevention: undefined, expiry: Expiry): void;
  income(account: Account, entry: Omit<Income, 'atMs' | 'transferId' | 'tradeId'>, tradeId?: string): void;
}

export class Liquidation {
  readonly #core: Core;
  readonly #desk: LiquidationDesk;

  constructor(core: Core, desk: LiquidationDesk) {
    this.#core = core;
    this.#desk = desk;
  }

  /** After a price of this market has moved. True when something was closed. */
  run(market: Market): boolean {
    let closed = false;
    for (const account of this.#core.accounts.values()) {
      const { symbol, quote } = market.instrument;
      if (positionOf(account.state, symbol).lots !== 0) closed = this.#check(account, quote) || closed;
      const owes = this.#core.balance(account.state, quote).freeE8 < 0n;
      if (owes && [...account.state.positions.values()].every(({ lots }) => lots === 0))
        this.#insure(account, market, 0n);
    }
    return closed;
  }

  #check(account: Account, asset: string): boolean {
    const { exposures, crossE8, crossUnrealizedE8, crossMaintenanceE8 } = wallet(this.#core, account, asset);
    const held = exposures.filter(({ position }) => position.lots !== 0);
    const cross = held.filter(({ position }) => !position.isolated);
    const isCrossOver = cross.length > 0 && crossE8 + crossUnrealizedE8 < crossMaintenanceE8;
    const over = held.filter(({ position, unrealizedE8, maintenanceE8 }) =>
      position.isolated ? position.isolatedE8 + unrealizedE8 < maintenanceE8 : isCrossOver,
    );
    for (const one of over.filter(({ position }) => position.isolated)) {
      const floorE8 = this.#core.balance(account.state, asset).freeE8;
      this.#close(account, one);
      this.#insure(account, one.market, floorE8 > 0n ? floorE8 : 0n);
    }
    for (const one of over.filter(({ position }) => !position.isolated)) this.#close(account, one);
    if (isCrossOver) this.#insure(account, cross[0]!.market, 0n);
    return over.length > 0;
  }

  #close(account: Account, { market, position }: Exposure): void {
    const { symbol } = market.instrument;
    for (const order of this.#core.openOrders(account.state.id, symbol)) {
      if (isOpen(order.status)) this.#desk.end(order, 'EXPIRED', undefined, EXPIRY.liquidation);
    }
    const ticket: UsdmTicket = {
      market,
      side: position.lots > 0 ? 'SELL' : 'BUY',
      type: 'MARKET',
      timeInForce: 'IOC',
      lots: Math.abs(position.lots),
      priceTicks: 0,
      stopTicks: 0,
      clientOrderId: `autoclose-${this.#core.nowMs}${this.#core.state.nextOrderId}`,
      workingType: 'MARK_PRICE',
      reduceOnly: true,
      closePosition: false,
      priceProtect: false,
      selfTradeMode: 'EXPIRE_MAKER',
      wantsResult: false,
    };
    const order = this.#desk.make(account, ticket, 0);
    this.#core.addOrder(order);
    this.#desk.report(order, { kind: 'NEW' });
    this.#desk.matching.execute(order);
    const rest = Math.abs(positionOf(account.state, symbol).lots);
    if (!isOpen(order.status) || rest === 0) return;
    const ticks = Number(this.#core.markE8(market) / market.instrument.tickE8);
    this.#desk.matching.force(order, Math.max(1, ticks));
  }

  /** Pays what the wallet has less than this. */
  #insure(account: Account, market: Market, floorE8: bigint): void {
    const asset = market.instrument.quote;
    const balance = this.#core.balance(account.state, asset);
    const amountE8 = floorE8 - balance.freeE8;
    if (amountE8 <= 0n) return;
    balance.freeE8 += amountE8;
    addTo(this.#core.state.crowd, asset, -amountE8);
    this.#desk.income(account, { symbol: market.instrument.symbol, type: 'INSURANCE_CLEAR', amountE8, asset });
    this.#core.tell(account.state.id, accountUpdate(this.#core, account, 'INSURANCE_CLEAR', asset, [market], amountE8));
  }
}
