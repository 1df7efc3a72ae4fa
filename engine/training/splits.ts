/**
 * Which labels a model is fitted on and which it is judged by: walk-forward folds, purged and embargoed (M. López de Prado,
 * Advances in Financial Machine Learning, 2018, ch. 7). A label knows the future up to its end, so one that is learnt from must
 * have ended before what it is judged by began.
 */
import { assert } from '../kernel/assert.ts';

/** From the bar where each label starts to the last one it knows of; starts ascend. */
export interface Spans {
  readonly start: Int32Array;
  readonly end: Int32Array;
}

export interface WalkForwardPlan {
  readonly folds: number;
  /** Bars before the first test. */
  readonly firstTrainBars: number;
  /** `expanding` learns from all that was, `rolling` from as many bars as the first fold has. */
  readonly window: 'expanding' | 'rolling';
  /** Bars between the end of what is learnt from and the start of what it is judged by, for what lasts beyond labels. */
  readonly embargoBars: number;
}

/** Numbers of labels, ascending, and the bars `[testFrom, testTo)` at which those of the test start. */
export interface WalkForwardFold {
  readonly train: Int32Array;
  readonly test: Int32Array;
  readonly testFrom: number;
  readonly testTo: number;
}

/**
 * Folds in the order of time over bars 0 … `barCount` − 1. What lies behind the first training window is cut into `folds`
 * tests of equal length (the last takes the rest), so that every bar is tested at most once and after all it is judged from.
 */
export function walkForward(spans: Spans, barCount: number, plan: WalkForwardPlan): WalkForwardFold[] {
  const { folds, firstTrainBars, embargoBars, window } = plan;
  checkSpans(spans);
  assert(Number.isInteger(folds) && folds >= 1, `${folds} folds`);
  assert(Number.isInteger(firstTrainBars) && firstTrainBars >= 1, `a training window of ${firstTrainBars} bars`);
  const testBars = Math.floor((barCount - firstTrainBars) / folds);
  assert(testBars >= 1, `${barCount} bars are too few for ${folds} tests after ${firstTrainBars}`);
  return Array.from({ length: folds }, (_, k) => {
    const testFrom = firstTrainBars + k * testBars;
    const testTo = k + 1 === folds ? barCount : testFrom + testBars;
    const trainFrom = window === 'rolling' ? testFrom - firstTrainBars : 0;
    const train = rowsWhere(spans, trainFrom, testFrom);
    return {
      train: purge(spans, train, testFrom, embargoBars),
      test: rowsWhere(spans, testFrom, testTo),
      testFrom,
      testTo,
    };
  });
}

function checkSpans({ start, end }: Spans): void {
  assert(start.length === end.length, 'starts and ends of different lengths');
  for (let row = 0; row < start.length; row++) {
    assert(start[row]! <= end[row]! && (row === 0 || start[row - 1]! <= start[row]!), `label ${row} is out of order`);
  }
}

/** Labels that start within `[from, to)`. */
function rowsWhere({ start }: Spans, from: number, to: number): Int32Array {
  return Int32Array.from(start.keys()).filter((row) => start[row]! >= from && start[row]! < to);
}

/** Those of `rows` that have ended `embargoBars` before bar `from`. */
export function purge({ end }: Spans, rows: Int32Array, from: number, embargoBars: number): Int32Array {
  assert(Number.isInteger(embargoBars) && embargoBars >= 0, `an embargo of ${embargoBars} bars`);
  return rows.filter((row) => end[row]! < from - embargoBars);
}

/**
 * Cuts ascending `rows` into runs with the given shares, in the order of time; each run but the last is purged of what reaches
 * into the next. A run may come out empty.
 */
export function cutInTime(
  spans: Spans,
  rows: Int32Array,
  shares: readonly number[],
  embargoBars: number,
): Int32Array[] {
  const total = shares.reduce((sum, share) => sum + share, 0);
  let upTo = 0;
  let from = 0;
  return shares.map((share) => {
    upTo += share;
    const to = Math.round((upTo / total) * rows.length);
    const run = rows.subarray(from, to);
    from = to;
    return to < rows.length ? purge(spans, run, spans.start[rows[to]!]!, embargoBars) : run;
  });
}
