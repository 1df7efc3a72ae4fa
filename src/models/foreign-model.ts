/** Files of models that somebody else trained, in XGBoost's or LightGBM's format or packaged by another Chimera, taken in as packages. */
import { FEATURE_COUNT, FEATURE_SCHEMA_HASH, FEATURES, type ModelKind } from '../../engine/domain/index.ts';
import {
  ModelFormatError,
  openModel,
  type PackageHeader,
  readForest,
  readPackage,
  writePackage,
} from '../../engine/index.ts';
import { cleanText } from '../../logs/index.ts';
import { BUILD } from '../build-info.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { wasmKernels } from '../kernels/wasm-kernels.ts';
import type { ModelManifest } from './manifest.ts';
import { sha256 } from './model-files.ts';

export interface ForeignModel {
  readonly bytes: Uint8Array;
  readonly manifest: ModelManifest;
}

export interface ForeignOptions {
  readonly kind: ModelKind;
  /** How a file that is no package is called. */
  readonly name: string;
  /** Bars that it is asked about, as nothing in the file says. */
  readonly barIntervalUs: number;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/**
 * The bytes as a package that this build opens, with a manifest that says that nothing is known of it. Throws a
 * {@link CommandError} in one line for all that is not a model of the kind over the 64 features.
 */
export function readForeign(bytes: Uint8Array, options: ForeignOptions): ForeignModel {
  try {
    const packaged = isPackage(bytes) ? bytes : wrapped(bytes, options);
    const { header } = openModel(packaged, wasmKernels);
    if (header.kind !== options.kind) throw new ModelFormatError(`it is ${header.kind}, not ${options.kind}`, 'kind');
    if (header.schemaHash !== FEATURE_SCHEMA_HASH)
      throw new ModelFormatError('it was trained on other features than those of this build', 'schemaHash');
    return { bytes: packaged, manifest: manifestOf(packaged, header, options.at) };
  } catch (cause) {
    if (!(cause instanceof ModelFormatError)) throw cause;
    throw new CommandError(EXIT.badInput, cleanText(`the model is not taken in: ${cause.message}`));
  }
}

function isPackage(bytes: Uint8Array): boolean {
  try {
    readPackage(bytes);
    return true;
  } catch (cause) {
    if (cause instanceof ModelFormatError && cause.message.startsWith('not a model of chimera')) return false;
    throw cause;
  }
}

function wrapped(model: Uint8Array, { kind, name, barIntervalUs }: ForeignOptions): Uint8Array {
  if (kind !== 'depth-trees' && kind !== 'leaf-trees')
    throw new ModelFormatError(`a file of ${kind} has to be a package of chimera`, 'file');
  refuseOtherFeatures(model);
  return writePackage({
    header: { kind, name, schemaHash: FEATURE_SCHEMA_HASH, windowSteps: 0, barIntervalUs },
    model,
  });
}

/** A file that names its features must name ours, in our order; one without names is taken at its word that they are. */
function refuseOtherFeatures(model: Uint8Array): void {
  const { featureNames, featureCount } = readForest(model);
  if (featureCount !== FEATURE_COUNT)
    throw new ModelFormatError(`${featureCount} features instead of ${FEATURE_COUNT}`, 'features');
  const own = /^(?:f|Column_)\d+$/;
  if (featureNames.every((name) => own.test(name))) return;
  const k = FEATURES.findIndex((name, at) => featureNames[at] !== name);
  if (k < 0) return;
  const found = cleanText((featureNames[k] ?? '').slice(0, 40));
  throw new ModelFormatError(`feature ${k + 1} is named ${found}, and ${FEATURES[k]} is expected there`, 'features');
}

const manifestOf = (bytes: Uint8Array, header: PackageHeader, at: string): ModelManifest => ({
  ...{ formatVersion: 1, source: 'imported', trainedAt: at, build: BUILD, data: [] },
  hashes: { package: sha256(bytes), schema: header.schemaHash },
});
