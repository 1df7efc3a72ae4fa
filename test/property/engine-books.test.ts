/** Order books against two plain maps: levels, capacity, and the venues' rules of continuity. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputEncoder } from '../../engine/domain/index.ts';
import { BOOK, BookTable, depthLots, levelLots, levelPrice } from '../../engine/index.ts';
import { Arena } from '../../engine/kernel/arena.ts';
import { applyDifference, applySnapshot, breakBook, DEPTH } from '../../engine/market/books.ts';

type Level = readonly [price: number, lots: number];
type Kind = 'spot' | 'futures';

/** One side that knows nothing of sorted arrays. */
class NaiveSide {
  readonly levels = new Map<number, number>();
  readonly #capacity: number;
  /** +1 where a higher price is better. */
  readonly #sign: number;

  constructor(capacity: number, sign: number) {
    this.#capacity = capacity;
    this.#sign = sign;
  }

  best(): Level[] {
    return [...this.levels].sort(([a], [b]) => (b - a) * this.#sign);
  }

  set([price, lots]: Level): void {
    if (lots === 0) this.levels.delete(price);
    else if (this.levels.has(price) || this.levels.size < this.#capacity) this.levels.set(price, lots);
    else {
      const farthest = this.best().at(-1)![0];
      if ((price - farthest) * this.#sign < 0) return;
      this.levels.delete(farthest);
      this.levels.set(price, lots);
    }
  }
}

interface NaiveBook {
  readonly bids: NaiveSide;
  readonly asks: NaiveSide;
  state: number;
  last: number;
  /** Set by a snapshot until the first difference that continues it. */
  snapshotId: number | undefined;
}

const naiveBook = (capacity: number): NaiveBook => ({
  bids: new NaiveSide(capacity, 1),
  asks: new NaiveSide(capacity, -1),
  state: BOOK.none,
  last: 0,
  snapshotId: undefined,
});

interface Update {
  readonly kind: 'snapshot' | 'depth' | 'lost';
  /** How the ids lie to the last one known, and how many updates the record spans. */
  readonly shift: number;
  readonly span: number;
  readonly previousShift: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/** Binance, "How to manage a local order book correctly": spot by U and u, futures by pu as well. */
function expectedResult(book: NaiveBook, kind: Kind, first: number, last: number, previous: number): number {
  if (book.state !== BOOK.synced) return DEPTH.ignored;
  if (book.snapshotId === undefined) {
    const continues = kind === 'spot' ? first === book.last + 1 : previous === book.last;
    return continues ? DEPTH.applied : DEPTH.gapped;
  }
  const id = book.snapshotId;
  if (kind === 'spot') {
    if (last <= id) return DEPTH.stale;
    return first <= id + 1 && id + 1 <= last ? DEPTH.applied : DEPTH.gapped;
  }
  if (last < id) return DEPTH.stale;
  return (first <= id && id <= last) || previous === id ? DEPTH.applied : DEPTH.gapped;
}

const level = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 500 })));
const update: fc.Arbitrary<Update> = fc.record({
  kind: fc.oneof(
    { weight: 20, arbitrary: fc.constant('depth' as const) },
    { weight: 2, arbitrary: fc.constant('snapshot' as const) },
    { weight: 1, arbitrary: fc.constant('lost' as const) },
  ),
  shift: fc.oneof({ weight: 12, arbitrary: fc.constant(1) }, { weight: 3, arbitrary: fc.integer({ min: -4, max: 4 }) }),
  span: fc.integer({ min: 0, max: 3 }),
  previousShift: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) }),
  bids: fc.array(level, { maxLength: 8 }),
  asks: fc.array(level, { maxLength: 8 }),
});

function compare(books: BookTable, instrument: number, naive: NaiveBook): void {
  expect(books.state[instrument]).toBe(naive.state);
  for (const [side, { levels }] of [naive.bids, naive.asks].entries()) {
    const book = instrument * 2 + side;
    const best = [naive.bids, naive.asks][side]!.best();
    const kept = Array.from({ length: levels.size }, (_, i) => [levelPrice(books, book, i), levelLots(books, book, i)]);
    expect(kept).toEqual(best);
    expect(books.count[book]).toBe(levels.size);
    expect([levelPrice(books, book, levels.size), levelLots(books, book, levels.size)]).toEqual([0, 0]);
    for (const depth of [1, 3, 100]) {
      expect(depthLots(books, book, depth)).toBe(best.slice(0, depth).reduce((sum, [, lots]) => sum + lots, 0));
    }
  }
}

/** Applies an update to both; instrument 0 is another book that must not be touched. */
function apply(books: BookTable, naive: NaiveBook, kind: Kind, encoder: InputEncoder, change: Update): void {
  if (change.kind === 'lost') {
    breakBook(books, 1);
    naive.state = BOOK.gap;
  } else {
    const first = Math.max(naive.last + change.shift, 1);
    const last = first + change.span;
    const previous = kind === 'futures' ? naive.last + change.previousShift : -1;
    const snapshot = change.kind === 'snapshot';
    encoder.depth(1, 0, first, last, previous, change.bids.flat(), change.asks.flat(), snapshot);
    const bytes = encoder.bytes();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (snapshot) {
      applySnapshot(books, 1, view, 0);
      naive.state = BOOK.synced;
      naive.snapshotId = last;
      for (const side of [naive.bids, naive.asks]) side.levels.clear();
    } else {
      const wanted = expectedResult(naive, kind, first, last, previous);
      expect(applyDifference(books, 1, view, 0)).toBe(wanted);
      if (wanted === DEPTH.gapped) naive.state = BOOK.gap;
      if (wanted !== DEPTH.applied) {
        if (naive.state === BOOK.gap) for (const side of [naive.bids, naive.asks]) side.levels.clear();
        return;
      }
      naive.snapshotId = undefined;
    }
    naive.last = last;
    for (const one of change.bids) naive.bids.set(one);
    for (const one of change.asks) naive.asks.set(one);
  }
  if (naive.state === BOOK.gap) for (const side of [naive.bids, naive.asks]) side.levels.clear();
}

describe.each(['spot', 'futures'] as const)('books of a %s venue', (kind) => {
  it.each([1, 4, 32, 64])('equal the maps after every update, %i levels kept', (capacity) => {
    fc.assert(
      fc.property(fc.array(update, { minLength: 5, maxLength: 40 }), (updates) => {
        const books = new BookTable(new Arena(), 3, capacity);
        const naive = naiveBook(capacity);
        const encoder = new InputEncoder();
        const opening: Update = { kind: 'snapshot', shift: 1, span: 0, previousShift: 0, bids: [], asks: [] };
        for (const change of [...updates.slice(0, 2), opening, ...updates]) {
          apply(books, naive, kind, encoder, change);
          compare(books, 1, naive);
        }
        for (const other of [0, 2]) compare(books, other, naiveBook(capacity));
      }),
      { numRuns: 150 },
    );
  });
});

describe('long runs', () => {
  it('move whole: a deep book that fills from the far end and empties from the best', () => {
    const books = new BookTable(new Arena(), 1, 300);
    const naive = new NaiveSide(300, 1);
    const encoder = new InputEncoder();
    let id = 0;
    const send = (bids: readonly Level[], snapshot: boolean): void => {
      id++;
      encoder.depth(0, 0, id, id, -1, bids.flat(), [], snapshot);
      const bytes = encoder.bytes();
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (snapshot) applySnapshot(books, 0, view, 0);
      else expect(applyDifference(books, 0, view, 0)).toBe(DEPTH.applied);
      for (const one of bids) naive.set(one);
      const kept = Array.from({ length: books.count[0]! }, (_, i) => [levelPrice(books, 0, i), levelLots(books, 0, i)]);
      expect(kept).toEqual(naive.best());
    };
    send([], true);
    for (let price = 400; price > 0; price -= 2) send([[price, price]], false);
    for (let price = 1; price < 400; price += 2) send([[price, 1]], false);
    for (const price of [400, 2, 200, 399, 3, 201, 398]) send([[price, 0]], false);
    expect(books.count[0]).toBeLessThan(300);
  });
});
