/** A change of the registry's document while it is being made: nothing is on the disk before all of it is known to fit. */
import type { ModelKind } from '../../engine/domain/index.ts';
import type { Author } from '../author.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { type ModelManifest, manifestText } from './manifest.ts';
import { MODEL_SUFFIX, sha256 } from './model-files.ts';
import type { Places } from './places.ts';
import { freeName, MANIFEST_SUFFIX, packageHeader } from './registry-entries.ts';
import { LONGEST_REASON, type ModelEvent, placesOf, type RegistryFile } from './registry-file.ts';
import type { ShippedModel } from './shipped.ts';

const SHIPPED_REASON = 'ships with the program';

/** What is done, before it has number, time and author. */
export type Deed = Pick<ModelEvent, 'model' | 'what' | 'why' | 'withoutEvidence'>;

/** Bytes that have to be on the disk, under their hash, before the document is. */
export interface KeptBytes {
  readonly bytes: Uint8Array;
  readonly suffix: string;
}

/** Where every model stands. The document was checked when it was read. */
export function standing(file: RegistryFile): Places {
  const places = placesOf(file);
  if (typeof places === 'string') throw new CommandError(EXIT.fault, places);
  return places;
}

/** All methods throw a {@link CommandError} in one line where what is asked for does not fit. */
export class RegistryDraft {
  readonly #shipped: readonly ShippedModel[];
  readonly #by: Author;
  readonly #kept: KeptBytes[] = [];
  #file: RegistryFile;

  constructor(file: RegistryFile, shipped: readonly ShippedModel[], by: Author) {
    this.#file = file;
    this.#shipped = shipped;
    this.#by = by;
  }

  get file(): RegistryFile {
    return this.#file;
  }

  get kept(): readonly KeptBytes[] {
    return this.#kept;
  }

  /** A model with its manifest; one that is there gets the new manifest. */
  add(bytes: Uint8Array, manifest: ModelManifest, name: string): void {
    const id = manifest.hashes.package;
    this.#bringShipped(({ id: shipped }) => shipped === id);
    const known = this.#file.models.find((each) => each.id === id);
    if (known === undefined) {
      this.#addModel(bytes, manifest, name, manifest.source);
      return;
    }
    const kept = this.#keep(bytes, manifest);
    if (known.manifest === kept) return;
    const models = this.#file.models.map((each) => (each === known ? { ...each, manifest: kept } : each));
    this.#file = { ...this.#file, models };
    this.#note([{ model: id, what: 'evaluated', why: 'a new manifest' }]);
  }

  /** One thing with one model; `check` is told where all stand before it. */
  do(deed: Deed, check: (places: Places, kind: ModelKind) => void = () => {}): void {
    this.#bringShipped(({ id }) => id === deed.model);
    const kind = this.#file.models.find(({ id }) => id === deed.model)?.kind;
    if (kind !== undefined && deed.what !== 'shadowed') this.#settle(kind);
    if (kind !== undefined) check(standing(this.#file), kind);
    this.#note([deed]);
  }

  /** Takes the model that serves out of its place and lets the last stable one serve. @returns the one that left. */
  leave(kind: ModelKind, what: 'withdrawn' | 'muted', why: string): string {
    this.#settle(kind);
    const places = standing(this.#file);
    const left = places.holder(kind, 'serving');
    if (left === undefined) throw new CommandError(EXIT.refused, `no model of ${kind} serves: nothing is changed`);
    const next = places.lastStable(kind);
    if (next === undefined) {
      const told = `no model of ${kind} has served before this one: chimera models retire takes it out`;
      throw new CommandError(EXIT.refused, told);
    }
    this.#note([
      { model: left, what, why },
      { model: next, what: 'restored', why: 'the last stable one' },
    ]);
    return left;
  }

  /** Lets it stand in the document that the model that ships has served, where nobody has said which one of its kind does. */
  #settle(kind: ModelKind): void {
    if (!standing(this.#file).isDecided(kind)) this.#bringShipped((each) => each.kind === kind);
  }

  /** Brings a model that ships into the document; it serves until somebody has said which one of its kind does. */
  #bringShipped(isMeant: (model: ShippedModel) => boolean): void {
    const found = this.#shipped.find(isMeant);
    if (found === undefined || this.#file.models.some(({ id }) => id === found.id)) return;
    const serves = !standing(this.#file).isDecided(found.kind);
    this.#addModel(found.bytes, found.manifest, packageHeader(found.bytes).name, SHIPPED_REASON);
    if (serves) this.#note([{ model: found.id, what: 'promoted', why: SHIPPED_REASON }]);
  }

  #addModel(bytes: Uint8Array, manifest: ModelManifest, name: string, why: string): void {
    const { source, hashes } = manifest;
    const id = hashes.package;
    const others = this.#shipped.filter((each) => each.id !== id).map((each) => packageHeader(each.bytes));
    const { models } = this.#file;
    const row = {
      ...{ id, kind: packageHeader(bytes).kind, source, manifest: this.#keep(bytes, manifest) },
      name: freeName(name, [...models, ...others]),
    };
    this.#file = { ...this.#file, models: [...models, row] };
    this.#note([{ model: id, what: 'added', why }]);
  }

  /** @returns the hash of the manifest. */
  #keep(bytes: Uint8Array, manifest: ModelManifest): string {
    const text = Buffer.from(manifestText(manifest));
    this.#kept.push({ bytes, suffix: MODEL_SUFFIX }, { bytes: text, suffix: MANIFEST_SUFFIX });
    return sha256(text);
  }

  #note(deeds: readonly Deed[]): void {
    const { models, events } = this.#file;
    const places = standing(this.#file);
    const added = deeds.map((deed, k): ModelEvent => {
      const refusal = places.take(deed);
      const name = models.find(({ id }) => id === deed.model)?.name ?? deed.model;
      if (refusal !== undefined) throw new CommandError(EXIT.refused, `${name} cannot be ${deed.what}: ${refusal}`);
      return { ...deed, why: deed.why.slice(0, LONGEST_REASON), number: events.length + k + 1, ...this.#by };
    });
    this.#file = { ...this.#file, events: [...events, ...added] };
  }
}
