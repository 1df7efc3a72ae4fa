/** Order books from snapshots and differences, with the venues' rules of continuity. */
import { AT, FLAG_HAS_PREVIOUS } from '../domain/index.ts';
import { BOOK, type BookTable } from '../domain/tables/index.ts';
import { assert } from '../kernel/assert.ts';
import { isTradable } from './ticks.ts';

/** What a depth input did to its book. */
export const DEPTH = { applied: 0, stale: 1, ignored: 2, gapped: 3 } as const;
export type DepthResult = (typeof DEPTH)[keyof typeof DEPTH];

/** Replaces the book by a snapshot; the next difference must continue it. */
export function applySnapshot(books: BookTable, instrument: number, view: DataView, offset: number): void {
  clearBook(books, instrument);
  setLevels(books, instrument, view, offset);
  books.lastUpdateId[instrument] = view.getFloat64(offset + AT.lastUpdateId, true);
  books.awaitsFirst[instrument] = 1;
  books.state[instrument] = BOOK.synced;
}

/**
 * Applies a difference by Binance's rules ("How to manage a local order book correctly", spot and futures):
 * older than the snapshot is dropped; the first one kept must span it; afterwards each must continue the
 * last (`U = u + 1` on spot, `pu = u` on futures). A break empties the book until the next snapshot.
 */
export function applyDifference(books: BookTable, instrument: number, view: DataView, offset: number): DepthResult {
  if (books.state[instrument] !== BOOK.synced) return DEPTH.ignored;
  const first = view.getFloat64(offset + AT.firstUpdateId, true);
  const last = view.getFloat64(offset + AT.lastUpdateId, true);
  const known = books.lastUpdateId[instrument]!;
  const futures = (view.getUint8(offset + AT.flags) & FLAG_HAS_PREVIOUS) !== 0;
  if (books.awaitsFirst[instrument] === 1) {
    if (futures ? last < known : last <= known) return DEPTH.stale;
    const previous = view.getFloat64(offset + AT.previousUpdateId, true);
    const spans = futures ? first <= known || previous === known : first <= known + 1;
    if (!spans) return breakBook(books, instrument);
    books.awaitsFirst[instrument] = 0;
  } else {
    const continues = futures ? view.getFloat64(offset + AT.previousUpdateId, true) === known : first === known + 1;
    if (!continues) return breakBook(books, instrument);
  }
  setLevels(books, instrument, view, offset);
  books.lastUpdateId[instrument] = last;
  return DEPTH.applied;
}

/** Marks the book as missing an update and empties it: a wrong book must not be read by anyone. */
export function breakBook(books: BookTable, instrument: number): DepthResult {
  clearBook(books, instrument);
  books.state[instrument] = BOOK.gap;
  return DEPTH.gapped;
}

function clearBook(books: BookTable, instrument: number): void {
  books.count[instrument * 2] = 0;
  books.count[instrument * 2 + 1] = 0;
}

function setLevels(books: BookTable, instrument: number, view: DataView, offset: number): void {
  const bids = view.getUint32(offset + AT.bidCount, true);
  const asks = view.getUint32(offset + AT.askCount, true);
  let at = offset + AT.levels;
  for (let i = 0; i < bids; i++, at += 16) setLevel(books, instrument * 2, view, at, 1);
  for (let i = 0; i < asks; i++, at += 16) setLevel(books, instrument * 2 + 1, view, at, -1);
}

/** Sets, adds or removes (quantity 0) one level. In a full book the farthest level gives way. */
function setLevel(books: BookTable, book: number, view: DataView, at: number, sign: number): void {
  const price = view.getFloat64(at, true);
  const quantity = view.getFloat64(at + 8, true);
  assert(isTradable(price, quantity), 'level without a whole price and quantity');
  const key = price * sign;
  const { keys, lots, levels } = books;
  const base = book * levels;
  const count = books.count[book]!;
  const slot = lowerBound(keys, base, count, key);
  const found = slot < base + count && keys[slot] === key;
  if (quantity > 0) {
    if (found) {
      lots[slot] = quantity;
      return;
    }
    insertLevel(books, book, slot, key, quantity);
    return;
  }
  if (!found) return;
  moveRun(keys, slot, slot + 1, base + count);
  moveRun(lots, slot, slot + 1, base + count);
  books.count[book] = count - 1;
}

function insertLevel(books: BookTable, book: number, slot: number, key: number, quantity: number): void {
  const { keys, lots, levels } = books;
  const base = book * levels;
  const count = books.count[book]!;
  if (count === levels) {
    if (slot === base) return;
    moveRun(keys, base, base + 1, slot);
    moveRun(lots, base, base + 1, slot);
    keys[slot - 1] = key;
    lots[slot - 1] = quantity;
    return;
  }
  moveRun(keys, slot + 1, slot, base + count);
  moveRun(lots, slot + 1, slot, base + count);
  keys[slot] = key;
  lots[slot] = quantity;
  books.count[book] = count + 1;
}

/** Below this many slots a loop beats the call of `copyWithin`. */
const SHORT_RUN = 24;

/** Moves slots [from, end) so that they start at `to`, one place up or down. */
function moveRun(column: Float64Array, to: number, from: number, end: number): void {
  if (end - from > SHORT_RUN) column.copyWithin(to, from, end);
  else if (to < from) for (let i = from; i < end; i++) column[i - 1] = column[i]!;
  else for (let i = end; i > from; i--) column[i] = column[i - 1]!;
}

/** First slot whose key is not below `key`. Most changes are near the best, which is last: look there first. */
function lowerBound(keys: Float64Array, base: number, count: number, key: number): number {
  let high = base + count;
  let width = 8;
  let low = high - width;
  while (low > base && keys[low]! >= key) {
    high = low;
    width *= 4;
    low = high - width;
  }
  if (low < base) low = base;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Price in ticks of the level `depth` places from the best (0 is the best); 0 when there is none. */
export function levelPrice(books: BookTable, book: number, depth: number): number {
  const count = books.count[book]!;
  if (depth >= count) return 0;
  return Math.abs(books.keys[book * books.levels + count - 1 - depth]!);
}

/** Quantity in lots of the level `depth` places from the best; 0 when there is none. */
export function levelLots(books: BookTable, book: number, depth: number): number {
  const count = books.count[book]!;
  return depth >= count ? 0 : books.lots[book * books.levels + count - 1 - depth]!;
}

/** Sum of the lots of the best `depth` levels. */
export function depthLots(books: BookTable, book: number, depth: number): number {
  const count = books.count[book]!;
  const end = book * books.levels + count;
  let sum = 0;
  for (let i = Math.max(end - depth, end - count); i < end; i++) sum += books.lots[i]!;
  return sum;
}
