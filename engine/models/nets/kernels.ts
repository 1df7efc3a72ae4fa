/**
 * The arithmetic of the nets as one set of synchronous functions over one block of memory. The compiled set
 * (`src/kernels`) is passed in; the reference set gives the same bits.
 */

/** Values of the block: single precision, or double for checks of gradients. */
export type Floats = Float32Array | Float64Array;

/** What {@link Kernels.matmul} begins and ends with. */
export const MATMUL = { plain: 0, add: 1, relu: 2 } as const;

/**
 * Offsets count values from the start of `floats`; matrices lie row by row. Sums run in the order of their terms, or in
 * four lanes (lane = index mod 4) added as (0 + 1) + (2 + 3) where noted. Counts are taken up to a multiple of four, so
 * buffers end on one.
 */
export interface Kernels {
  readonly floats: Floats;
  /** C = A · B + bias (offset 0: none), onto C with `add`, nothing below zero with `relu`. A rows × inner, B inner × columns. */
  matmul(
    a: number,
    b: number,
    c: number,
    rows: number,
    columns: number,
    inner: number,
    bias: number,
    flags: number,
  ): void;
  /** C += Aᵀ · B. A is rows × inner, B rows × columns. */
  addTransposedProduct(a: number, b: number, c: number, rows: number, inner: number, columns: number): void;
  /** sums += Σ of the rows of A. */
  addColumnSums(a: number, sums: number, rows: number, columns: number): void;
  /** B = Aᵀ, where A is rows × columns. */
  transpose(a: number, b: number, rows: number, columns: number): void;
  /** Clears a gradient where the activation is not above zero. */
  reluBackward(activation: number, gradient: number, count: number): void;
  /** gate = σ(1.702 u) and y = u · gate, the sigmoid form of GELU (Hendrycks and Gimpel 2016). */
  gelu(u: number, gate: number, y: number, count: number): void;
  /** Multiplies a gradient by the slope of `gelu` at u. */
  geluBackward(u: number, gate: number, gradient: number, count: number): void;
  /** y = normal · gain + shift by rows (ε 1e-5), in lanes; keeps `normal` and 1 / deviation. Width is a multiple of four. */
  layerNorm(
    x: number,
    y: number,
    normal: number,
    inverse: number,
    gain: number,
    shift: number,
    rows: number,
    width: number,
  ): void;
  /** Adds to the gradients of input, gain and shift. */
  layerNormBackward(
    gradient: number,
    normal: number,
    inverse: number,
    gain: number,
    inputGradient: number,
    gainGradient: number,
    shiftGradient: number,
    rows: number,
    width: number,
  ): void;
  /**
   * Multi-head attention within sequences of `tokens` rows of queries | keys | values, each heads × headWidth wide; a head is
   * a multiple of four wide. Shares take {@link shareCount} values, the scratch {@link scratchCount}.
   */
  attention(
    projected: number,
    shares: number,
    output: number,
    scratch: number,
    sequences: number,
    heads: number,
    tokens: number,
    headWidth: number,
  ): void;
  /** Sets the gradient of queries, keys and values. */
  attentionBackward(
    projected: number,
    shares: number,
    outputGradient: number,
    gradient: number,
    scratch: number,
    sequences: number,
    heads: number,
    tokens: number,
    headWidth: number,
  ): void;
  /**
   * A step of Adam (Kingma and Ba 2015; β 0.9 and 0.999, ε 1e-8) with decoupled decay (Loshchilov and Hutter 2019):
   * weight = weight · keep − rate · first / (√(second · correction) + ε). Clears the gradients.
   */
  adam(
    weights: number,
    gradients: number,
    firsts: number,
    seconds: number,
    count: number,
    rate: number,
    correction: number,
    keep: number,
  ): void;
}

/** Makes kernels over a new block of `count` values, all zero. */
export type KernelsOver = (count: number) => Kernels;

/** Tokens rounded up to four. */
export function paddedTokens(tokens: number): number {
  return (tokens + 3) & ~3;
}

/** Values that the shares of all queries take. */
export function shareCount(sequences: number, heads: number, tokens: number): number {
  return sequences * heads * tokens * paddedTokens(tokens);
}

/** Values that attention needs to work. */
export function scratchCount(tokens: number, headWidth: number): number {
  return (headWidth + tokens) * paddedTokens(tokens);
}
