/**
 * The books as the engine has them, kept by the engine's own code on the same records: it tells whether a change continues
 * the book before the engine is given it, and whether what came out can be true.
 */
import {
  Arena,
  applyDifference,
  applySnapshot,
  BOOK,
  BookTable,
  breakBook,
  type DepthResult,
  levelLots,
  levelPrice,
} from '../../engine/index.ts';

/** Enough for the best levels to be right after a long run of changes; the engine has as many. */
const LEVELS = 1024;

export class BookMirror {
  readonly #books: BookTable;
  #view: DataView = new DataView(new ArrayBuffer(0));

  constructor(instruments: number) {
    this.#books = new BookTable(new Arena(), instruments, LEVELS);
  }

  /** `record` is that of a snapshot. */
  replace(instrument: number, record: Uint8Array): void {
    applySnapshot(this.#books, instrument, this.#over(record), 0);
  }

  /** `record` is that of a change. */
  change(instrument: number, record: Uint8Array): DepthResult {
    return applyDifference(this.#books, instrument, this.#over(record), 0);
  }

  forget(instrument: number): void {
    breakBook(this.#books, instrument);
  }

  isWhole(instrument: number): boolean {
    return this.#books.state[instrument] === BOOK.synced;
  }

  lastUpdateId(instrument: number): number {
    return this.#books.lastUpdateId[instrument]!;
  }

  /** Whether the snapshot is followed by a change already. */
  isUnderWay(instrument: number): boolean {
    return this.#books.awaitsFirst[instrument] === 0;
  }

  /** True when somebody bids as much as another asks, which no venue leaves standing. */
  isCrossed(instrument: number): boolean {
    const bid = levelPrice(this.#books, instrument * 2, 0);
    const ask = levelPrice(this.#books, instrument * 2 + 1, 0);
    return bid > 0 && ask > 0 && bid >= ask;
  }

  /** Whether the best level of a side (0 bids, 1 asks) is this one; price 0 is no level. */
  hasBest(instrument: number, side: 0 | 1, price: number, lots: number): boolean {
    const book = instrument * 2 + side;
    return levelPrice(this.#books, book, 0) === price && (price === 0 || levelLots(this.#books, book, 0) === lots);
  }

  /** The encoder's buffer stays the same one until a record does not fit. */
  #over(record: Uint8Array): DataView {
    const { buffer, byteOffset, byteLength } = record;
    if (this.#view.buffer !== buffer || this.#view.byteOffset !== byteOffset || this.#view.byteLength < byteLength) {
      this.#view = new DataView(buffer, byteOffset);
    }
    return this.#view;
  }
}
