/** Measured outcomes of producers and strategies: what each direction earned over the horizon, less what a trade would cost. */
import type { GovernorPolicy } from '../domain/index.ts';
import { type OutcomeSums, type OutcomeTable, regimeCell } from '../domain/tables/index.ts';

/** Told of each outcome: whose it is, and edge − cost (ppm). */
type Ended = (subject: number, netPpm: number) => void;

const nobody: Ended = () => {};

/** The bar that has just closed. */
export interface ClosedBar {
  readonly instrument: number;
  readonly priceTicks: number;
  /** Of a round trip now. */
  readonly costPpm: number;
  /** Place in `REGIMES`; undefined while none is known. */
  readonly regime: number | undefined;
}

/**
 * Called when a bar of the instrument closes. Ends measurements whose horizon is over and starts new ones;
 * there is at most one under way for each subject and instrument, so that samples do not overlap. `directions` are what
 * they say now, in the places of the table's open measurements. An outcome belongs to the regime of its beginning.
 * @returns true when any subject got a new sample.
 */
export function measureOutcomes(
  table: OutcomeTable,
  directions: Int32Array,
  { horizonBars }: GovernorPolicy,
  { instrument, priceTicks, costPpm, regime }: ClosedBar,
  ended: Ended = nobody,
): boolean {
  let sampled = false;
  for (let s = 0; s < table.subjects; s++) {
    const cell = instrument * table.subjects + s;
    if (table.barsLeft[cell]! > 0) {
      table.barsLeft[cell] = table.barsLeft[cell]! - 1;
      if (table.barsLeft[cell] === 0) {
        ended(s, endMeasurement(table, s, cell, priceTicks));
        sampled = true;
      }
    }
    if (table.barsLeft[cell] === 0 && directions[cell] !== 0 && priceTicks > 0) {
      table.barsLeft[cell] = horizonBars;
      table.direction[cell] = directions[cell]!;
      table.startPrice[cell] = priceTicks;
      table.startCostPpm[cell] = costPpm;
      table.startRegime[cell] = regime === undefined ? 0 : 1 + regime;
    }
  }
  return sampled;
}

function endMeasurement(table: OutcomeTable, subject: number, cell: number, priceTicks: number): number {
  const start = table.startPrice[cell]!;
  const edge = table.direction[cell]! * ((priceTicks - start) / start) * 1e6;
  const cost = table.startCostPpm[cell]!;
  const regime = table.startRegime[cell]!;
  add(table, subject, edge, cost);
  if (regime > 0) add(table.byRegime, regimeCell(subject, regime - 1), edge, cost);
  return edge - cost;
}

function add(sums: OutcomeSums, at: number, edge: number, cost: number): void {
  const net = edge - cost;
  sums.samples[at] = sums.samples[at]! + 1;
  if (edge > 0) sums.hits[at] = sums.hits[at]! + 1;
  sums.netSum[at] = sums.netSum[at]! + net;
  sums.netSquares[at] = sums.netSquares[at]! + net * net;
  sums.edgeSum[at] = sums.edgeSum[at]! + edge;
  sums.costSum[at] = sums.costSum[at]! + cost;
}

/** One row of {@link OutcomeSums}, or what is left of one without others. */
export type Sums = { readonly [K in keyof OutcomeSums]: number };

export function sumsAt(table: OutcomeSums, at: number): Sums {
  return {
    samples: table.samples[at]!,
    hits: table.hits[at]!,
    netSum: table.netSum[at]!,
    netSquares: table.netSquares[at]!,
    edgeSum: table.edgeSum[at]!,
    costSum: table.costSum[at]!,
  };
}

/** What is left of the outcomes without some of them. */
export function without(all: Sums, part: Sums): Sums {
  return {
    samples: all.samples - part.samples,
    hits: all.hits - part.hits,
    netSum: all.netSum - part.netSum,
    netSquares: all.netSquares - part.netSquares,
    edgeSum: all.edgeSum - part.edgeSum,
    costSum: all.costSum - part.costSum,
  };
}

export interface OutcomeSummary {
  readonly samples: number;
  readonly meanEdgePpm: number;
  readonly meanCostPpm: number;
  readonly tStatistic: number;
  readonly hitRate: number;
}

/** Means over outcomes, and the t statistic of edge − cost against zero; zeros where there are fewer than two. */
export function summaryOf({ samples: n, hits, netSum, netSquares, edgeSum, costSum }: Sums): OutcomeSummary {
  if (n < 2) return { samples: n, meanEdgePpm: 0, meanCostPpm: 0, tStatistic: 0, hitRate: 0 };
  const mean = netSum / n;
  const variance = Math.max((netSquares - n * mean * mean) / (n - 1), 0);
  return {
    samples: n,
    meanEdgePpm: edgeSum / n,
    meanCostPpm: costSum / n,
    tStatistic: variance > 0 ? mean / Math.sqrt(variance / n) : 0,
    hitRate: hits / n,
  };
}

/** The same over all samples of a subject. */
export const summarise = (table: OutcomeTable, subject: number): OutcomeSummary => summaryOf(sumsAt(table, subject));
