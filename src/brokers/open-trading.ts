/** The door to the trading side of live venues: which adapter serves which venue. */
import type { Schedule } from '../venues/schedule.ts';
import type { VenueInstrument } from '../venues/venue-instrument.ts';
import { BinanceTrading } from './binance/trading.ts';
import type { Wire } from './binance/wire.ts';
import type { Credentials } from './credentials.ts';
import type { TradingVenue } from './trading-venue.ts';

export const LIVE_VENUES = ['binance', 'binanceusdm'] as const;
/** Spot, or USD-margined perpetuals. */
export type LiveVenue = (typeof LIVE_VENUES)[number];

export interface TradingOptions {
  readonly venue: LiveVenue;
  /** Another place for all of the venue's addresses, such as `http://127.0.0.1:8080` of an exchange on this machine. */
  readonly url?: string | undefined;
  /** In the order of the engine's configuration. */
  readonly instruments: readonly VenueInstrument[];
  readonly credentials: Credentials;
  readonly schedule: Schedule;
  /** Of the run that goes on, in whose name orders of earlier lives stand at the venue. */
  readonly runId?: string | undefined;
  /** Such as `USDT`: what fees are told in. */
  readonly accountCurrency: string;
  /** How requests and frames travel; sockets of this machine unless told. */
  readonly wire?: Wire | undefined;
  /** The machine's wall clock, µs, to notice that somebody sets it; `Date.now` unless told. */
  readonly wallUs?: (() => number) | undefined;
  /** For the jitter of reconnects, 0–1. */
  readonly random?: (() => number) | undefined;
}

/** Nothing is loaded or sent before {@link TradingVenue.open}. */
export function openTrading(options: TradingOptions): TradingVenue {
  return new BinanceTrading(options);
}
