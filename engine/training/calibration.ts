/** Log-odds of a model turned into chances that can be believed; fitted on rows that the model has not learnt from. */
import {
  applyIsotonic,
  applyPlatt,
  fitIsotonic,
  fitPlatt,
  type Isotonic,
  type Platt,
} from '../statistics/calibration.ts';

export type CalibrationKind = 'isotonic' | 'platt';

/** Plain figures, so that it can be stored beside the model. */
export type Calibrator =
  | { readonly kind: 'isotonic'; readonly steps: Isotonic; readonly least: number }
  | { readonly kind: 'platt'; readonly sigmoid: Platt };

/** The calibrator of scored rows; those where the model abstains do not count, and undefined is given when it always does. */
export function fitCalibrator(
  kind: CalibrationKind,
  scores: Float64Array,
  rises: Float64Array,
): Calibrator | undefined {
  const rows = Int32Array.from(scores.keys()).filter((row) => Number.isFinite(scores[row]!));
  if (rows.length === 0) return undefined;
  const known = Float64Array.from(rows, (row) => scores[row]!);
  const hits = Float64Array.from(rows, (row) => rises[row]!);
  if (kind === 'platt') return { kind, sigmoid: fitPlatt(known, hits) };
  // Of so many rows nobody can be surer: a step without a miss is not certain.
  return { kind, steps: fitIsotonic(known, hits), least: 1 / (rows.length + 2) };
}

/** Chance of a rise; NaN where the score is. */
export function calibratedChance(calibrator: Calibrator, score: number): number {
  if (!Number.isFinite(score)) return Number.NaN;
  if (calibrator.kind === 'platt') return applyPlatt(calibrator.sigmoid, score);
  const { steps, least } = calibrator;
  return Math.min(Math.max(applyIsotonic(steps, score), least), 1 - least);
}
