/**
 * What became of buying and of selling at the close of a bar: the triple barrier of M. López de Prado, Advances in Financial
 * Machine Learning (2018), chapter 3. Models are trained on it and judged by it while they serve. Prices are ticks.
 */
import type { Side } from '../domain/index.ts';

/** Closed bars of one instrument, one column per price. */
export interface PriceBars {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

/** Bars of which `length` are kept, bar `n` at `from + n % length`. */
export interface BarRing extends PriceBars {
  readonly from: number;
  readonly length: number;
}

export interface Barriers {
  /** Distances from the close to the barriers, in widths (average true ranges, for instance). */
  readonly profitWidths: number;
  readonly stopWidths: number;
  /** Bars after which a position is closed, whatever it has come to. */
  readonly limitBars: number;
}

/** How a position ends: at its profit, at its stop, or by time. */
const BARRIER = { stop: -1, time: 0, profit: 1 } as const;

/** How one side comes out: at which bar and price, and at which of {@link BARRIER}. */
interface SideOutcome {
  readonly barrier: (typeof BARRIER)[keyof typeof BARRIER];
  readonly end: number;
  readonly price: number;
}

export interface BarrierOutcome {
  readonly long: SideOutcome;
  readonly short: SideOutcome;
  /** The later end of both sides. */
  readonly end: number;
  /** +1 where a buyer's profit came first, −1 where a seller's did, 0 where neither came. */
  readonly direction: -1 | 0 | 1;
  /** The direction is up, or has none and the close at the end lies above that at the start. */
  readonly isRise: boolean;
}

/**
 * Where one bar touches both barriers the stop counts, for nothing tells which came first; its open does tell, so a bar that
 * opens beyond a barrier ends there. A stop that is jumped over fills at the open, a profit at its barrier and no better.
 * @param width that the barriers' distances are counted in, in ticks.
 */
export function barrierOutcome(bars: BarRing, start: number, width: number, barriers: Barriers): BarrierOutcome {
  const long = sideOutcome(bars, start, width, 1, barriers);
  const short = sideOutcome(bars, start, width, -1, barriers);
  const end = Math.max(long.end, short.end);
  const direction = directionOf(long, short);
  const isRise = direction === 0 ? bars.close[placeOf(bars, end)]! > bars.close[placeOf(bars, start)]! : direction > 0;
  return { long, short, end, direction, isRise };
}

const placeOf = ({ from, length }: BarRing, bar: number): number => from + (bar % length);

function sideOutcome(bars: BarRing, start: number, width: number, side: Side, barriers: Barriers): SideOutcome {
  const entry = bars.close[placeOf(bars, start)]!;
  const profit = entry + side * barriers.profitWidths * width;
  const stop = entry - side * barriers.stopWidths * width;
  const last = start + barriers.limitBars;
  for (let bar = start + 1; bar <= last; bar++) {
    const at = placeOf(bars, bar);
    const open = bars.open[at]!;
    const [best, worst] = side > 0 ? [bars.high[at]!, bars.low[at]!] : [bars.low[at]!, bars.high[at]!];
    if (side * (open - stop) <= 0) return { barrier: BARRIER.stop, end: bar, price: open };
    if (side * (open - profit) >= 0) return { barrier: BARRIER.profit, end: bar, price: profit };
    if (side * (worst - stop) <= 0) return { barrier: BARRIER.stop, end: bar, price: stop };
    if (side * (best - profit) >= 0) return { barrier: BARRIER.profit, end: bar, price: profit };
  }
  return { barrier: BARRIER.time, end: last, price: bars.close[placeOf(bars, last)]! };
}

/** Where the two barriers lie unlike, both sides may come to their profit: the earlier one counts. */
function directionOf(long: SideOutcome, short: SideOutcome): -1 | 0 | 1 {
  const rose = long.barrier === BARRIER.profit;
  const fell = short.barrier === BARRIER.profit;
  if (rose && fell) return long.end === short.end ? 0 : long.end < short.end ? 1 : -1;
  return rose ? 1 : fell ? -1 : 0;
}
