/** A USD-M order as it begins: what the ticket says, under a new id. */
import type { Account, Core } from './core.ts';
import { positionOf } from './positions.ts';
import type { Order } from './state.ts';
import type { UsdmTicket } from './usdm-ticket.ts';

export function newOrder(core: Core, account: Account, ticket: UsdmTicket, algoId: number): Order {
  const { market } = ticket;
  const waiting = ticket.stopTicks > 0;
  const { symbol } = market.instrument;
  const lots = ticket.closePosition && !waiting ? Math.abs(positionOf(account.state, symbol).lots) : ticket.lots;
  return {
    id: core.nextOrderId(),
    accountId: account.state.id,
    symbol,
    clientOrderId: ticket.clientOrderId ?? core.randomName(22),
    side: ticket.side,
    type: ticket.type,
    origType: ticket.type,
    timeInForce: ticket.timeInForce,
    lots,
    quoteE8: 0n,
    priceTicks: ticket.priceTicks,
    stopTicks: ticket.stopTicks,
    workingType: ticket.workingType,
    reduceOnly: ticket.reduceOnly,
    closePosition: ticket.closePosition,
    priceProtect: ticket.priceProtect,
    selfTradeMode: ticket.selfTradeMode,
    algoId,
    status: 'NEW',
    filledLots: 0,
    filledE8: 0n,
    preventedLots: 0,
    atMs: core.nowMs,
    updateMs: core.nowMs,
    workingMs: waiting ? -1 : core.nowMs,
    resting: false,
    waiting,
    priority: 0,
    ahead: 0,
    lockedE8: 0n,
  };
}
