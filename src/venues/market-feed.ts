/**
 * What the engine's host needs of a venue's market data. A feed writes inputs; the host stamps, records and steps each
 * one at once, within {@link FeedSink.accept}: there is no queue of frames in this process.
 */
import type { InputEncoder } from '../../engine/domain/index.ts';
import type { Quantiles } from './latency.ts';
import type { VenueInstrument } from './venue-instrument.ts';

export interface FeedSink {
  /** The record of one input is written here, then taken by {@link accept}. Instruments are indexes into the feed's list. */
  readonly encoder: InputEncoder;
  /**
   * Takes the record. False when nothing is taken now, for the journal is behind: what is offered until
   * {@link MarketFeed.resync} is lost, and by then the host has recorded a gap over all instruments.
   */
  accept(): boolean;
  /** For the operator: cleaned of what a venue may have put in. */
  notice(level: 'info' | 'warn' | 'error', text: string): void;
}

/** connecting: not there yet · live: data comes · stale: connected, and silent · down: no connection, tried again. */
export type FeedLink = 'connecting' | 'live' | 'stale' | 'down';

export interface FeedStatus {
  readonly link: FeedLink;
  /** Of the newest market data, 0 before the first. */
  readonly lastDataAtUs: number;
  readonly frames: number;
  readonly connects: number;
  /** Breaks in a book's sequence, and books made whole again. */
  readonly gaps: number;
  readonly resyncs: number;
  /** Frames told twice (as by two connections while one takes over from the other) and left out. */
  readonly duplicates: number;
  /** Frames that did not read, and were left out. */
  readonly unreadable: number;
  /** Receive time minus event time, with the clock's offset taken out where it is known. */
  readonly delay: Quantiles;
}

/** Of one venue. Instruments were asked for before it is made: their order is that of the engine's configuration. */
export interface MarketFeed {
  readonly instruments: readonly VenueInstrument[];
  /**
   * History of ready-made bars of `intervalUs`, oldest first, into the sink (as `bar` records with the history flag), at
   * most `count` for each instrument; then {@link start}. Rejects when the venue does not answer.
   */
  warmUp(sink: FeedSink, intervalUs: number, count: number): Promise<void>;
  /** Connects, and goes on through every kind of failure until {@link stop}. */
  start(sink: FeedSink): void;
  /** Something was lost on our side: every book is asked for anew. */
  resync(): void;
  status(): FeedStatus;
  /** How late the newest data was when it came, by the venue's clock; 0 before the first, or where no time is told. */
  readonly lateUs: number;
  /** Ends every connection and timer; the sink hears nothing more. */
  stop(): void;
}
