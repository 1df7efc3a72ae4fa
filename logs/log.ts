/** The structured log: JSON lines in a file of its own, never on the terminal, without secrets. */
import { closeSync, fchmodSync, fstatSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type LevelWithSilent, type LogFn, type Logger, pino } from 'pino';
import { assert } from '../engine/domain/index.ts';
import { JournalError } from './errors.ts';
import { FILE_MODE, makeDirectories } from './files.ts';
import { redact, redactText } from './redact.ts';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
type Level = (typeof LEVELS)[number];

/** What the program logs through: pino's calls, with every field and text made safe on the way. */
export interface Log extends Readonly<Record<Level, LogFn>> {
  /** A log whose lines all carry `fields`, such as a trace id. */
  child(fields: Readonly<Record<string, unknown>>): Log;
}

export interface StructuredLog {
  readonly log: Log;
  /** Lines lost because the file could not be written; the program goes on without them. */
  lostLines(): number;
  close(): void;
}

export interface LogOptions {
  /** File to append to, made with mode 0600 in a folder of mode 0700. */
  readonly path: string;
  readonly level?: LevelWithSilent;
}

/**
 * Opens the log. Lines are written synchronously, so the last ones before a crash are there. Throws
 * {@link JournalError} when the file cannot be opened; a line that cannot be written later is counted and
 * dropped, for a full disk must stop the journal and not the log.
 */
export function openLog(options: LogOptions): StructuredLog {
  makeDirectories(dirname(options.path));
  const file = new LineFile(options.path);
  const logger = pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // Errors were made plain by redact; pino's own serializer would fold their causes into one text.
      serializers: { err: (error: unknown) => error },
      hooks: {
        logMethod(this: Logger, args, method) {
          method.apply(this, safeArguments(args) as Parameters<typeof method>);
        },
      },
    },
    file,
  );
  return { log: asLog(logger), lostLines: () => file.lost, close: () => file.close() };
}

/** Where pino writes to. Its own destination keeps what it could not write and grows; this one drops and counts. */
class LineFile {
  lost = 0;
  #descriptor: number;
  /** The last line is there in part only. */
  #broken = false;

  constructor(path: string) {
    try {
      this.#descriptor = openSync(path, 'a', FILE_MODE);
      if (fstatSync(this.#descriptor).isFile()) fchmodSync(this.#descriptor, FILE_MODE);
    } catch (cause) {
      throw new JournalError('open', path, cause);
    }
  }

  write(line: string): void {
    const bytes = new TextEncoder().encode(this.#broken ? `\n${line}` : line);
    let at = 0;
    try {
      while (at < bytes.byteLength) {
        const taken = writeSync(this.#descriptor, bytes, at);
        assert(taken > 0, 'the log file took no bytes');
        at += taken;
      }
      this.#broken = false;
    } catch {
      this.lost++;
      this.#broken ||= at > 0;
    }
  }

  close(): void {
    if (this.#descriptor < 0) return;
    closeSync(this.#descriptor);
    this.#descriptor = -1;
  }
}

/** The fields of a child pass through no hook of pino, so they are made safe here. */
function asLog(logger: Logger): Log {
  const methods = Object.fromEntries(LEVELS.map((level) => [level, logger[level].bind(logger)]));
  const child = (fields: Readonly<Record<string, unknown>>): Log =>
    asLog(logger.child(redact(fields) as Record<string, unknown>));
  return { ...(methods as Record<Level, LogFn>), child };
}

/** Arguments of a log call with every object and text made safe; an error alone keeps its message as the line's. */
function safeArguments(args: readonly unknown[]): unknown[] {
  const [first, ...rest] = args;
  if (!(first instanceof Error)) return args.map(redact);
  const message = rest.length > 0 ? rest.map(redact) : [redactText(first.message)];
  return [{ err: redact(first) }, ...message];
}
