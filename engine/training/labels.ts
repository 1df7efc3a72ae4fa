/** Labels of the bars of one instrument: what became of buying and of selling at their close, after costs; and how much each counts. */
import type { Side } from '../domain/index.ts';
import { assert } from '../kernel/assert.ts';
import { type Barriers, barrierOutcome, type PriceBars } from '../models/barriers.ts';

export interface BarrierPlan extends Barriers {
  /** Of what changes hands, at each of the two ends. */
  readonly feePpm: number;
}

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

/**
 * Labels of all bars that can have one. A bar without a width above zero has none, nor has one with fewer than `limitBars`
 * bars after it: taking those whose barrier came soon enough would take quick markets only.
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
  const ring = { ...bars, from: 0, length: count };
  for (const [row, start] of starts.entries()) {
    const { long, short, end, direction, isRise } = barrierOutcome(ring, start, widths[start]!, plan);
    const entry = bars.close[start]!;
    labels.start[row] = start;
    labels.end[row] = end;
    labels.direction[row] = direction;
    labels.rise[row] = Number(isRise);
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

function returnOf(side: Side, entry: number, exit: number, cost: number): number {
  const ratio = exit / entry;
  return side * (ratio - 1) - cost * (1 + ratio);
}

/**
 * Average uniqueness of each label (López de Prado, ch. 4): the mean, over the bars that it spans, of one over the labels that span the bar.
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
