/**
 * A small JSON document on disk that people's decisions stand in: lowdb, with an adapter that locks, checks by
 * schema and writes durably (lowdb's own one renames without a sync or a lock and resets the mode to 0644).
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LowSync, type SyncAdapter } from 'lowdb';
import { z } from 'zod';
import { writeFilePooled } from '../../logs/files.ts';
import {
  cleanText,
  type FilePort,
  issueText,
  JournalError,
  redactText,
  systemFiles,
  writeFileDurably,
} from '../../logs/index.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { describeHolder, type FileLock, takeLock } from '../file-lock.ts';

/** Beyond any document that people make; a larger one is not read. */
const MAX_BYTES = 16 * 1024 * 1024;
const FILE_MODE = 0o600;
/** How long a writer waits for another one, and how often one that must not stand still tries. */
const LOCK_WAIT_MS = 5_000;
const LOCK_AGAIN_MS = 20;

type Plain = Record<string, unknown>;

/** What a store's documents look like, and how older ones become newer. */
export interface StoreFormat<T extends { readonly formatVersion: number }> {
  /** What a document is, for people: `policy file`. */
  readonly what: string;
  /** The `formatVersion` that is written. */
  readonly version: number;
  /** A document in full; keys that it does not name are refused where it is strict. */
  readonly schema: z.ZodType<T>;
  /** By the version they start from: each makes a document of the version after it. */
  readonly migrations: Readonly<Record<number, (document: Plain) => Plain>>;
  /** The document where there is no file. */
  readonly initial: () => T;
}

export interface StoreOptions {
  readonly files?: FilePort;
  /** Told of what was set right. */
  readonly notice?: (text: string) => void;
  /** Takes the writer's lock; undefined when another process keeps it for too long. */
  readonly lock?: (path: string) => FileLock | undefined;
}

/** One document in one file. Reading needs no lock, for a file is replaced as a whole. */
export class JsonStore<T extends { readonly formatVersion: number }> {
  readonly path: string;
  readonly #format: StoreFormat<T>;
  readonly #adapter: DurableFile<T>;
  readonly #lock: NonNullable<StoreOptions['lock']>;

  constructor(path: string, format: StoreFormat<T>, options: StoreOptions = {}) {
    this.path = path;
    this.#format = format;
    this.#adapter = new DurableFile(path, format, options.files ?? systemFiles, options.notice ?? (() => {}));
    this.#lock = options.lock ?? ((file) => takeLock(file, new Date().toISOString(), LOCK_WAIT_MS));
  }

  /** The document. Throws a {@link CommandError} in one line where the file is damaged or of a newer build. */
  read(): T {
    return this.#load().data;
  }

  /**
   * Reads, changes and replaces the document while nobody else can; `change` gives what is to be there. It is on
   * the disk when this returns. Throws a {@link CommandError} like {@link read}, when another process keeps the lock,
   * and when the disk will not have it; then the old document is there, or the whole new one.
   */
  update(change: (document: T) => T): T {
    const lockFile = `${this.path}.lock`;
    const lock = this.#lock(lockFile);
    if (lock === undefined) throw this.#isBeingWritten(lockFile);
    try {
      const store = this.#load();
      store.data = this.#format.schema.parse(change(store.data));
      store.write();
      return store.data;
    } finally {
      lock.release();
    }
  }

  /**
   * As {@link update} on the real disk, for whoever must not be held up by it: a lock that somebody else has is tried for again
   * and again. Rejects like {@link update} throws.
   */
  async updatePooled(change: (document: T) => Promise<T>): Promise<T> {
    const lock = await this.#lockPooled();
    try {
      const document = this.#format.schema.parse(await change(this.read()));
      await writeFilePooled(this.path, textFor(this.path, document));
      return document;
    } catch (cause) {
      if (cause instanceof JournalError) throw new CommandError(EXIT.fault, cause.message);
      throw cause;
    } finally {
      lock.release();
    }
  }

  async #lockPooled(): Promise<FileLock> {
    const lockFile = `${this.path}.lock`;
    const endMs = performance.now() + LOCK_WAIT_MS;
    for (;;) {
      const lock = takeLock(lockFile, new Date().toISOString());
      if (lock !== undefined) return lock;
      if (performance.now() >= endMs) throw this.#isBeingWritten(lockFile);
      await pause(LOCK_AGAIN_MS);
    }
  }

  #isBeingWritten(lockFile: string): CommandError {
    return new CommandError(EXIT.refused, `${this.path} is being written (${describeHolder(lockFile)}): try again`);
  }

  /**
   * As {@link update}, for what no decision hangs on: nobody is held up by the disk, and of two writers at once the last
   * one wins. Resolves when it is on the disk. Rejects like {@link update} throws.
   */
  async replace(change: (document: T) => T): Promise<void> {
    const text = textFor(this.path, this.#format.schema.parse(change(this.read())));
    await writeFilePooled(this.path, text, `${this.path}.${randomBytes(4).toString('hex')}.tmp`);
  }

  #load(): LowSync<T> {
    const store = new LowSync<T>(this.#adapter, this.#format.initial());
    store.read();
    return store;
  }
}

/** The file's new text. Throws a {@link CommandError} where it could not be read again. */
function textFor(path: string, document: object): string {
  const text = `${JSON.stringify(document, undefined, 1)}\n`;
  if (Buffer.byteLength(text) <= MAX_BYTES) return text;
  const told = `${path} would grow beyond ${MAX_BYTES} bytes and is left as it is: move it away to begin anew`;
  throw new CommandError(EXIT.refused, told);
}

/** lowdb's way to the disk. */
class DurableFile<T extends { readonly formatVersion: number }> implements SyncAdapter<T> {
  readonly #path: string;
  readonly #format: StoreFormat<T>;
  readonly #files: FilePort;
  readonly #notice: (text: string) => void;

  constructor(path: string, format: StoreFormat<T>, files: FilePort, notice: (text: string) => void) {
    this.#path = path;
    this.#format = format;
    this.#files = files;
    this.#notice = notice;
  }

  read(): T | null {
    const text = this.#readText();
    if (text === undefined) return null;
    const document = this.#migrated(this.#parse(text));
    const result = this.#format.schema.safeParse(document);
    if (result.success) return result.data;
    return this.#refuse(issueText(result.error, `it is no ${this.#format.what}`));
  }

  write(document: T): void {
    const text = textFor(this.#path, document);
    try {
      writeFileDurably(this.#path, text, this.#files);
    } catch (cause) {
      if (cause instanceof JournalError) throw new CommandError(EXIT.fault, cause.message);
      throw cause;
    }
  }

  /** The file's text, its mode set right; undefined where there is none. */
  #readText(): string | undefined {
    try {
      const status = lstatSync(this.#path);
      if (!status.isFile()) return this.#refuse('it is no regular file');
      if (status.size > MAX_BYTES) return this.#refuse(`${status.size} bytes are too many for a ${this.#format.what}`);
      const mode = status.mode & 0o777;
      if ((mode & ~FILE_MODE) !== 0) {
        chmodSync(this.#path, FILE_MODE);
        this.#notice(`${this.#path} had mode ${mode.toString(8)} and is set back to 600`);
      }
      return readFileSync(this.#path, 'utf8');
    } catch (cause) {
      if (cause instanceof CommandError) throw cause;
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new CommandError(EXIT.badInput, cleanText(`cannot read ${this.#path}: ${(cause as Error).message}`));
    }
  }

  /** A plain object without a prototype of its own making: `__proto__` is a key like any other, and an unknown one. */
  #parse(text: string): Plain {
    try {
      const value: unknown = JSON.parse(text);
      if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Plain;
    } catch {
      return this.#refuse('it is not JSON');
    }
    return this.#refuse('it is no JSON object');
  }

  #migrated(document: Plain): Plain {
    const { version, what, migrations } = this.#format;
    const found = z.int().positive().safeParse(document.formatVersion);
    if (!found.success) return this.#refuse('it names no format version');
    if (found.data > version) {
      return this.#refuse(`its format ${found.data} is newer than this build's ${version}: use the newer build`);
    }
    let current = document;
    for (let from = found.data; from < version; from++) {
      const migrate = migrations[from];
      if (migrate === undefined) return this.#refuse(`a ${what} of format ${from} is too old for this build`);
      try {
        current = { ...migrate(current), formatVersion: from + 1 };
      } catch {
        return this.#refuse(`it is no ${what} of format ${from}`);
      }
    }
    return current;
  }

  #refuse(reason: string): never {
    const text = `${basename(this.#path)} is refused and left as it is: ${reason} (${this.#path})`;
    throw new CommandError(EXIT.badInput, cleanText(redactText(text)));
  }
}
