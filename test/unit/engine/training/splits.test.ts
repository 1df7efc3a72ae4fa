/** Walk-forward splits: the past is learnt from, the future is judged, and a leak between them is found. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cutInTime,
  purge,
  type Spans,
  type WalkForwardFold,
  type WalkForwardPlan,
  walkForward,
} from '../../../../engine/training/splits.ts';

interface Case {
  readonly spans: Spans;
  readonly barCount: number;
  readonly plan: WalkForwardPlan;
}

/** Labels of some bars, each with a length of its own. */
const cases: fc.Arbitrary<Case> = fc
  .record({
    lengths: fc.array(fc.integer({ min: 0, max: 25 }), { minLength: 60, maxLength: 200 }),
    folds: fc.integer({ min: 1, max: 6 }),
    firstTrainBars: fc.integer({ min: 10, max: 40 }),
    window: fc.constantFrom('expanding', 'rolling'),
    embargoBars: fc.integer({ min: 0, max: 12 }),
  })
  .map(({ lengths, ...plan }) => {
    // A length of 0 is a bar without a label.
    const labelled = [...lengths.entries()].filter(([, length]) => length > 0);
    const start = Int32Array.from(labelled, ([bar]) => bar);
    const end = Int32Array.from(labelled, ([bar, length]) => bar + length);
    return { spans: { start, end }, barCount: lengths.length, plan };
  });

/** Why the folds are no honest walk forward; empty when they are. */
function leaks({ spans, barCount, plan }: Case, folds: readonly WalkForwardFold[]): string[] {
  const found: string[] = [];
  const tested = new Set<number>();
  for (const [k, { train, test, testFrom, testTo }] of folds.entries()) {
    if (testFrom < 0 || testTo > barCount) found.push(`fold ${k} tests beyond the bars`);
    for (const row of train) {
      // From `embargoBars` before the first test bar to the last one that a test label knows of.
      const touches = spans.end[row]! >= testFrom - plan.embargoBars;
      if (touches) found.push(`fold ${k} learns from ${spans.start[row]}–${spans.end[row]}, tests from ${testFrom}`);
      const tooOld = plan.window === 'rolling' && spans.start[row]! < testFrom - plan.firstTrainBars;
      if (tooOld) found.push(`fold ${k} learns from beyond its window`);
    }
    for (const row of test) {
      const bar = spans.start[row]!;
      if (bar < testFrom || bar >= testTo) found.push(`fold ${k} tests bar ${bar}`);
      if (tested.has(row)) found.push(`label ${row} is tested twice`);
      tested.add(row);
    }
    if (k > 0 && testFrom !== folds[k - 1]!.testTo) found.push(`fold ${k} does not follow the one before`);
  }
  return found;
}

describe('walking forward', () => {
  it('never learns from what it is judged by, nor tests a bar twice', () => {
    fc.assert(
      fc.property(cases, (each) => {
        expect(leaks(each, walkForward(each.spans, each.barCount, each.plan))).toEqual([]);
      }),
    );
  });

  it('tests every label behind the first window, and learns from every one that ended in time', () => {
    fc.assert(
      fc.property(cases, ({ spans, barCount, plan }) => {
        const folds = walkForward(spans, barCount, plan);
        const behind = spans.start.filter((bar) => bar >= plan.firstTrainBars).length;
        expect(folds.reduce((sum, { test }) => sum + test.length, 0)).toBe(behind);
        const { testFrom, train } = folds.at(-1)!;
        const oldest = plan.window === 'rolling' ? testFrom - plan.firstTrainBars : 0;
        const past = spans.start.filter(
          (bar, row) => bar >= oldest && bar < testFrom && spans.end[row]! < testFrom - plan.embargoBars,
        );
        expect(train.length).toBe(past.length);
      }),
    );
  });

  it('without purging is found out', () => {
    const start = Int32Array.from({ length: 100 }, (_, i) => i);
    const spans = { start, end: start.map((bar) => bar + 8) };
    const plan: WalkForwardPlan = { folds: 3, firstTrainBars: 40, window: 'expanding', embargoBars: 2 };
    const each = { spans, barCount: 100, plan };
    const folds = walkForward(spans, 100, plan);
    expect(leaks(each, folds)).toEqual([]);
    const unpurged = folds.map((fold) => ({ ...fold, train: start.slice(0, fold.testFrom) }));
    // Eight labels reach into the test, and two into the embargo.
    expect(leaks(each, unpurged)).toHaveLength(3 * 10);
    const unembargoed = folds.map((fold) => ({ ...fold, train: purge(spans, start, fold.testFrom, 0) }));
    expect(leaks(each, unembargoed)).toHaveLength(3 * 2);
    expect(leaks(each, [folds[0]!, folds[0]!])).not.toEqual([]);
  });

  it('refuses what cannot be walked', () => {
    const spans = { start: Int32Array.of(0, 1), end: Int32Array.of(1, 2) };
    const plan: WalkForwardPlan = { folds: 2, firstTrainBars: 5, window: 'rolling', embargoBars: 0 };
    expect(() => walkForward(spans, 6, plan)).toThrow('too few');
    expect(() => walkForward(spans, 60, { ...plan, folds: 0 })).toThrow('0 folds');
    expect(() => walkForward(spans, 60, { ...plan, embargoBars: 0.5 })).toThrow('embargo');
    expect(() => walkForward({ start: spans.end, end: spans.start }, 60, plan)).toThrow('out of order');
  });
});

describe('a cut in time', () => {
  it('leaves runs that know nothing of one another', () => {
    fc.assert(
      fc.property(cases, ({ spans, plan }) => {
        const rows = Int32Array.from(spans.start.keys());
        const runs = cutInTime(spans, rows, [0.7, 0.15, 0.15], plan.embargoBars);
        expect(runs).toHaveLength(3);
        for (const [earlier, later] of [
          [0, 1],
          [1, 2],
          [0, 2],
        ] as const) {
          const begins = runs[later]!.reduce(
            (least, row) => Math.min(least, spans.start[row]!),
            Number.POSITIVE_INFINITY,
          );
          for (const row of runs[earlier]!) expect(spans.end[row]!).toBeLessThan(begins - plan.embargoBars);
        }
        expect(runs[2]!.at(-1)).toBe(rows.at(-1));
      }),
    );
  });
});
