/** A model held against the one that serves, on the rows that neither has learnt from. */
import type { OpenModel } from '../../engine/index.ts';
import {
  type JoinedDataset,
  type Judgement,
  judge,
  type Predictions,
  type WalkPlan,
} from '../../engine/training/index.ts';
import type { Champion } from './job.ts';

export interface Comparison {
  readonly judgement: Judgement;
  /** Rows that were left out because the champion has learnt from their time. */
  readonly leftOut: number;
}

/**
 * Judges predictions of a walk against a champion's chances. Rows whose label touches a time that the champion has learnt from are
 * left out for both; undefined where the champion cannot be asked about these rows at all.
 */
export function againstChampion(
  data: JoinedDataset,
  predictions: Predictions,
  { learntUs = [] }: Champion,
  champion: OpenModel,
  plan: WalkPlan['judge'],
): Comparison | undefined {
  const { windowSteps } = champion.header;
  if (!champion.fitsSchema || windowSteps > data.windowSteps) return undefined;
  const isUnknown = (row: number): boolean =>
    learntUs.every(([from, to]) => data.toUs[row]! < from || data.fromUs[row]! > to);
  const kept = Int32Array.from(predictions.rows.keys()).filter((k) => isUnknown(predictions.rows[k]!));
  const rows = Int32Array.from(kept, (k) => predictions.rows[k]!);
  const ours = {
    rows,
    chance: Float64Array.from(kept, (k) => predictions.chance[k]!),
    baseRate: Float64Array.from(kept, (k) => predictions.baseRate[k]!),
  };
  const theirs = chancesOfModel(champion, data, rows);
  return { judgement: judge(data, ours, plan, theirs), leftOut: predictions.rows.length - kept.length };
}

/** What an opened model says of rows of a dataset, whose windows are at least as long as its own. */
export function chancesOfModel(model: OpenModel, data: JoinedDataset, rows: Int32Array): Float64Array {
  const { featureCount, windowSteps, features, windows } = data;
  const steps = model.header.windowSteps;
  return Float64Array.from(rows, (row) => {
    const window = windows.subarray((row + 1) * windowSteps - steps, (row + 1) * windowSteps);
    return model.chance(features, row * featureCount, window);
  });
}
