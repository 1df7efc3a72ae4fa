/** Cuts the bytes of a file into lines, or one JSON list of rows into its rows, holding one piece at a time. */
import { type DataFile, readBytes, type StreamTally } from './file-stream.ts';

/** Longer lines are counted as bad and skipped; a book of 5,000 levels a side takes a third of it. */
export const LONGEST_LINE = 1 << 20;

/** What gets the pieces of a file. */
export interface LineHandler {
  line(text: string, line: number): void;
  /** A line that could not be held, or a list that is not closed. */
  unreadable(line: number, reason: string): void;
}

/** Cuts text into lines as it comes. */
interface Cutter {
  readonly lines: number;
  push(text: string): void;
  end(): void;
}

/** A file that is read piece by piece; `advance` hands out the lines of the next piece. */
export class LineReader {
  readonly tally: StreamTally = { bytes: 0, unpackedBytes: 0, sha256: '' };
  readonly #bytes: AsyncGenerator<Buffer>;
  readonly #cutter: Cutter;

  constructor(file: DataFile, framing: 'lines' | 'json-rows', handler: LineHandler) {
    this.#bytes = readBytes(file, this.tally);
    this.#cutter = framing === 'lines' ? new LineCutter(handler) : new RowCutter(handler);
  }

  /** Lines (or rows) so far. */
  get lines(): number {
    return this.#cutter.lines;
  }

  /** Hands out the lines of the next piece; false when the file has ended and its last line was handed out. */
  async advance(): Promise<boolean> {
    const next = await this.#bytes.next();
    if (next.done === true) {
      this.#cutter.end();
      return false;
    }
    this.#cutter.push(next.value.toString('latin1'));
    return true;
  }

  /** Lets go of the file before its end. */
  async close(): Promise<void> {
    await this.#bytes.return(undefined);
  }
}

const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';

class LineCutter implements Cutter {
  lines = 0;
  #rest = '';
  /** True while the rest of a line that is too long is skipped. */
  #skipping = false;
  readonly #handler: LineHandler;

  constructor(handler: LineHandler) {
    this.#handler = handler;
  }

  push(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#take(text.slice(start, end));
      start = end + 1;
    }
    if (this.#skipping) return;
    this.#rest += text.slice(start);
    if (this.#rest.length > LONGEST_LINE) {
      this.#rest = '';
      this.#skipping = true;
    }
  }

  end(): void {
    if (this.#skipping || this.#rest !== '') this.#take('');
  }

  #take(text: string): void {
    this.lines++;
    if (this.#skipping) {
      this.#skipping = false;
      this.#handler.unreadable(this.lines, 'the line is longer than 1 MiB');
      return;
    }
    let line = this.#rest === '' ? text : this.#rest + text;
    this.#rest = '';
    if (line.charCodeAt(line.length - 1) === 13) line = line.slice(0, -1);
    if (this.lines === 1 && line.startsWith(BYTE_ORDER_MARK)) line = line.slice(BYTE_ORDER_MARK.length);
    this.#handler.line(line, this.lines);
  }
}

/** Rows of `[[…],[…]]`: each is handed out without its brackets and counts as a line. */
class RowCutter implements Cutter {
  lines = 0;
  #rest = '';
  #closed = false;
  #skipping = false;
  readonly #handler: LineHandler;

  constructor(handler: LineHandler) {
    this.#handler = handler;
  }

  push(text: string): void {
    let start = 0;
    for (let end = text.indexOf(']'); end >= 0; end = text.indexOf(']', start)) {
      this.#take(text.slice(start, end));
      start = end + 1;
    }
    if (this.#skipping) return;
    this.#rest += text.slice(start);
    if (this.#rest.length > LONGEST_LINE) {
      this.#rest = '';
      this.#skipping = true;
    }
  }

  end(): void {
    const open = this.#rest.trim() !== '' || this.#skipping || !this.#closed;
    if (open) this.#handler.unreadable(++this.lines, 'the list ends in the middle');
  }

  #take(text: string): void {
    const row = (this.#rest + text).trim();
    this.#rest = '';
    if (this.#skipping) {
      this.#skipping = false;
      this.#handler.unreadable(++this.lines, 'the row is longer than 1 MiB');
      return;
    }
    if (row === '' && !this.#closed) {
      this.#closed = true;
      return;
    }
    this.lines++;
    const opening = this.lines === 1 ? /^\[\s*\[/ : /^,\s*\[/;
    const match = opening.exec(row);
    if (match === null || this.#closed) {
      this.#handler.unreadable(this.lines, 'is no row of a JSON list');
      return;
    }
    this.#handler.line(row.slice(match[0].length).replace(/\s+/g, ''), this.lines);
  }
}
