/** The latest trades of one symbol, and the same trades aggregated as the venue does: one order's fills at one price. */
import type { PublicTrade } from '../model/port.ts';

export interface AggregateTrade {
  readonly id: number;
  readonly priceTicks: number;
  readonly lots: number;
  readonly firstTradeId: number;
  readonly lastTradeId: number;
  readonly buyerIsMaker: boolean;
  readonly atMs: number;
}

/** Trades kept: what a client may ask back for. */
const KEPT = 10_000;

function keepLast<T>(list: T[]): T[] {
  return list.length > 2 * KEPT ? list.slice(-KEPT) : list;
}

export class TradeTape {
  #trades: PublicTrade[] = [];
  #aggregates: AggregateTrade[] = [];
  #open: AggregateTrade | undefined;
  #lastId = 0;

  get last(): PublicTrade | undefined {
    return this.#trades.at(-1);
  }

  /** Takes a trade; @returns the aggregate that it ended, to be published. */
  take(trade: PublicTrade): AggregateTrade | undefined {
    this.#trades.push(trade);
    this.#trades = keepLast(this.#trades);
    const open = this.#open;
    const { priceTicks, lots, buyerIsMaker, atMs, tradeId } = trade;
    if (open?.priceTicks === priceTicks && open.buyerIsMaker === buyerIsMaker && open.atMs === atMs) {
      this.#open = { ...open, lots: open.lots + lots, lastTradeId: tradeId };
      return undefined;
    }
    const ended = this.flush();
    const id = ++this.#lastId;
    this.#open = { id, priceTicks, lots, firstTradeId: tradeId, lastTradeId: tradeId, buyerIsMaker, atMs };
    return ended;
  }

  /** Ends the aggregate that is open: the act of the market that it belongs to is over. */
  flush(): AggregateTrade | undefined {
    const ended = this.#open;
    if (ended === undefined) return undefined;
    this.#open = undefined;
    this.#aggregates.push(ended);
    this.#aggregates = keepLast(this.#aggregates);
    return ended;
  }

  /** Newest `limit` trades, or those from an id on; oldest first. */
  trades(limit: number, fromId?: number): readonly PublicTrade[] {
    return fromId === undefined
      ? this.#trades.slice(-limit)
      : this.#trades.filter(({ tradeId }) => tradeId >= fromId).slice(0, limit);
  }

  aggregates(limit: number, from: { id?: number; startMs?: number; endMs?: number }): readonly AggregateTrade[] {
    const { id, startMs, endMs } = from;
    if (id === undefined && startMs === undefined && endMs === undefined) return this.#aggregates.slice(-limit);
    const found = this.#aggregates.filter(
      (trade) => trade.id >= (id ?? 0) && trade.atMs >= (startMs ?? 0) && trade.atMs <= (endMs ?? Infinity),
    );
    return id === undefined && startMs === undefined ? found.slice(-limit) : found.slice(0, limit);
  }
}
