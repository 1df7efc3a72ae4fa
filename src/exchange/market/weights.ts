/** What public requests weigh, as Binance documents it for each market. */
import type { Parameters } from './rest-reply.ts';

export type Weight = number | ((parameters: Parameters) => number);

/** By whether one symbol is asked for, or more. */
const bySymbol =
  (one: number, all: number): Weight =>
  (parameters) =>
    parameters.text('symbol') === undefined ? all : one;

/** By the limit that is asked for: the weight of the first bound that holds it. */
const byLimit =
  (standard: number, bounds: ReadonlyArray<readonly [most: number, weight: number]>): Weight =>
  (parameters) => {
    const limit = parameters.limit(standard, Number.MAX_SAFE_INTEGER, 0);
    return (bounds.find(([most]) => limit <= most) ?? bounds.at(-1)!)[1];
  };

const spotDepth = byLimit(100, [
  [100, 5],
  [500, 25],
  [1_000, 50],
  [5_000, 250],
]);
const usdmDepth = byLimit(500, [
  [50, 2],
  [100, 5],
  [500, 10],
  [1_000, 20],
]);
const usdmKlines = byLimit(500, [
  [99, 1],
  [499, 2],
  [1_000, 5],
  [1_500, 10],
]);

export const SPOT_WEIGHTS = {
  ping: 1,
  time: 1,
  exchangeInfo: 20,
  depth: spotDepth,
  trades: 25,
  historicalTrades: 25,
  aggTrades: 4,
  klines: 2,
  uiKlines: 2,
  avgPrice: 2,
  'ticker/price': bySymbol(2, 4),
  'ticker/bookTicker': bySymbol(2, 4),
  'ticker/24hr': bySymbol(2, 80),
} as const;

export const USDM_WEIGHTS = {
  ping: 1,
  time: 1,
  exchangeInfo: 1,
  depth: usdmDepth,
  trades: 5,
  historicalTrades: 20,
  aggTrades: 20,
  klines: usdmKlines,
  continuousKlines: usdmKlines,
  markPriceKlines: usdmKlines,
  indexPriceKlines: usdmKlines,
  premiumIndex: 1,
  fundingRate: 1,
  fundingInfo: 1,
  openInterest: 1,
  'ticker/price': bySymbol(1, 2),
  'ticker/bookTicker': bySymbol(2, 5),
  'ticker/24hr': bySymbol(1, 40),
} as const;
