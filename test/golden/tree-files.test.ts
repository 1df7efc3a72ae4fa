/**
 * Models of XGBoost 1.7 and LightGBM 4.7 with everything that their formats have, and ours opened by them: the answers
 * were taken once by test/fixtures/trees/make_references.py, on ordinary rows and on such as no training has.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Forest } from '../../engine/models/trees/forest.ts';
import { readLightgbmJson } from '../../engine/models/trees/formats/lightgbm-json-reader.ts';
import { readLightgbmText } from '../../engine/models/trees/formats/lightgbm-text-reader.ts';
import { writeLightgbmText } from '../../engine/models/trees/formats/lightgbm-text-writer.ts';
import { readModel } from '../../engine/models/trees/formats/read-model.ts';
import { readXgboostBinary } from '../../engine/models/trees/formats/xgboost-binary-reader.ts';
import { readXgboostJson, readXgboostUbjson } from '../../engine/models/trees/formats/xgboost-reader.ts';
import { writeXgboostJson, writeXgboostUbjson } from '../../engine/models/trees/formats/xgboost-writer.ts';
import { Predictor } from '../../engine/models/trees/predictor.ts';
import { ourFiles } from '../fixtures/trees/ours.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/trees');

type Numbers = ReadonlyArray<number | readonly number[]>;

interface Answers {
  readonly rows: ReadonlyArray<ReadonlyArray<number | null>>;
  readonly margin: Numbers;
  readonly prediction: Numbers;
  readonly leaves: readonly number[][];
}

interface Library<Model> {
  readonly models: Readonly<Record<string, Model & Answers>>;
  readonly ours: Readonly<Record<string, Answers>>;
}

const read = (name: string): unknown => JSON.parse(gunzipSync(readFileSync(join(FIXTURES, name))).toString('utf8'));
const xgboost = read('xgboost.json.gz') as Library<{ json: string; ubjson: string; binary: string | null }>;
const lightgbm = read('lightgbm.json.gz') as Library<{ text: string; json: string }>;
const fromBase64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));
const list = (item: number | readonly number[]): readonly number[] => (typeof item === 'number' ? [item] : item);

/** Distance of two numbers, relative to the larger where that is above 1. */
const distance = (a: number, b: number): number => Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b));

interface Errors {
  readonly margin: number;
  readonly prediction: number;
}

/** Largest distances from the library's answers; every leaf must be the same. */
function errors(forest: Forest, answers: Answers): Errors {
  const predictor = new Predictor(forest);
  const out = new Float64Array(predictor.groups);
  const leaves = new Int32Array(predictor.treeCount);
  let [margin, prediction] = [0, 0];
  for (const [i, cells] of answers.rows.entries()) {
    const row = Float64Array.from(cells, (cell) => cell ?? Number.NaN);
    predictor.leaves(row, 0, leaves);
    expect(Array.from(leaves), `leaves of row ${i}`).toEqual(answers.leaves[i]);
    predictor.margins(row, 0, out);
    for (const [k, truth] of list(answers.margin[i]!).entries()) margin = Math.max(margin, distance(out[k]!, truth));
    predictor.predict(row, 0, out);
    for (const [k, truth] of list(answers.prediction[i]!).entries()) {
      prediction = Math.max(prediction, distance(out[k]!, truth));
    }
  }
  return { margin, prediction };
}

describe('XGBoost', () => {
  it.each(Object.keys(xgboost.models))('%s, from all its formats and back', (name) => {
    const { json, ubjson, binary, ...answers } = xgboost.models[name]!;
    const forest = readXgboostJson(json);
    const { margin, prediction } = errors(forest, answers);
    // Margins are sums of singles, in the same order: equal, but for dropout, where XGBoost adds the base score twice.
    expect(margin).toBeLessThanOrEqual(name === 'dart' ? 2e-7 : 0);
    expect(prediction).toBeLessThan(1.5e-7);
    expect(readXgboostUbjson(fromBase64(ubjson))).toEqual(forest);
    if (binary !== null) expect(errors(readXgboostBinary(fromBase64(binary)), answers)).toEqual({ margin, prediction });
    expect(readXgboostJson(writeXgboostJson(forest))).toEqual(forest);
    expect(readXgboostUbjson(writeXgboostUbjson(forest))).toEqual(forest);
  });

  it('reads base_score as every version writes it', () => {
    const { json } = xgboost.models.logistic!;
    const text = /"base_score":"([^"]+)"/.exec(json)![0];
    const plain = readXgboostJson(json);
    for (const score of ['"0.5"', '"5E-1"', '"[5E-1]"', '"[ 5E-1 ]"', '0.5', '".5"']) {
      expect(readXgboostJson(json.replace(text, `"base_score":${score}`)), score).toEqual(plain);
    }
    const classes = xgboost.models.softprob!.json.replace(/"base_score":"[^"]+"/, '"base_score":"[5E-1,0E0,-1E0]"');
    expect(Array.from(readXgboostJson(classes).baseScores)).toEqual([0.5, 0, -1]);
    for (const score of ['"[5E-1,1]"', '"[]"', '"0"', '"1"', '"nan"', '"half"', 'null', '{}']) {
      expect(() => readXgboostJson(json.replace(text, `"base_score":${score}`)), score).toThrow('learner');
    }
  });
});

describe('LightGBM', () => {
  it.each(Object.keys(lightgbm.models))('%s, from both its formats and back', (name) => {
    const { text, json, ...answers } = lightgbm.models[name]!;
    const forest = readLightgbmText(text);
    const { margin, prediction } = errors(forest, answers);
    expect(margin).toBe(0);
    expect(prediction).toBeLessThan(4e-16);
    expect(errors(readLightgbmJson(json), answers).margin).toBeLessThan(1e-15);
    expect(readLightgbmText(writeLightgbmText(forest))).toEqual(forest);
  });
});

describe('ours', () => {
  const files = ourFiles();

  it('are made again to the byte', () => {
    for (const [name, bytes] of files) {
      expect(Buffer.from(bytes).equals(readFileSync(join(FIXTURES, name))), name).toBe(true);
    }
  });

  it.each([
    ['ours.xgb-json', xgboost.ours],
    ['ours.ubj', xgboost.ours],
    ['ours.txt', lightgbm.ours],
  ])('%s says the same there as here', (name, answers) => {
    const forest = readModel(files.find(([file]) => file === name)![1]);
    const { margin, prediction } = errors(forest, answers[name]!);
    expect(margin).toBe(0);
    expect(prediction).toBeLessThan(name === 'ours.txt' ? 4e-16 : 1.5e-7);
  });
});
