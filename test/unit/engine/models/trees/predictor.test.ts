/** Prediction by hand: which way a row goes at each kind of split, and what margins become. */
import { describe, expect, it } from 'vitest';
import {
  type Forest,
  firstTrees,
  MISSING,
  type NodeColumns,
  nodeColumns,
} from '../../../../../engine/models/trees/forest.ts';
import { ForestBuilder, type ForestHead } from '../../../../../engine/models/trees/forest-builder.ts';
import { importanceByGain, importanceBySplits } from '../../../../../engine/models/trees/importance.ts';
import { Predictor } from '../../../../../engine/models/trees/predictor.ts';
import { singleAbove, singleBelow } from '../../../../../engine/models/trees/single.ts';

const XGBOOST: ForestHead = {
  family: 'xgboost',
  objective: { name: 'binary:logistic', sigmoid: 1, rooted: false },
  featureCount: 2,
  featureNames: ['a', 'b'],
  groups: 1,
  baseScores: Float64Array.of(0.5),
  averaged: false,
};
const LIGHTGBM: ForestHead = {
  ...XGBOOST,
  family: 'lightgbm',
  objective: { name: 'binary', sigmoid: 2, rooted: false },
  baseScores: Float64Array.of(0),
};

/** One split on feature 0 whose left leaf says 1 and whose right leaf says 2. */
function stump(change: (nodes: NodeColumns) => void): NodeColumns {
  const nodes = nodeColumns(3);
  nodes.feature[0] = 0;
  nodes.left[0] = 1;
  nodes.right[0] = 2;
  nodes.value.set([0, 1, 2]);
  nodes.gain[0] = 5;
  change(nodes);
  return nodes;
}

function forestOf(head: ForestHead, trees: readonly NodeColumns[], sets: Uint32Array[] = [], weight = 1): Forest {
  const builder = new ForestBuilder(head, 'test');
  for (const [t, nodes] of trees.entries()) builder.add({ group: t % head.groups, weight, nodes, sets }, 'test');
  return builder.finish();
}

/** 1 for left, 2 for right. */
const ways = (forest: Forest, values: readonly number[]): number[] => {
  const predictor = new Predictor(forest);
  return values.map((value) => predictor.margin(Float64Array.of(value, 0)));
};

const NAN = Number.NaN;

describe('a split', () => {
  it("of XGBoost is at a single's lower neighbour", () => {
    const half = Math.fround(0.1);
    const forest = forestOf(XGBOOST, [
      stump((nodes) => {
        nodes.limit[0] = singleBelow(half);
        nodes.missing[0] = MISSING.nan;
      }),
    ]);
    // 0.1 is a little less than its single, and rounded to it before it is compared.
    expect(ways(forest, [singleBelow(half), half, 0.1, NAN])).toEqual([1, 2, 2, 2]);
  });

  it('of LightGBM compares doubles', () => {
    const forest = forestOf(LIGHTGBM, [
      stump((nodes) => {
        nodes.limit[0] = 0.1;
        nodes.missing[0] = MISSING.nan;
        nodes.missingLeft[0] = 1;
      }),
    ]);
    expect(ways(forest, [0.1, 0.1 + Number.EPSILON, Math.fround(0.1), NAN])).toEqual([1, 2, 2, 1]);
  });

  it.each([
    ['none', 0.5, [1, 1, 1, 2]],
    ['none', -0.5, [2, 2, 2, 2]],
    ['zero', -0.5, [1, 1, 1, 2]],
    ['nan', -0.5, [1, 2, 2, 2]],
  ] as const)('where %s is missing, at %f', (missing, limit, expected) => {
    const forest = forestOf(LIGHTGBM, [
      stump((nodes) => {
        nodes.limit[0] = limit;
        nodes.missing[0] = MISSING[missing];
        nodes.missingLeft[0] = 1;
      }),
    ]);
    expect(ways(forest, [NAN, 0, 1e-36, 1])).toEqual(expected);
  });

  it('by category sends members right in XGBoost and left in LightGBM', () => {
    const sets = [Uint32Array.of(1 << 1, 1 << 8)];
    const nodes = (): NodeColumns =>
      stump((own) => {
        own.categorySet[0] = 0;
        own.missing[0] = MISSING.nan;
      });
    const values = [1, 1.9, 40, 0, 39, 41, 1000, -1, -0.5, NAN, 1e20, Number.POSITIVE_INFINITY];
    expect(ways(forestOf(XGBOOST, [nodes()], sets), values)).toEqual([2, 2, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1]);
    expect(ways(forestOf(LIGHTGBM, [nodes()], sets), values)).toEqual([1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2]);
  });
});

describe('a forest', () => {
  const plain = (): NodeColumns => stump((nodes) => nodes.missing.fill(MISSING.nan));

  it('adds up singles in XGBoost and doubles in LightGBM', () => {
    const tenth = (): NodeColumns => stump((nodes) => nodes.value.fill(0.1));
    const trees = Array.from({ length: 10 }, tenth);
    const sums = [XGBOOST, LIGHTGBM].map((head) => new Predictor(forestOf(head, trees)).margin(Float64Array.of(0, 0)));
    expect(sums).toEqual([1.0000001192092896, 0.9999999999999999]);
  });

  it('weighs its trees, and predicts by its objective', () => {
    const row = Float64Array.of(-1, 0);
    expect(new Predictor(forestOf(XGBOOST, [plain(), plain()], [], 0.25)).margin(row)).toBe(0.5);
    expect(new Predictor(forestOf(LIGHTGBM, [plain()])).predictOne(row)).toBeCloseTo(1 / (1 + Math.exp(-2)), 15);
    const root = { ...LIGHTGBM, objective: { name: 'regression', sigmoid: 1, rooted: true } };
    const three = (): NodeColumns => stump((nodes) => nodes.value.fill(-3));
    expect(new Predictor(forestOf(root, [three()])).predictOne(row)).toBe(-9);
    expect(new Predictor(forestOf({ ...LIGHTGBM, averaged: true }, [plain(), plain()])).margin(row)).toBe(2);
    const averaged = new Predictor(forestOf({ ...root, averaged: true }, [three(), three()]));
    expect(averaged.predictOne(row)).toBe(-9);
  });

  it('starts from its base score', () => {
    const margin = (name: string, score: number): number => {
      const head = { ...XGBOOST, objective: { ...XGBOOST.objective, name }, baseScores: Float64Array.of(score) };
      return new Predictor(forestOf(head, [])).margin(Float64Array.of(0, 0));
    };
    expect(margin('binary:logistic', 0.5)).toBe(0);
    expect(margin('binary:logistic', 0.2)).toBeCloseTo(Math.log(0.25), 6);
    expect(margin('count:poisson', 2)).toBe(Math.fround(Math.log(2)));
    expect(margin('reg:squarederror', 7)).toBe(7);
  });

  it('reads rows from anywhere in a table', () => {
    const predictor = new Predictor(forestOf(XGBOOST, [plain()]));
    const rows = Float64Array.of(9, -1, 0, 1, 0);
    expect([1, 3].map((offset) => predictor.margin(rows, offset))).toEqual([1, 2]);
    expect(() => predictor.margin(rows, 4)).toThrow('fewer features');
    expect(() => predictor.margin(rows, -1)).toThrow('fewer features');
  });

  it('keeps to one answer where it has one', () => {
    const three = { ...XGBOOST, groups: 3, baseScores: new Float64Array(3).fill(0.5) };
    const named = (name: string): ForestHead => ({ ...three, objective: { ...XGBOOST.objective, name } });
    const trees = [plain(), stump((nodes) => nodes.value.fill(4)), plain()];
    const shares = new Predictor(forestOf(named('multi:softprob'), trees));
    const out = new Float64Array(3);
    shares.predict(Float64Array.of(-1, 0), 0, out);
    expect(out[0]! + out[1]! + out[2]!).toBeCloseTo(1, 15);
    expect(out[1]! / out[0]!).toBeCloseTo(Math.exp(3), 12);
    expect(() => shares.predictOne(Float64Array.of(0, 0))).toThrow('one output');
    expect(() => shares.margin(Float64Array.of(0, 0))).toThrow('one class');
    expect(new Predictor(forestOf(named('multi:softmax'), trees)).predictOne(Float64Array.of(-1, 0))).toBe(1);
  });

  it('can be cut to its first trees', () => {
    const forest = forestOf(XGBOOST, [plain(), plain(), plain()]);
    const row = Float64Array.of(1, 0);
    expect([0, 1, 2, 3].map((count) => new Predictor(firstTrees(forest, count)).margin(row))).toEqual([0, 2, 4, 6]);
    expect(() => firstTrees(forest, 4)).toThrow('no first 4');
  });

  it('tells what it asks for', () => {
    const other = stump((nodes) => {
      nodes.feature[0] = 1;
      nodes.gain[0] = 7;
    });
    const forest = forestOf(XGBOOST, [plain(), other, plain()]);
    expect(Array.from(importanceBySplits(forest))).toEqual([2, 1]);
    expect(Array.from(importanceByGain(forest))).toEqual([10, 7]);
  });
});

describe('neighbours of a single', () => {
  it.each([
    [1, 1 - 2 ** -24],
    [-1, -1 - 2 ** -23],
    [0, -(2 ** -149)],
    [2 ** -149, 0],
    [-3.4028234663852886e38, Number.NEGATIVE_INFINITY],
  ])('%f', (value, below) => {
    expect(singleBelow(value)).toBe(below);
    expect(singleAbove(below)).toBe(value);
  });
});
