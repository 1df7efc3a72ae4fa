/**
 * What became of a model's chances, by the barriers of its own label: squared error and calibration that fade, and how often its
 * votes were right by side and by regime. A chance is judged when its label's limit is over, whichever barrier came first, as in
 * training: taking those that end soon would take quick markets only.
 */
import { F, FEATURE_COUNT, MODEL_PLACES, REGIMES } from '../../domain/index.ts';
import {
  ANSWER,
  CHANCE_STEPS,
  type FeatureTable,
  type ModelTable,
  OUTCOME_BARS,
  type SupervisionTable,
} from '../../domain/tables/index.ts';
import type { PackageLabel } from '../package.ts';

const FIRST_REGIME = F.regimeCalm;

/** Keeps what outcomes need of the bar that has just closed. */
export function keepBar(
  table: SupervisionTable,
  features: FeatureTable,
  instrument: number,
  high: number,
  low: number,
): void {
  const at = instrument * OUTCOME_BARS + ((features.bars[instrument]! - 1) % OUTCOME_BARS);
  const row = instrument * FEATURE_COUNT;
  const close = features.values[row + F.close]!;
  table.high[at] = Math.max(high, close);
  table.low[at] = Math.min(low, close);
  table.close[at] = close;
  table.range[at] = features.values[row + F.atr]!;
  table.volatility[at] = features.values[row + F.realisedVolatility]! * close;
  let regime = 0;
  for (let r = 1; r < REGIMES.length; r++) {
    const [most, chance] = [FIRST_REGIME + regime, FIRST_REGIME + r];
    if (features.values[row + chance]! > features.values[row + most]!) regime = r;
  }
  table.regime[at] = regime;
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
  const limit = Math.min(label.limitBars, OUTCOME_BARS - 1);
  const start = bar - limit;
  if (start < 0) return false;
  const base = instrument * OUTCOME_BARS;
  const from = base + (start % OUTCOME_BARS);
  const given = table.given[(instrument * MODEL_PLACES + place) * OUTCOME_BARS + (start % OUTCOME_BARS)]!;
  const width = label.width === 'atr' ? table.range[from]! : table.volatility[from]!;
  if (given === 0 || !(width > 0)) return false;
  const rise = rose(table, label, base, start, bar, width);
  note(table, place, given - 1, rise, fadingOutcomes);
  const vote = 2 * (given - 1) - 1;
  if (Math.abs(vote) < deadZone || vote === 0) return true;
  const isRight = Number(vote > 0 === rise);
  const side = place * 2 + Number(vote < 0);
  const regime = place * REGIMES.length + table.regime[from]!;
  table.sideTaken[side]! += 1;
  table.sideHits[side]! += isRight;
  table.regimeTaken[regime]! += 1;
  table.regimeHits[regime]! += isRight;
  return true;
}

/**
 * Whether a buyer's profit came first; where neither side's came, whether the last close lies higher. As `labelBars` has it, but
 * that a bar which opens beyond a barrier is one that touches it.
 */
function rose(
  { high, low, close }: SupervisionTable,
  { profitWidths, stopWidths }: PackageLabel,
  base: number,
  start: number,
  last: number,
  width: number,
): boolean {
  const entry = close[base + (start % OUTCOME_BARS)]!;
  let [long, short] = [0, 0];
  for (let bar = start + 1; bar <= last && (long === 0 || short === 0); bar++) {
    const at = base + (bar % OUTCOME_BARS);
    const [up, down] = [high[at]! - entry, entry - low[at]!];
    if (long === 0 && down >= stopWidths * width) long = -bar;
    else if (long === 0 && up >= profitWidths * width) long = bar;
    if (short === 0 && up >= stopWidths * width) short = -bar;
    else if (short === 0 && down >= profitWidths * width) short = bar;
  }
  if (long > 0 && (short <= 0 || long < short)) return true;
  if (short > 0 && (long <= 0 || short < long)) return false;
  const end = long === 0 || short === 0 ? last : Math.max(Math.abs(long), Math.abs(short));
  return close[base + (end % OUTCOME_BARS)]! > entry;
}

function note(table: SupervisionTable, place: number, chance: number, rise: boolean, fadingOutcomes: number): void {
  const count = table.outcomes[place]! + 1;
  const error = (chance - Number(rise)) * (chance - Number(rise));
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
  table.stepRises[step]! += Number(rise);
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
