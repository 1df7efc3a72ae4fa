/** A trained model as a file in the safetensors format, and back. */
import type { KernelsOver } from './kernels.ts';
import { type ModelSpec, NetModel } from './model.ts';
import type { Tensor } from './parameters.ts';
import {
  quoted,
  readSafetensors,
  type Stored,
  type StoredTensor,
  WeightsError,
  writeSafetensors,
} from './safetensors.ts';
import { describeShape, parseShape } from './shape.ts';

const FORMAT = 'chimera-net-1';
const MEAN = 'scale.mean';
const DEVIATION = 'scale.deviation';

/** The model's file; same model, same bytes. */
export function writeModel({ spec, net, scaler }: NetModel): Uint8Array {
  const metadata = {
    format: FORMAT,
    objective: spec.objective,
    byWindow: String(spec.byWindow),
    ...describeShape(spec.shape),
  };
  const { mean, deviation } = scaler.scale;
  const { floats } = net.kernels;
  const tensors = net.parameters.tensors.map((tensor): StoredTensor => {
    const { name, rows, columns, values } = tensor;
    return {
      name,
      shape: [rows, columns],
      values: Float32Array.from(floats.subarray(values, values + rows * columns)),
    };
  });
  const scales = [
    { name: MEAN, shape: [mean.length], values: mean },
    { name: DEVIATION, shape: [deviation.length], values: deviation },
  ];
  return writeSafetensors({ metadata, tensors: [...scales, ...tensors] });
}

/** The model of a file, for up to `capacity` windows at once; throws {@link WeightsError} where the file is not one of ours. */
export function readModel(bytes: Uint8Array, capacity: number, kernelsOver: KernelsOver): NetModel {
  const stored = readSafetensors(bytes);
  const tensors = new Map(stored.tensors.map((tensor) => [tensor.name, tensor]));
  const model = new NetModel(specOf(stored), capacity, kernelsOver);
  const { net, scaler, spec } = model;
  const { channels } = spec.shape;
  scaler.scale = { mean: take(tensors, MEAN, [channels]), deviation: take(tensors, DEVIATION, [channels]) };
  if (!scaler.scale.deviation.every((each) => each > 0)) throw new WeightsError(`${DEVIATION} is not above zero`);
  for (const tensor of net.parameters.tensors) fill(net.kernels.floats, tensor, tensors);
  const [surplus] = tensors.keys();
  if (surplus !== undefined) throw new WeightsError(`the net has no tensor ${quoted(surplus)}`);
  net.refresh();
  return model;
}

/** The make that the metadata tell. */
function specOf({ metadata }: Stored): ModelSpec {
  const { format, objective, byWindow } = metadata;
  if (format !== FORMAT) throw new WeightsError(`no net of ours: the format is not ${FORMAT}`);
  if (objective !== 'direction' && objective !== 'forecast') throw new WeightsError('no such objective');
  if (byWindow !== 'true' && byWindow !== 'false') throw new WeightsError('byWindow is neither true nor false');
  const shape = parseShape(metadata);
  if (typeof shape === 'string') throw new WeightsError(`no such net: ${shape}`);
  return { shape, objective, byWindow: byWindow === 'true' };
}

/** Takes a tensor out of those that are left. */
function take(tensors: Map<string, StoredTensor>, name: string, shape: readonly number[]): Float32Array {
  const stored = tensors.get(name);
  if (stored === undefined) throw new WeightsError(`tensor ${name} is missing`);
  if (stored.shape.join() !== shape.join()) throw new WeightsError(`tensor ${name} is not ${shape.join(' × ')}`);
  tensors.delete(name);
  return stored.values;
}

function fill(floats: Float32Array | Float64Array, tensor: Tensor, tensors: Map<string, StoredTensor>): void {
  floats.set(take(tensors, tensor.name, [tensor.rows, tensor.columns]), tensor.values);
}
