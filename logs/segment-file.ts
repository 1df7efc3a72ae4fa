/** The files of a session's segments: which there are, and their bytes, compressed or not. */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import { JournalError, JournalRotError } from './errors.ts';
import { isCompressedName, MAX_COMPRESSED_SEGMENT_BYTES, MAX_SEGMENT_BYTES, segmentNumber } from './format.ts';

/**
 * Names of the segments in order. Where a segment is there both ways — the power went while it was being
 * compressed — it is the plain one that counts. Throws {@link JournalRotError} when there is none.
 */
export function segmentNames(directory: string): string[] {
  try {
    const names = readdirSync(directory).filter((name) => segmentNumber(name) !== undefined);
    if (names.length === 0) throw new JournalRotError(directory, 0, 'it holds no journal segment');
    const present = new Set(names);
    return names.filter((name) => !isCompressedName(name) || !present.has(name.slice(0, -'.zst'.length))).sort();
  } catch (cause) {
    if (cause instanceof JournalRotError) throw cause;
    throw new JournalError('read', directory, cause);
  }
}

/** The segment's bytes, starting 8-aligned, as far as it is written by now. Throws like {@link segmentNames}. */
export function readSegment(path: string): Uint8Array {
  const bytes = readWhole(path);
  if (!isCompressedName(path)) return bytes;
  let plain: Buffer;
  try {
    plain = zstdDecompressSync(bytes, { maxOutputLength: MAX_COMPRESSED_SEGMENT_BYTES });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new JournalRotError(path, 0, `it does not decompress: ${why}`);
  }
  return plain.byteOffset % 8 === 0 ? plain : new Uint8Array(plain);
}

function readWhole(path: string): Uint8Array {
  let descriptor = -1;
  try {
    if (!statSync(path).isFile()) throw new JournalRotError(path, 0, 'it is no file');
    descriptor = openSync(path, constants.O_RDONLY);
    const { size } = fstatSync(descriptor);
    if (size > MAX_SEGMENT_BYTES) throw new JournalRotError(path, 0, `${size} bytes are too many for a segment`);
    const bytes = new Uint8Array(Math.ceil(size / 8) * 8);
    return bytes.subarray(0, readFully(descriptor, bytes, size));
  } catch (cause) {
    if (cause instanceof JournalRotError) throw cause;
    throw new JournalError('read', path, cause);
  } finally {
    if (descriptor >= 0) closeSync(descriptor);
  }
}

/** Reads up to `size` bytes; fewer when the file has shrunk since. */
function readFully(descriptor: number, bytes: Uint8Array, size: number): number {
  let at = 0;
  while (at < size) {
    const taken = readSync(descriptor, bytes, at, size - at, at);
    if (taken === 0) break;
    at += taken;
  }
  return at;
}
