/** What a journal is begun with, and who is told when it is on the disk. */
import { assert } from '../engine/domain/index.ts';
import type { JournalError } from './errors.ts';
import type { FilePort } from './files.ts';
import { MAX_RECORD_BYTES, MAX_SEGMENT_BYTES, SEAL_BYTES } from './format.ts';

export interface JournalWriterOptions {
  /** Made with mode 0700 when missing; refused when it holds segments. */
  readonly directory: string;
  /** Sequence of the first input, 1 unless told. */
  readonly firstSeq?: number;
  /** Chain head before the first segment, 32 bytes; zeros unless told. */
  readonly genesis?: Uint8Array;
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

/** What no caller may ask for. */
export function checkSizes(segmentBytes: number, segmentUs: number, blockBytes: number, firstSeq: number): void {
  const largest = MAX_SEGMENT_BYTES - MAX_RECORD_BYTES - SEAL_BYTES;
  assert(segmentBytes > 0 && segmentBytes <= largest, `segments hold at most ${largest} bytes`);
  assert(segmentUs > 0, 'segments last a while');
  assert(blockBytes > 0 && blockBytes <= largest, `blocks hold at most ${largest} bytes`);
  assert(Number.isSafeInteger(firstSeq) && firstSeq >= 1, 'the first sequence is a whole number from 1');
}
