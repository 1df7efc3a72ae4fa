/**
 * Tells the end of an unclean stop from damage. A writer that dies leaves a file that is cut off within its
 * last record, or, after a power cut, one whose last sectors are zeros. Anything else was changed later.
 */
import { AT, SEAL_RECORD } from '../engine/domain/index.ts';
import { recordCrc } from './crc32.ts';
import {
  FIRST_OPTIONAL_TYPE,
  isInputType,
  isKnownType,
  isRecordLength,
  RECORD_HEADER_BYTES,
  SEAL_BYTES,
  SEGMENT_HEADER_BYTES,
} from './format.ts';

/** The unit in which disks write all or nothing. */
const SECTOR_BYTES = 512;

/** Most bytes that the search for a later record may check: a hostile file must not cost more. */
const SEARCH_BUDGET_BYTES = 64 * 1024 * 1024;

/** Whether the segment file was created but its header never arrived. */
export function isTornHeader(bytes: Uint8Array): boolean {
  return bytes.byteLength < SEGMENT_HEADER_BYTES || contentEnd(bytes, 0) === 0;
}

/**
 * Whether an unclean stop explains what stands at `at`, where a record should begin and no good one does.
 * Everything before `at` has been verified, so `at` is where a record begins.
 */
export function isTornAt(bytes: Uint8Array, at: number): boolean {
  const size = bytes.byteLength;
  if (size - at < RECORD_HEADER_BYTES) return true;
  const written = contentEnd(bytes, at);
  if (written === at) return true;
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  const length = view.getUint32(at, true);
  if (!isRecordLength(length)) return false;
  const firstLostSector = Math.ceil(written / SECTOR_BYTES) * SECTOR_BYTES;
  const lost = firstLostSector < size && firstLostSector < at + length;
  const cutOff = at + length > size && !isWholeAnyway(bytes, view, at);
  return (lost || cutOff) && !holdsRecordAfter(bytes, view, at);
}

/** Offset behind the last byte from `from` on that is not zero; `from` when all are. */
function contentEnd(bytes: Uint8Array, from: number): number {
  let end = bytes.byteLength;
  while (end > from && bytes[end - 1] === 0) end--;
  return end;
}

/** Whether the last record is complete and only its length field was changed: the crc holds for the true length. */
function isWholeAnyway(bytes: Uint8Array, view: DataView, at: number): boolean {
  const rest = bytes.byteLength - at;
  return isRecordLength(rest) && view.getUint32(at + AT.crc, true) === recordCrc(bytes, wordsOf(bytes), at, rest);
}

/** Whether a good record stands anywhere behind `at`: then the one at `at` was not the last to be written. */
function holdsRecordAfter(bytes: Uint8Array, view: DataView, at: number): boolean {
  const size = bytes.byteLength;
  const words = wordsOf(bytes);
  let budget = SEARCH_BUDGET_BYTES;
  for (let next = at + 8; next + RECORD_HEADER_BYTES <= size; next += 8) {
    const length = view.getUint32(next, true);
    if (!isRecordLength(length) || next + length > size || !mayBeType(view.getUint8(next + AT.type), length)) continue;
    budget -= length;
    if (budget < 0 || view.getUint32(next + AT.crc, true) === recordCrc(bytes, words, next, length)) return true;
  }
  return false;
}

function mayBeType(type: number, length: number): boolean {
  if (type === SEAL_RECORD) return length === SEAL_BYTES;
  return isInputType(type) || isKnownType(type) || type >= FIRST_OPTIONAL_TYPE;
}

function wordsOf(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
}
