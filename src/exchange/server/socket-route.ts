/**
 * What a WebSocket's URL asks for. Both markets are on one port: a first folder `/spot` or `/usdm` names the market; what
 * follows is what the venue's own hosts have, the futures' routes `/public`, `/market` and `/private` included.
 */
import type { ExchangeMarket } from '../model/port.ts';

export type SocketRoute =
  | {
      readonly kind: 'streams';
      readonly market: ExchangeMarket;
      readonly isCombined: boolean;
      readonly names: readonly string[];
    }
  | { readonly kind: 'api'; readonly market: ExchangeMarket };

const ROUTES = ['public', 'market', 'private'];

/** Undefined for a path that is none. */
export function socketRoute(url: string, markets: readonly ExchangeMarket[]): SocketRoute | undefined {
  const { pathname, searchParams } = new URL(url, 'ws://127.0.0.1');
  const parts = pathname.split('/').filter((part) => part !== '');
  let named: ExchangeMarket | undefined;
  if (parts[0] === 'spot' || parts[0] === 'usdm') named = parts.shift() as ExchangeMarket;
  if (parts[0] === 'ws-api' || parts[0] === 'ws-fapi') {
    const market = named ?? (parts[0] === 'ws-api' ? 'spot' : 'usdm');
    return markets.includes(market) ? { kind: 'api', market } : undefined;
  }
  if (ROUTES.includes(parts[0] ?? '')) {
    parts.shift();
    named ??= 'usdm';
  }
  // ccxt takes a connection for spot by `/stream` in its URL: `/spot/stream/ws` is `/spot/ws`.
  if (parts[0] === 'stream' && parts[1] === 'ws') parts.shift();
  const market = named ?? (markets.length === 1 ? markets[0]! : 'spot');
  if (!markets.includes(market) || (parts[0] !== 'ws' && parts[0] !== 'stream')) return undefined;
  const listed = searchParams.get('streams')?.split('/') ?? [];
  const names = [...parts.slice(1), ...listed, ...searchParams.getAll('listenKey')].filter((name) => name !== '');
  return { kind: 'streams', market, isCombined: parts[0] === 'stream', names: names.map(decodeURIComponent) };
}
