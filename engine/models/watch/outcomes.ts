/**
 * What became of a model's chances, by the barriers of its own label: squared error and calibration that fade, and how often its
 * votes were right by side and by regime. A chance is judged when its label's limit is over, whichever barrier came first, as in
 * training: taking those that end soon would take quick markets only.
 */
import { F, FEATURE_COUNT, MODEL_PLACES, REGIMES } from '../../domain/index.ts';
import {
  ANSWER,
  type BarTable,
  CHANCE_STEPS,
  type FeatureTable,
  type ModelTable,
  OUTCOME_BARS,
  type SupervisionTable,
} from '../../domain/tables/index.ts';
import { barrierOutcome } from '../barriers.ts';
import type { PackageLabel } from '../package.ts';

/** Keeps what outcomes need of the bar that has just closed. */
export function keepBar(table: SupervisionTable, features: FeatureTable, bars: BarTable, instrument: number): void {
  const at = instrument * OUTCOME_BARS + ((features.bars[instrument]! - 1) % OUTCOME_BARS);
  const row = instrument * FEATURE_COUNT;
  const close = features.values[row + F.close]!;
  table.open[at] = bars.closedOpen[instrument]!;
  table.high[at] = bars.high[instrument]!;
  table.low[at] = bars.low[instrument]!;
  table.close[at] = close;
  table.range[at] = features.values[row + F.atr]!;
  table.volatility[at] = features.values[row + F.realisedVolatility]! * close;
  table.regime[at] = 1 + (features.likeliestRegime(instrument) ?? -1);
}

/** Keeps what the model in a place said of the bar. */
export function keepChance(table: SupervisionTable, models: ModelTable, bar: number, cell: number): void {
  const status = models.status[cell]!;
  const spoke = status === ANSWER.voted || status === ANSWER.neutral;
  table.given[cell * OUTCOME_BARS + (bar % OUTCOME_BARS)] = spoke ? 1 + models.chance[cell]! : 0;
}

/** Judges the chance whose limit ends with bar `bar`. @returns false where there is none. */
export function settle(
  table: SupervisionTable,
  label: PackageLabel,
  bar: number,
  instrument: number,
  place: number,
  deadZone: number,
  fadingOutcomes: number,
): boolean {
  const limitBars = Math.min(label.limitBars, OUTCOME_BARS - 1);
  const start = bar - limitBars;
  if (start < 0) return false;
  const ring = instrument * OUTCOME_BARS;
  const from = ring + (start % OUTCOME_BARS);
  const given = table.given[(instrument * MODEL_PLACES + place) * OUTCOME_BARS + (start % OUTCOME_BARS)]!;
  const width = label.width === 'atr' ? table.range[from]! : table.volatility[from]!;
  if (given === 0 || !(width > 0)) return false;
  const { open, high, low, close } = table;
  const { profitWidths, stopWidths } = label;
  const bars = { open, high, low, close, from: ring, length: OUTCOME_BARS };
  const { isRise } = barrierOutcome(bars, start, width, { profitWidths, stopWidths, limitBars });
  note(table, place, given - 1, isRise, fadingOutcomes);
  const vote = 2 * (given - 1) - 1;
  if (Math.abs(vote) < deadZone || vote === 0) return true;
  const isRight = Number(vote > 0 === isRise);
  const side = place * 2 + Number(vote < 0);
  table.sideTaken[side]! += 1;
  table.sideHits[side]! += isRight;
  if (table.regime[from] === 0) return true;
  const regime = place * REGIMES.length + table.regime[from]! - 1;
  table.regimeTaken[regime]! += 1;
  table.regimeHits[regime]! += isRight;
  return true;
}

function note(table: SupervisionTable, place: number, chance: number, isRise: boolean, fadingOutcomes: number): void {
  const count = table.outcomes[place]! + 1;
  const error = (chance - Number(isRise)) * (chance - Number(isRise));
  // A plain mean until there are as many as fade.
  const share = 1 / Math.min(count, fadingOutcomes);
  table.outcomes[place] = count;
  table.brier[place]! += share * (error - table.brier[place]!);
  const kept = 1 - 1 / fadingOutcomes;
  for (let s = place * CHANCE_STEPS; s < (place + 1) * CHANCE_STEPS; s++) {
    table.stepWeight[s]! *= kept;
    table.stepChance[s]! *= kept;
    table.stepRises[s]! *= kept;
  }
  const step = place * CHANCE_STEPS + Math.min(Math.floor(chance * CHANCE_STEPS), CHANCE_STEPS - 1);
  table.stepWeight[step]! += 1;
  table.stepChance[step]! += chance;
  table.stepRises[step]! += Number(isRise);
}

/** Mean distance of the chances from the share of rises, step by step; 0 without outcomes. */
export function calibrationErrorOf(table: SupervisionTable, place: number): number {
  let [weight, off] = [0, 0];
  for (let s = place * CHANCE_STEPS; s < (place + 1) * CHANCE_STEPS; s++) {
    weight += table.stepWeight[s]!;
    off += Math.abs(table.stepChance[s]! - table.stepRises[s]!);
  }
  return weight > 0 ? off / weight : 0;
}
