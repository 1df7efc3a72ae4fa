/** The two ways a journal can disappoint: the disk would not do it, or what lies on it is not what was written. */
import { cleanText } from './clean-text.ts';

/** The operating system refused, or a file is in the way. A writer that met one is failed for good. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly path: string;
  /** The system's code, such as ENOSPC, EIO or EEXIST. */
  readonly code: string;
  /** What the system said, in words. */
  readonly reason: string;

  constructor(action: string, path: string, cause: unknown) {
    const code = codeOf(cause);
    const reason = cleanText(describe(cause, code));
    super(cleanText(`cannot ${action} ${path}: ${reason}`), { cause });
    this.path = path;
    this.code = code;
    this.reason = reason;
  }
}

/**
 * What of a session does not hold: its frames, a check sum, the chain of its seals, the manifest, a snapshot, last words. Or
 * nothing is wrong with it, but it is of a build with another configuration.
 */
export type RotPart = 'frames' | 'check sum' | 'chain' | 'manifest' | 'snapshot' | 'last words' | 'build';

/**
 * What was read is not what a writer wrote: damage, a missing part, or a format this build does not know.
 * A tail torn by an unclean stop is no rot; it is cut and reported in the session's tail.
 */
export class JournalRotError extends Error {
  override readonly name = 'JournalRotError';
  readonly file: string;
  /** Byte offset of the record (or header, 0) that is wrong. */
  readonly offset: number;
  readonly reason: string;
  readonly part: RotPart;

  constructor(file: string, offset: number, reason: string, part: RotPart = 'frames') {
    super(cleanText(`${file}: at byte ${offset}: ${reason}`));
    this.file = file;
    this.offset = offset;
    this.reason = cleanText(reason);
    this.part = part;
  }
}

function codeOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : 'UNKNOWN';
}

const KNOWN: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the device reported an input/output error',
  EFBIG: 'the file may not grow any further',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EEXIST: 'it exists already, and nothing is overwritten',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'it is not a folder',
};

function describe(cause: unknown, code: string): string {
  const text = KNOWN[code];
  if (text !== undefined) return `${text} (${code})`;
  return cause instanceof Error ? cause.message : String(cause);
}
