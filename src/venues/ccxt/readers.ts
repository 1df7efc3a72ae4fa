/** What ccxt answers, checked and brought onto ticks and lots. Its numbers are doubles: their shortest text is what was meant. */
import { type Grid, parseOnGrid } from '../../../engine/domain/index.ts';
import { DecimalReader } from '../../importers/decimals.ts';
import { cutToGrid } from '../../importers/ready-event.ts';
import type { Side } from './book-diff.ts';

const decimals = new DecimalReader();
const MOST_TRADES = 10_000;

/** A whole number of steps; undefined for what is none. */
function stepsOf(value: unknown, grid: Grid): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const text = decimals.read(String(value));
  return text === undefined ? undefined : parseOnGrid(text, grid);
}

/** Quantities that are finer than a lot are cut down to it: nobody can trade what is left. */
function lotsOf(value: unknown, lot: Grid): number | undefined {
  const exact = stepsOf(value, lot);
  if (exact !== undefined) return exact;
  const text = typeof value === 'number' || typeof value === 'string' ? decimals.read(String(value)) : undefined;
  if (text === undefined) return undefined;
  return cutToGrid(text, lot);
}

const fieldOf = (value: unknown, name: string | number): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** Milliseconds since 1970, 0 for none. */
function timeOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 1e12 && value < 4e12 ? value : 0;
}

export interface ReadBook {
  readonly bids: Side;
  readonly asks: Side;
  readonly atMs: number;
}

/** The best levels of a book, or why it is none. */
export function readBook(answer: unknown, tick: Grid, lot: Grid, most: number): ReadBook | string {
  const [bids, asks] = ['bids', 'asks'].map((side) => readSide(fieldOf(answer, side), tick, lot, most));
  if (bids === undefined || asks === undefined) return 'a book does not read';
  const bestBid = Math.max(0, ...bids.keys());
  const bestAsk = Math.min(Number.POSITIVE_INFINITY, ...asks.keys());
  if (bestBid >= bestAsk) return 'its book is crossed';
  return { bids, asks, atMs: timeOf(fieldOf(answer, 'timestamp')) };
}

function readSide(levels: unknown, tick: Grid, lot: Grid, most: number): Side | undefined {
  if (!Array.isArray(levels)) return undefined;
  const side = new Map<number, number>();
  for (const level of levels.slice(0, most)) {
    const price = stepsOf(fieldOf(level, 0), tick);
    const lots = lotsOf(fieldOf(level, 1), lot);
    if (price === undefined || lots === undefined || price === 0) return undefined;
    if (lots > 0) side.set(price, lots);
  }
  return side;
}

export interface ReadQuote {
  readonly bid: number;
  readonly bidLots: number;
  readonly ask: number;
  readonly askLots: number;
  readonly atMs: number;
}

export function readQuote(answer: unknown, tick: Grid, lot: Grid): ReadQuote | string {
  const bid = stepsOf(fieldOf(answer, 'bid'), tick);
  const ask = stepsOf(fieldOf(answer, 'ask'), tick);
  // Many venues tell no sizes with a ticker: nothing is known to be there.
  const bidLots = lotsOf(fieldOf(answer, 'bidVolume') ?? 0, lot);
  const askLots = lotsOf(fieldOf(answer, 'askVolume') ?? 0, lot);
  if (bid === undefined || ask === undefined || bidLots === undefined || askLots === undefined) {
    return 'a ticker does not read';
  }
  if (bid >= ask && bid > 0 && ask > 0) return 'its quote is crossed';
  return { bid, bidLots, ask, askLots, atMs: timeOf(fieldOf(answer, 'timestamp')) };
}

export interface ReadTrade {
  /** Names it among the others. */
  readonly key: string;
  readonly price: number;
  readonly lots: number;
  readonly sold: boolean;
  readonly atMs: number;
}

/** Oldest first. */
export function readTrades(answer: unknown, tick: Grid, lot: Grid): ReadTrade[] | string {
  if (!Array.isArray(answer) || answer.length > MOST_TRADES) return 'trades do not read';
  const trades: ReadTrade[] = [];
  for (const entry of answer) {
    const price = stepsOf(fieldOf(entry, 'price'), tick);
    const lots = lotsOf(fieldOf(entry, 'amount'), lot);
    if (price === undefined || lots === undefined || price === 0) return 'a trade does not read';
    const atMs = timeOf(fieldOf(entry, 'timestamp'));
    const id = fieldOf(entry, 'id');
    const key = typeof id === 'string' && id !== '' && id.length < 100 ? id : `${atMs} ${price} ${lots}`;
    if (lots > 0) trades.push({ key, price, lots, sold: fieldOf(entry, 'side') === 'sell', atMs });
  }
  return trades.sort((a, b) => a.atMs - b.atMs);
}

export interface ReadBar {
  readonly openMs: number;
  readonly prices: readonly [open: number, high: number, low: number, close: number];
  readonly volume: number;
}

/** Rows of time, open, high, low, close and volume; those that do not read, or cannot be, are left out. */
export function readBars(answer: unknown, tick: Grid, lot: Grid): ReadBar[] {
  if (!Array.isArray(answer)) return [];
  return answer.flatMap((row): ReadBar[] => {
    const openMs = timeOf(fieldOf(row, 0));
    const [open, high, low, close] = [1, 2, 3, 4].map((column) => stepsOf(fieldOf(row, column), tick) ?? 0);
    const volume = lotsOf(fieldOf(row, 5), lot);
    if (openMs === 0 || volume === undefined || !open || !high || !low || !close) return [];
    if (high < Math.max(open, close) || low > Math.min(open, close)) return [];
    return [{ openMs, prices: [open, high, low, close], volume }];
  });
}
