/** What a line of recorded market data says, in the venue's own words: numbers are still decimal texts. */
import type { InstrumentKind, ReadingSource } from '../../engine/domain/index.ts';
import type { DecimalReader } from './decimals.ts';
import type { FileNameHints } from './file-name.ts';

interface EventBase {
  /** Line (or row) of the file on which it begins. */
  readonly line: number;
  /** The venue's symbol in upper case; empty where the record names none (a bare REST snapshot, an index). */
  readonly symbol: string;
  /** The market, where the record itself tells it. */
  readonly market: InstrumentKind | undefined;
  /** When the recorder got it; the venue's time where nobody recorded that. */
  readonly receivedUs: number;
  /** False where `receivedUs` is the venue's time. */
  readonly recorded: boolean;
  /** When the venue sent it: what the recorder's clock is held against. */
  readonly eventUs: number | undefined;
  /** The venue's time of what happened; undefined where it gives none. */
  readonly venueUs: number | undefined;
}

export interface TradeEvent extends EventBase {
  readonly kind: 'trade';
  readonly price: string;
  readonly quantity: string;
  /** Below zero where the record has none. */
  readonly tradeId: number;
  readonly buyerIsMaker: boolean;
  /** True for aggregated trades, which say the same as the single ones. */
  readonly aggregate: boolean;
}

export interface QuoteEvent extends EventBase {
  readonly kind: 'quote';
  readonly bidPrice: string;
  readonly bidQuantity: string;
  readonly askPrice: string;
  readonly askQuantity: string;
  /** 0 where the record has none. */
  readonly updateId: number;
}

export interface DepthEvent extends EventBase {
  readonly kind: 'depth' | 'snapshot';
  readonly firstUpdateId: number;
  readonly lastUpdateId: number;
  /** Below zero on markets that give none (spot). */
  readonly previousUpdateId: number;
  /** Flat pairs of price and quantity. */
  readonly bids: readonly string[];
  readonly asks: readonly string[];
}

export interface BarEvent extends EventBase {
  readonly kind: 'bar';
  readonly openUs: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  /** 0 where the record has none. */
  readonly tradeCount: number;
  /** Length of the bar, where the record tells it. */
  readonly intervalUs: number | undefined;
}

/** A reading of a slow source; without a symbol it is of the whole market. It is known from `receivedUs` on. */
export interface ReadingEvent extends EventBase {
  readonly kind: 'reading';
  readonly source: ReadingSource;
  readonly value: number;
}

export type MarketEvent = TradeEvent | QuoteEvent | DepthEvent | BarEvent | ReadingEvent;

/** Where a parser puts what it found in the lines. */
export interface EventHandler {
  event(event: MarketEvent): void;
  /** The line cannot be used; it is counted and reported. */
  bad(line: number, reason: string): void;
  /** The line is understood and left out, by kind. */
  ignore(kind: string): void;
}

/** Reads the lines of one file, in order. */
export interface LineParser {
  line(text: string, line: number): void;
  /** The last line has been read: what was being put together is finished. */
  end(): void;
}

/** How the rows of a file are laid out, as found at its beginning. */
export interface FileLayout {
  /** Names of the columns as written; empty where the file has no header. */
  readonly columns: readonly string[];
  /** Line of the header, 0 for none. Lines before it are comments or a preamble. */
  readonly headerLine: number;
  /** Order of the prices in bars without a header. */
  readonly barOrder: 'open-high-low-close' | 'open-close-high-low';
  readonly notes: readonly string[];
}

/** What a parser is made with. */
export interface ParserContext {
  /** Name of the file, for refusals. */
  readonly name: string;
  readonly handler: EventHandler;
  readonly decimals: DecimalReader;
  readonly hints: FileNameHints;
  readonly layout: FileLayout;
  /** Symbol of records that name none: from the option, else from the file name. */
  readonly defaultSymbol: string | undefined;
  readonly timeFrame: string | undefined;
}
