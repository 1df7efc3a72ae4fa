/** A folder that is made for what a command writes: all of it or nothing. */
import { closeSync, existsSync, fsyncSync, mkdtempSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { cleanText, systemFiles } from '../../logs/index.ts';
import { CommandError, EXIT } from '../exit-codes.ts';

/** Gathered before they are written. */
const BYTES_AT_ONCE = 1 << 18;

/** Refuses a file or folder that is there; `option` is how another one is chosen. */
export function refuseExisting(path: string, option: string): void {
  if (existsSync(path))
    throw new CommandError(EXIT.usage, `${path} exists; nothing is overwritten, choose another ${option}`);
}

/** Gives the folder its name when all that `fill` writes into it is on the disk. */
export function makeFolder<T>(folder: string, fill: (into: string) => T): T {
  let partial: string | undefined;
  try {
    partial = mkdtempSync(`${resolve(folder)}.partial-`);
    const result = fill(partial);
    systemFiles.syncDirectory(partial);
    renameSync(partial, folder);
    systemFiles.syncDirectory(dirname(resolve(folder)));
    return result;
  } catch (cause) {
    if (partial !== undefined) rmSync(partial, { recursive: true, force: true });
    if (cause instanceof CommandError) throw cause;
    throw new CommandError(EXIT.fault, cleanText(`cannot write ${folder}: ${(cause as Error).message}`));
  }
}

/** Writes a new file that only the owner can read, synced when `write` is done. */
export function writeNewFile<T>(
  folder: string,
  name: string,
  write: (put: (bytes: string | Uint8Array) => void) => T,
): T {
  const descriptor = openSync(join(folder, name), 'wx', 0o600);
  try {
    let waiting: Uint8Array[] = [];
    let bytesWaiting = 0;
    const flush = (): void => {
      const whole = Buffer.concat(waiting);
      for (let at = 0; at < whole.byteLength; ) at += writeSync(descriptor, whole, at);
      waiting = [];
      bytesWaiting = 0;
    };
    const result = write((bytes) => {
      const part = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes;
      waiting.push(part);
      bytesWaiting += part.byteLength;
      if (bytesWaiting >= BYTES_AT_ONCE) flush();
    });
    flush();
    fsyncSync(descriptor);
    return result;
  } finally {
    closeSync(descriptor);
  }
}
