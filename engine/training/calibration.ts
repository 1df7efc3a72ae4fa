/** Calibrators fitted on rows that the model has not learnt from. */
import type { Calibrator } from '../models/calibrator.ts';
import { fitIsotonic, fitPlatt } from '../statistics/calibration.ts';

export type CalibrationKind = Calibrator['kind'];

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
