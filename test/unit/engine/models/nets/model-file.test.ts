/** A model's file: what comes back decides as what was written, and what is not one of ours is refused. */
import { describe, expect, it } from 'vitest';
import { type ModelSpec, NetModel } from '../../../../../engine/models/nets/model.ts';
import { readModel, writeModel } from '../../../../../engine/models/nets/model-file.ts';
import {
  readSafetensors,
  type Stored,
  WeightsError,
  writeSafetensors,
} from '../../../../../engine/models/nets/safetensors.ts';
import { fitScale } from '../../../../../engine/models/nets/scaling.ts';
import { describeShape, type NetShape, parseShape, shapeBreach } from '../../../../../engine/models/nets/shape.ts';
import { wasmKernels } from '../../../../../src/kernels/wasm-kernels.ts';
import { ODD_NETS, ODD_NHITS, ODD_PATCHTST, QUICK_NETS, randomFrom } from '../../../../fixtures/small-nets.ts';

const random = randomFrom(3);
const WINDOWS = Float32Array.from({ length: 5 * 24 }, () => 3 + random.normal());

function model(shape: NetShape, rest: Partial<ModelSpec> = {}): NetModel {
  const made = new NetModel({ shape, objective: 'direction', byWindow: false, ...rest }, 5, wasmKernels);
  made.net.parameters.reset(made.net.kernels, 8);
  made.scaler.scale = fitScale(WINDOWS, 5, shape);
  return made;
}

/** The same file with something changed. */
function changed(change: (stored: Stored) => Stored, shape: NetShape = ODD_NHITS): Uint8Array {
  return writeSafetensors(change(readSafetensors(writeModel(model(shape)))));
}

const withMetadata = (texts: Record<string, string>, shape?: NetShape): Uint8Array => {
  return changed((stored) => ({ ...stored, metadata: { ...stored.metadata, ...texts } }), shape);
};

describe.each(ODD_NETS)('%s', (_, shape) => {
  it.each([
    { objective: 'direction', byWindow: false },
    { objective: 'forecast', byWindow: true },
  ] as const)('comes back to the bit: %o', (rest) => {
    const written = model(shape, rest);
    const bytes = writeModel(written);
    const read = readModel(bytes, 1, wasmKernels);
    expect(read.spec).toEqual(written.spec);
    expect(writeModel(read)).toEqual(bytes);
    const scores = written.scores(WINDOWS, 5);
    expect([...scores].map((__, i) => read.score(WINDOWS, i * 24))).toEqual([...scores]);
    expect(new Set(scores).size).toBe(5);
  });

  it('abstains where a window is not finite or the weights are beyond sense', () => {
    const read = readModel(writeModel(model(shape)), 1, wasmKernels);
    expect(read.score(WINDOWS.with(5, Number.NaN))).toBeNaN();
    expect(read.score(WINDOWS)).not.toBeNaN();
    // A value far out counts for ten deviations.
    expect(read.score(WINDOWS.with(5, 1e30))).toBe(read.score(WINDOWS.with(5, 1e6)));
    const huge = changed((stored) => {
      return { ...stored, tensors: stored.tensors.map((each) => ({ ...each, values: each.values.map(() => 3e38) })) };
    }, shape);
    expect(readModel(huge, 1, wasmKernels).score(WINDOWS)).toBeNaN();
  });
});

describe('refused', () => {
  it.each<[string, Uint8Array, string]>([
    ['another format', withMetadata({ format: 'x' }), 'the format is not chimera-net-1'],
    ['another objective', withMetadata({ objective: 'x' }), 'no such objective'],
    ['neither true nor false', withMetadata({ byWindow: '1' }), 'byWindow is neither true nor false'],
    ['another kind', withMetadata({ kind: 'lstm' }), 'no such net: no net of kind "lstm"'],
    ['a make of another size', withMetadata({ hiddenWidth: '8' }), 'tensor stacks.0.first.weight is not 6 × 8'],
    ['a make that wants more', withMetadata({ layers: '3' }, ODD_PATCHTST), 'tensor layers.2.norm1.gain is missing'],
    [
      'a make that wants less',
      withMetadata({ layers: '1' }, ODD_PATCHTST),
      'the net has no tensor "layers.1.norm1.gain"',
    ],
    ['no tensors', changed((stored) => ({ ...stored, tensors: [] })), 'tensor scale.mean is missing'],
    ['no metadata', changed((stored) => ({ ...stored, metadata: {} })), 'the format is not chimera-net-1'],
    [
      'a deviation of zero',
      changed(({ metadata, tensors: [mean, deviation, ...rest] }) => {
        return { metadata, tensors: [mean!, { ...deviation!, values: Float32Array.of(1, 0) }, ...rest] };
      }),
      'scale.deviation is not above zero',
    ],
  ])('%s', (_, bytes, reason) => {
    expect(() => readModel(bytes, 1, wasmKernels)).toThrow(WeightsError);
    expect(() => readModel(bytes, 1, wasmKernels)).toThrow(reason);
  });
});

describe('a make', () => {
  it.each([...ODD_NETS, ...QUICK_NETS])('of %s is read as it was written', (_, shape) => {
    expect(parseShape(describeShape(shape))).toEqual(shape);
  });

  it.each<[Record<string, string>, string]>([
    [{ steps: '0' }, 'steps 0'],
    [{ steps: '12.0' }, 'steps 0'],
    [{ steps: '1e2' }, 'steps 0'],
    [{ steps: '99999999999' }, 'steps 0'],
    [{ steps: '1025' }, 'steps 1025'],
    [{ channels: '65' }, 'channels 65'],
    [{ horizon: '257' }, 'horizon 257'],
    [{ hiddenWidth: '513' }, 'hidden width 513'],
    [{ channels: '64', steps: '1024', hiddenWidth: '17' }, '64 × 1024 values into 17'],
    [{ stacks: '' }, '12 steps in pools of 0'],
    [{ stacks: '4:2:1:1' }, '12 steps in pools of 0'],
    [{ stacks: '5:2:1' }, '12 steps in pools of 5'],
    [{ stacks: '4:13:1' }, '13 knots for 12 steps'],
    [{ stacks: '4:2:6' }, '6 knots for a horizon of 5'],
    [{ stacks: Array(9).fill('4:2:1').join(' ') }, '9 stacks'],
  ])('of N-HiTS is refused: %o', (texts, reason) => {
    expect(parseShape({ ...describeShape(ODD_NHITS), ...texts })).toBe(reason);
  });

  it.each<[Record<string, string>, string]>([
    [{ patch: '13' }, 'patches of 13 from 12 steps'],
    [{ stride: '13' }, 'a stride of 13'],
    [{ steps: '1000', stride: '1' }, '997 patches'],
    [{ width: '516' }, 'width 516'],
    [{ heads: '3' }, '3 heads in a width of 8: a head takes whole fours'],
    [{ heads: '4' }, '4 heads in a width of 8: a head takes whole fours'],
    [{ feedForward: '33' }, 'feed forward 33'],
    [{ layers: '9' }, '9 layers'],
    [{ channels: '64', steps: '300', width: '512', horizon: '200' }, '3244032 values of tokens'],
  ])('of PatchTST is refused: %o', (texts, reason) => {
    expect(parseShape({ ...describeShape(ODD_PATCHTST), ...texts })).toBe(reason);
  });

  it('that is impossible is a broken invariant where it is not read from a file', () => {
    expect(shapeBreach(ODD_NHITS)).toBeUndefined();
    expect(() => model({ ...ODD_NHITS, steps: 13 })).toThrow('no such net: 13 steps in pools of 4');
  });
});
