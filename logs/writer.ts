/** Appends records to a journal: framing, check sums, the chain of seals, rotation, and a hard stop at the first I/O error. */
import { createHash, type Hash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  AT,
  assert,
  CHECKPOINT_RECORD,
  canonical,
  type EngineEvent,
  NO_INSTRUMENT,
  OUTPUT_RECORD,
  SEAL_RECORD,
} from '../engine/domain/index.ts';
import { recordCrc } from './crc32.ts';
import { JournalError } from './errors.ts';
import { type FilePort, makeDirectories, systemFiles } from './files.ts';
import {
  DEFAULT_BLOCK_BYTES,
  DEFAULT_SEGMENT_BYTES,
  encodeSegmentHeader,
  encodeTextRecord,
  HASH_BYTES,
  isInputType,
  isRecordLength,
  isSegmentNumber,
  RECORD_HEADER_BYTES,
  SEAL_BYTES,
  SEGMENT_HEADER_BYTES,
  SYNCED_AT,
  segmentName,
  segmentNumber,
  writeRecordHeader,
} from './format.ts';
import { GroupSink } from './group-sink.ts';
import { inputFault } from './input-check.ts';
import { assertLastInput, LastWords } from './last-words.ts';
import { BlockingSink } from './segment-sink.ts';
import { type CommitListener, checkSizes, type JournalWriterOptions } from './writer-options.ts';

/**
 * One journal, written by one thread. `append…` only copies into a buffer. Without a `group` the bytes reach the
 * file with {@link flush} or when the buffer is full, and the disk with {@link sync}, which wait for it; with one they
 * do so by {@link commit}, which does not. The first I/O error fails the writer for good: that call and every later one
 * throw the same {@link JournalError}, and nothing is tried again, for after a failed fsync nobody knows what is on the
 * disk. A record that breaks the format (a hole in the sequence, time running backwards, a number that is not
 * finite) is the caller's bug: it throws an InvariantError and is not written.
 */
export class JournalWriter {
  readonly directory: string;
  readonly #files: FilePort;
  readonly #segmentBytes: number;
  readonly #segmentUs: number;
  readonly #blockBytes: number;
  readonly #firstSeq: number;

  #buffer: Uint8Array = new Uint8Array(0);
  #view = new DataView(this.#buffer.buffer);
  #words = new Int32Array(this.#buffer.buffer);
  /** Bytes of the buffer in use, and how many of them are in the running hash. */
  #used = 0;
  #hashed = 0;

  readonly #sink: BlockingSink | GroupSink;
  readonly #listener: CommitListener | undefined;
  #segment = 0;
  #segmentSize = 0;
  /** Time of the segment's first input; of none yet, infinite. */
  #segmentFirstUs = Number.POSITIVE_INFINITY;
  #sinceSeal = 0;
  #head: Uint8Array;
  #hash: Hash = createHash('sha256');

  #nextSeq: number;
  #inputs = 0;
  #firstUs = 0;
  #lastUs = 0;
  #lastNoteSeq: number;
  #failure: JournalError | undefined;
  #lastWords: LastWords | undefined;
  #closed = false;

  private constructor(options: JournalWriterOptions) {
    this.directory = options.directory;
    this.#files = options.files ?? systemFiles;
    this.#segmentBytes = options.segmentBytes ?? DEFAULT_SEGMENT_BYTES;
    this.#segmentUs = options.segmentUs ?? Number.POSITIVE_INFINITY;
    this.#blockBytes = options.blockBytes ?? DEFAULT_BLOCK_BYTES;
    this.#firstSeq = options.firstSeq ?? 1;
    this.#head = options.genesis ?? new Uint8Array(HASH_BYTES);
    checkSizes(this.#segmentBytes, this.#segmentUs, this.#blockBytes, this.#firstSeq);
    this.#listener = options.group;
    this.#sink =
      options.group === undefined
        ? new BlockingSink(options.directory, this.#files)
        : new GroupSink(options.directory, this.#files, this.#segmentBytes, {
            // After a failure nothing is acknowledged, whatever the disk has done since.
            onDurable: (seq) => {
              if (this.#failure === undefined) options.group?.onDurable(seq);
            },
            onFailure: (cause) => this.#failed(cause),
          });
    this.#nextSeq = this.#firstSeq;
    this.#lastNoteSeq = this.#firstSeq - 1;
    this.#reserve(this.#blockBytes + SEAL_BYTES);
  }

  /** Begins a journal with its first segment. Throws {@link JournalError}, also when there is one already. */
  static create(options: JournalWriterOptions): JournalWriter {
    const writer = new JournalWriter(options);
    makeDirectories(options.directory, writer.#files);
    const present = readdirSync(options.directory).find((name) => segmentNumber(name) !== undefined);
    if (present !== undefined) {
      throw new JournalError(
        'create',
        join(options.directory, present),
        Object.assign(new Error(), { code: 'EEXIST' }),
      );
    }
    try {
      writer.#attempt('create', () => {
        // The folder is synced for both with the segment.
        if (options.lastWords) writer.#takeRoom();
        writer.#openSegment();
      });
    } catch (error) {
      writer.abandon();
      throw error;
    }
    return writer;
  }

  /** Inputs appended so far. */
  get inputs(): number {
    return this.#inputs;
  }

  /** Receive time of the first input, 0 while there is none. */
  get firstUs(): number {
    return this.#firstUs;
  }

  /** Receive time of the last input, 0 while there is none. */
  get lastUs(): number {
    return this.#lastUs;
  }

  /** Sequence of the last input; one less than the first while there is none. */
  get lastSeq(): number {
    return this.#nextSeq - 1;
  }

  /** Chain head of the last seal: 32 bytes, zeros before the first. */
  get chainHead(): Uint8Array {
    return this.#head.slice();
  }

  /** Appends a stamped input record, whose bytes are copied and whose crc is filled in. */
  append(record: Uint8Array): void {
    let at = this.#place(record);
    const view = this.#view;
    assert(isInputType(view.getUint8(at + AT.type)), 'only inputs are appended as records');
    const seq = view.getFloat64(at + AT.seq, true);
    if (seq !== this.#nextSeq) assert(false, `input ${seq} follows ${this.#nextSeq - 1}`);
    const receivedAtUs = view.getFloat64(at + AT.receivedAtUs, true);
    if (!Number.isSafeInteger(receivedAtUs) || receivedAtUs < this.#lastUs) {
      assert(false, `input ${seq} is received at ${receivedAtUs}, after one at ${this.#lastUs}`);
    }
    const fault = inputFault(view, this.#words, at, record.byteLength, NO_INSTRUMENT);
    if (fault !== undefined) assert(false, `input ${seq}: ${fault}`);
    if (receivedAtUs - this.#segmentFirstUs >= this.#segmentUs) {
      this.#rotate();
      at = this.#place(record);
    }
    if (this.#inputs === 0) this.#firstUs = receivedAtUs;
    if (receivedAtUs < this.#segmentFirstUs) this.#segmentFirstUs = receivedAtUs;
    this.#inputs++;
    this.#nextSeq++;
    this.#lastUs = receivedAtUs;
    this.#commit(at, record.byteLength);
  }

  /** Appends what a step put out, as an assertion for replays: canonical JSON. Not before its input. */
  appendOutput(event: EngineEvent): void {
    this.#appendText(OUTPUT_RECORD, event.seq, event.atUs, canonical(event));
  }

  /** Appends the hash that the state has after input `seq` (32 hex digits). */
  appendCheckpoint(seq: number, atUs: number, stateHash: string): void {
    assert(/^[0-9a-f]{32}$/.test(stateHash), 'a state hash has 32 hex digits');
    this.#appendText(CHECKPOINT_RECORD, seq, atUs, stateHash);
  }

  /**
   * The word of a writer that has failed: an input (the kill, the halt) and what it put out are made durable in
   * room that was taken beforehand, beside the journal and not in its chain. May be called again, also while an earlier
   * one is under way; what would not leave `spare` bytes for others is refused. Rejects with a {@link JournalError},
   * after an I/O error always with the same one.
   */
  appendLast(input: Uint8Array, events: readonly EngineEvent[], spare = 0): Promise<void> {
    assert(this.#failure !== undefined, 'a journal that has not failed takes its records itself');
    assertLastInput(input);
    if (this.#lastWords === undefined) return Promise.reject(this.#failure);
    const texts = events.map((event) => encodeTextRecord(OUTPUT_RECORD, event.seq, event.atUs, canonical(event)));
    return this.#lastWords.write([input.slice(), ...texts], spare);
  }

  /** Hands everything appended to the operating system: it survives the end of this process. */
  flush(): void {
    this.#guard();
    this.#attempt('write', () => this.#drain());
  }

  /** Returns when everything appended is on the disk: it survives a power cut. */
  sync(): void {
    this.#guard();
    const sink = this.#sink;
    assert(sink instanceof BlockingSink, 'a journal with group commit is committed');
    this.#attempt('write', () => this.#drain());
    this.#attempt('sync', () => sink.sync());
  }

  /**
   * Has everything appended so far written (`write`) or made durable (`sync`) by a commit of the group: the one under
   * way is let finish first, and takes nothing along that came after it began. The listener hears of the end.
   */
  commit(urgency: 'write' | 'sync'): void {
    this.#guard();
    this.#attempt('write', () => this.#drain());
    this.#group().commit(urgency, this.lastSeq);
  }

  /** Settles when neither a commit nor a last word is under way; then {@link close} may be called. Never rejects. */
  async settled(): Promise<void> {
    await this.#group().settled();
    await this.#lastWords?.settled();
  }

  /** Bytes handed over that the disk has not taken yet. */
  get waitingBytes(): number {
    return this.#group().waitingBytes;
  }

  /** A disk that does not answer is as good as one that fails: the writer fails as by an I/O error. */
  giveUp(why: string): void {
    this.#failed(new Error(why));
  }

  /** Seals, syncs and closes; no commit may be under way. The writer is of no use afterwards. */
  close(): void {
    this.#guard();
    this.#attempt('write', () => {
      if (this.#sinceSeal > 0) this.#seal();
      this.#drain();
      this.#sink.close();
    });
    this.#closed = true;
    this.#attempt('close', () => this.#lastWords?.release());
  }

  /** Lets go of the file without another word to it: what was flushed stays, the rest is gone. Never throws. */
  abandon(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const close of [() => this.#sink.abandon(), () => this.#lastWords?.close()]) {
      try {
        close();
      } catch {
        // Whoever gives up has told why already.
      }
    }
  }

  #appendText(type: number, seq: number, atUs: number, text: string): void {
    assert(seq <= this.lastSeq, `a note on input ${seq} precedes it`);
    assert(seq >= this.#lastNoteSeq, `a note on input ${seq} follows one on ${this.#lastNoteSeq}`);
    assert(Number.isSafeInteger(seq) && Number.isSafeInteger(atUs), 'sequence and time of a note are whole numbers');
    const record = encodeTextRecord(type, seq, atUs, text);
    const at = this.#place(record);
    this.#lastNoteSeq = seq;
    this.#commit(at, record.byteLength);
  }

  #takeRoom(): void {
    this.#lastWords = new LastWords(this.directory, this.#firstSeq, this.#head, this.#files);
  }

  /** Copies a record behind the used part of the buffer, where {@link #commit} takes it up or nobody does. */
  #place(record: Uint8Array): number {
    this.#guard();
    const length = record.byteLength;
    if (!isRecordLength(length)) assert(false, `a record of ${length} bytes cannot be journaled`);
    const full = this.#segmentSize + length + SEAL_BYTES > this.#segmentBytes;
    if (full && this.#segmentSize > SEGMENT_HEADER_BYTES) this.#rotate();
    if (this.#used + length + SEAL_BYTES > this.#buffer.byteLength) {
      this.#attempt('write', () => this.#drain());
      this.#reserve(length + SEAL_BYTES);
    }
    this.#buffer.set(record, this.#used);
    if (this.#view.getUint32(this.#used, true) !== length) assert(false, 'the length of a record is not its own');
    return this.#used;
  }

  #commit(at: number, length: number): void {
    this.#view.setUint32(at + SYNCED_AT, this.#sink.syncedTo, true);
    this.#view.setUint32(at + AT.crc, recordCrc(this.#buffer, this.#words, at, length), true);
    this.#used += length;
    this.#segmentSize += length;
    this.#sinceSeal += length;
    if (this.#sinceSeal >= this.#blockBytes) this.#seal();
  }

  /** Closes a block: the digest of its records, chained to the one before, as a record of its own. */
  #seal(): void {
    this.#hash.update(this.#buffer.subarray(this.#hashed, this.#used));
    this.#head = this.#hash.digest();
    const at = this.#used;
    this.#buffer.fill(0, at, at + RECORD_HEADER_BYTES);
    writeRecordHeader(this.#sealView(at), SEAL_BYTES, SEAL_RECORD, this.lastSeq, this.#lastUs);
    this.#view.setUint32(at + SYNCED_AT, this.#sink.syncedTo, true);
    this.#buffer.set(this.#head, at + RECORD_HEADER_BYTES);
    this.#view.setUint32(at + AT.crc, recordCrc(this.#buffer, this.#words, at, SEAL_BYTES), true);
    this.#used += SEAL_BYTES;
    this.#segmentSize += SEAL_BYTES;
    this.#sinceSeal = 0;
    this.#hashed = this.#used;
    this.#hash = createHash('sha256').update(this.#head);
  }

  #sealView(at: number): DataView {
    return new DataView(this.#buffer.buffer, this.#buffer.byteOffset + at, SEAL_BYTES);
  }

  #rotate(): void {
    this.#attempt('write', () => {
      if (this.#sinceSeal > 0) this.#seal();
      this.#drain();
      this.#openSegment();
    });
  }

  #openSegment(): void {
    this.#segment++;
    assert(isSegmentNumber(this.#segment), 'a journal has at most 999999 segments');
    const header = { segment: this.#segment, firstSeq: this.#nextSeq, previousHead: this.#head };
    this.#sink.next(join(this.directory, segmentName(this.#segment)), encodeSegmentHeader(header));
    this.#segmentSize = SEGMENT_HEADER_BYTES;
    this.#segmentFirstUs = Number.POSITIVE_INFINITY;
    this.#hash = createHash('sha256').update(this.#head);
  }

  #drain(): void {
    if (this.#used === 0) return;
    if (this.#hashed < this.#used) this.#hash.update(this.#buffer.subarray(this.#hashed, this.#used));
    this.#sink.put(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
    this.#hashed = 0;
  }

  /** Grows the empty buffer when a record is longer than it. */
  #reserve(bytes: number): void {
    if (bytes <= this.#buffer.byteLength) return;
    this.#buffer = new Uint8Array(Math.ceil(bytes / 8) * 8);
    this.#view = new DataView(this.#buffer.buffer);
    this.#words = new Int32Array(this.#buffer.buffer);
  }

  #guard(): void {
    if (this.#failure !== undefined) throw this.#failure;
    assert(!this.#closed, 'the journal is closed');
  }

  /** Runs file operations; their first error is the writer's last word. */
  #attempt(action: string, operation: () => void): void {
    try {
      operation();
    } catch (cause) {
      this.#failure = new JournalError(action, this.#sink.path || this.directory, cause);
      throw this.#failure;
    }
  }

  #failed(cause: unknown): void {
    if (this.#closed || this.#failure !== undefined) return;
    this.#failure = new JournalError('write', this.#sink.path, cause);
    this.#listener?.onFailure(this.#failure);
  }

  #group(): GroupSink {
    const sink = this.#sink;
    assert(sink instanceof GroupSink, 'only a journal with group commit commits');
    return sink;
  }
}
