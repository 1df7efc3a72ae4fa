/** Where a writer's bytes go: the segment files of one journal, one open at a time, each call done before it returns. */
import { type FilePort, writeAll } from './files.ts';

/** What a journal's writer needs of its files. Calls throw the system's error. */
export interface SegmentSink {
  /** Offset up to which the segment under way is known to be on the disk. */
  readonly syncedTo: number;
  /** File of the segment that is written to now, which is where an error happened. */
  readonly path: string;
  /** Ends the segment under way, so that it is whole and on the disk before the next one exists, and begins another. */
  next(path: string, header: Uint8Array): void;
  /** Takes bytes that follow in the segment; they may be changed when this returns. */
  put(bytes: Uint8Array): void;
  /** Ends the last segment. Nothing may be under way. */
  close(): void;
  /** Lets go of the file without another word to it. */
  abandon(): void;
}

/** Waits for the disk in every call: for imports, which have nothing else to do. */
export class BlockingSink implements SegmentSink {
  readonly #directory: string;
  readonly #files: FilePort;
  #descriptor = -1;
  #written = 0;
  path = '';
  syncedTo = 0;

  constructor(directory: string, files: FilePort) {
    this.#directory = directory;
    this.#files = files;
  }

  next(path: string, header: Uint8Array): void {
    if (this.#descriptor >= 0) this.close();
    this.path = path;
    this.#descriptor = this.#files.create(path);
    writeAll(this.#files, this.#descriptor, header);
    this.#files.syncDirectory(this.#directory);
    this.#written = header.byteLength;
    this.syncedTo = 0;
  }

  put(bytes: Uint8Array): void {
    writeAll(this.#files, this.#descriptor, bytes);
    this.#written += bytes.byteLength;
  }

  sync(): void {
    this.#files.dataSync(this.#descriptor);
    this.syncedTo = this.#written;
  }

  close(): void {
    this.sync();
    const descriptor = this.#descriptor;
    this.#descriptor = -1;
    this.#files.close(descriptor);
  }

  abandon(): void {
    if (this.#descriptor >= 0) this.#files.close(this.#descriptor);
  }
}
