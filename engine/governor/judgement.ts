/** Whether a producer loses beyond chance by its measured outcomes: in one regime alone, or where it votes at all. */
import { type GovernorPolicy, REGIMES } from '../domain/index.ts';
import { type GovernorTable, regimeCell } from '../domain/tables/index.ts';
import { normalDistribution, normalQuantile } from '../statistics/normal.ts';
import { type OutcomeSummary, type Sums, summaryOf, sumsAt, without } from './outcomes.ts';

export interface Finding {
  /** Place in `REGIMES`; undefined of a producer that loses as a whole. */
  readonly regime: number | undefined;
  readonly outcome: OutcomeSummary;
}

/** What was found of a producer that is muted in these regimes (bits by place), where it is new enough to be told. */
export function judgeProducer(
  table: GovernorTable,
  policy: GovernorPolicy,
  producer: number,
  mutedIn: number,
): Finding | undefined {
  const counted = countedSums(table, producer, mutedIn);
  return worstRegime(table, policy, producer, mutedIn, counted) ?? asWhole(table, policy, producer, mutedIn, counted);
}

/** All outcomes but those of regimes in which it does not vote anyhow. */
function countedSums(table: GovernorTable, producer: number, mutedIn: number): Sums {
  let counted = sumsAt(table, producer);
  for (let r = 0; r < REGIMES.length; r++) {
    if (isMuted(mutedIn, r)) counted = without(counted, sumsAt(table.byRegime, regimeCell(producer, r)));
  }
  return counted;
}

const isMuted = (mutedIn: number, regime: number): boolean => ((mutedIn >> regime) & 1) === 1;

const loses = ({ tStatistic }: OutcomeSummary, { tThreshold }: GovernorPolicy): boolean => tStatistic <= -tThreshold;

/** Beyond it no chance is left that a number could hold. */
const SURE = 30;

/**
 * The threshold of one regime: several are looked at, so the chance of being wrong is shared out among them (Bonferroni). 2.53
 * where 2 is asked for.
 */
function regimeThreshold({ tThreshold }: GovernorPolicy): number {
  return tThreshold > SURE ? tThreshold : -normalQuantile(normalDistribution(-tThreshold) / REGIMES.length);
}

/**
 * The regime in which it loses beyond chance while all other outcomes together do not, of several the surest. The others must be
 * as many as are asked of one regime: where nothing else has been measured, it is not known that it loses there only.
 */
function worstRegime(
  table: GovernorTable,
  policy: GovernorPolicy,
  producer: number,
  mutedIn: number,
  counted: Sums,
): Finding | undefined {
  let worst: Finding | undefined;
  for (let r = 0; r < REGIMES.length; r++) {
    const cell = regimeCell(producer, r);
    if (isMuted(mutedIn, r) || freshIn(table, cell) < policy.minSamples) continue;
    const here = sumsAt(table.byRegime, cell);
    const outcome = summaryOf(here);
    const others = summaryOf(without(counted, here));
    if (!loses(outcome, policy) || outcome.tStatistic > -regimeThreshold(policy)) continue;
    if (others.samples < policy.minSamples || loses(others, policy)) continue;
    if (worst === undefined || outcome.tStatistic < worst.outcome.tStatistic) worst = { regime: r, outcome };
  }
  return worst;
}

function asWhole(
  table: GovernorTable,
  policy: GovernorPolicy,
  producer: number,
  mutedIn: number,
  counted: Sums,
): Finding | undefined {
  let fresh = table.samples[producer]! - table.samplesAtSuggestion[producer]!;
  for (let r = 0; r < REGIMES.length; r++) if (isMuted(mutedIn, r)) fresh -= freshIn(table, regimeCell(producer, r));
  if (fresh < policy.minSamples || counted.samples < policy.minSamples) return undefined;
  const outcome = summaryOf(counted);
  return loses(outcome, policy) ? { regime: undefined, outcome } : undefined;
}

const freshIn = (table: GovernorTable, cell: number): number =>
  table.byRegime.samples[cell]! - table.regimeSamplesAtSuggestion[cell]!;

/**
 * Notes up to where outcomes have been judged. The next suggestion about the producer as a whole needs as many new ones after any
 * suggestion, so that a no to the lesser one is not followed by the greater one on the same grounds; those of regimes in which it
 * does not vote are not among them, so that they are told from there as well.
 */
export function noteJudged(table: GovernorTable, producer: number, { regime }: Finding, mutedIn: number): void {
  table.samplesAtSuggestion[producer] = table.samples[producer]!;
  for (let r = 0; r < REGIMES.length; r++) {
    const cell = regimeCell(producer, r);
    if (r === regime || isMuted(mutedIn, r)) table.regimeSamplesAtSuggestion[cell] = table.byRegime.samples[cell]!;
  }
}
