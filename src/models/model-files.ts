/** Packages and manifests as files under the SHA-256 of their bytes: written once, durably, and read back whole or not at all. */
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, type Stats } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  cleanText,
  type FilePort,
  makeDirectories,
  systemFiles,
  writeFileDurably,
  writeFilePooled,
} from '../../logs/index.ts';
import { CommandError, EXIT } from '../exit-codes.ts';

/** Beyond any model that is opened; a larger file is not read. */
export const MOST_PACKAGE_BYTES = 64 * 1024 * 1024;

export const MODEL_SUFFIX = '.model';

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** Name of a model in one line: as many digits as tell models apart. */
export const shortId = (id: string): string => id.slice(0, 12);

/**
 * Puts bytes under their hash; what is there already and whole is left. The folder is made where it is missing. Throws a
 * {@link CommandError} when the disk will not have it. Of several processes one at a time may write the same file.
 */
export function keepFile(folder: string, bytes: Uint8Array, suffix: string, files: FilePort = systemFiles): string {
  const hash = sha256(bytes);
  const path = join(folder, `${hash}${suffix}`);
  makeFolder(folder, files);
  return durably(() => {
    // Where it is there, whoever wrote it may have died before its name was on the disk.
    if (isWhole(path, hash)) files.syncDirectory(folder);
    else writeFileDurably(path, bytes, files);
    return hash;
  });
}

/** As {@link keepFile} on the real disk, without holding up the caller's thread; the folder is there. */
export async function keepFilePooled(folder: string, bytes: Uint8Array, suffix: string): Promise<string> {
  const hash = sha256(bytes);
  const path = join(folder, `${hash}${suffix}`);
  try {
    if (await isWholePooled(path, hash)) await systemFiles.pooled.syncDirectory(folder);
    else await writeFilePooled(path, bytes);
    return hash;
  } catch (cause) {
    throw new CommandError(EXIT.fault, cleanText((cause as Error).message));
  }
}

/** Makes a folder with its missing parents. Throws a {@link CommandError} when the disk will not have it. */
export function makeFolder(path: string, files: FilePort = systemFiles): void {
  durably(() => makeDirectories(path, files));
}

function durably<T>(act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new CommandError(EXIT.fault, cleanText((cause as Error).message));
  }
}

function isWhole(path: string, hash: string): boolean {
  try {
    return sha256(readFileSync(path)) === hash;
  } catch {
    return false;
  }
}

async function isWholePooled(path: string, hash: string): Promise<boolean> {
  try {
    return sha256(await readFile(path)) === hash;
  } catch {
    return false;
  }
}

/** The bytes under a hash, or in words what is wrong with the file. */
export function readKept(folder: string, hash: string, suffix: string, most: number): Uint8Array | string {
  const path = join(folder, `${hash}${suffix}`);
  try {
    return unfit(path, lstatSync(path), most) ?? wholeOf(path, hash, readFileSync(path));
  } catch (cause) {
    return unreadable(path, cause);
  }
}

/** The same without holding up the caller's thread. */
export async function readKeptPooled(
  folder: string,
  hash: string,
  suffix: string,
  most: number,
): Promise<Uint8Array | string> {
  const path = join(folder, `${hash}${suffix}`);
  try {
    return unfit(path, await lstat(path), most) ?? wholeOf(path, hash, await readFile(path));
  } catch (cause) {
    return unreadable(path, cause);
  }
}

function unfit(path: string, status: Stats, most: number): string | undefined {
  if (!status.isFile()) return `${path} is no regular file`;
  return status.size > most ? `${path} is too large: ${status.size} bytes` : undefined;
}

const wholeOf = (path: string, hash: string, bytes: Uint8Array): Uint8Array | string =>
  sha256(bytes) === hash ? bytes : `${path} is damaged: its SHA-256 is not the one in its name`;

function unreadable(path: string, cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  return code === 'ENOENT' ? `${path} is missing` : cleanText(`cannot read ${path}: ${message}`);
}
