/** The models that ship with the program: small ones, trained on the simulated market, so that votes are real from the first minute. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MODEL_KINDS, type ModelKind } from '../../engine/domain/index.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { type ModelManifest, parseManifest } from './manifest.ts';
import { sha256 } from './model-files.ts';

/** Beside the sources, and copied beside the bundle. */
const SHIPPED_FOLDER = fileURLToPath(new URL('./shipped', import.meta.url));

export interface ShippedModel {
  readonly id: string;
  readonly kind: ModelKind;
  readonly bytes: Uint8Array;
  readonly manifest: ModelManifest;
}

/** What ships, one model of a kind at most, read anew at every call. Throws a {@link CommandError} where a file does not belong to it. */
export function shippedModels(folder = SHIPPED_FOLDER): ShippedModel[] {
  return MODEL_KINDS.flatMap((kind) => {
    const path = join(folder, `${kind}.model`);
    if (!existsSync(path)) return [];
    const bytes = readFileSync(path);
    const manifestPath = join(folder, `${kind}.json`);
    const manifest = parseManifest(readFileSync(manifestPath, 'utf8'), manifestPath);
    const id = sha256(bytes);
    if (manifest.hashes.package !== id || manifest.metrics?.kind !== kind || manifest.source !== 'shipped')
      throw new CommandError(
        EXIT.badInput,
        `${manifestPath} is not the manifest of ${path}: install the program again`,
      );
    return [{ id, kind, bytes, manifest }];
  });
}
