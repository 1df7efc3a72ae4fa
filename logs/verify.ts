/** Checks a session on disk: frames, check sums, chain, order, texts, and the manifest's counts. Replay is checked elsewhere. */
import { basename } from 'node:path';
import { type Anchor, holdsAnchor, lastAnchor } from './anchor.ts';
import { readLastWords } from './last-words.ts';
import { eventOf, noteAt } from './outputs.ts';
import { SessionScan, type SessionTail } from './scan.ts';
import { segmentNames } from './segment-file.ts';

export interface JournalReport {
  /** True unless a complete session has lost its end. A torn tail after an unclean stop is no fault of the journal. */
  readonly holds: boolean;
  readonly complete: boolean;
  readonly segments: number;
  readonly bytes: number;
  /** All records, seals and skipped ones included. */
  readonly records: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly checkpoints: number;
  readonly seals: number;
  /** Records of optional types that this build does not know. */
  readonly skipped: number;
  /** Records that a writer kept beside its journal after that had failed. */
  readonly lastWords: number;
  /** Head of the chain at the last seal, as hex: keep it elsewhere and a cut or rewritten tail shows. */
  readonly chainHead: string;
  /** The same with its place; undefined while nothing is sealed. */
  readonly anchor: Anchor | undefined;
  /** False when a head that was kept is no longer there: the journal was cut or rewritten before it. */
  readonly holdsKept: boolean;
  readonly tail: SessionTail;
}

export interface VerifyOptions {
  /** Called after each segment with how many are done, of how many. */
  readonly progress?: (done: number, of: number) => void;
  /** A head that was kept elsewhere. */
  readonly kept?: Anchor | undefined;
}

/**
 * Verifies a session and counts what it holds; memory for one segment. Throws {@link JournalRotError} (file, offset,
 * reason, part) when something is damaged, {@link JournalError} when a file cannot be read.
 */
export function verifyJournal(directory: string, options: VerifyOptions = {}): JournalReport {
  const { progress, kept } = options;
  const scan = new SessionScan(directory);
  const expected = segmentNames(directory).length;
  let anchor: Anchor | undefined;
  let holdsKept = kept === undefined;
  const counts = { segments: 0, bytes: 0, records: 0, outputs: 0, checkpoints: 0, seals: 0, skipped: 0 };
  for (const segment of scan.segments()) {
    for (const at of segment.notes) {
      const note = noteAt(segment.view, at);
      if (note.kind === 'checkpoint') counts.checkpoints++;
      else {
        eventOf(note, segment.path, at);
        counts.outputs++;
      }
    }
    counts.segments++;
    counts.bytes += segment.end;
    counts.records += segment.records;
    counts.seals += segment.seals;
    counts.skipped += segment.skipped;
    anchor = lastAnchor(basename(directory), counts.segments, segment) ?? anchor;
    if (kept?.segment === counts.segments) holdsKept = holdsAnchor(segment, kept);
    progress?.(counts.segments, Math.max(expected, counts.segments));
  }
  const tail = scan.tail();
  const { complete } = scan.manifest;
  const lastWords = readLastWords(directory, scan.manifest).length;
  const { inputs, chainHead } = scan;
  const holds = !(complete && tail.torn);
  return { holds, complete, ...counts, inputs, chainHead, anchor, holdsKept, lastWords, tail };
}
