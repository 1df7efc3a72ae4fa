/** Where runtime data lives, and the files of one data directory. */
import {
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
// Not through the door, which brings zod and pino along: the console's first frame does not wait for them.
import { cleanText } from '../logs/clean-text.ts';
import { systemFiles, writeFileDurably, writeFilePooled } from '../logs/files.ts';
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
  /** The policy in force and every one before it. */
  readonly policyFile: string;
  readonly acceptedFile: string;
  /** Strategies of the operator's own, a file each. */
  readonly strategies: string;
  /** Where readings beside the market come from. */
  readonly sourcesFile: string;
  /** Keys of the operator's own. */
  readonly keysFile: string;
  /** When models are to be trained anew. */
  readonly trainingFile: string;
  /** The registry of models and their files. */
  readonly models: string;
  /** How the screen was left. */
  readonly layoutFile: string;
  /** What sessions tell, as tables; made anew from the journals at any time. */
  readonly brainFile: string;
  /** The first steps have been shown. */
  readonly tourFile: string;
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
    policyFile: join(at, 'policy.json'),
    acceptedFile: join(at, 'accepted.json'),
    strategies: join(at, 'strategies'),
    sourcesFile: join(at, 'sources.json'),
    keysFile: join(at, 'key-bindings.json'),
    trainingFile: join(at, 'training.json'),
    models: join(at, 'models'),
    layoutFile: join(at, 'layout.json'),
    brainFile: join(at, 'brain.db'),
    tourFile: join(at, 'tour-seen'),
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

/**
 * True when somebody has asked for a halt that outlives restarts. Anything of that name is one: empty, damaged, a
 * folder, a link to nowhere; and so is a place that cannot be looked at, for nobody knows that there is none.
 */
export function isHaltFilePresent(dir: DataDir): boolean {
  try {
    return lstatSync(dir.haltFile, { throwIfNoEntry: false }) !== undefined;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code !== 'ENOTDIR';
  }
}

/**
 * True once for a data directory without any session: somebody new is at the console. That they were asked for is
 * noted at once; where it cannot be, they are not shown, for they would come back at every start.
 */
export function takeFirstTour(dir: DataDir): boolean {
  try {
    if (readdirSync(dir.sessions).length > 0) return false;
    closeSync(openSync(dir.tourFile, 'wx', 0o600));
    return true;
  } catch {
    return false;
  }
}

/** As much of a HALT file as is told. */
const HALT_TEXT_BYTES = 160;

/** What the HALT file says, or why it says nothing, in one line: any halt is in force, whatever it is like. */
export function haltFileText(dir: DataDir): string {
  try {
    const found = lstatSync(dir.haltFile, { throwIfNoEntry: false });
    if (found === undefined) return 'HALT is not there any more';
    if (found.isDirectory()) return 'HALT is a folder';
    if (found.isSymbolicLink()) return 'HALT is a symbolic link, which is not followed';
    if (!found.isFile()) return 'HALT is no plain file';
    const text = cleanText(readStart(dir.haltFile, HALT_TEXT_BYTES).trim());
    return text === '' ? 'HALT is empty' : `HALT says: ${text}`;
  } catch (cause) {
    return `HALT cannot be read: ${cleanText((cause as Error).message)}`;
  }
}

function readStart(path: string, length: number): string {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const bytes = Buffer.alloc(length);
    return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, length, 0));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Writes the HALT file so that it is on the disk when this returns; one that is there keeps its reason. A disk too
 * full for a reason still has room for the name, which is what counts.
 */
export function writeHaltFile(dir: DataDir, text: string): void {
  if (existsSync(dir.haltFile)) return;
  try {
    mkdirSync(dir.root, { recursive: true, mode: 0o700 });
    writeFileDurably(dir.haltFile, `${text}\n`);
  } catch (cause) {
    if (!createEmpty(dir)) throw new CommandError(EXIT.fault, (cause as Error).message);
  }
}

/** As {@link writeHaltFile}, without holding up the caller's thread: a disk that hangs must not stop who watches stops. */
export async function writeHaltFilePooled(dir: DataDir, text: string): Promise<void> {
  if (existsSync(dir.haltFile)) return;
  try {
    await mkdir(dir.root, { recursive: true, mode: 0o700 });
    await writeFilePooled(dir.haltFile, `${text}\n`);
  } catch (cause) {
    if (!(await createEmptyPooled(dir))) throw new CommandError(EXIT.fault, (cause as Error).message);
  }
}

async function createEmptyPooled(dir: DataDir): Promise<boolean> {
  try {
    await (await open(dir.haltFile, 'wx', 0o600)).close();
    await systemFiles.pooled.syncDirectory(dir.root);
    return true;
  } catch {
    // Another program may have been faster.
    return isHaltFilePresent(dir);
  }
}

function createEmpty(dir: DataDir): boolean {
  try {
    closeSync(openSync(dir.haltFile, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600));
    systemFiles.syncDirectory(dir.root);
    return true;
  } catch {
    return false;
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
