/** What an entry in each instrument promises now, so that all of them can be ranked. */
import { F } from '../domain/index.ts';
import type { StrategyTable } from '../domain/tables/index.ts';
import { areValid, type BlockRow, featureOf } from './blocks/row.ts';

/**
 * |score| × consensus × (expected move − cost), both in average true ranges: what price moves over the horizon as a random
 * walk does, one range × √bars, and what a round trip costs. 0 where the vote says nothing, the range is not known, or the
 * move does not pay the cost.
 */
export function opportunityOf(row: BlockRow, horizonBars: number, costPpm: number): number {
  const { signals, instrument } = row;
  const atr = featureOf(row, F.atr);
  if (!areValid(row, [F.atr, F.close]) || !(atr > 0)) return 0;
  const cost = ((costPpm / 1e6) * featureOf(row, F.close)) / atr;
  const sure = Math.abs(signals.score[instrument]!) * signals.consensus[instrument]!;
  return sure * Math.max(Math.sqrt(horizonBars) - cost, 0);
}

/**
 * Whether an instrument is among the `most` with the best opportunities, of those counted since `sinceUs`: an instrument
 * whose bars no longer come keeps its figure and takes no place. Of equal ones the first is better; 0 never is among them.
 */
export function isAmongBest(table: StrategyTable, instrument: number, most: number, sinceUs: number): boolean {
  const { opportunity, opportunityAtUs } = table;
  const own = opportunity[instrument]!;
  if (own === 0) return false;
  let better = 0;
  for (let i = 0; i < opportunity.length; i++) {
    if (opportunityAtUs[i]! < sinceUs) continue;
    if (opportunity[i]! > own || (opportunity[i] === own && i < instrument)) better++;
  }
  return better < most;
}
