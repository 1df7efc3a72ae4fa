/** What is used of ccxt, and how one of its exchanges is made: loaded when it is asked for, for that takes a second. */
import { CommandError, EXIT } from '../../exit-codes.ts';
import { movedTo } from './moved-addresses.ts';

/** Answers are checked where they are read: ccxt passes on what venues say. */
export interface CcxtExchange {
  readonly id: string;
  /** Names of methods; `emulated` and false are none. */
  readonly has: Readonly<Record<string, unknown>>;
  /** How precisions are given: 2 decimal places, 4 sizes of a step. */
  readonly precisionMode: number | undefined;
  readonly timeframes?: Readonly<Record<string, unknown>> | undefined;
  loadMarkets(): Promise<unknown>;
  watchTrades(symbol: string): Promise<unknown>;
  fetchTrades(symbol: string, since?: number, limit?: number): Promise<unknown>;
  watchOrderBook(symbol: string, limit?: number): Promise<unknown>;
  fetchOrderBook(symbol: string, limit?: number): Promise<unknown>;
  watchTicker(symbol: string): Promise<unknown>;
  fetchTicker(symbol: string): Promise<unknown>;
  fetchOHLCV(symbol: string, timeframe: string, since?: number, limit?: number): Promise<unknown>;
  close(): Promise<unknown>;
}

const METHODS = ['loadMarkets', 'fetchTrades', 'fetchOrderBook', 'fetchTicker', 'fetchOHLCV', 'close'] as const;

function isExchange(value: unknown): value is CcxtExchange {
  if (typeof value !== 'object' || value === null) return false;
  return METHODS.every((name) => typeof Reflect.get(value, name) === 'function') && 'has' in value;
}

/** Whether a method is the venue's own, not put together by ccxt from others. */
export const hasOwn = ({ has }: CcxtExchange, method: string): boolean => has[method] === true;

/** An exchange by its id in ccxt, with streams where ccxt has them. Refuses with a line what is none. */
export async function loadExchange(id: string, url: string | undefined): Promise<CcxtExchange> {
  const { default: ccxt } = await import('ccxt');
  const known = /^[a-z0-9]{2,40}$/.test(id) && ccxt.exchanges.includes(id);
  const make: unknown = known ? (Reflect.get(ccxt.pro, id) ?? Reflect.get(ccxt, id)) : undefined;
  if (typeof make !== 'function') {
    throw new CommandError(
      EXIT.usage,
      `there is no venue ${id.replace(/[^\w-]/g, '?').slice(0, 40)}: see ccxt for those there are`,
    );
  }
  // Each answer of a stream has what is new, and no more.
  const exchange: unknown = Reflect.construct(make, [{ enableRateLimit: true, newUpdates: true }]);
  if (!isExchange(exchange)) throw new CommandError(EXIT.venue, `${id} of ccxt has not the methods that are needed`);
  const urls: unknown = Reflect.get(exchange, 'urls');
  if (url !== undefined && typeof urls === 'object' && urls !== null)
    Reflect.set(urls, 'api', movedTo(url, Reflect.get(urls, 'api')));
  // Streams without TLS, as on loopback, want this from ccxt.
  const prepare: unknown = Reflect.get(exchange, 'loadHttpProxyAgent');
  if (url !== undefined && typeof prepare === 'function') await Reflect.apply(prepare, exchange, []);
  return exchange;
}
