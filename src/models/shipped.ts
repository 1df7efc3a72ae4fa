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
  /** Read when it is asked for: a run begins without. Throws a {@link CommandError} where it is not the model's. */
  readonly manifest: ModelManifest;
}

/** What ships, one model of a kind at most, read anew at every call. */
export function shippedModels(folder = SHIPPED_FOLDER): ShippedModel[] {
  return MODEL_KINDS.flatMap((kind) => {
    const path = join(folder, `${kind}.model`);
    if (!existsSync(path)) return [];
    const bytes = readFileSync(path);
    const id = sha256(bytes);
    return [
      {
        ...{ id, kind, bytes },
        get manifest(): ModelManifest {
          return manifestOf(join(folder, `${kind}.json`), id, kind);
        },
      },
    ];
  });
}

function manifestOf(path: string, id: string, kind: ModelKind): ModelManifest {
  const manifest = parseManifest(readFileSync(path, 'utf8'), path);
  const { hashes, metrics, source } = manifest;
  if (hashes.package === id && metrics?.kind === kind && source === 'shipped') return manifest;
  throw new CommandError(
    EXIT.badInput,
    `${path} is not the manifest of the model beside it: install the program again`,
  );
}
