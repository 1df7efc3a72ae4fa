/**
 * Writes to the terminal without ever blocking the event loop: one write in flight, and the next text is asked
 * for only when it is done, so that what is newest wins.
 */
import fs from 'node:fs';

/** Where a terminal that is full, or gone, shows itself. Numbers of bytes as in `fs.write`. */
export interface TerminalSink {
  write(bytes: Uint8Array, done: (error: NodeJS.ErrnoException | null, written: number) => void): void;
  close(): void;
}

/** How long to wait before a full terminal is tried again. */
const RETRY_MS = 20;

/** Opening it again gives a description of our own, whose mode is nobody else's. */
const OWN_PATH = process.platform === 'linux' ? (fd: number) => `/dev/fd/${fd}` : () => '/dev/tty';

/** The terminal behind a descriptor, opened once more and non-blocking; undefined where that is not allowed. */
export function openNonBlocking(fd: number): number | undefined {
  const flags = fs.constants.O_WRONLY | fs.constants.O_NOCTTY | fs.constants.O_NONBLOCK;
  try {
    return fs.openSync(OWN_PATH(fd), flags);
  } catch {
    return undefined;
  }
}

/**
 * A sink on a terminal. A stalled one answers EAGAIN instead of holding anything up; and a write is over when it
 * returns, so that none can come after the sequence that gives the terminal back. Where the terminal may not be
 * opened again, writes go through the thread pool.
 */
export function openSink(fd: number): TerminalSink {
  const own = openNonBlocking(fd);
  if (own === undefined) {
    return { write: (bytes, done) => fs.write(fd, bytes, 0, bytes.byteLength, null, done), close() {} };
  }
  return {
    write(bytes, done) {
      let written = 0;
      let failure: NodeJS.ErrnoException | null = null;
      try {
        written = fs.writeSync(own, bytes);
      } catch (error) {
        failure = error as NodeJS.ErrnoException;
      }
      done(failure, written);
    },
    close: () => fs.closeSync(own),
  };
}

export interface TerminalWriterEvents {
  /** The last text is out: time to write what has changed since. */
  onIdle(): void;
  /** The terminal is gone (EIO, EPIPE, EBADF): nothing is written any more. */
  onDead(error: Error): void;
}

export class AsyncTerminalWriter {
  readonly #sink: TerminalSink;
  readonly #events: TerminalWriterEvents;
  #rest: Uint8Array = new Uint8Array(0);
  #busy = false;
  #state: 'open' | 'closed' | 'dead' = 'open';
  #retry: NodeJS.Timeout | undefined;
  /** Bytes that the terminal has taken, and texts that went out. */
  bytesWritten = 0;
  framesWritten = 0;

  constructor(sink: TerminalSink, events: TerminalWriterEvents) {
    this.#sink = sink;
    this.#events = events;
  }

  /** True while a text is on its way, or none can be taken any more. */
  get busy(): boolean {
    return this.#busy || this.#state !== 'open';
  }

  /** Takes one text; to be called only while not {@link busy}. */
  write(text: string): void {
    if (this.busy || text === '') return;
    this.#rest = Buffer.from(text, 'utf8');
    this.#busy = true;
    this.framesWritten++;
    this.#send();
  }

  /** No more writes. What is half out stays so: the caller restores the terminal by itself. */
  close(): void {
    if (this.#state === 'closed') return;
    const wasOpen = this.#state === 'open';
    this.#state = 'closed';
    clearTimeout(this.#retry);
    if (wasOpen && (!this.#busy || this.#retry !== undefined)) this.#sink.close();
  }

  #send(): void {
    this.#retry = undefined;
    this.#sink.write(this.#rest, (error, written) => this.#sent(error, written));
  }

  #sent(error: NodeJS.ErrnoException | null, written: number): void {
    if (this.#state === 'closed') {
      this.#sink.close();
      return;
    }
    if (error !== null && error.code !== 'EAGAIN' && error.code !== 'EINTR') {
      this.#die(error);
      return;
    }
    if (error === null) {
      this.bytesWritten += written;
      this.#rest = this.#rest.subarray(written);
    }
    if (this.#rest.byteLength === 0) {
      this.#busy = false;
      this.#events.onIdle();
    } else this.#retry = setTimeout(() => this.#send(), error === null ? 0 : RETRY_MS);
  }

  #die(error: Error): void {
    this.#state = 'dead';
    this.#busy = false;
    this.#sink.close();
    this.#events.onDead(error);
  }
}
