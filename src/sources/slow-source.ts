/** What a slow source is: what it gives, how often it is asked, and how its reply reads. Everything around that is the runner's. */
import type { ReadingSource } from '../../engine/domain/index.ts';

export interface SourceRequest {
  readonly url: string;
  /** A key stands here and nowhere else. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A reply in full, or why there is none. */
export type SourceAnswer =
  | { readonly status: number; readonly body: string; readonly retryAfterUs: number }
  | { readonly missing: string };

/** Asks once; `done` hears of it once, and not at all after the returned function was called. */
export type SourceGet = (request: SourceRequest, done: (answer: SourceAnswer) => void) => () => void;

/** What a provider tells of one instrument; the meaning of both values stands in `READING_DEFINITIONS`. */
export interface SourceReading {
  /** Index into the run's instruments, or `NO_INSTRUMENT` for all. */
  readonly instrument: number;
  /** The time that the provider gives to it; the time of the reply where it gives none. */
  readonly providerUs: number;
  readonly value: number;
  readonly second: number;
}

export interface SlowSource {
  readonly gives: ReadingSource;
  /** As people call it; sources of one provider share its limit of requests. */
  readonly provider: string;
  readonly perMinute: number;
  /** The instruments that it tells of, as in {@link SourceReading}. */
  readonly instruments: readonly number[];
  readonly everyUs: number;
  request(): SourceRequest;
  /** Readings of the instruments that the reply tells of. Throws a {@link SourceFault} where it is not what it should be. */
  read(body: string, receivedUs: number): readonly SourceReading[];
}

/** A reply that cannot be used; the message is ours, with nothing of the reply in it. */
export class SourceFault extends Error {}
