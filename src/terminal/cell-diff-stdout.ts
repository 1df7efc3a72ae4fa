/**
 * A stand-in for a tty that Ink writes to: it keeps the wanted screen as cells and sends only what changed, one
 * write per frame. A frame that comes while the last one is still on its way is never queued: the next write
 * carries the newest screen.
 */
import { EventEmitter } from 'node:events';
import { type Canvas, LAYERS, type Painted } from '../../components/canvas.ts';
import { CellDiff } from './cell-grid.ts';
import { InkScreen } from './ink-screen.ts';

/** What the stand-in writes to; see `AsyncTerminalWriter`. */
export interface FrameWriter {
  readonly busy: boolean;
  write(text: string): void;
}

/** Terminals that know the marks paint a frame at once; others ignore them. */
const FRAME_START = '\u001b[?2026h';
const FRAME_END = '\u001b[?2026l';

type WriteCallback = (error?: Error | null) => void;

export class CellDiffStdout extends EventEmitter implements Canvas {
  readonly isTTY = true;
  readonly writable = true;
  readonly destroyed = false;
  readonly writableEnded = false;
  columns: number;
  rows: number;
  /** Frames that were passed over because the terminal had not taken the one before. */
  framesSkipped = 0;
  readonly #writer: FrameWriter;
  readonly #screen: InkScreen;
  #diff: CellDiff;
  readonly #painted = new Map<object, Painted>();
  #scheduled = false;
  #closed = false;
  #held = false;

  constructor(writer: FrameWriter, columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
    this.#writer = writer;
    this.#screen = new InkScreen(columns, rows, { onFrame: () => this.flush() });
    this.#diff = new CellDiff(columns, rows, this.#screen.styles);
  }

  /** As a stream's `write`: text without frame marks is painted at the next turn of the loop. */
  write(data: string | Uint8Array, encoding?: BufferEncoding | WriteCallback, callback?: WriteCallback): boolean {
    const done = typeof encoding === 'function' ? encoding : callback;
    if (!this.#closed) {
      this.#screen.write(typeof data === 'string' ? data : Buffer.from(data).toString('utf8'));
      if (!this.#screen.inFrame && this.#screen.dirty) this.#schedule();
    }
    if (done !== undefined) queueMicrotask(() => done());
    return true;
  }

  /** Sends what differs from the terminal's screen, unless it is still busy with the last frame. */
  flush(): void {
    if (this.#closed || this.#held || !this.#screen.dirty) return;
    if (this.#writer.busy) {
      this.framesSkipped++;
      return;
    }
    this.#screen.dirty = false;
    if (this.#painted.size > 0) this.#compose();
    const text = this.#diff.update(this.#screen.grid);
    if (text !== '') this.#writer.write(`${FRAME_START}${text}${FRAME_END}`);
  }

  put(key: object, painted: Painted): void {
    const before = this.#painted.get(key);
    this.#painted.set(key, painted);
    if (before === undefined || !isSame(before, painted)) this.#touch();
  }

  remove(key: object): void {
    if (this.#painted.delete(key)) this.#touch();
  }

  #touch(): void {
    this.#screen.dirty = true;
    this.#schedule();
  }

  /** Whatever Ink has put there gives way to what is painted, layer by layer. */
  #compose(): void {
    this.#screen.grid.clear();
    for (const layer of LAYERS)
      for (const painted of this.#painted.values()) if (painted.layer === layer) this.#screen.paint(painted);
  }

  /** Paints everything again: after Ctrl-L, or when something else wrote on the screen. */
  repaint(): void {
    this.#diff.invalidate();
    this.#screen.dirty = true;
    this.flush();
  }

  /** Frames are kept back: the terminal shows something else. */
  hold(): void {
    this.#held = true;
  }

  /** The terminal is ours again, with nothing of us on it. */
  release(): void {
    this.#held = false;
    this.repaint();
  }

  /** The terminal has another size: nothing on it is known. Ink draws anew when told by `resize`. */
  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.#screen.resize(columns, rows);
    this.#diff = new CellDiff(columns, rows, this.#screen.styles);
    this.emit('resize');
  }

  /** Whatever is written from now on is dropped: the terminal is being restored. */
  close(): void {
    this.#closed = true;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.flush();
    });
  }
}

function isSame(a: Painted, b: Painted): boolean {
  const [at, to] = [a.place, b.place];
  const isThere = at.x === to.x && at.y === to.y && at.width === to.width && at.height === to.height;
  return (
    isThere && a.layer === b.layer && a.rows.length === b.rows.length && a.rows.every((row, i) => row === b.rows[i])
  );
}
