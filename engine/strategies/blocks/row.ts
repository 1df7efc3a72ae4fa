/** What a block may look at: one instrument's signals, models and features of its last closed bar, and what the averages did before. */
import {
  type BlockInput,
  type BlockName,
  type Direction,
  FEATURE_COUNT,
  type ParametersOf,
} from '../../domain/index.ts';
import type { FeatureTable, ModelTable, SignalTable, StrategyTable } from '../../domain/tables/index.ts';

export interface BlockRow {
  readonly signals: SignalTable;
  readonly models: ModelTable;
  readonly features: FeatureTable;
  readonly strategies: StrategyTable;
  readonly instrument: number;
}

/** Pure: the same row and parameters give the same answer, and nothing is kept. */
export interface Block<B extends BlockName> {
  /** A direction; of a condition 1 where it holds, else 0. What it needs and does not know gives 0. */
  judge(row: BlockRow, parameters: ParametersOf<B>): Direction;
  /** What it looked at, with what it needs. */
  inputs(row: BlockRow, parameters: ParametersOf<B>): readonly BlockInput[];
}

/** A feature's value; 0 while it is not valid. */
export const featureOf = ({ features, instrument }: BlockRow, feature: number): number =>
  features.values[instrument * FEATURE_COUNT + feature]!;

/** Whether all of these features are valid. */
export function areValid({ features, instrument }: BlockRow, wanted: readonly number[]): boolean {
  for (let i = 0; i < wanted.length; i++) {
    if (features.valid[instrument * FEATURE_COUNT + wanted[i]!] !== 1) return false;
  }
  return true;
}

export const holds = (condition: boolean): Direction => (condition ? 1 : 0);
