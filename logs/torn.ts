/**
 * Tells the end of an unclean stop from damage. A process that dies leaves a file that is cut off within its last
 * record. A power cut keeps or loses each sector written since the last sync, whichever it likes: a lost one
 * reads as zeros from where the sync before it ended. Every record says how far the file was synced when it was
 * written, so a good record behind a bad place can prove that the place was once on the disk: then it is damage.
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
  SYNCED_AT,
} from './format.ts';

/** The unit in which disks write all or nothing. */
const SECTOR_BYTES = 512;

/** Most bytes that the search for a later record may check: a hostile file must not cost more. */
const SEARCH_BUDGET_BYTES = 64 * 1024 * 1024;

/**
 * Whether the segment file was created but its header never arrived. `wasWhole`: the whole file was on the disk
 * once, so that any record in it tells of damage.
 */
export function isTornHeader(bytes: Uint8Array, wasWhole: boolean): boolean {
  if (bytes.byteLength < SEGMENT_HEADER_BYTES) return true;
  return isZero(bytes, 0, SECTOR_BYTES) && !isProvenDamage(bytes, 0, 0, wasWhole);
}

/**
 * Whether an unclean stop explains what stands at `at`, where a record should begin and no good one does.
 * Everything before `at` has been verified, so `at` is where a record begins. `wasWhole` as above.
 */
export function isTornAt(bytes: Uint8Array, at: number, wasWhole: boolean): boolean {
  const size = bytes.byteLength;
  if (size - at < RECORD_HEADER_BYTES) return true;
  if (isZero(bytes, at, sectorEnd(at))) return !isProvenDamage(bytes, at, at, wasWhole);
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  const length = view.getUint32(at, true);
  if (!isRecordLength(length)) return false;
  const cutOff = at + length > size && !isWholeAnyway(bytes, view, at);
  return (cutOff || losesSector(bytes, at, length)) && !isProvenDamage(bytes, at, at + length, wasWhole);
}

const sectorEnd = (at: number): number => (Math.floor(at / SECTOR_BYTES) + 1) * SECTOR_BYTES;

/** Whether bytes [from, to) are zeros, as far as the file goes. */
function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  const end = Math.min(to, bytes.byteLength);
  for (let i = from; i < end; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** Whether a sector behind the one in which the record begins, and within it, holds nothing. */
function losesSector(bytes: Uint8Array, at: number, length: number): boolean {
  const end = Math.min(at + length, bytes.byteLength);
  for (let sector = sectorEnd(at); sector < end; sector += SECTOR_BYTES) {
    if (isZero(bytes, sector, sector + SECTOR_BYTES)) return true;
  }
  return false;
}

/** Whether the last record is complete and only its length field was changed: the crc holds for the true length. */
function isWholeAnyway(bytes: Uint8Array, view: DataView, at: number): boolean {
  const rest = bytes.byteLength - at;
  return isRecordLength(rest) && view.getUint32(at + AT.crc, true) === recordCrc(bytes, wordsOf(bytes), at, rest);
}

/**
 * Whether a good record behind `at` rules out that the place at `at` was lost before it was synced: one that
 * begins before `recordEnd`, where the length at `at` leaves no room for it, one that was written when the file
 * was synced beyond `at`, or any at all when the file was whole.
 */
function isProvenDamage(bytes: Uint8Array, at: number, recordEnd: number, wasWhole: boolean): boolean {
  const size = bytes.byteLength;
  const words = wordsOf(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  let budget = SEARCH_BUDGET_BYTES;
  for (let next = at + 8; next + RECORD_HEADER_BYTES <= size; next += 8) {
    const length = view.getUint32(next, true);
    if (!isRecordLength(length) || next + length > size || !mayBeType(view.getUint8(next + AT.type), length)) continue;
    if (!wasWhole && next >= recordEnd && view.getUint32(next + SYNCED_AT, true) <= at) continue;
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
