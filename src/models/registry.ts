/** The registry of models in a data directory: who serves, who is in the shadow, what was done with them and why. */
import { join } from 'node:path';
import type { ModelKind } from '../../engine/domain/index.ts';
import { type FilePort, systemFiles } from '../../logs/index.ts';
import { type Author, author } from '../author.ts';
import type { DataDir } from '../data-dir.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { JsonStore, type StoreOptions } from '../stores/json-store.ts';
import { checkManifest, type ModelManifest, manifestText } from './manifest.ts';
import { keepFile, MODEL_SUFFIX, MOST_PACKAGE_BYTES, makeFolder, readKept, sha256 } from './model-files.ts';
import type { Places } from './places.ts';
import {
  checkedName,
  entryOfRow,
  entryOfShipped,
  freeName,
  MANIFEST_SUFFIX,
  type ModelEntry,
  misfit,
  packageHeader,
  pickEntry,
} from './registry-entries.ts';
import { LONGEST_REASON, type ModelEvent, placesOf, REGISTRY_FORMAT, type RegistryFile } from './registry-file.ts';
import { type ShippedModel, shippedModels } from './shipped.ts';

const SHIPPED_REASON = 'ships with the program';

export interface RegistryOptions extends StoreOptions {
  /** In the place of those that ship with this build. */
  readonly shipped?: readonly ShippedModel[];
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
  /** The one that serves again; undefined where none has served before it, and the place is empty. */
  readonly serves: ModelEntry | undefined;
}

type Draft = Pick<ModelEvent, 'model' | 'what' | 'why' | 'withoutEvidence'>;

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

  constructor(dir: DataDir, options: RegistryOptions = {}) {
    this.#store = new JsonStore(join(dir.models, 'registry.json'), REGISTRY_FORMAT, options);
    this.#folder = dir.models;
    this.#objects = join(dir.models, 'objects');
    this.#files = options.files ?? systemFiles;
    this.#author = options.author ?? author;
    this.#shipped = options.shipped ?? shippedModels();
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

  serving(): ModelIds {
    return this.#holders('serving');
  }

  shadows(): ModelIds {
    return this.#holders('shadow');
  }

  /** The package of a model, its hash checked. */
  bytes(id: string): Uint8Array {
    const shipped = this.#shipped.find((each) => each.id === id);
    if (shipped !== undefined) return shipped.bytes;
    const found = readKept(this.#objects, id, MODEL_SUFFIX, MOST_PACKAGE_BYTES);
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
    return this.#update(id, (file) => {
      const known = file.models.find((each) => each.id === id);
      if (known === undefined) return this.#withModel(file, bytes, manifest, wanted, manifest.source);
      this.#keep(bytes);
      const kept = this.#keepManifest(manifest);
      if (known.manifest === kept) return file;
      const models = file.models.map((each) => (each === known ? { ...each, manifest: kept } : each));
      return this.#with({ ...file, models }, [{ model: id, what: 'evaluated', why: 'a new manifest' }]);
    });
  }

  /**
   * Lets it serve in the place of the one that does. Whether it may is asked before, see `promotion.ts`; refused where meanwhile
   * another one serves than `over`, which it was held against.
   */
  promote(id: string, why: string, how: PromotionOptions = {}): ModelEntry {
    const { withoutEvidence } = how;
    const draft: Draft = { model: id, what: 'promoted', why, ...(withoutEvidence && { withoutEvidence }) };
    return this.#do(draft, (places, kind) => {
      if (!('over' in how) || places.holder(kind, 'serving') === how.over) return;
      throw new CommandError(
        EXIT.refused,
        'nothing is promoted: another model serves by now, hold it against that one',
      );
    });
  }

  /** Asks it along from now on; its votes are recorded and do not count. */
  shadow(id: string, why = 'to be asked along'): ModelEntry {
    return this.#do({ model: id, what: 'shadowed', why });
  }

  /** Puts it away: it is asked no more. Its file is kept. */
  retire(id: string, why = 'put away'): ModelEntry {
    return this.#do({ model: id, what: 'retired', why });
  }

  /** Takes the model that serves out of its place, a challenger again, and lets the last stable one serve. */
  rollback(kind: ModelKind, why = 'rolled back'): Rollback {
    return this.#leave(kind, 'withdrawn', why);
  }

  /** As {@link rollback}, of a model that the engine has muted for what it found; the place may come to be empty. */
  mute(kind: ModelKind, why: string): Rollback {
    return this.#leave(kind, 'muted', why);
  }

  #leave(kind: ModelKind, what: 'withdrawn' | 'muted', why: string): Rollback {
    let left = '';
    const file = this.#write((before) => {
      const settled = this.#settled(before, kind);
      const places = standing(settled);
      const holder = places.holder(kind, 'serving');
      if (holder === undefined) throw new CommandError(EXIT.refused, `no model of ${kind} serves: nothing is changed`);
      const next = places.lastStable(kind);
      if (next === undefined && what === 'withdrawn') {
        const told = `no model of ${kind} has served before this one: chimera models retire takes it out`;
        throw new CommandError(EXIT.refused, told);
      }
      left = holder;
      const restored: Draft[] =
        next === undefined ? [] : [{ model: next, what: 'restored', why: 'the last stable one' }];
      return this.#with(settled, [{ model: holder, what, why }, ...restored]);
    });
    const entries = this.#entriesOf(file);
    const serves = standing(file).holder(kind, 'serving');
    return { left: pickEntry(entries, left), serves: serves === undefined ? undefined : pickEntry(entries, serves) };
  }

  /** One thing with one model, which is there. */
  #do(draft: Draft, check: (places: Places, kind: ModelKind) => void = () => {}): ModelEntry {
    return this.#update(draft.model, (file) => {
      const kind = file.models.find(({ id }) => id === draft.model)?.kind;
      const settled = kind === undefined || draft.what === 'shadowed' ? file : this.#settled(file, kind);
      if (kind !== undefined) check(standing(settled), kind);
      return this.#with(settled, [draft]);
    });
  }

  #update(id: string, change: (file: RegistryFile) => RegistryFile): ModelEntry {
    const file = this.#write((before) => {
      const shipped = this.#shipped.find((each) => each.id === id);
      return change(shipped === undefined ? before : this.#withShipped(before, shipped));
    });
    return pickEntry(this.#entriesOf(file), id);
  }

  #write(change: (file: RegistryFile) => RegistryFile): RegistryFile {
    makeFolder(this.#folder, this.#files);
    return this.#store.update(change);
  }

  /** The document in which it stands that the model that ships has served, where nobody has said which one of its kind does. */
  #settled(file: RegistryFile, kind: ModelKind): RegistryFile {
    const shipped = this.#shipped.find((each) => each.kind === kind);
    return shipped === undefined || standing(file).isDecided(kind) ? file : this.#withShipped(file, shipped);
  }

  /** The document with a model that ships, which serves until somebody has said which one of its kind does. */
  #withShipped(file: RegistryFile, { id, kind, bytes, manifest }: ShippedModel): RegistryFile {
    if (file.models.some((each) => each.id === id)) return file;
    const there = this.#withModel(file, bytes, manifest, packageHeader(bytes).name, SHIPPED_REASON);
    return standing(file).isDecided(kind)
      ? there
      : this.#with(there, [{ model: id, what: 'promoted', why: SHIPPED_REASON }]);
  }

  /** The document with a model that it did not have; its files are on the disk. */
  #withModel(file: RegistryFile, bytes: Uint8Array, manifest: ModelManifest, name: string, why: string): RegistryFile {
    const { source, hashes } = manifest;
    const id = hashes.package;
    const others = this.#shipped.filter((each) => each.id !== id).map((each) => packageHeader(each.bytes));
    this.#keep(bytes);
    const row = {
      ...{ id, kind: packageHeader(bytes).kind, source, manifest: this.#keepManifest(manifest) },
      name: freeName(name, [...file.models, ...others]),
    };
    return this.#with({ ...file, models: [...file.models, row] }, [{ model: id, what: 'added', why }]);
  }

  /** The document with more events. Throws where one of them cannot be. */
  #with(file: RegistryFile, drafts: readonly Draft[]): RegistryFile {
    const places = standing(file);
    const by = this.#author();
    const events = drafts.map((draft, k): ModelEvent => {
      const refusal = places.take(draft);
      const name = file.models.find(({ id }) => id === draft.model)?.name ?? draft.model;
      if (refusal !== undefined) throw new CommandError(EXIT.refused, `${name} cannot be ${draft.what}: ${refusal}`);
      return { ...draft, why: draft.why.slice(0, LONGEST_REASON), number: file.events.length + k + 1, ...by };
    });
    return { ...file, events: [...file.events, ...events] };
  }

  #keep(bytes: Uint8Array): void {
    keepFile(this.#objects, bytes, MODEL_SUFFIX, this.#files);
  }

  #keepManifest(manifest: ModelManifest): string {
    return keepFile(this.#objects, Buffer.from(manifestText(manifest)), MANIFEST_SUFFIX, this.#files);
  }

  #holders(state: 'serving' | 'shadow'): ModelIds {
    const found = this.entries().filter((each) => each.state === state);
    return Object.fromEntries(found.map(({ kind, id }) => [kind, id]));
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

function standing(file: RegistryFile): Places {
  const places = placesOf(file);
  if (typeof places === 'string') throw new CommandError(EXIT.fault, places);
  return places;
}
