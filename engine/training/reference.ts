/** How each feature lay in what a model learnt from: what drift is measured against. */
import { FEATURE_DEFINITIONS, FEATURES } from '../domain/index.ts';
import type { FeatureBins } from '../models/package.ts';
import { frequencyEdges, sharesIn } from '../statistics/stability.ts';
import type { Dataset } from './dataset.ts';

const BINS = 10;

/**
 * Features in ticks or lots: they tell the price of an instrument, and how it is counted, rather than what it does. Trees are
 * not shown them, and their bins say no more than how often they were valid.
 */
export const SCALE_BOUND: readonly boolean[] = FEATURES.map((name) => /tick|lots/.test(FEATURE_DEFINITIONS[name][0]));

/** Deciles of each feature over the rows of a dataset, and last the share of rows where it was not valid. */
export function referenceBins({ features, featureCount, labels }: Dataset): FeatureBins[] {
  const rows = labels.start.length;
  return Array.from({ length: featureCount }, (_, feature) => {
    const values = Float64Array.from({ length: rows }, (_, row) => features[row * featureCount + feature]!);
    const valid = values.filter((value) => value === value);
    const share = rows === 0 ? 0 : valid.length / rows;
    if (valid.length === 0 || SCALE_BOUND[feature]) return { edges: [], shares: [share, 1 - share] };
    const edges = frequencyEdges(valid, BINS);
    return { edges: [...edges], shares: [...sharesIn(valid, edges).map((each) => each * share), 1 - share] };
  });
}
