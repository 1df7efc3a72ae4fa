/** A make of model trained to its end: walked forward for its figures, fitted on all rows for its file, packed with what belongs to it. */

import type { PackageHeader, PackageSkill } from '../models/package.ts';
import { writePackage } from '../models/package.ts';
import type { Dataset, DatasetPlan } from './dataset.ts';
import type { Predictions } from './evaluation.ts';
import { referenceBins } from './reference.ts';
import { walkForward } from './splits.ts';
import type { Trainable } from './trainable.ts';
import {
  type CalibratedModel,
  type FoldReport,
  fitCalibrated,
  type WalkPlan,
  type WalkReport,
  walkModel,
} from './walk.ts';

export interface FinishPlan {
  readonly dataset: DatasetPlan;
  readonly walk: WalkPlan;
  readonly barIntervalUs: number;
  /** As it is shown: letters, digits, dots and dashes. */
  readonly name: string;
}

export interface FinishProgress {
  readonly phase: 'walk' | 'fit';
  /** From 1; that of the last test while all rows are fitted. */
  readonly fold: number;
  readonly folds: number;
  /** Share of the work, 0 … 1, counted in rows that are learnt from. */
  readonly done: number;
  /** Of the tests that are over. */
  readonly reports: readonly FoldReport[];
}

export interface FinishedModel {
  readonly report: WalkReport;
  readonly predictions: Predictions;
  /** Undefined where the rows were too few to fit and to calibrate one. */
  readonly package: Uint8Array | undefined;
  readonly model: CalibratedModel | undefined;
}

/** Same dataset, make and plan give the same package and report, bit by bit. */
export function* finishModel(
  data: Dataset,
  make: Trainable,
  plan: FinishPlan,
): Generator<FinishProgress, FinishedModel, void> {
  const trained = walkForward(data.labels, data.barCount, plan.walk.split).map(({ train }) => train.length);
  const rows = Int32Array.from(data.labels.start.keys());
  const folds = trained.length;
  const work = trained.reduce((sum, each) => sum + each, rows.length);
  const walk = walkModel(data, make, plan.walk);
  let next = walk.next();
  for (; next.done !== true; next = walk.next()) {
    const { fold, done, reports } = next.value;
    const before = trained.slice(0, fold - 1).reduce((sum, each) => sum + each, 0);
    const ours = (done * folds - fold + 1) * trained[fold - 1]!;
    yield { phase: 'walk', fold, folds, done: (before + ours) / work, reports };
  }
  const { report, predictions } = next.value;
  const fitting = fitCalibrated(data, make, rows, plan.walk);
  let step = fitting.next();
  for (; step.done !== true; step = fitting.next()) {
    const done = (work - rows.length + step.value * rows.length) / work;
    yield { phase: 'fit', fold: folds, folds, done, reports: report.folds };
  }
  const model = step.value;
  return { report, predictions, model, package: model && packed(data, make, plan, model, report) };
}

function packed(
  data: Dataset,
  { kind }: Trainable,
  { dataset, barIntervalUs, name }: FinishPlan,
  { model, calibrator }: CalibratedModel,
  report: WalkReport,
): Uint8Array {
  const { width, profitWidths, stopWidths, limitBars } = dataset;
  const skill = skillOf(report);
  const header: PackageHeader = {
    ...{ kind, name, schemaHash: data.schemaHash, barIntervalUs, calibrator },
    windowSteps: kind === 'nhits' || kind === 'patchtst' ? data.windowSteps : 0,
    label: { width, profitWidths, stopWidths, limitBars },
    reference: referenceBins(data),
    ...(skill && { skill }),
  };
  return writePackage({ header, model: model.file() });
}

/** Of the rows that the walk judged; undefined where it judged none, or saw only rises or only falls. */
function skillOf({ chances, rows, abstained }: WalkReport): PackageSkill | undefined {
  if (chances?.areaUnderCurve === undefined) return undefined;
  const { areaUnderCurve, logLoss, brier, calibrationError, riseShare } = chances;
  return { rows: rows - abstained, areaUnderCurve, logLoss, brier, calibrationError, baseRate: riseShare };
}
