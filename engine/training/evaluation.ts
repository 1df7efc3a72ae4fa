/** What a model's chances were worth on bars that it had not seen, in plain figures, and whether it may take another's place. */
import { assert } from '../kernel/assert.ts';
import { areaUnderCurve, brierScore, calibrationError, logLoss } from '../statistics/classification.ts';
import { mean, standardDeviation } from '../statistics/samples.ts';
import { type BootstrapResult, blockLengthFor, pairedBootstrap } from '../statistics/selection.ts';
import type { Dataset } from './dataset.ts';
import type { Labels } from './labels.ts';

export interface JudgePlan {
  /** A side is taken where the chance lies at least this far from a half. */
  readonly surerBy: number;
  /** Rows below which nothing is said. */
  readonly leastRows: number;
  /** What a promotion asks for: a gain above this share (see {@link Comparison}), and a chance of luck below that. */
  readonly leastGain: number;
  readonly mostLuck: number;
  readonly bootstrapRounds: number;
  readonly seed: number;
  /** Steps of probability of the calibration error. */
  readonly bins: number;
}

export const DEFAULT_JUDGE: JudgePlan = {
  ...{ surerBy: 0.05, leastRows: 200, leastGain: 0.02, mostLuck: 0.05 },
  ...{ bootstrapRounds: 2000, seed: 1, bins: 10 },
};

/** Chances out of sample, one for each row judged. */
export interface Predictions {
  /** Rows of the dataset, ascending. */
  readonly rows: Int32Array;
  /** Calibrated chance of a rise; NaN where the model abstained. */
  readonly chance: Float64Array;
  /** Share of rises in what the model had learnt from: what one without any skill would say. */
  readonly baseRate: Float64Array;
}

/** How well the chances fit what came. */
export interface ChanceFigures {
  /**
   * 0.5 is chance; undefined where only rises or only falls came. Of all tests together, so that a level that is off from one
   * to the next costs as well: a fold's own is in its report.
   */
  readonly areaUnderCurve: number | undefined;
  readonly logLoss: number;
  readonly brier: number;
  readonly calibrationError: number;
  /** Share of rises that came. */
  readonly riseShare: number;
  /** Log loss and Brier score of the share of rises known before. */
  readonly baseLogLoss: number;
  readonly baseBrier: number;
  /** Chance of being that much better than the share of rises by luck: paired bootstrap of log losses, in blocks. */
  readonly pValue: number;
}

/** Positions of one side. */
export interface SideFigures {
  readonly taken: number;
  /** Share of them that earned something after costs; undefined without any. */
  readonly hitRate: number | undefined;
  /** After costs. */
  readonly meanReturn: number | undefined;
  /** Of that mean; labels that overlap count by their uniqueness. Undefined below two labels' worth. */
  readonly tStatistic: number | undefined;
}

/** Mean return of each row after costs, 0 where no side is taken, against that of the base on the same rows. */
export interface Comparison {
  /** `nothing` buys nothing and earns nothing. */
  readonly base: 'nothing' | 'champion';
  readonly meanReturn: number;
  readonly baseReturn: number;
  /**
   * The difference as a share of what the base earns or loses; where it earns nothing, as a share of what one would have
   * earned who knew the future. 0 without any difference.
   */
  readonly gain: number;
  /** Ends of the 95 % interval of the difference, and the chance of such a one by luck: paired bootstrap of blocks. */
  readonly low: number;
  readonly high: number;
  readonly pValue: number;
}

/**
 * Why a model is not promoted. too-few-rows: nothing can be said · no-skill: its chances are no better than the share of rises, or by luck ·
 * no-gain: not enough better than the base after costs, or no better than buying nothing · luck: better, but it may be luck.
 */
export type Refusal = 'too-few-rows' | 'no-skill' | 'no-gain' | 'luck';

export interface Judgement {
  /** Rows judged, and those of them where the model abstained. */
  readonly rows: number;
  readonly abstained: number;
  readonly chances: ChanceFigures | undefined;
  readonly long: SideFigures;
  readonly short: SideFigures;
  readonly comparison: Comparison | undefined;
  readonly refusals: readonly Refusal[];
  /** Without any refusal. */
  readonly promoted: boolean;
}

/** Judges predictions on a dataset, against a champion's chances of the same rows or else against buying nothing. */
export function judge(data: Dataset, ours: Predictions, plan: JudgePlan, champion?: Float64Array): Judgement {
  const { rows, chance } = ours;
  assert(chance.length === rows.length && ours.baseRate.length === rows.length, 'not one chance for each row');
  assert(champion === undefined || champion.length === rows.length, 'the champion has judged other rows');
  const known = Int32Array.from(rows.keys()).filter((k) => chance[k] === chance[k]);
  const chances = chanceFigures(data, ours, known, plan);
  const comparison = compare(data, rows, chance, champion, plan);
  const refusals = refusalsOf(known.length, chances, comparison, plan);
  return {
    ...{ rows: rows.length, abstained: rows.length - known.length, chances },
    long: sideFigures(data, rows, chance, 1, plan),
    short: sideFigures(data, rows, chance, -1, plan),
    ...{ comparison, refusals, promoted: refusals.length === 0 },
  };
}

function chanceFigures(
  { labels }: Dataset,
  { rows, chance, baseRate }: Predictions,
  known: Int32Array,
  plan: JudgePlan,
): ChanceFigures | undefined {
  if (known.length === 0) return undefined;
  const chances = Float64Array.from(known, (k) => chance[k]!);
  const base = Float64Array.from(known, (k) => baseRate[k]!);
  const rises = Uint8Array.from(known, (k) => labels.rise[rows[k]!]!);
  // What each row lost less by these chances than by the share of rises.
  const saved = Float64Array.from(known, (_, k) => {
    return (
      logLoss(base.subarray(k, k + 1), rises.subarray(k, k + 1))! -
      logLoss(chances.subarray(k, k + 1), rises.subarray(k, k + 1))!
    );
  });
  const judged = Int32Array.from(known, (k) => rows[k]!);
  return {
    areaUnderCurve: areaUnderCurve(chances, rises),
    logLoss: logLoss(chances, rises)!,
    brier: brierScore(chances, rises)!,
    calibrationError: calibrationError(chances, rises, plan.bins)!,
    riseShare: mean(rises)!,
    baseLogLoss: logLoss(base, rises)!,
    baseBrier: brierScore(base, rises)!,
    pValue: drawBlocks(labels, judged, saved, plan)?.pValue ?? 1,
  };
}

/** The side that a chance takes; none where it is not sure enough or there is none. */
export function sideOf(chance: number, surerBy: number): -1 | 0 | 1 {
  return chance >= 0.5 + surerBy ? 1 : chance <= 0.5 - surerBy ? -1 : 0;
}

function sideFigures(
  { labels, weights }: Dataset,
  rows: Int32Array,
  chance: Float64Array,
  side: -1 | 1,
  { surerBy }: JudgePlan,
): SideFigures {
  const taken = rows.filter((_, k) => sideOf(chance[k]!, surerBy) === side);
  const column = side > 0 ? labels.longReturn : labels.shortReturn;
  const returns = Float64Array.from(taken, (row) => column[row]!);
  const meanReturn = mean(returns);
  const deviation = standardDeviation(returns, 1);
  const worth = taken.reduce((sum, row) => sum + weights[row]!, 0);
  const isKnown = meanReturn !== undefined && deviation !== undefined && deviation > 0 && worth >= 2;
  return {
    taken: taken.length,
    hitRate: taken.length > 0 ? returns.filter((each) => each > 0).length / taken.length : undefined,
    meanReturn,
    tStatistic: isKnown ? (meanReturn / deviation) * Math.sqrt(worth) : undefined,
  };
}

/** What each row returned to whoever acts on these chances. */
function returnsOf({ labels }: Dataset, rows: Int32Array, chance: Float64Array, surerBy: number): Float64Array {
  return Float64Array.from(rows, (row, k) => {
    const side = sideOf(chance[k]!, surerBy);
    return side === 0 ? 0 : side > 0 ? labels.longReturn[row]! : labels.shortReturn[row]!;
  });
}

/** Most rows that begin while a label lasts; of one series as many as the longest label has bars. */
function mostAtOnce({ start, end }: Labels, rows: Int32Array): number {
  return rows.reduce((most, row, first) => {
    let last = first;
    let over = rows.length;
    while (last + 1 < over) {
      const middle = (last + over) >>> 1;
      if (start[rows[middle]!]! <= end[row]!) last = middle;
      else over = middle;
    }
    return Math.max(most, last - first);
  }, 1);
}

/** Blocks hold as many rows as begin while a label lasts, for rows that overlap are no cases of their own. */
function drawBlocks(
  labels: Labels,
  rows: Int32Array,
  differences: Float64Array,
  { bootstrapRounds, seed }: JudgePlan,
): BootstrapResult | undefined {
  const atOnce = mostAtOnce(labels, rows);
  const blockLength = Math.min(Math.max(blockLengthFor(rows.length), atOnce), Math.max(rows.length, 1));
  return pairedBootstrap(differences, { rounds: bootstrapRounds, seed, blockLength, level: 0.95 });
}

function compare(
  data: Dataset,
  rows: Int32Array,
  chance: Float64Array,
  champion: Float64Array | undefined,
  plan: JudgePlan,
): Comparison | undefined {
  const { surerBy } = plan;
  const { longReturn, shortReturn } = data.labels;
  const returns = returnsOf(data, rows, chance, surerBy);
  const others = champion === undefined ? new Float64Array(rows.length) : returnsOf(data, rows, champion, surerBy);
  const differences = returns.map((each, k) => each - others[k]!);
  const drawn = drawBlocks(data.labels, rows, differences, plan);
  if (drawn === undefined) return undefined;
  const [meanReturn, baseReturn] = [mean(returns)!, mean(others)!];
  const foreseen = mean(Float64Array.from(rows, (row) => Math.max(longReturn[row]!, shortReturn[row]!, 0)))!;
  const measure = baseReturn === 0 ? foreseen : Math.abs(baseReturn);
  return {
    base: champion === undefined ? 'nothing' : 'champion',
    ...{ meanReturn, baseReturn, gain: drawn.mean === 0 ? 0 : drawn.mean / measure },
    ...{ low: drawn.low, high: drawn.high, pValue: drawn.pValue },
  };
}

function refusalsOf(
  judged: number,
  chances: ChanceFigures | undefined,
  comparison: Comparison | undefined,
  { leastRows, leastGain, mostLuck }: JudgePlan,
): Refusal[] {
  if (judged < leastRows || chances === undefined || comparison === undefined) return ['too-few-rows'];
  const refusals: Refusal[] = [];
  if (!(chances.logLoss < chances.baseLogLoss && chances.pValue < mostLuck)) refusals.push('no-skill');
  const { gain, meanReturn, pValue } = comparison;
  if (!(gain > leastGain && meanReturn > 0)) refusals.push('no-gain');
  else if (!(pValue < mostLuck)) refusals.push('luck');
  return refusals;
}
