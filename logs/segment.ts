/** Reads one segment into memory and verifies it: chain of seals, check sums behind the last seal, frames and order. */
import { createHash } from 'node:crypto';
import { AT, CHECKPOINT_RECORD, SEAL_RECORD } from '../engine/domain/index.ts';
import { recordCrc } from './crc32.ts';
import { JournalRotError, type RotPart } from './errors.ts';
import {
  decodeSegmentHeader,
  decodeText,
  FIRST_OPTIONAL_TYPE,
  HASH_BYTES,
  isInputType,
  isKnownType,
  isRecordLength,
  RECORD_HEADER_BYTES,
  SEAL_BYTES,
  SEGMENT_HEADER_BYTES,
  SYNCED_AT,
} from './format.ts';
import { inputFault } from './input-check.ts';
import type { SegmentRoom } from './segment-file.ts';
import { isTornAt, isTornHeader } from './torn.ts';

/** What one segment hands on to the next. */
export interface ChainState {
  /** Number of the segment to come. */
  segment: number;
  /** Sequence of the input to come. */
  nextSeq: number;
  lastUs: number;
  /** Sequence of the last output or checkpoint. */
  lastNoteSeq: number;
  head: Uint8Array;
}

export interface SegmentFile {
  readonly path: string;
  /** The whole file, starting 8-aligned. */
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
  /** The manifest says that the journal was whole and on the disk. */
  readonly wasWhole: boolean;
  /** Where the offsets of its records may be put. */
  readonly room: SegmentRoom;
}

/** A verified segment: `view` and `words` end where its good records end. Its memory is that of the room it was read into. */
export interface Segment {
  readonly path: string;
  readonly view: DataView;
  readonly words: Int32Array;
  /** Offset behind the last good record. */
  readonly end: number;
  /** Offset behind the last seal: everything before it is in the chain. */
  readonly sealedEnd: number;
  /** Sequence of the first input. */
  readonly firstSeq: number;
  /** Offset of every input. */
  readonly inputs: Uint32Array;
  /** Offsets of outputs and checkpoints, in their order. */
  readonly notes: Uint32Array;
  readonly records: number;
  readonly seals: number;
  /** Records of optional types that this build does not know. */
  readonly skipped: number;
  /** Why the segment was cut at {@link end}, if it was. */
  readonly torn: string | undefined;
}

/**
 * Verifies the records of a segment and moves `chain` behind it. `instruments` is how many the session has.
 * A torn tail of the last segment is cut; everything else that is wrong throws {@link JournalRotError}.
 */
export function checkSegment(file: SegmentFile, chain: ChainState, instruments: number): Segment {
  if (file.isLast && isTornHeader(file.bytes, file.wasWhole)) return emptySegment(file, chain);
  return new SegmentCheck(file, chain, instruments).run();
}

function emptySegment(file: SegmentFile, chain: ChainState): Segment {
  return {
    path: file.path,
    view: new DataView(file.bytes.buffer, file.bytes.byteOffset, 0),
    words: new Int32Array(0),
    end: 0,
    sealedEnd: 0,
    firstSeq: chain.nextSeq,
    inputs: new Uint32Array(0),
    notes: new Uint32Array(0),
    records: 0,
    seals: 0,
    skipped: 0,
    torn: 'the segment was created, and its header was not written',
  };
}

class SegmentCheck {
  readonly #file: SegmentFile;
  readonly #chain: ChainState;
  readonly #instruments: number;
  readonly #size: number;
  readonly #view: DataView;
  readonly #words: Int32Array;
  #end = SEGMENT_HEADER_BYTES;
  #sealedEnd = SEGMENT_HEADER_BYTES;
  #frames = 0;
  #seals = 0;
  #records = 0;
  #syncedTo = 0;
  #skipped = 0;
  #inputCount = 0;
  #noteCount = 0;
  #torn: string | undefined;

  constructor(file: SegmentFile, chain: ChainState, instruments: number) {
    const { bytes } = file;
    this.#file = file;
    this.#chain = chain;
    this.#instruments = instruments;
    this.#size = bytes.byteLength;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
  }

  run(): Segment {
    const firstSeq = this.#checkHeader();
    this.#findEnd();
    if (!this.#file.isLast && this.#sealedEnd !== this.#end) {
      this.#rot(this.#sealedEnd, 'the segment ends without its seal, and another one follows', 'chain');
    }
    const { inputs, notes } = this.#index();
    const { bytes, path } = this.#file;
    this.#chain.segment++;
    return {
      path,
      view: new DataView(bytes.buffer, bytes.byteOffset, this.#end),
      words: new Int32Array(bytes.buffer, bytes.byteOffset, this.#end >> 2),
      end: this.#end,
      sealedEnd: this.#sealedEnd,
      firstSeq,
      inputs,
      notes,
      records: this.#records,
      seals: this.#seals,
      skipped: this.#skipped,
      torn: this.#torn,
    };
  }

  #checkHeader(): number {
    if (this.#size < SEGMENT_HEADER_BYTES) this.#rot(0, 'the segment is shorter than its header');
    const header = decodeSegmentHeader(this.#file.bytes);
    if (typeof header === 'string') this.#rot(0, header);
    const { segment, nextSeq, head } = this.#chain;
    if (header.segment !== segment) this.#rot(0, `this is segment ${header.segment} where ${segment} belongs`, 'chain');
    if (header.firstSeq !== nextSeq)
      this.#rot(0, `it begins with input ${header.firstSeq} where ${nextSeq} belongs`, 'chain');
    if (!sameBytes(header.previousHead, head))
      this.#rot(0, 'its chain does not continue the segment before it', 'chain');
    return nextSeq;
  }

  /** Walks the frames, holding every block against its seal and the records behind the last one against their crc. */
  #findEnd(): void {
    let at = SEGMENT_HEADER_BYTES;
    while (at < this.#size) {
      const length = this.#frameAt(at);
      if (length === 0) break;
      this.#frames++;
      if (this.#view.getUint8(at + AT.type) === SEAL_RECORD && !this.#closeBlock(at, length)) return;
      at += length;
    }
    const bad = this.#firstBadCrc(this.#sealedEnd, at);
    this.#end = at;
    if (bad !== undefined) this.#cutOrRefuse(bad, 'the record fails its check sum', 'check sum');
    else if (at < this.#size) this.#cutOrRefuse(at, this.#frameFault(at));
  }

  /** Length of the record at `at`, or 0 when no record can stand there. */
  #frameAt(at: number): number {
    if (at + RECORD_HEADER_BYTES > this.#size) return 0;
    const length = this.#view.getUint32(at, true);
    return isRecordLength(length) && at + length <= this.#size ? length : 0;
  }

  #frameFault(at: number): string {
    const rest = this.#size - at;
    if (rest < RECORD_HEADER_BYTES) return `${rest} bytes are left over, too few for a record`;
    const length = this.#view.getUint32(at, true);
    if (!isRecordLength(length)) return `${length} is no length of a record`;
    return `the record's ${length} bytes go beyond the end of the file`;
  }

  /** Verifies the seal at `at`. False when it does not hold, and the segment was cut before it. */
  #closeBlock(at: number, length: number): boolean {
    const { bytes } = this.#file;
    const digest = createHash('sha256').update(this.#chain.head).update(bytes.subarray(this.#sealedEnd, at)).digest();
    const sealed = bytes.subarray(at + RECORD_HEADER_BYTES, at + RECORD_HEADER_BYTES + HASH_BYTES);
    const sealBad = length !== SEAL_BYTES || !this.#crcHolds(at, length);
    if (sealBad || !sameBytes(digest, sealed)) {
      const bad = this.#firstBadCrc(this.#sealedEnd, at + length);
      if (bad === undefined)
        this.#rot(this.#sealedEnd, `the block that ends at byte ${at} does not match its seal`, 'chain');
      this.#cutOrRefuse(bad, 'the record fails its check sum', 'check sum');
      return false;
    }
    this.#chain.head = digest;
    this.#seals++;
    this.#sealedEnd = at + length;
    this.#end = this.#sealedEnd;
    return true;
  }

  #crcHolds(at: number, length: number): boolean {
    return this.#view.getUint32(at + AT.crc, true) === recordCrc(this.#file.bytes, this.#words, at, length);
  }

  /** Offset of the first record in [from, to) whose crc is wrong. The frames there are known to be whole. */
  #firstBadCrc(from: number, to: number): number | undefined {
    for (let at = from; at < to; ) {
      const length = this.#view.getUint32(at, true);
      if (!this.#crcHolds(at, length)) return at;
      at += length;
    }
    return undefined;
  }

  /** Ends the segment before `at` when an unclean stop explains what is there; else refuses it. */
  #cutOrRefuse(at: number, reason: string, part: RotPart = 'frames'): void {
    const { bytes, isLast, wasWhole } = this.#file;
    if (!isLast || !isTornAt(bytes, at, wasWhole)) this.#rot(at, reason, part);
    this.#end = at;
    this.#torn = reason;
  }

  /** Takes up every verified record: order, type, shape. What is wrong here was written wrong. */
  #index(): { readonly inputs: Uint32Array; readonly notes: Uint32Array } {
    // Inputs from the front and notes from the back: a segment full of either costs the same.
    const offsets = this.#file.room.takeOffsets(this.#frames);
    for (let at = SEGMENT_HEADER_BYTES; at < this.#end; ) {
      const length = this.#view.getUint32(at, true);
      const type = this.#view.getUint8(at + AT.type);
      this.#takeSynced(at);
      if (isInputType(type)) {
        this.#takeInput(at, length);
        offsets[this.#inputCount++] = at;
      } else if (!isKnownType(type)) {
        if (type < FIRST_OPTIONAL_TYPE) this.#rot(at, `a record of type ${type}, which this build does not know`);
        this.#skipped++;
      } else if (type === SEAL_RECORD) {
        if (this.#view.getFloat64(at + AT.seq, true) !== this.#chain.nextSeq - 1)
          this.#rot(at, 'the seal does not name the input before it', 'chain');
      } else {
        this.#takeNote(at, length, type);
        offsets[this.#frames - ++this.#noteCount] = at;
      }
      this.#records++;
      at += length;
    }
    const notes = offsets.subarray(this.#frames - this.#noteCount, this.#frames).reverse();
    return { inputs: offsets.subarray(0, this.#inputCount), notes };
  }

  /** What was on the disk when a record was written lies before it, and only ever grows. */
  #takeSynced(at: number): void {
    const syncedTo = this.#view.getUint32(at + SYNCED_AT, true);
    if (syncedTo < this.#syncedTo || syncedTo > at) {
      this.#rot(at, `the record says that ${syncedTo} bytes were synced before it, and ${this.#syncedTo} were before`);
    }
    this.#syncedTo = syncedTo;
  }

  #takeInput(at: number, length: number): void {
    const { nextSeq, lastUs } = this.#chain;
    const seq = this.#view.getFloat64(at + AT.seq, true);
    if (seq !== nextSeq) this.#rot(at, `input ${seq} stands where ${nextSeq} belongs`);
    const receivedAtUs = this.#view.getFloat64(at + AT.receivedAtUs, true);
    if (!Number.isSafeInteger(receivedAtUs) || receivedAtUs < lastUs) {
      this.#rot(at, `input ${seq} is received at ${receivedAtUs}, after one at ${lastUs}`);
    }
    const fault = inputFault(this.#view, this.#words, at, length, this.#instruments);
    if (fault !== undefined) this.#rot(at, fault);
    this.#chain.nextSeq++;
    this.#chain.lastUs = receivedAtUs;
  }

  #takeNote(at: number, length: number, type: number): void {
    const seq = this.#view.getFloat64(at + AT.seq, true);
    const { nextSeq, lastNoteSeq } = this.#chain;
    if (!Number.isSafeInteger(seq) || seq < lastNoteSeq || seq >= nextSeq) {
      this.#rot(at, `a note on input ${seq} stands between ${lastNoteSeq} and ${nextSeq}`);
    }
    if (!Number.isSafeInteger(this.#view.getFloat64(at + AT.receivedAtUs, true)))
      this.#rot(at, 'a note without a time');
    const text = decodeText(this.#view, at, length);
    if (text === undefined) this.#rot(at, 'the text of the record is not whole');
    if (type === CHECKPOINT_RECORD && !/^[0-9a-f]{32}$/.test(text)) this.#rot(at, 'a checkpoint that is no state hash');
    this.#chain.lastNoteSeq = seq;
  }

  #rot(offset: number, reason: string, part: RotPart = 'frames'): never {
    throw new JournalRotError(this.#file.path, offset, reason, part);
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, i) => b[i] === byte);
}
