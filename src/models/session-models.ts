/**
 * The models of a session, in its folder `models/`: all that its journal asks for, so that a replay needs no registry and gives the
 * same wherever the session is carried.
 */
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type EngineConfig, MODEL_KINDS } from '../../engine/domain/index.ts';
import {
  ModelFormatError,
  type ModelLibrary,
  type OpenModel,
  openModel,
  type PackageHeader,
} from '../../engine/index.ts';
import { cleanText, type FilePort, systemFiles } from '../../logs/index.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { wasmKernels } from '../kernels/wasm-kernels.ts';
import {
  keepFile,
  keepFilePooled,
  MODEL_SUFFIX,
  MOST_PACKAGE_BYTES,
  readKept,
  sha256,
  shortId,
} from './model-files.ts';
import type { ModelIds } from './registry.ts';

/** Below a session's folder. */
export const MODELS_FOLDER = 'models';

/** Opens models of one session when they are first asked for, and keeps them. */
export class SessionModels implements ModelLibrary {
  readonly #folder: string;
  readonly #opened = new Map<string, OpenModel>();
  readonly #held: ReadonlyMap<string, Uint8Array>;

  /** `packages` are at hand, and not read: an engine asks them on a disk that has failed as well. */
  constructor(sessionFolder: string, packages: readonly Uint8Array[] = []) {
    this.#folder = join(sessionFolder, MODELS_FOLDER);
    this.#held = new Map(packages.map((bytes) => [sha256(bytes), bytes]));
  }

  /** Throws a {@link CommandError} in one line where the model is missing or damaged: nothing can be folded without it. */
  find(id: string): OpenModel {
    return this.#opened.get(id) ?? this.open(id, this.bytes(id));
  }

  /** Opens a model whose package is at hand, so that its file is not read by the thread that asks it. Throws like {@link find}. */
  open(id: string, bytes: Uint8Array): OpenModel {
    const opened = this.#opened.get(id) ?? this.#openPackage(id, bytes);
    this.#opened.set(id, opened);
    return opened;
  }

  /** Of a model that has been asked for, and undefined of any other: nothing is read for it. */
  headerOf(id: string): PackageHeader | undefined {
    return this.#opened.get(id)?.header;
  }

  /** Looks at the files of models that are going to be asked, without opening them. Throws like {@link find}. */
  check(ids: ModelIds | undefined): void {
    for (const kind of MODEL_KINDS) {
      const id = ids?.[kind];
      if (id !== undefined) this.bytes(id);
    }
  }

  /** The package of a model. Throws like {@link find}. */
  bytes(id: string): Uint8Array {
    const found = this.#held.get(id) ?? readKept(this.#folder, id, MODEL_SUFFIX, MOST_PACKAGE_BYTES);
    if (typeof found !== 'string') return found;
    const session = basename(join(this.#folder, '..'));
    const remedy = `put the whole ${shortId(id)}….model back there, from a copy of the session or from models/objects`;
    throw new CommandError(EXIT.verification, cleanText(`session ${session} cannot be folded: ${found}; ${remedy}`));
  }

  #openPackage(id: string, bytes: Uint8Array): OpenModel {
    try {
      return openModel(bytes, wasmKernels);
    } catch (cause) {
      if (!(cause instanceof ModelFormatError)) throw cause;
      const told = `model ${shortId(id)} in ${this.#folder} is none that this build opens: ${cause.message}`;
      throw new CommandError(EXIT.verification, cleanText(told));
    }
  }
}

/** The models of the session in this folder; nothing is read before one is asked for. */
export const sessionModels = (sessionFolder: string, packages?: readonly Uint8Array[]): SessionModels =>
  new SessionModels(sessionFolder, packages);

/** The same for a fold under this configuration: what serves from the start is looked at before it begins. Throws like `find`. */
export function modelsFor(sessionFolder: string, config: EngineConfig): SessionModels {
  const models = sessionModels(sessionFolder);
  models.check(config.models);
  return models;
}

/**
 * Puts a package into a session's folder, durably: from then on an input may name it. What is there already is left. @returns its id.
 * Throws a {@link CommandError} when the disk will not have it.
 */
export const keepInSession = (sessionFolder: string, bytes: Uint8Array, files?: FilePort): string =>
  keepFile(join(sessionFolder, MODELS_FOLDER), bytes, MODEL_SUFFIX, files);

/** The same for a run that goes on meanwhile: its thread is not held up by the disk. */
export async function keepInSessionPooled(sessionFolder: string, bytes: Uint8Array): Promise<string> {
  const folder = join(sessionFolder, MODELS_FOLDER);
  try {
    if ((await mkdir(folder, { recursive: true, mode: 0o700 })) !== undefined) {
      await systemFiles.pooled.syncDirectory(sessionFolder);
    }
  } catch (cause) {
    throw new CommandError(EXIT.fault, cleanText(`cannot make ${folder}: ${(cause as Error).message}`));
  }
  return keepFilePooled(folder, bytes, MODEL_SUFFIX);
}
