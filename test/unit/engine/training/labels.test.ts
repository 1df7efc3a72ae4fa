/** Labels: how each side ends at which price and when, what it costs, and how much of a label is its own. */
import { describe, expect, it } from 'vitest';
import type { PriceBars } from '../../../../engine/models/barriers.ts';
import { type BarrierPlan, labelBars, uniqueness } from '../../../../engine/training/labels.ts';
import { randomFrom } from '../../../fixtures/small-nets.ts';

const PLAN: BarrierPlan = { profitWidths: 2, stopWidths: 1, limitBars: 3, feePpm: 0 };

/** Bars of [open, high, low, close] after one that closes at 100, with a width of 10 throughout. */
function labelled(rows: ReadonlyArray<readonly [number, number, number, number]>, plan = PLAN, spreadPpm = 0) {
  const all = [[100, 100, 100, 100] as const, ...rows];
  const column = (k: 0 | 1 | 2 | 3): Float64Array => Float64Array.from(all, (bar) => bar[k]);
  const bars: PriceBars = { open: column(0), high: column(1), low: column(2), close: column(3) };
  const each = (value: number) => new Float64Array(all.length).fill(value);
  const { direction, rise, start, end, longReturn, shortReturn } = labelBars(bars, each(10), each(spreadPpm), plan);
  expect(start[0]).toBe(0);
  return {
    ...{ count: start.length, end: end[0], direction: direction[0], rise: rise[0] },
    ...{ long: longReturn[0]!, short: shortReturn[0]! },
  };
}

const still = [100, 101, 99, 100] as const;

describe('a label', () => {
  it('is up where the profit above comes first; selling was stopped on the way', () => {
    const label = labelled([still, [100, 121, 99, 118], still]);
    expect(label).toMatchObject({ end: 2, direction: 1, rise: 1 });
    expect(label.long).toBeCloseTo(0.2, 12);
    expect(label.short).toBeCloseTo(-0.1, 12);
  });

  it('is down where the profit below comes first', () => {
    const label = labelled([[100, 100, 79, 85], still, still]);
    expect(label).toMatchObject({ end: 1, direction: -1, rise: 0 });
    expect(label.long).toBeCloseTo(-0.1, 12);
    expect(label.short).toBeCloseTo(0.2, 12);
  });

  it('has no direction where time runs out: the closes decide what counts as a rise', () => {
    const label = labelled([still, still, [100, 106, 99, 105]]);
    expect(label).toMatchObject({ end: 3, direction: 0, rise: 1 });
    expect(label.long).toBeCloseTo(0.05, 12);
    expect(label.short).toBeCloseTo(-0.05, 12);
    expect(labelled([still, still, still]).rise).toBe(0);
  });

  it('is a stop for both where one bar touches all barriers', () => {
    const label = labelled([[100, 121, 79, 110], still, still]);
    expect(label).toMatchObject({ end: 1, direction: 0, rise: 1 });
    expect(label.long).toBeCloseTo(-0.1, 12);
    expect(label.short).toBeCloseTo(-0.1, 12);
  });

  it('believes the open: what is jumped over ends there, the stop at the worse price, the profit at no better', () => {
    const up = labelled([[130, 131, 80, 90], still, still]);
    expect(up.direction).toBe(1);
    expect(up.long).toBeCloseTo(0.2, 12);
    expect(up.short).toBeCloseTo(-0.3, 12);
  });

  it('counts the touch itself, and ends as late as the later side', () => {
    expect(labelled([[100, 120, 100, 120], still, still]).direction).toBe(1);
    expect(labelled([[100, 110, 100, 105], still, still])).toMatchObject({ end: 3, direction: 0 });
  });

  it('with a near profit may come true on both sides: the earlier counts', () => {
    const near = { ...PLAN, profitWidths: 1, stopWidths: 3 };
    expect(labelled([[100, 111, 100, 105], [100, 101, 89, 95], still], near)).toMatchObject({ direction: 1, end: 2 });
    expect(labelled([[100, 111, 89, 105], still, still], near)).toMatchObject({ direction: 0, end: 1 });
  });

  it('pays fee and half the spread at both ends', () => {
    const free = labelled([still, [100, 121, 99, 118], still]);
    const dear = labelled([still, [100, 121, 99, 118], still], { ...PLAN, feePpm: 400 }, 200);
    expect(free.long - dear.long).toBeCloseTo(500e-6 * 2.2, 12);
    expect(free.short - dear.short).toBeCloseTo(500e-6 * 2.1, 12);
  });

  it('is given only with a width, and where the whole horizon lies in the data', () => {
    expect(labelled([still, still, still]).count).toBe(1);
    expect(labelled([still, still, still, still]).count).toBe(2);
    const flat = Float64Array.from([5, 5, 5, 5, 5]);
    const bars = { open: flat, high: flat, low: flat, close: flat };
    const widths = Float64Array.from([Number.NaN, 0, 1, 1, 1]);
    const { start } = labelBars(bars, widths, new Float64Array(5), { ...PLAN, limitBars: 1 });
    expect([...start]).toEqual([2, 3]);
    // The barrier was touched at once, but the last bars' horizon is not known.
    expect(labelBars(bars, widths, new Float64Array(5), { ...PLAN, limitBars: 4 }).start).toHaveLength(0);
  });

  it('knows nothing of what lies behind its end', () => {
    const random = randomFrom(5);
    const walk = Float64Array.from({ length: 300 }, () => 0);
    for (let i = 0, at = 1000; i < 300; i++) walk[i] = at += random.normal() * 3;
    const high = walk.map((close, i) => Math.max(close, walk[i - 1] ?? close) + 1);
    const low = walk.map((close, i) => Math.min(close, walk[i - 1] ?? close) - 1);
    const bars = { open: walk.map((close, i) => walk[i - 1] ?? close), high, low, close: walk };
    const widths = new Float64Array(300).fill(4);
    const plan = { ...PLAN, limitBars: 12 };
    const whole = labelBars(bars, widths, widths, plan);
    for (let cut = 20; cut < 300; cut += 37) {
      const until = (column: Float64Array) => column.subarray(0, cut);
      const part = { open: until(bars.open), high: until(high), low: until(low), close: until(walk) };
      const early = labelBars(part, until(widths), until(widths), plan);
      expect(early.start.length).toBe(cut - 12);
      for (const name of ['start', 'end', 'direction', 'rise', 'longReturn', 'shortReturn'] as const) {
        expect([...early[name]]).toEqual([...whole[name].subarray(0, cut - 12)]);
      }
    }
  });
});

describe('uniqueness', () => {
  it('is the mean share of each bar, counted by hand', () => {
    // Bars 1–3, 2–3 and 6: bar 1 is the first label's alone, 2 and 3 are shared by two.
    const spans = { start: Int32Array.of(0, 1, 5), end: Int32Array.of(3, 3, 6) };
    const [first, second, third] = uniqueness(spans);
    expect(first).toBeCloseTo((1 + 0.5 + 0.5) / 3, 12);
    expect(second).toBeCloseTo(0.5, 12);
    expect(third).toBeCloseTo(1, 12);
  });

  it('adds up, weighted by length, to the bars that are covered', () => {
    const random = randomFrom(9);
    const start = Int32Array.from({ length: 80 }, (_, i) => 2 * i);
    const end = start.map((from) => from + 1 + random.below(15));
    const covered = new Set<number>();
    for (const [row, from] of start.entries()) for (let bar = from + 1; bar <= end[row]!; bar++) covered.add(bar);
    const sum = uniqueness({ start, end }).reduce((total, u, row) => total + u * (end[row]! - start[row]!), 0);
    expect(sum).toBeCloseTo(covered.size, 9);
  });
});
