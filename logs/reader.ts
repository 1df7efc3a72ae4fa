/** Reads sessions back: record by record, or as a whole for random access by a replay. */
import { AT, assert, CHECKPOINT_RECORD, type InputCursor, OUTPUT_RECORD } from '../engine/domain/index.ts';
import type { InputSource } from '../engine/index.ts';
import { decodeText, SEGMENT_HEADER_BYTES, SYNCED_AT } from './format.ts';
import { type LastWord, readLastWords } from './last-words.ts';
import type { SessionManifest } from './manifest.ts';
import { RecordedOutputs } from './outputs.ts';
import { SessionScan, type SessionTail } from './scan.ts';
import type { Segment } from './segment.ts';

/** The hash that the state had after input `seq`. */
export interface Checkpoint {
  readonly seq: number;
  readonly atUs: number;
  readonly stateHash: string;
}

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
  readonly source: InputSource;
  readonly outputs: RecordedOutputs;
  readonly checkpoints: readonly Checkpoint[];
  readonly tail: SessionTail;
  /** Records of optional types that this build does not know and left out. */
  readonly skipped: number;
  /** What was kept in another place after the journal had failed: not in the chain, not in `source`. */
  readonly lastWords: readonly LastWord[];
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
 * A whole session in memory: its bytes, four more for each input, and the outputs still as text. Throws like
 * {@link readSession}. A session whose writer died, or is still writing, loads up to its last good record.
 */
export function loadSession(directory: string): LoadedSession {
  const scan = new SessionScan(directory);
  const outputs = new RecordedOutputs();
  const checkpoints: Checkpoint[] = [];
  const segments: Segment[] = [];
  let skipped = 0;
  for (const segment of scan.segments()) {
    segments.push(segment);
    forgetSynced(segment);
    skipped += segment.skipped;
    for (const at of segment.notes) {
      if (segment.view.getUint8(at + AT.type) === OUTPUT_RECORD) outputs.add(segment, at);
      else checkpoints.push(checkpointAt(segment, at));
    }
  }
  const source = new LoadedInputs(segments);
  const lastWords = readLastWords(directory, scan.manifest.instruments.length);
  return { manifest: scan.manifest, source, outputs, checkpoints, tail: scan.tail(), skipped, lastWords };
}

/**
 * How far the file was synced is the journal's own word in a record and no part of the input: without it a replay
 * hashes the same bytes as the run that stepped the input when it came in.
 */
function forgetSynced({ view, inputs }: Segment): void {
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

function checkpointAt(segment: Segment, at: number): Checkpoint {
  const { view } = segment;
  assert(view.getUint8(at + AT.type) === CHECKPOINT_RECORD, 'a note is an output or a checkpoint');
  const stateHash = decodeText(view, at, view.getUint32(at + AT.length, true));
  assert(stateHash !== undefined, 'a checkpoint was verified when it was read');
  return {
    seq: view.getFloat64(at + AT.seq, true),
    atUs: view.getFloat64(at + AT.receivedAtUs, true),
    stateHash,
  };
}

/** The inputs of verified segments. Moving within a segment writes one number; between segments, three fields. */
class LoadedInputs implements InputSource {
  readonly count: number;
  readonly #segments: readonly Segment[];
  /** Index of each segment's first input, and behind them the count of all. */
  readonly #starts: Float64Array;
  /** The segment of the last seek, where the next one most likely goes. */
  #segment: Segment | undefined;
  #from = 0;
  #to = 0;

  constructor(segments: readonly Segment[]) {
    this.#segments = segments.filter((segment) => segment.inputs.length > 0);
    this.#starts = new Float64Array(this.#segments.length + 1);
    let count = 0;
    for (const [i, segment] of this.#segments.entries()) {
      this.#starts[i] = count;
      count += segment.inputs.length;
    }
    this.#starts[this.#segments.length] = count;
    this.count = count;
  }

  seek(index: number, cursor: InputCursor): void {
    const segment = this.#at(index);
    if (cursor.view !== segment.view) {
      cursor.view = segment.view;
      cursor.words = segment.words;
    }
    cursor.offset = segment.inputs[index - this.#from]!;
  }

  timeAt(index: number): number {
    const segment = this.#at(index);
    return segment.view.getFloat64(segment.inputs[index - this.#from]! + AT.receivedAtUs, true);
  }

  #at(index: number): Segment {
    if (this.#segment !== undefined && index >= this.#from && index < this.#to) return this.#segment;
    assert(Number.isInteger(index) && index >= 0 && index < this.count, 'the session has no such input');
    let low = 0;
    let high = this.#segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#starts[middle]! <= index) low = middle;
      else high = middle - 1;
    }
    this.#from = this.#starts[low]!;
    this.#to = this.#starts[low + 1]!;
    this.#segment = this.#segments[low]!;
    return this.#segment;
  }
}
