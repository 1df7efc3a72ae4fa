/** Trades and quotes into the market columns and the bar in the making. */
import { AT, FLAG_BUYER_MAKER } from '../domain/index.ts';
import type { BarTable, MarketTable } from '../domain/tables/index.ts';
import { assert } from '../kernel/assert.ts';

/** True for whole ticks above nothing and whole lots: what else came is no price, and a NaN would spread. */
export function isTradable(price: number, quantity: number): boolean {
  return Number.isSafeInteger(price) && price > 0 && Number.isSafeInteger(quantity) && quantity >= 0;
}

/** Takes a trade: last price, session volume, bar. */
export function applyTrade(
  market: MarketTable,
  bars: BarTable,
  instrument: number,
  view: DataView,
  offset: number,
): void {
  const price = view.getFloat64(offset + AT.tradePrice, true);
  const quantity = view.getFloat64(offset + AT.tradeQuantity, true);
  assert(isTradable(price, quantity), 'trade without a whole price and quantity');
  const buyerIsMaker = (view.getUint8(offset + AT.flags) & FLAG_BUYER_MAKER) !== 0;
  market.hasTrades[instrument] = 1;
  market.last[instrument] = price;
  market.lastTradeLots[instrument] = buyerIsMaker ? -quantity : quantity;
  market.volume[instrument] = market.volume[instrument]! + quantity;
  if (market.firstPrice[instrument] === 0) market.firstPrice[instrument] = price;
  bars.tradeFlow[instrument] = bars.tradeFlow[instrument]! + market.lastTradeLots[instrument]!;
  bars.tradeFlowSize[instrument] = bars.tradeFlowSize[instrument]! + quantity;
  bars.trades[instrument] = bars.trades[instrument]! + 1;
  extendBar(bars, instrument, price, quantity);
}

/** Takes a best bid and ask: touch, order flow, and the bar's price where there are no trades. */
export function applyQuote(
  market: MarketTable,
  bars: BarTable,
  instrument: number,
  view: DataView,
  offset: number,
): void {
  const bid = view.getFloat64(offset + AT.bidPrice, true);
  const bidLots = view.getFloat64(offset + AT.bidQuantity, true);
  const ask = view.getFloat64(offset + AT.askPrice, true);
  const askLots = view.getFloat64(offset + AT.askQuantity, true);
  assert(bid === 0 || isTradable(bid, bidLots), 'bid without a whole price and quantity');
  assert(ask === 0 || isTradable(ask, askLots), 'ask without a whole price and quantity');
  market.hasQuotes[instrument] = 1;
  setTouch(market, bars, instrument, bid, bid === 0 ? 0 : bidLots, ask, ask === 0 ? 0 : askLots);
}

/**
 * Sets the touch and adds the order flow between the old and the new one: bid size that came less bid size
 * that went, less the same for asks (Cont, Kukanov and Stoikov, "The Price Impact of Order Book Events", 2014).
 */
export function setTouch(
  market: MarketTable,
  bars: BarTable,
  instrument: number,
  bid: number,
  bidLots: number,
  ask: number,
  askLots: number,
): void {
  const bid0 = market.bid[instrument]!;
  const ask0 = market.ask[instrument]!;
  if (bid0 > 0 && ask0 > 0 && bid > 0 && ask > 0) {
    const come = (bid >= bid0 ? bidLots : 0) - (bid <= bid0 ? market.bidLots[instrument]! : 0);
    const gone = (ask <= ask0 ? askLots : 0) - (ask >= ask0 ? market.askLots[instrument]! : 0);
    const flow = come - gone;
    bars.flow[instrument] = bars.flow[instrument]! + flow;
    bars.flowSize[instrument] = bars.flowSize[instrument]! + Math.abs(flow);
  }
  market.bid[instrument] = bid;
  market.bidLots[instrument] = bidLots;
  market.ask[instrument] = ask;
  market.askLots[instrument] = askLots;
  bars.updates[instrument] = bars.updates[instrument]! + 1;
  if (market.hasTrades[instrument] === 0 && bid > 0 && ask > 0) {
    const middle = (bid + ask) / 2;
    if (market.firstPrice[instrument] === 0) market.firstPrice[instrument] = middle;
    extendBar(bars, instrument, middle, 0);
  }
}

/** The best prices are no longer known: data was lost, and an old touch must not pass for a new one. */
export function forgetTouch(market: MarketTable, instrument: number): void {
  market.bid[instrument] = 0;
  market.bidLots[instrument] = 0;
  market.ask[instrument] = 0;
  market.askLots[instrument] = 0;
}

/** Adds a price and quantity to the bar in the making. */
export function extendBar(bars: BarTable, instrument: number, price: number, quantity: number): void {
  if (bars.open[instrument] === 0) {
    bars.open[instrument] = price;
    bars.high[instrument] = price;
    bars.low[instrument] = price;
  } else {
    if (price > bars.high[instrument]!) bars.high[instrument] = price;
    if (price < bars.low[instrument]!) bars.low[instrument] = price;
  }
  bars.close[instrument] = price;
  bars.volume[instrument] = bars.volume[instrument]! + quantity;
  bars.updates[instrument] = bars.updates[instrument]! + 1;
}

/** Best known price to buy or sell at for the given side (+1 buys at the ask), or 0 when unknown. */
export function touchFor(market: MarketTable, instrument: number, side: number): number {
  return side > 0 ? market.ask[instrument]! : market.bid[instrument]!;
}

/** Middle of the touch in ticks (may be half), else the last price, else 0. */
export function referencePrice(market: MarketTable, instrument: number): number {
  const bid = market.bid[instrument]!;
  const ask = market.ask[instrument]!;
  return bid > 0 && ask > 0 ? (bid + ask) / 2 : market.last[instrument]!;
}
