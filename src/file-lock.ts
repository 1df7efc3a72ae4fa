/** A lock that one process holds at a time and that goes when it does: an exclusive SQLite transaction (Node has no flock). */
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { CommandError, EXIT } from './exit-codes.ts';

export interface FileLock {
  release(): void;
}

/** SQLite's code for a lock that somebody else holds; extended codes carry it in their low byte. */
const SQLITE_BUSY = 5;

/** A place that nobody ever wakes: to sleep on. */
const NOBODY = new Int32Array(new SharedArrayBuffer(4));

const noteOf = (path: string): string => `${path}.json`;

/**
 * Takes the lock at `path`, waiting up to `waitMs` for whoever holds it. The file itself stays for good: one that
 * was removed could be held twice, by its old and its new self. @returns undefined when it is held.
 * Throws a {@link CommandError} when the file cannot be used.
 */
export function takeLock(path: string, nowIso: string, waitMs = 0): FileLock | undefined {
  const database = waitForExclusive(path, waitMs);
  if (database === undefined) return undefined;
  try {
    chmodSync(path, 0o600);
    writeFileSync(noteOf(path), JSON.stringify({ pid: process.pid, startedAt: nowIso }), { mode: 0o600 });
  } catch (cause) {
    close(database);
    throw new CommandError(EXIT.fault, `cannot lock ${path}: ${(cause as Error).message}`);
  }
  let isHeld = true;
  return {
    release() {
      if (!isHeld) return;
      isHeld = false;
      rmSync(noteOf(path), { force: true });
      close(database);
    },
  };
}

/** Who holds the lock, in words; undefined when nobody does. */
export function lockHolder(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const database = openExclusive(path);
  if (database === undefined) return describeHolder(path);
  close(database);
  return undefined;
}

/** Pid and start of the process that noted itself last at the lock, in words. */
export function describeHolder(path: string): string {
  const note = noteOf(path);
  if (!existsSync(note)) return 'its pid is not known';
  try {
    const { pid, startedAt } = JSON.parse(readFileSync(note, 'utf8')) as { pid?: unknown; startedAt?: unknown };
    return `pid ${Number(pid)}, since ${String(startedAt).replace(/[^0-9TZ:.-]/g, '')}`;
  } catch {
    return 'its pid is not known';
  }
}

function close(database: DatabaseSync): void {
  database.exec('ROLLBACK');
  database.close();
}

/**
 * Tries again and again, a few milliseconds apart. SQLite's own waiting tries ever less often, and starves whoever
 * waits beside others that take the lock in quick succession.
 */
function waitForExclusive(path: string, waitMs: number): DatabaseSync | undefined {
  const endMs = performance.now() + waitMs;
  for (;;) {
    const database = openExclusive(path);
    if (database !== undefined || performance.now() >= endMs) return database;
    Atomics.wait(NOBODY, 0, 0, 1 + Math.random() * 4);
  }
}

/** The open transaction, or undefined when another process holds one. */
function openExclusive(path: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (cause) {
    database?.close();
    const { errcode, message } = cause as Error & { errcode?: number };
    if (errcode !== undefined && (errcode & 0xff) === SQLITE_BUSY) return undefined;
    throw new CommandError(EXIT.fault, `cannot lock ${path}: ${message}`);
  }
}
