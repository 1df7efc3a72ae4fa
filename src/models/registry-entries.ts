/** Models of the registry as they are looked up and named, and what a package and its manifest must have in common. */
import type { ModelKind } from '../../engine/domain/index.ts';
import { ModelFormatError, type PackageHeader, readPackage } from '../../engine/index.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { MOST_MANIFEST_BYTES, type ModelManifest, type ModelSource, parseManifest } from './manifest.ts';
import { readKept, shortId } from './model-files.ts';
import type { ModelState, Places } from './places.ts';
import { MODEL_NAME, type ModelRow } from './registry-file.ts';
import type { ShippedModel } from './shipped.ts';

export const MANIFEST_SUFFIX = '.json';

/** A model and where it stands. */
export interface ModelEntry {
  /** SHA-256 of its package. */
  readonly id: string;
  readonly name: string;
  readonly kind: ModelKind;
  readonly source: ModelSource;
  readonly state: ModelState;
  /** Read when it is asked for. Throws a {@link CommandError} in one line where its file is missing or damaged. */
  readonly manifest: ModelManifest;
}

/** Digits of an id that are taken for it. */
const LEAST_DIGITS = 6;

export function entryOfRow(row: ModelRow, places: Places, objects: string): ModelEntry {
  const { id, name, kind, source } = row;
  return {
    ...{ id, name, kind, source, state: places.state(id)! },
    get manifest(): ModelManifest {
      return readManifest(objects, row);
    },
  };
}

/** A model that ships and that nothing has been done with yet. */
export function entryOfShipped(shipped: ShippedModel, rows: readonly ModelRow[], places: Places): ModelEntry {
  const { id, kind } = shipped;
  const state = places.isDecided(kind) ? 'challenger' : 'serving';
  return {
    ...{ id, kind, state, source: 'shipped', name: freeName(packageHeader(shipped.bytes).name, rows) },
    get manifest(): ModelManifest {
      return shipped.manifest;
    },
  };
}

function readManifest(objects: string, row: ModelRow): ModelManifest {
  const found = readKept(objects, row.manifest, MANIFEST_SUFFIX, MOST_MANIFEST_BYTES);
  const what = `the manifest of ${row.name}`;
  if (typeof found === 'string') throw new CommandError(EXIT.badInput, `${what} cannot be used: ${found}`);
  return parseManifest(Buffer.from(found).toString('utf8'), what);
}

/** The entry that an id, a unique beginning of one, or a name says. Throws a {@link CommandError} where none does, or several. */
export function pickEntry(entries: readonly ModelEntry[], word: string): ModelEntry {
  const exact = entries.find(({ id, name }) => id === word || name === word);
  if (exact !== undefined) return exact;
  const isDigits = /^[0-9a-f]+$/.test(word) && word.length >= LEAST_DIGITS;
  const [found, another] = isDigits ? entries.filter(({ id }) => id.startsWith(word)) : [];
  const named = JSON.stringify(word.slice(0, 70));
  if (found === undefined)
    throw new CommandError(EXIT.usage, `there is no model ${named}: ${whereToLook(entries, word)}`);
  if (another !== undefined)
    throw new CommandError(
      EXIT.usage,
      `${named} is the beginning of several: ${shortId(found.id)}, ${shortId(another.id)}`,
    );
  return found;
}

/** Screens name a place by its kind, commands take a model: those of the kind, if it is one. */
function whereToLook(entries: readonly ModelEntry[], word: string): string {
  const ofKind = entries.filter(({ kind }) => kind === word).map(({ name, state }) => `${name} (${state})`);
  return ofKind.length === 0 ? 'see chimera models list' : `of this kind there are ${ofKind.join(', ')}`;
}

/** The name, or with the first number behind it that no row has. */
export function freeName(name: string, rows: readonly { readonly name: string }[]): string {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name.slice(0, 58)}-${n}`;
    if (rows.every((each) => each.name !== candidate)) return candidate;
  }
}

export function checkedName(name: string): string {
  if (MODEL_NAME.test(name)) return name;
  throw new CommandError(EXIT.usage, 'a name has small letters, digits, dots and dashes, and at most 64 of them');
}

/** What a package says of itself. Throws a {@link CommandError} where the bytes are none. */
export function packageHeader(bytes: Uint8Array): PackageHeader {
  try {
    return readPackage(bytes).header;
  } catch (cause) {
    if (cause instanceof ModelFormatError)
      throw new CommandError(EXIT.badInput, `no model can be read: ${cause.message}`);
    throw cause;
  }
}

/** In words, why a manifest is not that of a package; undefined where it is. */
export function misfit(manifest: ModelManifest, id: string, header: PackageHeader): string | undefined {
  if (manifest.hashes.package !== id) return 'its manifest is that of another file';
  if (manifest.hashes.schema !== header.schemaHash) return 'its manifest names other features';
  const kind = manifest.metrics?.kind ?? header.kind;
  return kind === header.kind ? undefined : `its manifest is that of ${kind}, and the file is ${header.kind}`;
}
