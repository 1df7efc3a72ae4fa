/**
 * USD-M orders from their acceptance to their end, the positions they make, and what happens when an account's margin
 * does not carry its positions any more.
 */
import { remaining } from './book.ts';
import { isReachedNow, reached, settled } from './conditions.ts';
import type { Account, Core, Market } from './core.ts';
import { mulE8 } from './decimal.ts';
import { ApiError } from './errors.ts';
import { notionalE8, quantityE8 } from './instrument.ts';
import { Liquidation } from './liquidation.ts';
import { availableTo, type Desk, type Fill, Matching } from './matching.ts';
import { newOrder } from './order.ts';
import { applyTrade, capOf, exposure, type Pending, positionOf, signOf, wallet, withdrawableE8 } from './positions.ts';
import { type AlgoOrder, addTo, type Income, isOpen, type Order, type OrderStatus, remember } from './state.ts';
import { UsdmAlgos } from './usdm-algos.ts';
import { accountUpdate, EXPIRY, type Expiry, type OrderEvent, orderTradeUpdate, tradeLite } from './usdm-shapes.ts';
import { checkNotional, checkPrice, checkQuantity, type UsdmTicket, type WorkTerms } from './usdm-ticket.ts';

export class UsdmDesk implements Desk {
  readonly #core: Core;
  readonly matching: Matching;
  readonly algos: UsdmAlgos;
  readonly #liquidation: Liquidation;

  constructor(core: Core) {
    this.#core = core;
    this.matching = new Matching(core, this);
    this.algos = new UsdmAlgos(core, this);
    this.#liquidation = new Liquidation(core, this);
  }

  /** Refuses what cannot be, before anything changes: also what order/test asks. */
  check(account: Account, ticket: UsdmTicket): void {
    const { market, type, clientOrderId } = ticket;
    const { symbol } = market.instrument;
    const named = clientOrderId && this.#core.orderByName(account.state.id, symbol, clientOrderId);
    if (named && isOpen(named.status)) throw new ApiError(-4116, 'ClientOrderId is duplicated.');
    const open = this.#core.openOrders(account.state.id, symbol);
    if (ticket.stopTicks > 0) {
      const waiting = open.filter((order) => order.waiting).length + this.algos.open(account.state.id, symbol).length;
      if (waiting >= market.instrument.maxAlgoOrders) throw new ApiError(-4045, 'Reach max stop order limit.');
      if (isReachedNow(this.#core, market, { ...ticket, origType: type })) {
        throw new ApiError(-2021, 'Order would immediately trigger.');
      }
      return;
    }
    if (open.length >= market.instrument.maxOpenOrders) throw new ApiError(-2025, 'Reach max open order limit.');
    this.checkWork(account, ticket);
  }

  /** What is asked when an order goes to work: at once, or when its condition is reached. */
  checkWork(account: Account, ticket: WorkTerms): void {
    const { market, side, timeInForce, priceTicks, lots } = ticket;
    const position = positionOf(account.state, market.instrument.symbol);
    const isReducing = position.lots * signOf(side) < 0;
    if ((ticket.reduceOnly || ticket.closePosition) && !isReducing) {
      throw new ApiError(-2022, 'ReduceOnly Order is rejected.');
    }
    if (timeInForce === 'GTX' && market.book.wouldTake(side, priceTicks)) throw notMaker();
    if (timeInForce === 'FOK' && priceTicks > 0) {
      const most = ticket.reduceOnly ? Math.abs(position.lots) : lots;
      if (most < lots || availableTo(market, account.state.id, ticket) < lots) {
        throw notExecuted(-5021, 'could not be filled immediately, the FOK order has been rejected');
      }
    }
    if (ticket.reduceOnly || ticket.closePosition) return;
    const notional = priceTicks > 0 ? notionalE8(market.instrument, priceTicks, lots) : this.#marketNotional(ticket);
    this.checkMargin(account, market, { symbol: market.instrument.symbol, side, notionalE8: notional });
  }

  /** What the order adds must be covered, with its fee; one that adds nothing passes always. */
  checkMargin(account: Account, market: Market, pending: Pending): void {
    const { quote } = market.instrument;
    const before = wallet(this.#core, account, quote).availableE8;
    const feeE8 = pending.notionalE8 > 0n ? mulE8(pending.notionalE8, account.takerE8) : 0n;
    const after = wallet(this.#core, account, quote, pending).availableE8 - feeE8;
    if (after < 0n && after + feeE8 < before) throw new ApiError(-2019, 'Margin is insufficient.');
    const { notionalE8: held, bidsE8, asksE8, position } = exposure(this.#core, account.state, market, pending);
    const most = held + bidsE8 > asksE8 - held ? held + bidsE8 : asksE8 - held;
    if (after + feeE8 < before && most > capOf(position.leverage)) {
      throw new ApiError(-2027, 'Exceeded the maximum allowable position at current leverage.');
    }
  }

  /** Accepts and carries out an order; `accepted` sees it before it trades. */
  place(account: Account, ticket: UsdmTicket, algo?: AlgoOrder, accepted: (order: Order) => void = () => {}): Order {
    this.check(account, ticket);
    const order = this.make(account, ticket, algo?.id ?? 0);
    this.#core.addOrder(order);
    this.report(order, { kind: 'NEW' });
    accepted(order);
    if (!order.waiting) this.work(order);
    return order;
  }

  cancel(order: Order): void {
    this.#close(order, 'CANCELED');
    this.report(order, { kind: 'CANCELED' });
    this.algos.orderOver(order);
  }

  /** Changes price and quantity; the order goes to the end of the line. */
  modify(account: Account, order: Order, lots: number, priceTicks: number): void {
    const { instrument } = this.#core.market(order.symbol);
    const market = this.#core.market(order.symbol);
    if (order.lots === lots && order.priceTicks === priceTicks)
      throw new ApiError(-5027, 'No need to modify the order.');
    checkQuantity(market, 'LIMIT', quantityE8(instrument, lots));
    checkPrice(this.#core, market, order.side, BigInt(priceTicks) * instrument.tickE8);
    if (order.timeInForce === 'GTX' && market.book.wouldTake(order.side, priceTicks)) throw notMaker();
    if (!order.reduceOnly) {
      checkNotional(this.#core, { market, priceTicks, stopTicks: 0, lots });
      const left = notionalE8(instrument, priceTicks, Math.max(0, lots - order.filledLots));
      const gone = notionalE8(instrument, order.priceTicks, remaining(order));
      this.checkMargin(account, market, { symbol: order.symbol, side: order.side, notionalE8: left - gone });
    }
    if (lots <= order.filledLots) {
      this.cancel(order);
      return;
    }
    market.book.remove(order);
    order.lots = lots;
    order.priceTicks = priceTicks;
    order.updateMs = this.#core.nowMs;
    this.report(order, { kind: 'AMENDMENT' });
    this.work(order);
  }

  settle(fill: Fill): void {
    for (const side of ['BUY', 'SELL'] as const) {
      const order = (side === 'BUY') === fill.buyerIsMaker ? fill.maker : fill.taker;
      if (order === undefined) this.settleCrowd(fill.market, signOf(side) * fill.lots, fill.quoteE8);
      else this.#settleOrder(fill, order);
    }
  }

  /** The crowd takes over lots (signed) for an amount of quote. */
  settleCrowd({ instrument }: Market, lots: number, amountE8: bigint): void {
    addTo(this.#core.state.crowd, instrument.base, quantityE8(instrument, lots));
    addTo(this.#core.state.crowd, instrument.quote, lots > 0 ? -amountE8 : amountE8);
  }

  end(
    order: Order,
    status: OrderStatus,
    prevention?: { readonly lots: number },
    expiry: Expiry = order.timeInForce === 'IOC' ? EXPIRY.immediateSelfTrade : EXPIRY.selfTrade,
  ): void {
    if (prevention !== undefined) order.preventedLots += prevention.lots;
    this.#close(order, status);
    this.report(order, { kind: 'EXPIRED', expiry });
    this.algos.orderOver(order);
  }

  trigger(market: Market): boolean {
    const due = reached(this.#core, market, this.#core.waiting(market));
    const algos = this.algos.reached(market);
    settled(market);
    for (const order of due) if (order.waiting) this.#setOff(order);
    for (const algo of algos) this.algos.setOff(algo);
    return this.#liquidation.run(market) || due.length > 0 || algos.length > 0;
  }

  transfer(account: Account, asset: string, amountE8: bigint): void {
    if (amountE8 < 0n && withdrawableE8(wallet(this.#core, account, asset)) + amountE8 < 0n) {
      throw new RangeError(`account '${account.state.id}' has not that much ${asset}`);
    }
    this.#core.balance(account.state, asset).freeE8 += amountE8;
    addTo(this.#core.state.deposits, asset, amountE8);
    this.income(account, { symbol: '', type: 'TRANSFER', amountE8, asset });
    const reason = amountE8 < 0n ? 'WITHDRAW' : 'DEPOSIT';
    this.#core.tell(account.state.id, accountUpdate(this.#core, account, reason, asset, [], amountE8));
  }

  /** Longs pay shorts, at the mark price; the crowd has the other side of all of it. */
  funding(market: Market, rateE8: bigint): void {
    const { symbol, quote } = market.instrument;
    for (const account of this.#core.accounts.values()) {
      if (positionOf(account.state, symbol).lots === 0) continue;
      const { position, notionalE8: held } = exposure(this.#core, account.state, market);
      const amountE8 = -mulE8(held, rateE8);
      if (position.isolated) position.isolatedE8 += amountE8;
      else this.#core.balance(account.state, quote).freeE8 += amountE8;
      addTo(this.#core.state.crowd, quote, -amountE8);
      this.income(account, { symbol, type: 'FUNDING_FEE', amountE8, asset: quote });
      const changed = position.isolated ? [market] : [];
      this.#core.tell(account.state.id, accountUpdate(this.#core, account, 'FUNDING_FEE', quote, changed, amountE8));
    }
    market.moved = true;
  }

  income(account: Account, entry: Omit<Income, 'atMs' | 'transferId' | 'tradeId'>, tradeId = ''): void {
    const transferId = this.#core.state.nextTransferId++;
    account.state.income = remember(account.state.income, { ...entry, atMs: this.#core.nowMs, tradeId, transferId });
    account.state.updateMs = this.#core.nowMs;
  }

  /** Trades, rests or ends, by its type. */
  work(order: Order): void {
    const market = this.#core.market(order.symbol);
    order.workingMs = this.#core.nowMs;
    const open = Math.abs(positionOf(this.#core.account(order.accountId).state, order.symbol).lots);
    const isBounded = order.reduceOnly || order.closePosition;
    const lots = isBounded ? Math.min(open, remaining(order)) : remaining(order);
    const beyond = remaining(order) - lots;
    const stoppedBy = this.matching.execute(order, lots);
    if (!isOpen(order.status)) return;
    if (stoppedBy !== undefined) this.end(order, 'EXPIRED_IN_MATCH', { lots: remaining(order) });
    else if (order.priceTicks === 0 || (order.timeInForce !== 'GTC' && order.timeInForce !== 'GTX')) {
      this.end(order, 'EXPIRED', undefined, expiryOf(order, beyond));
    } else {
      order.priority = this.#core.state.nextPriority++;
      market.book.add(order);
      this.#trim(order.accountId, market);
    }
  }

  /** The order of a ticket; one that closes the position is as large as that is when it goes to work. */
  make(account: Account, ticket: UsdmTicket, algoId: number): Order {
    const isAtWork = ticket.stopTicks === 0;
    const held = Math.abs(positionOf(account.state, ticket.market.instrument.symbol).lots);
    const lots = ticket.closePosition && isAtWork ? held : ticket.lots;
    return newOrder(this.#core, account, { ...ticket, lots }, algoId);
  }

  report(order: Order, event: OrderEvent): void {
    const account = this.#core.account(order.accountId);
    this.#core.tell(
      order.accountId,
      orderTradeUpdate(this.#core, account, this.#core.market(order.symbol), order, event),
    );
  }

  /** The conditional order expires as such, and comes again as what it places, under the same id. */
  #setOff(order: Order): void {
    const account = this.#core.account(order.accountId);
    const market = this.#core.market(order.symbol);
    order.updateMs = this.#core.nowMs;
    order.status = 'EXPIRED';
    this.report(order, { kind: 'EXPIRED', expiry: EXPIRY.triggered });
    order.type = order.priceTicks > 0 ? 'LIMIT' : 'MARKET';
    if (order.closePosition) order.lots = Math.abs(positionOf(account.state, order.symbol).lots);
    // Its margin is asked for while it still waits: as an order at work it would count twice.
    try {
      this.checkWork(account, { ...order, market });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#core.closed(order);
      return;
    } finally {
      order.waiting = false;
    }
    order.status = 'NEW';
    this.report(order, { kind: 'NEW' });
    this.work(order);
  }

  #settleOrder(fill: Fill, order: Order): void {
    const { market, lots, ticks, quoteE8 } = fill;
    const { instrument } = market;
    const account = this.#core.account(order.accountId);
    const isMaker = fill.maker === order;
    const feeE8 = mulE8(quoteE8, isMaker ? account.makerE8 : account.takerE8);
    const balance = this.#core.balance(account.state, instrument.quote);
    const realizedE8 = applyTrade(
      account.state,
      instrument,
      { side: order.side, ticks, lots, quoteE8, feeE8 },
      balance,
    );
    addTo(this.#core.state.fees, instrument.quote, feeE8);
    positionOf(account.state, order.symbol).updateMs = this.#core.nowMs;
    account.state.trades = remember(account.state.trades, {
      id: fill.tradeId,
      orderId: order.id,
      symbol: instrument.symbol,
      priceTicks: ticks,
      lots,
      quoteE8,
      feeE8,
      feeAsset: instrument.quote,
      atMs: this.#core.nowMs,
      isBuyer: order.side === 'BUY',
      isMaker,
      realizedE8,
    });
    const of = { symbol: instrument.symbol, asset: instrument.quote };
    if (feeE8 !== 0n) this.income(account, { ...of, type: 'COMMISSION', amountE8: -feeE8 }, `${fill.tradeId}`);
    if (realizedE8 !== 0n)
      this.income(account, { ...of, type: 'REALIZED_PNL', amountE8: realizedE8 }, `${fill.tradeId}`);
    if (order.status === 'FILLED') this.#close(order, 'FILLED');
    this.#core.tell(order.accountId, tradeLite(this.#core, market, order, fill));
    this.#core.tell(order.accountId, accountUpdate(this.#core, account, 'ORDER', instrument.quote, [market]));
    this.report(order, { kind: 'TRADE', fill, feeE8, realizedE8 });
    if (order.status === 'FILLED') this.algos.orderOver(order);
    this.#trim(order.accountId, market);
  }

  /** Resting reduce-only orders are never larger than the position, and go with it. */
  #trim(accountId: string, market: Market): void {
    const { lots } = positionOf(this.#core.account(accountId).state, market.instrument.symbol);
    for (const order of this.#core.openOrders(accountId, market.instrument.symbol)) {
      if (!order.resting || !(order.reduceOnly || order.closePosition)) continue;
      const most = lots * signOf(order.side) < 0 ? Math.abs(lots) : 0;
      if (remaining(order) <= most) continue;
      if (most === 0) {
        this.end(order, 'EXPIRED', undefined, EXPIRY.reduceOnly);
        continue;
      }
      order.lots = order.filledLots + order.preventedLots + most;
      order.updateMs = this.#core.nowMs;
      market.book.refresh(order);
      this.report(order, { kind: 'AMENDMENT' });
    }
  }

  #close(order: Order, status: OrderStatus): void {
    if (order.resting && status !== 'FILLED') this.#core.market(order.symbol).book.remove(order);
    order.status = status;
    order.waiting = false;
    order.updateMs = this.#core.nowMs;
    this.#core.closed(order);
  }

  /** Of a market order: what the book asks for it, and the mark price for what is beyond the book. */
  #marketNotional({ market, side, lots }: WorkTerms): bigint {
    let left = lots;
    let sum = 0n;
    market.book.walk(side === 'BUY' ? 'ask' : 'bid', (ticks, offered) => {
      const met = Math.min(left, offered);
      sum += notionalE8(market.instrument, ticks, met);
      left -= met;
      return left > 0;
    });
    return sum + mulE8(this.#core.markE8(market), quantityE8(market.instrument, left));
  }
}

/** Of one that does not rest; `beyond` are its lots that would have turned the position round. */
function expiryOf(order: Order, beyond: number): Expiry {
  if (beyond > 0 && remaining(order) === beyond) return EXPIRY.reduceOnly;
  return order.priceTicks === 0 ? EXPIRY.market : EXPIRY.immediate;
}

const notMaker = () => notExecuted(-5022, 'could not be executed as maker, the Post Only order will be rejected');

function notExecuted(code: number, why: string): ApiError {
  return new ApiError(code, `Due to the order ${why}. The order will not be recorded in the order history`);
}
