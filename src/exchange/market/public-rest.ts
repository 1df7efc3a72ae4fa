/** The public REST endpoints of both markets. */
import type { ExchangeReply, ExchangeRequest, PublicTrade } from '../model/port.ts';
import { formatE8 } from '../model/port.ts';
import { dayChange, levelsText } from './frames.ts';
import { isKlineInterval } from './intervals.ts';
import type { Kline, KlineSeries } from './klines.ts';
import type { Listing } from './listing.ts';
import { errorReply, jsonReply, missing, Parameters, VenueError } from './rest-reply.ts';
import type { Venue } from './venue.ts';
import { SPOT_WEIGHTS, USDM_WEIGHTS, type Weight } from './weights.ts';

type Answer = (venue: Venue, parameters: Parameters) => string;

interface Endpoint {
  readonly weight: Weight;
  readonly answer: Answer;
}

const USDM_DEPTHS = [5, 10, 20, 50, 100, 500, 1_000];
const MOST_DEPTH = 5_000;

const SHARED = {
  ping: () => '{}',
  time: ({ nowMs }: Venue) => `{"serverTime":${nowMs()}}`,
  exchangeInfo,
  depth,
  trades: (venue: Venue, p: Parameters) => trades(venue, p.listing(), p.limit(500, 1_000)),
  historicalTrades: (venue: Venue, p: Parameters) => trades(venue, p.listing(), p.limit(500, 1_000), p.whole('fromId')),
  aggTrades: aggregates,
  klines: (venue: Venue, p: Parameters) => klinesText(venue, p, p.listing()),
  'ticker/price': prices,
  'ticker/bookTicker': quotes,
  'ticker/24hr': days,
};

const SPOT: Readonly<Record<keyof typeof SPOT_WEIGHTS, Answer>> = {
  ...SHARED,
  uiKlines: SHARED.klines,
  avgPrice: averagePrice,
};

const USDM: Readonly<Record<keyof typeof USDM_WEIGHTS, Answer>> = {
  ...SHARED,
  continuousKlines: (venue, p) => klinesText(venue, p, p.listing('pair')),
  markPriceKlines: (venue, p) => klinesText(venue, p, p.listing(), true),
  indexPriceKlines: (venue, p) => klinesText(venue, p, p.listing('pair'), true),
  premiumIndex,
  fundingRate: fundings,
  fundingInfo: () => '[]',
  openInterest,
};

function pathsOf<T extends string>(
  base: string,
  answers: Readonly<Record<T, Answer>>,
  weights: Readonly<Record<T, Weight>>,
): Array<[path: string, endpoint: Endpoint]> {
  const names = Object.keys(answers) as T[];
  return names.map((name) => [`${base}/${name}`, { weight: weights[name], answer: answers[name] }]);
}

/** Endpoints of a market by path. */
const PATHS: Readonly<Record<'spot' | 'usdm', ReadonlyMap<string, Endpoint>>> = {
  spot: new Map([
    ...pathsOf('/api/v3', SPOT, SPOT_WEIGHTS),
    ['/sapi/v1/system/status', { weight: 1, answer: () => '{"status":0,"msg":"normal"}' }],
  ]),
  usdm: new Map([
    ...pathsOf('/fapi/v1', USDM, USDM_WEIGHTS),
    ['/fapi/v2/ticker/price', { weight: USDM_WEIGHTS['ticker/price'], answer: USDM['ticker/price'] }],
  ]),
};

/** The answer of a public endpoint; undefined for a path that is none. */
export function publicReply(venue: Venue, request: ExchangeRequest): ExchangeReply | undefined {
  const endpoint = PATHS[venue.market].get(request.path);
  if (endpoint === undefined || request.method !== 'GET') return undefined;
  const parameters = new Parameters(request.query, venue);
  try {
    const weight = typeof endpoint.weight === 'number' ? endpoint.weight : endpoint.weight(parameters);
    const verdict = venue.model.limits.take(request.remoteAddress, weight, request.atMs);
    if (!verdict.passed) return verdict.reply;
    const reply = jsonReply(endpoint.answer(venue, parameters));
    return { ...reply, headers: { ...reply.headers, ...verdict.headers } };
  } catch (cause) {
    if (!(cause instanceof VenueError)) throw cause;
    return errorReply(cause.code, cause.message, cause.status);
  }
}

function exchangeInfo(venue: Venue, parameters: Parameters): string {
  const { listings } = parameters.listings();
  const wanted = new Set(listings.map(({ symbol }) => symbol));
  const info = venue.model.exchangeInfo(venue.nowMs());
  const { symbols } = info;
  if (!Array.isArray(symbols)) throw new TypeError('exchangeInfo without symbols');
  return JSON.stringify({ ...info, symbols: symbols.filter(({ symbol }: { symbol: string }) => wanted.has(symbol)) });
}

function depth(venue: Venue, parameters: Parameters): string {
  const listing = parameters.listing();
  const isSpot = venue.market === 'spot';
  const limit = parameters.limit(isSpot ? 100 : 500, MOST_DEPTH, isSpot ? 1 : 0);
  if (!isSpot && !USDM_DEPTHS.includes(limit))
    throw new VenueError(-4021, `Illegal parameter 'limit': it is one of ${USDM_DEPTHS.join(', ')}.`);
  const { book } = listing;
  const bids = levelsText(listing, book.levels('bid', limit));
  const asks = levelsText(listing, book.levels('ask', limit));
  const times = isSpot ? '' : `"E":${venue.nowMs()},"T":${venue.nowMs()},`;
  return `{"lastUpdateId":${book.updateId},${times}"bids":${bids},"asks":${asks}}`;
}

function trades(venue: Venue, listing: Listing, limit: number, fromId?: number): string {
  const { price, quantity, worth } = listing;
  const text = ({ tradeId, priceTicks, lots, atMs, buyerIsMaker }: PublicTrade): string => {
    const figures = `"id":${tradeId},"price":"${price.text(priceTicks)}","qty":"${quantity.text(lots)}","quoteQty":"${worth.text(priceTicks * lots)}"`;
    const last = venue.market === 'spot' ? ',"isBestMatch":true' : '';
    return `{${figures},"time":${atMs},"isBuyerMaker":${buyerIsMaker}${last}}`;
  };
  return `[${listing.tape.trades(limit, fromId).map(text).join(',')}]`;
}

function aggregates(venue: Venue, parameters: Parameters): string {
  const { price, quantity, tape } = parameters.listing();
  const id = parameters.whole('fromId');
  const from = { ...(id !== undefined && { id }), ...parameters.between() };
  const list = tape.aggregates(parameters.limit(500, 1_000), from).map((trade) => {
    const { firstTradeId, lastTradeId, priceTicks, lots, atMs, buyerIsMaker } = trade;
    const last = venue.market === 'spot' ? ',"M":true' : '';
    return `{"a":${trade.id},"p":"${price.text(priceTicks)}","q":"${quantity.text(lots)}","f":${firstTradeId},"l":${lastTradeId},"T":${atMs},"m":${buyerIsMaker}${last}}`;
  });
  return `[${list.join(',')}]`;
}

function klinesText(venue: Venue, parameters: Parameters, listing: Listing, ofMark = false): string {
  const interval = parameters.text('interval') ?? missing('interval');
  const isListed = isKlineInterval(interval) && (venue.market === 'spot' || interval !== '1s');
  if (!isListed) throw new VenueError(-1120, 'Invalid interval.');
  const series: KlineSeries = ofMark ? venue.marks.klines(listing, interval) : listing.klines.get(interval)!;
  series.advanceTo(venue.nowMs());
  const most = venue.market === 'spot' ? 1_000 : 1_500;
  const { price, quantity, worth } = listing;
  const text = (bar: Kline): string => {
    const prices = [bar.open, bar.high, bar.low, bar.close].map((ticks) => `"${price.text(ticks)}"`).join(',');
    const taken = `"${quantity.text(bar.takerBuyVolume)}","${worth.text(bar.takerBuyWorth)}"`;
    return `[${bar.openMs},${prices},"${quantity.text(bar.volume)}",${bar.closeMs},"${worth.text(bar.worth)}",${bar.trades},${taken},"0"]`;
  };
  const { startMs, endMs } = parameters.between();
  const bars = series.between(startMs, endMs, parameters.limit(500, most));
  return `[${bars.map(text).join(',')}]`;
}

/** One object for one symbol, else a list. */
function eachOf(parameters: Parameters, text: (listing: Listing) => string | undefined): string {
  const { listings, isOne } = parameters.listings();
  const texts = listings.map(text).filter((one) => one !== undefined);
  return isOne ? (texts[0] ?? '{}') : `[${texts.join(',')}]`;
}

function prices(venue: Venue, parameters: Parameters): string {
  return eachOf(parameters, ({ symbol, price, tape }) => {
    const time = venue.market === 'spot' ? '' : `,"time":${tape.last?.atMs ?? 0}`;
    return `{"symbol":"${symbol}","price":"${price.text(tape.last?.priceTicks ?? 0)}"${time}}`;
  });
}

function quotes(venue: Venue, parameters: Parameters): string {
  return eachOf(parameters, ({ symbol, price, quantity, book }) => {
    const { bidTicks, bidLots, askTicks, askLots } = book.best();
    const bid = `"bidPrice":"${price.text(bidTicks)}","bidQty":"${quantity.text(bidLots)}"`;
    const ask = `"askPrice":"${price.text(askTicks)}","askQty":"${quantity.text(askLots)}"`;
    const last = venue.market === 'spot' ? '' : `,"time":${venue.nowMs()},"lastUpdateId":${book.updateId}`;
    return `{"symbol":"${symbol}",${bid},${ask}${last}}`;
  });
}

function days(venue: Venue, parameters: Parameters): string {
  return eachOf(parameters, (listing) => {
    const day = listing.day.at(venue.nowMs());
    if (day === undefined) return undefined;
    const { symbol, price, quantity, worth, book } = listing;
    const { change, percent } = dayChange(listing, day);
    const best = book.best();
    const isSpot = venue.market === 'spot';
    return JSON.stringify({
      symbol,
      priceChange: change,
      priceChangePercent: percent,
      weightedAvgPrice: listing.averageOf(day.worth, day.volume),
      ...(isSpot && { prevClosePrice: price.text(day.previousClose) }),
      lastPrice: price.text(day.last),
      lastQty: quantity.text(day.lastLots),
      ...(isSpot && {
        bidPrice: price.text(best.bidTicks),
        bidQty: quantity.text(best.bidLots),
        askPrice: price.text(best.askTicks),
        askQty: quantity.text(best.askLots),
      }),
      openPrice: price.text(day.open),
      highPrice: price.text(day.high),
      lowPrice: price.text(day.low),
      volume: quantity.text(day.volume),
      quoteVolume: worth.text(day.worth),
      openTime: day.openMs,
      closeTime: day.closeMs,
      firstId: day.firstTradeId,
      lastId: day.lastTradeId,
      count: day.trades,
    });
  });
}

function averagePrice(venue: Venue, parameters: Parameters): string {
  const { symbol, tape } = parameters.listing();
  const price = formatE8(venue.model.averagePriceE8(symbol, venue.nowMs()));
  return `{"mins":5,"price":"${price}","closeTime":${tape.last?.atMs ?? 0}}`;
}

function premiumIndex(venue: Venue, parameters: Parameters): string {
  return eachOf(parameters, (listing) => {
    const { mark, index, estimatedSettle, fundingRate, nextFundingMs } = venue.marks.figures(listing);
    return JSON.stringify({
      symbol: listing.symbol,
      markPrice: mark,
      indexPrice: index,
      estimatedSettlePrice: estimatedSettle,
      lastFundingRate: fundingRate,
      interestRate: '0.00010000',
      nextFundingTime: nextFundingMs,
      time: venue.nowMs(),
    });
  });
}

function fundings(venue: Venue, parameters: Parameters): string {
  const { startMs = 0, endMs = Number.POSITIVE_INFINITY } = parameters.between();
  const paid = venue.marks.fundings(parameters.listingOr()?.symbol);
  const found = paid.filter(({ fundingTime }) => fundingTime >= startMs && fundingTime <= endMs);
  return JSON.stringify(found.slice(-parameters.limit(100, 1_000)));
}

/** There is no crowd whose contracts could be counted: half of what was traded in 24 hours stands for them. */
function openInterest(venue: Venue, parameters: Parameters): string {
  const { symbol, quantity, day } = parameters.listing();
  const lots = Math.floor((day.at(venue.nowMs())?.volume ?? 0) / 2);
  return `{"openInterest":"${quantity.text(lots)}","symbol":"${symbol}","time":${venue.nowMs()}}`;
}
