/**
 * The regime of a market as a hidden Markov chain with four states, filtered forward bar by bar (J. Hamilton, Econometrica
 * 57, 1989). Its figures are fixed: they were set by hand, not estimated from any market.
 */
import { WINDOW } from '../domain/index.ts';
import { exp } from '../kernel/math.ts';
import { AVERAGE_SLOTS, emaAlpha, updateAverage } from '../kernel/rolling.ts';

/** calm: little movement, no direction · up, down: direction · turbulent: much movement, no direction. */
export const REGIMES = ['calm', 'up', 'down', 'turbulent'] as const;

/** Mean and deviation of a bar's return in each regime, in units of what a bar has moved by of late. */
const MEANS = [0, 0.4, -0.4, 0] as const;
const DEVIATIONS = [0.6, 0.9, 0.9, 2] as const;
/** Chance of the next bar being of the same regime: one lasts 50 bars on average. The rest is shared by the others. */
const STAY = 0.98;
/** A return counts as this many units at most, so that no state becomes impossible. */
const MOST_UNITS = 6;

const COUNT = REGIMES.length;
const MOVE = (1 - STAY) / (COUNT - 1);

/** Slots: chances of the four, then the average squared return. */
export const REGIME_SLOTS = COUNT + AVERAGE_SLOTS;

/**
 * Takes the log return of a bar: measured by the exponential average of squared returns before it, then filtered.
 * @returns true once the average is warm; the chances, which add up to 1, are `state[at]` … `state[at + 3]`.
 */
export function updateRegime(state: Float64Array, at: number, logReturn: number): boolean {
  const average = at + COUNT;
  const warm = state[average]! >= WINDOW.regime;
  const variance = state[average + 1]!;
  updateAverage(state, average, logReturn * logReturn, WINDOW.regime, emaAlpha(WINDOW.regime));
  if (!warm) return false;
  if (state[at]! + state[at + 1]! + state[at + 2]! + state[at + 3]! === 0) state.fill(1 / COUNT, at, at + COUNT);
  // A market that has not moved at all is measured by nothing, and stays in its place.
  const units = variance > 0 ? logReturn / Math.sqrt(variance) : 0;
  filter(state, at, Math.min(Math.max(units, -MOST_UNITS), MOST_UNITS));
  return true;
}

function filter(state: Float64Array, at: number, units: number): void {
  let total = 0;
  for (let i = 0; i < COUNT; i++) {
    const before = state[at + i]!;
    const distance = (units - MEANS[i]!) / DEVIATIONS[i]!;
    const chance = ((STAY * before + MOVE * (1 - before)) * exp(-0.5 * distance * distance)) / DEVIATIONS[i]!;
    state[at + i] = chance;
    total += chance;
  }
  for (let i = 0; i < COUNT; i++) state[at + i] = state[at + i]! / total;
}
