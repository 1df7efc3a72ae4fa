/** The files of a session's segments: which there are, and their bytes, compressed or not. */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { type ZstdOptions, constants as zlibConstants, zstdDecompressSync } from 'node:zlib';
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

/** Largest window of a compressed segment, as a power of two: a hostile frame must not ask for more memory than it fills. */
const MAX_WINDOW_LOG = 23;
/** A compressed segment that is larger than this was not made smaller. */
const MAX_COMPRESSED_FILE_BYTES = MAX_COMPRESSED_SEGMENT_BYTES + 1024 * 1024;
const ROOM_STEP_BYTES = 1024 * 1024;

/** Memory that one segment after the other is read into, so that a session costs no more than its largest one. */
export class SegmentRoom {
  #bytes = new Uint8Array(0);
  #offsets = new Uint32Array(0);

  /** At least `bytes` of it, with whatever stands there. */
  take(bytes: number): Uint8Array {
    if (bytes > this.#bytes.byteLength) this.#bytes = new Uint8Array(roundUp(bytes));
    return this.#bytes;
  }

  /** Room for the offsets of so many records, with whatever stands there. */
  takeOffsets(records: number): Uint32Array {
    if (records > this.#offsets.length) this.#offsets = new Uint32Array(roundUp(records * 4) >> 2);
    return this.#offsets;
  }

  /** Gives the memory back now, and not when the collector comes by; what was read into it is gone. */
  release(): void {
    this.#bytes.buffer.transfer(0);
    this.#offsets.buffer.transfer(0);
    this.#bytes = new Uint8Array(0);
    this.#offsets = new Uint32Array(0);
  }
}

/** The next segment is about as large: room is taken in steps, so that it seldom has to be taken anew. */
function roundUp(bytes: number): number {
  const step = bytes > 16 * ROOM_STEP_BYTES ? 8 * ROOM_STEP_BYTES : bytes > 65_536 ? ROOM_STEP_BYTES : 4096;
  return Math.ceil(bytes / step) * step;
}

/** With `info` Node also tells how many bytes it took, which its types do not know. */
const decompress = zstdDecompressSync as unknown as (
  bytes: Uint8Array,
  options: ZstdOptions & { readonly info: true },
) => { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };

/**
 * The segment's bytes, starting 8-aligned, as far as it is written by now; in `room` where one is given, and then
 * only until the next segment is read into it. Throws like {@link segmentNames}.
 */
export function readSegment(path: string, room: SegmentRoom = new SegmentRoom()): Uint8Array {
  if (!isCompressedName(path)) return readWhole(path, MAX_SEGMENT_BYTES, room);
  const bytes = readWhole(path, MAX_COMPRESSED_FILE_BYTES, room);
  let plain: Buffer;
  let read: number;
  try {
    const { buffer, engine } = decompress(bytes, {
      info: true,
      maxOutputLength: MAX_COMPRESSED_SEGMENT_BYTES,
      // What was not made much smaller comes in one piece: several are copied together, at twice the memory.
      chunkSize: Math.min(Math.max(bytes.byteLength * 16, ROOM_STEP_BYTES), MAX_COMPRESSED_SEGMENT_BYTES),
      params: { [zlibConstants.ZSTD_d_windowLogMax]: MAX_WINDOW_LOG },
    });
    plain = buffer;
    read = engine.bytesWritten;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new JournalRotError(path, 0, `it does not decompress: ${why}`);
  }
  if (read !== bytes.byteLength) throw new JournalRotError(path, read, 'something stands behind its compressed frame');
  return plain.byteOffset % 8 === 0 ? plain : new Uint8Array(plain);
}

function readWhole(path: string, most: number, room: SegmentRoom): Uint8Array {
  return withFile(path, (descriptor) => {
    const { size } = fstatSync(descriptor);
    if (size > most) throw new JournalRotError(path, 0, `${size} bytes are too many for a segment`);
    const bytes = room.take(size);
    return bytes.subarray(0, readFully(descriptor, bytes, size, 0));
  });
}

/** The first `size` bytes of a segment, fewer where it is shorter. Throws like {@link readSegment}. */
export function readSegmentStart(path: string, size: number): Uint8Array {
  if (isCompressedName(path)) return readSegment(path).subarray(0, size);
  const bytes = new Uint8Array(size);
  return bytes.subarray(0, readRange(path, bytes, 0, size));
}

/** The first `size` bytes of a plain file, with zeros behind its end. Throws {@link JournalError}. */
export function readStart(path: string, size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  readRange(path, bytes, 0, size);
  return bytes;
}

/** Bytes [from, to) of a plain file into `target`; how many there were. Throws {@link JournalError}. */
export function readRange(path: string, target: Uint8Array, from: number, to: number): number {
  return withFile(path, (descriptor) => readFully(descriptor, target, to - from, from));
}

function withFile<T>(path: string, read: (descriptor: number) => T): T {
  let descriptor = -1;
  try {
    if (!statSync(path).isFile()) throw new JournalRotError(path, 0, 'it is no file');
    descriptor = openSync(path, constants.O_RDONLY);
    return read(descriptor);
  } catch (cause) {
    if (cause instanceof JournalRotError) throw cause;
    throw new JournalError('read', path, cause);
  } finally {
    if (descriptor >= 0) closeSync(descriptor);
  }
}

/** Reads up to `size` bytes from `position` on; fewer when the file ends before. */
function readFully(descriptor: number, bytes: Uint8Array, size: number, position: number): number {
  let at = 0;
  while (at < size) {
    const taken = readSync(descriptor, bytes, at, size - at, position + at);
    if (taken === 0) break;
    at += taken;
  }
  return at;
}
