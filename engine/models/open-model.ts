/** A packaged model made ready to be asked, one bar at a time. */
import { FEATURE_COUNT, FEATURE_SCHEMA_HASH } from '../domain/index.ts';
import { calibratedChance } from './calibrator.ts';
import type { KernelsOver } from './nets/kernels.ts';
import { chanceOf } from './nets/model.ts';
import { readModel as readNet } from './nets/model-file.ts';
import { WeightsError } from './nets/safetensors.ts';
import { type ModelPackage, type PackageHeader, readPackage } from './package.ts';
import { ModelFormatError } from './trees/format-error.ts';
import { readModel as readForest } from './trees/formats/read-model.ts';
import { Predictor } from './trees/predictor.ts';

/** A model that answers; it holds nothing that an answer changes. */
export interface OpenModel {
  readonly header: PackageHeader;
  /** Its features are those of this build. */
  readonly fitsSchema: boolean;
  /**
   * Calibrated chance of a rise; NaN where the model abstains.
   * @param features vectors of the schema, NaN where not valid; the one asked about begins at `at`.
   * @param window the last returns, oldest first, as many as the header's `windowSteps`.
   */
  chance(features: Float64Array, at: number, window: Float32Array): number;
}

/** Opens the bytes of a package; throws a {@link ModelFormatError} where they are none, or the model in it is not of its header. */
export function openModel(bytes: Uint8Array, kernelsOver: KernelsOver): OpenModel {
  const unpacked = readPackage(bytes);
  const { header } = unpacked;
  const score = header.windowSteps > 0 ? netScore(unpacked, kernelsOver) : forestScore(unpacked);
  const { calibrator } = header;
  return {
    header,
    fitsSchema: header.schemaHash === FEATURE_SCHEMA_HASH,
    chance(features, at, window) {
      const logOdds = score(features, at, window);
      if (!Number.isFinite(logOdds)) return Number.NaN;
      return calibrator === undefined ? chanceOf(logOdds) : calibratedChance(calibrator, logOdds);
    },
  };
}

type Score = (features: Float64Array, at: number, window: Float32Array) => number;

function forestScore({ header, model }: ModelPackage): Score {
  const forest = readForest(model);
  const family = header.kind === 'depth-trees' ? 'xgboost' : 'lightgbm';
  if (forest.family !== family) throw new ModelFormatError(`a model of ${forest.family} as ${header.kind}`, 'model');
  const { groups, averaged, objective } = forest;
  if (groups !== 1 || averaged || !/^(?:binary|binary:logistic)$/.test(objective.name)) {
    throw new ModelFormatError(`its objective ${objective.name.slice(0, 40)} gives no log-odds`, 'model');
  }
  if (forest.featureCount !== FEATURE_COUNT) {
    throw new ModelFormatError(`${forest.featureCount} features instead of ${FEATURE_COUNT}`, 'model');
  }
  const predictor = new Predictor(forest);
  return (features, at) => objective.sigmoid * predictor.margin(features, at);
}

function netScore({ header, model }: ModelPackage, kernelsOver: KernelsOver): Score {
  const net = openNet(model, kernelsOver);
  const { shape, objective } = net.spec;
  if (shape.kind !== header.kind) throw new ModelFormatError(`a net of ${shape.kind} as ${header.kind}`, 'model');
  if (shape.steps !== header.windowSteps || shape.channels !== 1 || objective !== 'direction') {
    throw new ModelFormatError(`no net of ${header.windowSteps} returns that gives log-odds`, 'model');
  }
  return (_features, _at, window) => net.score(window);
}

function openNet(bytes: Uint8Array, kernelsOver: KernelsOver): ReturnType<typeof readNet> {
  try {
    return readNet(bytes, 1, kernelsOver);
  } catch (error) {
    if (error instanceof WeightsError) throw new ModelFormatError(error.message, 'model');
    throw error;
  }
}
