/** A layer of a transformer's encoder, normalised before each half: attention, then two dense layers, each beside a bypass. */
import { Dense } from './dense.ts';
import { type Kernels, MATMUL, scratchCount, shareCount } from './kernels.ts';
import { LayerNorm } from './layer-norm.ts';
import type { Parameters } from './parameters.ts';
import type { Space } from './space.ts';

/** Sizes of a layer. */
export interface EncoderShape {
  /** Width of a token. */
  readonly width: number;
  readonly heads: number;
  /** Width between the two dense layers. */
  readonly feedForward: number;
}

/** Buffers that all layers share. */
export interface EncoderScratch {
  readonly attention: number;
  readonly gradient: number;
  readonly projected: number;
  readonly feedForward: number;
}

/** Takes the buffers that all layers share, for `rows` tokens in sequences of `tokens`. */
export function encoderScratch(space: Space, shape: EncoderShape, rows: number, tokens: number): EncoderScratch {
  return {
    attention: space.take(scratchCount(tokens, shape.width / shape.heads)),
    gradient: space.take(rows * shape.width),
    projected: space.take(rows * 3 * shape.width),
    feedForward: space.take(rows * shape.feedForward),
  };
}

/** A layer and what it keeps of a pass. */
export class EncoderLayer {
  readonly #shape: EncoderShape;
  readonly #tokens: number;
  readonly #beforeAttention: LayerNorm;
  readonly #project: Dense;
  readonly #attended: Dense;
  readonly #beforeFeedForward: LayerNorm;
  readonly #widen: Dense;
  readonly #narrow: Dense;
  readonly #projected: number;
  readonly #shares: number;
  readonly #mixed: number;
  readonly #between: number;
  readonly #wide: number;
  readonly #gate: number;
  readonly #active: number;

  constructor(
    space: Space,
    parameters: Parameters,
    name: string,
    shape: EncoderShape,
    sequences: number,
    tokens: number,
  ) {
    const { width, heads, feedForward } = shape;
    const rows = sequences * tokens;
    this.#shape = shape;
    this.#tokens = tokens;
    this.#beforeAttention = new LayerNorm(space, parameters, `${name}.norm1`, width, rows);
    this.#project = new Dense(space, parameters, `${name}.project`, width, 3 * width);
    this.#attended = new Dense(space, parameters, `${name}.attended`, width, width);
    this.#beforeFeedForward = new LayerNorm(space, parameters, `${name}.norm2`, width, rows);
    this.#widen = new Dense(space, parameters, `${name}.widen`, width, feedForward);
    this.#narrow = new Dense(space, parameters, `${name}.narrow`, feedForward, width);
    this.#projected = space.take(rows * 3 * width);
    this.#shares = space.take(shareCount(sequences, heads, tokens));
    this.#mixed = space.take(rows * width);
    this.#between = space.take(rows * width);
    this.#wide = space.take(rows * feedForward);
    this.#gate = space.take(rows * feedForward);
    this.#active = space.take(rows * feedForward);
  }

  refresh(kernels: Kernels): void {
    for (const layer of [this.#project, this.#attended, this.#widen, this.#narrow]) layer.refresh(kernels);
  }

  /** Writes the tokens that follow from those at `from` to `to`. */
  forward(kernels: Kernels, from: number, to: number, scratch: EncoderScratch, sequences: number): void {
    const { width, heads, feedForward } = this.#shape;
    const rows = sequences * this.#tokens;
    const { floats } = kernels;
    const normal = this.#beforeAttention.forward(kernels, from, rows);
    this.#project.forward(kernels, normal, this.#projected, rows);
    kernels.attention(
      this.#projected,
      this.#shares,
      this.#mixed,
      scratch.attention,
      sequences,
      heads,
      this.#tokens,
      width / heads,
    );
    floats.copyWithin(this.#between, from, from + rows * width);
    this.#attended.forward(kernels, this.#mixed, this.#between, rows, MATMUL.add);
    const normalAgain = this.#beforeFeedForward.forward(kernels, this.#between, rows);
    this.#widen.forward(kernels, normalAgain, this.#wide, rows);
    kernels.gelu(this.#wide, this.#gate, this.#active, rows * feedForward);
    floats.copyWithin(to, this.#between, this.#between + rows * width);
    this.#narrow.forward(kernels, this.#active, to, rows, MATMUL.add);
  }

  /** Adds to the gradients of the layer's tensors; `gradient` is that of the tokens that follow and becomes that of those before. */
  backward(kernels: Kernels, gradient: number, scratch: EncoderScratch, sequences: number): void {
    const { width, heads, feedForward } = this.#shape;
    const rows = sequences * this.#tokens;
    this.#narrow.learn(kernels, this.#active, gradient, rows);
    this.#narrow.back(kernels, gradient, scratch.feedForward, rows);
    kernels.geluBackward(this.#wide, this.#gate, scratch.feedForward, rows * feedForward);
    this.#widen.learn(kernels, this.#beforeFeedForward.output, scratch.feedForward, rows);
    this.#widen.back(kernels, scratch.feedForward, scratch.gradient, rows);
    this.#beforeFeedForward.backward(kernels, scratch.gradient, gradient, rows);
    this.#attended.learn(kernels, this.#mixed, gradient, rows);
    this.#attended.back(kernels, gradient, scratch.gradient, rows);
    kernels.attentionBackward(
      this.#projected,
      this.#shares,
      scratch.gradient,
      scratch.projected,
      scratch.attention,
      sequences,
      heads,
      this.#tokens,
      width / heads,
    );
    this.#project.learn(kernels, this.#beforeAttention.output, scratch.projected, rows);
    this.#project.back(kernels, scratch.projected, scratch.gradient, rows);
    this.#beforeAttention.backward(kernels, scratch.gradient, gradient, rows);
  }
}
