/** The registry of building blocks: new ones are entered here, under their name in `BLOCK_DEFINITIONS`. */
import type { BlockInput, BlockName, Direction } from '../../domain/index.ts';
import { regime, regimeDirection, spread, trend, volatility, volume } from './market.ts';
import { ensemble } from './models.ts';
import { crossover, level, movingAverages, rsi } from './prices.ts';
import type { Block, BlockRow } from './row.ts';
import { agreement, momentum, signal, vote } from './votes.ts';

const REGISTRY: { readonly [B in BlockName]: Block<B> } = {
  vote,
  agreement,
  ensemble,
  signal,
  momentum,
  volume,
  'moving-averages': movingAverages,
  crossover,
  rsi,
  level,
  trend,
  volatility,
  regime,
  'regime-direction': regimeDirection,
  spread,
};

type Parameters = Readonly<Record<string, number>>;

/** A block whose parameters have been read from a tome: they are those that its definition names. */
export interface AnyBlock {
  judge(row: BlockRow, parameters: Parameters): Direction;
  inputs(row: BlockRow, parameters: Parameters): readonly BlockInput[];
}

export const blockNamed = (name: BlockName): AnyBlock => REGISTRY[name] as AnyBlock;
