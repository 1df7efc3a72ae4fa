/** Rows to train on or to validate with, one behind the other, and what each should have given. */
import { assert } from '../../../kernel/assert.ts';

export interface TrainingData {
  readonly featureCount: number;
  /** One for each feature, kept in the forest; none where left out. */
  readonly featureNames?: readonly string[];
  /** Row-major features; NaN is missing. */
  readonly rows: Float64Array;
  /** 0 or 1 for the logistic objective, any number for the squared one. */
  readonly labels: Float64Array;
  /** How often each row counts, > 0; 1 where left out. */
  readonly weights?: Float64Array;
}

/** Asserts that the parts fit each other and are numbers. */
export function checkData({ featureCount, rows, labels, weights }: TrainingData, isBinary: boolean): void {
  assert(labels.length > 0, 'no rows to learn from');
  assert(Number.isInteger(featureCount) && featureCount > 0, `${featureCount} features`);
  assert(rows.length === labels.length * featureCount, `${rows.length} values for ${labels.length} rows`);
  assert(weights === undefined || weights.length === labels.length, 'not one weight for each row');
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    assert(isBinary ? label === 0 || label === 1 : Number.isFinite(label), `label ${label} of row ${i}`);
    const weight = weights?.[i] ?? 1;
    assert(weight > 0 && weight < 1e300, `weight ${weight} of row ${i}`);
  }
}
