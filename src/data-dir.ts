/** Where runtime data lives, and the files of one data directory. */
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
// Not through the door, which brings zod and pino along: the console's first frame does not wait for them.
import { writeFileDurably } from '../logs/files.ts';
import { CommandError, EXIT } from './exit-codes.ts';

/** Longest path of a Unix socket that every system takes. */
const MAX_SOCKET_PATH = 103;

export interface DataDir {
  readonly root: string;
  readonly sessions: string;
  readonly logFile: string;
  /** What native code says while the console owns the terminal. */
  readonly stderrFile: string;
  readonly socket: string;
  readonly haltFile: string;
  readonly ownerFile: string;
}

/** `$XDG_STATE_HOME/chimera`, by default `~/.local/state/chimera`. */
export function defaultDataDir(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state'), 'chimera');
}

/** Names the files below `root` without touching the disk. */
export function dataDirAt(root: string): DataDir {
  const at = resolve(root);
  const socket = join(at, 'control.sock');
  if (Buffer.byteLength(socket) > MAX_SOCKET_PATH) {
    throw new CommandError(
      EXIT.usage,
      `--data-dir ${at}: too long for the control socket; choose a path below ${MAX_SOCKET_PATH - 12} bytes`,
    );
  }
  return {
    root: at,
    sessions: join(at, 'sessions'),
    logFile: join(at, 'chimera.log'),
    stderrFile: join(at, 'stderr.log'),
    socket,
    haltFile: join(at, 'HALT'),
    ownerFile: join(at, 'owner.db'),
  };
}

/** Write permission of anybody but the owner. */
const WRITABLE_BY_OTHERS = 0o022;

/**
 * Makes what is missing, for the owner's eyes only. A directory that is there keeps its mode: it may be one that
 * others need. One that others can write to is refused, for whoever can remove HALT can undo a kill.
 */
export function openDataDir(root: string): DataDir {
  const dir = dataDirAt(root);
  try {
    mkdirSync(dir.root, { recursive: true, mode: 0o700 });
    refuseWritableByOthers(dir.root);
    mkdirSync(dir.sessions, { recursive: true, mode: 0o700 });
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    throw new CommandError(EXIT.fault, `cannot use the data directory ${dir.root}: ${(cause as Error).message}`);
  }
  return dir;
}

function refuseWritableByOthers(path: string): void {
  const mode = statSync(path).mode & 0o777;
  if ((mode & WRITABLE_BY_OTHERS) === 0) return;
  const text = `others can write to ${path} (mode ${mode.toString(8)}): give --data-dir a folder of your own`;
  throw new CommandError(EXIT.refused, text);
}

/** `name` where no session has it, else with the first number behind it that is free. */
export function freeSessionName(dir: DataDir, name: string): string {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name}-${n}`;
    if (!existsSync(join(dir.sessions, candidate))) return candidate;
  }
}

/** True when somebody has asked for a halt that outlives restarts. */
export const isHaltFilePresent = (dir: DataDir): boolean => existsSync(dir.haltFile);

/** Writes the HALT file so that it is on the disk when this returns; one that is there keeps its reason. */
export function writeHaltFile(dir: DataDir, text: string): void {
  if (isHaltFilePresent(dir)) return;
  try {
    mkdirSync(dir.root, { recursive: true, mode: 0o700 });
    writeFileDurably(dir.haltFile, `${text}\n`);
  } catch (cause) {
    throw new CommandError(EXIT.fault, (cause as Error).message);
  }
}

/** Removes the HALT file. Throws a {@link CommandError} when it cannot: then the halt goes on. */
export function removeHaltFile(dir: DataDir): void {
  try {
    rmSync(dir.haltFile, { force: true });
  } catch (cause) {
    throw new CommandError(EXIT.fault, `cannot remove ${dir.haltFile}, the halt goes on: ${(cause as Error).message}`);
  }
}
