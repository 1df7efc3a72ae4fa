/** The one door to market data of venues: Binance by an adapter of its own, others through ccxt. */
import { cleanText } from '../../logs/index.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { BinanceFeed } from './binance/binance-feed.ts';
import { readInstruments, venueSymbolOf } from './binance/instruments.ts';
import { BINANCE_MARKETS, type BinanceMarket, type BinanceVenue, isBinance } from './binance/market.ts';
import type { MarketFeed } from './market-feed.ts';
import type { HttpReply, Network } from './network.ts';
import { REAL_NETWORK } from './real-network.ts';
import type { Schedule } from './schedule.ts';

/** Streams in one connection are bounded, and so is what one engine can look after. */
const MOST_SYMBOLS = 50;

export interface FeedRequest {
  /** `binance` (spot), `binanceusdm`, `binancecoinm`, or an id of ccxt. */
  readonly venue: string;
  /** Unified: `BTC/USDT`, `BTC/USDT:USDT`. */
  readonly symbols: readonly string[];
  readonly schedule: Schedule;
  /** In the place of the venue's own, such as `ws://127.0.0.1:9000`; requests go to the same host unless told. */
  readonly url?: string | undefined;
  readonly restUrl?: string | undefined;
  readonly network?: Network;
  /** A number in [0, 1); for pauses that differ. */
  readonly unit?: () => number;
  /** Venue's clock minus ours in µs, where somebody has measured it. */
  readonly clockOffsetUs?: () => number | undefined;
}

/** Asks the venue for its instruments. Rejects with a {@link CommandError} in one line. */
export async function openFeed(request: FeedRequest): Promise<MarketFeed> {
  const { venue, symbols } = request;
  if (symbols.length === 0) throw new CommandError(EXIT.usage, 'no symbol is given');
  if (symbols.length > MOST_SYMBOLS) throw new CommandError(EXIT.usage, `at most ${MOST_SYMBOLS} symbols at a time`);
  const twice = symbols.find((symbol, i) => symbols.indexOf(symbol) !== i);
  if (twice !== undefined) throw new CommandError(EXIT.usage, `${cleanText(twice)} is given twice`);
  if (isBinance(venue)) return openBinance(request, venue);
  const { schedule, url, unit = Math.random } = request;
  // ccxt is large, and most runs do without it.
  const { openCcxt } = await import('./ccxt/open-ccxt.ts');
  return openCcxt({ venue, symbols, schedule, url: url === undefined ? undefined : addressOf(url), unit });
}

async function openBinance(request: FeedRequest, venue: BinanceVenue): Promise<MarketFeed> {
  const market = BINANCE_MARKETS[venue];
  const { symbols, schedule, network = REAL_NETWORK, unit = Math.random, clockOffsetUs } = request;
  const { socketBase, restBase } = basesOf(request, market);
  const venueSymbols = symbols.map((symbol) => venueSymbolOf(market, symbol));
  const only = market.listsBySymbol ? `?symbols=${encodeURIComponent(JSON.stringify(venueSymbols))}` : '';
  const url = `${restBase}${market.restPath}/exchangeInfo${only}`;
  const reply = await new Promise<HttpReply | undefined>((resolve) => void network.get(url, resolve));
  const instruments = readInstruments(market, bodyOf(reply, market, symbols), symbols);
  return new BinanceFeed({ market, instruments, socketBase, restBase, network, schedule, unit, clockOffsetUs });
}

function bodyOf(reply: HttpReply | undefined, market: BinanceMarket, symbols: readonly string[]): string {
  if (reply === undefined) throw new CommandError(EXIT.venue, `${market.title} does not answer`);
  if (reply.status === 400)
    throw new CommandError(EXIT.badInput, `${market.title} does not list ${symbols.join(' or ')}`);
  if (reply.status !== 200) {
    throw new CommandError(EXIT.venue, `${market.title} answers exchangeInfo with status ${reply.status}`);
  }
  return reply.body;
}

/** Where streams and requests go; the latter to the same host unless told otherwise. */
function basesOf({ url, restUrl }: FeedRequest, market: BinanceMarket): { socketBase: string; restBase: string } {
  const socketBase = url === undefined ? market.socketBase : addressOf(url).replace(/^http/, 'ws');
  const beside = url === undefined ? market.restBase : new URL(socketBase.replace(/^ws/, 'http')).origin;
  return { socketBase, restBase: restUrl === undefined ? beside : addressOf(restUrl).replace(/^ws/, 'http') };
}

/** Without a slash at the end. */
function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url !== undefined && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (url === undefined || !plain || !/^(?:ws|http)s?:$/.test(url.protocol)) {
    throw new CommandError(
      EXIT.usage,
      'the address of a venue is such as ws://127.0.0.1:9000, without a password in it',
    );
  }
  return url.href.replace(/\/+$/, '');
}
