/** The WebSocket API: requests of REST as messages, log-on, and the subscription to the user's events. */
import { z } from 'zod';
import type { Venue } from '../market/venue.ts';
import { type ExchangeReply, type ExchangeRequest, type RateLimits, sign } from '../model/port.ts';
import type { Connection } from './connection.ts';
import type { AccountKeys } from './keys-file.ts';
import type { RequestLog } from './request-log.ts';
import type { Users } from './users.ts';

const requestSchema = z.object({
  id: z.union([z.int(), z.string().max(64), z.null()]),
  method: z.string().max(64),
  params: z.record(z.string(), z.unknown()).optional(),
});

type Params = Readonly<Record<string, string>>;
type Id = string | number | null;

/** REST method and path of each request that is one; the market's base comes before it. */
const AS_REST: Readonly<Record<string, readonly [method: ExchangeRequest['method'], name: string]>> = {
  ping: ['GET', 'ping'],
  time: ['GET', 'time'],
  exchangeInfo: ['GET', 'exchangeInfo'],
  depth: ['GET', 'depth'],
  klines: ['GET', 'klines'],
  uiKlines: ['GET', 'uiKlines'],
  avgPrice: ['GET', 'avgPrice'],
  'trades.recent': ['GET', 'trades'],
  'trades.historical': ['GET', 'historicalTrades'],
  'trades.aggregate': ['GET', 'aggTrades'],
  'ticker.24hr': ['GET', 'ticker/24hr'],
  'ticker.price': ['GET', 'ticker/price'],
  'ticker.book': ['GET', 'ticker/bookTicker'],
  'order.place': ['POST', 'order'],
  'order.test': ['POST', 'order/test'],
  'order.status': ['GET', 'order'],
  'order.cancel': ['DELETE', 'order'],
  'order.modify': ['PUT', 'order'],
  'order.cancelReplace': ['POST', 'order/cancelReplace'],
  'openOrders.status': ['GET', 'openOrders'],
  'openOrders.cancelAll': ['DELETE', 'openOrders'],
  allOrders: ['GET', 'allOrders'],
  myTrades: ['GET', 'myTrades'],
  'account.status': ['GET', 'account'],
  'account.balance': ['GET', 'balance'],
  'account.position': ['GET', 'positionRisk'],
  'account.commission': ['GET', 'account/commission'],
  'userDataStream.start': ['POST', 'userDataStream'],
  'userDataStream.ping': ['PUT', 'userDataStream'],
  'userDataStream.stop': ['DELETE', 'userDataStream'],
};

/** Requests that Binance answers with what is used of the limits on orders. */
const PLACING: ReadonlySet<string> = new Set(['order.place', 'order.modify', 'order.cancelReplace']);

export interface ApiSessionOptions {
  readonly connection: Connection;
  readonly venue: Venue;
  readonly users: Users;
  readonly remoteAddress: string;
  readonly keys: readonly AccountKeys[];
  readonly log: RequestLog;
  /** Answers a request of REST, with what faults make of it; `name` is what they know it by. Never calls back for one lost. */
  readonly rest: (request: ExchangeRequest, name: string, answer: (reply: ExchangeReply) => void) => void;
}

export class ApiSession {
  readonly #options: ApiSessionOptions;
  readonly #connectedMs: number;
  #account: AccountKeys | undefined;
  #authorizedMs = 0;
  #nextSubscription = 0;

  constructor(options: ApiSessionOptions) {
    this.#options = options;
    this.#connectedMs = options.venue.nowMs();
  }

  message(text: string): void {
    let raw: unknown;
    try {
      raw = JSON.parse(text);
    } catch {
      this.#answer(null, 400, { error: { code: -1000, msg: 'Malformed JSON.' } });
      return;
    }
    const parsed = requestSchema.safeParse(raw);
    if (!parsed.success) {
      this.#answer(null, 400, { error: { code: -1000, msg: 'id and method are wanted.' } });
      return;
    }
    const { id, method } = parsed.data;
    const given = Object.entries(parsed.data.params ?? {}).filter(([, value]) => value !== undefined && value !== null);
    const params = Object.fromEntries(
      given.map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
    );
    this.#do(id, method, params);
  }

  close(): void {
    this.#options.users.unsubscribe(this.#options.connection);
  }

  #do(id: Id, method: string, params: Params): void {
    switch (method) {
      case 'session.logon':
        this.#logon(id, method, params, (account) => {
          this.#account = account;
          this.#authorizedMs = this.#options.venue.nowMs();
          return { apiKey: account.apiKey, ...this.#sessionTimes() };
        });
        return;
      case 'session.logout':
        this.#account = undefined;
        this.#answer(id, 200, { result: { apiKey: null, ...this.#sessionTimes() } });
        return;
      case 'session.status':
        this.#answer(id, 200, { result: { apiKey: this.#account?.apiKey ?? null, ...this.#sessionTimes() } });
        return;
      case 'userDataStream.subscribe.signature':
        this.#logon(id, method, params, (account) => this.#subscribe(account));
        return;
      case 'userDataStream.subscribe':
        if (this.#account === undefined)
          this.#answer(id, 400, { error: { code: -1002, msg: 'You are not authorized.' } });
        else this.#answer(id, 200, { result: this.#subscribe(this.#account) });
        return;
      case 'userDataStream.unsubscribe':
        this.#options.users.unsubscribe(
          this.#options.connection,
          params.subscriptionId === undefined ? undefined : Number(params.subscriptionId),
        );
        this.#answer(id, 200, { result: {} });
        return;
      default:
        this.#asRest(id, method, params);
    }
  }

  #logon(id: Id, method: string, params: Params, result: (account: AccountKeys) => object): void {
    const { venue, remoteAddress, keys, log } = this.#options;
    const atMs = venue.nowMs();
    const verdict = venue.model.logon(params, remoteAddress, atMs);
    log.add({ atMs, method: 'WS', path: method, query: '', status: 'error' in verdict ? verdict.status : 200 });
    if ('error' in verdict) {
      this.#answer(id, verdict.status, { error: verdict.error });
      return;
    }
    const account = keys.find((one) => one.id === verdict.accountId);
    if (account !== undefined) this.#answer(id, 200, { result: result(account) });
  }

  #subscribe(account: AccountKeys): { readonly subscriptionId: number } {
    const subscriptionId = this.#nextSubscription++;
    this.#options.users.subscribe(this.#options.connection, account.id, subscriptionId);
    return { subscriptionId };
  }

  #asRest(id: Id, method: string, params: Params): void {
    const rest = Object.hasOwn(AS_REST, method) ? AS_REST[method] : undefined;
    const { venue, remoteAddress } = this.#options;
    if (rest === undefined) {
      this.#answer(id, 400, { error: { code: -1020, msg: 'This operation is not supported.' } });
      return;
    }
    const [verb, name] = rest;
    const request: ExchangeRequest = {
      method: verb,
      path: pathOf(venue, name),
      query: this.#signed(params),
      body: '',
      headers: { 'x-mbx-apikey': params.apiKey ?? this.#account?.apiKey },
      remoteAddress,
      atMs: venue.nowMs(),
    };
    this.#options.rest(request, method, ({ status, headers, body }) => {
      const content: unknown = JSON.parse(body);
      const limits = rateLimitsOf(headers, venue.model.limits, PLACING.has(method));
      this.#answer(id, status, status === 200 ? { result: content, ...limits } : { error: content, ...limits });
    });
  }

  /** Sorted, as the client has signed them; a session that is logged on needs no signature, and gets ours. */
  #signed(params: Params): string {
    const { signature, ...rest } = params;
    const account = this.#account;
    if (signature === undefined && account !== undefined) {
      const query = queryOf({ apiKey: account.apiKey, ...rest });
      return `${query}&signature=${sign(account.secret, query)}`;
    }
    return signature === undefined ? queryOf(rest) : `${queryOf(rest)}&signature=${inQuery(signature)}`;
  }

  #sessionTimes() {
    return {
      authorizedSince: this.#account === undefined ? null : this.#authorizedMs,
      connectedSince: this.#connectedMs,
      returnRateLimits: true,
      serverTime: this.#options.venue.nowMs(),
    };
  }

  #answer(id: Id, status: number, content: object): void {
    this.#options.connection.answer(JSON.stringify({ id, status, ...content }));
  }
}

/** The client has signed the values as they are: only what would not come through a query is written otherwise. */
function queryOf(params: Params): string {
  const names = Object.keys(params).sort();
  return names.map((name) => `${name}=${inQuery(params[name]!)}`).join('&');
}

const inQuery = (value: string) => value.replace(/[%&+]/g, encodeURIComponent);

function pathOf({ market }: Venue, name: string): string {
  if (market === 'spot') return `/api/v3/${name}`;
  if (name === 'userDataStream') return '/fapi/v1/listenKey';
  return name === 'account' || name === 'balance' || name === 'positionRisk' ? `/fapi/v2/${name}` : `/fapi/v1/${name}`;
}

/** Of all limits that the request counts against; `isOrder` when those on orders are among them. */
function rateLimitsOf(headers: ExchangeReply['headers'], limits: RateLimits, isOrder: boolean): object {
  const used = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), Number(value)]));
  const weight = { interval: 'MINUTE', intervalNum: 1, header: 'x-mbx-used-weight-1m', limit: limits.weightPerMinute };
  const all = [
    ...(isOrder ? limits.orderWindows.map((window) => ({ rateLimitType: 'ORDERS', ...window })) : []),
    { rateLimitType: 'REQUEST_WEIGHT', ...weight },
  ];
  const rateLimits = all.flatMap(({ rateLimitType, interval, intervalNum, limit, header }) => {
    const count = used.get(header.toLowerCase());
    return count === undefined ? [] : [{ rateLimitType, interval, intervalNum, limit, count }];
  });
  return rateLimits.length === 0 ? {} : { rateLimits };
}
