/** The best split of a node from its histogram: the gain of Chen and Guestrin (2016), equation 7, without its ½. */
import { MISSING_BIN } from './binning.ts';
import { BINS } from './kernels.ts';

/** Sums over the rows of a node. */
export interface NodeSums {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
}

interface SplitRules {
  readonly lambda: number;
  readonly minGain: number;
  readonly minHessian: number;
  readonly minRows: number;
}

export interface Split {
  readonly feature: number;
  /** Last bin that goes left. */
  readonly bin: number;
  readonly missingLeft: boolean;
  /** What the children's scores G² / (H + λ) exceed the node's by. */
  readonly gain: number;
  readonly leftGradient: number;
  readonly leftHessian: number;
}

/** Gains below this are rounding (XGBoost's kRtEps). */
const LEAST_GAIN = 1e-6;

/** What a node is worth as a leaf: G² / (H + λ). */
function leafScore(gradient: number, hessian: number, lambda: number): number {
  return hessian + lambda > 0 ? (gradient * gradient) / (hessian + lambda) : 0;
}

/** Looks through the features of a node, keeping the best split so far; at equal gain the first stays. */
export class SplitFinder {
  readonly #rules: SplitRules;
  #node: NodeSums = { gradient: 0, hessian: 0, rows: 0 };
  /** Rows that a second derivative of 1 stands for; 0 where rows are not judged. */
  #rowsPerHessian = 0;
  readonly #minRows: number;
  #score = 0;
  #best = 0;
  #feature = -1;
  #bin = 0;
  #missingLeft = false;
  #leftGradient = 0;
  #leftHessian = 0;

  constructor(rules: SplitRules) {
    this.#rules = rules;
    this.#minRows = rules.minRows > 1 ? rules.minRows : 0;
  }

  /** Forgets what was found and turns to another node. */
  begin(node: NodeSums): void {
    const { lambda, minGain } = this.#rules;
    this.#node = node;
    this.#rowsPerHessian = this.#minRows > 0 && node.hessian > 0 ? node.rows / node.hessian : 0;
    this.#score = leafScore(node.gradient, node.hessian, lambda);
    this.#best = this.#score + Math.max(minGain, LEAST_GAIN);
    this.#feature = -1;
  }

  /** Looks at one feature, which has `limits` bins and one above them; all of them may be parted from what is missing. */
  look(sums: Float64Array, feature: number, limits: number, isBounded: boolean): void {
    const someMiss = sums[2 * (feature * BINS + MISSING_BIN) + 1] !== 0;
    this.#scan(sums, feature, someMiss && isBounded ? limits + 1 : limits, false);
    if (someMiss) this.#scan(sums, feature, limits, true);
  }

  /** Undefined where no split of the features looked at is allowed and gains more than the least. */
  found(): Split | undefined {
    if (this.#feature < 0) return undefined;
    return {
      feature: this.#feature,
      bin: this.#bin,
      missingLeft: this.#missingLeft,
      gain: this.#best - this.#score,
      leftGradient: this.#leftGradient,
      leftHessian: this.#leftHessian,
    };
  }

  /** All splits of one feature, with its missing rows on one side. Scores are compared without dividing. */
  #scan(sums: Float64Array, feature: number, bins: number, missingLeft: boolean): void {
    const { lambda, minHessian } = this.#rules;
    const minRows = this.#minRows;
    const { gradient, hessian, rows } = this.#node;
    const rowsPerHessian = this.#rowsPerHessian;
    const first = feature * BINS;
    const missing = first + MISSING_BIN;
    let leftGradient = missingLeft ? sums[2 * missing]! : 0;
    let leftHessian = missingLeft ? sums[2 * missing + 1]! : 0;
    let leftRows = (leftHessian * rowsPerHessian + 0.5) | 0;
    let best = this.#best;
    for (let bin = 0; bin < bins; bin++) {
      const at = first + bin;
      const own = sums[2 * at + 1]!;
      leftGradient += sums[2 * at]!;
      leftHessian += own;
      leftRows += (own * rowsPerHessian + 0.5) | 0;
      if (leftHessian < minHessian || leftRows < minRows) continue;
      const rightHessian = hessian - leftHessian;
      if (rightHessian < minHessian || rows - leftRows < minRows) break;
      const rightGradient = gradient - leftGradient;
      const left = leftHessian + lambda;
      const right = rightHessian + lambda;
      const product = left * right;
      const score = leftGradient * leftGradient * right + rightGradient * rightGradient * left;
      if (!(score > best * product) || !(left > 0 && right > 0)) continue;
      best = score / product;
      this.#take(feature, bin, missingLeft, leftGradient, leftHessian);
    }
    this.#best = best;
  }

  #take(feature: number, bin: number, missingLeft: boolean, leftGradient: number, leftHessian: number): void {
    this.#feature = feature;
    this.#bin = bin;
    this.#missingLeft = missingLeft;
    this.#leftGradient = leftGradient;
    this.#leftHessian = leftHessian;
  }
}
