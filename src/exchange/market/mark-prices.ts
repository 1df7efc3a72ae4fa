/** Mark and index prices and funding of USD-M: the index follows the middle of the book slowly, funding the premium. */
import { type ExchangeModel, formatE8 } from '../model/port.ts';
import type { MarkFigures } from './frames.ts';
import { KLINE_INTERVALS, type KlineInterval } from './intervals.ts';
import { KlineSeries } from './klines.ts';
import type { Listing } from './listing.ts';

const FUNDING_MS = 8 * 3_600_000;
/** Share of the way to the middle of the book that the mark and the index go in a second. */
const MARK_PACE = 0.5;
const INDEX_PACE = 0.2;
const INTEREST = 0.0001;
const DAMPER = 0.0005;
const KEPT_FUNDINGS = 1_000;

export interface Funding {
  readonly symbol: string;
  readonly fundingTime: number;
  readonly fundingRate: string;
  readonly markPrice: string;
}

interface Mark {
  mark: number;
  index: number;
  readonly klines: ReadonlyMap<KlineInterval, KlineSeries>;
}

export class MarkPrices {
  readonly #model: ExchangeModel;
  readonly #marks = new Map<string, Mark>();
  readonly #fundings: Funding[] = [];
  #nextFundingMs: number;

  constructor(model: ExchangeModel, nowMs: number) {
    this.#model = model;
    this.#nextFundingMs = nextFunding(nowMs);
  }

  /** Once a second: the mark goes on, and funding is paid when it is due. */
  tick(listings: Iterable<Listing>, nowMs: number): void {
    const isDue = nowMs >= this.#nextFundingMs;
    for (const listing of listings) {
      this.#follow(listing, nowMs);
      if (isDue) this.#fund(listing, nowMs);
    }
    if (isDue) this.#nextFundingMs = nextFunding(nowMs);
  }

  /** Of history, where there is no book: the mark is the price of the trade. */
  past(listing: Listing, priceTicks: number, atMs: number): void {
    const price = listing.price.number(priceTicks);
    const mark = this.#of(listing, price);
    mark.mark = price;
    mark.index = price;
    this.#count(mark, listing, priceTicks, atMs);
  }

  figures(listing: Listing): MarkFigures {
    const { mark, index } = this.#of(listing, listing.price.number(listing.tape.last?.priceTicks ?? 0));
    return {
      mark: formatE8(this.#model.markPriceE8(listing.symbol)),
      index: index.toFixed(8),
      estimatedSettle: mark.toFixed(8),
      fundingRate: rateOf(mark, index),
      nextFundingMs: this.#nextFundingMs,
    };
  }

  klines(listing: Listing, interval: KlineInterval): KlineSeries {
    return this.#of(listing, listing.price.number(listing.tape.last?.priceTicks ?? 0)).klines.get(interval)!;
  }

  /** Paid so far, oldest first. */
  fundings(symbol: string | undefined): readonly Funding[] {
    return symbol === undefined ? this.#fundings : this.#fundings.filter((funding) => funding.symbol === symbol);
  }

  /** Pays funding at a rate now, before it is due: for tests. */
  pay(listing: Listing, fundingRate: string, nowMs: number): void {
    this.#model.funding(listing.symbol, fundingRate, nowMs);
    const markPrice = formatE8(this.#model.markPriceE8(listing.symbol));
    this.#fundings.push({ symbol: listing.symbol, fundingTime: nowMs, fundingRate, markPrice });
    if (this.#fundings.length > KEPT_FUNDINGS) this.#fundings.shift();
  }

  #fund(listing: Listing, nowMs: number): void {
    const { mark, index } = this.#of(listing, 0);
    if (mark > 0) this.pay(listing, rateOf(mark, index), nowMs);
  }

  #follow(listing: Listing, nowMs: number): void {
    const { bidTicks, askTicks } = listing.book.best();
    if (bidTicks === 0 || askTicks === 0) return;
    const middle = listing.price.number((bidTicks + askTicks) / 2);
    const mark = this.#of(listing, middle);
    mark.mark += (middle - mark.mark) * MARK_PACE;
    mark.index += (middle - mark.index) * INDEX_PACE;
    this.#model.markPrice(listing.symbol, BigInt(Math.round(mark.mark * 1e8)), nowMs);
    this.#count(mark, listing, listing.price.nearest(mark.mark), nowMs);
  }

  #count(mark: Mark, listing: Listing, priceTicks: number, atMs: number): void {
    const { symbol } = listing;
    for (const series of mark.klines.values())
      series.take({ symbol, tradeId: 0, priceTicks, lots: 0, buyerIsMaker: true, atMs });
  }

  #of(listing: Listing, price: number): Mark {
    let mark = this.#marks.get(listing.symbol);
    if (mark === undefined) {
      const klines = new Map(KLINE_INTERVALS.map((interval) => [interval, new KlineSeries(interval)]));
      mark = { mark: price, index: price, klines };
      this.#marks.set(listing.symbol, mark);
    }
    if (mark.mark === 0) {
      mark.mark = price;
      mark.index = price;
    }
    return mark;
  }
}

function nextFunding(nowMs: number): number {
  return (Math.floor(nowMs / FUNDING_MS) + 1) * FUNDING_MS;
}

/** The venue's formula: the premium, and interest as far as it is not more than the damper away. */
function rateOf(mark: number, index: number): string {
  const premium = index === 0 ? 0 : (mark - index) / index;
  return (premium + Math.min(DAMPER, Math.max(-DAMPER, INTEREST - premium))).toFixed(8);
}
