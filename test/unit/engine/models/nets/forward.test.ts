/** What the nets answer, against plain ones written from the papers; and that a window alone has the bits that it has among others. */
import { describe, expect, it } from 'vitest';
import type { KernelsOver } from '../../../../../engine/models/nets/kernels.ts';
import type { Net } from '../../../../../engine/models/nets/net.ts';
import { DEFAULT_NHITS } from '../../../../../engine/models/nets/nhits.ts';
import { DEFAULT_PATCHTST } from '../../../../../engine/models/nets/patchtst.ts';
import { doubleKernels, referenceKernels } from '../../../../../engine/models/nets/reference-kernels.ts';
import { type NetShape, openNet } from '../../../../../engine/models/nets/shape.ts';
import { wasmKernels } from '../../../../../src/kernels/wasm-kernels.ts';
import { plainNHits, plainPatchTst, type TensorOf } from '../../../../fixtures/plain-nets.ts';
import { ODD_NETS, randomFrom } from '../../../../fixtures/small-nets.ts';

const WINDOWS = 9;
const ALL: ReadonlyArray<readonly [string, NetShape]> = [
  ...ODD_NETS,
  ['N-HiTS as it ships', DEFAULT_NHITS],
  ['PatchTST as it ships', DEFAULT_PATCHTST],
];

/** A net with tensors at random, the gains and shifts too. */
function opened(shape: NetShape, capacity: number, kernelsOver: KernelsOver): Net {
  const net = openNet(shape, capacity, kernelsOver);
  net.parameters.reset(net.kernels, 7);
  const random = randomFrom(9);
  for (const { values, rows, columns } of net.parameters.tensors) {
    for (let i = 0; i < rows * columns; i++) net.kernels.floats[values + i]! += 0.1 * random.normal();
  }
  return net;
}

function windowsFor({ channels, steps }: NetShape): number[][] {
  const random = randomFrom(13);
  return Array.from({ length: WINDOWS }, () => Array.from({ length: channels * steps }, () => random.normal()));
}

/** Answers to windows that go through at once. */
function answers(net: Net, windows: readonly number[][]): number[][] {
  net.kernels.floats.set(windows.flat(), net.input);
  net.forward(windows.length);
  const { horizon } = net.window;
  return windows.map((_, i) => {
    const from = net.output + i * horizon;
    return Array.from(net.kernels.floats.subarray(from, from + horizon));
  });
}

function plainAnswer(shape: NetShape, net: Net, window: readonly number[]): number[] {
  const tensor: TensorOf = (name) => {
    const { values, rows, columns } = net.parameters.tensors.find((each) => each.name === name)!;
    return Array.from({ length: rows }, (_, i) => {
      return Array.from(net.kernels.floats.subarray(values + i * columns, values + (i + 1) * columns));
    });
  };
  return shape.kind === 'nhits' ? plainNHits(shape, tensor, window) : plainPatchTst(shape, tensor, window);
}

function worst(found: readonly number[], truth: readonly number[]): number {
  const scale = Math.max(...truth.map(Math.abs));
  return Math.max(...found.map((value, i) => Math.abs(value - truth[i]!))) / scale;
}

describe.each(ALL)('%s', (_, shape) => {
  const windows = windowsFor(shape);

  it('answers as the papers have it, in double and in single precision', () => {
    const double = opened(shape, WINDOWS, doubleKernels);
    const single = opened(shape, WINDOWS, wasmKernels);
    for (const [i, answer] of answers(double, windows).entries()) {
      const truth = plainAnswer(shape, double, windows[i]!);
      expect(worst(answer, truth)).toBeLessThan(1e-12);
      expect(worst(answers(single, windows)[i]!, truth)).toBeLessThan(2e-5);
    }
  });

  it.each([
    ['compiled', wasmKernels],
    ['reference', referenceKernels],
  ])('gives a window alone the bits that it has among others: %s', (__, kernelsOver) => {
    const together = answers(opened(shape, WINDOWS, kernelsOver), windows);
    const alone = opened(shape, 1, kernelsOver);
    for (const [i, window] of windows.entries()) expect(answers(alone, [window])).toEqual([together[i]]);
  });

  it('has the same bits with both sets of kernels', () => {
    expect(answers(opened(shape, WINDOWS, wasmKernels), windows)).toEqual(
      answers(opened(shape, WINDOWS, referenceKernels), windows),
    );
  });
});
