/**
 * Everything that the exchange remembers, as plain values: no object of it is held twice, so that its text is the whole
 * of it. Books and indexes are made from it.
 */
import type { ExchangeMarket } from './port.ts';

export type Side = 'BUY' | 'SELL';
export type TimeInForce = 'GTC' | 'IOC' | 'FOK' | 'GTX';
export type OrderStatus = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED' | 'EXPIRED_IN_MATCH';
/** What happens when an order would trade with one of its own account. */
export type SelfTradeMode = 'NONE' | 'EXPIRE_TAKER' | 'EXPIRE_MAKER' | 'EXPIRE_BOTH';
export type WorkingType = 'CONTRACT_PRICE' | 'MARK_PRICE';

export interface Order {
  readonly id: number;
  readonly accountId: string;
  readonly symbol: string;
  readonly clientOrderId: string;
  readonly side: Side;
  /** On USD-M a conditional order becomes LIMIT or MARKET when it is triggered. */
  type: string;
  readonly origType: string;
  readonly timeInForce: TimeInForce;
  /** 0 for a market order by quote until it is filled. */
  lots: number;
  /** Of a market order by quote, else 0. */
  readonly quoteE8: bigint;
  /** 0 without a limit. */
  priceTicks: number;
  /** 0 without a condition. */
  readonly stopTicks: number;
  readonly workingType: WorkingType;
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
  readonly priceProtect: boolean;
  readonly selfTradeMode: SelfTradeMode;
  /** The conditional order that placed this one, or 0. */
  readonly algoId: number;
  status: OrderStatus;
  filledLots: number;
  filledE8: bigint;
  /** Not traded since it would have been with the own account. */
  preventedLots: number;
  readonly atMs: number;
  updateMs: number;
  /** When it went to work, −1 before. */
  workingMs: number;
  /** In the book. */
  resting: boolean;
  /** Waits for its price. */
  waiting: boolean;
  /** Among resting orders: lower goes first. */
  priority: number;
  /** Lots of the crowd in front of it at its price. */
  ahead: number;
  /** Spot: what it keeps from the account, in quote for a buy and base for a sell. */
  lockedE8: bigint;
}

export interface AccountTrade {
  readonly id: number;
  readonly orderId: number;
  readonly symbol: string;
  readonly priceTicks: number;
  readonly lots: number;
  readonly quoteE8: bigint;
  readonly feeE8: bigint;
  readonly feeAsset: string;
  readonly atMs: number;
  readonly isBuyer: boolean;
  readonly isMaker: boolean;
  readonly realizedE8: bigint;
}

export interface Balance {
  /** USD-M: the wallet without what isolated positions hold. */
  freeE8: bigint;
  /** USD-M: always 0. */
  lockedE8: bigint;
}

export interface Position {
  readonly symbol: string;
  lots: number;
  /** Of what is open, signed as the lots. */
  costE8: bigint;
  /** The same with fees, for the price at which nothing is lost. */
  breakEvenE8: bigint;
  realizedE8: bigint;
  leverage: number;
  isolated: boolean;
  isolatedE8: bigint;
  updateMs: number;
}

export interface Income {
  readonly symbol: string;
  readonly type: 'REALIZED_PNL' | 'COMMISSION' | 'FUNDING_FEE' | 'TRANSFER' | 'INSURANCE_CLEAR';
  readonly amountE8: bigint;
  readonly asset: string;
  readonly atMs: number;
  readonly tradeId: string;
  readonly transferId: number;
}

export type AlgoStatus = 'NEW' | 'TRIGGERING' | 'TRIGGERED' | 'FINISHED' | 'CANCELED' | 'REJECTED';

/** A conditional order of the USD-M algo service. */
export interface AlgoOrder {
  readonly id: number;
  readonly accountId: string;
  readonly clientAlgoId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: string;
  readonly timeInForce: TimeInForce;
  readonly lots: number;
  readonly priceTicks: number;
  readonly stopTicks: number;
  readonly workingType: WorkingType;
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
  readonly priceProtect: boolean;
  readonly selfTradeMode: SelfTradeMode;
  status: AlgoStatus;
  readonly atMs: number;
  updateMs: number;
  triggerMs: number;
  /** The order it placed, 0 before. */
  orderId: number;
  reason: string;
}

export interface AccountState {
  readonly id: string;
  readonly uid: number;
  readonly balances: Map<string, Balance>;
  readonly positions: Map<string, Position>;
  trades: AccountTrade[];
  income: Income[];
  updateMs: number;
  /** Times at which all orders of a symbol are cancelled. */
  readonly countdowns: Map<string, { everyMs: number; atMs: number }>;
}

export interface PriceBucket {
  readonly fromMs: number;
  lots: number;
  /** Ticks × lots. */
  volume: bigint;
}

export interface SymbolState {
  readonly symbol: string;
  /** What all ticks and lots of this state count. */
  readonly tickE8: bigint;
  readonly lotE8: bigint;
  lastTradeId: number;
  /** 0 before any trade. */
  lastTicks: number;
  /** 0 before it is told. */
  markE8: bigint;
  buckets: PriceBucket[];
  /** The crowd's levels, kept by the book. */
  bids: Map<number, number>;
  asks: Map<number, number>;
}

export interface ListenKey {
  readonly key: string;
  readonly accountId: string;
  untilMs: number;
}

export interface Usage {
  windowMs: number;
  count: number;
}

export interface ExchangeState {
  readonly market: ExchangeMarket;
  nowMs: number;
  random: number;
  nextOrderId: number;
  nextAlgoId: number;
  nextExecutionId: number;
  nextTransferId: number;
  nextPriority: number;
  readonly accounts: Map<string, AccountState>;
  readonly symbols: Map<string, SymbolState>;
  readonly orders: Map<number, Order>;
  readonly algos: Map<number, AlgoOrder>;
  readonly listenKeys: Map<string, ListenKey>;
  /** Assets that the crowd has won (or lost, below zero) from clients, and that it owes as positions on USD-M. */
  readonly crowd: Map<string, bigint>;
  readonly fees: Map<string, bigint>;
  /** Paid in from outside, first balances included. */
  readonly deposits: Map<string, bigint>;
  readonly weights: Map<string, Usage & { refused: number; bannedUntilMs: number; bans: number }>;
  readonly orderCounts: Map<string, Usage[]>;
}

export function isOpen(status: OrderStatus): boolean {
  return status === 'NEW' || status === 'PARTIALLY_FILLED';
}

export function addTo(map: Map<string, bigint>, asset: string, amount: bigint): void {
  map.set(asset, (map.get(asset) ?? 0n) + amount);
}

/** Entries of the past that an account keeps at most; at least it keeps half of them. */
const MOST_KEPT = 50_000;

/** The list with one more, without its older half when it has become too long. */
export function remember<T>(list: T[], entry: T): T[] {
  list.push(entry);
  return list.length > MOST_KEPT ? list.slice(-MOST_KEPT / 2) : list;
}

type Encoded = string | number | boolean | null | Encoded[] | { readonly [name: string]: Encoded };

/** A tag that no value of the state begins with, for texts in it are names, symbols and words. */
const BIG = '\u0001n';
const TEXT = '\u0001t';

function encode(value: unknown): Encoded {
  if (typeof value === 'bigint') return `${BIG}${value}`;
  if (typeof value === 'string') return value.startsWith('\u0001') ? `${TEXT}${value}` : value;
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (value instanceof Map) return { map: [...value].map((entry) => encode(entry)) };
  if (Array.isArray(value)) return value.map((entry) => encode(entry));
  if (typeof value === 'object') {
    return { object: Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, encode(entry)])) };
  }
  throw new TypeError(`state holds a ${typeof value}`);
}

function decode(value: Encoded): unknown {
  if (typeof value === 'string') {
    if (value.startsWith(BIG)) return BigInt(value.slice(BIG.length));
    return value.startsWith(TEXT) ? value.slice(TEXT.length) : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(decode);
  const { map, object } = value;
  if (Array.isArray(map)) return new Map(map.map(decode) as Array<[unknown, unknown]>);
  if (typeof object !== 'object' || object === null) throw new TypeError('not a saved exchange');
  return Object.fromEntries(Object.entries(object).map(([name, entry]) => [name, decode(entry)]));
}

const FORMAT = 'chimera-exchange-2';

export function saveState(state: ExchangeState): string {
  return JSON.stringify({ format: FORMAT, state: encode(state) });
}

/** Throws in words when the text is not a saved exchange. */
export function readState(text: string): ExchangeState {
  const saved = JSON.parse(text) as { readonly format?: unknown; readonly state?: Encoded };
  if (saved.format !== FORMAT || saved.state === undefined) throw new TypeError(`not a saved exchange (${FORMAT})`);
  return decode(saved.state) as ExchangeState;
}
