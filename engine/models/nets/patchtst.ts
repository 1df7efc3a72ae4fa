/**
 * PatchTST (Nie et al. 2023, arXiv 2211.14730): each series is cut into overlapping patches, each patch is a token with a
 * learned place, and a transformer's encoder reads the tokens of a series; one dense layer answers from all of them. Series
 * share the encoder and do not see each other in it. Layer normalisation takes the place of the paper's batch normalisation:
 * a window alone has the bits that it has among others.
 */
import { Dense } from './dense.ts';
import { EncoderLayer, type EncoderScratch, type EncoderShape, encoderScratch } from './encoder-layer.ts';
import { type Kernels, type KernelsOver, MATMUL } from './kernels.ts';
import { LayerNorm } from './layer-norm.ts';
import type { Net, WindowShape } from './net.ts';
import { Parameters, type Tensor } from './parameters.ts';
import { Space } from './space.ts';

/** The make of a PatchTST net. */
export interface PatchTstShape extends WindowShape, EncoderShape {
  readonly kind: 'patchtst';
  /** Values of a patch. */
  readonly patch: number;
  /** Values from the start of a patch to that of the next. */
  readonly stride: number;
  readonly layers: number;
}

/** A window of 64 values in 15 patches, answered over 8. */
export const DEFAULT_PATCHTST: PatchTstShape = {
  kind: 'patchtst',
  channels: 1,
  steps: 64,
  horizon: 8,
  patch: 8,
  stride: 4,
  width: 32,
  heads: 4,
  feedForward: 64,
  layers: 2,
};

/** Patches of a series. */
export function patchCount({ steps, patch, stride }: PatchTstShape): number {
  return Math.floor((steps - patch) / stride) + 1;
}

/** A PatchTST net; its tensors are zero until they are reset or read. */
export class PatchTst implements Net {
  readonly window: WindowShape;
  readonly kernels: Kernels;
  readonly parameters: Parameters;
  readonly capacity: number;
  readonly input: number;
  readonly output: number;
  readonly outputGradient: number;
  readonly #shape: PatchTstShape;
  readonly #tokens: number;
  readonly #embed: Dense;
  readonly #place: Tensor;
  readonly #layers: readonly EncoderLayer[];
  readonly #norm: LayerNorm;
  readonly #head: Dense;
  readonly #patches: number;
  /** Tokens before each layer and behind the last. */
  readonly #states: readonly number[];
  readonly #stateGradient: number;
  readonly #scratch: EncoderScratch;

  constructor(shape: PatchTstShape, capacity: number, kernelsOver: KernelsOver) {
    const space = new Space();
    const { channels, steps, horizon, patch, width, layers } = shape;
    const tokens = patchCount(shape);
    const rows = capacity * channels * tokens;
    this.window = shape;
    this.#shape = shape;
    this.#tokens = tokens;
    this.capacity = capacity;
    this.parameters = new Parameters(space);
    this.input = space.take(capacity * channels * steps);
    this.output = space.take(capacity * horizon);
    this.outputGradient = space.take(capacity * horizon);
    this.#embed = new Dense(space, this.parameters, 'embed', patch, width);
    this.#place = this.parameters.add('place', tokens, width, { within: 0.02 }, false);
    this.#layers = Array.from({ length: layers }, (_, i) => {
      return new EncoderLayer(space, this.parameters, `layers.${i}`, shape, capacity * channels, tokens);
    });
    this.#norm = new LayerNorm(space, this.parameters, 'norm', width, rows);
    this.#head = new Dense(space, this.parameters, 'head', channels * tokens * width, horizon);
    this.#patches = space.take(rows * patch);
    this.#states = Array.from({ length: layers + 1 }, () => space.take(rows * width));
    this.#stateGradient = space.take(rows * width);
    this.#scratch = encoderScratch(space, shape, rows, tokens);
    this.kernels = kernelsOver(space.size);
  }

  forward(count: number): void {
    const { kernels } = this;
    const sequences = count * this.window.channels;
    this.#cut(sequences);
    this.#embed.forward(kernels, this.#patches, this.#states[0]!, sequences * this.#tokens, MATMUL.add);
    for (const [i, layer] of this.#layers.entries()) {
      layer.forward(kernels, this.#states[i]!, this.#states[i + 1]!, this.#scratch, sequences);
    }
    const tokens = this.#norm.forward(kernels, this.#states.at(-1)!, sequences * this.#tokens);
    this.#head.forward(kernels, tokens, this.output, count);
  }

  /** Copies the patches of every series, and the learned places to where the tokens will be added to them. */
  #cut(sequences: number): void {
    const { floats } = this.kernels;
    const { steps, patch, stride, width } = this.#shape;
    const places = this.#place.values;
    const size = this.#tokens * width;
    for (let s = 0; s < sequences; s++) {
      let to = this.#patches + s * this.#tokens * patch;
      for (let t = 0; t < this.#tokens; t++) {
        const from = this.input + s * steps + t * stride;
        for (let i = 0; i < patch; i++) floats[to++] = floats[from + i]!;
      }
      floats.copyWithin(this.#states[0]! + s * size, places, places + size);
    }
  }

  backward(count: number): void {
    const { kernels } = this;
    const { width } = this.#shape;
    const sequences = count * this.window.channels;
    const rows = sequences * this.#tokens;
    const gradient = this.#stateGradient;
    this.#head.learn(kernels, this.#norm.output, this.outputGradient, count);
    this.#head.back(kernels, this.outputGradient, this.#scratch.gradient, count);
    kernels.floats.fill(0, gradient, gradient + rows * width);
    this.#norm.backward(kernels, this.#scratch.gradient, gradient, rows);
    for (const layer of this.#layers.toReversed()) layer.backward(kernels, gradient, this.#scratch, sequences);
    this.#embed.learn(kernels, this.#patches, gradient, rows);
    kernels.addColumnSums(gradient, this.#place.gradient, sequences, this.#tokens * width);
  }

  refresh(): void {
    for (const layer of this.#layers) layer.refresh(this.kernels);
    this.#head.refresh(this.kernels);
  }
}
