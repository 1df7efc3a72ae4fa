/** Small files that only their owner may read, written so that they are there whole or as they were before. */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

const FILE_MODE = 0o600;

/** Writes, syncs and renames; the folder is synced behind it. */
export function writeSecretFile(path: string, text: string): void {
  const partial = `${path}.${process.pid}.partial`;
  const file = openSync(partial, 'w', FILE_MODE);
  try {
    // Not writeSync: on a disk that becomes full it writes a part, and says nothing.
    writeFileSync(file, text);
    fsyncSync(file);
  } catch (cause) {
    rmSync(partial, { force: true });
    throw cause;
  } finally {
    closeSync(file);
  }
  chmodSync(partial, FILE_MODE);
  renameSync(partial, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** The text of a file that nobody else may read; undefined where there is none. Throws in words where others may. */
export function readSecretFile(path: string): string | undefined {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return undefined;
  if (!status.isFile()) throw new Error(`${path} is not a file`);
  if ((status.mode & 0o077) !== 0) throw new Error(`${path} can be read by others: chmod 600 ${path}`);
  return readFileSync(path, 'utf8');
}
