/**
 * What became of buying and of selling at the close of a bar: the triple barrier of M. López de Prado, Advances in Financial
 * Machine Learning (2018), chapter 3, after costs. Prices are ticks, returns shares of the price at the start.
 */
import type { Side } from '../domain/index.ts';
import { assert } from '../kernel/assert.ts';

/** Closed bars of one instrument, one column per price. */
export interface PriceBars {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

export interface BarrierPlan {
  /** Distances from the close to the barriers, in widths (average true ranges, for instance). */
  readonly profitWidths: number;
  readonly stopWidths: number;
  /** Bars after which a position is closed, whatever it has come to. */
  readonly limitBars: number;
  /** Of what changes hands, at each of the two ends. */
  readonly feePpm: number;
}

/** How a position ends: at its profit, at its stop, or by time. */
export const BARRIER = { stop: -1, time: 0, profit: 1 } as const;
export type Barrier = (typeof BARRIER)[keyof typeof BARRIER];

/** One column per property, one row per label; starts ascend. */
export interface Labels {
  /** Bar at whose close the position begins. */
  readonly start: Int32Array;
  /** Last bar that the label knows of: the later end of both sides. */
  readonly end: Int32Array;
  /** +1 where a buyer's profit came first, −1 where a seller's did, 0 where neither came. */
  readonly direction: Int8Array;
  /** 1 where the direction is up, or has none and the close at the end lies above that at the start; else 0. */
  readonly rise: Uint8Array;
  /** What buying and what selling returned after fees and half the spread at both ends. */
  readonly longReturn: Float64Array;
  readonly shortReturn: Float64Array;
}

/** How one side comes out. */
interface Outcome {
  readonly barrier: Barrier;
  readonly end: number;
  readonly price: number;
}

/**
 * Labels of all bars that can have one. A bar without a width above zero has none, nor has one with fewer than `limitBars`
 * bars after it: taking those whose barrier came soon enough would take quick markets only.
 *
 * Where one bar touches both barriers the stop counts, for nothing tells which came first; its open does tell, so a bar that
 * opens beyond a barrier ends there. A stop that is jumped over fills at the open, a profit at its barrier and no better.
 * @param widths of each bar, in ticks; NaN where unknown.
 * @param spreadPpm of each bar.
 */
export function labelBars(bars: PriceBars, widths: Float64Array, spreadPpm: Float64Array, plan: BarrierPlan): Labels {
  const count = bars.close.length;
  checkPlan(plan);
  for (const column of [bars.open, bars.high, bars.low, widths, spreadPpm]) {
    assert(column.length === count, 'columns of different lengths');
  }
  const starts: number[] = [];
  for (let bar = 0; bar + plan.limitBars < count; bar++) if (widths[bar]! > 0) starts.push(bar);
  const labels = emptyLabels(starts.length);
  for (const [row, start] of starts.entries()) {
    const long = outcome(bars, start, widths[start]!, 1, plan);
    const short = outcome(bars, start, widths[start]!, -1, plan);
    const end = Math.max(long.end, short.end);
    const entry = bars.close[start]!;
    const direction = directionOf(long, short);
    labels.start[row] = start;
    labels.end[row] = end;
    labels.direction[row] = direction;
    labels.rise[row] = Number(direction === 0 ? bars.close[end]! > entry : direction > 0);
    const cost = (plan.feePpm + spreadPpm[start]! / 2) / 1e6;
    labels.longReturn[row] = returnOf(1, entry, long.price, cost);
    labels.shortReturn[row] = returnOf(-1, entry, short.price, cost);
  }
  return labels;
}

function checkPlan({ profitWidths, stopWidths, limitBars, feePpm }: BarrierPlan): void {
  assert(profitWidths > 0 && stopWidths > 0, `barriers at ${profitWidths} and ${stopWidths}`);
  assert(Number.isInteger(limitBars) && limitBars >= 1, `a limit of ${limitBars} bars`);
  assert(feePpm >= 0 && feePpm < 1e6, `a fee of ${feePpm} ppm`);
}

function emptyLabels(count: number): Labels {
  return {
    start: new Int32Array(count),
    end: new Int32Array(count),
    direction: new Int8Array(count),
    rise: new Uint8Array(count),
    longReturn: new Float64Array(count),
    shortReturn: new Float64Array(count),
  };
}

function outcome(bars: PriceBars, start: number, width: number, side: Side, plan: BarrierPlan): Outcome {
  const entry = bars.close[start]!;
  const profit = entry + side * plan.profitWidths * width;
  const stop = entry - side * plan.stopWidths * width;
  const last = start + plan.limitBars;
  for (let bar = start + 1; bar <= last; bar++) {
    const open = bars.open[bar]!;
    const [best, worst] = side > 0 ? [bars.high[bar]!, bars.low[bar]!] : [bars.low[bar]!, bars.high[bar]!];
    if (side * (open - stop) <= 0) return { barrier: BARRIER.stop, end: bar, price: open };
    if (side * (open - profit) >= 0) return { barrier: BARRIER.profit, end: bar, price: profit };
    if (side * (worst - stop) <= 0) return { barrier: BARRIER.stop, end: bar, price: stop };
    if (side * (best - profit) >= 0) return { barrier: BARRIER.profit, end: bar, price: profit };
  }
  return { barrier: BARRIER.time, end: last, price: bars.close[last]! };
}

/** Where the two barriers lie unlike, both sides may come to their profit: the earlier one counts. */
function directionOf(long: Outcome, short: Outcome): -1 | 0 | 1 {
  const rose = long.barrier === BARRIER.profit;
  const fell = short.barrier === BARRIER.profit;
  if (rose && fell) return long.end === short.end ? 0 : long.end < short.end ? 1 : -1;
  return rose ? 1 : fell ? -1 : 0;
}

function returnOf(side: Side, entry: number, exit: number, cost: number): number {
  const ratio = exit / entry;
  return side * (ratio - 1) - cost * (1 + ratio);
}

/**
 * Average uniqueness of each label (ch. 4): the mean, over the bars that it spans, of one over the labels that span the bar.
 * 1 is a label that shares no bar with another one.
 */
export function uniqueness({ start, end }: Pick<Labels, 'start' | 'end'>): Float64Array {
  const bars = end.reduce((most, each) => Math.max(most, each), -1) + 1;
  const concurrent = new Int32Array(bars + 1);
  for (let row = 0; row < start.length; row++) {
    // What happens at the close where a label starts is known: its first bar is the next one.
    concurrent[start[row]! + 1]! += 1;
    concurrent[end[row]! + 1]! -= 1;
  }
  const shares = new Float64Array(bars + 1);
  for (let bar = 0, live = 0; bar < bars; bar++) {
    live += concurrent[bar]!;
    shares[bar + 1] = shares[bar]! + (live > 0 ? 1 / live : 0);
  }
  return Float64Array.from(start, (from, row) => {
    const to = end[row]!;
    return (shares[to + 1]! - shares[from + 1]!) / (to - from);
  });
}
