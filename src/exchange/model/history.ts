/** What clients ask of the past in both markets: open orders, all orders and trades, each in its market's own shape. */
import type { Core, Market } from './core.ts';
import type { Instrument } from './instrument.ts';
import type { Params } from './params.ts';
import type { Call } from './route.ts';
import type { AccountTrade, Order } from './state.ts';
import { microsecondsOf } from './times.ts';

type Shape = Readonly<Record<string, unknown>>;

const STANDARD = 500;
const MOST = 1000;

/** What a list is searched by; `isFine` where times may be in microseconds. */
interface Sought<T> {
  readonly idName: string;
  readonly idOf: (item: T) => number;
  readonly atMs: (item: T) => number;
  readonly isFine: boolean;
}

/** Between two times and from an id, the newest `limit` of it, oldest first; with a start or an id the oldest. */
export function page<T>(items: readonly T[], params: Params, limit: number, by: Sought<T>): readonly T[] {
  const fromId = params.whole(by.idName);
  const timeUs = (name: string, standard: number) => {
    const time = params.whole(name);
    return time === undefined ? standard : microsecondsOf(time, by.isFine);
  };
  const startUs = timeUs('startTime', Number.NEGATIVE_INFINITY);
  const endUs = timeUs('endTime', Number.POSITIVE_INFINITY);
  const found = items.filter((item) => {
    const atUs = by.atMs(item) * 1_000;
    return (fromId === undefined || by.idOf(item) >= fromId) && atUs >= startUs && atUs <= endUs;
  });
  return fromId === undefined && !params.has('startTime') ? found.slice(-limit) : found.slice(0, limit);
}

type OrderShape = (market: Market, order: Order) => Shape;

/** Of one symbol, or of all. */
export function openOrders(core: Core, { account, params }: Call, shape: OrderShape): Shape[] {
  const symbol = params.text('symbol');
  if (symbol !== undefined) core.market(symbol);
  return core.openOrders(account.state.id, symbol).map((order) => shape(core.market(order.symbol), order));
}

export function allOrders(core: Core, { account, params }: Call, shape: OrderShape): Shape[] {
  const market = core.market(params.mustText('symbol'));
  const all = core.allOrders(account.state.id, market.instrument.symbol);
  const isFine = core.options.market === 'spot';
  const by = { idName: 'orderId', idOf: (order: Order) => order.id, atMs: (order: Order) => order.updateMs, isFine };
  return page(all, params, params.limit('limit', STANDARD, MOST), by).map((order) => shape(market, order));
}

type TradeShape = (instrument: Instrument, trade: AccountTrade) => Shape;

export function accountTrades(core: Core, { account, params }: Call, shape: TradeShape): Shape[] {
  const { instrument } = core.market(params.mustText('symbol'));
  const orderId = params.whole('orderId');
  const found = account.state.trades.filter(
    (trade) => trade.symbol === instrument.symbol && (orderId === undefined || trade.orderId === orderId),
  );
  const by = {
    idName: 'fromId',
    idOf: (trade: AccountTrade) => trade.id,
    atMs: (trade: AccountTrade) => trade.atMs,
    isFine: core.options.market === 'spot',
  };
  return page(found, params, params.limit('limit', STANDARD, MOST), by).map((trade) => shape(instrument, trade));
}
