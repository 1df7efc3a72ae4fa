/** One symbol of one market with everything the public side knows of it: formats, book, trades, klines, 24 hours. */
import type { ExchangeInstrument, ExchangeMarket, PublicTrade } from '../model/port.ts';
import { GridFormat, WorthFormat } from './grid-format.ts';
import { allSeries } from './klines.ts';
import { PublishedBook } from './published-book.ts';
import { RollingDay } from './rolling-day.ts';
import { TradeTape } from './trade-tape.ts';

/** Spot writes eight decimals everywhere, USD-M as many as the grid has. */
const SPOT_DECIMALS = 8;

export class Listing {
  readonly symbol: string;
  readonly market: ExchangeMarket;
  readonly instrument: ExchangeInstrument;
  readonly price: GridFormat;
  readonly quantity: GridFormat;
  readonly worth: WorthFormat;
  readonly book: PublishedBook;
  readonly tape = new TradeTape();
  readonly day = new RollingDay();
  readonly klines = allSeries();

  constructor(market: ExchangeMarket, instrument: ExchangeInstrument, firstUpdateId: number) {
    const shown = market === 'spot' ? SPOT_DECIMALS : 0;
    this.market = market;
    this.symbol = instrument.symbol;
    this.instrument = instrument;
    this.price = new GridFormat(instrument.tickSize, shown);
    this.quantity = new GridFormat(instrument.lotSize, shown);
    this.worth = new WorthFormat(this.price.grid, this.quantity.grid, shown);
    this.book = new PublishedBook(firstUpdateId);
  }

  /** Counts a trade in klines and 24 hours; the tape is the caller's, for its aggregates are published. */
  count(trade: PublicTrade): void {
    for (const series of this.klines.values()) series.take(trade);
    this.day.take(trade);
  }

  /** A price that is not on the grid, such as an average, with at least two decimals more than the grid has. */
  averageText(value: number): string {
    return value.toFixed(Math.max(SPOT_DECIMALS, this.price.grid.decimals));
  }

  /** Worth ÷ volume as text: the average price of what was traded. */
  averageOf(worth: number, volume: number): string {
    const unit = this.price.grid.step / 10 ** this.price.grid.decimals;
    return this.averageText(volume === 0 ? 0 : (worth / volume) * unit);
  }
}
