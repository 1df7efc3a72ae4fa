/**
 * The gradients of both nets, written by hand, against differences of the loss, for every value of every tensor. In double
 * precision, so that they agree to seven places.
 */
import { describe, expect, it } from 'vitest';
import { type Examples, type ModelSpec, NetModel, targetWidth } from '../../../../../engine/models/nets/model.ts';
import { doubleKernels, referenceKernels } from '../../../../../engine/models/nets/reference-kernels.ts';
import { ODD_NETS, randomFrom } from '../../../../fixtures/small-nets.ts';

const COUNT = 3;
const STEP = 1e-5;
/** Of the difference, relative to the greatest gradient of its tensor. */
const TOLERANCE = 1e-7;

function examplesFor(spec: ModelSpec): Examples {
  const random = randomFrom(11);
  const { channels, steps } = spec.shape;
  return {
    count: COUNT,
    windows: Float32Array.from({ length: COUNT * channels * steps }, () => random.normal()),
    targets: Float32Array.from({ length: COUNT * targetWidth(spec) }, () => random.unit()),
  };
}

const ORDER = Int32Array.from({ length: COUNT }, (_, i) => i);

function lossOf(model: NetModel, examples: Examples, share = 0): number {
  return model.loss(examples, ORDER, 0, COUNT, share);
}

describe.each(ODD_NETS)('%s', (_, shape) => {
  it.each([
    ['direction', false],
    ['forecast', true],
  ] as const)('has the gradients of its loss: %s, by window %s', (objective, byWindow) => {
    const spec: ModelSpec = { shape, objective, byWindow };
    const examples = examplesFor(spec);
    const model = new NetModel(spec, COUNT, doubleKernels);
    const { floats } = model.net.kernels;
    model.net.parameters.reset(model.net.kernels, 3);
    // Gains of 1 and shifts of 0 would hide a product that is missing.
    const random = randomFrom(5);
    for (const { values, rows, columns } of model.net.parameters.tensors) {
      for (let i = 0; i < rows * columns; i++) floats[values + i]! += 0.3 * random.normal();
    }
    model.net.refresh();
    lossOf(model, examples, 1);
    for (const { name, values, gradient, rows, columns } of model.net.parameters.tensors) {
      const size = rows * columns;
      const given = Array.from(floats.subarray(gradient, gradient + size));
      const measured = given.map((__, i) => {
        const kept = floats[values + i]!;
        floats[values + i] = kept + STEP;
        const above = lossOf(model, examples);
        floats[values + i] = kept - STEP;
        const below = lossOf(model, examples);
        floats[values + i] = kept;
        return (above - below) / (2 * STEP);
      });
      const scale = Math.max(...measured.map(Math.abs));
      expect(scale, `${name} counts`).toBeGreaterThan(1e-4);
      const worst = Math.max(...given.map((value, i) => Math.abs(value - measured[i]!)));
      expect(worst / scale, name).toBeLessThan(TOLERANCE);
    }
  });

  it('has the same gradients in single precision, to five places', () => {
    const spec: ModelSpec = { shape, objective: 'direction', byWindow: false };
    const examples = examplesFor(spec);
    const [single, double] = [referenceKernels, doubleKernels].map((kernelsOver) => {
      const model = new NetModel(spec, COUNT, kernelsOver);
      model.net.parameters.reset(model.net.kernels, 3);
      // The same start to the bit.
      for (const { values, rows, columns } of model.net.parameters.tensors) {
        const { floats } = model.net.kernels;
        for (let i = 0; i < rows * columns; i++) floats[values + i] = Math.fround(floats[values + i]!);
      }
      model.net.refresh();
      lossOf(model, examples, 1);
      return model.net;
    });
    for (const { name, gradient, rows, columns } of double!.parameters.tensors) {
      const truth = Array.from(double!.kernels.floats.subarray(gradient, gradient + rows * columns));
      const found = single!.kernels.floats.subarray(gradient, gradient + rows * columns);
      const scale = Math.max(...truth.map(Math.abs));
      const worst = Math.max(...truth.map((value, i) => Math.abs(value - found[i]!)));
      // What a bias of the keys adds to all products of a query alike, the softmax takes away: its gradient is zero.
      expect(worst, name).toBeLessThan(Math.max(scale, 1e-2) * 1e-5);
    }
  });
});
