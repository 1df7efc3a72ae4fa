/** Measured outcomes of the producers: what each signal earned over the horizon, less what a trade would cost. */
import { type GovernorPolicy, PRODUCER_COUNT } from '../domain/index.ts';
import type { GovernorTable, SignalTable } from '../domain/tables/index.ts';

/**
 * Called when a bar of the instrument closes. Ends measurements whose horizon is over and starts new ones;
 * there is at most one under way for each producer and instrument, so that samples do not overlap.
 * @returns true when any producer got a new sample.
 */
export function measureOutcomes(
  table: GovernorTable,
  signals: SignalTable,
  policy: GovernorPolicy,
  instrument: number,
  priceTicks: number,
  costPpm: number,
): boolean {
  let sampled = false;
  for (let p = 0; p < PRODUCER_COUNT; p++) {
    const cell = instrument * PRODUCER_COUNT + p;
    if (table.barsLeft[cell]! > 0) {
      table.barsLeft[cell] = table.barsLeft[cell]! - 1;
      if (table.barsLeft[cell] === 0) {
        endMeasurement(table, p, cell, priceTicks);
        sampled = true;
      }
    }
    if (table.barsLeft[cell] === 0 && signals.direction[cell] !== 0 && priceTicks > 0) {
      table.barsLeft[cell] = policy.horizonBars;
      table.direction[cell] = signals.direction[cell]!;
      table.startPrice[cell] = priceTicks;
      table.startCostPpm[cell] = costPpm;
    }
  }
  return sampled;
}

function endMeasurement(table: GovernorTable, producer: number, cell: number, priceTicks: number): void {
  const start = table.startPrice[cell]!;
  const edge = table.direction[cell]! * ((priceTicks - start) / start) * 1e6;
  const net = edge - table.startCostPpm[cell]!;
  table.samples[producer] = table.samples[producer]! + 1;
  if (edge > 0) table.hits[producer] = table.hits[producer]! + 1;
  table.netSum[producer] = table.netSum[producer]! + net;
  table.netSquares[producer] = table.netSquares[producer]! + net * net;
  table.edgeSum[producer] = table.edgeSum[producer]! + edge;
  table.costSum[producer] = table.costSum[producer]! + table.startCostPpm[cell]!;
}

export interface OutcomeSummary {
  readonly samples: number;
  readonly meanEdgePpm: number;
  readonly meanCostPpm: number;
  readonly tStatistic: number;
  readonly hitRate: number;
}

/** Means over a producer's samples, and the t statistic of edge − cost against zero. */
export function summarise(table: GovernorTable, producer: number): OutcomeSummary {
  const n = table.samples[producer]!;
  if (n < 2) return { samples: n, meanEdgePpm: 0, meanCostPpm: 0, tStatistic: 0, hitRate: 0 };
  const mean = table.netSum[producer]! / n;
  const variance = Math.max((table.netSquares[producer]! - n * mean * mean) / (n - 1), 0);
  return {
    samples: n,
    meanEdgePpm: table.edgeSum[producer]! / n,
    meanCostPpm: table.costSum[producer]! / n,
    tStatistic: variance > 0 ? mean / Math.sqrt(variance / n) : 0,
    hitRate: table.hits[producer]! / n,
  };
}
