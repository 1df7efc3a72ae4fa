/** The block over the models: what their weighted vote comes to. */
import { asDirection } from '../../domain/index.ts';
import type { Block } from './row.ts';

export const ensemble: Block<'ensemble'> = {
  judge({ models: table, instrument }, { models, score, consensus }) {
    const found = table.score[instrument]!;
    if (table.speaking[instrument]! < models) return 0;
    return Math.abs(found) < score || table.consensus[instrument]! < consensus ? 0 : asDirection(found);
  },
  inputs: ({ models: table, instrument }, { models, score, consensus }) => [
    ['models speaking', table.speaking[instrument]!, models],
    ["models' score", Math.abs(table.score[instrument]!), score],
    ["models' consensus", table.consensus[instrument]!, consensus],
  ],
};
