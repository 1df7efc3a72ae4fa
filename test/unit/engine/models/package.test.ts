/** A packaged model: written, read, opened; what is no package is refused and said so. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FEATURE_COUNT, FEATURE_SCHEMA_HASH, FEATURES } from '../../../../engine/domain/index.ts';
import { openModel } from '../../../../engine/models/open-model.ts';
import { type PackageHeader, readPackage, writePackage } from '../../../../engine/models/package.ts';
import { ModelFormatError } from '../../../../engine/models/trees/format-error.ts';
import { writeLightgbmText } from '../../../../engine/models/trees/formats/lightgbm-text-writer.ts';
import { encodeUtf8 } from '../../../../engine/models/trees/formats/utf8.ts';
import { Predictor } from '../../../../engine/models/trees/predictor.ts';
import { LIGHTGBM_DEFAULTS } from '../../../../engine/models/trees/training/options.ts';
import { wasmKernels } from '../../../../src/kernels/wasm-kernels.ts';
import { growStepwise } from '../../../fixtures/trees/training.ts';

const HEADER: PackageHeader = {
  kind: 'leaf-trees',
  name: 'leaf-trees-1',
  schemaHash: FEATURE_SCHEMA_HASH,
  windowSteps: 0,
  barIntervalUs: 60_000_000,
  calibrator: { kind: 'isotonic', steps: { ends: [-1, 0, 1], values: [0.2, 0.5, 0.8] }, least: 0.01 },
  label: { width: 'atr', profitWidths: 2, stopWidths: 1.5, limitBars: 20 },
  reference: FEATURES.map(() => ({ edges: [-1, 1], shares: [0.25, 0.5, 0.25, 0] })),
  skill: { rows: 500, areaUnderCurve: 0.55, logLoss: 0.68, brier: 0.24, calibrationError: 0.02, baseRate: 0.5 },
};

function grown() {
  const rows = Float64Array.from({ length: 200 * FEATURE_COUNT }, (_, i) => Math.sin(i * 7.3));
  const labels = Float64Array.from({ length: 200 }, (_, row) => Number(rows[row * FEATURE_COUNT]! > 0));
  const data = { featureCount: FEATURE_COUNT, featureNames: FEATURES, rows, labels };
  const growing = growStepwise(data, { ...LIGHTGBM_DEFAULTS, objective: 'logistic', rounds: 5 });
  for (;;) {
    const next = growing.next();
    if (next.done === true) return { forest: next.value.forest, rows };
  }
}

const { forest, rows } = grown();
const MODEL = encodeUtf8(writeLightgbmText(forest));

it('reads what it wrote, byte for byte', () => {
  const bytes = writePackage({ header: HEADER, model: MODEL });
  const read = readPackage(bytes);
  expect(read.header).toEqual(HEADER);
  expect(writePackage(read)).toEqual(bytes);
});

it('answers with the calibrated chance of its own log-odds', () => {
  const { calibrator: _, ...raw } = HEADER;
  const opened = openModel(writePackage({ header: raw, model: MODEL }), wasmKernels);
  const predictor = new Predictor(forest);
  for (const row of [0, 1, 17]) {
    const chance = opened.chance(rows, row * FEATURE_COUNT, new Float32Array());
    expect(chance).toBeCloseTo(predictor.predictOne(rows, row * FEATURE_COUNT), 14);
  }
  const calibrated = openModel(writePackage({ header: HEADER, model: MODEL }), wasmKernels);
  expect([0.2, 0.5, 0.8]).toContain(calibrated.chance(rows, 0, new Float32Array()));
});

it('tells a model of another schema', () => {
  const of = (schemaHash: string) => writePackage({ header: { ...HEADER, schemaHash }, model: MODEL });
  expect(openModel(of(FEATURE_SCHEMA_HASH), wasmKernels).fitsSchema).toBe(true);
  expect(openModel(of('f'.repeat(32)), wasmKernels).fitsSchema).toBe(false);
});

it('refuses a model that is not of its header', () => {
  const trees = writePackage({ header: { ...HEADER, kind: 'depth-trees' }, model: MODEL });
  expect(() => openModel(trees, wasmKernels)).toThrow('a model of lightgbm as depth-trees (model)');
  const net = writePackage({ header: { ...HEADER, kind: 'nhits', windowSteps: 32 }, model: MODEL });
  expect(() => openModel(net, wasmKernels)).toThrow(ModelFormatError);
});

const WRONG: ReadonlyArray<readonly [what: string, header: object, said: string]> = [
  ['a kind that there is not', { kind: 'oracle' }, 'not one of depth-trees, leaf-trees, nhits, patchtst'],
  ['a name with control characters', { name: 'a\u001b[2J' }, 'not a name of small letters'],
  ['trees with a window', { windowSteps: 32 }, '32 returns for leaf-trees'],
  ['bins that do not fit', { reference: [{ edges: [1], shares: [1] }] }, 'not one share for each bin'],
  ['edges that fall', { reference: [{ edges: [1, 0], shares: [0, 0, 1, 0] }] }, 'does not ascend'],
  ['a chance beyond one', { skill: { ...HEADER.skill, brier: 2 } }, 'not a share from 0 to 1'],
  ['no bars', { barIntervalUs: 0 }, 'no whole number from 1'],
];

it.each(WRONG)('refuses %s', (_what, change, said) => {
  const bytes = writePackage({ header: { ...HEADER, ...change } as PackageHeader, model: MODEL });
  expect(() => readPackage(bytes)).toThrow(said);
});

it('takes a damaged file for what it is: never more than a clear refusal', () => {
  const bytes = writePackage({ header: HEADER, model: MODEL });
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length), (at, byte, length) => {
      const damaged = bytes.slice(0, Math.max(length, at + 1));
      damaged[at] = byte;
      try {
        openModel(damaged, wasmKernels);
      } catch (error) {
        expect(error).toBeInstanceOf(ModelFormatError);
      }
    }),
  );
});
