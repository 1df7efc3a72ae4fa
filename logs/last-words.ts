/** Room on the disk that is taken before it is needed: a halt can still be made durable when the journal cannot. */
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { AT, assert, type EngineEvent, NO_INSTRUMENT, OUTPUT_RECORD } from '../engine/domain/index.ts';
import { recordCrc } from './crc32.ts';
import { JournalError, JournalRotError } from './errors.ts';
import { type FilePort, writeAll, writeAllPooled } from './files.ts';
import {
  decodeSegmentHeader,
  decodeText,
  encodeSegmentHeader,
  isInputType,
  isRecordLength,
  RECORD_HEADER_BYTES,
  SEGMENT_HEADER_BYTES,
  SYNCED_AT,
} from './format.ts';
import { genesisOf } from './identity.ts';
import { inputFault } from './input-check.ts';
import type { SessionManifest } from './manifest.ts';
import { isTornAt, isTornHeader } from './torn.ts';

export const LAST_WORDS_NAME = 'last.words';
/** Enough for a kill and everything it puts out; a file beyond it is damage. */
export const LAST_WORDS_BYTES = 64 * 1024;
/** In the place of a segment's number: the file is none, and stands in no chain. */
const NO_SEGMENT = 0;

/** A record that was kept although the journal had failed. */
export interface LastWord {
  readonly type: number;
  readonly seq: number;
  readonly atUs: number;
  /** The whole record. */
  readonly bytes: Uint8Array;
}

/** The event of the engine that an output among the last words holds; undefined for any other record. */
export function outputOf({ type, bytes }: LastWord): EngineEvent | undefined {
  if (type !== OUTPUT_RECORD) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = decodeText(view, 0, bytes.byteLength);
  return text === undefined ? undefined : (JSON.parse(text) as EngineEvent);
}

/**
 * The writer's side: a file of zeros behind a header, on the disk before the first input is. Writing over it
 * needs no space. Its first error is final like the journal's own.
 */
export class LastWords {
  readonly #path: string;
  readonly #files: FilePort;
  readonly #descriptor: number;
  /** Offset behind what is on the disk, and behind what has been asked for. */
  #end = SEGMENT_HEADER_BYTES;
  #taken = SEGMENT_HEADER_BYTES;
  #last: Promise<void> = Promise.resolve();
  #failure: JournalError | undefined;

  /** Takes the room. Throws the system's error; the folder still has to be synced. */
  constructor(directory: string, firstSeq: number, genesis: Uint8Array, files: FilePort) {
    this.#path = join(directory, LAST_WORDS_NAME);
    this.#files = files;
    this.#descriptor = files.create(this.#path);
    const bytes = new Uint8Array(LAST_WORDS_BYTES);
    bytes.set(encodeSegmentHeader({ segment: NO_SEGMENT, firstSeq, previousHead: genesis }));
    writeAll(files, this.#descriptor, bytes);
    files.dataSync(this.#descriptor);
  }

  /**
   * Settles when the records are on the disk. Rejects with {@link JournalError}, with code ENOSPC when they would not leave
   * `spare` bytes: then they take none, and shorter ones may still have their place.
   */
  write(records: readonly Uint8Array[], spare: number): Promise<void> {
    const size = records.reduce((sum, record) => sum + record.byteLength, 0);
    if (this.#taken + size + spare > LAST_WORDS_BYTES) {
      const full = Object.assign(new Error(), { code: 'ENOSPC' });
      return Promise.reject(this.#failure ?? new JournalError('write', this.#path, full));
    }
    this.#taken += size;
    const written = this.#last.then(() => this.#writeNext(records, size));
    this.#last = written.catch(() => {});
    return written;
  }

  /** Settles when nothing is under way. */
  settled(): Promise<void> {
    return this.#last;
  }

  async #writeNext(records: readonly Uint8Array[], size: number): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      await writeAllPooled(this.#files, this.#descriptor, this.#framed(records), this.#end);
      await this.#files.pooled.dataSync(this.#descriptor);
      this.#end += size;
    } catch (cause) {
      this.#failure = new JournalError('write', this.#path, cause);
      throw this.#failure;
    }
  }

  /** Lets go of the file, which stays. Throws the system's error. */
  close(): void {
    this.#files.close(this.#descriptor);
  }

  /** The journal has ended well and the room was not needed. Throws the system's error. */
  release(): void {
    this.close();
    this.#files.remove(this.#path);
  }

  /** The records one behind the other, each with its check sum and how much of the file was on the disk before. */
  #framed(records: readonly Uint8Array[]): Uint8Array {
    const bytes = new Uint8Array(records.reduce((sum, record) => sum + record.byteLength, 0));
    const view = new DataView(bytes.buffer);
    const words = new Int32Array(bytes.buffer);
    let at = 0;
    for (const record of records) {
      bytes.set(record, at);
      view.setUint32(at + SYNCED_AT, this.#end, true);
      view.setUint32(at + AT.crc, recordCrc(bytes, words, at, record.byteLength), true);
      at += record.byteLength;
    }
    return bytes;
  }
}

/**
 * What a failed writer left in a session's folder; nothing where none did. A tail that was not synced is left
 * out. Throws {@link JournalRotError} for damage and {@link JournalError} when the file cannot be read.
 */
export function readLastWords(directory: string, manifest: SessionManifest): readonly LastWord[] {
  const path = join(directory, LAST_WORDS_NAME);
  if (!existsSync(path)) return [];
  const bytes = readStart(path);
  if (isTornHeader(bytes, false)) return [];
  const header = decodeSegmentHeader(bytes);
  if (typeof header === 'string') throw new JournalRotError(path, 0, header, 'last words');
  if (header.segment !== NO_SEGMENT) throw new JournalRotError(path, 0, 'it is a segment of a journal', 'last words');
  if (Buffer.compare(header.previousHead, genesisOf(manifest)) !== 0)
    throw new JournalRotError(path, 0, 'it is that of another session', 'last words');
  const found: LastWord[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
  for (let at = SEGMENT_HEADER_BYTES; at < bytes.byteLength; ) {
    const length = at + RECORD_HEADER_BYTES <= bytes.byteLength ? view.getUint32(at, true) : 0;
    const fits = isRecordLength(length) && at + length <= bytes.byteLength;
    if (!fits || view.getUint32(at + AT.crc, true) !== recordCrc(bytes, words, at, length)) {
      if (!isTornAt(bytes, at, false)) throw new JournalRotError(path, at, 'no good record stands here', 'last words');
      break;
    }
    const fault = faultOf(view, words, at, length, manifest.instruments.length);
    if (fault !== undefined) throw new JournalRotError(path, at, fault, 'last words');
    found.push({
      type: view.getUint8(at + AT.type),
      seq: view.getFloat64(at + AT.seq, true),
      atUs: view.getFloat64(at + AT.receivedAtUs, true),
      bytes: bytes.slice(at, at + length),
    });
    at += length;
  }
  return found;
}

function faultOf(view: DataView, words: Int32Array, at: number, length: number, instruments: number) {
  const type = view.getUint8(at + AT.type);
  if (isInputType(type)) return inputFault(view, words, at, length, instruments);
  if (type !== OUTPUT_RECORD) return `a record of type ${type} is no last word`;
  return decodeText(view, at, length) === undefined ? 'the text of the record is not whole' : undefined;
}

/** The file's bytes, 8-aligned, no more than a writer makes it. */
function readStart(path: string): Uint8Array {
  let descriptor = -1;
  try {
    descriptor = openSync(path, 'r');
    const bytes = new Uint8Array(LAST_WORDS_BYTES + 1);
    const size = readSync(descriptor, bytes, 0, bytes.byteLength, 0);
    if (size > LAST_WORDS_BYTES) throw new JournalRotError(path, 0, 'it is too large for last words', 'last words');
    return bytes.subarray(0, size - (size % 8));
  } catch (cause) {
    if (cause instanceof JournalRotError) throw cause;
    throw new JournalError('read', path, cause);
  } finally {
    if (descriptor >= 0) closeSync(descriptor);
  }
}

/** An input that may be a last word: what a reader would take. Anything else is the caller's bug. */
export function assertLastInput(record: Uint8Array): void {
  const copy = record.slice();
  const view = new DataView(copy.buffer);
  assert(isRecordLength(copy.byteLength), `a record of ${copy.byteLength} bytes cannot be journaled`);
  assert(view.getUint32(AT.length, true) === copy.byteLength, 'the length of a record is not its own');
  assert(isInputType(view.getUint8(AT.type)), 'a last word begins with an input');
  const fault = inputFault(view, new Int32Array(copy.buffer), 0, copy.byteLength, NO_INSTRUMENT);
  assert(fault === undefined, `a last word: ${fault}`);
}
