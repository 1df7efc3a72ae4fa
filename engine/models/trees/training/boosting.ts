/**
 * Gradient boosting by histograms: T. Chen, C. Guestrin, "XGBoost: A Scalable Tree Boosting System" (2016), grown by
 * level, and G. Ke et al., "LightGBM: A Highly Efficient Gradient Boosting Decision Tree" (2017), grown by leaf.
 * A generator that yields after every tree: the caller decides when it goes on, and whether. The kernels are passed in.
 */
import { assert } from '../../../kernel/assert.ts';
import { nextBelow, nextUnit, seedPrng } from '../../../kernel/prng.ts';
import { type Forest, firstTrees } from '../forest.ts';
import { ForestBuilder, type ForestHead } from '../forest-builder.ts';
import { baseMargin } from '../objectives.ts';
import { BinnedRows, type Binning, chooseBins } from './binning.ts';
import { checkData, type TrainingData } from './data.ts';
import type { GrownTree } from './grown-tree.ts';
import type { TreeKernelsOver } from './kernels.ts';
import { derive, logit, meanLoss, meanScore } from './loss.ts';
import { checkOptions, familyOf, type TrainingOptions } from './options.ts';
import { type Derivatives, TreeGrower } from './tree-grower.ts';

export interface TrainingProgress {
  /** Trees grown so far, and at most. */
  readonly round: number;
  readonly rounds: number;
  /** Mean loss on the validation rows; undefined without such. */
  readonly validationLoss: number | undefined;
  /** Round with the least validation loss so far; without validation the last one. */
  readonly bestRound: number;
}

export interface TrainingResult {
  /** The trees up to the best round where there are validation rows, else all. */
  readonly forest: Forest;
  readonly bestRound: number;
  /** After each round. */
  readonly validationLosses: readonly number[];
}

/**
 * Grows the forest tree by tree. Data and options that do not fit are a broken invariant. The same input gives the
 * same bits, however often the caller pauses.
 */
export function* growForest(
  data: TrainingData,
  options: TrainingOptions,
  kernelsOver: TreeKernelsOver,
  validation?: TrainingData,
): Generator<TrainingProgress, TrainingResult, void> {
  checkOptions(options);
  for (const part of [data, validation]) if (part !== undefined) checkData(part, options.objective === 'logistic');
  assert(options.patience === 0 || validation !== undefined, 'patience needs validation rows');
  assert(validation === undefined || validation.featureCount === data.featureCount, 'other features to validate with');
  const boosting = new Boosting(data, options, kernelsOver, validation);
  const losses: number[] = [];
  let bestRound = 0;
  for (let round = 1; round <= options.rounds; round++) {
    boosting.step();
    const loss = boosting.validationLoss();
    if (loss !== undefined) losses.push(loss);
    if (loss === undefined || bestRound === 0 || loss < losses[bestRound - 1]!) bestRound = round;
    yield { round, rounds: options.rounds, validationLoss: loss, bestRound };
    if (options.patience > 0 && round - bestRound >= options.patience) break;
  }
  return { forest: firstTrees(boosting.forest(), bestRound), bestRound, validationLosses: losses };
}

/** Binned rows with the margin that the trees so far give each. */
class ScoredRows {
  readonly data: TrainingData;
  readonly bins: BinnedRows;
  readonly margins: Float64Array;

  constructor(data: TrainingData, bins: BinnedRows, margin: number) {
    this.data = data;
    this.bins = bins;
    this.margins = new Float64Array(data.labels.length).fill(margin);
  }

  add(tree: GrownTree, isSingle: boolean): void {
    const { margins, bins } = this;
    for (let row = 0; row < margins.length; row++) {
      const sum = margins[row]! + tree.valueOf(bins, row);
      margins[row] = isSingle ? Math.fround(sum) : sum;
    }
  }
}

class Boosting {
  readonly #options: TrainingOptions;
  readonly #binning: Binning;
  readonly #seen: ScoredRows;
  readonly #held: ScoredRows | undefined;
  readonly #grower: TreeGrower;
  readonly #builder: ForestBuilder;
  readonly #all: Int32Array;
  readonly #random = new Int32Array(4);
  readonly #derivatives: Derivatives;
  /** Added to the leaves of the first tree: LightGBM keeps no base score. */
  #bias = 0;

  constructor(
    data: TrainingData,
    options: TrainingOptions,
    kernelsOver: TreeKernelsOver,
    validation: TrainingData | undefined,
  ) {
    const family = familyOf(options);
    const count = data.labels.length;
    this.#options = options;
    this.#all = Int32Array.from({ length: count }, (_, row) => row);
    seedPrng(this.#random, options.seed);
    const head = forestHead(data, options);
    this.#builder = new ForestBuilder(head, 'training');
    let start = baseMargin(head, 0);
    if (family === 'lightgbm') {
      const score = baseScore(data, options);
      this.#bias = options.objective === 'logistic' ? logit(score) : score;
      start = this.#bias;
    }
    this.#binning = chooseBins(data, family, options.maxBins);
    this.#grower = new TreeGrower(data, this.#binning, options, kernelsOver);
    this.#seen = new ScoredRows(data, this.#grower.bins, start);
    this.#held = validation && new ScoredRows(validation, new BinnedRows(validation, this.#binning), start);
    this.#derivatives = { gradient: new Float64Array(count), hessian: new Float64Array(count) };
  }

  /** Grows one more tree. */
  step(): void {
    const { objective, rowShare } = this.#options;
    const { margins, data } = this.#seen;
    const isSingle = this.#binning.family === 'xgboost';
    derive(objective, margins, data.labels, data.weights, this.#derivatives);
    const tree = this.#grower.grow(this.#sampleRows(), this.#sampleFeatures(), this.#derivatives);
    if (rowShare === 1) this.#grower.addTo(margins);
    else this.#seen.add(tree, isSingle);
    this.#held?.add(tree, isSingle);
    if (this.#bias !== 0) tree.raise(this.#bias);
    this.#bias = 0;
    this.#builder.add({ group: 0, weight: 1, nodes: tree.toNodes(this.#binning), sets: [] }, 'training');
  }

  /** Undefined without validation rows. */
  validationLoss(): number | undefined {
    if (this.#held === undefined) return undefined;
    const { margins, data } = this.#held;
    return meanLoss(this.#options.objective, margins, data.labels, data.weights);
  }

  forest(): Forest {
    return this.#builder.finish();
  }

  /** Ascending numbers of the rows that the next tree sees; all where chance would leave none. */
  #sampleRows(): Int32Array {
    const { rowShare } = this.#options;
    if (rowShare === 1) return this.#all;
    const drawn = this.#all.filter(() => nextUnit(this.#random) < rowShare);
    return drawn.length > 0 ? drawn : this.#all;
  }

  /** Ascending numbers of the features that the next tree may ask for. */
  #sampleFeatures(): Int32Array {
    const { featureShare } = this.#options;
    const features = Int32Array.from(this.#binning.limits, (_, feature) => feature);
    if (featureShare === 1) return features;
    const wanted = Math.max(1, Math.round(features.length * featureShare));
    for (let k = 0; k < wanted; k++) {
      const other = k + nextBelow(this.#random, features.length - k);
      [features[k], features[other]] = [features[other]!, features[k]!];
    }
    return features.slice(0, wanted).sort();
  }
}

function baseScore({ labels, weights }: TrainingData, { objective, baseScore: asked }: TrainingOptions): number {
  return asked === 'mean' ? meanScore(objective, labels, weights) : asked;
}

function forestHead(data: TrainingData, options: TrainingOptions): ForestHead {
  const family = familyOf(options);
  const isLogistic = options.objective === 'logistic';
  const names = { xgboost: ['binary:logistic', 'reg:squarederror'], lightgbm: ['binary', 'regression'] } as const;
  return {
    family,
    objective: { name: names[family][isLogistic ? 0 : 1], sigmoid: 1, rooted: false },
    featureCount: data.featureCount,
    featureNames: data.featureNames ?? [],
    groups: 1,
    baseScores: Float64Array.of(family === 'lightgbm' ? 0 : Math.fround(baseScore(data, options))),
    averaged: false,
  };
}
