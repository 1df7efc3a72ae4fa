/**
 * What both markets share: the state with its books and indexes, ids, time, prices, and the way to those who listen.
 */
import { bitsOf, nextSeed } from '../random.ts';
import { Book } from './book.ts';
import { E8, formatE8, mustE8 } from './decimal.ts';
import { FIXED } from './errors.ts';
import { type Instrument, makeInstrument } from './instrument.ts';
import { Limits } from './limits.ts';
import type { AccountSpec, BookSide, ExchangeEvents, ExchangeOptions } from './port.ts';
import {
  type AccountState,
  addTo,
  type Balance,
  type ExchangeState,
  isOpen,
  type Order,
  type SymbolState,
} from './state.ts';

const BUCKET_MS = 10_000;
const AVERAGE_MS = 300_000;
/** Finished orders that an account can still ask for. */
const FINISHED_KEPT = 20_000;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Keys and rates of an account: from the options, never part of the state. */
export interface Account {
  readonly spec: AccountSpec;
  readonly state: AccountState;
  readonly makerE8: bigint;
  readonly takerE8: bigint;
}

/** Everything of one symbol. */
export interface Market {
  readonly instrument: Instrument;
  readonly state: SymbolState;
  readonly book: Book;
  /** Prices of trades since conditional orders were last looked at, and whether the mark price moved. */
  lowTicks: number;
  highTicks: number;
  moved: boolean;
}

export class Core {
  readonly state: ExchangeState;
  readonly limits: Limits;
  readonly accounts = new Map<string, Account>();
  readonly byKey = new Map<string, Account>();
  readonly markets = new Map<string, Market>();
  readonly options: ExchangeOptions;
  /** The time of the last call as it was told: a clock that is set back goes back here, and nowhere else. */
  clockMs: number;
  readonly #events: Partial<ExchangeEvents>;
  readonly #open = new Map<string, Map<number, Order>>();
  readonly #all = new Map<string, Map<number, Order>>();
  readonly #names = new Map<string, number>();

  constructor(options: ExchangeOptions, saved?: ExchangeState) {
    this.options = options;
    this.clockMs = options.nowMs;
    this.state = saved ?? emptyState(options);
    if (this.state.market !== options.market) throw new RangeError(`this exchange was a ${this.state.market} market`);
    this.#events = options.events ?? {};
    this.limits = new Limits(this.state, options.limits);
    for (const spec of options.instruments) this.#addMarket(makeInstrument(spec, options.market));
    for (const spec of options.accounts) this.#addAccount(spec);
    const orders = [...this.state.orders.values()];
    for (const order of orders.sort((a, b) => a.id - b.id)) this.#adopt(order);
    const resting = orders.filter((order) => order.resting).sort((a, b) => a.priority - b.priority);
    for (const order of resting) this.market(order.symbol).book.add(order, true);
  }

  get nowMs(): number {
    return this.state.nowMs;
  }

  /** Time never runs back. */
  at(atMs: number): number {
    if (!Number.isSafeInteger(atMs)) throw new RangeError(`time ${atMs} is not in whole milliseconds`);
    this.clockMs = atMs;
    this.state.nowMs = Math.max(this.state.nowMs, atMs);
    return this.state.nowMs;
  }

  market(symbol: string): Market {
    const market = this.markets.get(symbol);
    if (market === undefined) throw FIXED.invalidSymbol();
    return market;
  }

  account(id: string): Account {
    const account = this.accounts.get(id);
    if (account === undefined) throw new RangeError(`no account '${id}'`);
    return account;
  }

  /** A new balance is empty. */
  balance(account: AccountState, asset: string): Balance {
    let balance = account.balances.get(asset);
    if (balance === undefined) {
      balance = { freeE8: 0n, lockedE8: 0n };
      account.balances.set(asset, balance);
    }
    return balance;
  }

  // ---- orders

  /** Into every index; its id is taken by {@link nextOrderId} before. */
  addOrder(order: Order): void {
    this.state.orders.set(order.id, order);
    inner(this.#all, order.accountId).set(order.id, order);
    inner(this.#open, order.accountId).set(order.id, order);
    this.#names.set(nameKey(order.accountId, order.symbol, order.clientOrderId), order.id);
  }

  /** It is not open any more. */
  closed(order: Order): void {
    inner(this.#open, order.accountId).delete(order.id);
    const all = inner(this.#all, order.accountId);
    if (all.size <= FINISHED_KEPT) return;
    for (const old of all.values()) {
      if (isOpen(old.status)) continue;
      all.delete(old.id);
      this.state.orders.delete(old.id);
      const key = nameKey(old.accountId, old.symbol, old.clientOrderId);
      if (this.#names.get(key) === old.id) this.#names.delete(key);
      break;
    }
  }

  openOrders(accountId: string, symbol?: string): Order[] {
    const orders = [...inner(this.#open, accountId).values()];
    return symbol === undefined ? orders : orders.filter((order) => order.symbol === symbol);
  }

  /** Conditional orders of a market that wait for their price. */
  waiting({ instrument }: Market): Order[] {
    const found: Order[] = [];
    for (const orders of this.#open.values()) {
      for (const order of orders.values()) if (order.waiting && order.symbol === instrument.symbol) found.push(order);
    }
    return found;
  }

  /** All that are remembered, oldest first. */
  allOrders(accountId: string, symbol: string): Order[] {
    return [...inner(this.#all, accountId).values()].filter((order) => order.symbol === symbol);
  }

  orderById(accountId: string, symbol: string, id: number): Order | undefined {
    const order = inner(this.#all, accountId).get(id);
    return order?.symbol === symbol ? order : undefined;
  }

  /** The newest that bears the name. */
  orderByName(accountId: string, symbol: string, name: string): Order | undefined {
    const id = this.#names.get(nameKey(accountId, symbol, name));
    return id === undefined ? undefined : this.state.orders.get(id);
  }

  nextOrderId(): number {
    return this.state.nextOrderId++;
  }

  nextExecutionId(): number {
    return this.state.nextExecutionId++;
  }

  /** Letters and digits from the seed. */
  randomName(length: number): string {
    let name = '';
    for (let i = 0; i < length; i++) {
      this.state.random = nextSeed(this.state.random);
      name += ALPHABET[bitsOf(this.state.random) % ALPHABET.length];
    }
    return name;
  }

  // ---- prices

  /** A trade happened: its id. */
  printed(market: Market, ticks: number, lots: number, buyerIsMaker: boolean): number {
    const { state, instrument } = market;
    state.lastTradeId++;
    state.lastTicks = ticks;
    market.lowTicks = Math.min(market.lowTicks, ticks);
    market.highTicks = Math.max(market.highTicks, ticks);
    market.moved = true;
    const fromMs = this.nowMs - (this.nowMs % BUCKET_MS);
    let bucket = state.buckets.at(-1);
    if (bucket?.fromMs !== fromMs) {
      bucket = { fromMs, lots: 0, volume: 0n };
      state.buckets = state.buckets.filter((old) => old.fromMs > fromMs - AVERAGE_MS);
      state.buckets.push(bucket);
    }
    bucket.lots += lots;
    bucket.volume += BigInt(ticks) * BigInt(lots);
    const { symbol } = instrument;
    const tradeId = state.lastTradeId;
    this.#events.trade?.({ symbol, tradeId, priceTicks: ticks, lots, buyerIsMaker, atMs: this.nowMs });
    return tradeId;
  }

  averageE8(market: Market): bigint {
    const { state, instrument } = market;
    let lots = 0n;
    let volume = 0n;
    for (const bucket of state.buckets) {
      if (bucket.fromMs <= this.nowMs - AVERAGE_MS) continue;
      lots += BigInt(bucket.lots);
      volume += bucket.volume;
    }
    return lots === 0n ? BigInt(state.lastTicks) * instrument.tickE8 : (volume * instrument.tickE8) / lots;
  }

  /** The mark price, else the last one, else the middle of the book, else 0. */
  markE8(market: Market): bigint {
    const { state, book, instrument } = market;
    if (state.markE8 > 0n) return state.markE8;
    if (state.lastTicks > 0) return BigInt(state.lastTicks) * instrument.tickE8;
    const bid = book.bestTicks('bid');
    const ask = book.bestTicks('ask');
    if (bid === undefined || ask === undefined) return BigInt(bid ?? ask ?? 0) * instrument.tickE8;
    return (BigInt(bid + ask) * instrument.tickE8) / 2n;
  }

  // ---- to whom it may concern

  tell(accountId: string, payload: Readonly<Record<string, unknown>>): void {
    this.#events.userEvent?.(accountId, payload, this.nowMs);
  }

  listenKeyGone(accountId: string, key: string): void {
    this.#events.listenKeyGone?.(accountId, key, this.nowMs);
  }

  #addMarket(instrument: Instrument): void {
    const { symbol, tickE8, lotE8 } = instrument;
    if (this.markets.has(symbol)) throw new RangeError(`symbol '${symbol}' is there twice`);
    let state = this.state.symbols.get(symbol);
    if (state === undefined) {
      const book = { bids: new Map(), asks: new Map() };
      state = { symbol, tickE8, lotE8, lastTradeId: 0, lastTicks: 0, markE8: 0n, buckets: [], ...book };
      this.state.symbols.set(symbol, state);
    }
    checkSteps(instrument, state);
    const book = new Book(state, (side: BookSide, ticks: number, lots: number) =>
      this.#events.bookLevel?.(symbol, side, ticks, lots, this.nowMs),
    );
    const idle = { lowTicks: Number.POSITIVE_INFINITY, highTicks: Number.NEGATIVE_INFINITY, moved: false };
    this.markets.set(symbol, { instrument, state, book, ...idle });
  }

  #addAccount(spec: AccountSpec): void {
    if (this.accounts.has(spec.id)) throw new RangeError(`account '${spec.id}' is there twice`);
    if (this.byKey.has(spec.apiKey)) throw new RangeError(`account '${spec.id}' has the key of another one`);
    let state = this.state.accounts.get(spec.id);
    if (state === undefined) {
      const uid = 1_000_001 + this.state.accounts.size;
      const updateMs = this.nowMs;
      state = {
        id: spec.id,
        uid,
        balances: new Map(),
        positions: new Map(),
        trades: [],
        income: [],
        updateMs,
        countdowns: new Map(),
      };
      this.state.accounts.set(spec.id, state);
      for (const [asset, text] of Object.entries(spec.balances)) {
        const amount = mustE8(text, `account '${spec.id}': balance of ${asset}`);
        if (amount < 0n) throw new RangeError(`account '${spec.id}': balance of ${asset} is below zero`);
        this.balance(state, asset).freeE8 += amount;
        addTo(this.state.deposits, asset, amount);
      }
    }
    const isSpot = this.options.market === 'spot';
    const rate = (text: string | undefined, standard: string, what: string) => {
      const value = mustE8(text ?? standard, `account '${spec.id}': ${what}`);
      if (value < 0n || value >= E8) throw new RangeError(`account '${spec.id}': ${what} is from 0 to 1`);
      return value;
    };
    const makerE8 = rate(spec.makerRate, isSpot ? '0.001' : '0.0002', 'maker rate');
    const takerE8 = rate(spec.takerRate, isSpot ? '0.001' : '0.0005', 'taker rate');
    const account = { spec, state, makerE8, takerE8 };
    this.accounts.set(spec.id, account);
    this.byKey.set(spec.apiKey, account);
  }

  /** An order of an earlier life. */
  #adopt(order: Order): void {
    const isKnown = this.accounts.has(order.accountId) && this.markets.has(order.symbol);
    if (!isKnown && isOpen(order.status)) {
      throw new RangeError(`order ${order.id} is open, and its account or symbol is not there any more`);
    }
    this.addOrder(order);
    if (!isOpen(order.status)) inner(this.#open, order.accountId).delete(order.id);
  }
}

/** Ticks and lots of an earlier life mean nothing in other sizes. */
function checkSteps({ symbol, tickE8, lotE8 }: Instrument, saved: SymbolState): void {
  if (saved.tickE8 === tickE8 && saved.lotE8 === lotE8) return;
  const sizes = (tick: bigint, lot: bigint) => `ticks of ${formatE8(tick)} and lots of ${formatE8(lot)}`;
  throw new RangeError(
    `${symbol} was saved in ${sizes(saved.tickE8, saved.lotE8)}, and now it has ${sizes(tickE8, lotE8)}`,
  );
}

function inner<K>(map: Map<string, Map<K, Order>>, key: string): Map<K, Order> {
  let found = map.get(key);
  if (found === undefined) {
    found = new Map();
    map.set(key, found);
  }
  return found;
}

const nameKey = (accountId: string, symbol: string, name: string) => `${accountId}\n${symbol}\n${name}`;

function emptyState(options: ExchangeOptions): ExchangeState {
  return {
    market: options.market,
    nowMs: options.nowMs,
    random: options.seed ?? 1,
    nextOrderId: 1,
    nextAlgoId: 1_000_001,
    nextExecutionId: 1,
    nextTransferId: 1,
    nextPriority: 1,
    accounts: new Map(),
    symbols: new Map(),
    orders: new Map(),
    algos: new Map(),
    listenKeys: new Map(),
    crowd: new Map(),
    fees: new Map(),
    deposits: new Map(),
    weights: new Map(),
    orderCounts: new Map(),
  };
}
