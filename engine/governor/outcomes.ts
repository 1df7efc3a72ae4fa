/** Measured outcomes of producers and strategies: what each direction earned over the horizon, less what a trade would cost. */
import type { GovernorPolicy } from '../domain/index.ts';
import type { OutcomeTable } from '../domain/tables/index.ts';

/** Told of each outcome: whose it is, and edge − cost (ppm). */
type Ended = (subject: number, netPpm: number) => void;

const nobody: Ended = () => {};

/**
 * Called when a bar of the instrument closes. Ends measurements whose horizon is over and starts new ones;
 * there is at most one under way for each subject and instrument, so that samples do not overlap. `directions` are what
 * they say now, in the places of the table's open measurements.
 * @returns true when any subject got a new sample.
 */
export function measureOutcomes(
  table: OutcomeTable,
  directions: Int32Array,
  { horizonBars }: GovernorPolicy,
  instrument: number,
  priceTicks: number,
  costPpm: number,
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
    }
  }
  return sampled;
}

function endMeasurement(table: OutcomeTable, subject: number, cell: number, priceTicks: number): number {
  const start = table.startPrice[cell]!;
  const edge = table.direction[cell]! * ((priceTicks - start) / start) * 1e6;
  const net = edge - table.startCostPpm[cell]!;
  table.samples[subject] = table.samples[subject]! + 1;
  if (edge > 0) table.hits[subject] = table.hits[subject]! + 1;
  table.netSum[subject] = table.netSum[subject]! + net;
  table.netSquares[subject] = table.netSquares[subject]! + net * net;
  table.edgeSum[subject] = table.edgeSum[subject]! + edge;
  table.costSum[subject] = table.costSum[subject]! + table.startCostPpm[cell]!;
  return net;
}

export interface OutcomeSummary {
  readonly samples: number;
  readonly meanEdgePpm: number;
  readonly meanCostPpm: number;
  readonly tStatistic: number;
  readonly hitRate: number;
}

/** Means over a subject's samples, and the t statistic of edge − cost against zero. */
export function summarise(table: OutcomeTable, subject: number): OutcomeSummary {
  const n = table.samples[subject]!;
  if (n < 2) return { samples: n, meanEdgePpm: 0, meanCostPpm: 0, tStatistic: 0, hitRate: 0 };
  const mean = table.netSum[subject]! / n;
  const variance = Math.max((table.netSquares[subject]! - n * mean * mean) / (n - 1), 0);
  return {
    samples: n,
    meanEdgePpm: table.edgeSum[subject]! / n,
    meanCostPpm: table.costSum[subject]! / n,
    tStatistic: variance > 0 ? mean / Math.sqrt(variance / n) : 0,
    hitRate: table.hits[subject]! / n,
  };
}
