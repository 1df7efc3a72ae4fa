/** One market of the exchange: the model that trades, the crowd that it is told of, and what of both is published. */
import { parseOnGrid } from '../../../engine/domain/index.ts';
import type {
  ExchangeEvents,
  ExchangeInstrument,
  ExchangeMarket,
  ExchangeModel,
  ExchangeReply,
  ExchangeRequest,
  PublicTrade,
} from '../model/port.ts';
import { formatE8 } from '../model/port.ts';
import { isDue } from './due.ts';
import { Listing } from './listing.ts';
import { MarkPrices } from './mark-prices.ts';
import { MarketStreams } from './market-streams.ts';
import type { MarketAct } from './source.ts';

export interface UserEvents {
  userEvent(accountId: string, payload: Readonly<Record<string, unknown>>): void;
  listenKeyGone(listenKey: string): void;
}

export interface VenueOptions {
  readonly market: ExchangeMarket;
  readonly instruments: readonly ExchangeInstrument[];
  /** The time that the venue believes it is. */
  readonly nowMs: () => number;
  /** Makes the model, new or restored, with these events. */
  readonly makeModel: (events: ExchangeEvents) => ExchangeModel;
  readonly users: UserEvents;
}

const MARK_MS = 1_000;
/** The venue's own orders that close a position have a name that begins so. */
const LIQUIDATION_PREFIX = 'autoclose-';
/** Numbers of updates begin with the time, so that those of a restarted venue are higher than those of before. */
const UPDATES_PER_MS = 8;

export class Venue {
  readonly market: ExchangeMarket;
  readonly model: ExchangeModel;
  readonly streams: MarketStreams;
  readonly marks: MarkPrices;
  readonly listings: ReadonlyMap<string, Listing>;
  readonly nowMs: () => number;
  readonly #touched = new Set<string>();
  #isPast = false;
  #markDueMs = 0;

  constructor(options: VenueOptions) {
    const { market, instruments, nowMs, makeModel, users } = options;
    this.market = market;
    this.nowMs = nowMs;
    const firstUpdateId = Math.floor(nowMs() * UPDATES_PER_MS);
    this.listings = new Map(instruments.map((one) => [one.symbol, new Listing(market, one, firstUpdateId)]));
    this.streams = new MarketStreams([...this.listings.values()], {
      averagePrice: (listing) => formatE8(this.model.averagePriceE8(listing.symbol, nowMs())),
      mark: (listing) => this.marks.figures(listing),
    });
    this.model = makeModel({
      bookLevel: (symbol, side, priceTicks, lots) => {
        this.listings.get(symbol)!.book.set(side, priceTicks, lots);
        this.streams.of(symbol)!.touch(side, priceTicks);
        this.#touched.add(symbol);
      },
      trade: (trade) => this.#trade(trade),
      userEvent: (accountId, payload) => {
        users.userEvent(accountId, payload);
        this.#liquidated(payload);
      },
      listenKeyGone: (_accountId, listenKey) => users.listenKeyGone(listenKey),
    });
    this.marks = new MarkPrices(this.model, nowMs());
    for (const { symbol, book } of this.listings.values()) {
      for (const side of ['bid', 'ask'] as const)
        for (const { priceTicks, lots } of this.model.levels(symbol, side, 5_000)) book.set(side, priceTicks, lots);
    }
  }

  /** Something of the crowd, now. */
  act(symbol: string, act: MarketAct): void {
    const atMs = this.nowMs();
    if (act.kind === 'trade') this.model.marketTrade(symbol, act.priceTicks, act.lots, act.buyerIsMaker, atMs);
    else {
      if (act.isWhole) this.model.clearMarket(symbol, atMs, act.levels);
      this.model.marketLevels(symbol, act.levels, atMs);
    }
    this.settle();
  }

  /** A trade of before the exchange opened: it is in klines and lists, and no order meets it. */
  past(symbol: string, act: MarketAct, atMs: number): void {
    if (act.kind !== 'trade') return;
    this.#isPast = true;
    this.model.marketTrade(symbol, act.priceTicks, act.lots, act.buyerIsMaker, atMs);
    this.#isPast = false;
  }

  /** A trade of before whose number is known: of the past, or of a life that is over. */
  recall(trade: PublicTrade): void {
    const listing = this.listings.get(trade.symbol)!;
    listing.count(trade);
    listing.tape.take(trade);
    if (this.market === 'usdm') this.marks.past(listing, trade.priceTicks, trade.atMs);
  }

  request(request: ExchangeRequest): ExchangeReply {
    const reply = this.model.request(request);
    this.settle();
    return reply;
  }

  /** Publishes what an act has changed. */
  settle(): void {
    if (this.#touched.size === 0) return;
    const nowMs = this.nowMs();
    for (const symbol of this.#touched) this.streams.of(symbol)!.settle(nowMs);
    this.#touched.clear();
  }

  /** Every 50 ms. */
  tick(): void {
    const nowMs = this.nowMs();
    this.model.tick(nowMs);
    this.settle();
    if (this.market === 'usdm' && isDue({ dueMs: this.#markDueMs, everyMs: MARK_MS }, nowMs)) {
      this.#markDueMs = nowMs + MARK_MS;
      this.marks.tick(this.listings.values(), nowMs);
      this.settle();
    }
    this.streams.tick(nowMs);
  }

  #trade(trade: PublicTrade): void {
    if (this.#isPast) {
      this.recall(trade);
      return;
    }
    this.listings.get(trade.symbol)!.count(trade);
    this.streams.of(trade.symbol)!.trade(trade, this.nowMs());
    this.#touched.add(trade.symbol);
  }

  /** What a liquidation of a client fills is told to everybody. */
  #liquidated({ e, o: order }: Readonly<Record<string, unknown>>): void {
    if (e !== 'ORDER_TRADE_UPDATE' || typeof order !== 'object' || order === null) return;
    const { s, S, c, x, L, l }: Readonly<Record<string, unknown>> = { ...order };
    if (x !== 'TRADE' || typeof c !== 'string' || !c.startsWith(LIQUIDATION_PREFIX)) return;
    const listing = this.listings.get(String(s))!;
    const priceTicks = parseOnGrid(String(L), listing.price.grid);
    const lots = parseOnGrid(String(l), listing.quantity.grid);
    if (priceTicks === undefined || lots === undefined) return;
    const side = S === 'BUY' ? 'BUY' : 'SELL';
    this.streams.of(listing.symbol)!.forceOrder({ side, priceTicks, lots }, this.nowMs());
  }
}
