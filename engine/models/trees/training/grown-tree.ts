/** A tree while it grows: splits in bins, sums in its nodes, and how it becomes one of a forest. */
import { type Family, MISSING, type NodeColumns, nodeColumns } from '../forest.ts';
import { ABOVE_ALL, type BinnedRows, type Binning, MISSING_BIN } from './binning.ts';
import type { Split } from './split-finder.ts';

export class GrownTree {
  /** −1 at a leaf. */
  readonly feature: number[] = [];
  readonly bin: number[] = [];
  readonly missingLeft: number[] = [];
  readonly left: number[] = [];
  readonly right: number[] = [];
  readonly value: number[] = [];
  readonly gain: number[] = [];
  readonly hessian: number[] = [];
  readonly rows: number[] = [];
  /** Where the node's rows begin in the grower's order. */
  readonly start: number[] = [];

  /** Adds a leaf and returns its number. */
  addLeaf(value: number, hessian: number, start: number, rows: number): number {
    this.feature.push(-1);
    this.bin.push(0);
    this.missingLeft.push(0);
    this.left.push(-1);
    this.right.push(-1);
    this.value.push(value);
    this.gain.push(0);
    this.hessian.push(hessian);
    this.start.push(start);
    this.rows.push(rows);
    return this.feature.length - 1;
  }

  /** Makes a leaf a split with two children that are there already. */
  split(node: number, split: Split, left: number, right: number): void {
    this.feature[node] = split.feature;
    this.bin[node] = split.bin;
    this.missingLeft[node] = split.missingLeft ? 1 : 0;
    this.left[node] = left;
    this.right[node] = right;
    this.value[node] = 0;
    this.gain[node] = split.gain;
  }

  /** Adds `bias` to every leaf. */
  raise(bias: number): void {
    for (const [node, feature] of this.feature.entries()) if (feature < 0) this.value[node]! += bias;
  }

  /** Value of the leaf that a binned row ends in. */
  valueOf(bins: BinnedRows, row: number): number {
    let node = 0;
    for (let feature = this.feature[0]!; feature >= 0; feature = this.feature[node]!) {
      const bin = bins.binAt(feature, row);
      const isLeft = bin === MISSING_BIN ? this.missingLeft[node] === 1 : bin <= this.bin[node]!;
      node = isLeft ? this.left[node]! : this.right[node]!;
    }
    return this.value[node]!;
  }

  /** Columns of a forest. LightGBM counts splits before leaves, XGBoost all in the order of their making. */
  toNodes({ family, limits }: Binning): NodeColumns {
    const count = this.feature.length;
    const place = family === 'lightgbm' ? splitsFirst(this.feature) : this.feature.map((_, node) => node);
    const nodes = nodeColumns(count);
    for (let node = 0; node < count; node++) {
      const k = place[node]!;
      const feature = this.feature[node]!;
      nodes.feature[k] = feature;
      nodes.value[k] = this.value[node]!;
      nodes.gain[k] = stored(this.gain[node]!, family);
      nodes.hessian[k] = stored(this.hessian[node]!, family);
      nodes.rows[k] = this.rows[node]!;
      if (family === 'xgboost') nodes.missing[k] = MISSING.nan;
      if (feature < 0) continue;
      nodes.missing[k] = MISSING.nan;
      nodes.missingLeft[k] = this.missingLeft[node]!;
      nodes.limit[k] = limits[feature]![this.bin[node]!] ?? ABOVE_ALL[family];
      nodes.left[k] = place[this.left[node]!]!;
      nodes.right[k] = place[this.right[node]!]!;
    }
    return nodes;
  }
}

/** Figures as their file keeps them, so that a forest is the same after it was written and read. */
function stored(value: number, family: Family): number {
  return family === 'xgboost' ? Math.fround(value) : value;
}

function splitsFirst(feature: readonly number[]): number[] {
  const splits = feature.filter((f) => f >= 0).length;
  let [split, leaf] = [0, splits];
  return feature.map((f) => (f >= 0 ? split++ : leaf++));
}
