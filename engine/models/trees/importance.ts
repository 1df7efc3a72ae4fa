/** Which features a forest asks for: how often, and how much it gained by it. */
import type { Forest } from './forest.ts';

/** Splits on each feature. */
export function importanceBySplits(forest: Forest): Float64Array {
  return sumOverSplits(forest, () => 1);
}

/** Sum of the gains of the splits on each feature; zeros where the file does not tell them. */
export function importanceByGain(forest: Forest): Float64Array {
  return sumOverSplits(forest, (node) => forest.nodes.gain[node]!);
}

function sumOverSplits({ nodes, featureCount }: Forest, worth: (node: number) => number): Float64Array {
  const sums = new Float64Array(featureCount);
  for (let node = 0; node < nodes.feature.length; node++) {
    const feature = nodes.feature[node]!;
    if (feature >= 0) sums[feature] = sums[feature]! + worth(node);
  }
  return sums;
}
