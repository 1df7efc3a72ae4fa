/**
 * The payloads of market streams as text, field by field in the venue's order. Texts are put together by hand: the
 * fields are numbers and decimal texts that need no escaping, and a busy market writes tens of thousands a second.
 */
import type { BookSide, PublicTrade } from '../model/port.ts';
import type { KlineInterval } from './intervals.ts';
import type { Kline } from './klines.ts';
import type { Listing } from './listing.ts';
import type { BestQuote } from './published-book.ts';
import type { DayFigures } from './rolling-day.ts';
import type { AggregateTrade } from './trade-tape.ts';

/** A change of the book between two updates; levels as pairs of texts. */
export interface DepthChange {
  readonly firstUpdateId: number;
  readonly lastUpdateId: number;
  /** Of the event before, on the same stream. */
  readonly previousUpdateId: number;
  readonly bids: string;
  readonly asks: string;
}

export interface MarkFigures {
  readonly mark: string;
  readonly index: string;
  readonly estimatedSettle: string;
  readonly fundingRate: string;
  readonly nextFundingMs: number;
}

/** The levels of a side as JSON; `lots` 0 is a level that went. */
export function levelsText(
  listing: Listing,
  levels: Iterable<{ readonly priceTicks: number; readonly lots: number }>,
): string {
  let text = '';
  for (const { priceTicks, lots } of levels)
    text += `${text === '' ? '' : ','}["${listing.price.text(priceTicks)}","${listing.quantity.text(lots)}"]`;
  return `[${text}]`;
}

/** The changed levels of a side as they are now. */
export function changedText(listing: Listing, side: BookSide, prices: Iterable<number>): string {
  const levels: Array<{ priceTicks: number; lots: number }> = [];
  for (const priceTicks of prices) levels.push({ priceTicks, lots: listing.book.lotsAt(side, priceTicks) });
  return levelsText(listing, levels);
}

export function tradeText(listing: Listing, trade: PublicTrade, eventMs: number): string {
  const { symbol, price, quantity, market } = listing;
  const { tradeId, priceTicks, lots, buyerIsMaker, atMs } = trade;
  const figures = `"t":${tradeId},"p":"${price.text(priceTicks)}","q":"${quantity.text(lots)}"`;
  return market === 'spot'
    ? `{"e":"trade","E":${eventMs},"s":"${symbol}",${figures},"T":${atMs},"m":${buyerIsMaker},"M":true}`
    : `{"e":"trade","E":${eventMs},"T":${atMs},"s":"${symbol}",${figures},"X":"MARKET","m":${buyerIsMaker}}`;
}

export function aggregateText(listing: Listing, trade: AggregateTrade, eventMs: number): string {
  const { symbol, price, quantity, market } = listing;
  const { id, priceTicks, lots, firstTradeId, lastTradeId, buyerIsMaker, atMs } = trade;
  const head =
    market === 'spot'
      ? `{"e":"aggTrade","E":${eventMs},"s":"${symbol}","a":${id}`
      : `{"e":"aggTrade","E":${eventMs},"a":${id},"s":"${symbol}"`;
  const figures = `"p":"${price.text(priceTicks)}","q":"${quantity.text(lots)}","f":${firstTradeId},"l":${lastTradeId}`;
  return `${head},${figures},"T":${atMs},"m":${buyerIsMaker}${market === 'spot' ? ',"M":true' : ''}}`;
}

export function quoteText(listing: Listing, best: BestQuote, eventMs: number): string {
  const { symbol, price, quantity, market, book } = listing;
  const bid = `"b":"${price.text(best.bidTicks)}","B":"${quantity.text(best.bidLots)}"`;
  const ask = `"a":"${price.text(best.askTicks)}","A":"${quantity.text(best.askLots)}"`;
  return market === 'spot'
    ? `{"u":${book.updateId},"s":"${symbol}",${bid},${ask}}`
    : `{"e":"bookTicker","u":${book.updateId},"s":"${symbol}",${bid},${ask},"T":${eventMs},"E":${eventMs}}`;
}

export function depthText(listing: Listing, change: DepthChange, eventMs: number): string {
  const { symbol, market } = listing;
  const ids = `"U":${change.firstUpdateId},"u":${change.lastUpdateId}`;
  const levels = `"b":${change.bids},"a":${change.asks}`;
  return market === 'spot'
    ? `{"e":"depthUpdate","E":${eventMs},"s":"${symbol}",${ids},${levels}}`
    : `{"e":"depthUpdate","E":${eventMs},"T":${eventMs},"s":"${symbol}",${ids},"pu":${change.previousUpdateId},${levels}}`;
}

/** The best levels of a book. USD-M sends them in the form of a change. */
export function partialDepthText(listing: Listing, levels: number, previousUpdateId: number, eventMs: number): string {
  const { book, market } = listing;
  const bids = levelsText(listing, book.levels('bid', levels));
  const asks = levelsText(listing, book.levels('ask', levels));
  const { updateId } = book;
  if (market === 'spot') return `{"lastUpdateId":${updateId},"bids":${bids},"asks":${asks}}`;
  const firstUpdateId = Math.min(previousUpdateId + 1, updateId);
  return depthText(listing, { firstUpdateId, lastUpdateId: updateId, previousUpdateId, bids, asks }, eventMs);
}

export function klineText(
  listing: Listing,
  interval: KlineInterval,
  bar: Kline,
  isClosed: boolean,
  eventMs: number,
): string {
  const { symbol, price, quantity, worth } = listing;
  const ids = `"f":${bar.firstTradeId},"L":${bar.lastTradeId}`;
  const prices = `"o":"${price.text(bar.open)}","c":"${price.text(bar.close)}","h":"${price.text(bar.high)}","l":"${price.text(bar.low)}"`;
  const volumes = `"v":"${quantity.text(bar.volume)}","n":${bar.trades},"x":${isClosed},"q":"${worth.text(bar.worth)}"`;
  const taken = `"V":"${quantity.text(bar.takerBuyVolume)}","Q":"${worth.text(bar.takerBuyWorth)}","B":"0"`;
  const span = `"t":${bar.openMs},"T":${bar.closeMs},"s":"${symbol}","i":"${interval}"`;
  return `{"e":"kline","E":${eventMs},"s":"${symbol}","k":{${span},${ids},${prices},${volumes},${taken}}}`;
}

/** Change of price over the day, absolute and in percent. */
export function dayChange(listing: Listing, day: DayFigures): { readonly change: string; readonly percent: string } {
  return {
    change: listing.price.text(day.last - day.open),
    percent: (((day.last - day.open) / day.open) * 100).toFixed(3),
  };
}

export function tickerText(listing: Listing, day: DayFigures, eventMs: number): string {
  const { symbol, price, quantity, worth, market, book } = listing;
  const { change, percent } = dayChange(listing, day);
  const best = book.best();
  const head = `{"e":"24hrTicker","E":${eventMs},"s":"${symbol}","p":"${change}","P":"${percent}","w":"${listing.averageOf(day.worth, day.volume)}"`;
  const last = `"c":"${price.text(day.last)}","Q":"${quantity.text(day.lastLots)}"`;
  const quotes = `"b":"${price.text(best.bidTicks)}","B":"${quantity.text(best.bidLots)}","a":"${price.text(best.askTicks)}","A":"${quantity.text(best.askLots)}"`;
  const prices = `"o":"${price.text(day.open)}","h":"${price.text(day.high)}","l":"${price.text(day.low)}"`;
  const volumes = `"v":"${quantity.text(day.volume)}","q":"${worth.text(day.worth)}"`;
  const span = `"O":${day.openMs},"C":${day.closeMs},"F":${day.firstTradeId},"L":${day.lastTradeId},"n":${day.trades}`;
  return market === 'spot'
    ? `${head},"x":"${price.text(day.previousClose)}",${last},${quotes},${prices},${volumes},${span}}`
    : `${head},${last},${prices},${volumes},${span}}`;
}

export function miniTickerText(listing: Listing, day: DayFigures, eventMs: number): string {
  const { symbol, price, quantity, worth } = listing;
  const prices = `"c":"${price.text(day.last)}","o":"${price.text(day.open)}","h":"${price.text(day.high)}","l":"${price.text(day.low)}"`;
  const volumes = `"v":"${quantity.text(day.volume)}","q":"${worth.text(day.worth)}"`;
  return `{"e":"24hrMiniTicker","E":${eventMs},"s":"${symbol}",${prices},${volumes}}`;
}

export function averagePriceText(listing: Listing, average: string, lastTradeMs: number, eventMs: number): string {
  return `{"e":"avgPrice","E":${eventMs},"s":"${listing.symbol}","i":"5m","w":"${average}","T":${lastTradeMs}}`;
}

export function markText(listing: Listing, figures: MarkFigures, eventMs: number): string {
  const { mark, index, estimatedSettle, fundingRate, nextFundingMs } = figures;
  const prices = `"p":"${mark}","P":"${estimatedSettle}","i":"${index}"`;
  return `{"e":"markPriceUpdate","E":${eventMs},"s":"${listing.symbol}",${prices},"r":"${fundingRate}","T":${nextFundingMs}}`;
}

/** `side` is that of the liquidating order. */
export function forceOrderText(
  listing: Listing,
  order: { readonly side: 'BUY' | 'SELL'; readonly priceTicks: number; readonly lots: number },
  eventMs: number,
): string {
  const { symbol, price, quantity } = listing;
  const lots = quantity.text(order.lots);
  const at = price.text(order.priceTicks);
  const head = `"s":"${symbol}","S":"${order.side}","o":"LIMIT","f":"IOC","q":"${lots}","p":"${at}","ap":"${at}"`;
  return `{"e":"forceOrder","E":${eventMs},"o":{${head},"X":"FILLED","l":"${lots}","z":"${lots}","T":${eventMs}}}`;
}
