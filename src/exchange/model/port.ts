/**
 * The door between the model of the exchange (accounts, orders, matching, limits: no sockets, clock or random source) and
 * the server around it (HTTP, WebSocket, market data, faults). Everything is synchronous; time comes with every call.
 *
 * The model answers what {@link ExchangeModel.serves} says yes to: every signed or keyed endpoint, listen keys, and
 * nothing of market data. The server answers public endpoints itself and takes their weight from {@link ExchangeModel.limits},
 * so that both share one account of weight. `exchangeInfo` is made by the model and served by the server.
 *
 * Prices are whole ticks and quantities whole lots of the instrument; amounts are bigint in 10⁻⁸ (`E8`).
 */

export type ExchangeMarket = 'spot' | 'usdm';
export type BookSide = 'bid' | 'ask';

/** Of one instrument. Prices, quantities and ratios are decimal texts. */
export interface ExchangeInstrument {
  /** Such as `BTCUSDT`. */
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly tickSize: string;
  readonly lotSize: string;
  /** Bounds default to one step, and to 10⁷ units of price or 9,000 of quantity. */
  readonly minPrice?: string;
  readonly maxPrice?: string;
  readonly minQuantity?: string;
  readonly maxQuantity?: string;
  readonly maxMarketQuantity?: string;
  /** '5' unless told. */
  readonly minNotional?: string;
  /** Times the average (spot: 5 minutes, by side) or mark price (USD-M) that a limit price may be; 5 and 0.2, or 1.05 and 0.95. */
  readonly percentUp?: string;
  readonly percentDown?: string;
  /** 200 unless told. */
  readonly maxOpenOrders?: number;
  /** Conditional orders; 5 on spot and 10 on USD-M unless told. */
  readonly maxAlgoOrders?: number;
}

export interface AccountSpec {
  /** Names the account in events; not told to clients. */
  readonly id: string;
  readonly apiKey: string;
  readonly secret: string;
  readonly trading?: boolean;
  readonly withdrawals?: boolean;
  /** Addresses that may use the key; any when left out. */
  readonly ipAllowed?: readonly string[];
  /** Decimal texts by asset; on USD-M the wallet balances of margin assets. */
  readonly balances: Readonly<Record<string, string>>;
  /** Commission rates as decimal texts: spot 0.001/0.001, USD-M 0.0002/0.0005 unless told. */
  readonly makerRate?: string;
  readonly takerRate?: string;
}

export interface LimitSettings {
  /** Weight of an address per minute: spot 6000, USD-M 2400. */
  readonly weightPerMinute?: number;
  /** Orders of an account: spot 100 in 10 s and 200000 a day, USD-M 300 in 10 s and 1200 a minute. */
  readonly ordersPer10s?: number;
  readonly ordersPerMinute?: number;
  readonly ordersPerDay?: number;
}

export interface ExchangeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Without the query. */
  readonly path: string;
  /** As it came, without `?`; the signature is over these bytes. */
  readonly query: string;
  readonly body: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly remoteAddress: string;
  readonly atMs: number;
}

export interface ExchangeReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A trade to publish, of clients and crowd alike. Ids rise by one in each symbol. */
export interface PublicTrade {
  readonly symbol: string;
  readonly tradeId: number;
  readonly priceTicks: number;
  readonly lots: number;
  readonly buyerIsMaker: boolean;
  readonly atMs: number;
}

/** A level of the crowd's book as it is from now on: absolute, 0 removes. */
export interface CrowdLevel {
  readonly side: BookSide;
  readonly priceTicks: number;
  readonly lots: number;
}

export interface BookLevel {
  readonly priceTicks: number;
  readonly lots: number;
}

/**
 * What the model tells while it is being called, in order; do not call back into the model from here. Of one request the
 * events come before its reply returns: the server decides which goes over the wire first.
 */
export interface ExchangeEvents {
  /** The published quantity of a level, crowd and clients together; 0 when it is empty. */
  bookLevel(symbol: string, side: BookSide, priceTicks: number, lots: number, atMs: number): void;
  trade(trade: PublicTrade): void;
  /** Payload as it goes over the wire (bare; on the WebSocket API the server wraps it as `{subscriptionId, event}`). */
  userEvent(accountId: string, payload: Readonly<Record<string, unknown>>, atMs: number): void;
  /** The listen key is no longer valid: after `listenKeyExpired` was told, or because it was deleted. */
  listenKeyGone(accountId: string, listenKey: string, atMs: number): void;
}

export interface ExchangeOptions {
  readonly market: ExchangeMarket;
  readonly instruments: readonly ExchangeInstrument[];
  readonly accounts: readonly AccountSpec[];
  readonly nowMs: number;
  readonly events?: Partial<ExchangeEvents>;
  readonly limits?: LimitSettings;
  /** Makes listen keys and default client order ids; the same seed and calls give the same. */
  readonly seed?: number;
  /**
   * USD-M: whether conditional types are taken at /fapi/v1/order too, as until December 2025 ('both', the default), or
   * refused there with −4120 as today ('algo'). /fapi/v1/algoOrder takes them always.
   */
  readonly conditionalOrders?: 'both' | 'algo';
}

/** Passed, with the headers for the reply; or refused with the reply itself (429 or 418). */
export type LimitVerdict =
  | { readonly passed: true; readonly headers: Readonly<Record<string, string>> }
  | { readonly passed: false; readonly reply: ExchangeReply };

/** Within so many intervals an account may place so many orders; the header tells how many it has. */
export interface OrderWindow {
  readonly interval: 'SECOND' | 'MINUTE' | 'DAY';
  readonly intervalNum: number;
  readonly header: string;
  readonly ms: number;
  readonly limit: number;
}

export interface RateLimits {
  readonly weightPerMinute: number;
  readonly orderWindows: readonly OrderWindow[];
  /** Takes weight of an address; call it for every public request. */
  take(remoteAddress: string, weight: number, atMs: number): LimitVerdict;
  /** Headers as of now, taking nothing. */
  headers(remoteAddress: string, atMs: number): Readonly<Record<string, string>>;
  /** From now on the address is banned (418) until then: for faults on demand. */
  ban(remoteAddress: string, untilMs: number): void;
}

/** `subscribe` of a WebSocket API (`userDataStream.subscribe.signature`, `session.logon`) or why not. */
export type LogonVerdict =
  | { readonly accountId: string }
  | { readonly error: { readonly code: number; readonly msg: string }; readonly status: number };

export interface ExchangeModel {
  readonly market: ExchangeMarket;
  readonly limits: RateLimits;

  /**
   * Whether {@link request} answers this. Spot: order, order/test, order/cancelReplace, openOrders, allOrders, myTrades,
   * account, account/commission, rateLimit/order, userDataStream. USD-M: order, order/test, batchOrders, allOpenOrders,
   * openOrder(s), allOrders, userTrades, account, balance, positionRisk, leverage, marginType, positionSide/dual,
   * multiAssetsMargin, countdownCancelAll, commissionRate, leverageBracket, income, listenKey, algoOrder and its lists.
   * Both: everything under /sapi/ that is signed (apiRestrictions, capital/config/getall, tradeFee, and so on). A path
   * that neither of us knows is the server's 404.
   */
  serves(method: string, path: string): boolean;
  request(request: ExchangeRequest): ExchangeReply;

  /** Signed parameters of a WebSocket API: sorted by name, joined as `name=value&…`, without the signature. */
  logon(params: Readonly<Record<string, string>>, remoteAddress: string, atMs: number): LogonVerdict;
  /** The account whose user stream this key opens; undefined when it is unknown or expired. */
  accountOfListenKey(listenKey: string): string | undefined;
  /** The key is unknown from now on, and nobody is asked or told but {@link ExchangeEvents.listenKeyGone}: for faults on demand. */
  dropListenKey(listenKey: string, atMs: number): void;

  /** What exchangeInfo answers, ready to be serialised; of all symbols. */
  exchangeInfo(atMs: number): Readonly<Record<string, unknown>>;

  /** The crowd's levels from now on, absolute. A level that crosses resting client orders trades with them first. */
  marketLevels(symbol: string, levels: readonly CrowdLevel[], atMs: number): void;
  /**
   * A trade of the crowd: fills client orders at better prices, then what is in front at its price in order of time (the
   * crowd's displayed quantity there included, which shrinks by it); the rest is printed as a trade of the crowd alone.
   */
  marketTrade(symbol: string, priceTicks: number, lots: number, buyerIsMaker: boolean, atMs: number): void;
  /**
   * Empties the crowd's side of a book, as before a new snapshot of a recording; but for the levels that come with it, where
   * clients' orders keep their places in line.
   */
  clearMarket(symbol: string, atMs: number, but?: readonly CrowdLevel[]): void;
  /** USD-M: the mark price; the last trade's price until it is told. */
  markPrice(symbol: string, priceE8: bigint, atMs: number): void;
  /** USD-M: pays `rate` (decimal text) × notional from longs to shorts, at the mark price. */
  funding(symbol: string, rate: string, atMs: number): void;
  /** A deposit or withdrawal (negative) from outside, as decimal text: tells `balanceUpdate` or `ACCOUNT_UPDATE`. */
  transfer(accountId: string, asset: string, amount: string, atMs: number): void;

  /** Published levels, best first. */
  levels(symbol: string, side: BookSide, most: number): readonly BookLevel[];
  /** The average of the last five minutes' trades, or the last price, or 0 before any trade. */
  averagePriceE8(symbol: string, atMs: number): bigint;
  markPriceE8(symbol: string): bigint;
  lastTradeId(symbol: string): number;

  /** Does what is due: listen keys, countdowns. Call it at least once a second. */
  tick(atMs: number): void;
  /**
   * The whole state as text, without API keys and secrets: `restoreModel(text, options)` makes an equal one from it, and
   * takes market, instruments, keys and settings from the options again. Accounts that the text does not know begin anew.
   */
  save(): string;
}

/** The signature of a text, as a client with this secret makes it. */
export { sign } from './access.ts';
/** Amounts of 10⁻⁸ as decimal text, and back: both sides print the same. */
export { formatE8, parseE8 } from './decimal.ts';
