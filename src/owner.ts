/** One engine for each data directory. */
import type { DataDir } from './data-dir.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { describeHolder, type FileLock, lockHolder, takeLock } from './file-lock.ts';

/** Whoever only asks who owns the directory holds the lock for a moment: that is no other engine. */
const WAIT_MS = 200;

export type Ownership = FileLock;

/** Takes the directory, or ends with the owner's pid and start time. The lock goes when the process does. */
export function takeOwnership(dir: DataDir, nowIso: string): Ownership {
  const lock = takeLock(dir.ownerFile, nowIso, WAIT_MS);
  if (lock !== undefined) return lock;
  throw new CommandError(
    EXIT.refused,
    `an engine already runs on ${dir.root} (${describeHolder(dir.ownerFile)}); stop it or choose another --data-dir`,
  );
}

/** Who owns the directory, in words; undefined when nobody does. */
export const ownerOf = (dir: DataDir): string | undefined => lockHolder(dir.ownerFile);
