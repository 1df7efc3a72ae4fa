/** What the operator leaves alone at a venue, by run, in `accepted.json`: it is not asked again after a restart. */
import { z } from 'zod';
import { cleanText } from '../../logs/index.ts';
import type { DataDir } from '../data-dir.ts';
import { JsonStore, type StoreFormat, type StoreOptions } from './json-store.ts';

/** Runs remembered; those of long ago are forgotten, and would be asked again. */
const MOST_RUNS = 100;

const runSchema = z.strictObject({
  runId: z.string().max(128),
  /** Names of what was shown, each with its figures: another size is not accepted. */
  identities: z.array(z.string().max(512).transform(cleanText)).max(1_000),
});
const fileSchema = z.strictObject({ formatVersion: z.literal(1), runs: z.array(runSchema).max(MOST_RUNS) });
type AcceptedFile = z.infer<typeof fileSchema>;

const ACCEPTED_FORMAT: StoreFormat<AcceptedFile> = {
  what: 'list of what is left alone',
  version: 1,
  schema: fileSchema,
  migrations: {},
  initial: () => ({ formatVersion: 1, runs: [] }),
};

export class AcceptedStore {
  readonly #store: JsonStore<AcceptedFile>;

  constructor(dir: DataDir, options: StoreOptions = {}) {
    this.#store = new JsonStore(dir.acceptedFile, ACCEPTED_FORMAT, options);
  }

  /** Throws a `CommandError` in one line where the file is damaged. */
  of(runId: string): readonly string[] {
    return this.#store.read().runs.find((run) => run.runId === runId)?.identities ?? [];
  }

  /** Throws a `CommandError` when the disk will not have it. */
  keep(runId: string, identities: readonly string[]): void {
    this.#store.update(({ runs }) => {
      const others = runs.filter((run) => run.runId !== runId).slice(-(MOST_RUNS - 1));
      return { formatVersion: 1, runs: [...others, { runId, identities: [...identities] }] };
    });
  }
}
