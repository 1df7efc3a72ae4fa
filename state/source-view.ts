/** How it is with a slow source, for the console. */
import type { ReadingSource } from '../engine/domain/index.ts';

/**
 * ok: what it told counts · degraded: it has failed since, and what it told still counts · down: nothing that it told counts
 * any more. The worst of all instruments.
 */
export interface SourceView {
  readonly source: ReadingSource;
  readonly state: 'ok' | 'degraded' | 'down';
  /** Requests that have failed since the last reading. */
  readonly failures: number;
  /** Of the newest reading; undefined before any. */
  readonly ageMs: number | undefined;
}
