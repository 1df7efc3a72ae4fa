/** When models that were trained here are to be trained anew, in `training.json`: written by hand. */
import { z } from 'zod';
import type { DataDir } from '../data-dir.ts';
import { JsonStore, type StoreFormat } from './json-store.ts';

const MOST_HOURS = 24 * 366;
const MOST_TRADES = 1_000_000;

const fileSchema = z.strictObject({
  formatVersion: z.literal(1),
  /** Hours since the end of what the model has learnt from; 0 is never. */
  retrainAfterHours: z.number().min(0).max(MOST_HOURS).default(24),
  /** Trades closed since then; 0 is however many. */
  retrainAfterTrades: z.int().min(0).max(MOST_TRADES).default(0),
});
export type RetrainRules = Omit<z.infer<typeof fileSchema>, 'formatVersion'>;

const TRAINING_FORMAT: StoreFormat<z.infer<typeof fileSchema>> = {
  what: 'rules of training',
  version: 1,
  schema: fileSchema,
  migrations: {},
  initial: () => ({ formatVersion: 1, retrainAfterHours: 24, retrainAfterTrades: 0 }),
};

/** Throws a `CommandError` in one line where the file is not to be used. */
export const retrainRules = (dir: DataDir): RetrainRules => new JsonStore(dir.trainingFile, TRAINING_FORMAT).read();
