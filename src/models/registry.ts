/** The registry of models in a data directory: who serves, who is in the shadow, what was done with them and why. */
import { join } from 'node:path';
import { MODEL_KINDS, type ModelKind } from '../../engine/domain/index.ts';
import { type FilePort, systemFiles } from '../../logs/index.ts';
import { type Author, author } from '../author.ts';
import type { DataDir } from '../data-dir.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { JsonStore, type StoreOptions } from '../stores/json-store.ts';
import { checkManifest, type ModelManifest } from './manifest.ts';
import {
  keepFile,
  keepFilePooled,
  MODEL_SUFFIX,
  MOST_PACKAGE_BYTES,
  makeFolder,
  readKept,
  readKeptPooled,
  sha256,
} from './model-files.ts';
import { type Deed, RegistryDraft, standing } from './registry-draft.ts';
import {
  checkedName,
  entryOfRow,
  entryOfShipped,
  type ModelEntry,
  misfit,
  packageHeader,
  pickEntry,
} from './registry-entries.ts';
import { type ModelEvent, REGISTRY_FORMAT, type RegistryFile } from './registry-file.ts';
import { type ShippedModel, shippedModels } from './shipped.ts';

export interface RegistryOptions extends StoreOptions {
  /** In the place of those that ship with this build. */
  readonly shipped?: readonly ShippedModel[];
  /** Where models are to serve: on a real market none that has learnt from the simulated one alone. */
  readonly market?: 'simulated' | 'real';
  /** In the place of the account that this process runs under. */
  readonly author?: () => Author;
}

/** Which models of the four kinds have a place; a kind that is missing has none. */
export type ModelIds = Readonly<Partial<Record<ModelKind, string>>>;

export type { ModelEntry };

export interface PromotionOptions {
  /** Promoted although its figures do not say so. */
  readonly withoutEvidence?: true;
  /** The model that must be serving; undefined where none must be. */
  readonly over?: string | undefined;
}

export interface Rollback {
  /** The one that served until now. */
  readonly left: ModelEntry;
  /** The one that serves again. */
  readonly serves: ModelEntry;
}

/**
 * Every change is an event of the document, durable when the call returns. All calls throw a {@link CommandError} in one line:
 * where the document is damaged, where a change does not fit, and where the disk will not have it. Models that ship are entries as
 * well; they come into the document when something is done with them or in their place.
 */
export class ModelRegistry {
  readonly #store: JsonStore<RegistryFile>;
  readonly #folder: string;
  readonly #objects: string;
  readonly #files: FilePort;
  readonly #author: () => Author;
  readonly #shipped: readonly ShippedModel[];
  readonly #isReal: boolean;

  constructor(dir: DataDir, options: RegistryOptions = {}) {
    this.#store = new JsonStore(join(dir.models, 'registry.json'), REGISTRY_FORMAT, options);
    this.#folder = dir.models;
    this.#objects = join(dir.models, 'objects');
    this.#files = options.files ?? systemFiles;
    this.#author = options.author ?? author;
    this.#shipped = options.shipped ?? shippedModels();
    this.#isReal = options.market === 'real';
  }

  get path(): string {
    return this.#store.path;
  }

  /** All models, in the order in which they came, those that ship first. */
  entries(): ModelEntry[] {
    return this.#entriesOf(this.#store.read());
  }

  /** The one that an id, a unique beginning of one (6 digits at least), or a name says. */
  entry(word: string): ModelEntry {
    return pickEntry(this.entries(), word);
  }

  /** Everything that was done, the oldest first. */
  events(): readonly ModelEvent[] {
    return this.#store.read().events;
  }

  /** Whose votes count: of a kind of which nobody has said, the one that ships; on a real market only what may serve there. */
  serving(): ModelIds {
    const file = this.#store.read();
    const chosen = this.#chosen(file);
    const withheld = this.#withheld(file);
    return idsBy((kind) => (withheld[kind] === undefined ? chosen[kind] : undefined));
  }

  /** Those that would serve, had they not learnt from the simulated market alone. */
  withheld(): ModelIds {
    return this.#withheld(this.#store.read());
  }

  #withheld(file: RegistryFile): ModelIds {
    if (!this.#isReal) return {};
    const chosen = this.#chosen(file);
    const entries = this.#entriesOf(file);
    return idsBy((kind) => {
      const id = chosen[kind];
      return id !== undefined && pickEntry(entries, id).manifest.simulated === true ? id : undefined;
    });
  }

  #chosen(file: RegistryFile): ModelIds {
    const places = standing(file);
    return idsBy((kind) =>
      places.isDecided(kind) ? places.holder(kind, 'serving') : this.#shipped.find((each) => each.kind === kind)?.id,
    );
  }

  shadows(): ModelIds {
    const places = standing(this.#store.read());
    return idsBy((kind) => places.holder(kind, 'shadow'));
  }

  /** The package of a model, its hash checked. */
  bytes(id: string): Uint8Array {
    const shipped = this.#shipped.find((each) => each.id === id);
    return shipped?.bytes ?? this.#whole(readKept(this.#objects, id, MODEL_SUFFIX, MOST_PACKAGE_BYTES));
  }

  /** As {@link bytes}, read by the pool. */
  async bytesPooled(id: string): Promise<Uint8Array> {
    const shipped = this.#shipped.find((each) => each.id === id);
    return shipped?.bytes ?? this.#whole(await readKeptPooled(this.#objects, id, MODEL_SUFFIX, MOST_PACKAGE_BYTES));
  }

  #whole(found: Uint8Array | string): Uint8Array {
    if (typeof found !== 'string') return found;
    throw new CommandError(EXIT.badInput, `${found}; chimera models rollback lets the one before it serve`);
  }

  /**
   * Takes a model in as a challenger. One that is there gets the new manifest: it has been evaluated again. `name` in the place of
   * the package's own; one that is taken gets a number.
   */
  add(bytes: Uint8Array, given: ModelManifest, name?: string): ModelEntry {
    const manifest = checkManifest(given, 'the manifest of the model');
    const id = sha256(bytes);
    const header = packageHeader(bytes);
    const fault = misfit(manifest, id, header);
    if (fault !== undefined) throw new CommandError(EXIT.badInput, `the model is not taken in: ${fault}`);
    const wanted = checkedName(name ?? header.name);
    return this.#entry(id, this.#write((draft) => draft.add(bytes, manifest, wanted)).file);
  }

  /**
   * Lets it serve in the place of the one that does. Whether it may is asked before, see `promotion.ts`; refused where meanwhile
   * another one serves than `over`, which it was held against.
   */
  promote(id: string, why: string, how: PromotionOptions = {}): ModelEntry {
    const { withoutEvidence } = how;
    const deed: Deed = { model: id, what: 'promoted', why, ...(withoutEvidence && { withoutEvidence }) };
    const { file } = this.#write((draft) =>
      draft.do(deed, (places, kind) => {
        if (!('over' in how) || places.holder(kind, 'serving') === how.over) return;
        const told = 'nothing is promoted: another model serves by now, hold it against that one';
        throw new CommandError(EXIT.refused, told);
      }),
    );
    return this.#entry(id, file);
  }

  /** Asks it along from now on; its votes are recorded and do not count. */
  shadow(id: string, why = 'to be asked along'): ModelEntry {
    return this.#do({ model: id, what: 'shadowed', why });
  }

  /** Puts it away: it is asked no more. Its file is kept. */
  retire(id: string, why = 'put away'): ModelEntry {
    return this.#do({ model: id, what: 'retired', why });
  }

  /** Takes the model that serves out of its place, a challenger again, and lets the last stable one serve; refused without one. */
  rollback(kind: ModelKind, why = 'rolled back'): Rollback {
    const { file, result } = this.#write((draft) => draft.leave(kind, 'withdrawn', why));
    return this.#rollback(kind, file, result);
  }

  /** As {@link rollback}, for an engine, which is not held up by the disk. Rejects like the others throw. */
  rollbackPooled(kind: ModelKind, why: string): Promise<Rollback> {
    return this.#leavePooled(kind, 'withdrawn', why);
  }

  /** The same of a model that the engine has muted for what it found. */
  mute(kind: ModelKind, why: string): Promise<Rollback> {
    return this.#leavePooled(kind, 'muted', why);
  }

  async #leavePooled(kind: ModelKind, what: 'withdrawn' | 'muted', why: string): Promise<Rollback> {
    makeFolder(this.#objects, this.#files);
    let left = '';
    const file = await this.#store.updatePooled(async (before) => {
      const draft = this.#draft(before);
      left = draft.leave(kind, what, why);
      for (const { bytes, suffix } of draft.kept) await keepFilePooled(this.#objects, bytes, suffix);
      return draft.file;
    });
    return this.#rollback(kind, file, left);
  }

  #rollback(kind: ModelKind, file: RegistryFile, left: string): Rollback {
    return { left: this.#entry(left, file), serves: this.#entry(standing(file).holder(kind, 'serving')!, file) };
  }

  #do(deed: Deed): ModelEntry {
    return this.#entry(deed.model, this.#write((draft) => draft.do(deed)).file);
  }

  /** Changes the document; files that it comes to name are on the disk before it is. */
  #write<T>(change: (draft: RegistryDraft) => T): { readonly file: RegistryFile; readonly result: T } {
    makeFolder(this.#folder, this.#files);
    let result: T | undefined;
    const file = this.#store.update((before) => {
      const draft = this.#draft(before);
      result = change(draft);
      for (const { bytes, suffix } of draft.kept) keepFile(this.#objects, bytes, suffix, this.#files);
      return draft.file;
    });
    return { file, result: result as T };
  }

  #draft(file: RegistryFile): RegistryDraft {
    return new RegistryDraft(file, this.#shipped, this.#author());
  }

  #entry(id: string, file: RegistryFile): ModelEntry {
    return pickEntry(this.#entriesOf(file), id);
  }

  #entriesOf(file: RegistryFile): ModelEntry[] {
    const places = standing(file);
    const others = this.#shipped.filter(({ id }) => !file.models.some((each) => each.id === id));
    return [
      ...others.map((each) => entryOfShipped(each, file.models, places)),
      ...file.models.map((row) => entryOfRow(row, places, this.#objects)),
    ];
  }
}

/** The registry of a data directory; without any file it has the models that ship. */
export const openRegistry = (dir: DataDir, options: RegistryOptions = {}): ModelRegistry =>
  new ModelRegistry(dir, options);

function idsBy(idOf: (kind: ModelKind) => string | undefined): ModelIds {
  const found = MODEL_KINDS.map((kind) => [kind, idOf(kind)] as const);
  return Object.fromEntries(found.filter(([, id]) => id !== undefined));
}
