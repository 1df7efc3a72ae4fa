/** Log-odds of a model turned into chances that can be believed. */
import { applyIsotonic, applyPlatt, type Isotonic, type Platt } from '../statistics/calibration.ts';

/** Plain figures, so that it can be stored beside the model. */
export type Calibrator =
  | { readonly kind: 'isotonic'; readonly steps: Isotonic; readonly least: number }
  | { readonly kind: 'platt'; readonly sigmoid: Platt };

/** Chance of a rise; NaN where the score is. */
export function calibratedChance(calibrator: Calibrator, score: number): number {
  if (!Number.isFinite(score)) return Number.NaN;
  if (calibrator.kind === 'platt') return applyPlatt(calibrator.sigmoid, score);
  const { steps, least } = calibrator;
  return Math.min(Math.max(applyIsotonic(steps, score), least), 1 - least);
}
