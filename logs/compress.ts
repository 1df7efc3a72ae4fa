/** Makes old segments small with zstd, so that at every moment one whole copy of them is on the disk. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { JournalError, JournalRotError } from './errors.ts';
import { type FilePort, systemFiles, writeAll } from './files.ts';
import {
  compressedName,
  isCompressedName,
  MAX_COMPRESSED_SEGMENT_BYTES,
  segmentName,
  segmentNumber,
} from './format.ts';
import { readManifest } from './manifest.ts';
import { readSegment, segmentNames } from './segment-file.ts';

/** Sizes before and after. */
export interface Compression {
  readonly bytes: number;
  readonly compressedBytes: number;
}

/**
 * Replaces segment `number` of a session by a compressed one that was read back and found equal. Only what no
 * writer can still append to: any segment of a complete session, and those before the last of another one.
 * May be done again when it was interrupted. Throws {@link JournalError}, {@link JournalRotError} for a session
 * without a manifest of this version; then the plain segment is still there.
 */
export function compressSegment(directory: string, number: number, files: FilePort = systemFiles): Compression {
  const path = join(directory, segmentName(number));
  const target = join(directory, compressedName(number));
  // The reader takes this name for neither a segment nor a compressed one.
  const temporary = join(directory, `.${compressedName(number)}.tmp.zst`);
  const isFollowed = [segmentName, compressedName].some((name) => existsSync(join(directory, name(number + 1))));
  if (!readManifest(directory).complete && !isFollowed) refuse(path, 'it may still be written to');
  const plain = readSegment(path);
  if (plain.byteLength > MAX_COMPRESSED_SEGMENT_BYTES) refuse(path, 'it is too large to be compressed');
  const compressed = zstdCompressSync(plain, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
  try {
    files.remove(temporary);
    writeNew(temporary, compressed, files);
    if (!isSame(readSegment(temporary), plain)) throw new Error('what was read back is not what was written');
    files.rename(temporary, target);
    files.syncDirectory(directory);
    files.remove(path);
    files.syncDirectory(directory);
  } catch (cause) {
    if (cause instanceof JournalRotError) throw cause;
    throw new JournalError('compress', path, cause);
  }
  return { bytes: plain.byteLength, compressedBytes: compressed.byteLength };
}

/**
 * Compresses every segment of a session that has ended and is not compressed yet, the oldest first, after the whole
 * session has been verified by the caller. No writer may be at work on it. Throws like {@link compressSegment}; what
 * was done by then stays done.
 */
export function compressSession(
  directory: string,
  files: FilePort = systemFiles,
): Compression & { readonly segments: number } {
  const names = segmentNames(directory);
  const ended = readManifest(directory).complete ? names : names.slice(0, -1);
  const total = { segments: 0, bytes: 0, compressedBytes: 0 };
  for (const name of ended) {
    if (isCompressedName(name)) continue;
    const { bytes, compressedBytes } = compressSegment(directory, segmentNumber(name) ?? 0, files);
    total.segments++;
    total.bytes += bytes;
    total.compressedBytes += compressedBytes;
  }
  return total;
}

function writeNew(path: string, bytes: Uint8Array, files: FilePort): void {
  const descriptor = files.create(path);
  try {
    writeAll(files, descriptor, bytes);
    files.dataSync(descriptor);
  } finally {
    files.close(descriptor);
  }
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

function refuse(path: string, why: string): never {
  throw new JournalError('compress', path, new Error(why));
}
