/**
 * Spot orders from their acceptance to their end, and what they do to balances: what an order may spend is locked while
 * it works, and every trade moves it between accounts, the crowd and the fees, exactly.
 */
import { remaining } from './book.ts';
import { isReachedNow, reached, settled } from './conditions.ts';
import type { Account, Core, Market } from './core.ts';
import { E8, mulE8 } from './decimal.ts';
import { FIXED, filterFailure, rejected } from './errors.ts';
import { type Instrument, notionalE8, priceE8, quantityE8 } from './instrument.ts';
import { availableTo, type Desk, type Fill, Matching } from './matching.ts';
import { newOrder } from './order.ts';
import { accountPosition, balanceUpdate, type Execution, executionReport } from './spot-shapes.ts';
import { checkCounts, type SpotTicket } from './spot-ticket.ts';
import { type AccountTrade, addTo, isOpen, type Order, type OrderStatus, remember } from './state.ts';

export class SpotDesk implements Desk {
  readonly #core: Core;
  readonly matching: Matching;
  /** Trades of the order that is being placed, for its FULL reply. */
  #trades: AccountTrade[] = [];

  constructor(core: Core) {
    this.#core = core;
    this.matching = new Matching(core, this);
  }

  /** Refuses what cannot be, before anything changes: also what order/test asks. */
  check(account: Account, ticket: SpotTicket): void {
    checkCounts(this.#core, account, ticket);
    const { market, side, clientOrderId, type } = ticket;
    const { symbol } = market.instrument;
    const named = clientOrderId && this.#core.orderByName(account.state.id, symbol, clientOrderId);
    if (named && isOpen(named.status)) throw FIXED.duplicateOrder();
    if (ticket.stopTicks > 0) {
      const condition = { origType: type, side, stopTicks: ticket.stopTicks, workingType: 'CONTRACT_PRICE' as const };
      if (isReachedNow(this.#core, market, condition)) throw FIXED.immediateTrigger();
    }
    if (type === 'LIMIT_MAKER' && market.book.wouldTake(side, ticket.priceTicks)) throw FIXED.immediateMatch();
    if (ticket.quoteE8 > 0n && market.book.bestTicks(side === 'BUY' ? 'ask' : 'bid') === undefined) {
      throw rejected('Order book liquidity is less than symbol minimum quantity.');
    }
  }

  /** Accepts and carries out an order. Gives it with the trades it made at once. */
  place(account: Account, asked: SpotTicket): { readonly order: Order; readonly trades: readonly AccountTrade[] } {
    this.check(account, asked);
    const ticket = asked.quoteE8 > 0n ? { ...asked, lots: lotsFor(asked) } : asked;
    const lockE8 = this.#lockFor(ticket);
    const asset = spentAsset(ticket.market.instrument, ticket.side);
    if (this.#core.balance(account.state, asset).freeE8 < lockE8) throw FIXED.insufficientBalance();
    const order = newOrder(this.#core, account, ticket);
    this.#core.addOrder(order);
    this.#lock(account, order, lockE8);
    this.#trades = [];
    this.#report(order, { kind: 'NEW' });
    this.#tellBalances(order);
    if (!order.waiting) this.#work(order);
    return { order, trades: this.#trades };
  }

  /** `name` is the client's for the cancel itself. */
  cancel(order: Order, name: string): void {
    this.#close(order, 'CANCELED');
    this.#report(order, { kind: 'CANCELED', name });
    this.#tellBalances(order);
  }

  settle(fill: Fill): void {
    const { instrument } = fill.market;
    for (const side of ['BUY', 'SELL'] as const) {
      const order = (side === 'BUY') === fill.buyerIsMaker ? fill.maker : fill.taker;
      if (order === undefined) this.#settleCrowd(fill, side);
      else this.#settleOrder(fill, order, instrument);
    }
  }

  end(order: Order, status: OrderStatus, prevention?: { readonly counter: Order; readonly lots: number }): void {
    if (prevention !== undefined) order.preventedLots += prevention.lots;
    this.#close(order, status);
    if (prevention === undefined) this.#report(order, { kind: 'EXPIRED' });
    else {
      const counter = { order: prevention.counter, lots: prevention.lots };
      this.#report(order, { kind: 'TRADE_PREVENTION', counter });
    }
    this.#tellBalances(order);
  }

  trigger(market: Market): boolean {
    const due = reached(this.#core, market, this.#core.waiting(market));
    settled(market);
    for (const order of due) if (order.waiting) this.#setOff(order);
    return due.length > 0;
  }

  transfer(account: Account, asset: string, amountE8: bigint): void {
    const balance = this.#core.balance(account.state, asset);
    if (balance.freeE8 + amountE8 < 0n)
      throw new RangeError(`account '${account.state.id}' has not that much ${asset}`);
    balance.freeE8 += amountE8;
    addTo(this.#core.state.deposits, asset, amountE8);
    account.state.updateMs = this.#core.nowMs;
    this.#core.tell(account.state.id, balanceUpdate(this.#core, asset, amountE8));
    this.#core.tell(account.state.id, accountPosition(this.#core, account, [asset]));
  }

  /** Trades, rests or ends, by its type. */
  #work(order: Order): void {
    const market = this.#core.market(order.symbol);
    order.workingMs = this.#core.nowMs;
    if (order.timeInForce === 'FOK' && order.priceTicks > 0) {
      if (availableTo(market, order.accountId, order) < order.lots) {
        this.end(order, 'EXPIRED');
        return;
      }
    }
    // Who buys at the market has what was locked for it, and no more.
    const lotValue = (ticks: number) => priceE8(market.instrument, ticks) * market.instrument.lotE8;
    const budget = (ticks: number, left: number) => atMost((order.lockedE8 * E8) / lotValue(ticks), left);
    const isBounded = order.side === 'BUY' && order.priceTicks === 0;
    const stoppedBy = this.matching.execute(order, remaining(order), isBounded ? budget : undefined);
    if (!isOpen(order.status)) return;
    if (stoppedBy !== undefined) this.end(order, 'EXPIRED_IN_MATCH', { counter: stoppedBy, lots: remaining(order) });
    else if (order.priceTicks === 0 || order.timeInForce !== 'GTC') this.end(order, 'EXPIRED');
    else {
      order.priority = this.#core.state.nextPriority++;
      market.book.add(order);
    }
  }

  #setOff(order: Order): void {
    order.waiting = false;
    order.updateMs = this.#core.nowMs;
    if (order.priceTicks === 0 && order.side === 'BUY') {
      const account = this.#core.account(order.accountId);
      this.#unlock(order);
      const market = this.#core.market(order.symbol);
      const { freeE8 } = this.#core.balance(account.state, market.instrument.quote);
      const costE8 = costOf(market, order.lots);
      this.#lock(account, order, costE8 < freeE8 ? costE8 : freeE8);
    }
    order.workingMs = this.#core.nowMs;
    this.#report(order, { kind: 'NEW' });
    this.#work(order);
  }

  /** What an order takes out of the free balance when it is placed. */
  #lockFor(ticket: SpotTicket): bigint {
    const { market, side, lots, priceTicks, stopTicks } = ticket;
    if (side === 'SELL') return quantityE8(market.instrument, lots);
    const ticks = priceTicks > 0 ? priceTicks : stopTicks;
    return ticks > 0 ? atLeast(market.instrument, ticks, lots) : costOf(market, lots);
  }

  #settleOrder(fill: Fill, order: Order, instrument: Instrument): void {
    const account = this.#core.account(order.accountId);
    const isBuy = order.side === 'BUY';
    const baseE8 = quantityE8(instrument, fill.lots);
    const paidE8 = isBuy ? fill.quoteE8 : baseE8;
    const gotE8 = isBuy ? baseE8 : fill.quoteE8;
    const feeAsset = isBuy ? instrument.base : instrument.quote;
    const feeE8 = mulE8(gotE8, fill.maker === order ? account.makerE8 : account.takerE8);
    const spent = this.#core.balance(account.state, spentAsset(instrument, order.side));
    spent.lockedE8 -= paidE8;
    order.lockedE8 -= paidE8;
    this.#core.balance(account.state, feeAsset).freeE8 += gotE8 - feeE8;
    addTo(this.#core.state.fees, feeAsset, feeE8);
    const keepE8 =
      isBuy && order.priceTicks > 0 ? atLeast(instrument, order.priceTicks, remaining(order)) : order.lockedE8;
    this.#release(account, order, order.lockedE8 - keepE8);
    account.state.updateMs = this.#core.nowMs;
    const trade: AccountTrade = {
      id: fill.tradeId,
      orderId: order.id,
      symbol: instrument.symbol,
      priceTicks: fill.ticks,
      lots: fill.lots,
      quoteE8: fill.quoteE8,
      feeE8,
      feeAsset,
      atMs: this.#core.nowMs,
      isBuyer: isBuy,
      isMaker: fill.maker === order,
      realizedE8: 0n,
    };
    account.state.trades = remember(account.state.trades, trade);
    if (fill.taker === order) this.#trades.push(trade);
    if (order.status === 'FILLED') this.#close(order, 'FILLED');
    this.#report(order, { kind: 'TRADE', fill, feeE8 });
    this.#tellBalances(order);
  }

  #settleCrowd(fill: Fill, side: 'BUY' | 'SELL'): void {
    const { instrument } = fill.market;
    const sign = side === 'BUY' ? 1n : -1n;
    addTo(this.#core.state.crowd, instrument.base, sign * quantityE8(instrument, fill.lots));
    addTo(this.#core.state.crowd, instrument.quote, -sign * fill.quoteE8);
  }

  #lock(account: Account, order: Order, amountE8: bigint): void {
    const balance = this.#core.balance(account.state, spentAsset(this.#instrument(order), order.side));
    balance.freeE8 -= amountE8;
    balance.lockedE8 += amountE8;
    order.lockedE8 += amountE8;
    account.state.updateMs = this.#core.nowMs;
  }

  #release(account: Account, order: Order, amountE8: bigint): void {
    if (amountE8 !== 0n) this.#lock(account, order, -amountE8);
  }

  #unlock(order: Order): void {
    this.#release(this.#core.account(order.accountId), order, order.lockedE8);
  }

  #close(order: Order, status: OrderStatus): void {
    if (order.resting && status !== 'FILLED') this.#core.market(order.symbol).book.remove(order);
    order.status = status;
    order.waiting = false;
    order.updateMs = this.#core.nowMs;
    this.#unlock(order);
    this.#core.closed(order);
  }

  #report(order: Order, execution: Execution): void {
    const market = this.#core.market(order.symbol);
    this.#core.tell(order.accountId, executionReport(this.#core, market, order, execution));
  }

  #tellBalances(order: Order): void {
    const { base, quote } = this.#instrument(order);
    this.#core.tell(order.accountId, accountPosition(this.#core, this.#core.account(order.accountId), [base, quote]));
  }

  #instrument(order: Order): Instrument {
    return this.#core.market(order.symbol).instrument;
  }
}

const spentAsset = (instrument: Instrument, side: 'BUY' | 'SELL') =>
  side === 'BUY' ? instrument.quote : instrument.base;
const atMost = (lots: bigint, most: number) => (lots < BigInt(most) ? Number(lots) : most);

/** What is to be kept for lots at a limit: never less than any trades at it will take. */
function atLeast(instrument: Instrument, ticks: number, lots: number): bigint {
  const exact = priceE8(instrument, ticks) * quantityE8(instrument, lots);
  return (exact + E8 - 1n) / E8;
}

/** What a market order would pay for what the book offers. */
function costOf(market: Market, lots: number): bigint {
  let left = lots;
  let costE8 = 0n;
  market.book.walk('ask', (ticks, offered) => {
    const met = Math.min(left, offered);
    costE8 += atLeast(market.instrument, ticks, met);
    left -= met;
    return left > 0;
  });
  return costE8;
}

/** Lots that a market order by quote buys or sells at present; refuses what is no lot at all. */
function lotsFor({ market, side, quoteE8 }: SpotTicket): number {
  const { instrument } = market;
  let leftE8 = quoteE8;
  let lots = 0;
  market.book.walk(side === 'BUY' ? 'ask' : 'bid', (ticks, offered) => {
    const met = atMost((leftE8 * E8) / (priceE8(instrument, ticks) * instrument.lotE8), offered);
    leftE8 -= notionalE8(instrument, ticks, met);
    lots += met;
    return met === offered;
  });
  const quantity = quantityE8(instrument, lots);
  if (quantity < instrument.minQuantityE8) throw filterFailure('LOT_SIZE');
  if (quantity > instrument.maxMarketQuantityE8) throw filterFailure('MARKET_LOT_SIZE');
  return lots;
}
