/** Where runtime data lives, and the files of one data directory. */
import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeFileDurably } from '../logs/index.ts';
import { CommandError, EXIT } from './exit-codes.ts';

/** Longest path of a Unix socket that every system takes. */
const MAX_SOCKET_PATH = 103;

export interface DataDir {
  readonly root: string;
  readonly sessions: string;
  readonly logFile: string;
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
    socket,
    haltFile: join(at, 'HALT'),
    ownerFile: join(at, 'owner.db'),
  };
}

/** Makes the directories, for the owner's eyes only. */
export function openDataDir(root: string): DataDir {
  const dir = dataDirAt(root);
  try {
    mkdirSync(dir.sessions, { recursive: true, mode: 0o700 });
    chmodSync(dir.root, 0o700);
    chmodSync(dir.sessions, 0o700);
  } catch (cause) {
    throw new CommandError(EXIT.fault, `cannot use the data directory ${dir.root}: ${(cause as Error).message}`);
  }
  return dir;
}

/** True when somebody has asked for a halt that outlives restarts. */
export const isHaltFilePresent = (dir: DataDir): boolean => existsSync(dir.haltFile);

/** Writes the HALT file so that it is on the disk when this returns. */
export function writeHaltFile(dir: DataDir, text: string): void {
  writeFileDurably(dir.haltFile, `${text}\n`);
}

export function removeHaltFile(dir: DataDir): void {
  rmSync(dir.haltFile, { force: true });
}
