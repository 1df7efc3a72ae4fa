/** Reads sessions back: record by record, segment by segment, or in pages for random access by a replay. */
import { AT, assert, type InputCursor, OUTPUT_RECORD } from '../engine/domain/index.ts';
import type { InputSource } from '../engine/index.ts';
import { SEGMENT_HEADER_BYTES, SYNCED_AT } from './format.ts';
import { type LastWord, readLastWords } from './last-words.ts';
import type { SessionManifest } from './manifest.ts';
import { type Checkpoint, RecordedOutputs } from './outputs.ts';
import { DEFAULT_PAGE_MEMORY_BYTES, type LoadedPage, PageIndex, PageReader } from './pages.ts';
import { SessionScan, type SessionTail } from './scan.ts';
import type { Segment } from './segment.ts';

/** A record on its way by: valid until the next one is asked for. */
export interface JournalRecord {
  readonly file: string;
  readonly type: number;
  readonly length: number;
  readonly seq: number;
  readonly atUs: number;
  /** The record's bytes, at its offset in the file. */
  readonly cursor: Readonly<InputCursor>;
}

export interface LoadedSession {
  readonly manifest: SessionManifest;
  /** Sequence of the first input: 1, or the one behind the base that the session starts from. */
  readonly firstSeq: number;
  readonly source: InputSource;
  readonly outputs: RecordedOutputs;
  readonly tail: SessionTail;
  /** Records of optional types that this build does not know and left out. */
  readonly skipped: number;
  /** What was kept in another place after the journal had failed: not in the chain, not in `source`. */
  readonly lastWords: readonly LastWord[];
  /** The state hashes that were recorded, in order. */
  checkpoints(): Generator<Checkpoint>;
}

export interface LoadOptions {
  /** Memory for pages; 16 MiB unless told. */
  readonly pageMemoryBytes?: number;
}

/**
 * Every record of a session in order, seals and unknown optional ones included; memory for one segment. The
 * generator's result is the tail. Throws {@link JournalRotError} at the segment that is damaged, before any
 * of its records was given out, and {@link JournalError} when a file cannot be read.
 */
export function* readSession(directory: string): Generator<JournalRecord, SessionTail> {
  const scan = new SessionScan(directory);
  for (const segment of scan.segments()) yield* recordsOf(segment);
  return scan.tail();
}

/**
 * Verifies a whole session and opens it for random access. Its bytes stay on the disk: pages of them are loaded
 * when they are needed and must then be what was verified. Throws like {@link readSession}, and so does
 * whatever reads a page later. A session whose writer died, or is still writing, loads up to its last good record.
 */
export function loadSession(directory: string, options: LoadOptions = {}): LoadedSession {
  const scan = new SessionScan(directory);
  const index = new PageIndex();
  let outputCount = 0;
  let skipped = 0;
  for (const segment of scan.segments()) {
    for (const at of segment.notes) if (segment.view.getUint8(at + AT.type) === OUTPUT_RECORD) outputCount++;
    skipped += segment.skipped;
    index.add(segment);
  }
  scan.release();
  const reader = new PageReader(index.pages, options.pageMemoryBytes ?? DEFAULT_PAGE_MEMORY_BYTES);
  const outputs = new RecordedOutputs(reader, outputCount);
  return {
    manifest: scan.manifest,
    firstSeq: scan.firstSeq,
    source: new PagedInputs(reader, index.inputs),
    outputs,
    tail: scan.tail(),
    skipped,
    lastWords: readLastWords(directory, scan.manifest),
    *checkpoints() {
      for (const { kind, seq, atUs, text } of outputs.notes()) {
        if (kind === 'checkpoint') yield { seq, atUs, stateHash: text };
      }
    },
  };
}

/**
 * How far the file was synced is the journal's own word in a record and no part of the input: without it a replay
 * hashes the same bytes as the run that stepped the input when it came in.
 */
export function forgetSynced({ view, inputs }: Segment): void {
  for (let i = 0; i < inputs.length; i++) view.setUint32(inputs[i]! + SYNCED_AT, 0, true);
}

function* recordsOf(segment: Segment): Generator<JournalRecord> {
  const { view, words, end, path } = segment;
  const cursor: InputCursor = { view, words, offset: 0 };
  const record = { file: path, type: 0, length: 0, seq: 0, atUs: 0, cursor };
  for (let at = SEGMENT_HEADER_BYTES; at < end; at += record.length) {
    cursor.offset = at;
    record.type = view.getUint8(at + AT.type);
    record.length = view.getUint32(at + AT.length, true);
    record.seq = view.getFloat64(at + AT.seq, true);
    record.atUs = view.getFloat64(at + AT.receivedAtUs, true);
    yield record;
  }
}

/** The inputs of a session in pages. Moving within a page writes one number; between pages, three fields. */
class PagedInputs implements InputSource {
  readonly count: number;
  readonly #reader: PageReader;
  /** The page of the last seek, where the next one most likely goes. */
  #page: LoadedPage | undefined;
  #from = 0;
  #to = 0;

  constructor(reader: PageReader, count: number) {
    this.#reader = reader;
    this.count = count;
  }

  seek(index: number, cursor: InputCursor): void {
    const page = this.#at(index);
    if (cursor.view !== page.view) {
      cursor.view = page.view;
      cursor.words = page.words;
    }
    cursor.offset = page.inputs[index - this.#from]!;
  }

  timeAt(index: number): number {
    const page = this.#at(index);
    return page.view.getFloat64(page.inputs[index - this.#from]! + AT.receivedAtUs, true);
  }

  #at(index: number): LoadedPage {
    if (this.#page?.isLive && index >= this.#from && index < this.#to) return this.#page;
    assert(Number.isInteger(index) && index >= 0 && index < this.count, 'the session has no such input');
    const { pages } = this.#reader;
    let low = 0;
    let high = pages.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (pages[middle]!.firstInput <= index) low = middle;
      else high = middle - 1;
    }
    this.#page = this.#reader.load(low);
    this.#from = pages[low]!.firstInput;
    this.#to = this.#from + pages[low]!.inputs;
    return this.#page;
  }
}
