/** Random order flow from a seed: the exchange beside a naive book, and its books of money after every act. */
import { restoreModel } from '../../../../src/exchange/model/exchange.ts';
import type { BookSide, ExchangeMarket } from '../../../../src/exchange/model/port.ts';
import { randomFrom } from '../../../fixtures/hostile-session.ts';
import { accountSpec, BTCUSDT, Desk, type Json, PERPETUAL } from './desk.ts';
import { type Flaw, NaiveBook } from './naive-book.ts';

const ACCOUNTS = ['a', 'b', 'c'] as const;
const MIDDLE = 500_000;
type Below = (below: number) => number;

export interface FlowOptions {
  readonly market: ExchangeMarket;
  /** So little money that much is refused. */
  readonly poor?: boolean;
  readonly flaw?: Flaw;
  readonly steps: number;
}

function makeDesk({ market, poor }: FlowOptions): Desk {
  const balances =
    market === 'spot'
      ? { BTC: poor ? '1' : '5000', USDT: poor ? '5000' : '90000000' }
      : { USDT: poor ? '300' : '90000000' };
  const steps = { ...(market === 'spot' ? BTCUSDT : PERPETUAL), tickSize: '0.1', lotSize: '0.001', minNotional: '0' };
  return new Desk({
    market,
    accounts: ACCOUNTS.map((id) => accountSpec(id, balances)),
    instruments: [{ ...steps, percentUp: '5', percentDown: '0.2', maxAlgoOrders: 50 }],
    limits: { ordersPer10s: 1e9, ordersPerMinute: 1e9, ordersPerDay: 1e9, weightPerMinute: 1e9 },
  });
}

const prefix = (market: ExchangeMarket) => (market === 'spot' ? '/api/v3' : '/fapi/v1');

/** What goes wrong between the exchange and the naive book; undefined when nothing does. */
export function beside(seed: number, options: FlowOptions): string | undefined {
  const below = randomFrom(seed);
  const desk = makeDesk(options);
  const naive = new NaiveBook(options.flaw);
  const names = new Map<string, string>();
  const path = `${prefix(options.market)}/order`;
  for (let step = 0; step < options.steps; step++) {
    naive.begin();
    const from = desk.trades.length;
    const before = naive.trades.length;
    const act = oneAct(below, step, desk, naive, names, path);
    const got = desk.trades.slice(from).map(({ priceTicks, lots }) => `${lots} at ${priceTicks}`);
    const wanted = naive.trades.slice(before).map(({ price, lots }) => `${lots} at ${price}`);
    if (`${got}` !== `${wanted}`) return `seed ${seed} step ${step} ${act}: traded ${got}, not ${wanted}`;
    const makers = makersOf(desk, new Set(desk.trades.slice(from).map(({ tradeId }) => tradeId)));
    const wantedMakers = naive.trades.slice(before).flatMap(({ maker }) => maker ?? []);
    if (`${makers}` !== `${wantedMakers}`)
      return `seed ${seed} step ${step} ${act}: met ${makers}, not ${wantedMakers}`;
    const fault = levelsDiffer(desk, naive);
    if (fault !== undefined) return `seed ${seed} step ${step} ${act}: ${fault}`;
  }
  return undefined;
}

/** Names of the resting orders that traded, in order. */
function makersOf(desk: Desk, ids: ReadonlySet<number>): string[] {
  const found: string[] = [];
  for (const { payload } of desk.told.splice(0)) {
    const report =
      payload.e === 'ORDER_TRADE_UPDATE' ? Object(payload.o) : payload.e === 'executionReport' ? payload : {};
    if (report.x === 'TRADE' && report.m === true && ids.has(report.t)) found.push(report.c);
  }
  return found;
}

function oneAct(
  below: Below,
  step: number,
  desk: Desk,
  naive: NaiveBook,
  names: Map<string, string>,
  path: string,
): string {
  const side = below(2) === 0 ? 'BUY' : 'SELL';
  const away = (below(12) - 3) * (side === 'BUY' ? -1 : 1);
  const price = MIDDLE + away;
  const lots = 1 + below(40);
  const kind = below(10);
  if (kind < 3) {
    const shown = below(4) === 0 ? 0 : lots;
    desk.model.marketLevels('BTCUSDT', [{ side: bookSide(side), priceTicks: price, lots: shown }], desk.nowMs);
    naive.crowdLevel(side, price, shown);
    return `crowd ${side} ${shown} at ${price}`;
  }
  if (kind < 5) {
    desk.model.marketTrade('BTCUSDT', price, lots, side === 'BUY', desk.nowMs);
    naive.crowdTrade(price, lots, side === 'BUY');
    return `crowd trades ${lots} at ${price}`;
  }
  if (kind < 6 && names.size > 0) {
    const name = [...names.keys()][below(names.size)]!;
    desk.send(names.get(name)!, 'DELETE', path, { symbol: 'BTCUSDT', origClientOrderId: name });
    naive.cancel(name);
    names.delete(name);
    return `cancel ${name}`;
  }
  const account = ACCOUNTS[below(3)]!;
  const name = `${account}-${step}`;
  const timeInForce = (['GTC', 'GTC', 'GTC', 'IOC', 'FOK'] as const)[below(5)]!;
  const order = {
    symbol: 'BTCUSDT',
    side,
    type: 'LIMIT',
    timeInForce,
    newClientOrderId: name,
    selfTradePreventionMode: 'NONE',
  };
  desk.send(account, 'POST', path, { ...order, price: (price / 10).toFixed(1), quantity: (lots / 1000).toFixed(3) });
  names.set(name, account);
  if (timeInForce === 'FOK' && naive.offered(side === 'BUY' ? 'SELL' : 'BUY', price) < lots) return `${name} FOK`;
  const left = naive.take(name, side, lots, price);
  if (timeInForce === 'GTC' && left > 0) naive.rest(name, side, left, price);
  return `${name} ${timeInForce} ${side} ${lots} at ${price}`;
}

const bookSide = (side: 'BUY' | 'SELL'): BookSide => (side === 'BUY' ? 'bid' : 'ask');

/** The published book, as the model gives it and as its events made it, against the naive one. */
function levelsDiffer(desk: Desk, naive: NaiveBook): string | undefined {
  for (const side of ['BUY', 'SELL'] as const) {
    const prices = new Set(naive.offers.filter((one) => one.side === side).map(({ price }) => price));
    const wanted = [...prices]
      .sort((a, b) => (side === 'BUY' ? b - a : a - b))
      .map((price) => `${naive.total(side, price)} at ${price}`);
    const got = desk.model
      .levels('BTCUSDT', bookSide(side), 1000)
      .map(({ priceTicks, lots }) => `${lots} at ${priceTicks}`);
    if (`${got}` !== `${wanted}`) return `${side} shows ${got}, not ${wanted}`;
    for (const price of prices) {
      const told = desk.book.get(`BTCUSDT ${bookSide(side)} ${price}`);
      if (told !== naive.total(side, price)) return `${side} ${price} was told as ${told}`;
    }
  }
  const levels = desk.model.levels('BTCUSDT', 'bid', 1000).length + desk.model.levels('BTCUSDT', 'ask', 1000).length;
  return desk.book.size === levels ? undefined : `${desk.book.size} levels were told, ${levels} are there`;
}

const SPOT_TYPES = [
  'LIMIT',
  'LIMIT',
  'LIMIT',
  'MARKET',
  'LIMIT_MAKER',
  'STOP_LOSS',
  'TAKE_PROFIT_LIMIT',
  'STOP_LOSS_LIMIT',
];
const USDM_TYPES = ['LIMIT', 'LIMIT', 'LIMIT', 'MARKET', 'STOP_MARKET', 'TAKE_PROFIT', 'STOP', 'TAKE_PROFIT_MARKET'];

export interface Kept {
  readonly fault: string | undefined;
  readonly placed: number;
  readonly refused: number;
  readonly trades: number;
}

/**
 * Any order flow, much of it refused: no amount comes or goes, no balance falls below zero, no order trades more than it
 * is for; and an exchange that was saved and restored half way says and keeps the same to the end.
 */
export function kept(seed: number, options: FlowOptions): Kept {
  const below = randomFrom(seed);
  const desk = makeDesk(options);
  const half = below(options.steps);
  const counts = { placed: 0, refused: 0 };
  const result = (fault?: string) => ({
    fault: fault && `seed ${seed} ${fault}`,
    ...counts,
    trades: desk.trades.length,
  });
  for (let step = 0; step < options.steps; step++) {
    if (step === half) {
      const text = desk.model.save();
      desk.twin = restoreModel(text, { ...desk.options, events: {} });
      if (desk.twin.save() !== text) return result(`step ${step}: a restored exchange saves otherwise`);
    }
    desk.nowMs += below(3_000);
    desk.each((model) => model.tick(desk.nowMs));
    const status = anyAct(below, step, desk, options.market);
    if (status === 200) counts.placed++;
    else if (status !== 0) counts.refused++;
    const fault = faultOf(desk);
    if (fault !== undefined) return result(`step ${step}: ${fault}`);
  }
  if (desk.twin?.save() !== desk.model.save()) return result('ends otherwise than the one that was restored');
  return result();
}

function faultOf(desk: Desk): string | undefined {
  if (desk.difference !== undefined) return desk.difference;
  for (const [asset, { held, deposited, least }] of desk.model.audit()) {
    if (held !== deposited) return `${held} ${asset} are held, ${deposited} were paid in`;
    if (least < 0n) return `a balance of ${asset} is ${least}`;
  }
  for (const { payload } of desk.told.splice(0)) {
    const { q, z, f, X } = payload.e === 'ORDER_TRADE_UPDATE' ? Object(payload.o) : payload;
    if (f === 'FOK' && `${X}`.startsWith('EXPIRED') && Number(z) > 0) return `a fill-or-kill order was filled by ${z}`;
    if (z !== undefined && Number(z) > Number(q)) return `${z} of ${q} were traded`;
  }
  return undefined;
}

/** Status of a request, or 0 where the crowd or time did something. */
function anyAct(below: Below, step: number, desk: Desk, market: ExchangeMarket): number {
  const side = below(2) === 0 ? 'BUY' : 'SELL';
  const price = MIDDLE + below(400) - 200;
  const lots = 1 + below(60);
  const act = below(12);
  const account = ACCOUNTS[below(3)]!;
  if (act < 3) {
    const levels = Array.from({ length: 3 }, () => ({
      side: bookSide(side),
      priceTicks: MIDDLE + (side === 'BUY' ? -1 : 1) * below(200),
      lots: below(50),
    }));
    desk.each((model) => model.marketLevels('BTCUSDT', levels, desk.nowMs));
    return 0;
  }
  if (act === 3) {
    desk.each((model) => model.marketTrade('BTCUSDT', price, lots, side === 'BUY', desk.nowMs));
    return 0;
  }
  if (act === 4) {
    const amount = `${below(100)}.5`;
    if (market === 'spot') desk.each((model) => model.transfer(account, 'USDT', amount, desk.nowMs));
    else if (below(2) === 0) desk.each((model) => model.funding('BTCUSDT', '0.0001', desk.nowMs));
    else desk.each((model) => model.markPrice('BTCUSDT', BigInt(price) * 10_000_000n, desk.nowMs));
    return 0;
  }
  const base = prefix(market);
  if (act === 5) {
    const all = market === 'spot' ? 'openOrders' : 'allOpenOrders';
    return desk.send(account, 'DELETE', `${base}/${all}`, { symbol: 'BTCUSDT' }).status;
  }
  if (act === 6) return setting(below, desk, account, base, market);
  return desk.send(account, 'POST', `${base}/order`, anyOrder(below, step, market, { side, price, lots })).status;
}

function setting(below: Below, desk: Desk, account: string, base: string, market: ExchangeMarket): number {
  if (market === 'spot') return desk.send(account, 'GET', `${base}/allOrders`, { symbol: 'BTCUSDT' }).status;
  const symbol = 'BTCUSDT';
  switch (below(4)) {
    case 0:
      return desk.send(account, 'POST', `${base}/leverage`, { symbol, leverage: 1 + below(125) }).status;
    case 1:
      return desk.send(account, 'POST', `${base}/marginType`, {
        symbol,
        marginType: below(2) === 0 ? 'ISOLATED' : 'CROSSED',
      }).status;
    case 2:
      return desk.send(account, 'POST', `${base}/countdownCancelAll`, { symbol, countdownTime: below(5) * 1000 })
        .status;
    default:
      return desk.send(account, 'POST', `${base}/algoOrder`, {
        symbol,
        algoType: 'CONDITIONAL',
        side: below(2) === 0 ? 'BUY' : 'SELL',
        type: 'STOP_MARKET',
        quantity: '0.01',
        triggerPrice: ((MIDDLE + below(400) - 200) / 10).toFixed(1),
      }).status;
  }
}

function anyOrder(
  below: Below,
  step: number,
  market: ExchangeMarket,
  { side, price, lots }: { readonly side: string; readonly price: number; readonly lots: number },
): Json {
  const type = (market === 'spot' ? SPOT_TYPES : USDM_TYPES)[below(8)]!;
  const quantity = (lots / 1000).toFixed(3);
  const order: Record<string, unknown> = { symbol: 'BTCUSDT', side, type, newClientOrderId: `n${step % 20}` };
  if (market === 'spot' && type === 'MARKET' && below(2) === 0) order.quoteOrderQty = `${below(2_000)}.25`;
  else order.quantity = quantity;
  const hasLimit =
    market === 'spot'
      ? type.startsWith('LIMIT') || type.endsWith('_LIMIT')
      : ['LIMIT', 'STOP', 'TAKE_PROFIT'].includes(type);
  if (hasLimit) order.price = (price / 10).toFixed(1);
  if (hasLimit && type !== 'LIMIT_MAKER') order.timeInForce = ['GTC', 'GTC', 'IOC', 'FOK'][below(4)];
  if (type.startsWith('STOP') || type.startsWith('TAKE'))
    order.stopPrice = ((MIDDLE + below(400) - 200) / 10).toFixed(1);
  if (market === 'usdm' && below(4) === 0) order.reduceOnly = 'true';
  if (below(3) === 0) order.selfTradePreventionMode = ['NONE', 'EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH'][below(4)];
  return order;
}
