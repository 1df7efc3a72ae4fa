/** The bytes of a file, unpacked where it is gzip, counted and bounded so that no packed bomb can go off. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ImportError } from './import-error.ts';
import { displayName, grouped } from './text.ts';

const CHUNK_BYTES = 1 << 18;
const LARGEST_UNPACKED = 4 * 2 ** 30;
const LARGEST_RATIO = 1000;
/** Below this much output the ratio is not judged. */
const RATIO_FLOOR = 1 << 20;

/** What has been read of a file so far; complete when the stream has ended. */
export interface StreamTally {
  /** Bytes of the file as stored. */
  bytes: number;
  unpackedBytes: number;
  sha256: string;
}

/** A regular file that can be read, and whether it is gzip. */
export interface DataFile {
  readonly path: string;
  readonly name: string;
  readonly size: number;
  readonly gzip: boolean;
}

/** Looks at a file: refuses what is no regular file. */
export async function openDataFile(path: string): Promise<DataFile> {
  const name = displayName(path);
  try {
    const info = await stat(path);
    if (!info.isFile()) throw new ImportError(name, undefined, 'is no regular file; files are read twice');
    if (info.size === 0) throw new ImportError(name, undefined, 'is empty');
    const handle = await open(path, 'r');
    try {
      const magic = Buffer.alloc(2);
      await handle.read(magic, 0, 2, 0);
      return { path, name, size: info.size, gzip: magic[0] === 0x1f && magic[1] === 0x8b };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw asImportError(name, error);
  }
}

/** The unpacked bytes of a file in pieces; fills `tally` on the way. */
export async function* readBytes(file: DataFile, tally: StreamTally): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  const stored = createReadStream(file.path, { highWaterMark: CHUNK_BYTES });
  const count = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      hash.update(chunk);
      tally.bytes += chunk.length;
      yield chunk;
    }
  };
  const source: AsyncIterable<Buffer> = file.gzip
    ? pipeline(stored, count, createGunzip({ chunkSize: CHUNK_BYTES }), ignoreEnd)
    : count(stored);
  try {
    for await (const chunk of source) {
      tally.unpackedBytes += chunk.length;
      if (file.gzip) refuseBomb(file, tally);
      yield chunk;
    }
  } catch (error) {
    throw asImportError(file.name, error);
  } finally {
    stored.destroy();
  }
  tally.sha256 = hash.digest('hex');
}

/** Errors reach the reader of the pipeline; its callback has nothing to add. */
function ignoreEnd(): void {}

function refuseBomb(file: DataFile, tally: StreamTally): void {
  const { unpackedBytes } = tally;
  const tooDense = unpackedBytes > RATIO_FLOOR && unpackedBytes > file.size * LARGEST_RATIO;
  if (unpackedBytes <= LARGEST_UNPACKED && !tooDense) return;
  throw new ImportError(
    file.name,
    undefined,
    `unpacks to more than ${tooDense ? `${grouped(LARGEST_RATIO)} times its size` : '4 GiB'}; split it or unpack it first`,
  );
}

const KNOWN_CODES: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file'],
  ['EACCES', 'permission denied'],
  ['EISDIR', 'is a folder'],
  ['Z_BUF_ERROR', 'the gzip stream ends early: the file is cut off'],
  ['Z_DATA_ERROR', 'the gzip stream is damaged'],
]);

/** An error of the system as one clear line; an import error stays as it is. */
export function asImportError(name: string, error: unknown): unknown {
  if (error instanceof ImportError || !(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (code === undefined || error.name === 'InvariantError') return error;
  return new ImportError(name, undefined, KNOWN_CODES.get(code) ?? `cannot be read: ${error.message}`);
}
