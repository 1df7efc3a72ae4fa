/** What the account holds, as the venue tells it when asked: balances, positions, open orders and executions since a time. */
import type { Money } from '../../../engine/domain/index.ts';
import { money, parseMoney } from '../../../engine/domain/index.ts';
import { cleanText } from '../../../logs/index.ts';
import type { Schedule } from '../../venues/schedule.ts';
import type {
  AccountExecution,
  AccountReply,
  AccountSnapshot,
  AssetBalance,
  VenueOpenOrder,
  VenuePosition,
} from '../trading-venue.ts';
import { type Api, ask, type Endpoint } from './api.ts';
import type { Parameters } from './client.ts';
import type { ClockSync } from './clock-sync.ts';
import type { Dialect } from './dialect.ts';
import { readExecution, toldByRest } from './executions.ts';
import { explain } from './explain.ts';
import { decimalText, filledOf, type Instruments, lotsOf, sideOf, type Traded, wholeLots } from './instruments.ts';
import { type Fields, fieldsOf, rowsOf, textOf, wholeOf } from './json.ts';
import type { OrderNames } from './order-names.ts';
import type { Orders } from './orders.ts';
import type { Prices } from './prices.ts';

export interface AccountOptions {
  readonly api: Api;
  readonly dialect: Dialect;
  readonly instruments: Instruments;
  readonly names: OrderNames;
  readonly orders: Orders;
  readonly prices: Prices;
  readonly clock: ClockSync;
  readonly schedule: Schedule;
}

const PAGE = 1_000;
/** Pages of trades that are read of one instrument at most: more is no account of one operator. */
const MOST_PAGES = 50;
/** Further back nothing is looked for: no order of a run is as old. */
const LONGEST_BACK_MS = 90 * 86_400_000;
/** Orders whose name only the venue knows, that are asked for in one look. */
const MOST_NAMES = 50;
const ZERO = money(0n);

/** Ends the look: with what the venue said, or with a line on what does not read. */
class Unread extends Error {
  readonly reply: Exclude<AccountReply, { kind: 'account' }>;

  constructor(reply: Exclude<AccountReply, { kind: 'account' }>) {
    super('the account could not be read');
    this.reply = reply;
  }
}

const misfit = (why: string): never => {
  throw new Unread({ kind: 'denied', why: cleanText(`the venue tells of the account what does not read: ${why}`) });
};

export class AccountReader {
  readonly #options: AccountOptions;
  /** Names that were asked for in this look. */
  #lookedUp = 0;

  constructor(options: AccountOptions) {
    this.#options = options;
  }

  /** Since `sinceUs` of our time. Never rejects. */
  async read(sinceUs: number): Promise<AccountReply> {
    this.#lookedUp = 0;
    try {
      return { kind: 'account', account: await this.#snapshot(sinceUs) };
    } catch (cause) {
      if (cause instanceof Unread) return cause.reply;
      return { kind: 'unknown' };
    }
  }

  async #snapshot(sinceUs: number): Promise<AccountSnapshot> {
    const { dialect, schedule, clock, instruments } = this.#options;
    const holdings = fieldsOf(await this.#ask(dialect.account, {}));
    const { openOrders, openConditional } = dialect;
    const orders = rows(await this.#ask(openOrders, {}), 'the open orders');
    const waiting =
      openConditional === undefined ? [] : rows(await this.#ask(openConditional, {}), 'the waiting orders');
    const executions: AccountExecution[] = [];
    const sinceMs = Math.floor((sinceUs + clock.rawOffsetUs) / 1000);
    for (const traded of instruments.all) executions.push(...(await this.#executions(traded, sinceMs)));
    executions.sort((a, b) => a.atUs - b.atUs || a.executionId - b.executionId);
    const isSpot = dialect.venue === 'binance';
    return {
      atUs: schedule.nowUs(),
      balances: isSpot ? spotBalances(holdings) : marginBalances(holdings),
      ...(isSpot ? this.#owned(holdings) : this.#positions(holdings)),
      openOrders: [...orders.map((row) => this.#openOrder(row)), ...waiting.map((row) => this.#waiting(row))],
      executions,
    };
  }

  async #ask(endpoint: Endpoint, parameters: Parameters): Promise<unknown> {
    const answer = await ask(this.#options.api, endpoint, parameters, 'query');
    if (answer.kind === 'done') return answer.json;
    if (answer.kind === 'busy') throw new Unread({ kind: 'busy', retryAfterUs: answer.retryAfterUs });
    if (answer.kind === 'refused') throw new Unread({ kind: 'denied', why: explain(answer) });
    throw new Unread({ kind: 'unknown' });
  }

  /** Of a spot account: what it owns of each instrument's base. */
  #owned(holdings: Fields): Pick<AccountSnapshot, 'positions' | 'foreign'> {
    const owned = new Map(spotBalances(holdings).map(({ asset, free, locked }) => [asset, free + locked]));
    const positions = this.#options.instruments.all.flatMap((traded): VenuePosition[] => {
      const quantity = owned.get(traded.listed.spec.base) ?? 0n;
      const whole = wholeLots(decimalText(quantity), traded) ?? misfit(`a balance of ${traded.listed.spec.base}`);
      return quantity === 0n ? [] : [{ instrument: traded.index, ...whole }];
    });
    return { positions, foreign: [] };
  }

  #positions(holdings: Fields): Pick<AccountSnapshot, 'positions' | 'foreign'> {
    const positions: VenuePosition[] = [];
    const foreign: Array<AccountSnapshot['foreign'][number]> = [];
    for (const row of rows(holdings.positions, 'the positions')) {
      const quantity = textOf(row.positionAmt) ?? '';
      const amount = parseMoney(quantity) ?? misfit('a position without a quantity');
      if (amount === 0n) continue;
      const symbol = cleanText(textOf(row.symbol) ?? '');
      if (row.positionSide !== undefined && row.positionSide !== 'BOTH')
        throw new Unread({ kind: 'denied', why: `${symbol}: the account is in hedge mode; one-way mode is needed` });
      const traded = this.#options.instruments.named(symbol);
      if (traded === undefined) foreign.push({ venueSymbol: symbol, quantity });
      else positions.push(this.#position(traded, quantity));
    }
    return { positions, foreign };
  }

  #position(traded: Traded, quantity: string): VenuePosition {
    const whole = wholeLots(quantity, traded) ?? misfit(`a position in ${traded.symbol}`);
    if (whole.dust !== '0') misfit(`a position in ${traded.symbol} off the grid`);
    return { instrument: traded.index, ...whole };
  }

  #openOrder(row: Fields): VenueOpenOrder {
    const type = textOf(row.type) ?? '';
    const orderId = textOf(row.orderId);
    const told = this.#open(row, row.origQty, row.executedQty, row.clientOrderId);
    const known = orderId === undefined ? undefined : this.#options.orders.nameOf(orderId);
    if (orderId !== undefined && known === undefined) this.#options.orders.learn(told.clientOrderId, orderId);
    return { ...told, clientOrderId: known ?? told.clientOrderId, conditional: /STOP|TAKE_PROFIT/.test(type) };
  }

  #waiting(row: Fields): VenueOpenOrder {
    return { ...this.#open(row, row.quantity, '0', row.clientAlgoId), conditional: true };
  }

  #open(row: Fields, quantity: unknown, filled: unknown, name: unknown): VenueOpenOrder {
    const venueSymbol = cleanText(textOf(row.symbol) ?? '');
    const traded = this.#options.instruments.named(venueSymbol);
    const side = sideOf(row.side) ?? misfit(`an open order in ${venueSymbol} without a side`);
    const clientOrderId = this.#options.names.fromVenue(cleanText(textOf(name) ?? ''));
    const reduceOnly = row.reduceOnly === true || row.reduceOnly === 'true';
    const common = { venueSymbol, clientOrderId, side, reduceOnly, conditional: false };
    // Lots of a grid that this run does not know cannot be told.
    if (traded === undefined) return { ...common, instrument: -1, lots: 0, filledLots: 0 };
    const lots = lotsOf(textOf(quantity), traded) ?? misfit(`an open order in ${venueSymbol} off the grid`);
    const filledLots = filledOf(textOf(filled), traded) ?? misfit(`an open order in ${venueSymbol} off the grid`);
    return { ...common, instrument: traded.index, lots, filledLots };
  }

  /** The newest page has them all but where much was traded; then windows of time up to now, each read in pages. */
  async #executions(traded: Traded, sinceMs: number): Promise<readonly AccountExecution[]> {
    const { clock, dialect } = this.#options;
    const untilMs = Math.floor(clock.venueUs() / 1000);
    const newest = await this.#trades({ symbol: traded.symbol, limit: PAGE });
    const oldestMs = Math.min(...newest.map((row) => wholeOf(row.time) ?? untilMs));
    const reachesBack = oldestMs < sinceMs || (newest.length < PAGE && dialect.newestPageIsAll(untilMs - sinceMs));
    const found = new Map<number, AccountExecution>();
    for (const row of reachesBack ? newest : await this.#rowsSince(traded, sinceMs, untilMs)) {
      if ((wholeOf(row.time) ?? sinceMs) < sinceMs) continue;
      const execution = await this.#execution(row, traded);
      found.set(execution.executionId, execution);
    }
    return [...found.values()];
  }

  async #rowsSince(traded: Traded, sinceMs: number, untilMs: number): Promise<readonly Fields[]> {
    const { dialect } = this.#options;
    const found: Fields[] = [];
    for (
      let fromMs = Math.max(sinceMs, untilMs - LONGEST_BACK_MS);
      fromMs <= untilMs;
      fromMs += dialect.tradesWindowMs
    ) {
      const endTime = fromMs + dialect.tradesWindowMs - 1;
      let parameters: Parameters = { symbol: traded.symbol, startTime: fromMs, endTime, limit: PAGE };
      for (let page = 0; ; page++) {
        if (page === MOST_PAGES) misfit(`more than ${PAGE * MOST_PAGES} trades in ${traded.symbol}`);
        const trades = await this.#trades(parameters);
        found.push(...trades);
        if (trades.length < PAGE) break;
        const last = Math.max(...trades.map((row) => wholeOf(row.id) ?? misfit('a trade without a number')));
        parameters = { symbol: traded.symbol, fromId: last + 1, limit: PAGE };
      }
    }
    return found;
  }

  async #trades(parameters: Parameters): Promise<readonly Fields[]> {
    return rows(await this.#ask(this.#options.dialect.trades, parameters), 'the trades');
  }

  async #execution(row: Fields, traded: Traded): Promise<AccountExecution> {
    const { prices, clock } = this.#options;
    const read = readExecution(toldByRest(row), traded, (asset) => prices.priceOf(asset));
    if ('misfit' in read) return misfit(`${traded.symbol}: ${read.misfit}`);
    const atMs = wholeOf(row.time) ?? misfit('a trade without a time');
    const clientOrderId = await this.#ownerOf(textOf(row.orderId) ?? '', traded);
    return { ...read.execution, instrument: traded.index, clientOrderId, atUs: atMs * 1000 - clock.rawOffsetUs };
  }

  /** The name of the order that a trade is of: heard before, or asked for; empty when it cannot be had. */
  async #ownerOf(orderId: string, traded: Traded): Promise<string> {
    const { orders, dialect, api, names } = this.#options;
    const known = orders.nameOf(orderId);
    if (known !== undefined) return known;
    if (this.#lookedUp >= MOST_NAMES) return '';
    this.#lookedUp++;
    const { endpoint, parameters } = dialect.queryByNumber(orderId, traded);
    const answer = await ask(api, endpoint, parameters, 'query');
    if (answer.kind !== 'done') return '';
    const name = names.fromVenue(cleanText(textOf(fieldsOf(answer.json).clientOrderId) ?? ''));
    orders.learn(name, orderId);
    return name;
  }
}

const rows = (value: unknown, what: string): readonly Fields[] => rowsOf(value) ?? misfit(`${what} are no list`);

const amountOf = (value: unknown, what: string): Money => parseMoney(textOf(value) ?? '') ?? misfit(what);

function spotBalances(holdings: Fields): readonly AssetBalance[] {
  return rows(holdings.balances, 'the balances')
    .map((row) => {
      const asset = cleanText(textOf(row.asset) ?? '');
      return { asset, free: amountOf(row.free, `${asset} free`), locked: amountOf(row.locked, `${asset} locked`) };
    })
    .filter(({ free, locked }) => free !== 0n || locked !== 0n);
}

/** Free and locked together are the wallet's balance; profits that are not taken yet are in neither. */
function marginBalances(holdings: Fields): readonly AssetBalance[] {
  return rows(holdings.assets, 'the assets')
    .map((row) => {
      const asset = cleanText(textOf(row.asset) ?? '');
      const wallet = amountOf(row.walletBalance, `${asset} balance`);
      const available = amountOf(row.availableBalance, `${asset} available`);
      const locked = available < wallet ? money(wallet - available) : ZERO;
      return { asset, free: money(wallet - locked), locked };
    })
    .filter(({ free, locked }) => free !== 0n || locked !== 0n);
}
