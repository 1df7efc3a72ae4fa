/** A book added up by the distance from its middle: what the depth chart draws, whatever the number of levels. */
import { formatOnGrid, type Instrument } from '../../engine/domain/index.ts';
import { BOOK, type BookTable, type EngineState, levelLots, levelPrice } from '../../engine/index.ts';
import type { DepthView } from '../../state/depth-view.ts';

const MOST_STEPS = 48;
/** Levels farther out than this many times the distance of a side's middle level would press the rest together. */
const FARTHEST_TO_MEDIAN = 4;

/** Undefined while the book is not whole or empty. */
export function depthView(state: EngineState, instrument: Instrument): DepthView | undefined {
  const { books } = state;
  const sides = [instrument.index * 2, instrument.index * 2 + 1] as const;
  if (books.state[instrument.index] !== BOOK.synced) return undefined;
  const best = sides.map((book) => levelPrice(books, book, 0)).filter((ticks) => ticks > 0);
  if (best.length === 0) return undefined;
  const middle = best.reduce((sum, ticks) => sum + ticks, 0) / best.length;
  const reach = Math.max(1, ...sides.map((book) => reachOf(books, book, middle)));
  const step = Math.ceil(reach / MOST_STEPS);
  const steps = Math.ceil(reach / step);
  const [bids, asks] = sides.map((book) => addUp(books, book, middle, step, steps)) as [Side, Side];
  return {
    step: formatOnGrid(step, instrument.tick),
    lotSize: formatOnGrid(1, instrument.lot),
    bidLots: bids.lots,
    askLots: asks.lots,
    levels: books.count[sides[0]]! + books.count[sides[1]]!,
    beyond: bids.beyond + asks.beyond,
  };
}

const distance = (books: BookTable, book: number, depth: number, middle: number): number =>
  Math.abs(levelPrice(books, book, depth) - middle);

/** How far out a side is worth showing, in ticks from the middle. */
function reachOf(books: BookTable, book: number, middle: number): number {
  const count = books.count[book]!;
  if (count === 0) return 0;
  const median = distance(books, book, (count - 1) >>> 1, middle);
  return Math.min(distance(books, book, count - 1, middle), median * FARTHEST_TO_MEDIAN);
}

interface Side {
  /** Within 1, 2, … steps of the middle. */
  readonly lots: readonly number[];
  readonly beyond: number;
}

function addUp(books: BookTable, book: number, middle: number, step: number, steps: number): Side {
  const lots: number[] = [];
  const count = books.count[book]!;
  let depth = 0;
  let sum = 0;
  for (let i = 1; i <= steps; i++) {
    while (depth < count && distance(books, book, depth, middle) <= i * step) sum += levelLots(books, book, depth++);
    lots.push(sum);
  }
  return { lots, beyond: count - depth };
}
