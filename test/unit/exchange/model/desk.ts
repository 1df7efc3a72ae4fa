/** An exchange in virtual time with its clients: signs requests as Binance's clients do, and keeps what they are told. */
import { sign } from '../../../../src/exchange/model/access.ts';
import { type Exchange, makeModel } from '../../../../src/exchange/model/exchange.ts';
import type {
  AccountSpec,
  BookSide,
  ExchangeInstrument,
  ExchangeOptions,
  ExchangeReply,
  ExchangeRequest,
  PublicTrade,
} from '../../../../src/exchange/model/port.ts';

export type Json = Record<string, unknown>;
export const START_MS = 1_700_000_000_000;

export const BTCUSDT: ExchangeInstrument = {
  symbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.01',
  lotSize: '0.00001',
};

/** The steps of USD-M. */
export const PERPETUAL: ExchangeInstrument = { ...BTCUSDT, tickSize: '0.1', lotSize: '0.001' };

export function accountSpec(
  id: string,
  balances: Readonly<Record<string, string>>,
  more: Partial<AccountSpec> = {},
): AccountSpec {
  return { id, apiKey: `key-of-${id}`.padEnd(64, '0'), secret: `secret of ${id}`, balances, ...more };
}

/** A reply as JSON says it: what is in it is for the test to know. */
export interface Body {
  readonly [name: string]: Body;
  readonly [index: number]: Body;
}

export interface Answer {
  readonly status: number;
  readonly headers: ExchangeReply['headers'];
  readonly body: Body;
  /** The same, of a reply that is a list. */
  readonly list: readonly Body[];
}

export class Desk {
  readonly model: Exchange;
  /** Another one that is asked the same, and its first different answer. */
  twin: Exchange | undefined;
  difference: string | undefined;
  nowMs = START_MS;
  readonly options: ExchangeOptions;
  readonly trades: PublicTrade[] = [];
  readonly told: Array<{ readonly accountId: string; readonly payload: Json }> = [];
  /** The published book, as whoever follows the events has it. */
  readonly book = new Map<string, number>();
  readonly gone: string[] = [];

  constructor(options: Partial<ExchangeOptions> = {}) {
    const market = options.market ?? 'spot';
    this.options = {
      market,
      instruments: [market === 'spot' ? BTCUSDT : PERPETUAL],
      accounts: [
        accountSpec('a', market === 'spot' ? { BTC: '10', USDT: '100000' } : { USDT: '100000' }),
        accountSpec('b', market === 'spot' ? { BTC: '10', USDT: '100000' } : { USDT: '100000' }),
      ],
      nowMs: START_MS,
      events: {
        bookLevel: (symbol, side, ticks, lots) => this.#level(symbol, side, ticks, lots),
        trade: (trade) => this.trades.push(trade),
        userEvent: (accountId, payload) => this.told.push({ accountId, payload: { ...payload } }),
        listenKeyGone: (_, key) => this.gone.push(key),
      },
      ...options,
    };
    this.model = makeModel(this.options);
  }

  /** Levels as `[price ticks, lots]`. */
  crowd(
    bids: ReadonlyArray<readonly [number, number]>,
    asks: ReadonlyArray<readonly [number, number]>,
    symbol = 'BTCUSDT',
  ): void {
    const side = (of: BookSide, levels: typeof bids) =>
      levels.map(([priceTicks, lots]) => ({ side: of, priceTicks, lots }));
    this.model.marketLevels(symbol, [...side('bid', bids), ...side('ask', asks)], this.nowMs);
  }

  send(
    accountId: string,
    method: ExchangeRequest['method'],
    path: string,
    params: Json = {},
    more: Partial<ExchangeRequest> = {},
  ): Answer {
    const spec = this.options.accounts.find(({ id }) => id === accountId);
    const stamped = { ...params, timestamp: params.timestamp ?? this.nowMs };
    const text = new URLSearchParams(
      Object.entries(stamped).map(([name, value]): [string, string] => [name, `${value}`]),
    ).toString();
    const signed = `${text}&signature=${sign(spec?.secret ?? '', text)}`;
    const isBody = method === 'POST' || method === 'PUT';
    return this.raw({
      method,
      path,
      query: isBody ? '' : signed,
      body: isBody ? signed : '',
      headers: { 'x-mbx-apikey': spec?.apiKey },
      ...more,
    });
  }

  raw(request: Partial<ExchangeRequest>): Answer {
    const whole = {
      method: 'GET',
      path: '/',
      query: '',
      body: '',
      headers: {},
      remoteAddress: '127.0.0.1',
      atMs: this.nowMs,
    } as const;
    const reply = this.model.request({ ...whole, ...request });
    const other = this.twin?.request({ ...whole, ...request });
    if (other !== undefined && JSON.stringify(other) !== JSON.stringify(reply)) {
      this.difference ??= `the twin answers ${other.body}, not ${reply.body}`;
    }
    const body: unknown = JSON.parse(reply.body);
    return { ...reply, body: body as Body, list: Array.isArray(body) ? body : [] };
  }

  each(act: (model: Exchange) => void): void {
    act(this.model);
    if (this.twin !== undefined) act(this.twin);
  }

  /** Balances of a spot account, as it is told of them. */
  holdings(accountId: string): readonly Json[] {
    const { balances } = this.send(accountId, 'GET', '/api/v3/account').body;
    const list: unknown = balances;
    if (!Array.isArray(list)) throw new Error('no balances');
    return list.map(({ asset, free, locked }) => ({ a: asset, f: free, l: locked }));
  }

  /** What an account was told of a kind since the last look. */
  events(accountId: string, kind?: string): Json[] {
    const found = this.told.filter(
      (one) => one.accountId === accountId && (kind === undefined || one.payload.e === kind),
    );
    for (const one of found) this.told.splice(this.told.indexOf(one), 1);
    return found.map(({ payload }) => payload);
  }

  #level(symbol: string, side: BookSide, ticks: number, lots: number): void {
    const key = `${symbol} ${side} ${ticks}`;
    if (lots === 0) this.book.delete(key);
    else this.book.set(key, lots);
  }
}
