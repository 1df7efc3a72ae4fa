/** The models that a run begins with: those of the registry, or those of the session that it goes on from. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MODEL_KINDS } from '../../engine/domain/index.ts';
import type { FilePort } from '../../logs/index.ts';
import { CommandError } from '../exit-codes.ts';
import { MODEL_SUFFIX } from './model-files.ts';
import type { ModelIds, ModelRegistry } from './registry.ts';
import { keepInSession, MODELS_FOLDER, sessionModels } from './session-models.ts';

export interface RunModels {
  /** Of the configuration: what serves from the start; undefined where nothing does. */
  readonly ids: ModelIds | undefined;
  /** All that the run's journal may come to ask for, to be kept in its folder. */
  readonly packages: readonly Uint8Array[];
}

/** What serves by the registry. Throws a {@link CommandError} where a model's file is missing or damaged. */
export function servingModels(registry: ModelRegistry): RunModels {
  const ids = registry.serving();
  const packages = MODEL_KINDS.flatMap((kind) => (ids[kind] === undefined ? [] : [registry.bytes(ids[kind])]));
  return { ids: packages.length === 0 ? undefined : ids, packages };
}

/** Says which models do not serve, for they know nothing of a real market. */
export function tellWithheld(registry: ModelRegistry, tell: (text: string) => void): void {
  const kinds = Object.keys(registry.withheld());
  if (kinds.length === 0) return;
  const which = kinds.length === MODEL_KINDS.length ? 'no model serves' : `${kinds.join(', ')}: no model serves`;
  tell(
    `${which} on a real market that has learnt from the simulated one alone; chimera train makes one of your recordings`,
  );
}

/** All models in the folder of a session that another one goes on from. Throws a {@link CommandError} where one is damaged. */
export function modelsOf(sessionFolder: string): readonly Uint8Array[] {
  const models = sessionModels(sessionFolder);
  return namesIn(join(sessionFolder, MODELS_FOLDER)).map((id) => models.bytes(id));
}

function namesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => /^[0-9a-f]{64}\.model$/.test(name));
    return names.sort().map((name) => name.slice(0, -MODEL_SUFFIX.length));
  } catch {
    return [];
  }
}

/** Puts packages into a session's folder, durably. Throws a {@link CommandError} when the disk will not have them. */
export function keepAll(sessionFolder: string, packages: readonly Uint8Array[], files?: FilePort): void {
  for (const bytes of packages) keepInSession(sessionFolder, bytes, files);
}

/**
 * Keeps the models of a run that is made for an import beside that import, so that it can be made again. Where the disk will not
 * have them the run has none, and `notice` is told. @returns what serves in it.
 */
export function keepForImport(
  sessionFolder: string,
  { ids, packages }: RunModels,
  notice: (text: string) => void,
): ModelIds | undefined {
  try {
    keepAll(sessionFolder, packages);
    return ids;
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    notice(`without models, which cannot be kept beside the import: ${cause.message}`);
    return undefined;
  }
}
