/**
 * Builds and signs requests with ccxt: its tables of endpoints, its encoding and its signatures. It sends nothing by
 * itself: what would go out is caught, so that each request leaves once, by our own transport, with its reply untouched.
 */
import { movedTo } from '../../venues/ccxt/moved-addresses.ts';
import type { Credentials } from '../credentials.ts';
import type { LiveVenue } from '../open-trading.ts';
import { isFields } from './json.ts';
import type { HttpRequest } from './wire.ts';

export type Parameters = Readonly<Record<string, string | number | boolean>>;

/** What ccxt is asked for of its exchange object, and nothing more. */
interface CcxtExchange {
  nonce: () => number;
  fetch: (url: string, method?: string, headers?: unknown, body?: unknown) => Promise<unknown>;
  urls: Record<string, unknown>;
  signParams(params: Record<string, unknown>): unknown;
}

export class VenueClient {
  readonly #exchange: CcxtExchange;
  #caught: HttpRequest | undefined;

  private constructor(exchange: CcxtExchange) {
    this.#exchange = exchange;
    exchange.fetch = (url, method = 'GET', headers, body) => {
      const texts = isFields(headers) ? Object.entries(headers).map(([name, value]) => [name, String(value)]) : [];
      this.#caught = {
        url,
        method,
        headers: Object.fromEntries(texts),
        body: typeof body === 'string' ? body : undefined,
      };
      return Promise.resolve();
    };
  }

  /** Loads ccxt, which takes the better part of a second. `venueMs` is the time that requests are signed with. */
  static async load(
    venue: LiveVenue,
    url: string | undefined,
    credentials: Credentials | undefined,
    venueMs: () => number,
  ): Promise<VenueClient> {
    const { pro } = await import('ccxt');
    const keys = credentials?.use((apiKey, secret) => ({ apiKey, secret })) ?? {};
    const exchange: CcxtExchange = new pro[venue]({
      ...keys,
      enableRateLimit: false,
      maxRetriesOnFailure: 0,
      userAgent: 'chimera',
      options: { recvWindow: 5_000, maxRetriesOnFailure: 0, warnOnFetchOpenOrdersWithoutSymbol: false },
    });
    exchange.nonce = venueMs;
    if (url !== undefined) exchange.urls.api = movedTo(url, exchange.urls.api);
    return new VenueClient(exchange);
  }

  /**
   * The request of an endpoint by ccxt's name for it, such as `fapiPrivatePostOrder`, with the parameters as they are
   * given: texts stay the digits they are.
   *
   * @throws Error without any secret in it when ccxt cannot build it.
   */
  request(endpoint: string, parameters: Parameters): HttpRequest {
    this.#caught = undefined;
    const method: unknown = Reflect.get(this.#exchange, endpoint);
    if (typeof method !== 'function') throw new Error(`ccxt has no endpoint ${endpoint}`);
    // Everything up to the sending is synchronous: there is no limiter to wait for, and nothing to load.
    const sent: unknown = method.call(this.#exchange, { ...parameters });
    if (sent instanceof Promise) sent.catch(() => {});
    const request = this.#caught;
    this.#caught = undefined;
    if (request === undefined) throw new Error(`ccxt built no request for ${endpoint}`);
    return request;
  }

  /** Signed parameters for a subscription by WebSocket: key, time and signature. */
  streamParameters(): unknown {
    return this.#exchange.signParams({});
  }

  /** Where ccxt says that a WebSocket of this kind is, such as `future` or `ws-api.spot`. */
  socketUrl(path: readonly string[]): string {
    let found: unknown = this.#exchange.urls.api;
    for (const name of ['ws', ...path]) found = isFields(found) ? found[name] : undefined;
    if (typeof found !== 'string') throw new Error(`ccxt has no WebSocket ${path.join('.')}`);
    return found;
  }
}
