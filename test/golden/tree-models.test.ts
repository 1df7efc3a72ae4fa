/** Tree models that others trained predict what their makers published: every model file of the recorded data. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Forest, treeCount } from '../../engine/models/trees/forest.ts';
import { readLightgbmText } from '../../engine/models/trees/formats/lightgbm-text-reader.ts';
import { writeLightgbmText } from '../../engine/models/trees/formats/lightgbm-text-writer.ts';
import { readModel } from '../../engine/models/trees/formats/read-model.ts';
import { readXgboostJson, readXgboostUbjson } from '../../engine/models/trees/formats/xgboost-reader.ts';
import { writeXgboostJson, writeXgboostUbjson } from '../../engine/models/trees/formats/xgboost-writer.ts';
import { Predictor } from '../../engine/models/trees/predictor.ts';
import { dataFolder } from '../fixtures/recorded.ts';

const folder = dataFolder();

function bytesOf(name: string): Uint8Array {
  const bytes = readFileSync(join(folder!, 'i_tree_models', name));
  return name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

const model = (name: string): Forest => readModel(bytesOf(name));

/** Numbers of each line; an empty cell is missing. */
function table(name: string, separator: string | RegExp): number[][] {
  const lines = new TextDecoder().decode(bytesOf(name)).trimEnd().split('\n');
  return lines.map((line) => line.split(separator).map((cell) => (cell.trim() === '' ? Number.NaN : Number(cell))));
}

/** Rows of `label index:value …`; what is not named is missing. */
function sparseTable(name: string, features: number): Float64Array[] {
  const lines = new TextDecoder().decode(bytesOf(name)).trimEnd().split('\n');
  return lines.map((line) => {
    const row = new Float64Array(features).fill(Number.NaN);
    for (const pair of line.trim().split(/\s+/).slice(1)) {
      const [index, value] = pair.split(':').map(Number);
      row[index!] = value!;
    }
    return row;
  });
}

/** Largest distance of the predictions of all rows from the published ones. */
function worst(forest: Forest, rows: readonly Float64Array[], published: readonly number[][], isRaw = false): number {
  const predictor = new Predictor(forest);
  const out = new Float64Array(predictor.groups);
  let most = 0;
  for (const [i, row] of rows.entries()) {
    if (isRaw) predictor.margins(row, 0, out);
    else predictor.predict(row, 0, out);
    for (const [k, truth] of published[i]!.entries()) most = Math.max(most, Math.abs(out[k]! - truth));
  }
  expect(rows.length).toBe(published.length);
  return most;
}

if (folder === undefined) process.stderr.write('tree models: skipped, the models are not in ../shared/data\n');

describe.skipIf(folder === undefined)('XGBoost', () => {
  const rows = (): Float64Array[] => sparseTable('leaves/agaricus_test.libsvm.gz', 127);
  const published = (): number[][] => table('leaves/xgagaricus_true_predictions.txt', /\s+/);

  it.each(['leaves/xgagaricus.model', 'xgboost_json/agaricus.json'])('%s predicts 1,611 mushrooms', (name) => {
    const forest = model(name);
    expect(treeCount(forest)).toBe(3);
    // The published numbers are singles.
    expect(worst(forest, rows(), published())).toBeLessThan(6e-8);
  });

  it('has one model in both formats', () => {
    const [legacy, json] = [model('leaves/xgagaricus.model'), model('xgboost_json/agaricus.json')];
    for (const column of ['feature', 'limit', 'left', 'right', 'missingLeft', 'value', 'gain', 'hessian'] as const) {
      expect(legacy.nodes[column], column).toEqual(json.nodes[column]);
    }
  });

  it('is the same after being written as JSON and UBJSON', () => {
    const forest = model('leaves/xgagaricus.model');
    expect(readXgboostJson(writeXgboostJson(forest))).toEqual(forest);
    expect(readXgboostUbjson(writeXgboostUbjson(forest))).toEqual(forest);
  });
});

describe.skipIf(folder === undefined)('LightGBM', () => {
  it('breast cancer: every leaf of 39 trees', () => {
    const rows = table('leaves/lg_breast_cancer_data.txt', ' ').map((row) => Float64Array.from(row));
    const predictor = new Predictor(model('leaves/lg_breast_cancer.txt'));
    const leaves = new Int32Array(predictor.treeCount);
    const ended = rows.map((row) => {
      predictor.leaves(row, 0, leaves);
      return Array.from(leaves);
    });
    expect(ended).toEqual(table('leaves/lg_breast_cancer_data_pred_leaves.txt', ' '));
  });

  it('five classes: raw scores and probabilities', () => {
    const rows = table('leaves/multiclass_test.tsv', '\t').map((row) => Float64Array.from(row.slice(1)));
    const forest = model('leaves/lgmulticlass.model');
    expect(worst(forest, rows, table('leaves/lgmulticlass_true_raw_predictions.txt', '\t'), true)).toBe(0);
    expect(worst(forest, rows, table('leaves/lgmulticlass_true_predictions.txt', '\t'))).toBeLessThan(1e-15);
  });

  it.each(['model.txt', 'model.json'])('bitcoin by the hour, categories and missing values: %s', (name) => {
    const cells = table('lightgbm_btc_1h/rows_and_predictions.csv', ',').slice(1);
    const rows = cells.map((row) => Float64Array.from(row.slice(1, 9)));
    expect(rows.some((row) => row.some(Number.isNaN))).toBe(true);
    const forest = model(`lightgbm_btc_1h/${name}`);
    expect(forest.categories.bounds.length).toBeGreaterThan(100);
    expect(
      worst(
        forest,
        rows,
        cells.map((row) => [row[9]!]),
        true,
      ),
    ).toBeLessThan(1e-15);
    expect(
      worst(
        forest,
        rows,
        cells.map((row) => [row[10]!]),
      ),
    ).toBeLessThan(1e-15);
  });

  it('a small model whose leaves are told in its file', () => {
    const predictor = new Predictor(model('leaves/model_simple.txt'));
    const [low, high] = [0.3584987837673016 + -0.063872842243335157, 0.41213915936587919 + -0.016484332942214807];
    // X2 is a category of 100 in the file's set; X1 is asked for at 340.5.
    expect(predictor.margin(Float64Array.of(0, 100))).toBe(0.56697267424823339 + 0.12883103567558912);
    expect(predictor.margin(Float64Array.of(340, 3))).toBe(low);
    expect(predictor.margin(Float64Array.of(341, Number.NaN))).toBe(high);
    expect(predictor.predictOne(Float64Array.of(341, -1))).toBeCloseTo(1 / (1 + Math.exp(-high)), 15);
  });

  it('a bare tree of three leaves, behind a head', () => {
    const tree = new TextDecoder().decode(bytesOf('leaves/tree_3leaves.txt'));
    const head = 'tree\nversion=v2\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx=1\n';
    const predictor = new Predictor(readLightgbmText(`${head}${tree}\nend of trees\n`));
    const predictions = [100, 99, 3, 999, 1000].map((category) => predictor.margin(Float64Array.of(800, category)));
    expect(predictions).toEqual([0.54, 0.38, 0.38, 0.38, 0.38]);
    expect(predictor.margin(Float64Array.of(756, 0))).toBe(0.35);
  });

  it('a dump of one tree', () => {
    const predictor = new Predictor(model('leaves/lg_1tree.json'));
    const predictions = [1, 10, 100, 2, Number.NaN].map((category) =>
      predictor.margin(Float64Array.of(0.14, category)),
    );
    expect(predictions).toEqual([0.4703, 0.4703, 0.4703, 0.4242, 0.4242]);
    expect(predictor.margin(Float64Array.of(0.15, 1))).toBe(1.1111);
  });

  it('takes the rows of its own example', () => {
    const rows = table('lightgbm_examples/binary.test.gz', '\t').map((row) => Float64Array.from(row.slice(1)));
    expect(rows).toHaveLength(500);
    // That folder has rows and no model; the model of five classes asks for the same 28 features.
    const predictor = new Predictor(model('leaves/lgmulticlass.model'));
    const out = new Float64Array(5);
    for (const row of rows) {
      predictor.predict(row, 0, out);
      expect(out.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 14);
    }
  });

  it.each(['leaves/lg_breast_cancer.txt', 'leaves/lgmulticlass.model', 'lightgbm_btc_1h/model.txt'])(
    '%s is the same after being written',
    (name) => {
      const forest = model(name);
      expect(readLightgbmText(writeLightgbmText(forest))).toEqual(forest);
    },
  );
});
