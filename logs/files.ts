/** The few file operations that the journal needs, blocking and pooled, behind a port so that tests can make them fail. */
import {
  close,
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  fsync,
  fsyncSync,
  ftruncate,
  ftruncateSync,
  mkdirSync,
  open,
  openSync,
  renameSync,
  rmSync,
  write,
  writeSync,
} from 'node:fs';
import { open as openPooled, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { JournalError } from './errors.ts';

export const DIRECTORY_MODE = 0o700;
export const FILE_MODE = 0o600;

/** Every call throws the system's error as it is; callers give it a name and a place. */
export interface FilePort {
  /** Creates a file for writing, mode 0600; EEXIST when there is one. */
  create(path: string): number;
  /** Writes at `position`, or where the file stands, and returns how many bytes were taken, which may be fewer. */
  write(descriptor: number, bytes: Uint8Array, from: number, length: number, position?: number): number;
  /** Cuts a file to `size` bytes. */
  truncate(descriptor: number, size: number): void;
  dataSync(descriptor: number): void;
  close(descriptor: number): void;
  syncDirectory(path: string): void;
  rename(from: string, to: string): void;
  /** Removes a file; none there is no error. */
  remove(path: string): void;
  readonly pooled: PooledFiles;
}

/** The same calls done by a pool of threads, so that a slow disk holds up nobody but who waits for them. */
export interface PooledFiles {
  create(path: string): Promise<number>;
  write(descriptor: number, bytes: Uint8Array, from: number, length: number, position: number): Promise<number>;
  truncate(descriptor: number, size: number): Promise<void>;
  dataSync(descriptor: number): Promise<void>;
  close(descriptor: number): Promise<void>;
  syncDirectory(path: string): Promise<void>;
}

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

/** Makes a promise of a call that takes a callback. */
function promised<T = void>(start: (done: (cause: Error | null, value?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((cause, value) => {
      if (cause === null) resolve(value as T);
      else reject(cause);
    });
  });
}

const systemPool: PooledFiles = {
  create: (path) => promised<number>((done) => open(path, NEW_FILE, FILE_MODE, done)),
  write: (descriptor, bytes, from, length, position) =>
    promised<number>((done) => write(descriptor, bytes, from, length, position, done)),
  truncate: (descriptor, size) => promised((done) => ftruncate(descriptor, size, done)),
  dataSync: (descriptor) => promised((done) => fdatasync(descriptor, done)),
  close: (descriptor) => promised((done) => close(descriptor, done)),
  async syncDirectory(path) {
    const descriptor = await promised<number>((done) => open(path, constants.O_RDONLY, done));
    try {
      await promised((done) => fsync(descriptor, done));
    } finally {
      await promised((done) => close(descriptor, done));
    }
  },
};

export const systemFiles: FilePort = {
  create: (path) => openSync(path, NEW_FILE, FILE_MODE),
  write: (descriptor, bytes, from, length, position) => writeSync(descriptor, bytes, from, length, position ?? null),
  truncate: ftruncateSync,
  dataSync: fdatasyncSync,
  close: closeSync,
  syncDirectory(path) {
    const descriptor = openSync(path, constants.O_RDONLY);
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  },
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
  pooled: systemPool,
};

/** Writes all of `bytes`, from `position` or where the file stands, however many calls the system wants for it. */
export function writeAll(files: FilePort, descriptor: number, bytes: Uint8Array, position?: number): void {
  let at = 0;
  while (at < bytes.byteLength) {
    const place = position === undefined ? undefined : position + at;
    const taken = files.write(descriptor, bytes, at, bytes.byteLength - at, place);
    if (taken <= 0) throw new Error('the file took no bytes');
    at += taken;
  }
}

/** As {@link writeAll} at `position`, by the pool. */
export async function writeAllPooled(
  files: FilePort,
  descriptor: number,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  for (let at = 0; at < bytes.byteLength; ) {
    const taken = await files.pooled.write(descriptor, bytes, at, bytes.byteLength - at, position + at);
    if (taken <= 0) throw new Error('the file took no bytes');
    at += taken;
  }
}

/**
 * Replaces a file as a whole or not at all: a 0600 temp file beside it, written, synced, renamed over it, and
 * the folder synced. Throws {@link JournalError}; then either the old file or the whole new one is there.
 */
export function writeFileDurably(path: string, content: string | Uint8Array, files: FilePort = systemFiles): void {
  const temporary = join(dirname(path), `.${basename(path)}.tmp`);
  try {
    files.remove(temporary);
    const descriptor = files.create(temporary);
    try {
      writeAll(files, descriptor, typeof content === 'string' ? new TextEncoder().encode(content) : content);
      files.dataSync(descriptor);
    } finally {
      files.close(descriptor);
    }
    files.rename(temporary, path);
    files.syncDirectory(dirname(path));
  } catch (cause) {
    removeIfPossible(temporary, files);
    throw new JournalError('write', path, cause);
  }
}

/**
 * As {@link writeFileDurably} on the real disk, without holding up the caller's thread. Processes that write the same
 * path at the same time want a `temporary` each.
 */
export async function writeFilePooled(
  path: string,
  content: string | Uint8Array,
  temporary = join(dirname(path), `.${basename(path)}.tmp`),
): Promise<void> {
  const folder = dirname(path);
  try {
    const file = await openPooled(temporary, 'w', FILE_MODE);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await systemPool.syncDirectory(folder);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new JournalError('write', path, cause);
  }
}

/** Best effort while another error is on its way out: that one must not be hidden. */
function removeIfPossible(path: string, files: FilePort): void {
  try {
    files.remove(path);
  } catch {
    return;
  }
}

/** Makes a folder and its missing parents, 0700, each durable in its parent. One that is there is kept as it is. */
export function makeDirectories(path: string, files: FilePort = systemFiles): void {
  try {
    const first = mkdirSync(path, { recursive: true, mode: DIRECTORY_MODE });
    if (first === undefined) return;
    const stop = dirname(first);
    for (let parent = dirname(path); ; parent = dirname(parent)) {
      files.syncDirectory(parent);
      if (parent === stop || parent === dirname(parent)) return;
    }
  } catch (cause) {
    throw new JournalError('make the folder', path, cause);
  }
}

/** Makes one new folder, 0700, durable in its parent; one that is there is refused. */
export function makeNewDirectory(path: string, files: FilePort = systemFiles): void {
  try {
    mkdirSync(path, { mode: DIRECTORY_MODE });
    files.syncDirectory(dirname(path));
  } catch (cause) {
    throw new JournalError('make the folder', path, cause);
  }
}
