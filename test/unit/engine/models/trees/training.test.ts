/** What a training does when it is told to stop, what it refuses, and how it bins. */
import { describe, expect, it } from 'vitest';
import { treeCount } from '../../../../../engine/models/trees/forest.ts';
import { importanceByGain } from '../../../../../engine/models/trees/importance.ts';
import { Predictor } from '../../../../../engine/models/trees/predictor.ts';
import {
  BinnedRows,
  type Binning,
  chooseBins,
  MISSING_BIN,
} from '../../../../../engine/models/trees/training/binning.ts';
import type { TrainingData } from '../../../../../engine/models/trees/training/data.ts';
import {
  LIGHTGBM_DEFAULTS,
  type TrainingOptions,
  XGBOOST_DEFAULTS,
} from '../../../../../engine/models/trees/training/options.ts';
import { lcgData } from '../../../../fixtures/trees/lcg-data.ts';
import { growStepwise, trainForest } from '../../../../fixtures/trees/training.ts';

describe('a training', () => {
  it('stops where the held rows gain nothing any more, and keeps the trees up to the best', () => {
    const options = { ...XGBOOST_DEFAULTS, rounds: 500, patience: 5 };
    const held = lcgData(300, 8, 2, 0, 4);
    const { forest, bestRound, validationLosses } = trainForest(lcgData(300, 8, 1, 0, 4), options, held);
    expect(validationLosses).toHaveLength(bestRound + 5);
    expect(bestRound).toBeLessThan(100);
    expect(treeCount(forest)).toBe(bestRound);
    expect(validationLosses[bestRound - 1]).toBe(Math.min(...validationLosses));
  });

  it('can be given up at any tree', () => {
    const training = growStepwise(lcgData(200, 8, 1), { ...XGBOOST_DEFAULTS, rounds: 1000 });
    expect(training.next().value).toMatchObject({ round: 1, rounds: 1000 });
    expect(training.next().value).toMatchObject({ round: 2 });
    training.return(undefined as never);
    expect(training.next()).toEqual({ done: true, value: undefined });
  });

  it('asks most for what matters, and keeps its names', () => {
    const featureNames = Array.from({ length: 16 }, (_, f) => `feature ${f}`);
    const data = { ...lcgData(2000, 16, 1, 0, 4), featureNames };
    const { forest } = trainForest(data, { ...LIGHTGBM_DEFAULTS, rounds: 20 });
    const gains = importanceByGain(forest);
    const order = Array.from(gains.keys()).sort((a, b) => gains[b]! - gains[a]!);
    expect(order.slice(0, 3).sort()).toEqual([2, 3, 7]);
    expect(forest.featureNames).toEqual(featureNames);
  });

  it('says the mean where there is nothing to learn', () => {
    const data = { featureCount: 1, rows: Float64Array.of(1, 1, 1, 1), labels: Float64Array.of(0, 1, 1, 1) };
    for (const options of [LIGHTGBM_DEFAULTS, { ...XGBOOST_DEFAULTS, baseScore: 'mean' as const }]) {
      const { forest } = trainForest(data, { ...options, rounds: 3 });
      expect(new Predictor(forest).predictOne(Float64Array.of(9))).toBeCloseTo(0.75, 6);
    }
    const sure = trainForest({ ...data, labels: Float64Array.of(1, 1, 1, 1) }, { ...LIGHTGBM_DEFAULTS, rounds: 1 });
    expect(new Predictor(sure.forest).predictOne(Float64Array.of(1))).toBeGreaterThan(0.999);
  });

  it('takes a column that is all missing, and values without end', () => {
    const rows = Float64Array.from({ length: 200 }, (_, i) => [Number.NaN, i < 50 ? -Infinity : Infinity][i % 2]!);
    const labels = Float64Array.from({ length: 100 }, (_, i) => (i < 25 ? 0 : 1));
    for (const options of [XGBOOST_DEFAULTS, { ...LIGHTGBM_DEFAULTS, minRows: 1 }]) {
      const { forest } = trainForest({ featureCount: 2, rows, labels }, { ...options, rounds: 2 });
      expect(forest.nodes.limit.every((limit) => !Number.isNaN(limit))).toBe(true);
    }
  });

  it.each([
    ['rounds', 0],
    ['rounds', 1.5],
    ['maxBins', 256],
    ['maxBins', 1],
    ['learningRate', 0],
    ['rowShare', 1.1],
    ['featureShare', Number.NaN],
    ['lambda', -1],
    ['minGain', Number.POSITIVE_INFINITY],
    ['minRows', 0],
    ['patience', -1],
    ['patience', 3],
    ['baseScore', 0],
    ['baseScore', 1],
    ['baseScore', Number.NaN],
    ['growth', { kind: 'depth', maxDepth: 11 }],
    ['growth', { kind: 'leaf', maxLeaves: 1, maxDepth: 5 }],
  ])('refuses %s %j', (name, value) => {
    expect(() => trainForest(lcgData(20, 8, 1), { ...XGBOOST_DEFAULTS, [name]: value })).toThrow();
  });

  it.each([
    ['no rows', { rows: new Float64Array(0), labels: new Float64Array(0) }],
    ['rows that do not fit', { rows: new Float64Array(7) }],
    ['a label of neither class', { labels: new Float64Array(20).fill(0.5) }],
    ['a weight of nothing', { weights: new Float64Array(20) }],
    ['a weight too few', { weights: new Float64Array(19).fill(1) }],
    ['rows of half a feature', { featureCount: 0.5, rows: new Float64Array(10) }],
  ])('refuses %s', (_, change) => {
    expect(() => trainForest({ ...lcgData(20, 8, 1), ...change }, XGBOOST_DEFAULTS)).toThrow();
  });

  it('refuses rows without features by saying so', () => {
    const none = { featureCount: 0, rows: new Float64Array(0), labels: new Float64Array(20) };
    expect(() => trainForest(none, XGBOOST_DEFAULTS)).toThrow('0 features');
  });

  it('refuses to validate on other features', () => {
    expect(() => trainForest(lcgData(20, 8, 1), XGBOOST_DEFAULTS, lcgData(20, 9, 1))).toThrow('other features');
  });
});

describe('bins', () => {
  const column = (values: readonly number[]) => ({
    featureCount: 1,
    rows: Float64Array.from(values),
    labels: new Float64Array(values.length),
  });

  const binsOf = (data: TrainingData, binning: Binning): number[] => {
    const bins = new BinnedRows(data, binning);
    return Array.from(data.labels, (_, row) => bins.binAt(0, row));
  };

  it('part all values where there are few', () => {
    const data = column([3, 1, 2, 2, Number.NaN, 1]);
    const middle = chooseBins(data, 'lightgbm', 10);
    expect(Array.from(middle.limits[0]!)).toEqual([1.5, 2.5]);
    expect(binsOf(data, middle)).toEqual([2, 0, 1, 1, MISSING_BIN, 0]);
    const below = chooseBins(data, 'xgboost', 10);
    expect(below.limits[0]!.map(Math.fround)).toEqual(below.limits[0]);
    expect(binsOf(data, below)).toEqual([2, 0, 1, 1, MISSING_BIN, 0]);
  });

  it.each(['xgboost', 'lightgbm'] as const)('hold about equally many rows where there are many, %s', (family) => {
    const { rows } = lcgData(5000, 8, 3);
    const data = column(Array.from(rows.filter((_, at) => at % 8 === 0)));
    const binning = chooseBins(data, family, 50);
    const counts = new Int32Array(50);
    for (const bin of binsOf(data, binning)) counts[bin]!++;
    expect(Math.min(...counts)).toBeGreaterThan(90);
    expect(Math.max(...counts)).toBeLessThan(110);
  });

  it('give a value of its own bin that most rows have', () => {
    const values = Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? 0 : i));
    const { limits } = chooseBins(column(values), 'lightgbm', 11);
    expect(limits[0]).toHaveLength(10);
    expect(limits[0]![0]).toBe(0.5);
  });
});

describe('values that are missing', () => {
  /** One row in four has no value, and those alone are of class 1. */
  const gaps = (value: (row: number) => number): TrainingData => ({
    featureCount: 1,
    rows: Float64Array.from({ length: 400 }, (_, row) => (row % 4 === 0 ? Number.NaN : value(row))),
    labels: Float64Array.from({ length: 400 }, (_, row) => Number(row % 4 === 0)),
  });
  const chances = (data: TrainingData, options: TrainingOptions, values: readonly number[]): number[] => {
    const predictor = new Predictor(trainForest(data, { ...options, rounds: 10 }).forest);
    return values.map((value) => predictor.predictOne(Float64Array.of(value)));
  };

  it.each([
    ['one value', () => 1],
    ['a few values', (row: number) => row % 3],
    ['many values', (row: number) => (row * 7919) % 1000],
  ])('are parted from all others at once, of %s, as XGBoost 1.7 does', (_, value) => {
    const [missing, low, high] = chances(gaps(value), XGBOOST_DEFAULTS, [Number.NaN, value(1), value(2)]);
    expect(missing).toBeCloseTo(0.96967906, 6);
    expect(low).toBeCloseTo(0.02515251, 6);
    expect(high).toBe(low);
    const { nodes } = trainForest(gaps(value), { ...LIGHTGBM_DEFAULTS, rounds: 1 }).forest;
    expect([...nodes.feature]).toEqual([0, -1, -1]);
  });

  it('are not parted from infinity, which no limit of a file is above', () => {
    for (const options of [XGBOOST_DEFAULTS, LIGHTGBM_DEFAULTS]) {
      const [missing, infinite] = chances(
        gaps(() => Number.POSITIVE_INFINITY),
        options,
        [Number.NaN, Number.POSITIVE_INFINITY],
      );
      expect(missing).toBe(infinite);
    }
  });

  it('leave a tree of one leaf where no value is there, and one row does too', () => {
    for (const options of [XGBOOST_DEFAULTS, LIGHTGBM_DEFAULTS]) {
      for (const data of [
        gaps(() => Number.NaN),
        { featureCount: 1, rows: Float64Array.of(3), labels: Float64Array.of(1) },
      ])
        expect([...trainForest(data, { ...options, rounds: 1 }).forest.nodes.feature]).toEqual([-1]);
    }
  });
});
