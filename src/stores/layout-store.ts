/** How the screen was left, in `layout.json`: one arrangement for runs, paper or live, and one for replays. */
import { statSync } from 'node:fs';
import { z } from 'zod';
import type { KeptLayout } from '../../state/kept-layout.ts';
import type { LayoutMemory } from '../console/kept-layout.ts';
import { JsonStore, type StoreFormat } from './json-store.ts';

const nameSchema = z.string().max(32);
const layoutSchema = z.strictObject({
  /** Names of a panel, of a chart, and of what a panel is sorted by. Another build may have others. */
  focus: nameSchema,
  zoomed: z.boolean(),
  chart: nameSchema,
  sorts: z.record(nameSchema, z.strictObject({ by: nameSchema, reversed: z.boolean() })),
});
const fileSchema = z.strictObject({
  formatVersion: z.literal(1),
  run: layoutSchema.optional(),
  replay: layoutSchema.optional(),
});
type LayoutFile = z.infer<typeof fileSchema>;
export type LayoutKind = 'run' | 'replay';

const LAYOUT_FORMAT: StoreFormat<LayoutFile> = {
  what: 'layout',
  version: 1,
  schema: fileSchema,
  migrations: {},
  initial: () => ({ formatVersion: 1 }),
};

const OWNER_WRITES = 0o200;

/** One of the arrangements. Throws, or rejects with, a `CommandError` in one line where the file is damaged. */
export class LayoutStore implements LayoutMemory {
  readonly #store: JsonStore<LayoutFile>;
  readonly #kind: LayoutKind;
  #newest: KeptLayout | undefined;
  #written: Promise<void> = Promise.resolve();

  constructor(path: string, kind: LayoutKind) {
    this.#store = new JsonStore(path, LAYOUT_FORMAT);
    this.#kind = kind;
  }

  read(): KeptLayout | undefined {
    return this.#newest ?? this.#store.read()[this.#kind];
  }

  /** One after the other. A file that its owner may not write is left as it is: so an arrangement can be held fast. */
  keep(layout: KeptLayout): Promise<void> {
    this.#newest = layout;
    const written = this.#written.then(() => this.#write(layout));
    // Who asked for it hears of it.
    this.#written = written.catch(() => {});
    return written;
  }

  async #write(layout: KeptLayout): Promise<void> {
    const mode = statSync(this.#store.path, { throwIfNoEntry: false })?.mode ?? OWNER_WRITES;
    if ((mode & OWNER_WRITES) !== 0) await this.#store.replace((file) => ({ ...file, [this.#kind]: layout }));
  }
}
