/**
 * A model walked forward over a dataset: fitted anew for every test on what had ended before it, calibrated on inner folds of
 * that, and judged by what it then said. A generator, so that whoever runs it may show progress, or stop.
 */
import type { ModelKind } from '../domain/index.ts';
import { assert } from '../kernel/assert.ts';
import { hashBytes } from '../kernel/hash.ts';
import { type Calibrator, calibratedChance } from '../models/calibrator.ts';
import { areaUnderCurve } from '../statistics/classification.ts';
import { type CalibrationKind, fitCalibrator } from './calibration.ts';
import type { Dataset } from './dataset.ts';
import { type Judgement, type JudgePlan, judge, type Predictions } from './evaluation.ts';
import { cutInTime, purge, type WalkForwardFold, type WalkForwardPlan, walkForward } from './splits.ts';
import type { Fitted, Trainable } from './trainable.ts';

export interface WalkPlan {
  readonly split: WalkForwardPlan;
  readonly judge: JudgePlan;
  readonly calibration: CalibrationKind;
  /** Models fitted beside each, for its calibrator. */
  readonly innerFolds: number;
  readonly seed: number;
}

type FitPlan = Omit<WalkPlan, 'judge'>;

/** A fitted model whose scores have become chances. */
export interface CalibratedModel {
  readonly model: Fitted;
  readonly calibrator: Calibrator;
}

/** Where a walk is. */
export interface WalkProgress {
  /** From 1. */
  readonly fold: number;
  readonly folds: number;
  /** Share of the whole, 0 … 1. */
  readonly done: number;
  /** Of the tests that are over. */
  readonly reports: readonly FoldReport[];
}

export interface FoldReport {
  /** Bars `[testFrom, testTo)` at which the rows of the test start. */
  readonly testFrom: number;
  readonly testTo: number;
  /** Rows learnt from, with those that told when to stop. */
  readonly trained: number;
  readonly tested: number;
  /** Undefined where nothing was fitted, or only rises or only falls came. */
  readonly areaUnderCurve: number | undefined;
  /** Of the model's file; undefined where there were too few rows to fit one. */
  readonly hash: string | undefined;
}

/** What is known of a make of model after a walk. */
export interface WalkReport extends Judgement {
  readonly kind: ModelKind;
  readonly schemaHash: string;
  readonly folds: readonly FoldReport[];
}

export interface WalkResult {
  readonly report: WalkReport;
  /** To be the champion's of a later walk over the same rows. */
  readonly predictions: Predictions;
}

/** Share of the rows that the first inner model learns from; the rest is scored by inner models, in equal parts. */
const FIRST_SHARE = 0.4;
/** Share of the rows, the latest, that tell when to stop. */
const STOP_SHARE = 0.2;
/** Rows of each part below which nothing is fitted, and the fold abstains. */
const LEAST_ROWS = 30;

/**
 * Walks forward. Same dataset, make and plan give the same report, hashes of the models included.
 * @param champion chances of another model for the rows that are tested, in their order; NaN where it abstained.
 */
export function* walkModel(
  data: Dataset,
  make: Trainable,
  plan: WalkPlan,
  champion?: Float64Array,
): Generator<WalkProgress, WalkResult, void> {
  const folds = walkForward(data.labels, data.barCount, plan.split);
  const rows = Int32Array.from(folds.flatMap(({ test }) => [...test]));
  const predictions = { rows, chance: new Float64Array(rows.length), baseRate: new Float64Array(rows.length) };
  const reports: FoldReport[] = [];
  let at = 0;
  for (const [k, fold] of folds.entries()) {
    const fitting = fitCalibrated(data, make, fold.train, plan);
    let next = fitting.next();
    for (; next.done !== true; next = fitting.next()) {
      yield { fold: k + 1, folds: folds.length, done: (k + next.value) / folds.length, reports };
    }
    const chance = chancesOf(data, next.value, fold.test);
    predictions.chance.set(chance, at);
    predictions.baseRate.fill(shareOfRises(data, fold.train), at, at + fold.test.length);
    at += fold.test.length;
    reports.push(reportOf(data, fold, chance, next.value));
  }
  const judgement = judge(data, predictions, plan.judge, champion);
  const report = { kind: make.kind, schemaHash: data.schemaHash, folds: reports, ...judgement };
  return { report, predictions };
}

/**
 * Fits a model on `rows` and its calibrator on what models of the same make, fitted on earlier ones of them, say of later ones:
 * so the calibrator has seen a good part of the rows, and no chance that a model gave of what it had learnt from. Undefined
 * where the rows are too few. With all rows of a dataset it gives the model to be used.
 */
export function* fitCalibrated(
  data: Dataset,
  make: Trainable,
  rows: Int32Array,
  plan: FitPlan,
): Generator<number, CalibratedModel | undefined, void> {
  const { innerFolds, calibration, split } = plan;
  assert(Number.isInteger(innerFolds) && innerFolds >= 1, `${innerFolds} inner folds`);
  const { start, rise } = data.labels;
  const cuts = Array.from({ length: innerFolds }, (_, k) => {
    return Math.round((FIRST_SHARE + ((1 - FIRST_SHARE) * k) / innerFolds) * rows.length);
  });
  const first = cuts[0]!;
  const work = cuts.reduce((sum, cut) => sum + cut, rows.length);
  const scores = new Float64Array(rows.length - first);
  let before = 0;
  for (const [k, cut] of cuts.entries()) {
    const past = purge(data.labels, rows.subarray(0, cut), start[rows[cut]!]!, split.embargoBars);
    const inner = yield* within(fitStopped(data, make, past, plan), before, cut / work);
    if (inner === undefined) return undefined;
    scores.set(inner.scores(data, rows.subarray(cut, cuts[k + 1])), cut - first);
    before += cut / work;
  }
  const model = yield* within(fitStopped(data, make, rows, plan), before, rows.length / work);
  const rises = Float64Array.from(rows.subarray(first), (row) => rise[row]!);
  const calibrator = fitCalibrator(calibration, scores, rises);
  return model === undefined || calibrator === undefined ? undefined : { model, calibrator };
}

/** Tells the progress of a part as that of the whole. */
function* within<T>(part: Generator<number, T, void>, before: number, share: number): Generator<number, T, void> {
  for (;;) {
    const next = part.next();
    if (next.done === true) return next.value;
    yield before + share * next.value;
  }
}

/** Fits on the first of the rows and stops by the last; undefined where either are too few. */
function* fitStopped(
  data: Dataset,
  make: Trainable,
  rows: Int32Array,
  { seed, split }: FitPlan,
): Generator<number, Fitted | undefined, void> {
  const [fit, stop] = cutInTime(data.labels, rows, [1 - STOP_SHARE, STOP_SHARE], split.embargoBars);
  assert(fit !== undefined && stop !== undefined, 'a part is missing');
  if (Math.min(fit.length, stop.length) < LEAST_ROWS) return undefined;
  return yield* make.fit(data, fit, stop, seed);
}

/** Chances of a rise for rows; NaN where there is no model or it abstains. */
export function chancesOf(data: Dataset, fitted: CalibratedModel | undefined, rows: Int32Array): Float64Array {
  if (fitted === undefined) return new Float64Array(rows.length).fill(Number.NaN);
  return fitted.model.scores(data, rows).map((score) => calibratedChance(fitted.calibrator, score));
}

/** By Laplace's rule, so that it is never certain. */
function shareOfRises({ labels }: Dataset, rows: Int32Array): number {
  return (rows.reduce((sum, row) => sum + labels.rise[row]!, 0) + 1) / (rows.length + 2);
}

function reportOf(
  { labels }: Dataset,
  { train, test, testFrom, testTo }: WalkForwardFold,
  chance: Float64Array,
  fitted: CalibratedModel | undefined,
): FoldReport {
  const known = Int32Array.from(test.keys()).filter((k) => chance[k] === chance[k]);
  const chances = Float64Array.from(known, (k) => chance[k]!);
  const rises = Uint8Array.from(known, (k) => labels.rise[test[k]!]!);
  return {
    ...{ testFrom, testTo, trained: train.length, tested: test.length },
    areaUnderCurve: areaUnderCurve(chances, rises),
    hash: fitted === undefined ? undefined : hashBytes(fitted.model.file()),
  };
}
