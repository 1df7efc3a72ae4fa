/** The journal's layout in numbers: names, limits and the header of a segment. FORMAT.md is the same in words. */
import { AT, CHECKPOINT_RECORD, NO_INSTRUMENT, OUTPUT_RECORD, RECORD, SEAL_RECORD } from '../engine/domain/index.ts';
import { crc32Words } from './crc32.ts';

export const FORMAT_VERSION = 1;
export const MANIFEST_NAME = 'manifest.json';
export const SEGMENT_HEADER_BYTES = 64;
export const RECORD_HEADER_BYTES = AT.payload;
export const HASH_BYTES = 32;
export const SEAL_BYTES = RECORD_HEADER_BYTES + HASH_BYTES;
/** Longest record: a book snapshot of a million levels. A length beyond it is damage, not data. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;
/** Largest segment file that is read, which bounds what a hostile one can allocate. */
export const MAX_SEGMENT_BYTES = 128 * 1024 * 1024;
/** Largest content of a compressed segment: decompressing needs twice that. A segment of the usual size and a long record. */
export const MAX_COMPRESSED_SEGMENT_BYTES = 80 * 1024 * 1024;
export const DEFAULT_SEGMENT_BYTES = 64 * 1024 * 1024;
export const DEFAULT_BLOCK_BYTES = 256 * 1024;
/** Types from here on may be skipped by a reader that does not know them; unknown ones below must be refused. */
export const FIRST_OPTIONAL_TYPE = 128;
/**
 * Where every record says, as u32, up to which offset its segment was on the disk when it was written; 0 where
 * nothing of the segment was known to be.
 */
export const SYNCED_AT = 12;
/** Where the byte length of a record's text stands, and the text itself. */
export const TEXT_LENGTH_AT = 32;
export const TEXT_AT = 40;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const MAGIC = encoder.encode('CHIMERA1');
const HEADER_AT = { version: 8, segment: 12, firstSeq: 16, previousHead: 24, crc: 56, reserved: 60 } as const;
const SEGMENT_NAME = /^(\d{6})\.journal(?:\.zst)?$/;
const MAX_SEGMENTS = 999_999;

/** File name of segment `number`, from 1. */
export function segmentName(number: number): string {
  return `${String(number).padStart(6, '0')}.journal`;
}

/** File name of segment `number` when it is compressed. */
export const compressedName = (number: number): string => `${segmentName(number)}.zst`;

export const isCompressedName = (fileName: string): boolean => fileName.endsWith('.zst');

/** The number in a segment's file name, compressed or not, or undefined for another file. */
export function segmentNumber(fileName: string): number | undefined {
  const match = SEGMENT_NAME.exec(fileName);
  return match ? Number(match[1]) : undefined;
}

export function isSegmentNumber(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= MAX_SEGMENTS;
}

export interface SegmentHeader {
  readonly segment: number;
  /** Sequence of the segment's first input. */
  readonly firstSeq: number;
  /** Chain head at the end of the segment before; zeros for the first. */
  readonly previousHead: Uint8Array;
}

/** The 64 bytes that open a segment. */
export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint32(HEADER_AT.version, FORMAT_VERSION, true);
  view.setUint32(HEADER_AT.segment, header.segment, true);
  view.setFloat64(HEADER_AT.firstSeq, header.firstSeq, true);
  bytes.set(header.previousHead, HEADER_AT.previousHead);
  view.setUint32(HEADER_AT.crc, headerCrc(bytes), true);
  return bytes;
}

/** Reads a header back; a text says why it is none. `bytes` holds at least 64 and starts 4-aligned. */
export function decodeSegmentHeader(bytes: Uint8Array): SegmentHeader | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, SEGMENT_HEADER_BYTES);
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) return 'this is no journal segment (magic is not CHIMERA1)';
  const version = view.getUint32(HEADER_AT.version, true);
  if (version !== FORMAT_VERSION) return `journal format version ${version}; this build reads ${FORMAT_VERSION}`;
  if (view.getUint32(HEADER_AT.crc, true) !== headerCrc(bytes)) return 'the segment header fails its check sum';
  if (view.getUint32(HEADER_AT.reserved, true) !== 0) return 'the segment header has reserved bytes that are not zero';
  return {
    segment: view.getUint32(HEADER_AT.segment, true),
    firstSeq: view.getFloat64(HEADER_AT.firstSeq, true),
    previousHead: bytes.slice(HEADER_AT.previousHead, HEADER_AT.previousHead + HASH_BYTES),
  };
}

function headerCrc(bytes: Uint8Array): number {
  return crc32Words(
    new Int32Array(bytes.buffer, bytes.byteOffset, SEGMENT_HEADER_BYTES >> 2),
    0,
    HEADER_AT.crc >> 2,
    0,
  );
}

/** Whether a length field can be that of a record at all. */
export function isRecordLength(length: number): boolean {
  return length >= RECORD_HEADER_BYTES && length <= MAX_RECORD_BYTES && length % 8 === 0;
}

export const isInputType = (type: number): boolean => type >= RECORD.trade && type <= RECORD.model;

export const isKnownType = (type: number): boolean =>
  isInputType(type) || type === OUTPUT_RECORD || type === CHECKPOINT_RECORD || type === SEAL_RECORD;

/** Writes the 32 bytes of a record that is no input; the crc comes later. */
export function writeRecordHeader(view: DataView, length: number, type: number, seq: number, atUs: number): void {
  view.setUint32(AT.length, length, true);
  view.setUint8(AT.type, type);
  view.setUint16(AT.instrument, NO_INSTRUMENT, true);
  view.setFloat64(AT.seq, seq, true);
  view.setFloat64(AT.receivedAtUs, atUs, true);
}

/** An output or checkpoint record around a text; the crc is left zero. */
export function encodeTextRecord(type: number, seq: number, atUs: number, text: string): Uint8Array {
  const encoded = encoder.encode(text);
  const bytes = new Uint8Array(TEXT_AT + roundUp8(encoded.byteLength));
  const view = new DataView(bytes.buffer);
  writeRecordHeader(view, bytes.byteLength, type, seq, atUs);
  view.setUint32(TEXT_LENGTH_AT, encoded.byteLength, true);
  bytes.set(encoded, TEXT_AT);
  return bytes;
}

/** The text of an output or checkpoint record at `at`; undefined when its length or its UTF-8 is wrong. */
export function decodeText(view: DataView, at: number, length: number): string | undefined {
  if (length < TEXT_AT) return undefined;
  const byteLength = view.getUint32(at + TEXT_LENGTH_AT, true);
  if (TEXT_AT + roundUp8(byteLength) !== length) return undefined;
  try {
    return decoder.decode(new Uint8Array(view.buffer, view.byteOffset + at + TEXT_AT, byteLength));
  } catch {
    return undefined;
  }
}

const roundUp8 = (bytes: number): number => Math.ceil(bytes / 8) * 8;
