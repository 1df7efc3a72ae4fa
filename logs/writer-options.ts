/** What a journal is begun with, and who is told when it is on the disk. */
import type { JournalError } from './errors.ts';
import type { FilePort } from './files.ts';

export interface JournalWriterOptions {
  /** Made with mode 0700 when missing; refused when it holds segments. */
  readonly directory: string;
  /** Sequence of the first input, 1 unless told. */
  readonly firstSeq?: number;
  /** A segment that would grow beyond this is closed and the next one begun. */
  readonly segmentBytes?: number;
  /** So is one whose first input is this much older than the next one; no limit unless told. */
  readonly segmentUs?: number;
  /** A seal is written whenever so many bytes follow the last one. */
  readonly blockBytes?: number;
  /** Take room on the disk for `appendLast`; not unless told. */
  readonly lastWords?: boolean;
  /** Commits instead of waiting: see `commit`. */
  readonly group?: CommitListener;
  readonly files?: FilePort;
}

/** Who waits for the disk. Called by the pool's answers, never from within a call. */
export interface CommitListener {
  /** Input `seq`, everything before it and its notes survive a power cut. */
  onDurable(seq: number): void;
  /** The writer has failed for good. Not called when the error was thrown to the caller of `append…`. */
  onFailure(error: JournalError): void;
}
