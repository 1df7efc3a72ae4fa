/** What an import is asked for, where its inputs go, and what it reports for the session's manifest. */
import type { InputKind, InstrumentKind, InstrumentSpec } from '../../engine/domain/index.ts';

/** Layouts of recorded market data that can be read; a name of this list forces the layout. */
export const FORMATS = [
  'binance-frames',
  'cryptofeed-binance',
  'trade-events',
  'binance-trades',
  'binance-aggtrades',
  'binance-depth',
  'tardis-trades',
  'tardis-quotes',
  'unfazed-trades',
  'unfazed-depth',
  'unfazed-snapshots',
  'nautilus-trades',
  'nautilus-quotes',
  'freqtrade-trades',
  'bars',
  'bars-json',
  'bars-headerless',
  'klines-headerless',
  'lean-bars',
  'octobot-bars',
  'funding-rates',
  'funding-lean',
  'fear-greed',
] as const;
export type FormatName = (typeof FORMATS)[number];

/** Takes the finished input records in order; the bytes are valid only during the call. */
export interface ImportSink {
  append(record: Uint8Array): void;
  /** The import failed after the sink was opened: nothing of it may stay behind. */
  abort(): void | Promise<void>;
}

/** What is known of a session before its first input is written. */
export interface ImportHeader {
  readonly venue: string;
  readonly instruments: readonly InstrumentSpec[];
  readonly accountCurrency: string;
  readonly barIntervalUs: number;
  /** Added to every recorded receive time; 0 where the recorder's clock was not behind the venue's. */
  readonly recorderOffsetUs: number;
}

/** How far an import is. Every byte of a file is read twice, so `bytesTotal` is twice the size of the files. */
export interface ImportProgress {
  readonly file: string;
  readonly bytesRead: number;
  readonly bytesTotal: number;
  readonly lines: number;
  /** Lines per second since the start. */
  readonly rate: number;
  readonly etaMs: number;
}

export interface ImportOptions {
  readonly files: readonly string[];
  /** exchangeInfo of Binance, markets of ccxt, or an array of `InstrumentSpec`; JSON, plain or gzip. */
  readonly instrumentsFile?: string | undefined;
  readonly format?: FormatName | undefined;
  /** Symbol of records that name none, where the file name does not tell either. */
  readonly symbol?: string | undefined;
  /** Market of all files, where neither the records nor the form of their symbols tell it. */
  readonly market?: InstrumentKind | undefined;
  /** Which time frame to take from a file that holds several, such as `1m`. */
  readonly timeFrame?: string | undefined;
  /** Largest share of bad lines in a file that is still imported. */
  readonly maxBadLineShare?: number | undefined;
  readonly openSink: (header: ImportHeader) => ImportSink | Promise<ImportSink>;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
  /** A monotonic clock, for the rate and the estimate of the remaining time only. */
  readonly nowMs: () => number;
}

export const DEFAULT_MAX_BAD_LINE_SHARE = 0.0001;

export interface BadLine {
  readonly line: number;
  readonly reason: string;
}

export interface ImportedFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly format: FormatName;
  /** Lines of the file (rows, where it is one JSON list), header and comments included. */
  readonly lines: number;
  /** Inputs that were made of them; several lines may make one input. */
  readonly records: number;
  readonly badLines: number;
  /** The first bad lines, ten at most. */
  readonly firstBad: readonly BadLine[];
  /** What was read, understood and left out, by kind. */
  readonly ignored: Readonly<Record<string, number>>;
  /** Numbers whose tail was the rounding noise of a binary fraction (`0.30000000000000004`), rounded to what was meant. */
  readonly denoised: number;
  /** What had to be concluded about the layout, in words. */
  readonly notes: readonly string[];
}

/** Counts of one instrument. */
export interface ImportedSeries {
  readonly symbol: string;
  readonly counts: Readonly<Partial<Record<InputKind, number>>>;
  /** Depth changes that did not continue the one before or the snapshot; each made a `gap` input. */
  readonly sequenceBreaks: number;
  /** Depth changes that waited for a snapshot. */
  readonly heldBack: number;
  /** Bars that are absent between the first and the last. */
  readonly missingBars: number;
  /** Bars that open before the one before is over. */
  readonly overlappingBars: number;
}

export interface ImportResult extends ImportHeader {
  readonly files: readonly ImportedFile[];
  readonly series: readonly ImportedSeries[];
  readonly inputs: number;
  readonly counts: Readonly<Partial<Record<InputKind, number>>>;
  readonly firstUs: number;
  readonly lastUs: number;
}
