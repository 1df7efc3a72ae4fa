/**
 * Group commit: bytes are staged at once and written and synced by the pool, one commit under way at a time, so that
 * whoever appends never waits for the disk and everything that came meanwhile goes with the next commit.
 */
import { assert } from '../engine/domain/index.ts';
import { type FilePort, writeAll, writeAllPooled } from './files.ts';
import type { SegmentSink } from './segment-sink.ts';

/** Told by the pool's answers, never from within a call. */
export interface GroupListener {
  /** Everything that was put before the commit began that carried `mark` is on the disk. */
  onDurable(mark: number): void;
  /** The first error; nothing is written any more. */
  onFailure(cause: unknown): void;
}

/** Room is taken in steps of this: what is written into it needs no new blocks, which makes a commit cheaper. */
const ROOM_BYTES = 1024 * 1024;
const ZEROS = new Uint8Array(ROOM_BYTES);
/** A commit of so much pays for its own blocks: room ahead of it would be written for nothing. */
const LARGE_BYTES = 64 * 1024;
/** Bytes that may wait for a disk that does not keep up. */
const MOST_WAITING = 64 * 1024 * 1024;
/** A buffer that grew beyond this is not kept. */
const KEPT_BUFFER_BYTES = 1024 * 1024;

type Urgency = 'idle' | 'write' | 'sync';

/** Bytes of one segment that wait for the pool. */
interface Part {
  /** The segment is new: its file is still to be made. */
  readonly path: string | undefined;
  bytes: Uint8Array;
  used: number;
}

export class GroupSink implements SegmentSink {
  readonly #directory: string;
  readonly #files: FilePort;
  readonly #segmentBytes: number;
  readonly #listener: GroupListener;

  /** The file that is open, how much of it is written, and up to where it has been made longer. */
  #begun = false;
  #descriptor = -1;
  #written = 0;
  #room = 0;
  path = '';

  #parts: Part[] = [];
  #waiting = 0;
  #spare: Uint8Array | undefined;
  /** Segments that were put and whose file is not made yet. */
  #segmentsAhead = 0;
  #syncedTo = 0;
  #wanted: Urgency = 'idle';
  #mark = 0;
  #running: Promise<void> | undefined;
  #over = false;

  constructor(directory: string, files: FilePort, segmentBytes: number, listener: GroupListener) {
    this.#directory = directory;
    this.#files = files;
    this.#segmentBytes = segmentBytes;
    this.#listener = listener;
  }

  get syncedTo(): number {
    return this.#segmentsAhead > 0 ? 0 : this.#syncedTo;
  }

  /** Bytes that the pool has not written yet. */
  get waitingBytes(): number {
    return this.#waiting;
  }

  /** The first segment is made at once: a journal that cannot begin is told to whoever wanted to begin it. */
  next(path: string, header: Uint8Array): void {
    if (!this.#begun) {
      this.#begun = true;
      this.path = path;
      this.#descriptor = this.#files.create(path);
      writeAll(this.#files, this.#descriptor, header, 0);
      this.#files.syncDirectory(this.#directory);
      this.#written = header.byteLength;
      this.#room = header.byteLength;
      return;
    }
    this.#segmentsAhead++;
    this.#parts.push({ path, bytes: this.#buffer(header.byteLength), used: 0 });
    this.put(header);
  }

  put(bytes: Uint8Array): void {
    const waiting = this.#waiting + bytes.byteLength;
    if (waiting > MOST_WAITING) throw new Error(`the disk does not keep up: ${this.#waiting} bytes wait for it`);
    let part = this.#parts.at(-1);
    if (part === undefined) {
      part = { path: undefined, bytes: this.#buffer(bytes.byteLength), used: 0 };
      this.#parts.push(part);
    }
    if (part.used + bytes.byteLength > part.bytes.byteLength) {
      const grown = new Uint8Array(Math.max(part.bytes.byteLength * 2, part.used + bytes.byteLength));
      grown.set(part.bytes.subarray(0, part.used));
      part.bytes = grown;
    }
    part.bytes.set(bytes, part.used);
    part.used += bytes.byteLength;
    this.#waiting = waiting;
  }

  /** Has everything put so far written, and with `sync` made durable, as soon as the commit under way is done. */
  commit(urgency: 'write' | 'sync', mark: number): void {
    if (this.#over) return;
    this.#mark = mark;
    if (urgency === 'sync' || this.#wanted === 'idle') this.#wanted = urgency;
    this.#running ??= this.#run();
  }

  /** Settles when no commit is under way or wanted; an error was told to the listener. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  close(): void {
    assert(this.#running === undefined, 'a commit is under way while the journal is closed');
    assert(this.#segmentsAhead === 0, 'a segment is still to be made while the journal is closed');
    for (const part of this.#parts.splice(0)) {
      writeAll(this.#files, this.#descriptor, part.bytes.subarray(0, part.used), this.#written);
      this.#written += part.used;
    }
    if (this.#room > this.#written) this.#files.truncate(this.#descriptor, this.#written);
    this.#files.dataSync(this.#descriptor);
    this.#over = true;
    this.#closeFile();
  }

  /** The pool may still hold the file: it is let go of when that is done. */
  abandon(): void {
    this.#over = true;
    this.#parts = [];
    if (this.#running === undefined) this.#closeFile();
    else
      this.#running.then(
        () => this.#closeFile(),
        () => this.#closeFile(),
      );
  }

  #closeFile(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = -1;
    if (descriptor >= 0) this.#files.close(descriptor);
  }

  /** What a listener throws is its own fault and none of the disk's: it ends the program. */
  async #run(): Promise<void> {
    while (this.#wanted !== 'idle' && !this.#over) {
      let durable: number | undefined;
      try {
        durable = await this.#commitOnce();
      } catch (cause) {
        this.#running = undefined;
        if (this.#over) return;
        this.#over = true;
        this.#parts = [];
        this.#listener.onFailure(cause);
        return;
      }
      if (durable !== undefined && !this.#over) this.#listener.onDurable(durable);
    }
    this.#running = undefined;
  }

  /** @returns the mark up to which everything is on the disk now, if that was asked for. */
  async #commitOnce(): Promise<number | undefined> {
    const urgency = this.#wanted;
    const mark = this.#mark;
    const parts = this.#parts;
    this.#parts = [];
    this.#wanted = 'idle';
    for (const part of parts) {
      if (part.path !== undefined) await this.#begin(part.path);
      await this.#write(part.bytes.subarray(0, part.used));
      this.#waiting -= part.used;
      if (part.bytes.byteLength <= KEPT_BUFFER_BYTES) this.#spare = part.bytes;
    }
    if (urgency !== 'sync') return undefined;
    await this.#files.pooled.dataSync(this.#descriptor);
    this.#syncedTo = this.#written;
    return mark;
  }

  async #begin(path: string): Promise<void> {
    const { pooled } = this.#files;
    if (this.#room > this.#written) await pooled.truncate(this.#descriptor, this.#written);
    await pooled.dataSync(this.#descriptor);
    const descriptor = this.#descriptor;
    this.#descriptor = -1;
    await pooled.close(descriptor);
    this.path = path;
    this.#descriptor = await pooled.create(path);
    // The header is the first of the part's bytes; a file without it is a torn one.
    await pooled.syncDirectory(this.#directory);
    this.#written = 0;
    this.#room = 0;
    this.#syncedTo = 0;
    this.#segmentsAhead--;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const end = this.#written + bytes.byteLength;
    await writeAllPooled(this.#files, this.#descriptor, bytes, this.#written);
    this.#written = end;
    if (end <= this.#room) return;
    if (bytes.byteLength >= LARGE_BYTES) {
      this.#room = end;
      return;
    }
    // Not beyond the segment's end, where a record of any length may still stand that begins before it.
    const room = Math.max(end, Math.min(this.#segmentBytes, (Math.floor(end / ROOM_BYTES) + 1) * ROOM_BYTES));
    await writeAllPooled(this.#files, this.#descriptor, ZEROS.subarray(0, room - end), end);
    this.#room = room;
  }

  #buffer(least: number): Uint8Array {
    const spare = this.#spare;
    this.#spare = undefined;
    return spare !== undefined && spare.byteLength >= least ? spare : new Uint8Array(Math.max(least, 64 * 1024));
  }
}
