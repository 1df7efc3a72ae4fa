/** Where Binance's markets are reached, and what is subscribed there. */
import type { InstrumentKind } from '../../../engine/domain/index.ts';

export type BinanceVenue = 'binance' | 'binanceusdm' | 'binancecoinm';
export type StreamName = 'trade' | 'aggTrade' | 'bookTicker' | 'depth@100ms';

export interface StreamRoute {
  /** Path of the combined stream. */
  readonly path: string;
  readonly streams: readonly StreamName[];
}

export interface BinanceMarket {
  readonly venue: BinanceVenue;
  /** As people call it. */
  readonly title: string;
  readonly kind: InstrumentKind;
  readonly socketBase: string;
  readonly restBase: string;
  readonly restPath: string;
  readonly routes: readonly StreamRoute[];
  /** The most bars that one request gives. */
  readonly barsPerRequest: number;
  /** Whether exchangeInfo can be asked for some symbols alone. */
  readonly listsBySymbol: boolean;
}

/**
 * Since 2026-04-23 USD-M serves books and trades under different paths ("Important WebSocket Change Notice", USDⓈ-M
 * Futures, Binance): `/public` and `/market`. COIN-M: the book only, nothing is traded there.
 */
export const BINANCE_MARKETS: Readonly<Record<BinanceVenue, BinanceMarket>> = {
  binance: {
    venue: 'binance',
    title: 'Binance spot',
    kind: 'spot',
    socketBase: 'wss://stream.binance.com:9443',
    restBase: 'https://api.binance.com',
    restPath: '/api/v3',
    routes: [{ path: '/stream', streams: ['trade', 'bookTicker', 'depth@100ms'] }],
    barsPerRequest: 1000,
    listsBySymbol: true,
  },
  binanceusdm: {
    venue: 'binanceusdm',
    title: 'Binance USD-M',
    kind: 'linear',
    socketBase: 'wss://fstream.binance.com',
    restBase: 'https://fapi.binance.com',
    restPath: '/fapi/v1',
    routes: [
      { path: '/public/stream', streams: ['bookTicker', 'depth@100ms'] },
      { path: '/market/stream', streams: ['aggTrade'] },
    ],
    barsPerRequest: 1000,
    listsBySymbol: false,
  },
  binancecoinm: {
    venue: 'binancecoinm',
    title: 'Binance COIN-M',
    kind: 'inverse',
    socketBase: 'wss://dstream.binance.com',
    restBase: 'https://dapi.binance.com',
    restPath: '/dapi/v1',
    routes: [{ path: '/stream', streams: ['bookTicker', 'depth@100ms'] }],
    barsPerRequest: 1000,
    listsBySymbol: false,
  },
};

export function isBinance(venue: string): venue is BinanceVenue {
  return Object.hasOwn(BINANCE_MARKETS, venue);
}

/** The address of one subscription to some symbols. */
export function streamUrl(base: string, route: StreamRoute, venueSymbols: readonly string[]): string {
  const names = venueSymbols.flatMap((symbol) => route.streams.map((stream) => `${symbol.toLowerCase()}@${stream}`));
  return `${base}${route.path}?streams=${names.join('/')}`;
}
