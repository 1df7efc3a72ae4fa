/** Who is writing a session: an importer, which holds a lock in its name, or the engine, which is asked. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { askEngine } from './control/client.ts';
import type { DataDir } from './data-dir.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { describeHolder, type FileLock, lockHolder, takeLock } from './file-lock.ts';
import { ownerOf } from './owner.ts';

/** Whoever only asks who imports holds the lock for a moment: that is no other importer. */
const WAIT_MS = 200;

const importLock = (dir: DataDir, name: string): string => join(dir.root, 'locks', `import-${name}`);

/** Keeps other importers from a session's name. Throws a {@link CommandError} with the pid of one at work. */
export function lockImport(dir: DataDir, name: string, nowIso: string): FileLock {
  const path = importLock(dir, name);
  mkdirSync(join(dir.root, 'locks'), { recursive: true, mode: 0o700 });
  const lock = takeLock(path, nowIso, WAIT_MS);
  if (lock !== undefined) return lock;
  throw new CommandError(
    EXIT.refused,
    `session ${name} is being imported by another process (${describeHolder(path)})`,
  );
}

/** The importer at work on a session, in words; undefined when there is none. */
export const importerOf = (dir: DataDir, name: string): string | undefined => lockHolder(importLock(dir, name));

/** The engine on a data directory, and the session that it records as far as it says. */
export interface RunningEngine {
  readonly owner: string;
  /** Undefined where the engine does not answer: then it may be any that is not complete. */
  readonly session: string | undefined;
}

/** Undefined when no engine runs. */
export async function runningEngine(dir: DataDir): Promise<RunningEngine | undefined> {
  const owner = ownerOf(dir);
  if (owner === undefined) return undefined;
  const reply = await askEngine(dir, 'status').catch(() => undefined);
  return { owner, session: reply?.status.session };
}
