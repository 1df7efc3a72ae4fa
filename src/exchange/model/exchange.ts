/**
 * A Binance-compatible exchange as a model: accounts, orders, matching and limits behind the door of `port.ts`, without a
 * socket, clock or random source of its own. The same calls at the same times give the same bytes.
 */
import { accountOfKey, authenticate, checkSigned } from './access.ts';
import { type Account, Core, type Market } from './core.ts';
import { mustE8 } from './decimal.ts';
import { ApiError, missing } from './errors.ts';
import { exchangeInfo } from './exchange-info.ts';
import { quantityE8 } from './instrument.ts';
import { ListenKeys } from './listen-keys.ts';
import type { Matching } from './matching.ts';
import { Params } from './params.ts';
import type {
  BookLevel,
  BookSide,
  CrowdLevel,
  ExchangeMarket,
  ExchangeModel,
  ExchangeOptions,
  ExchangeReply,
  ExchangeRequest,
  LogonVerdict,
  RateLimits,
} from './port.ts';
import type { Route, Routes } from './route.ts';
import { spotRoutes } from './spot-api.ts';
import { SpotDesk } from './spot-desk.ts';
import { isOpen, type Order, readState, saveState } from './state.ts';
import { usdmAccountRoutes } from './usdm-account-api.ts';
import { usdmAlgoRoutes } from './usdm-algo-api.ts';
import { usdmOrderRoutes } from './usdm-api.ts';
import { UsdmDesk } from './usdm-desk.ts';
import { walletRoutes } from './wallet-api.ts';

/** What the door needs of either market. */
interface MarketDesk {
  readonly matching: Matching;
  cancel(order: Order, name: string): void;
  transfer(account: Account, asset: string, amountE8: bigint): void;
  funding?(market: Market, rateE8: bigint): void;
}

const JSON_TYPE = { 'Content-Type': 'application/json;charset=UTF-8' };

export class Exchange implements ExchangeModel {
  readonly market: ExchangeMarket;
  readonly limits: RateLimits;
  readonly #core: Core;
  readonly #desk: MarketDesk;
  readonly #keys: ListenKeys;
  readonly #routes: Routes;

  /** Throws in words when the options make no sense. */
  constructor(options: ExchangeOptions, saved?: string) {
    this.market = options.market;
    this.#core = new Core(options, saved === undefined ? undefined : readState(saved));
    this.limits = this.#core.limits;
    this.#keys = new ListenKeys(this.#core);
    if (options.market === 'spot') {
      const desk = new SpotDesk(this.#core);
      this.#desk = desk;
      this.#routes = { ...spotRoutes(this.#core, desk, this.#keys), ...walletRoutes(this.#core) };
    } else {
      const desk = new UsdmDesk(this.#core);
      this.#desk = desk;
      const orders = { ...usdmOrderRoutes(this.#core, desk), ...usdmAlgoRoutes(this.#core, desk) };
      this.#routes = { ...orders, ...usdmAccountRoutes(this.#core, this.#keys), ...walletRoutes(this.#core) };
    }
  }

  serves(method: string, path: string): boolean {
    return Object.hasOwn(this.#routes, `${method} ${path}`);
  }

  request(request: ExchangeRequest): ExchangeReply {
    this.#core.at(request.atMs);
    const route = this.#routes[`${request.method} ${request.path}`];
    if (route === undefined) return reply(404, {}, new ApiError(-1000, 'Path not found.').body);
    let headers: Readonly<Record<string, string>> = {};
    try {
      const params = new Params(request.query, request.body);
      const weight = typeof route.weight === 'number' ? route.weight : route.weight(params);
      const verdict = this.limits.take(request.remoteAddress, weight, this.#core.nowMs);
      if (!verdict.passed) return verdict.reply;
      headers = verdict.headers;
      const answer = this.#answer(request, route, params, (more) => {
        headers = { ...headers, ...more };
      });
      return reply(200, headers, answer);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { retryMs } = error;
      if (retryMs !== undefined) headers = { ...headers, 'Retry-After': `${Math.ceil(retryMs / 1000)}` };
      return reply(error.status, headers, error.body);
    } finally {
      this.#desk.matching.runTriggers();
    }
  }

  logon(values: Readonly<Record<string, string>>, remoteAddress: string, atMs: number): LogonVerdict {
    this.#core.at(atMs);
    try {
      const params = Params.of(values);
      const key = params.text('apiKey');
      if (key === undefined) throw missing('apiKey');
      const account = accountOfKey(this.#core, key, remoteAddress);
      const names = Object.keys(values).filter((name) => name !== 'signature');
      const text = names.sort().map((name) => `${name}=${values[name]}`);
      checkSigned(this.#core, account, params, text.join('&'), this.market === 'spot');
      return { accountId: account.state.id };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { error: { code: error.code, msg: error.message }, status: error.status };
    }
  }

  accountOfListenKey(listenKey: string): string | undefined {
    return this.#keys.accountOf(listenKey);
  }

  dropListenKey(listenKey: string, atMs: number): void {
    this.#core.at(atMs);
    this.#keys.drop(listenKey);
  }

  exchangeInfo(atMs: number): Readonly<Record<string, unknown>> {
    return exchangeInfo(this.#core, atMs);
  }

  marketLevels(symbol: string, levels: readonly CrowdLevel[], atMs: number): void {
    const market = this.#at(symbol, atMs);
    for (const { priceTicks, lots } of levels) {
      checkWhole('price', priceTicks, 1);
      checkWhole('lots', lots, 0);
    }
    this.#desk.matching.crowdLevels(market, levels);
    this.#desk.matching.runTriggers();
  }

  marketTrade(symbol: string, priceTicks: number, lots: number, buyerIsMaker: boolean, atMs: number): void {
    const market = this.#at(symbol, atMs);
    checkWhole('price', priceTicks, 1);
    checkWhole('lots', lots, 1);
    this.#desk.matching.crowdTrade(market, priceTicks, lots, buyerIsMaker);
    this.#desk.matching.runTriggers();
  }

  clearMarket(symbol: string, atMs: number, but: readonly CrowdLevel[] = []): void {
    const { book } = this.#at(symbol, atMs);
    for (const side of ['bid', 'ask'] as const) {
      const stays = new Set(but.filter((level) => level.side === side).map(({ priceTicks }) => priceTicks));
      for (const ticks of book.crowdPrices(side)) if (!stays.has(ticks)) book.setCrowd(side, ticks, 0);
    }
  }

  markPrice(symbol: string, priceE8: bigint, atMs: number): void {
    const market = this.#at(symbol, atMs);
    if (priceE8 <= 0n) throw new RangeError(`mark price ${priceE8} is not above zero`);
    market.state.markE8 = priceE8;
    market.moved = true;
    this.#desk.matching.runTriggers();
  }

  funding(symbol: string, rate: string, atMs: number): void {
    const market = this.#at(symbol, atMs);
    if (this.#desk.funding === undefined) throw new RangeError(`a ${this.market} market knows no funding`);
    this.#desk.funding(market, mustE8(rate, 'funding rate'));
    this.#desk.matching.runTriggers();
  }

  transfer(accountId: string, asset: string, amount: string, atMs: number): void {
    this.#core.at(atMs);
    this.#desk.transfer(this.#core.account(accountId), asset, mustE8(amount, 'amount'));
  }

  levels(symbol: string, side: BookSide, most: number): readonly BookLevel[] {
    return this.#core.market(symbol).book.levels(side, most);
  }

  averagePriceE8(symbol: string, atMs: number): bigint {
    return this.#core.averageE8(this.#at(symbol, atMs));
  }

  markPriceE8(symbol: string): bigint {
    return this.#core.markE8(this.#core.market(symbol));
  }

  lastTradeId(symbol: string): number {
    return this.#core.market(symbol).state.lastTradeId;
  }

  tick(atMs: number): void {
    this.#core.at(atMs);
    this.#keys.tick();
    for (const { state } of this.#core.accounts.values()) {
      for (const [symbol, countdown] of state.countdowns) {
        if (countdown.atMs > this.#core.nowMs) continue;
        state.countdowns.delete(symbol);
        for (const order of this.#core.openOrders(state.id, symbol)) {
          if (isOpen(order.status)) this.#desk.cancel(order, '');
        }
      }
    }
  }

  save(): string {
    return saveState(this.#core.state);
  }

  /**
   * For whoever checks the books: what accounts, crowd and fees have of each asset (USD-M: positions at what they cost
   * included) and what was paid in, which are equal always, and the least that any balance is.
   */
  audit(): ReadonlyMap<string, { readonly held: bigint; readonly deposited: bigint; readonly least: bigint }> {
    const { accounts, crowd, fees, deposits } = this.#core.state;
    const sums = new Map<string, { held: bigint; deposited: bigint; least: bigint }>();
    const of = (asset: string) => {
      const known = sums.get(asset) ?? { held: 0n, deposited: deposits.get(asset) ?? 0n, least: 0n };
      sums.set(asset, known);
      return known;
    };
    for (const { balances, positions } of accounts.values()) {
      for (const [asset, { freeE8, lockedE8 }] of balances) {
        const sum = of(asset);
        sum.held += freeE8 + lockedE8;
        for (const part of [freeE8, lockedE8]) if (part < sum.least) sum.least = part;
      }
      for (const { symbol, lots, costE8, isolatedE8 } of positions.values()) {
        const market = this.#core.markets.get(symbol);
        if (market === undefined) continue;
        of(market.instrument.base).held += quantityE8(market.instrument, lots);
        of(market.instrument.quote).held += isolatedE8 - costE8;
      }
    }
    for (const part of [crowd, fees]) for (const [asset, amount] of part) of(asset).held += amount;
    return sums;
  }

  #answer(
    request: ExchangeRequest,
    route: Route,
    params: Params,
    head: (more: Readonly<Record<string, string>>) => void,
  ): unknown {
    const account = authenticate(this.#core, request, params, route.security);
    const { limits, nowMs } = this.#core;
    try {
      if (route.orders) limits.takeOrders(account.state.id, route.orders, nowMs);
      return route.answer({ account, params });
    } finally {
      // One that is refused may have counted too.
      const isOrder = route.security === 'trade' && request.method !== 'GET';
      if (isOrder) head(limits.orderHeaders(account.state.id, nowMs));
    }
  }

  #at(symbol: string, atMs: number): Market {
    this.#core.at(atMs);
    const market = this.#core.markets.get(symbol);
    if (market === undefined) throw new RangeError(`no symbol '${symbol}'`);
    return market;
  }
}

/** A new exchange. Throws in words when the options make no sense. */
export function makeModel(options: ExchangeOptions): Exchange {
  return new Exchange(options);
}

/** One as it was saved. Market, instruments, keys, limits and events come from the options: no secret is in the text. */
export function restoreModel(text: string, options: ExchangeOptions): Exchange {
  return new Exchange(options, text);
}

function reply(status: number, headers: Readonly<Record<string, string>>, body: unknown): ExchangeReply {
  return { status, headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) };
}

function checkWhole(what: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(`${what} ${value} is not a whole number from ${least} on`);
}
