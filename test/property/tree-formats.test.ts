/** Damaged model files: whatever is cut off or changed, reading says what is wrong or gives a model that predicts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Forest } from '../../engine/models/trees/forest.ts';
import { ModelFormatError } from '../../engine/models/trees/format-error.ts';
import { writeLightgbmText } from '../../engine/models/trees/formats/lightgbm-text-writer.ts';
import { readModel } from '../../engine/models/trees/formats/read-model.ts';
import { decodeUtf8, encodeUtf8 } from '../../engine/models/trees/formats/utf8.ts';
import { writeXgboostJson, writeXgboostUbjson } from '../../engine/models/trees/formats/xgboost-writer.ts';
import { Predictor } from '../../engine/models/trees/predictor.ts';

type Models = Readonly<Record<string, Readonly<Record<string, string | null>>>>;

const models = (name: string): Models => {
  const bytes = readFileSync(join(import.meta.dirname, `../fixtures/trees/${name}.json.gz`));
  return JSON.parse(gunzipSync(bytes).toString('utf8')).models;
};

function samples(): Array<readonly [name: string, bytes: Uint8Array]> {
  const xgboost = models('xgboost');
  const lightgbm = models('lightgbm');
  const bytes = (text: string | null | undefined): Uint8Array => Uint8Array.from(Buffer.from(text!, 'base64'));
  return [
    ['XGBoost JSON', encodeUtf8(xgboost.categories!.json!)],
    ['XGBoost JSON, dropout', encodeUtf8(xgboost.dart!.json!)],
    ['XGBoost UBJSON', bytes(xgboost.categories!.ubjson)],
    ['XGBoost UBJSON, three classes', bytes(xgboost.softprob!.ubjson)],
    ['XGBoost binary', bytes(xgboost.dart!.binary)],
    ['LightGBM text', encodeUtf8(lightgbm.categories!.text!)],
    ['LightGBM text, three classes', encodeUtf8(lightgbm.multiclass!.text!)],
    ['LightGBM JSON', encodeUtf8(lightgbm.categories!.json!)],
  ];
}

/** Reads, and predicts with what was read; what it says is finite or at least a number that JavaScript has. */
function survive(bytes: Uint8Array): 'refused' | 'read' {
  let forest: Forest;
  try {
    forest = readModel(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(ModelFormatError);
    expect((error as ModelFormatError).where).not.toBe('');
    expect((error as ModelFormatError).message.length).toBeLessThan(400);
    return 'refused';
  }
  const predictor = new Predictor(forest);
  const rows = new Float64Array(3 * forest.featureCount).fill(Number.NaN, 0, forest.featureCount);
  rows.fill(1.5, forest.featureCount, 2 * forest.featureCount);
  const out = new Float64Array(predictor.groups);
  const leaves = new Int32Array(predictor.treeCount);
  for (let row = 0; row < 3; row++) {
    predictor.predict(rows, row * forest.featureCount, out);
    predictor.leaves(rows, row * forest.featureCount, leaves);
  }
  if (forest.nodes.feature.length < 10_000 && forest.featureCount < 1000) {
    if (forest.family === 'xgboost') readModel(encodeUtf8(writeXgboostJson(forest)));
    if (forest.family === 'xgboost') readModel(writeXgboostUbjson(forest));
    else readModel(encodeUtf8(writeLightgbmText(forest)));
  }
  return 'read';
}

describe.each(samples())('%s', (_, bytes) => {
  it('is read whole', () => expect(survive(bytes)).toBe('read'));

  it('survives being cut off anywhere', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (length) => {
        survive(bytes.subarray(0, length));
      }),
      { numRuns: 60 },
    );
  });

  it('survives changed bytes', () => {
    const change = fc.tuple(fc.integer({ min: 0, max: bytes.length - 1 }), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const damaged = bytes.slice();
        for (const [at, byte] of changes) damaged[at] = byte;
        survive(damaged);
      }),
      { numRuns: 150 },
    );
  });

  it('survives changed digits', () => {
    const digits = Array.from(bytes.keys()).filter((at) => bytes[at]! >= 0x30 && bytes[at]! <= 0x39);
    const text = fc.constantFrom('9', '-', 'e', '.', '99999999999', 'NaN', '""', '[', '{}', '\n', ' ');
    fc.assert(
      fc.property(fc.nat({ max: digits.length - 1 }), text, (which, put) => {
        const at = digits[which]!;
        survive(Uint8Array.from([...bytes.subarray(0, at), ...encodeUtf8(put), ...bytes.subarray(at + 1)]));
      }),
      { numRuns: 80 },
    );
  });
});

describe('UTF-8', () => {
  it('goes there and back, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(decodeUtf8(encodeUtf8(text))).toBe(text);
        expect(Buffer.from(text, 'utf8').equals(encodeUtf8(text))).toBe(true);
      }),
    );
  });

  it('refuses what the platform refuses', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 8 }), (bytes) => {
        let text: string | undefined;
        try {
          text = strict.decode(bytes);
        } catch {
          expect(() => decodeUtf8(bytes)).toThrow(ModelFormatError);
          return;
        }
        expect(decodeUtf8(bytes)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });
});
