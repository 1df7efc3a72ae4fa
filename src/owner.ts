/** One engine for each data directory: an exclusive SQLite transaction held open (Node has no flock). */
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { DataDir } from './data-dir.ts';
import { CommandError, EXIT } from './exit-codes.ts';

export interface Ownership {
  release(): void;
}

/** Takes the directory, or ends with the owner's pid and start time. The lock goes when the process does. */
export function takeOwnership(dir: DataDir, nowIso: string): Ownership {
  const database = new DatabaseSync(dir.ownerFile, { timeout: 0 });
  const note = `${dir.ownerFile}.json`;
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch {
    database.close();
    throw new CommandError(
      EXIT.refused,
      `an engine already runs on ${dir.root} (${describeOwner(note)}); stop it or choose another --data-dir`,
    );
  }
  chmodSync(dir.ownerFile, 0o600);
  writeFileSync(note, JSON.stringify({ pid: process.pid, startedAt: nowIso }), { mode: 0o600 });
  return {
    release() {
      rmSync(note, { force: true });
      database.exec('ROLLBACK');
      database.close();
    },
  };
}

function describeOwner(note: string): string {
  if (!existsSync(note)) return 'its pid is not known';
  try {
    const { pid, startedAt } = JSON.parse(readFileSync(note, 'utf8')) as { pid?: unknown; startedAt?: unknown };
    return `pid ${Number(pid)}, since ${String(startedAt).replace(/[^0-9TZ:.-]/g, '')}`;
  } catch {
    return 'its pid is not known';
  }
}
