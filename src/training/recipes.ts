/** What `chimera train` and the models that ship are made by: labels, walk, and the makes of the four kinds. */
import { DEFAULT_POLICY, type ModelKind } from '../../engine/domain/index.ts';
import {
  type Dataset,
  type DatasetPlan,
  DEFAULT_JUDGE,
  DEFAULT_NHITS,
  DEFAULT_PATCHTST,
  LIGHTGBM_DEFAULTS,
  type Trainable,
  trainableNet,
  trainableTrees,
  type WalkPlan,
  XGBOOST_DEFAULTS,
} from '../../engine/training/index.ts';
import { wasmKernels, wasmTreeKernels } from '../kernels/wasm-kernels.ts';

/** How thorough: `quick` comes to a model in a fraction of the time, for trying out; `tiny` is for tests. */
export type Effort = 'full' | 'quick' | 'tiny';

/** A make of model, and its options as they are told. */
export interface Recipe {
  readonly make: Trainable;
  readonly options: Readonly<Record<string, unknown>>;
}

const { execution, paper } = DEFAULT_POLICY;

/** Both barriers lie as far away as the engine's own stop; costs are those of the paper venue. */
export const DATASET: DatasetPlan = {
  ...{ width: 'atr', profitWidths: execution.stopAtr, stopWidths: execution.stopAtr, limitBars: 30 },
  ...{ feePpm: paper.takerFeePpm, assumedSpreadPpm: paper.assumedSpreadPpm },
  // The longest windows of features are full then.
  ...{ warmBars: 200, windowSteps: 64 },
};

/** Rows of all series together below which nothing is trained. */
export const LEAST_ROWS: Readonly<Record<Effort, number>> = { full: 2_000, quick: 1_500, tiny: 600 };

/** Share of the bars with rows before the first test. */
const FIRST_SHARE = 0.4;
const FOLDS: Readonly<Record<Effort, number>> = { full: 4, quick: 2, tiny: 2 };

const BOOTSTRAP_ROUNDS: Readonly<Record<Effort, number>> = { full: 2_000, quick: 2_000, tiny: 100 };

/** The walk over a dataset with rows. What a label knows of is embargoed once more. */
export function walkPlan({ labels }: Dataset, seed: number, effort: Effort): WalkPlan {
  const [first, last] = [labels.start[0]!, labels.start.at(-1)!];
  const firstTrainBars = first + Math.floor(FIRST_SHARE * (last - first));
  return {
    split: { folds: FOLDS[effort], firstTrainBars, window: 'expanding', embargoBars: DATASET.limitBars },
    judge: { ...DEFAULT_JUDGE, bootstrapRounds: BOOTSTRAP_ROUNDS[effort], seed },
    calibration: 'platt',
    innerFolds: effort === 'full' ? 2 : 1,
    seed,
  };
}

const ROUNDS: Readonly<Record<Effort, number>> = { full: 100, quick: 40, tiny: 8 };
const EPOCHS: Readonly<Record<Effort, number>> = { full: 10, quick: 4, tiny: 1 };

/** Trees that see a part of rows and features each: market data has little to learn and much to learn by heart. */
const SLOW = { learningRate: 0.1, minHessian: 20, rowShare: 0.8, featureShare: 0.8, patience: 15 };

export function recipeFor(kind: ModelKind, effort: Effort): Recipe {
  const rounds = ROUNDS[effort];
  switch (kind) {
    case 'depth-trees': {
      const options = { ...XGBOOST_DEFAULTS, ...SLOW, rounds, growth: { kind: 'depth', maxDepth: 4 } } as const;
      return { make: trainableTrees(options, wasmTreeKernels), options };
    }
    case 'leaf-trees': {
      const growth = { kind: 'leaf', maxLeaves: 15, maxDepth: 8 } as const;
      const options = { ...LIGHTGBM_DEFAULTS, ...SLOW, rounds, minRows: 50, growth } as const;
      return { make: trainableTrees(options, wasmTreeKernels), options };
    }
    case 'nhits':
      return netRecipe(DEFAULT_NHITS, effort);
    case 'patchtst':
      return netRecipe({ ...DEFAULT_PATCHTST, stride: 8, width: 16, heads: 2, feedForward: 32 }, effort);
  }
}

function netRecipe(shape: typeof DEFAULT_NHITS | typeof DEFAULT_PATCHTST, effort: Effort): Recipe {
  const plan = { epochs: EPOCHS[effort], batch: 80, patience: 3, learningRate: 1e-3, weightDecay: 1e-2 };
  return { make: trainableNet(shape, plan, wasmKernels), options: { shape, ...plan } };
}
