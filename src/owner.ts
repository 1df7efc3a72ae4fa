/** One engine for each data directory: an exclusive SQLite transaction held open (Node has no flock). */
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { DataDir } from './data-dir.ts';
import { CommandError, EXIT } from './exit-codes.ts';

export interface Ownership {
  release(): void;
}

/** SQLite's code for a lock that somebody else holds; extended codes carry it in their low byte. */
const SQLITE_BUSY = 5;

const noteFile = (dir: DataDir): string => `${dir.ownerFile}.json`;

/** Takes the directory, or ends with the owner's pid and start time. The lock goes when the process does. */
export function takeOwnership(dir: DataDir, nowIso: string): Ownership {
  const database = lock(dir);
  if (database === undefined) {
    throw new CommandError(
      EXIT.refused,
      `an engine already runs on ${dir.root} (${describeOwner(dir)}); stop it or choose another --data-dir`,
    );
  }
  chmodSync(dir.ownerFile, 0o600);
  writeFileSync(noteFile(dir), JSON.stringify({ pid: process.pid, startedAt: nowIso }), { mode: 0o600 });
  return {
    release() {
      rmSync(noteFile(dir), { force: true });
      database.exec('ROLLBACK');
      database.close();
    },
  };
}

/** Who owns the directory, in words; undefined when nobody does. */
export function ownerOf(dir: DataDir): string | undefined {
  if (!existsSync(dir.ownerFile)) return undefined;
  const database = lock(dir);
  if (database === undefined) return describeOwner(dir);
  database.exec('ROLLBACK');
  database.close();
  return undefined;
}

/** The open transaction, or undefined when another process holds one. */
function lock(dir: DataDir): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(dir.ownerFile, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (cause) {
    database?.close();
    const { errcode, message } = cause as Error & { errcode?: number };
    if (errcode !== undefined && (errcode & 0xff) === SQLITE_BUSY) return undefined;
    throw new CommandError(EXIT.fault, `cannot lock ${dir.ownerFile}: ${message}`);
  }
}

function describeOwner(dir: DataDir): string {
  const note = noteFile(dir);
  if (!existsSync(note)) return 'its pid is not known';
  try {
    const { pid, startedAt } = JSON.parse(readFileSync(note, 'utf8')) as { pid?: unknown; startedAt?: unknown };
    return `pid ${Number(pid)}, since ${String(startedAt).replace(/[^0-9TZ:.-]/g, '')}`;
  } catch {
    return 'its pid is not known';
  }
}
